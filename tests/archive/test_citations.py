"""Citations: what scholars paste, and what programs read without being led astray."""

from __future__ import annotations

import json
import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from archive.citations import Citation, bibtex, chicago, citation_of, ris
from archive.csl import csl
from archive.csl import name as csl_name
from tests.factories import DocumentFactory, VolumeFactory

FULL = Citation(
    key="frus1981-88v03-d169",
    title="Memorandum From Secretary of State Haig to President Reagan",
    number="169",
    date="May 10, 1982",
    volume="Foreign Relations of the United States, 1981–1988, Volume III, Soviet Union",
    editors=("James Graham Wilson", "Adam M. Howard"),
    publisher="United States Government Publishing Office",
    place="Washington",
    year="2016",
    first_page="545",
    last_page="546",
    url="https://history.state.gov/historicaldocuments/frus1981-88v03/d169",
)
ANY = st.text("aé\U0001f4dc {}\\%&$#_^~\n\r\t\x00\u2028,and", max_size=12)


def test_chicago_is_one_sentence() -> None:
    assert chicago(FULL) == (
        "“Memorandum From Secretary of State Haig to President Reagan,” May 10, 1982, in Foreign "
        "Relations of the United States, 1981–1988, Volume III, Soviet Union, ed. James Graham "
        "Wilson and Adam M. Howard (Washington: United States Government Publishing Office, 2016), "
        "Document 169, https://history.state.gov/historicaldocuments/frus1981-88v03/d169."
    )


@pytest.mark.parametrize(
    ("citation", "expected"),
    [
        (Citation("k", "A"), "“A.”"),
        (Citation("k", "A", date="May 1982"), "“A,” May 1982."),
        (Citation("k", "Why?", number="2"), "“Why?” Document 2."),
        (Citation("k", "A", volume="V"), "“A,” in V."),
        (Citation("k", "A", volume="V", editors=("B C", "D E", "F G")),
         "“A,” in V, ed. B C, D E, and F G."),
        (Citation("k", "A", volume="V", place="P"), "“A,” in V (P)."),
    ],
)  # fmt: skip
def test_chicago_leaves_out_what_is_not_known(citation: Citation, expected: str) -> None:
    assert chicago(citation) == expected


def test_bibtex_has_the_fields_of_a_part_of_a_book() -> None:
    entry = bibtex(FULL)
    assert entry.startswith("@incollection{frus1981-88v03-d169,\n")
    assert "  editor = {James Graham Wilson and Adam M. Howard},\n" in entry
    assert "  pages = {545--546},\n" in entry
    assert "  note = {Document 169, May 10, 1982},\n" in entry
    assert f"  url = {{{FULL.url}}}\n}}\n" in entry


def test_bibtex_escapes_what_latex_would_read() -> None:
    entry = bibtex(Citation("a key", "5% & {more} \\ $1 #2 a_b ~ ^", editors=("A, Jr.", "B and C")))
    assert entry.startswith("@misc{a-key,")
    assert r"{{5\% \& \{more\} \textbackslash{} \$1 \#2 a\_b \textasciitilde{} " in entry
    assert "editor = {{A, Jr.} and {B and C}}" in entry


@given(ANY, ANY, ANY)
def test_no_value_can_leave_its_field_in_bibtex(title: str, name: str, url: str) -> None:
    entry = bibtex(Citation("k", title, editors=(name,), publisher=name, year=title, url=url))
    bare = re.sub(r"\\[{}%&$#_]", "", entry)
    depths, depth = [], 0
    for character in bare:
        depth += (character == "{") - (character == "}")
        depths.append(depth)
    assert depths[-2:] == [0, 0]
    assert min(depths[: len(bare) - 2][bare.index("{") :]) >= 1
    lines = entry.split("\n")
    assert len(lines) == entry.count("\n") + 1
    assert all(re.match(r"  [a-z]+ = \{.*\},?$", line) for line in lines[1:-2])


