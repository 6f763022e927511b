"""Days, weeks and months as people speak of them, in their own time zone."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from annotations.days import DAY, Days, by_day, day_name, day_of, period, zone_of

TODAY = date(2026, 11, 23)
BERLIN = ZoneInfo("Europe/Berlin")


@pytest.mark.parametrize(
    ("day", "name"),
    [
        (date(2026, 11, 23), "Today"),
        (date(2026, 11, 22), "Yesterday"),
        (date(2026, 11, 21), "Saturday"),
        (date(2026, 11, 17), "Tuesday"),
        (date(2026, 11, 16), "Monday, 16 November"),
        (date(2025, 12, 1), "Monday, 1 December 2025"),
        (date(2026, 11, 24), "Tuesday, 24 November"),
    ],
)
def test_a_day_is_called_as_people_call_it(day: date, name: str) -> None:
    assert day_name(day, TODAY) == name


@pytest.mark.parametrize(
    ("name", "since", "until"),
    [
        ("week", date(2026, 11, 23), date(2026, 11, 29)),
        ("last-week", date(2026, 11, 16), date(2026, 11, 22)),
        ("month", date(2026, 11, 1), date(2026, 11, 30)),
        ("last-month", date(2026, 10, 1), date(2026, 10, 31)),
        ("ever", None, None),
    ],
)
def test_a_period_is_found_by_its_name(name: str, since: date, until: date) -> None:
    assert period(name, TODAY) == (since, until)


@given(st.dates(date(1901, 1, 1), date(2999, 12, 1)))
def test_weeks_and_months_meet_without_a_gap(today: date) -> None:
    for name in ("week", "month"):
        this, last = period(name, today), period(f"last-{name}", today)
        assert this.since and this.until and last.until
        assert this.since <= today <= this.until
        assert last.until + DAY == this.since


def test_a_day_begins_where_its_reader_is() -> None:
    day = Days(date(2026, 11, 23), date(2026, 11, 23))
    first, after = day.moments(BERLIN)
    assert first == datetime(2026, 11, 22, 23, tzinfo=UTC)
    assert after == datetime(2026, 11, 23, 23, tzinfo=UTC)
    # The day on which the clocks go back has 25 hours.
    first, after = Days(date(2026, 10, 25), date(2026, 10, 25)).moments(BERLIN)
    assert first and after
    assert after.astimezone(UTC) - first.astimezone(UTC) == timedelta(hours=25)
    assert Days().moments(BERLIN) == (None, None)


def test_things_stand_under_the_day_of_ones_own_zone() -> None:
    late = datetime(2026, 11, 22, 23, 30, tzinfo=UTC)
    moments = [late, late - timedelta(hours=1), late - timedelta(days=1)]
    there = by_day(moments, lambda moment: moment, BERLIN, TODAY)
    assert [(day.name, len(day.items)) for day in there] == [
        ("Today", 1),
        ("Yesterday", 2),
    ]
    here = by_day(moments, lambda moment: moment, UTC, TODAY)
    assert [(day.name, len(day.items)) for day in here] == [("Yesterday", 2), ("Saturday", 1)]


@pytest.mark.parametrize(
    "name",
    ["", "Nowhere", "../etc/passwd", "/etc/localtime", "America", "a" * 99, "\0", "Eur\nope"],
)
def test_what_is_no_time_zone_is_universal_time(name: str) -> None:
    assert zone_of(name) is UTC


def test_a_time_zone_is_found_by_its_name() -> None:
    assert zone_of("Europe/Berlin") == BERLIN


@pytest.mark.parametrize("given", ["", "today", "2026-13-01", "0001-01-01", "9999-12-31", "20"])
def test_what_is_no_day_is_none(given: str) -> None:
    assert day_of(given) is None


def test_a_day_is_read_as_a_form_sends_it() -> None:
    assert day_of("2026-11-23") == TODAY
