"""Files that wait on the server until whoever uploaded them has seen what would become of them."""

from __future__ import annotations

import secrets
import shutil
import time
from collections.abc import MutableMapping
from dataclasses import dataclass
from pathlib import Path, PurePath
from typing import Any

from django.conf import settings
from django.core.files.uploadedfile import UploadedFile

# What a session remembers: by set, the file that waits there.
SESSION = "staged"
A_DAY = 24 * 60 * 60
LONGEST_NAME = 120


@dataclass(frozen=True, slots=True)
class Staged:
    """A file that waits: its name as it was uploaded, its format, and where it is."""

    key: str
    name: str
    form: str

    @property
    def path(self) -> Path:
        return _folder() / f"{self.key}.waits"


def keep(session: MutableMapping[str, Any], slug: str, file: UploadedFile, form: str) -> Staged:
    """Keeps an uploaded file for a day, in the place of what waited for this set before."""
    _folder().mkdir(parents=True, exist_ok=True)
    _sweep()
    drop(session, slug)
    name = PurePath(file.name or "").name[:LONGEST_NAME] or "file"
    # The name on the disk is ours: whatever the other one is made of, it leads nowhere.
    made = Staged(secrets.token_hex(16), name, form)
    with made.path.open("wb") as out:
        file.seek(0)
        shutil.copyfileobj(file, out)
    session[SESSION] = {**session.get(SESSION, {}), slug: [made.key, made.name, made.form]}
    return made


def staged(session: MutableMapping[str, Any], slug: str, key: str) -> Staged | None:
    """The file of this key, if it waits for this set and was brought in this session."""
    found = session.get(SESSION, {}).get(slug)
    if not found or not secrets.compare_digest(str(found[0]).encode(), key.encode()):
        return None
    one = Staged(*found)
    return one if one.path.is_file() else None


def drop(session: MutableMapping[str, Any], slug: str) -> None:
    """Removes what waits for this set."""
    waiting = dict(session.get(SESSION, {}))
    if found := waiting.pop(slug, None):
        Staged(*found).path.unlink(missing_ok=True)
        session[SESSION] = waiting


def _folder() -> Path:
    folder: Path = settings.UPLOADS
    return folder / "staged"


def _sweep() -> None:
    """Removes files that nobody came back for."""
    before = time.time() - A_DAY
    for path in _folder().glob("*.waits"):
        try:
            if path.stat().st_mtime < before:
                path.unlink()
        except FileNotFoundError:
            continue
