"""What the pages of imports read."""

from __future__ import annotations

from dataclasses import dataclass, field

from django.core.paginator import Page, Paginator

from archive.importers.faults import Notice
from archive.ingest import OUTCOMES
from archive.models import Document, Edition, Import, ImportState
from archive.progress import Progress, progress_of

A_PAGE = 50


@dataclass(frozen=True, slots=True)
class Item:
    """A document that an import brought: its number among its document's editions is 0 where the
    import made none."""

    slug: str
    heading: str
    edition: int = 0


@dataclass(frozen=True, slots=True)
class Told:
    """An import, how far it is, and what came of it."""

    run: Import
    progress: Progress | None = None
    documents: dict[str, list[Item]] = field(default_factory=dict)
    notices: list[Notice] = field(default_factory=list)
    same: Import | None = None

    @property
    def is_open(self) -> bool:
        return self.run.state in (ImportState.WAITING, ImportState.RUNNING)

    @property
    def counts(self) -> dict[str, int]:
        """How many documents were new, changed, changed in mark-up only, unchanged."""
        return {name: len(self.run.report.get(name, ())) for name in OUTCOMES}

    @property
    def outcome(self) -> str:
        """The same in words, those that there are."""
        return ", ".join(f"{n} {OUTCOMES[name]}" for name, n in self.counts.items() if n)


@dataclass(frozen=True, slots=True)
class ImportsPage:
    """A page of imports; ``is_open`` says that one of them is under way."""

    page: Page[Import]
    told: list[Told]

    @property
    def is_open(self) -> bool:
        return any(told.is_open for told in self.told)


def imports_page(number: str) -> ImportsPage:
    """The imports, the last one first, a page of them; two queries, and a small file for each that
    is under way."""
    runs = Import.objects.select_related("volume", "brought_by")
    page = Paginator(runs.filter(volume__owner__isnull=True), A_PAGE).get_page(number)
    return ImportsPage(page, [_told(run) for run in page])


def import_at(pk: int) -> Told | None:
    """An import with its documents; one query while it is under way, three when it is done."""
    runs = Import.objects.select_related("volume", "brought_by")
    run = runs.filter(pk=pk, volume__owner__isnull=True).first()
    if run is None:
        return None
    told = _told(run)
    if same := run.report.get("same_as"):
        told = Told(run, same=Import.objects.filter(pk=same).first())
    if run.state == ImportState.DONE and any(told.counts.values()):
        _add_documents(told)
    told.notices.extend(Notice(*row) for row in run.report.get("notices", ()))
    return told


def _told(run: Import) -> Told:
    return Told(run, progress_of(run.pk) if run.state == ImportState.RUNNING else None)


def _add_documents(told: Told) -> None:
    report = told.run.report
    rows = Document.objects.filter(volume=told.run.volume_id)
    headings = dict(rows.values_list("slug", "heading"))
    made = Edition.objects.filter(made_by=told.run).order_by()
    numbers = dict(made.values_list("document__slug", "number"))
    for name in OUTCOMES:
        told.documents[name] = [
            Item(slug, headings[slug], numbers.get(slug, 0))
            for slug in report.get(name, ())
            if slug in headings
        ]
