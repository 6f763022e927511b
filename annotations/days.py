"""Days and weeks as people speak of them. Pure: what day it is, the caller says."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import UTC, date, datetime, time, timedelta, tzinfo
from typing import NamedTuple, TypeVar
from zoneinfo import ZoneInfo

T = TypeVar("T")
EARLIEST, LATEST = date(1900, 1, 1), date(2999, 12, 31)
LONGEST_ZONE = 64
WEEK = timedelta(days=7)
DAY = timedelta(days=1)
# Those that a page offers, by the word in its address.
PERIODS = {
    "week": "This week",
    "last-week": "Last week",
    "month": "This month",
    "last-month": "Last month",
}


class Days(NamedTuple):
    """From a day to a day, both included; None for no end."""

    since: date | None = None
    until: date | None = None

    def moments(self, zone: tzinfo) -> tuple[datetime | None, datetime | None]:
        """The first moment of it in a time zone, and the first after it."""
        first = None if self.since is None else datetime.combine(self.since, time(), zone)
        after = None if self.until is None else datetime.combine(self.until + DAY, time(), zone)
        return first, after


def zone_of(name: str) -> tzinfo:
    """The time zone of this name; UTC for what is none."""
    if not 0 < len(name) <= LONGEST_ZONE:
        return UTC
    try:
        return ZoneInfo(name)
    except (OSError, ValueError, KeyError):
        return UTC


def day_of(given: str) -> date | None:
    """The day that somebody typed, as ``2026-11-23``; None for what is none."""
    try:
        day = date.fromisoformat(given)
    except ValueError:
        return None
    return day if EARLIEST <= day <= LATEST else None


def period(name: str, today: date) -> Days:
    """The days of a period of PERIODS; weeks begin on Monday. All days for another name."""
    monday = today - timedelta(days=today.weekday())
    first = today.replace(day=1)
    before = (first - DAY).replace(day=1)
    return {
        "week": Days(monday, monday + WEEK - DAY),
        "last-week": Days(monday - WEEK, monday - DAY),
        "month": Days(first, ((first + timedelta(days=31)).replace(day=1)) - DAY),
        "last-month": Days(before, first - DAY),
    }.get(name, Days())


def day_name(day: date, today: date) -> str:
    """Today, Yesterday, the weekday of the last seven days, or the date."""
    ago = (today - day).days
    if ago in (0, 1):
        return ("Today", "Yesterday")[ago]
    if 1 < ago < 7:
        return f"{day:%A}"
    return f"{day:%A}, {day.day} {day:%B}" + ("" if day.year == today.year else f" {day.year}")


class Day(NamedTuple):
    """What belongs to one day, under its name."""

    date: date
    name: str
    items: list[object]


def by_day(
    items: Iterable[T], moment: Callable[[T], datetime], zone: tzinfo, today: date
) -> list[Day]:
    """Items in the order of their moments, in the days of a time zone."""
    found: list[Day] = []
    for item in items:
        day = moment(item).astimezone(zone).date()
        if not found or found[-1].date != day:
            found.append(Day(day, day_name(day, today), []))
        found[-1].items.append(item)
    return found
