"""Bringing a TEI file into the archive: known bytes are passed over, others are read and written.

A file is hashed and read in pieces and is never in memory as a whole, unless it is small.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory

from django.conf import settings

from archive.importers import READER
from archive.importers.corpus import is_corpus, volumes_of
from archive.importers.faults import ImportFault
from archive.importers.files import unreadable
from archive.importers.tei import parse_tei_file
from archive.ingest import IngestReport, Progress, ingest, known_entries
from archive.models import Import
from archive.rows import no_garbage_collection

UNEXPECTED = (
    "The importer met something that it was not made for ({}), and nothing was changed. The log "
    "says where."
)


@dataclass(frozen=True, slots=True)
class Brought:
    """What became of a file: the report of its import, or the import that had the same bytes."""

    report: IngestReport | None = None
    same: Import | None = None

    def summary(self) -> str:
        """One line: what was new and changed, or when the same bytes were imported."""
        if self.report:
            return self.report.summary()
        assert self.same and self.same.volume and self.same.finished
        when = f"{self.same.finished:%d %B %Y}".lstrip("0")
        return f"{self.same.volume.slug}: unchanged: the same bytes were imported on {when}."


def bring(
    path: str | Path,
    *,
    run: Import | None = None,
    progress: Progress | None = None,
    anew: bool = False,
) -> Brought:
    """Imports a file, in one transaction, unless the archive has what its bytes would make.

    ``run`` is the Import that this is, where it was made before: it gives the file its name.
    ``anew`` reads known bytes again. Raises ImportFault, and nothing is changed.
    """
    name = run.name if run else str(path)
    size, digest = measured(path, name)
    if not anew and (same := imported_before(digest)):
        return Brought(same=same)
    with no_garbage_collection():
        parsed = parse_tei_file(
            path, name=name, max_bytes=settings.IMPORT_MAX_BYTES, known_entries=known_entries
        )
        run = run or Import(name=parsed.name, format=parsed.format)
        run.size, run.digest, run.reader = size, digest, READER
        return Brought(report=ingest(parsed, progress, run))


@contextmanager
def volumes_in(path: Path) -> Iterator[Iterator[Path]]:
    """The volumes of a ``teiCorpus``, each a file that is gone at the end; of any other file, the
    file itself. Raises ImportFault, at once or when the next one is asked for."""
    if not is_corpus(path):
        yield iter((path,))
        return
    with TemporaryDirectory() as folder:
        yield volumes_of(path, str(path), Path(folder), settings.IMPORT_MAX_BYTES)


def measured(path: str | Path, name: str = "") -> tuple[int, str]:
    """The size of a file and the SHA-256 of its bytes; raises ImportFault if it cannot be read or
    is too large."""
    name, most = name or str(path), settings.IMPORT_MAX_BYTES
    try:
        with Path(path).open("rb") as file:
            size = file.seek(0, 2)
            if size > most:
                raise ImportFault(f"The file is larger than the limit of {most:,} bytes.", name)
            file.seek(0)
            return size, hashlib.file_digest(file, "sha256").hexdigest()
    except (OSError, ValueError) as error:
        raise unreadable(error, name) from error


def imported_before(digest: str) -> Import | None:
    """The import of these bytes by these importers, if its volume has seen no other since."""
    found = Import.objects.done().filter(digest=digest, reader=READER, volume__isnull=False)
    same = found.select_related("volume").first()
    if (
        same is None
        or same.pk
        != Import.objects.done().filter(volume=same.volume).values_list("pk", flat=True).first()
    ):
        return None
    return same


def files_in(paths: Iterable[str]) -> list[Path]:
    """The files of these paths, each once: of a folder, all that end in .xml in it and below, in
    order of their names. A folder without one stays, for its fault to be told."""
    found: dict[Path, None] = {}
    for path in map(Path, paths):
        inside = sorted(p for p in path.rglob("*.xml") if p.is_file()) if path.is_dir() else []
        found.update(dict.fromkeys(inside or [path]))
    return list(found)
