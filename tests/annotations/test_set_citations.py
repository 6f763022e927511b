"""A set and its snapshots as scholars cite them."""

from __future__ import annotations

import json
import re
from dataclasses import replace

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from annotations.formats.citations import (
    SetCitation,
    bibtex,
    chicago,
    csl,
    forms,
    of_package,
    ris,
)
from annotations.snapshots.citing import cff
from annotations.snapshots.stated import Stated
from archive.citations import latex_name
from tests.annotations.values import AT, SET, package

FULL = SetCitation(
    key="seminar-2",
    title="A seminar",
    address="https://example.org/snapshots/2/",
    people=("Ada Owner", "Bob M. Reader Jr."),
    date="2026-01-02",
    version="snapshot 2",
    publisher="Example University",
    rights="https://creativecommons.org/licenses/by/4.0/",
)
BARE = SetCitation("seminar", "What for?", "https://example.org/sets/seminar/")
ANY = st.text("aé\U0001f4dc {}\\%&$#_^~\n\r\t\x00\u2028,and", max_size=12)


def test_chicago_is_one_sentence():
    assert chicago(FULL) == (
        "Ada Owner and Bob M. Reader Jr., eds., “A seminar,” annotation set, snapshot 2, Example "
        "University, January 2, 2026, https://example.org/snapshots/2/."
    )
    assert chicago(replace(FULL, people=("Ada Owner",))).startswith("Ada Owner, ed., “A")


def test_what_is_not_known_is_left_out():
    assert chicago(BARE) == "“What for?” annotation set, https://example.org/sets/seminar/."
    assert [line[:2] for line in ris(BARE).split("\r\n")] == [
        "TY",
        "ID",
        "TI",
        "M3",
        "UR",
        "ER",
        "",
    ]
    assert set(json.loads(csl(BARE))[0]) == {"id", "type", "genre", "title", "URL"}
    assert "author" not in bibtex(BARE)


def test_bibtex_has_what_its_styles_print():
    entry = bibtex(FULL)
    assert entry.startswith("@misc{seminar-2,\n")
    assert "  author = {Ada Owner and Bob M. Reader Jr.},\n" in entry
    assert "  year = {2026},\n" in entry
    assert "  note = {Snapshot 2},\n" in entry
    assert entry.endswith("  url = {https://example.org/snapshots/2/}\n}\n")


def test_ris_is_a_data_set():
    lines = ris(FULL).split("\r\n")
    assert (lines[0], lines[-2:]) == ("TY  - DATA", ["ER  - ", ""])
    assert {"AU  - Reader, Bob M., Jr.", "DA  - 2026/01/02", "ET  - snapshot 2"} < set(lines)


def test_csl_is_a_list_of_one_data_set():
    assert json.loads(csl(FULL)) == [
        {
            "id": "seminar-2",
            "type": "dataset",
            "genre": "annotation set",
            "title": "A seminar",
            "author": [
                {"family": "Owner", "given": "Ada"},
                {"family": "Reader", "given": "Bob M.", "suffix": "Jr."},
            ],
            "issued": {"date-parts": [[2026, 1, 2]]},
            "version": "snapshot 2",
            "publisher": "Example University",
            "license": "https://creativecommons.org/licenses/by/4.0/",
            "URL": "https://example.org/snapshots/2/",
        }
    ]


def test_a_package_is_cited_by_its_owner_and_the_day_that_it_was_made():
    assert of_package(package([])) == SetCitation(
        key="seminar",
        title="A seminar",
        address="https://example.org/sets/seminar/",
        people=("Ada Owner",),
        date="2026-01-02",
        rights="https://creativecommons.org/licenses/by/4.0/",
    )


def test_all_forms_are_offered_by_name():
    assert [(one.name, one.suffix) for one in forms(FULL)] == [
        ("Chicago", "txt"),
        ("BibTeX", "bib"),
        ("RIS", "ris"),
        ("CSL-JSON", "csl.json"),
    ]


@given(ANY, ANY, ANY)
def test_no_value_can_leave_its_field(title: str, name: str, word: str):
    cited = SetCitation(word, title, word, people=(name,), date=word, version=word, rights=title)
    assert "\n" not in chicago(cited)
    lines = ris(cited).split("\r\n")
    assert all(re.match(r"[A-Z][A-Z0-9]  - ", line) for line in lines[:-1])
    assert "\n" not in "".join(lines)
    entry = bibtex(cited).split("\n")
    assert all(re.match(r"  [a-z]+ = \{.*\},?$", line) for line in entry[1:-2])
    assert isinstance(json.loads(csl(cited))[0], dict)


@pytest.mark.parametrize("date", ["", "2026", "spring of 2026"])
def test_a_date_that_is_no_day_stays_as_it_is(date: str):
    assert (f", {date}, " in chicago(replace(FULL, date=date))) == bool(date)


@given(ANY, ANY)
def test_the_citation_file_says_in_yaml_what_it_was_given(title: str, words: str):
    stated = Stated(
        uuid="u",
        address="https://example.org/",
        name="n",
        number=1,
        note="",
        made=AT,
        holds="",
        software="Apparatus",
        pseudonymised=False,
        lost={},
    )
    value = package([], replace(SET, title=title or "x", description=words))
    found = yaml.safe_load(cff(value, stated))
    assert found["title"] == f"{title or 'x'}, snapshot 1"
    assert found.get("abstract", "") == (words if words.strip() else "")


@pytest.mark.parametrize("name", ["Simon and Schuster", "Simon And Schuster", "Simon AND Schuster"])
def test_bibtex_takes_no_word_of_a_name_for_its_own(name: str):
    assert latex_name(name) == f"{{{name}}}"
    assert latex_name("Wanda Sandberg") == "Wanda Sandberg"
