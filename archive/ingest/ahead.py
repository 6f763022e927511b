"""Documents made ready before the transaction begins, so that it is as short as can be.

On SQLite nobody else can write while an import does: what takes long, reading the source, is done
before. What is ready waits in memory, and beyond some megabytes in a file without a name.
"""

from __future__ import annotations

import pickle
import tempfile
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from itertools import islice

from django.conf import settings

from archive.importers.parsed import ParsedDocument
from archive.ingest.packing import Packed, packed

BATCH = 100
MAX_MEMORY = 32 * 1024 * 1024


@contextmanager
def made_ahead(
    documents: Iterable[ParsedDocument], made: Callable[[int], None]
) -> Iterator[Iterator[list[Packed]]]:
    """Makes all documents and gives them in batches, once; ``made`` is told how many there are."""
    # The data folder is on a disk, where the system's own folder for such files may be memory.
    with tempfile.SpooledTemporaryFile(MAX_MEMORY, dir=str(settings.DATA)) as file:
        batches, done = 0, 0
        waiting = map(packed, documents)
        while batch := list(islice(waiting, BATCH)):
            pickle.dump(batch, file, pickle.HIGHEST_PROTOCOL)
            batches, done = batches + 1, done + len(batch)
            made(done)
        file.seek(0)
        # The file has no name: what is in it was written above.
        yield (pickle.load(file) for _ in range(batches))  # noqa: S301
