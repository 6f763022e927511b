"""Contents as a tree, and the sub-series that volumes stand under."""

from __future__ import annotations

import random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from archive.contents import Branch, DocumentRow, SectionRow, contents_of
from archive.subseries import OTHER, subseries_of


def document(
    number: int, section: int | None = None, kind: str = "historical-document"
) -> DocumentRow:
    heading = f"{number}. Memorandum"
    return DocumentRow(
        f"d{number}", str(number), heading, "", "Bonn", "1982", kind, section, number * 1000
    )


def section(key: int, position: int, parent: int | None = None) -> SectionRow:
    return SectionRow(key, parent, f"ch{key}", "chapter", f"Chapter {key}", position)


def shape(parts: list[Branch | DocumentRow]) -> list[object]:
    return [(p.slug, shape(p.parts)) if isinstance(p, Branch) else p.slug for p in parts]


def test_sections_stand_where_their_first_document_does_front_and_back_apart() -> None:
    sections = [section(2, 2000, parent=1), section(1, 1000), section(3, 4000)]
    documents = [
        document(4, 3),
        document(1, 1),
        document(2, 2),
        document(5),
        document(3, 2),
        document(9, kind="back-matter"),
        document(0, kind="front-matter"),
    ]
    found = contents_of(sections, documents)
    inner = ("ch1", ["d1", ("ch2", ["d2", "d3"])])
    assert shape(found.parts) == [inner, ("ch3", ["d4"]), "d5"]
    assert [d.slug for d in found.front] == ["d0"] and [d.slug for d in found.back] == ["d9"]
    assert found.total == 5
    first = found.parts[0]
    assert isinstance(first, Branch)
    assert (first.numbers, first.depth, first.level) == (("1", "3"), 0, 3)
    nested = first.parts[1]
    assert isinstance(nested, Branch) and (nested.depth, nested.level) == (1, 4)


def test_what_names_a_section_that_is_not_here_is_not_lost() -> None:
    found = contents_of([section(1, 1000, parent=99)], [document(1, 1), document(2, 77)])
    assert shape(found.parts) == [("ch1", ["d1"]), "d2"]


@given(st.integers(0, 6), st.integers(0, 25), st.randoms(use_true_random=False))
def test_every_document_stands_once_and_in_order(
    many: int, documents: int, chance: random.Random
) -> None:
    parents = {n: chance.choice([None, *range(1, n)]) for n in range(1, many + 1)}
    keys = [None, *parents]
    rows = [document(n, chance.choice(keys)) for n in range(1, documents + 1)]
    firsts = {k: min((r.position for r in rows if r.section == k), default=0) for k in parents}
    sections = [section(k, firsts[k], parents[k]) for k in parents]
    chance.shuffle(rows)
    found = contents_of(sections, rows)
    top = Branch("", "", 0, parts=found.parts)
    assert sorted(d.slug for d in top.documents) == sorted(r.slug for r in rows)
    assert found.total == len(rows)


def test_a_row_says_title_kind_place_and_date() -> None:
    row = document(3, kind="editorial-note")
    assert (row.title, row.kind_name, row.about) == ("Memorandum", "Editorial note", "Bonn, 1982")


@pytest.mark.parametrize(
    ("series", "title", "name"),
    [
        ("Foreign Relations of the United States, 1981–1988", "", "1981–1988: Reagan"),
        ("", "Foreign Relations of the United States, 1977-80, Volume I", "1977–1980: Carter"),
        ("", "Foreign Relations of the United States, 1950, Volume II", "1950"),
        ("Foreign Relations", "Papers Relating to the Foreign Relations", OTHER),
        ("", "The Kogan Report, 1981", OTHER),
        (
            "Foreign Relations, 1969–1976",
            "Foreign Relations, January 1973",
            "1969–1976: Nixon and Ford",
        ),
        ("", "Foreign Relations, 1899–1901", "1899–1901"),
        ("", "Foreign Relations, 1950-12", "1950"),
    ],
)
def test_a_volume_belongs_to_the_years_of_its_series(series: str, title: str, name: str) -> None:
    assert subseries_of(series, title).name == name
