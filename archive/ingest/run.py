"""One import from its parsed values to its report, in one transaction."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from django.db import transaction
from django.utils import timezone

from archive.importers.parsed import Parsed
from archive.ingest.ahead import made_ahead
from archive.ingest.frame import write_entries, write_sections, write_volume
from archive.ingest.packing import Packed
from archive.ingest.report import OUTCOMES, IngestReport
from archive.ingest.writing import Writer
from archive.models import Import, ImportState, Person, Term, Volume
from archive.rows import no_garbage_collection
from archive.signals import editions_replaced

# Told what is done ("reading", then "writing"), for how many documents it is, and for how many of
# all it will be.
Progress = Callable[[str, int, int], None]


def ingest(
    parsed: Parsed, progress: Progress | None = None, run: Import | None = None
) -> IngestReport:
    """Reads a parsed file to its end, then writes it in one transaction.

    ``run`` is the Import that this is, where it was made before; else one is made.
    """
    tell = progress or _nobody
    run = run or Import(name=parsed.name, format=parsed.format)
    with (
        no_garbage_collection(),
        made_ahead(parsed.documents, lambda done: tell("reading", done, parsed.count)) as batches,
        transaction.atomic(),
    ):
        return _ingest(parsed, batches, tell, run)


def _nobody(step: str, done: int, total: int) -> None:
    """Told when nobody asked to be."""


def _ingest(
    parsed: Parsed, batches: Iterator[list[Packed]], tell: Progress, run: Import
) -> IngestReport:
    volume, altered = write_volume(parsed.volume)
    entries = write_entries(Person, volume, parsed.persons)
    entries += write_entries(Term, volume, parsed.terms)
    sections, other = write_sections(volume, parsed.sections)
    run.volume, run.state = volume, ImportState.RUNNING
    run.save()
    writer = Writer(volume, run, parsed, sections)
    done = 0
    for batch in batches:
        writer.write(batch)
        done += len(batch)
        tell("writing", done, parsed.count)
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
