"""What the pages of volumes and documents read."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from itertools import groupby
from typing import Any

from django.db.models import Count, IntegerField, OuterRef, Q, Subquery
from django.db.models.functions import Coalesce

from archive.contents import BACK, FRONT, Contents, DocumentRow, SectionRow, contents_of
from archive.kept import Kept
from archive.models import Document, Person, Term, Volume
from archive.subseries import subseries_of

_SECTION = ("pk", "parent_id", "slug", "kind", "heading", "position")
_DOCUMENT = (
    *("slug", "number", "heading", "subject", "place", "date_text", "kind", "section_id"),
    *("position", "date_min", "date_max"),
)
_counts: Kept[dict[int, int]] = Kept(20)


@dataclass(frozen=True, slots=True)
class VolumeContents:
    """What is in a volume; ``dates`` are those of its earliest and latest document."""

    contents: Contents
    dates: tuple[date, date] | None


def volumes_with_counts(user: Any, words: str = "") -> list[Any]:
    """The volumes that ``user`` finds and that have all of ``words`` in title or number.

    Each has the number of its documents, front and back matter apart, as ``document_count``. One
    query, and one more after an import.
    """
    found = Volume.objects.listed_for(user)
    for word in words.split():
        found = found.filter(
            Q(title__icontains=word) | Q(slug__icontains=word) | Q(number__iexact=word)
        )
    volumes: list[Any] = list(found)
    last = max((one.imported_at for one in volumes), default=None)
    counts = _counts.made(("counts", len(volumes), last), _counted) if volumes else {}
    for one in volumes:
        one.document_count = counts.get(one.pk, 0)
    return volumes


def _counted() -> dict[int, int]:
    """How many documents each volume has: counting 300,000 of them takes a while."""
    rows = Document.objects.exclude(kind__in=(FRONT, BACK)).order_by().values_list("volume")
    return dict(rows.annotate(number=Count("pk")))


def by_subseries(volumes: Iterable[Any]) -> list[tuple[str, list[Any]]]:
    """The volumes grouped by sub-series, in the order of their years."""
    keyed = [(subseries_of(one.series, one.title), one) for one in volumes]
    keyed.sort(key=lambda pair: (pair[0], pair[1].slug))
    return [
        (series.name, [one for _, one in group])
        for series, group in groupby(keyed, key=lambda pair: pair[0])
    ]


def volume_at(slug: str) -> Any:
    """The volume of that name, with ``person_count`` and ``term_count``; one query, or None."""
    counts = {"person_count": _number_of(Person.objects), "term_count": _number_of(Term.objects)}
    return Volume.objects.annotate(**counts).filter(slug=slug).first()


def volume_contents(volume: Volume) -> VolumeContents:
    """The sections and documents of a volume; two queries."""
    sections = [SectionRow(*row) for row in volume.sections.order_by().values_list(*_SECTION)]
    documents, dates = [], []
    for *row, first, last in volume.documents.order_by().values_list(*_DOCUMENT):
        documents.append(DocumentRow(*row))
        if first:
            dates += [first, last or first]
    span = (min(dates), max(dates)) if dates else None
    return VolumeContents(contents_of(sections, documents), span)


def document_with_edition(volume: str, slug: str) -> Document | None:
    """A document with its volume and its current edition, source and all; one query."""
    found = Document.objects.at(volume, slug).select_related("current")
    return found.filter(current__isnull=False).first()


def neighbours(document: Document) -> tuple[Document | None, Document | None]:
    """The documents before and after one in its volume that can be read; one query."""
    others = Document.objects.filter(volume=document.volume_id, current__isnull=False)
    here = Document.objects.filter(pk=document.pk)
    place, slug = Subquery(here.values("position")), Subquery(here.values("slug"))
    before = others.filter(Q(position__lt=place) | Q(position=place, slug__lt=slug))
    after = others.filter(Q(position__gt=place) | Q(position=place, slug__gt=slug))
    first = before.order_by("-position", "-slug").values("pk")[:1]
    last = after.order_by("position", "slug").values("pk")[:1]
    rows = others.filter(Q(pk=Subquery(first)) | Q(pk=Subquery(last)))
    found = rows.annotate(is_after=Q(position__gt=place) | Q(position=place, slug__gt=slug))
    previous = following = None
    for one in found.only("slug", "number", "heading", "volume_id"):
        one.volume = document.volume
        if one.is_after:
            following = one
        else:
            previous = one
    return previous, following


def _number_of(rows: Any) -> Coalesce:
    """How many of ``rows`` a volume has, as a subquery: joins would multiply each other."""
    counted = rows.filter(volume=OuterRef("pk")).order_by().values("volume")
    number = counted.annotate(number=Count("pk")).values("number")
    return Coalesce(Subquery(number, output_field=IntegerField()), 0)
