"""Documents along their dates, and the chart of them."""

from __future__ import annotations

from datetime import date, timedelta

from hypothesis import given
from hypothesis import strategies as st

from archive.timeline import Dated, Timeline, by_years, timeline_of


def dated(slug: str, first: date | None, last: date | None = None) -> Dated:
    return Dated(slug, "", slug, "", "", first, last or first)


def placed(found: Timeline) -> dict[str, list[str]]:
    groups = [g for year in found.years for g in (*year.months, *([year.rest] * bool(year.rest)))]
    groups += [g for g in (found.longer, found.undated) if g]
    return {g.key: [one.slug for one in g.documents] for g in groups if g}


def test_a_document_stands_where_its_date_surely_lies() -> None:
    found = timeline_of(
        [
            dated("whole", date(1981, 1, 1), date(1981, 12, 31)),
            dated("later", date(1982, 5, 20)),
            dated("undated", None),
            dated("day", date(1982, 5, 10)),
            dated("month", date(1982, 5, 1), date(1982, 5, 31)),
            dated("years", date(1977, 1, 1), date(1981, 12, 31)),
        ]
    )
    assert placed(found) == {
        "y1981-rest": ["whole"],
        "m1982-05": ["month", "day", "later"],
        "longer": ["years"],
        "undated": ["undated"],
    }
    assert found.charted == 4


def test_the_chart_counts_what_the_lists_have_and_leads_to_them() -> None:
    days = [date(1981, 3, 1), date(1981, 3, 2), date(1981, 3, 3), date(1982, 12, 9)]
    chart = timeline_of([dated(f"d{n}", day) for n, day in enumerate(days)]).chart
    assert chart is not None
    counted = {c.key: (c.count, c.label, c.shade) for c in chart.cells if c.count}
    assert counted == {
        "m1981-03": (3, "March 1981", 5),
        "m1982-12": (1, "December 1982", 2),
    }
    assert len(chart.cells) == 24
    assert [head.words for head in chart.heads] == list("JFMAMJJASOND")
    assert all(c.x + c.size <= chart.width and c.y + c.size <= chart.height for c in chart.cells)


def test_what_is_of_a_year_alone_has_a_column_of_its_own() -> None:
    chart = timeline_of([dated("a", date(1981, 2, 1), date(1981, 6, 30))]).chart
    assert chart is not None and chart.heads[-1].words == "?"
    assert [c.key for c in chart.cells if c.count] == ["y1981-rest"]


def test_a_long_gap_is_one_line_and_a_short_one_is_shown() -> None:
    chart = timeline_of([dated("a", date(y, 1, 1)) for y in (1950, 1952, 1977)]).chart
    assert chart is not None
    assert [row.words for row in chart.rows] == ["1950", "1951", "1952", "…", "1977"]
    assert len(chart.cells) == 4 * 12


def test_without_any_date_there_is_no_chart() -> None:
    assert timeline_of([dated("a", None)]).chart is None
    assert by_years({}) is None


def test_years_stand_in_rows_of_ten() -> None:
    chart = by_years({1979: 4, 1981: 2})
    assert chart is not None
    assert [row.words for row in chart.rows] == ["1970s", "1980s"]
    assert {c.key: c.count for c in chart.cells if c.count} == {"y1979": 4, "y1981": 2}


DAYS = st.dates(date(1861, 1, 1), date(1992, 12, 31))


@given(st.lists(st.one_of(st.none(), st.tuples(DAYS, st.integers(0, 800))), max_size=40))
def test_every_document_stands_in_one_place(ranges: list[tuple[date, int] | None]) -> None:
    documents = [
        dated(f"d{n}", r and r[0], r and r[0] + timedelta(days=r[1])) for n, r in enumerate(ranges)
    ]
    found = timeline_of(documents)
    seen = [slug for group in placed(found).values() for slug in group]
    assert sorted(seen) == sorted(one.slug for one in documents)
    counted = sum(cell.count for cell in found.chart.cells) if found.chart else 0
    assert counted == found.charted
