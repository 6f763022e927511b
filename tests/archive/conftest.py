"""What tests of the archive share."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest


@pytest.fixture
def uploads(settings: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The folder of uploads, with a data folder of this test's own.

    The worker closes connections that it takes for broken off, such as one in a test's transaction.
    """
    settings.DATA, settings.MEDIA_ROOT, settings.UPLOADS = tmp_path, tmp_path, tmp_path / "uploads"
    worker = "django_tasks_db.management.commands.db_worker"
    for module in (worker, "archive.worker"):
        monkeypatch.setattr(f"{module}.close_old_connections", lambda: None)
    return tmp_path / "uploads"
