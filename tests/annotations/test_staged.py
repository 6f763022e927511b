"""What is uploaded waits for whoever uploaded it, in her session, for a day."""

from __future__ import annotations

import os
import time
from pathlib import Path
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from annotations.staged import drop, keep, staged


@pytest.fixture(autouse=True)
def folder(settings: Any, tmp_path: Path) -> Path:
    settings.UPLOADS = tmp_path / "uploads"
    return tmp_path


def waiting(folder: Path) -> list[Path]:
    return sorted(path for path in folder.rglob("*") if path.is_file())


def upload(data: bytes = b"quote\nDay\n", name: str = "a.csv") -> SimpleUploadedFile:
    return SimpleUploadedFile(name, data)


def test_a_file_is_found_again_by_its_key_in_its_session_and_set(folder: Path) -> None:
    session: dict[str, Any] = {}
    made = keep(session, "seminar", upload(), "csv")
    found = staged(session, "seminar", made.key)
    assert found == made and found.path.read_bytes() == b"quote\nDay\n"
    assert (found.name, found.form) == ("a.csv", "csv")
    assert staged(session, "seminar", "0" * 32) is None
    assert staged(session, "seminar", "ü") is None
    assert staged(session, "another", made.key) is None
    assert staged({}, "seminar", made.key) is None


def test_the_next_file_takes_its_place_and_what_is_dropped_is_gone(folder: Path) -> None:
    session: dict[str, Any] = {}
    first = keep(session, "seminar", upload(), "csv")
    second = keep(session, "seminar", upload(b"{}", "b.json"), "w3c")
    assert staged(session, "seminar", first.key) is None
    assert waiting(folder) == [second.path]
    drop(session, "seminar")
    drop(session, "seminar")
    assert waiting(folder) == []
    assert staged(session, "seminar", second.key) is None


def test_its_name_leads_nowhere_on_the_disk(folder: Path) -> None:
    made = keep({}, "seminar", upload(name="../../etc/passwd"), "csv")
    assert made.name == "passwd"
    assert made.path.parent == folder / "uploads" / "staged"


def test_what_nobody_came_back_for_is_removed_after_a_day(folder: Path) -> None:
    old: dict[str, Any] = {}
    left = keep(old, "seminar", upload(), "csv")
    before = time.time() - 25 * 60 * 60
    os.utime(left.path, (before, before))
    made = keep({}, "seminar", upload(), "csv")
    assert waiting(folder) == [made.path]
    assert staged(old, "seminar", left.key) is None
