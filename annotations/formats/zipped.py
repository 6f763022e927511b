"""A ZIP archive written piece by piece, so that its size does not matter to memory."""

from __future__ import annotations

import io
from collections.abc import Iterable, Iterator
from datetime import UTC, datetime
from zipfile import ZIP_DEFLATED, ZipFile, ZipInfo

Entry = tuple[str, Iterable[str | bytes]]
# ZIP knows no time before this one.
_FIRST = datetime(1980, 1, 1, tzinfo=UTC)
_PORTION = 64 * 1024


class _Sink(io.RawIOBase):
    """What ZipFile writes to: it keeps the bytes until they are taken away. It has no length: what
    is empty would be false, and ZipFile takes a false file for one that is closed."""

    def __init__(self) -> None:
        self._bytes, self._at = bytearray(), 0

    def writable(self) -> bool:
        return True

    def write(self, data: object) -> int:
        found = bytes(data)  # type: ignore[call-overload]
        self._bytes += found
        self._at += len(found)
        return len(found)

    def tell(self) -> int:
        return self._at

    def taken(self) -> bytes:
        found = bytes(self._bytes)
        self._bytes.clear()
        return found

    @property
    def waiting(self) -> int:
        return len(self._bytes)


def zipped(
    entries: Iterable[Entry], at: datetime, *, level: int | None = None, large: bool = True
) -> Iterator[bytes]:
    """The archive as pieces: files in this order, each dated ``at``, so that the same files always
    give the same bytes. Text is written in UTF-8.

    ``level`` is how hard it is packed, 1 to 9. Not ``large``: no file may have more than 2 GB, as
    Office wants it, which says of others that they are damaged.
    """
    sink = _Sink()
    with ZipFile(sink, "w", compresslevel=level) as archive:
        for name, pieces in entries:
            info = ZipInfo(name, max(at, _FIRST).astimezone(UTC).timetuple()[:6])
            info.compress_type = ZIP_DEFLATED
            info.external_attr = 0o644 << 16
            info._compresslevel = level  # type: ignore[attr-defined]
            # Its size is not known before: so that more than 2 GB are allowed for.
            with archive.open(info, "w", force_zip64=large) as file:
                for piece in pieces:
                    file.write(piece.encode() if isinstance(piece, str) else piece)
                    if sink.waiting >= _PORTION:
                        yield sink.taken()
    yield sink.taken()
