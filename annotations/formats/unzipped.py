"""Reading a ZIP archive from strangers: names, number, sizes and ratios are checked before use.

Nothing is ever written to disk, and no entry is believed about its size: bytes are counted as they
are unpacked.
"""

from __future__ import annotations

import io
import re
import stat
import struct
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from typing import BinaryIO
from zipfile import ZIP_DEFLATED, ZIP_STORED, BadZipFile, ZipFile, ZipInfo

from annotations.formats.brought import FormatFault

_PORTION = 64 * 1024
# What can happen while an entry of a damaged archive is read.
_DAMAGE = (BadZipFile, zlib.error, EOFError, OSError, NotImplementedError, ValueError, struct.error)
_DRIVE = re.compile(r"[A-Za-z]:")
_CONTROL = re.compile(r"[\x00-\x1f\x7f]")
_ENCRYPTED = 0x1
_END, _END_BYTES = b"PK\x05\x06", 22
# The record of large archives, and its locator: they stand right before that end.
_WIDE, _WIDE_BYTES, _TO_WIDE_BYTES = b"PK\x06\x06", 56, 20
# The least bytes that the list of contents takes for one entry, and more than any real one does.
_MOST_BYTES_EACH = 1024


@dataclass(frozen=True, slots=True)
class Limits:
    """What an archive may have at most: bytes packed, unpacked in all and in one entry, entries,
    and how many times larger one may become (small ones are free of that)."""

    packed: int = 256 * 1024 * 1024
    unpacked: int = 512 * 1024 * 1024
    one: int = 256 * 1024 * 1024
    entries: int = 10_000
    ratio: int = 200
    free: int = 1024 * 1024


LIMITS = Limits()


class Unzipped:
    """An archive whose entries can be read by their names, with ``/`` between folders."""

    def __init__(self, file: BinaryIO, limits: Limits = LIMITS) -> None:
        """Raises FormatFault when the archive is none, is damaged, or tries a trick."""
        self.limits, self._read = limits, 0
        _check_ends(file, limits)
        try:
            self._archive = ZipFile(file)
        except _DAMAGE as error:
            raise FormatFault(f"The ZIP archive is damaged: {error}.") from error
        self._entries: dict[str, ZipInfo] = {}
        for info in self._archive.infolist():
            self._take(info)
        if sum(info.file_size for info in self._entries.values()) > limits.unpacked:
            raise _too_large("The archive", limits.unpacked)

    @property
    def names(self) -> tuple[str, ...]:
        """The names of its files, in its order; folders are left out."""
        return tuple(self._entries)

    def found(self, name: str) -> str | None:
        """The file of this name, or else the only one that differs from it in upper and lower case
        alone; None where there is none."""
        wanted = name.replace("\\", "/")
        if wanted in self._entries:
            return wanted
        alike = [one for one in self._entries if one.casefold() == wanted.casefold()]
        return alike[0] if len(alike) == 1 else None

    def read(self, name: str, most: int | None = None) -> bytes:
        """The bytes of a file, ``most`` at most."""
        return b"".join(self.pieces(name, most))

    def pieces(self, name: str, most: int | None = None) -> Iterator[bytes]:
        """The bytes of a file in portions, counted: FormatFault as soon as they are too many."""
        info, most = self._entries[name], min(most or self.limits.one, self.limits.one)
        count = 0
        try:
            with self._archive.open(info) as file:
                while piece := file.read(_PORTION):
                    count += len(piece)
                    self._read += len(piece)
                    self._check_size(name, info, count, most)
                    yield piece
        except _DAMAGE as error:
            raise FormatFault(f"The file is damaged in the archive: {error}.", name) from error
        except RuntimeError as error:
            raise FormatFault("The file is encrypted.", name) from error

    def _take(self, info: ZipInfo) -> None:
        """Takes an entry, or raises FormatFault for what no honest archive has."""
        # ZipFile cuts a name at its NUL: what stood behind it would go unseen.
        name = info.orig_filename.replace("\\", "/")
        shown = _CONTROL.sub("�", name)[:100]
        if _CONTROL.search(name):
            raise FormatFault("A file's name in the archive has control characters.", shown)
        if name.startswith("/") or _DRIVE.match(name) or ".." in name.split("/"):
            raise FormatFault("A file's name in the archive leads out of it.", shown)
        if stat.S_ISLNK(info.external_attr >> 16):
            raise FormatFault("The archive has a link instead of a file.", shown)
        if name.endswith("/"):
            return
        if info.flag_bits & _ENCRYPTED:
            raise FormatFault("The file is encrypted.", shown)
        if info.compress_type not in (ZIP_STORED, ZIP_DEFLATED):
            raise FormatFault("The file is packed in a way that is not read here.", shown)
        if name in self._entries:
            raise FormatFault("The archive has two files of this name.", shown)
        if len(self._entries) >= self.limits.entries:
            raise FormatFault(f"The archive has more than {self.limits.entries:,} files.")
        self._check_size(shown, info, info.file_size, self.limits.one)
        self._entries[name] = info

    def _check_size(self, name: str, info: ZipInfo, count: int, most: int) -> None:
        if count > most:
            raise _too_large("The file", most, name)
        if count > max(self.limits.free, info.compress_size * self.limits.ratio):
            raise FormatFault(
                f"The file unpacks to more than {self.limits.ratio} times its size.", name
            )
        if self._read > self.limits.unpacked:
            raise _too_large("The archive", self.limits.unpacked)


def _too_large(what: str, most: int, place: str = "") -> FormatFault:
    return FormatFault(f"{what} has more than {most:,} bytes when it is unpacked.", place)


def _check_ends(file: BinaryIO, limits: Limits) -> None:
    """Reads the archive's last record first: ZipFile takes the whole list of contents into memory,
    however long that says it is."""
    size = file.seek(0, io.SEEK_END)
    if size > limits.packed:
        raise FormatFault(f"The archive has more than {limits.packed:,} bytes.")
    file.seek(max(0, size - _END_BYTES - 0xFFFF - _WIDE_BYTES - _TO_WIDE_BYTES))
    tail = file.read()
    at = tail.rfind(_END)
    if at < 0 or len(tail) - at < _END_BYTES:
        raise FormatFault("The file is not a ZIP archive, or its end is missing.")
    size = struct.unpack_from("<L", tail, at + 12)[0]
    # Where there is a wide record it counts, whatever the other one says.
    wide = at - _TO_WIDE_BYTES - _WIDE_BYTES
    if wide >= 0 and tail.startswith(_WIDE, wide):
        size = struct.unpack_from("<Q", tail, wide + 40)[0]
    if size > limits.entries * _MOST_BYTES_EACH:
        raise FormatFault(f"The archive has more than {limits.entries:,} files.")
    file.seek(0)
