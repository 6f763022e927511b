"""Documents along their dates: by month and year, and the chart of how many there are of each.

A document is counted where its date surely lies: in a month when all of its range does, else in a
year, else under what covers more than a year. Nothing is guessed.
"""

from __future__ import annotations

import calendar
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import NamedTuple

MONTHS = tuple(calendar.month_name)[1:]
SHADES = 5
_HEAD, _LABEL, _GAP = 18, 34, 2


class Dated(NamedTuple):
    """A document with the range of its date; both ends are None where it has none."""

    slug: str
    number: str
    title: str
    text: str
    place: str
    first: date | None
    last: date | None


@dataclass(frozen=True, slots=True)
class Group:
    """Documents of one month, of one year, or of none; ``key`` is its anchor on the page."""

    key: str
    label: str
    documents: tuple[Dated, ...]


@dataclass(frozen=True, slots=True)
class Year:
    """``rest`` are those that are of the year and of no one month."""

    year: int
    months: tuple[Group, ...]
    rest: Group | None

    @property
    def count(self) -> int:
        groups = (*self.months, self.rest) if self.rest else self.months
        return sum(len(group.documents) for group in groups)


@dataclass(frozen=True, slots=True)
class Cell:
    """A square of the chart at (x, y), with what it counts; ``shade`` is 0 where that is none."""

    x: int
    y: int
    size: int
    count: int
    label: str
    key: str
    shade: int

    @property
    def middle(self) -> int:
        return self.x + self.size // 2

    @property
    def base(self) -> int:
        """Where the number stands on."""
        return self.y + self.size // 2 + 4


@dataclass(frozen=True, slots=True)
class Label:
    """Words at a place of the chart."""

    x: int
    y: int
    words: str


@dataclass(frozen=True, slots=True)
class Chart:
    """Squares in rows, with what stands over the columns and before the rows."""

    width: int
    height: int
    heads: tuple[Label, ...]
    rows: tuple[Label, ...]
    cells: tuple[Cell, ...]


@dataclass(frozen=True, slots=True)
class Timeline:
    """All documents of a volume, each in one place."""

    years: tuple[Year, ...]
    longer: Group | None
    undated: Group | None
    chart: Chart | None

    @property
    def charted(self) -> int:
        return sum(year.count for year in self.years)

    @property
    def has_rest(self) -> bool:
        return any(year.rest for year in self.years)


def timeline_of(documents: Iterable[Dated]) -> Timeline:
    """Each document once, by the day it begins."""
    months: dict[tuple[int, int], list[Dated]] = defaultdict(list)
    rests: dict[int, list[Dated]] = defaultdict(list)
    longer: list[Dated] = []
    undated: list[Dated] = []
    dated: list[Dated] = []
    for one in documents:
        (dated if one.first else undated).append(one)
    dated.sort(key=lambda one: (one.first or date.min, one.last or one.first or date.min))
    for one in dated:
        first, last = one.first or date.min, one.last or one.first or date.min
        if first.year != last.year:
            longer.append(one)
        elif first.month != last.month:
            rests[first.year].append(one)
        else:
            months[first.year, first.month].append(one)
    years = tuple(_year(y, months, rests) for y in sorted({y for y, _ in months} | set(rests)))
    return Timeline(
        years,
        _group("longer", "Over more than a year", longer),
        _group("undated", "Without a date", undated),
        _months_chart(years) if years else None,
    )


def _group(key: str, label: str, documents: Sequence[Dated]) -> Group | None:
    return Group(key, label, tuple(documents)) if documents else None


def _year(
    year: int, months: Mapping[tuple[int, int], list[Dated]], rests: Mapping[int, list[Dated]]
) -> Year:
    found = [
        Group(f"m{year}-{month:02d}", f"{MONTHS[month - 1]} {year}", tuple(months[year, month]))
        for month in range(1, 13)
        if (year, month) in months
    ]
    rest = _group(f"y{year}-rest", f"{year}, in no one month", rests.get(year, []))
    return Year(year, tuple(found), rest)


def _months_chart(years: Sequence[Year]) -> Chart:
    counts: dict[tuple[str, int], tuple[int, str, str]] = {}
    for year in years:
        for group in year.months:
            month = int(group.key[-2:]) - 1
            counts[str(year.year), month] = (len(group.documents), group.label, group.key)
        if year.rest:
            counts[str(year.year), 12] = (len(year.rest.documents), year.rest.label, year.rest.key)
    heads = [*(name[0] for name in MONTHS)]
    if any(year.rest for year in years):
        heads.append("?")
    return grid(_with_gaps([year.year for year in years]), heads, counts, 24)


def _with_gaps(years: Sequence[int], widest: int = 3) -> list[str]:
    """The years in a row; where more than ``widest`` are missing, one line stands for them."""
    rows: list[str] = []
    for year, following in zip(years, [*years[1:], None], strict=True):
        rows.append(str(year))
        missing = (following or year) - year - 1
        rows += [""] if missing > widest else [str(year + 1 + n) for n in range(max(missing, 0))]
    return rows


def by_years(counts: Mapping[int, int]) -> Chart | None:
    """The chart of how many documents there are of each year, a row for each ten years."""
    if not counts:
        return None
    cells = {
        (f"{year // 10 * 10}s", year % 10): (number, str(year), f"y{year}")
        for year, number in counts.items()
    }
    tens = sorted({year // 10 * 10 for year in counts})
    rows = [f"{ten}s" for ten in range(tens[0], tens[-1] + 10, 10)]
    return grid(rows, [str(n) for n in range(10)], cells, 30)


def grid(
    rows: Sequence[str],
    heads: Sequence[str],
    counts: Mapping[tuple[str, int], tuple[int, str, str]],
    pitch: int,
) -> Chart:
    """A chart with these rows and columns; ``counts`` has (count, label, key) by row and column.

    A row without a name stands for what is left out, and has no squares. Lengths are in the
    chart's own units.
    """
    most = max((count for count, _, _ in counts.values()), default=0)
    cells, labels = [], []
    for index, row in enumerate(rows):
        y = _HEAD + index * pitch
        labels.append(Label(0, y + pitch // 2 + 3, row or "…"))
        for column in range(len(heads)) if row else ():
            count, label, key = counts.get((row, column), (0, "", ""))
            x = _LABEL + column * pitch
            shade = -(-count * SHADES // most) if most else 0
            cells.append(Cell(x, y, pitch - _GAP, count, label, key, shade))
    over = tuple(
        Label(_LABEL + n * pitch + pitch // 2 - 1, _HEAD - 6, head) for n, head in enumerate(heads)
    )
    width, height = _LABEL + len(heads) * pitch, _HEAD + len(rows) * pitch
    return Chart(width, height, over, tuple(labels), tuple(cells))
