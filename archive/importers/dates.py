"""Dates of documents as ranges: an ISO date that says less than a day covers all of it."""

from __future__ import annotations

import calendar
import re
from dataclasses import dataclass
from datetime import date

from lxml import etree

from archive.importers.datelines import stated_date, states_a_time

_ISO = re.compile(r"(\d{4})(?:-(\d\d)(?:-(\d\d))?)?(?=$|T)")
_CLOCK = re.compile(r"T(\d\d:\d\d)")
_WHOLE_DAY = ("00:00", "23:59")


@dataclass(frozen=True, slots=True)
class DocumentDate:
    """The first and the last day of a document's date, and how exactly the source states it.

    ``precision`` is ``time`` (a day, with the hour), ``day``, ``month`` or ``year`` where the date
    is one of these, ``range`` for any other, and empty where there is none; then both are None.
    """

    min: date | None = None
    max: date | None = None
    precision: str = ""


def date_of(
    earliest: str | None,
    latest: str | None,
    element: etree._Element | None = None,
    words: str = "",
) -> DocumentDate:
    """The date of a document, from the first of these that has one: the ISO dates that it gives of
    itself, the attributes of its ``date`` element, the words of its dateline.

    A range with one end is that day; one whose ends are the wrong way round is turned. Where a day
    is all that is given, and the words state an hour, the precision is ``time``.
    """
    found = _from_iso(earliest, latest)
    if not found.precision and element is not None:
        low = next((v for n in ("when", "from", "notBefore") if _day(v := element.get(n))), None)
        high = next((v for n in ("when", "to", "notAfter") if _day(v := element.get(n))), None)
        found = _from_iso(low, high)
    if not found.precision and (stated := stated_date(words)):
        found = DocumentDate(stated.min, stated.max, stated.precision)
    if found.precision == "day" and states_a_time(words):
        return DocumentDate(found.min, found.max, "time")
    return found


def first_day(iso: str | None) -> date | None:
    """The first day of an ISO date, date and time, month or year; None for anything else."""
    return _day(iso)


def last_day(iso: str | None) -> date | None:
    """The last day of the same."""
    return _day(iso, last=True)


def _day(iso: str | None, *, last: bool = False) -> date | None:
    found = _ISO.match((iso or "").strip())
    if not found:
        return None
    year, month = int(found[1]), int(found[2] or (12 if last else 1))
    try:
        end = calendar.monthrange(year, month)[1] if last else 1
        return date(year, month, int(found[3] or end))
    except (ValueError, calendar.IllegalMonthError):
        return None


def _from_iso(earliest: str | None, latest: str | None) -> DocumentDate:
    if _day(earliest) is None:
        earliest = latest
    if _day(latest) is None:
        latest = earliest
    low, high = _day(earliest), _day(latest, last=True)
    if low is None or high is None:
        return DocumentDate()
    if low > high:
        earliest, latest = latest, earliest
        low, high = _day(earliest) or low, _day(latest, last=True) or high
    return DocumentDate(low, high, _precision(low, high, _has_hours(earliest, latest)))


def _has_hours(earliest: str | None, latest: str | None) -> bool:
    clocks = tuple(m[1] for iso in (earliest, latest) if (m := _CLOCK.search(iso or "")))
    return bool(clocks) and clocks not in (_WHOLE_DAY, _WHOLE_DAY[:1] * 2)


def _precision(low: date, high: date, has_hours: bool) -> str:
    if low == high:
        return "time" if has_hours else "day"
    is_whole = low.day == 1 and high.day == calendar.monthrange(high.year, high.month)[1]
    if low.year == high.year and is_whole:
        if low.month == high.month:
            return "month"
        if (low.month, high.month) == (1, 12):
            return "year"
    return "range"
