"""Documents made ready before the transaction begins, so that it is as short as can be.

On SQLite nobody else can write while an import does: what takes long, reading the source, is done
before. What is ready waits in memory, and beyond some megabytes in a file without a name.
"""

from __future__ import annotations

import pickle
import tempfile
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from itertools import chain, islice

from django.conf import settings

from archive.importers.parsed import ParsedDocument
from archive.ingest.packing import Packed, packed

BATCH = 200
# In characters, of which each takes up to four bytes.
MAX_KEPT = 16 * 1024 * 1024


@contextmanager
def made_ahead(
    documents: Iterable[ParsedDocument], made: Callable[[int], None]
) -> Iterator[Iterator[list[Packed]]]:
    """Makes all documents and gives them in batches, once; ``made`` is told how many there are."""
    kept: list[list[Packed]] = []
    size = written = 0
    # Nothing is on the disk before something is written. The data folder is on one, where the
    # system's own folder for such files may be memory.
    with tempfile.SpooledTemporaryFile(1, dir=str(settings.DATA)) as file:
        waiting = _told(map(packed, documents), made)
        while batch := list(islice(waiting, BATCH)):
            if size > MAX_KEPT:
                settings.DATA.mkdir(parents=True, exist_ok=True)
                pickle.dump(batch, file, pickle.HIGHEST_PROTOCOL)
                written += 1
            else:
                kept.append(batch)
                size += sum(item.size for item in batch)
        file.seek(0)
        # The file has no name: what is in it was written above.
        yield chain(kept, (pickle.load(file) for _ in range(written)))  # noqa: S301


def _told(items: Iterable[Packed], made: Callable[[int], None]) -> Iterator[Packed]:
    for done, item in enumerate(items, start=1):
        made(done)
        yield item
