"""Formats: each one module with the same surface, pure, given plain values, streaming."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import BinaryIO, Protocol, runtime_checkable

from annotations.formats import brat, csv, docx, html, jsonl, markdown, qdc, qdpx, tei, w3c, xlsx
from annotations.formats.brought import Brought
from annotations.formats.features import Feature
from annotations.formats.package import Package

Pieces = Iterator[str] | Iterator[bytes]
PORTION = 64 * 1024


class Format(Protocol):
    """A format's module: what it is called, what it carries and what it does not, and the function
    that writes it. ``KIND`` is ``data`` (other tools read it), ``table`` or ``reading``."""

    NAME: str
    LABEL: str
    KIND: str
    CARRIES: str
    CONTENT_TYPE: str
    SUFFIX: str
    LOSES: frozenset[Feature]

    def write(self, package: Package, /) -> Pieces:
        """The set as pieces of text (to be written in UTF-8) or of bytes."""


@runtime_checkable
class Readable(Protocol):
    """A format that comes back, too. ``READS`` says in a sentence what it reads."""

    NAME: str
    LABEL: str
    READS: str
    SUFFIX: str

    def read(self, file: BinaryIO, /) -> Brought:
        """What the file holds. Raises FormatFault, with the place, when it cannot be read."""


_MODULES: tuple[Format, ...] = (w3c, tei, qdpx, qdc, csv, xlsx, jsonl, brat, markdown, html, docx)
FORMATS: dict[str, Format] = {module.NAME: module for module in _MODULES}
READERS: dict[str, Readable] = {
    name: module for name, module in FORMATS.items() if isinstance(module, Readable)
}


def in_bytes(pieces: Iterable[str | bytes]) -> Iterator[bytes]:
    """The pieces in portions worth a write of their own: an annotation is a few hundred bytes."""
    kept: list[str | bytes] = []
    size = 0
    for piece in pieces:
        kept.append(piece)
        size += len(piece)
        if size >= PORTION:
            yield _joined(kept)
            kept, size = [], 0
    yield _joined(kept)


def _joined(pieces: list[str | bytes]) -> bytes:
    words = [piece for piece in pieces if isinstance(piece, str)]
    if len(words) == len(pieces):
        return "".join(words).encode()
    return b"".join(piece.encode() if isinstance(piece, str) else piece for piece in pieces)
