"""Reading a ``.qdpx``: the archive is checked, then the project, then the texts that it names."""

from __future__ import annotations

from typing import BinaryIO

from annotations.formats import refi_brought, refi_reading
from annotations.formats.brought import Brought, FormatFault
from annotations.formats.unzipped import Limits, Unzipped

# A volume of documents has some five megabytes.
MAX_TEXT = 8 * 1024 * 1024
LIMITS = Limits(one=384 * 1024 * 1024)
_IGNORED = ("__macosx", "._")


def read(file: BinaryIO) -> Brought:
    """What a project holds. Raises FormatFault, with the place, when it cannot be read."""
    archive = Unzipped(file, LIMITS)
    name = _project_of(archive)
    project = refi_reading.read(archive.pieces(name), name)
    folder = name.rpartition("/")[0]
    return refi_brought.brought(project, _Texts(archive, f"{folder}/" if folder else "").read)


def _project_of(archive: Unzipped) -> str:
    """The name of the project's file: ``project.qde``, or the only other ``.qde``."""
    known = [
        name
        for name in archive.names
        if name.casefold().endswith(".qde")
        and not any(part.startswith(_IGNORED) for part in name.casefold().split("/"))
    ]
    proper = [name for name in known if name.casefold().rpartition("/")[2] == "project.qde"]
    found = proper or known
    if not found:
        raise FormatFault("The archive has no project.qde: it is no REFI-QDA project.")
    if len(found) > 1:
        raise FormatFault(f"The archive has {len(found)} projects: {', '.join(found)[:200]}.")
    return found[0]


class _Texts:
    """The plain texts of an archive, by the paths that the project has for them."""

    def __init__(self, archive: Unzipped, folder: str) -> None:
        self._archive, self._folder = archive, folder

    def read(self, path: str) -> str | None:
        """The text of a file, None where it is not in the archive."""
        name = self._named(path)
        if name is None:
            return None
        return _decoded(self._archive.read(name, MAX_TEXT), name)

    def _named(self, path: str) -> str | None:
        path = path.replace("\\", "/").strip()
        scheme, mark, rest = path.rpartition("://")
        rest = rest.lstrip("/") if mark else path.lstrip("/")
        last = rest.rpartition("/")[2]
        if not last:
            return None
        # Files that stand outside of the archive often came along all the same.
        tries = (f"sources/{rest}", rest, f"sources/{last}")
        found = (self._archive.found(self._folder + one) for one in tries)
        return next((one for one in found if one), None)


def _decoded(data: bytes, name: str) -> str:
    """The text as it stands, with its mark at the beginning if it has one."""
    encoding = "utf-16" if data[:2] in (b"\xff\xfe", b"\xfe\xff") else "utf-8"
    try:
        return data.decode(encoding)
    except UnicodeDecodeError as error:
        raise FormatFault(f"The text is not UTF-8 (byte {error.start:,}).", name) from error
