"""Dates of documents as ranges: an ISO date that says less than a day covers all of it."""

from __future__ import annotations

import calendar
import re
from datetime import date

from lxml import etree

_ISO = re.compile(r"(\d{4})(?:-(\d\d)(?:-(\d\d))?)?(?=$|T)")


def first_day(iso: str | None) -> date | None:
    """The first day of an ISO date, date and time, month or year; None for anything else."""
    return _day(iso, last=False)


def last_day(iso: str | None) -> date | None:
    return _day(iso, last=True)


def _day(iso: str | None, *, last: bool) -> date | None:
    found = _ISO.match((iso or "").strip())
    if not found:
        return None
    year, month = int(found[1]), int(found[2] or (12 if last else 1))
    try:
        end = calendar.monthrange(year, month)[1] if last else 1
        return date(year, month, int(found[3] or end))
    except (ValueError, calendar.IllegalMonthError):
        return None


def date_range(
    earliest: str | None, latest: str | None, element: etree._Element | None
) -> tuple[date | None, date | None]:
    """The range that a document says of itself, else that of its ``date`` element, else Nones.

    A range with one end is that day; one whose ends are the wrong way round is turned.
    """
    low, high = first_day(earliest), last_day(latest)
    if low is None and high is None and element is not None:
        low = _first_of(element, ("when", "from", "notBefore"), last=False)
        high = _first_of(element, ("when", "to", "notAfter"), last=True)
    low, high = low or high, high or low
    if low and high and low > high:
        low, high = high, low
    return low, high


def _first_of(element: etree._Element, names: tuple[str, ...], *, last: bool) -> date | None:
    return next((d for n in names if (d := _day(element.get(n), last=last))), None)
