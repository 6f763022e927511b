"""One import from its parsed values to its report, in one transaction."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from itertools import islice

from django.db import transaction
from django.utils import timezone

from archive.importers.parsed import Parsed, ParsedDocument
from archive.ingest.frame import write_entries, write_sections, write_volume
from archive.ingest.packing import packed
from archive.ingest.report import OUTCOMES, IngestReport
from archive.ingest.writing import Writer
from archive.models import Import, ImportState, Person, Term, Volume
from archive.rows import no_garbage_collection
from archive.signals import editions_replaced

Progress = Callable[[int, int], None]
BATCH = 100


def ingest(
    parsed: Parsed, progress: Progress | None = None, run: Import | None = None
) -> IngestReport:
    """Writes a parsed file in one transaction; ``progress`` is told (done, all) per document.

    ``run`` is the Import that this is, where it was made before; else one is made.
    """
    with no_garbage_collection(), transaction.atomic():
        return _ingest(parsed, progress, run or Import(name=parsed.name, format=parsed.format))


def _ingest(parsed: Parsed, progress: Progress | None, run: Import) -> IngestReport:
    volume, altered = write_volume(parsed.volume)
    entries = write_entries(Person, volume, parsed.persons)
    entries += write_entries(Term, volume, parsed.terms)
    sections, other = write_sections(volume, parsed.sections)
    run.volume, run.state = volume, ImportState.RUNNING
    run.save()
    writer = Writer(volume, run, parsed, sections)
    count = 0
    for batch in _batches(parsed.documents):
        writer.write([packed(document) for document in batch])
        for _ in batch:
            count += 1
            if progress:
                progress(count, parsed.count)
    if altered or entries or other or writer.altered:
        # Pages show what the volume, its lists and its other documents say: none is kept beyond it.
        Volume.objects.filter(pk=volume.pk).update(imported_at=timezone.now())
    return _finish(parsed, run, volume, writer, entries)


def _finish(
    parsed: Parsed, run: Import, volume: Volume, writer: Writer, entries: int
) -> IngestReport:
    replaced = tuple(e for e in writer.editions if e.old_id is not None)
    answers = editions_replaced.send(Import, editions=replaced, run=run) if replaced else []
    report = IngestReport(
        volume.slug,
        **{name: tuple(writer.outcomes[name]) for name in OUTCOMES},
        editions=tuple(writer.editions),
        entries=entries,
        notices=parsed.notices.all(),
        followed=tuple(str(answer) for _, answer in answers if answer),
        run_id=run.pk,
    )
    run.state, run.finished, run.report = ImportState.DONE, timezone.now(), report.as_json()
    run.save()
    return report


def _batches(documents: Iterable[ParsedDocument]) -> Iterator[list[ParsedDocument]]:
    waiting = iter(documents)
    while batch := list(islice(waiting, BATCH)):
        yield batch
