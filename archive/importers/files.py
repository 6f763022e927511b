"""Reading a source from disk, bounded."""

from __future__ import annotations

from pathlib import Path

from archive.importers.faults import ImportFault


def read_source(path: str | Path, max_bytes: int) -> bytes:
    """The bytes of a file; raises ImportFault when it cannot be read or is larger than allowed."""
    try:
        with Path(path).open("rb") as file:
            data = file.read(max_bytes + 1)
    except (OSError, ValueError) as error:
        raise unreadable(error, str(path)) from error
    if len(data) > max_bytes:
        raise ImportFault(f"The file is larger than the limit of {max_bytes:,} bytes.", str(path))
    return data


def unreadable(error: OSError | ValueError, path: str) -> ImportFault:
    """What to raise for a file that cannot be opened or read."""
    reason = getattr(error, "strerror", None) or str(error)
    return ImportFault(f"The file cannot be read: {reason}.", path)
