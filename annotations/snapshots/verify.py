"""Whether a snapshot is whole: its structure, every digest, nothing missing and nothing added."""

from __future__ import annotations

import hashlib
import io
import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import BinaryIO, Protocol

from annotations.formats.brought import FormatFault
from annotations.formats.unzipped import Limits, Unzipped
from annotations.snapshots.bag import BAGIT, INFO, MANIFEST, TAG_MANIFEST

PORTION = 1024 * 1024
# A snapshot's own files repeat themselves more than those of strangers.
OWN = Limits(
    packed=16 * 1024**3, unpacked=64 * 1024**3, one=32 * 1024**3, entries=100_000, ratio=1_100
)
_TAG_BYTES = 32 * 1024 * 1024
_LINE = re.compile(r"^([0-9a-fA-F]{64})[ \t]+\*?(.+)$")
_DECLARED = re.compile(r"^BagIt-Version: (\d+\.\d+)\s+Tag-File-Character-Encoding: UTF-8\s*$")
_OXUM = re.compile(r"^Payload-Oxum:\s*(\d+)\.(\d+)\s*$", re.MULTILINE)
_NAMED = re.compile(r"^([A-Za-z-]+):[ \t]*(.*?)[ \t]*$", re.MULTILINE)
# How many faults of one kind are told.
MOST = 100


@dataclass
class Report:
    """What was found. ``faults`` are sentences, none where it is whole; ``digest`` is that of the
    ZIP file, empty for a folder; ``info`` are the lines of ``bag-info.txt``."""

    faults: list[str] = field(default_factory=list)
    files: int = 0
    size: int = 0
    digest: str = ""
    name: str = ""
    info: dict[str, str] = field(default_factory=dict)

    @property
    def is_whole(self) -> bool:
        return not self.faults


class Held(Protocol):
    """What is looked at: an archive, or a folder."""

    @property
    def names(self) -> tuple[str, ...]: ...
    def pieces(self, name: str, most: int | None = None) -> Iterator[bytes]: ...


Passed = Callable[[int], object]


def verify_zip(file: BinaryIO, limits: Limits = OWN, passed: Passed = bool) -> Report:
    """Looks at a ZIP file; ``passed`` is told the bytes that were read."""
    report = Report(digest=digest_of(file))
    try:
        held = Unzipped(file, limits)
        roots = {name.partition("/")[0] for name in held.names}
        if len(roots) != 1 or any("/" not in name for name in held.names):
            report.faults.append("The archive does not hold one folder, as a snapshot does.")
            return report
        _verify(_Below(held, roots.pop()), report, passed)
    except FormatFault as fault:
        report.faults.append(str(fault))
    return report


def verify_folder(path: Path, passed: Passed = bool) -> Report:
    """Looks at an unpacked snapshot: the folder that holds ``manifest-sha256.txt``."""
    report = Report(name=path.name)
    try:
        _verify(_Folder(path), report, passed)
    except (FormatFault, OSError) as fault:
        report.faults.append(str(fault))
    return report


def digest_of(file: BinaryIO) -> str:
    """The SHA-256 of a file from its beginning, where it is left."""
    digest = hashlib.sha256()
    file.seek(0)
    while piece := file.read(PORTION):
        digest.update(piece)
    file.seek(0)
    return digest.hexdigest()


class _Below:
    """The files in the one folder of an archive."""

    def __init__(self, held: Unzipped, root: str) -> None:
        self._held, self.root = held, root
        self.names = tuple(name[len(root) + 1 :] for name in held.names)

    def pieces(self, name: str, most: int | None = None) -> Iterator[bytes]:
        return self._held.pieces(f"{self.root}/{name}", most)


class _Folder:
    def __init__(self, path: Path) -> None:
        self._path, self.root = path, path.name
        found = (one for one in path.rglob("*") if one.is_file() or one.is_symlink())
        self.names = tuple(sorted(one.relative_to(path).as_posix() for one in found))

    def pieces(self, name: str, most: int | None = None) -> Iterator[bytes]:
        path = self._path / name
        if path.is_symlink():
            raise FormatFault("The folder has a link instead of a file.", name)
        if most is not None and path.stat().st_size > most:
            raise FormatFault(f"The file has more than {most:,} bytes.", name)
        with path.open("rb") as file:
            while piece := file.read(PORTION):
                yield piece


def _verify(held: _Below | _Folder, report: Report, passed: Passed) -> None:
    report.name = held.root
    missing = [name for name in (BAGIT, INFO, MANIFEST, TAG_MANIFEST) if name not in held.names]
    if missing:
        report.faults.append(f"It is no snapshot: {', '.join(missing)} missing.")
        return
    if not _DECLARED.match(_tag(held, BAGIT)):
        report.faults.append(f"{BAGIT} does not declare a bag in UTF-8.")
    info = _tag(held, INFO)
    report.info = dict(_NAMED.findall(info))
    listed = _manifest(held, MANIFEST, report)
    tags = _manifest(held, TAG_MANIFEST, report)
    payload = {name for name in held.names if name.startswith("data/")}
    beside = {name for name in held.names if name not in payload} - {TAG_MANIFEST}
    _tell(report, "is missing", set(listed) - payload)
    _tell(report, "is not in the manifest: it was added", payload - set(listed))
    _tell(report, "is missing", set(tags) - beside)
    _tell(report, "is not in the manifest of tags: it was added", beside - set(tags))
    for name in sorted(listed.keys() & payload):
        _check(held, name, listed[name], report, passed)
    counted = (report.size, report.files)
    for name in sorted(tags.keys() & beside):
        _check(held, name, tags[name], report, passed)
    report.size, report.files = counted
    oxum = _OXUM.search(info)
    if oxum and (int(oxum[1]), int(oxum[2])) != counted and not report.faults:
        report.faults.append(f"{INFO} counts other files than there are.")


def _check(held: Held, name: str, digest: str, report: Report, passed: Passed) -> None:
    found = hashlib.sha256()
    try:
        for piece in held.pieces(name):
            found.update(piece)
            report.size += len(piece)
            passed(len(piece))
    except FormatFault as fault:
        report.faults.append(str(fault))
        return
    report.files += 1
    if found.hexdigest() != digest:
        report.faults.append(f"{name} has been changed: its digest is another one.")


def _tag(held: Held, name: str) -> str:
    try:
        return b"".join(held.pieces(name, _TAG_BYTES)).decode("utf-8")
    except UnicodeDecodeError as error:
        raise FormatFault("The file is not in UTF-8.", name) from error


def _manifest(held: Held, name: str, report: Report) -> Mapping[str, str]:
    found: dict[str, str] = {}
    for number, line in enumerate(io.StringIO(_tag(held, name)), 1):
        if not line.strip():
            continue
        match = _LINE.match(line.rstrip("\r\n"))
        path = match[2] if match else ""
        if match is None or ".." in path.split("/") or path.startswith(("/", "\\")):
            raise FormatFault(f"Line {number} is not a digest with the name of a file.", name)
        if path in found:
            report.faults.append(f"{name} lists {path} twice.")
        found[path] = match[1].lower()
    return found


def _tell(report: Report, what: str, names: set[str]) -> None:
    found = sorted(names)
    report.faults += [f"{name} {what}." for name in found[:MOST]]
    if len(found) > MOST:
        report.faults.append(f"The same is so of {len(found) - MOST:,} more files.")
