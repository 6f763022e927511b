"""Verifying: what is whole is found whole, and every kind of harm is named."""

from __future__ import annotations

import hashlib
import io
import shutil
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest

from annotations.formats.unzipped import Limits
from annotations.formats.zipped import zipped
from annotations.snapshots.bag import bag
from annotations.snapshots.verify import OWN, verify_folder, verify_zip
from tests.annotations.values import AT

FILES = {"README.md": "Read me.", "texts/v/d1.txt": "Words 𝄞\n", "empty.txt": ""}


def packed(files: dict[str, str] | None = None) -> dict[str, bytes]:
    """The files of a snapshot by their names."""
    entries = bag("set-v1", [(k, [v]) for k, v in (files or FILES).items()], {"A-Line": "a b"})
    data = b"".join(zipped(entries, AT))
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


def zip_of(files: dict[str, bytes], method: int = zipfile.ZIP_DEFLATED) -> io.BytesIO:
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", method) as archive:
        for name, data in files.items():
            archive.writestr(name, data)
    file.seek(0)
    return file


def test_what_was_made_is_whole():
    file = zip_of(packed())
    report = verify_zip(file)
    assert (report.faults, report.files, report.name) == ([], 3, "set-v1")
    assert report.digest == hashlib.sha256(file.getvalue()).hexdigest()
    assert report.info["A-Line"] == "a b"
    assert report.size == sum(len(text.encode()) for text in FILES.values())


def changed(files: dict[str, bytes]) -> None:
    files["set-v1/data/README.md"] = b"Read you."


def missing(files: dict[str, bytes]) -> None:
    del files["set-v1/data/texts/v/d1.txt"]


def added(files: dict[str, bytes]) -> None:
    files["set-v1/data/more.txt"] = b"x"


def tag_changed(files: dict[str, bytes]) -> None:
    files["set-v1/bag-info.txt"] = b"A-Line: c\n"


def tag_added(files: dict[str, bytes]) -> None:
    files["set-v1/fetch.txt"] = b"http://x 1 data/y\n"


def listed_anew(files: dict[str, bytes]) -> None:
    """Somebody who changes a file and its line, and forgets the second manifest."""
    changed(files)
    digest = hashlib.sha256(b"Read you.").hexdigest()
    lines = files["set-v1/manifest-sha256.txt"].decode().splitlines()
    lines = [f"{digest}  data/README.md" if "README" in line else line for line in lines]
    files["set-v1/manifest-sha256.txt"] = ("\n".join(lines) + "\n").encode()


def no_manifest(files: dict[str, bytes]) -> None:
    del files["set-v1/manifest-sha256.txt"]


def nonsense(files: dict[str, bytes]) -> None:
    files["set-v1/manifest-sha256.txt"] = b"no digest  data/README.md\n"


def outside(files: dict[str, bytes]) -> None:
    files["set-v1/manifest-sha256.txt"] = b"0" * 64 + b"  ../../etc/passwd\n"


def not_text(files: dict[str, bytes]) -> None:
    files["set-v1/bagit.txt"] = b"\xff\xfe"


def two_folders(files: dict[str, bytes]) -> None:
    files["other/README.md"] = b""


def climbing(files: dict[str, bytes]) -> None:
    files["set-v1/../../x"] = b""


HARM: list[tuple[Callable[[dict[str, bytes]], None], str]] = [
    (changed, "data/README.md has been changed"),
    (missing, "data/texts/v/d1.txt is missing"),
    (added, "data/more.txt is not in the manifest: it was added"),
    (tag_changed, "bag-info.txt has been changed"),
    (tag_added, "fetch.txt is not in the manifest of tags"),
    (listed_anew, "manifest-sha256.txt has been changed"),
    (no_manifest, "It is no snapshot: manifest-sha256.txt missing"),
    (nonsense, "Line 1 is not a digest"),
    (outside, "Line 1 is not a digest"),
    (not_text, "not in UTF-8"),
    (two_folders, "does not hold one folder"),
    (climbing, "leads out of it"),
]


@pytest.mark.parametrize(("harm", "said"), HARM, ids=lambda one: getattr(one, "__name__", ""))
def test_every_harm_is_named(harm: Callable[[dict[str, bytes]], None], said: str):
    files = packed()
    harm(files)
    report = verify_zip(zip_of(files))
    assert not report.is_whole
    assert any(said in fault for fault in report.faults), report.faults


@pytest.mark.parametrize("data", [b"", b"PK\x03\x04", b"no archive at all" * 9])
def test_what_is_no_archive_is_told_in_a_sentence(data: bytes):
    report = verify_zip(io.BytesIO(data))
    assert len(report.faults) == 1


def test_a_cut_file_is_not_whole():
    data = zip_of(packed()).getvalue()
    for cut in (10, len(data) // 2, len(data) - 1):
        assert not verify_zip(io.BytesIO(data[:cut])).is_whole


def test_every_changed_byte_is_found():
    data = zip_of(packed(), zipfile.ZIP_STORED).getvalue()
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        info = archive.getinfo("set-v1/data/README.md")
    at = info.header_offset + 30 + len(info.filename)
    for index in range(at, at + info.compress_size):
        harmed = bytearray(data)
        harmed[index] ^= 1
        assert not verify_zip(io.BytesIO(bytes(harmed))).is_whole, index


def test_a_bomb_is_not_unpacked():
    files = packed() | {"set-v1/data/zeros": bytes(3_000_000)}
    report = verify_zip(zip_of(files), Limits(ratio=100))
    assert "100 times its size" in report.faults[0]
    assert OWN.ratio > 1_000


def test_a_folder_is_verified_as_its_archive_is(tmp_path: Path):
    with zipfile.ZipFile(zip_of(packed())) as archive:
        archive.extractall(tmp_path)
    root = tmp_path / "set-v1"
    assert verify_folder(root).faults == []
    (root / "data/README.md").write_text("Read you.")
    (root / "data/link").symlink_to("/etc/hostname")
    faults = " ".join(verify_folder(root).faults)
    assert "data/README.md has been changed" in faults
    assert "data/link is not in the manifest" in faults
    shutil.rmtree(root / "data")
    assert "is missing" in " ".join(verify_folder(root).faults)
    assert verify_folder(tmp_path / "nowhere").faults


def test_two_files_of_one_name_are_never_written():
    with pytest.raises(ValueError, match="called data/a"):
        b"".join(zipped(bag("x", [("a", ["1"]), ("a", ["2"])], {}), AT))
