"""The date that the words of a dateline state: "Moscow, June 3–5, 1981", "Spring 1981", ….

A date is read as a row of days, months, seasons or years that dashes and "and" join. What a word
of the row lacks, it takes from its neighbours. Without a year there is no date.
"""

from __future__ import annotations

import calendar
import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

_MONTHS = {name.lower(): n for n, name in enumerate(calendar.month_name) if n}
_MONTHS |= {name.lower()[:3]: n for name, n in _MONTHS.items()} | {"sept": 9}
_SEASONS = {"spring": (3, 5), "summer": (6, 8), "autumn": (9, 11), "fall": (9, 11)}
_PARTS = {"early": (1, 10), "mid": (11, 20), "late": (21, 31)}
_MONTH = rf"(?P<month>{'|'.join(sorted(_MONTHS, key=len, reverse=True))})\b\.?"
_DAY = r"(?P<day>\d{1,2})(?:st|nd|rd|th)?(?![\d:]|\s*[ap]\.?\s?m\b)"
_YEAR = r"(?P<year>1[5-9]\d\d|20\d\d)(?!\w)"
_UNTIL = r"(?:[–/-](?P<until>\d\d)(?!\d))?"  # the "82" of "1981–82"
_PART = r"(?:(?P<part>early|mid|late)(?:\s+in)?[\s–-]+)?"
_ATOMS = [
    re.compile(pattern, re.IGNORECASE)
    for pattern in (
        r"(?<!\d)(?P<year>\d{4})-(?P<number>\d\d)-(?P<day>\d\d)(?!\d)",
        rf"\b{_MONTH}\s+{_DAY}(?:,?\s+{_YEAR})?",
        rf"(?<!\d){_DAY}\s+(?:of\s+)?{_MONTH}(?:,?\s+{_YEAR})?",
        rf"\b{_PART}{_MONTH},?\s+(?:of\s+)?{_YEAR}",
        rf"\b(?P<season>spring|summer|autumn|fall|winter),?\s+(?:of\s+)?{_YEAR}{_UNTIL}",
        rf"(?<![\d/–-]){_YEAR}{_UNTIL}",
    )
]
# What may stand in a row beside another, and alone is no date.
_BARE = [
    re.compile(pattern, re.IGNORECASE)
    for pattern in (rf"\b{_MONTH}", rf"(?<!\d){_DAY}(?:,?\s+{_YEAR})?", _YEAR)
]
_JOINT = re.compile(r"\s*(?:(?:[–—-]|\bto\b|\bthrough\b|(?:, )?\band\b|&)\s*|(?P<comma>,\s+))")
_NOT_THE_DATE = re.compile(r"\b(?:before|after|prior to|until|since|later than)\b", re.IGNORECASE)
_CLOCK = re.compile(
    r"\b\d{1,2}[:.]\d\d\b|\b\d{1,2}\s*[ap]\.?\s?m\b|\b\d{4}\s?(?:Z\b|hours|hrs)"
    r"|\b(?:noon|midnight)\b",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class Stated:
    """What words state: the first and the last day, and the unit that they count in."""

    min: date
    max: date
    precision: str


@dataclass(slots=True)
class _Atom:
    year: int = 0
    month: int = 0
    day: int = 0
    months: tuple[int, int] | None = None  # of a season
    days: tuple[int, int] | None = None  # of a part of a month
    until: int = 0  # the last of some years

    def unit(self) -> str:
        if self.months or self.days or self.until:
            return "range"
        return "day" if self.day else "month" if self.month else "year"

    def first(self) -> date:
        month = self.months[0] if self.months else self.month or 1
        return date(self.year, month, self.days[0] if self.days else self.day or 1)

    def last(self) -> date:
        month = self.months[1] if self.months else self.month or 12
        year = self.until or self.year
        if self.months and self.months[1] < self.months[0]:
            year = self.year + 1
        end = calendar.monthrange(year, month)[1]
        return date(year, month, min(self.days[1], end) if self.days else self.day or end)


def states_a_time(words: str) -> bool:
    """Whether words state an hour, as "4:15 p.m.", "noon" and "1215Z" do."""
    return bool(_CLOCK.search(words))


def stated_date(words: str) -> Stated | None:
    """The date that words state first, None where they state none that is sure."""
    row = list(_row(words))
    if not row or _NOT_THE_DATE.search(words):
        return None
    try:
        return _stated(row)
    except ValueError:  # no such day
        return None


def _stated(row: list[_Atom]) -> Stated | None:
    _complete(row)
    if not all(atom.year for atom in row):
        return None
    low, high = row[0].first(), row[-1].last()
    if low > high:
        low, high = row[-1].first(), row[0].last()
    precision = row[0].unit() if len(row) == 1 else "range"
    return Stated(low, high, precision)


def _complete(row: list[_Atom]) -> None:
    """Gives each word of a row what it lacks: the year of the next, else of the one before."""
    for atom, following in reversed(list(zip(row, row[1:], strict=False))):
        atom.month = atom.month or (following.month if atom.day else 0)
        if not atom.year and following.year:
            # "December 30–January 2, 1982" begins in the year before.
            atom.year = following.year - (atom.month > following.month > 0)
    for before, atom in zip(row, row[1:], strict=False):
        atom.month = atom.month or (before.month if atom.day else 0)
        atom.year = atom.year or before.year


def _row(words: str) -> Iterator[_Atom]:
    """The words of the first date: what begins it, and what joints hold to that."""
    match = _first(words)
    while match:
        atom = _atom(match)
        yield atom
        joint = _JOINT.match(words, match.end())
        if joint is None or (joint["comma"] and atom.year):
            return
        match = next(
            (m for pattern in (*_ATOMS, *_BARE) if (m := pattern.match(words, joint.end()))), None
        )


def _first(words: str) -> re.Match[str] | None:
    """What a date begins with: a bare day or month only where a joint holds more to it."""
    *exact, of_year = _ATOMS
    found = [m for pattern in exact if (m := pattern.search(words))]
    # A year that stands alone may be the number of a telegram: a day or month goes before it.
    start = min(found, key=lambda m: m.start(), default=None) or of_year.search(words)
    for pattern in _BARE:
        for bare in pattern.finditer(words, 0, start.start() if start else 0):
            joint = _JOINT.match(words, bare.end())
            if joint and not joint["comma"] and start and joint.end() <= start.start():
                between = words[joint.end() : start.start()]
                if not between.strip():
                    return bare
    return start


def _atom(match: re.Match[str]) -> _Atom:
    found = match.groupdict()
    atom = _Atom(int(found.get("year") or 0), 0, int(found.get("day") or 0))
    if number := found.get("number"):
        atom.month = int(number)
    elif month := found.get("month"):
        atom.month = _MONTHS[month.lower()]
    if season := found.get("season"):
        # A winter goes over into the next year: that of the year it begins in.
        atom.months = _SEASONS.get(season.lower(), (12, 2))
    elif until := found.get("until"):
        atom.until = atom.year - atom.year % 100 + int(until)
    if part := found.get("part"):
        atom.days = _PARTS[part.lower()]
    return atom
