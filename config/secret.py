"""The key that signs sessions and links, where the environment gives none."""

from __future__ import annotations

import os
import tempfile
from pathlib import Path

from django.core.management.utils import get_random_secret_key


def kept_secret(path: Path) -> str:
    """The secret in this file, which is made once, with its folder, and for its owner alone.

    All who start at once get the same one, and who is killed meanwhile leaves none or a whole one.
    """
    if not _has_one(path):
        path.parent.mkdir(parents=True, exist_ok=True)
        _make(path)
    return path.read_text()


def _has_one(path: Path) -> bool:
    # An empty file is what an earlier version left when it was killed.
    return path.exists() and path.stat().st_size > 0


def _make(path: Path) -> None:
    descriptor, name = tempfile.mkstemp(prefix=f".{path.name}.", dir=path.parent)
    beside = Path(name)
    try:
        with os.fdopen(descriptor, "w") as file:
            file.write(get_random_secret_key())
            file.flush()
            os.fsync(file.fileno())
        path.hardlink_to(beside)
    except FileExistsError:
        if not _has_one(path):
            beside.replace(path)
    except OSError:
        # A file system without links.
        beside.replace(path)
    finally:
        beside.unlink(missing_ok=True)
