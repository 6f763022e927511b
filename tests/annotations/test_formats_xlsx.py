"""The workbook: what a library that reads workbooks finds in it, and what no workbook can run."""

from __future__ import annotations

import io
from dataclasses import replace
from datetime import datetime, timedelta
from zipfile import ZipFile

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from openpyxl import load_workbook
from openpyxl.workbook import Workbook

from annotations.formats import workbook, xlsx
from annotations.formats.package import Package
from tests.annotations.qda import packages, part, project, theme
from tests.annotations.values import AT, annotation, reply, texts

SHEETS = ["annotations", "themes", "documents", "members", "read me"]
Row = dict[str, object]


def opened(package: Package) -> Workbook:
    return load_workbook(io.BytesIO(b"".join(xlsx.write(package))))


def rows(book: Workbook, sheet: str) -> list[Row]:
    heads, *found = book[sheet].iter_rows(values_only=True)
    return [dict(zip(map(str, heads), row, strict=True)) for row in found]


def shown(words: str) -> str | None:
    """Words as openpyxl gives them: it leaves Excel's escapes as they are, and nothing is None."""
    return workbook._ODD.sub(lambda odd: f"_x{ord(odd[0]):04X}_", words) or None


@settings(max_examples=30)
@given(packages())
def test_every_value_is_in_its_sheet(package: Package):
    book = opened(package)
    assert book.sheetnames == SHEETS
    values = list(package.annotations())
    found = rows(book, "annotations")
    assert len(found) == len(values)
    for row, value in zip(found, values, strict=True):
        assert (row["start"], row["end"], row["edition"]) == (
            value.start,
            value.end,
            value.edition.number,
        )
        for name in ("quote", "prefix", "suffix", "note", "question", "anchor"):
            assert row[name] == shown(getattr(value, name))
        assert row["theme_slugs"] == shown("; ".join(each.slug for each in value.themes))
        assert (row["author"], row["visibility"]) == (
            value.author.username,
            "private" if value.private else "shared",
        )
        created = row["created (UTC)"]
        assert isinstance(created, datetime)
        assert abs(created.replace(tzinfo=AT.tzinfo) - value.created) < timedelta(milliseconds=1)
        assert (row["replies"] or "").count(": ") >= len(value.replies)  # type: ignore[attr-defined]
    assert [
        (r["slug"], r["definition"], r["colour"], r["parent"]) for r in rows(book, "themes")
    ] == [
        (each.slug, shown(each.definition), each.colour, each.parent or None)
        for each in package.codebook.themes
    ]
    assert [(r["document"], r["annotations"]) for r in rows(book, "documents")] == [
        (each.document.slug, each.count) for each in package.parts()
    ]
    assert len(rows(book, "members")) == len(package.people())


@given(texts)
def test_what_xml_cannot_hold_is_written_as_excel_does(words: str):
    (found,) = rows(
        opened(project([part("text", [annotation(1, start=0, end=2, note=words)])])), "annotations"
    )
    assert found["note"] == shown(words)


@pytest.mark.parametrize("sign", ["=", "+", "-", "@", "\t", "'="])
def test_nothing_is_a_formula_or_changed_to_keep_it_from_being_one(sign: str):
    payload = f"{sign}HYPERLINK(1)"
    made = annotation(1, start=0, end=2, note=payload, themes=(theme("a", name=payload),))
    sheet = opened(project([part("text", [made])]))["annotations"]
    cells = [cell for cell in sheet[2] if cell.value == payload]
    assert [cell.data_type for cell in cells] == ["s", "s"]


def test_the_head_stays_filters_and_text_is_wrapped():
    value = annotation(1, start=0, end=2, note="a\nb")
    book = opened(project([part("text", [replace(value, replies=(reply(1, value),))])]))
    for sheet in book:
        assert sheet.freeze_panes == "A2"
        last = sheet.cell(sheet.max_row, sheet.max_column).coordinate
        assert sheet.auto_filter.ref == f"A1:{last}"
    sheet = book["annotations"]
    at = {str(cell.value): cell.column_letter for cell in sheet[1]}
    assert sheet[f"{at['note']}2"].alignment.wrap_text
    assert sheet.column_dimensions[at["quote"]].width == 60
    assert sheet[f"{at['created (UTC)']}2"].is_date
    assert sheet[f"{at['replies']}2"].value == "cyd, 2026-01-02T03:04:05Z: Answer 1"


def test_a_document_leads_to_its_page():
    sheet = opened(project([part("text", [])]))["documents"]
    links = [cell.hyperlink.target for cell in sheet[2] if cell.hyperlink]
    assert links == [
        "https://example.org/volumes/frus1981-88v03/d169/",
        "https://history.state.gov/historicaldocuments/frus1981-88v03/d169",
    ]


def test_a_cell_that_is_too_long_says_that_it_was_cut():
    made = [annotation(n, start=0, end=2, note="x" * (workbook.MAX_CELL + n)) for n in (0, 1)]
    whole, cut = (
        str(r["note"]) for r in rows(opened(project([part("text", made)])), "annotations")
    )
    assert whole == "x" * workbook.MAX_CELL
    assert len(cut) == workbook.MAX_CELL
    assert cut.endswith("x … (cut)")


@pytest.mark.parametrize("over", [0, 1])
def test_a_cell_is_measured_as_excel_does(over: int):
    """In UTF-16 code units, of which a clef takes two; and it is not cut through one."""
    note = "\U0001d11e" * (workbook.MAX_CELL // 2) + "x" * (1 + over)
    made = [annotation(1, start=0, end=2, note=note)]
    (row,) = rows(opened(project([part("text", made)])), "annotations")
    held = str(row["note"])
    assert len(held.encode("utf-16-le")) // 2 <= workbook.MAX_CELL
    assert held == note or held.endswith("\U0001d11e … (cut)")
    assert (held == note) == (not over)


def test_more_rows_than_a_sheet_holds_go_on_in_another(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(workbook, "MAX_ROWS", 3)
    made = [annotation(n, start=0, end=2) for n in range(1, 6)]
    book = opened(project([part("text", made)]))
    assert book.sheetnames[:4] == ["annotations", "annotations 2", "annotations 3", "themes"]
    assert [len(rows(book, name)) for name in book.sheetnames[:3]] == [2, 2, 1]


def test_the_archive_is_one_that_office_opens():
    package = project([part("text", [annotation(1, start=0, end=2)])])
    with ZipFile(io.BytesIO(b"".join(xlsx.write(package)))) as archive:
        assert archive.namelist()[0] == "_rels/.rels"
        # Office says of one that is made ready for more than 4 GB that it is damaged.
        assert {info.extract_version for info in archive.infolist()} == {20}


@given(st.integers(1, 20_000))
def test_a_column_has_the_letters_that_the_reader_gives_it(number: int):
    from openpyxl.utils import get_column_letter

    number = min(number, 18_278)
    assert workbook._letters(number) == get_column_letter(number)
