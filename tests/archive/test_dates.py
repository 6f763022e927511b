"""Dates of documents are ranges with their precision, from attributes or from the words."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st
from lxml import etree

from archive.importers.dates import DocumentDate, date_of
from archive.importers.tei import parse_tei
from tests.archive.tei import document, documents_of, volume

# The words of a dateline; the first day, the last day, the precision.
FORMS = """
Washington, May 6, 1982 | 1982-05-06 | 1982-05-06 | day
Washington, May 6, 1982, 4:15–5:20 p.m. | 1982-05-06 | 1982-05-06 | time
New York, September 28, 1981, 2:30 p.m.–6 p.m. | 1981-09-28 | 1981-09-28 | time
Washington, May 6, 1982, 10–11:30 a.m. | 1982-05-06 | 1982-05-06 | time
Moscow, May 6, 1982, 1215Z | 1982-05-06 | 1982-05-06 | time
London, July 3, 1914—4 p. m. | 1914-07-03 | 1914-07-03 | time
Tokyo, March 17, 1942—noon. | 1942-03-17 | 1942-03-17 | time
Moscow, June 3–5, 1981 | 1981-06-03 | 1981-06-05 | range
Camp David, September 5 to 17, 1978 | 1978-09-05 | 1978-09-17 | range
May 6 and 7, 1982 | 1982-05-06 | 1982-05-07 | range
May 6, 8, and 9, 1982 | 1982-05-06 | 1982-05-09 | range
June 30–July 2, 1981 | 1981-06-30 | 1981-07-02 | range
December 30, 1981–January 2, 1982 | 1981-12-30 | 1982-01-02 | range
December 30–January 2, 1982 | 1981-12-30 | 1982-01-02 | range
3–5 June 1981 | 1981-06-03 | 1981-06-05 | range
30 June–2 July 1981 | 1981-06-30 | 1981-07-02 | range
6 May 1982 | 1982-05-06 | 1982-05-06 | day
Washington, Sept. 3, 1957 | 1957-09-03 | 1957-09-03 | day
Geneva, 1st of May, 1955 | 1955-05-01 | 1955-05-01 | day
No. 1834, Paris, 10 May 1919 | 1919-05-10 | 1919-05-10 | day
London, [May 3, 1915.] | 1915-05-03 | 1915-05-03 | day
1982-05-10 | 1982-05-10 | 1982-05-10 | day
April 1982 | 1982-04-01 | 1982-04-30 | month
February 1972 | 1972-02-01 | 1972-02-29 | month
undated [ca. May 1972] | 1972-05-01 | 1972-05-31 | month
April–May 1982 | 1982-04-01 | 1982-05-31 | range
January through March 1969 | 1969-01-01 | 1969-03-31 | range
Early May 1982 | 1982-05-01 | 1982-05-10 | range
late February 1981 | 1981-02-21 | 1981-02-28 | range
Spring 1981 | 1981-03-01 | 1981-05-31 | range
Winter 1981–82 | 1981-12-01 | 1982-02-28 | range
1982 | 1982-01-01 | 1982-12-31 | year
1981–1982 | 1981-01-01 | 1982-12-31 | range
1981–82 | 1981-01-01 | 1982-12-31 | range
"""
NONE = ["", "undated", "Washington, undated", "May 6", "Room 1982B, 12 noon", "February 30, 1982"]
NONE += ["Before May 6, 1982", "Washington, 99 May 1982"]


@pytest.mark.parametrize("line", FORMS.strip().splitlines())
def test_the_words_of_a_dateline_state_a_range_of_days(line: str) -> None:
    words, low, high, precision = (part.strip() for part in line.split("|"))
    wanted = DocumentDate(date.fromisoformat(low), date.fromisoformat(high), precision)
    assert date_of(None, None, None, words) == wanted


@pytest.mark.parametrize("words", NONE)
def test_words_that_state_no_sure_date_state_none(words: str) -> None:
    assert date_of(None, None, None, words) == DocumentDate(None, None, "")


ISO = [
    ("1982-05-10T00:00:00-05:00", "1982-05-10T23:59:59-05:00", "1982-05-10", "1982-05-10", "day"),
    ("1982-05-10T16:15:00-05:00", "1982-05-10T17:20:00-05:00", "1982-05-10", "1982-05-10", "time"),
    ("1982-05-10T16:15:00Z", "1982-05-10T16:15:00Z", "1982-05-10", "1982-05-10", "time"),
    ("1982-05-01T00:00:00Z", "1982-05-31T23:59:59Z", "1982-05-01", "1982-05-31", "month"),
    ("1982-01-01", "1982-12-31", "1982-01-01", "1982-12-31", "year"),
    ("1981-12-30", "1982-01-02", "1981-12-30", "1982-01-02", "range"),
    ("1982-05", None, "1982-05-01", "1982-05-31", "month"),
    (None, "1982-05-10", "1982-05-10", "1982-05-10", "day"),
    ("1982-05-10", "1982-05-02", "1982-05-02", "1982-05-10", "range"),
    ("the tenth", "1982-05-10", "1982-05-10", "1982-05-10", "day"),
]


@pytest.mark.parametrize(("earliest", "latest", "low", "high", "precision"), ISO)
def test_what_a_document_says_of_itself_comes_first(
    earliest: str | None, latest: str | None, low: str, high: str, precision: str
) -> None:
    element = etree.Element("date", when="1900-01-01")
    found = date_of(earliest, latest, element, "Paris, June 1, 1950")
    assert found == DocumentDate(date.fromisoformat(low), date.fromisoformat(high), precision)


@pytest.mark.parametrize(
    ("attributes", "precision"),
    [
        ({"when": "1982-05-10"}, "day"),
        ({"when": "1982"}, "year"),
        ({"when": "1982-05"}, "month"),
        ({"from": "1982-05-10", "to": "1982-05-12"}, "range"),
        ({"notBefore": "1982-05-10", "notAfter": "1982-06-12"}, "range"),
        ({"when": "1982-05-10T09:00:00"}, "time"),
    ],
)
def test_the_attributes_of_a_date_come_before_its_words(
    attributes: dict[str, str], precision: str
) -> None:
    found = date_of(None, None, etree.Element("date", attributes), "June 1, 1950")
    assert (found.min and found.min.year, found.precision) == (1982, precision)


def test_an_hour_in_the_words_makes_a_day_more_exact() -> None:
    element = etree.Element("date", when="1982-05-10")
    assert date_of(None, None, element, "May 10, 1982, 4:15 p.m.").precision == "time"
    month = etree.Element("date", when="1982-05")
    assert date_of(None, None, month, "May 1982, 4:15 p.m.").precision == "month"


@given(st.text("May June 1982 30–-,and toT:.Zp m[]", max_size=40), st.text("0129-T:Z", max_size=20))
def test_no_words_and_no_attribute_break_it(words: str, iso: str) -> None:
    found = date_of(iso, words, etree.Element("date", when=iso), words)
    assert (found.min is None) == (found.max is None) == (found.precision == "")
    assert found.min is None or found.max is None or found.min <= found.max


def test_a_document_without_attributes_is_dated_by_its_dateline_in_opener_or_closer() -> None:
    opener = "<opener><dateline>Moscow, June 3–5, 1981<note n='1'>May 1, 1900</note></dateline>"
    closer = "<closer><dateline>Paris, <hi rend='italic'>April 1982</hi></dateline></closer>"
    source = document(f"{opener}</opener><p>a</p>", 1) + document(f"<p>a</p>{closer}", 2)
    first, second = documents_of(parse_tei(volume(source)))
    assert (first.date_min, first.date_max) == (date(1981, 6, 3), date(1981, 6, 5))
    assert (first.date_precision, second.date_precision) == ("range", "month")
    assert (second.date_min, second.date_text) == (date(1982, 4, 1), "Paris, April 1982")
