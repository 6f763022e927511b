"""What the pages of time read."""

from __future__ import annotations

from collections import Counter, defaultdict
from dataclasses import dataclass
from typing import Any

from django.db.models import CharField, Count
from django.db.models.functions import Cast, Substr

from archive.contents import BACK, FRONT, DocumentRow
from archive.kept import Kept
from archive.models import Document, Volume
from archive.timeline import Chart, Dated, Timeline, by_years, timeline_of

_FIELDS = (
    *("slug", "number", "heading", "subject", "place", "date_text", "kind", "section_id"),
    *("position", "date_min", "date_max"),
)


@dataclass(frozen=True, slots=True)
class SeriesTime:
    """How many documents begin in each year, in all and by volume."""

    chart: Chart | None
    years: list[tuple[int, int, list[tuple[str, str, int]]]]
    undated: int


_kept: Kept[SeriesTime] = Kept(20)


def volume_time(volume: Volume) -> Timeline:
    """The documents of a volume along their dates, front and back matter apart; one query."""
    rows = volume.documents.exclude(kind__in=(FRONT, BACK)).order_by("position", "slug")
    return timeline_of(_dated(*row) for row in rows.values_list(*_FIELDS))


def _dated(*values: Any) -> Dated:
    row, (first, last) = DocumentRow(*values[:-2]), values[-2:]
    return Dated(row.slug, row.number, row.title, row.date, row.place, first, last)


def series_time(user: Any) -> SeriesTime:
    """The documents of all volumes that ``user`` finds, by year; one query, and one more after
    an import."""
    volumes = Volume.objects.listed_for(user).order_by()
    # Each of them: of volumes that are listed no more, nothing may be left.
    key = ("series", *volumes.order_by("pk").values_list("pk", "imported_at"))
    return _kept.made(key, lambda: _series_time(volumes))


def _series_time(volumes: Any) -> SeriesTime:
    # Four letters of the date: SQLite has no year of its own, and Django's is a call for each row.
    year = Substr(Cast("date_min", CharField()), 1, 4)
    documents = Document.objects.filter(volume__in=volumes, current__isnull=False)
    documents = documents.exclude(kind__in=(FRONT, BACK)).order_by()
    counted = documents.annotate(year=year).values_list("year", "volume__slug", "volume__title")
    totals: Counter[int] = Counter()
    by_volume: dict[int, list[tuple[str, str, int]]] = defaultdict(list)
    undated = 0
    for value, slug, title, number in counted.annotate(number=Count("pk")):
        if not value:
            undated += number
            continue
        totals[int(value)] += number
        by_volume[int(value)].append((slug, title, number))
    years = [(one, totals[one], sorted(by_volume[one])) for one in sorted(totals)]
    return SeriesTime(by_years(totals), years, undated)
