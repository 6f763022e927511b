"""The CSV export: every value comes back, and no spreadsheet runs any of it."""

from __future__ import annotations

import csv
import io
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from annotations.formats import csv as csv_format
from annotations.formats.cells import defuse, plain
from annotations.formats.values import AnnotationValue
from tests.annotations.values import annotation, annotations, package, reply, texts


def rows(*values: AnnotationValue) -> list[dict[str, str]]:
    written = "".join(csv_format.write(package(values)))
    return list(csv.DictReader(io.StringIO(written, newline="")))


def test_it_writes_one_row_an_annotation_under_named_columns():
    (row,) = rows(annotation(7))
    assert tuple(row) == csv_format.COLUMNS
    assert row == {
        "id": "00000000-0000-0000-0000-000000000007",
        "set": "seminar",
        "volume": "frus1981-88v03",
        "document": "d169",
        "number": "169",
        "edition": "1",
        "start": "7",
        "end": "12",
        "quote": "quote",
        "prefix": "before ",
        "suffix": " after",
        "themes": "Linkage; Alliance risk",
        "note": "Note *7*",
        "author": "bob",
        "visibility": "shared",
        "created": "2026-01-02T03:04:12Z",
        "modified": "2026-01-02T03:04:13Z",
        "replies": "",
        "address": "https://example.org/annotations/00000000-0000-0000-0000-000000000007/",
        "source": "https://history.state.gov/historicaldocuments/frus1981-88v03/d169",
        "theme_slugs": "linkage; risk",
        "author_name": "Bob Reader",
        "question": "",
        "anchor": "",
        "digest": "ab" * 32,
        "replies_json": "",
    }


def test_an_empty_set_is_a_header_alone():
    assert "".join(csv_format.write(package([]))) == ",".join(csv_format.COLUMNS) + "\r\n"


def test_replies_stand_in_one_cell_in_their_order():
    value = annotation()
    value = replace(value, replies=(reply(1, value), reply(2, value)))
    assert rows(value)[0]["replies"] == (
        "cyd, 2026-01-02T03:04:05Z: Answer 1\n\ncyd, 2026-01-02T03:04:05Z: Answer 2"
    )


def test_what_is_open_stands_in_its_columns():
    row = rows(annotation(question="open", anchor="review"))[0]
    assert (row["question"], row["anchor"]) == ("open", "review")


def test_a_private_annotation_says_so():
    assert rows(annotation(private=True))[0]["visibility"] == "private"


def test_a_document_without_a_public_address_has_ours_as_its_source():
    value = annotation()
    value = replace(value, document=replace(value.document, public_address=""))
    assert rows(value)[0]["source"] == value.document.address


@pytest.mark.parametrize("sign", ["=", "+", "-", "@", "\t", "\r"])
def test_a_cell_that_a_spreadsheet_would_run_gets_an_apostrophe(sign: str):
    payload = f"{sign}HYPERLINK(1)"
    row = rows(annotation(note=payload, quote=payload, prefix=payload, suffix=payload))[0]
    for column in ("note", "quote", "prefix", "suffix"):
        assert row[column] == "'" + payload


@given(annotations)
def test_no_cell_begins_with_a_sign_that_a_spreadsheet_runs(value: AnnotationValue):
    assert not [cell for cell in rows(value)[0].values() if cell.startswith(tuple("=+-@\t\r"))]


@given(annotations)
def test_every_text_comes_back_as_it_was(value: AnnotationValue):
    row = {name: plain(cell) for name, cell in rows(value)[0].items()}
    for name in ("quote", "prefix", "suffix", "note"):
        assert row[name] == getattr(value, name)
    assert row["author"] == value.author.username
    assert (int(row["start"]), int(row["end"])) == (value.start, value.end)


@given(st.one_of(texts, st.text("'=+-@\t\rx", max_size=6)))
def test_what_defuse_adds_plain_takes_off(cell: str):
    assert plain(defuse(cell)) == cell