def test_ris_is_a_chapter_with_its_book() -> None:
    lines = ris(FULL).split("\r\n")
    assert lines[0] == "TY  - CHAP"
    assert lines[-2:] == ["ER  - ", ""]
    assert "A2  - Wilson, James Graham" in lines
    assert "SE  - Document 169" in lines
    assert ("SP  - 545" in lines) and ("EP  - 546" in lines)


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("Adam M. Howard", "Howard, Adam M."),
        ("Howard, Adam M.", "Howard, Adam M."),
        ("John B. Smith Jr.", "Smith, John B., Jr."),
        ("Voltaire", "Voltaire"),
    ],
)
def test_ris_puts_the_surname_first(name: str, expected: str) -> None:
    assert f"A2  - {expected}\r\n" in ris(Citation("k", "t", editors=(name,)))


@given(ANY, ANY)
def test_no_value_can_begin_another_line_in_ris(title: str, name: str) -> None:
    record = ris(Citation("k", f"{title}\r\nER  - ", editors=(name,), publisher=name))
    lines = record.split("\r\n")
    assert lines[-1] == "" and "\n" not in "".join(lines) and "\r" not in "".join(lines)
    assert all(re.match(r"[A-Z][A-Z0-9]  - ", line) for line in lines[:-1])
    assert [line[:2] for line in lines[:-1]].count("ER") == 1


def test_csl_is_a_chapter_of_its_volume() -> None:
    assert json.loads(csl(FULL)) == [
        {
            "id": "frus1981-88v03-d169",
            "type": "chapter",
            "title": FULL.title,
            "container-title": FULL.volume,
            "editor": [
                {"family": "Wilson", "given": "James Graham"},
                {"family": "Howard", "given": "Adam M."},
            ],
            "publisher": "United States Government Publishing Office",
            "publisher-place": "Washington",
            "issued": {"date-parts": [[2016]]},
            "original-date": {"literal": "May 10, 1982"},
            "number": "169",
            "page": "545-546",
            "URL": FULL.url,
        }
    ]
    assert json.loads(csl(Citation("k", "A"))) == [{"id": "k", "type": "document", "title": "A"}]


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("Howard, Adam M.", {"family": "Howard", "given": "Adam M."}),
        ("John B. Smith Jr.", {"family": "Smith", "given": "John B.", "suffix": "Jr."}),
        ("Smith, John B., Jr.", {"family": "Smith", "given": "John B.", "suffix": "Jr."}),
        ("Voltaire", {"literal": "Voltaire"}),
    ],
)
def test_csl_has_the_parts_of_a_name(name: str, expected: dict[str, str]) -> None:
    assert csl_name(name) == expected


@pytest.mark.django_db
def test_a_citation_takes_its_particulars_from_document_and_volume() -> None:
    volume = VolumeFactory(editors=["A B"], year="2016", place="Washington")
    document = DocumentFactory(
        volume=volume, number="169", heading="169. Memorandum", date_text="May 10, 1982"
    )
    made = citation_of(document)
    assert (made.key, made.title, made.number) == ("frus1981-88v03-d169", "Memorandum", "169")
    assert (made.editors, made.year, made.date) == (("A B",), "2016", "May 10, 1982")
    assert made.url == "https://history.state.gov/historicaldocuments/frus1981-88v03/d169"


def test_a_document_that_stands_alone_is_cited_with_where_it_was_found() -> None:
    volume = VolumeFactory.build(slug="x", title="Telegram", source="N. Archives", source_url="")
    document = DocumentFactory.build(
        volume=volume, number="1", heading="Telegram", date_text="February 22, 1946"
    )
    made = citation_of(document)
    assert chicago(made) == "“Telegram,” February 22, 1946, N. Archives."
    assert bibtex(made).startswith("@misc{x-d1,")
    assert "note = {February 22, 1946, N. Archives}" in bibtex(made)
    assert ris(made).startswith("TY  - GEN\r\n")
    assert "N1  - Source: N. Archives\r\n" in ris(made)
