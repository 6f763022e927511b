"""What one may type to go somewhere."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from archive.addresses import PageRange, Wanted, page_number, wanted, with_page

V = "frus1981-88v03"
D169 = Wanted(V, name="d169", number="169")


@pytest.mark.parametrize(
    ("text", "volume", "meant"),
    [
        ("169", V, D169),
        ("d169", V, D169),
        ("D169", V, D169),
        ("Document 169", V, D169),
        ("no. 169.", V, D169),
        ("#169", V, D169),
        (f"{V}/d169", "", D169),
        (f"{V}/d169", "frus1969-76v01", D169),
        (f"{V}, 169", "", D169),
        (f"{V.upper()} d169", "", D169),
        (f"https://history.state.gov/historicaldocuments/{V}/d169", "", D169),
        (f"history.state.gov/historicaldocuments/{V}/d169#fn2", "", D169),
        (f"http://127.0.0.1:8000/volumes/{V}/d169/?set=seminar#b4", "", D169),
        (f"https://example.org/volumes/{V}/d169.txt", "", D169),
        (f"/historicaldocuments/{V}/", "", Wanted(V)),
        (V, "", Wanted(V)),
        (f"/historicaldocuments/{V}/d169fn2", "", Wanted(V, name="d169", note="d169fn2")),
        (f"/historicaldocuments/{V}/ch1", "", Wanted(V, name="ch1")),
        (f"/historicaldocuments/{V}/pg_546", "", Wanted(V, page="546")),
        ("p. 546", V, Wanted(V, page="546")),
        ("page xvii", V, Wanted(V, page="xvii")),
        ("pg_546", V, Wanted(V, page="546")),
        ("p. 546", "", Wanted(page="546")),
        ("169", "", Wanted(name="d169", number="169")),
        ("preface", V, Wanted(V, name="preface")),
        ("linkage", "", None),
        ("arms control", V, None),
        ("", "", None),
        ("../../etc/passwd", "", None),
    ],
)
def test_numbers_pages_and_addresses_are_understood(
    text: str, volume: str, meant: Wanted | None
) -> None:
    assert wanted(text, volume) == meant


@given(st.text(max_size=80), st.sampled_from(["", V]))
def test_whatever_is_typed_gives_names_or_nothing(text: str, volume: str) -> None:
    found = wanted(text, volume)
    assert found is None or all(part.replace("-", "").isprintable() for part in found)


def test_a_page_is_in_the_first_document_that_has_it() -> None:
    pages = [
        PageRange("preface", "iii", "ix"),
        PageRange("d1", "1", "3"),
        PageRange("d2", "3", "3"),
        PageRange("d3", "4", ""),
        PageRange("odd", "", ""),
    ]
    found = {page: with_page(pages, page) for page in ("vi", "1", "3", "4", "5", "x", "q")}
    expected = {"vi": "preface", "1": "d1", "3": "d1", "4": "d3", "5": None, "x": None, "q": None}
    assert found == expected


def test_roman_pages_come_before_the_others() -> None:
    order = ["iv", "ix", "xl", "XLI", "1", "10"]
    places = [page_number(page) for page in order]
    assert places == sorted(places, key=lambda place: place or (9, 9))
    assert page_number("xl") == (0, 40)
    assert page_number("²") is None
