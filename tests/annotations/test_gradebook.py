"""Marks go out in the forms that Canvas, Moodle and spreadsheets read, and run nothing there."""

from __future__ import annotations

import csv
import io
import zipfile
from decimal import Decimal

import pytest
from lxml import etree

from annotations.gradebook import FORMS, Column, Entry, Student, as_csv, as_xlsx, number, rows

COLUMNS = [Column("Week 1", Decimal("10.00")), Column("Only read", None)]
ADA = Student(
    "ada",
    "Ada",
    "Abel",
    "ada@x.example",
    "North",
    [Entry(True, Decimal("8.50"), "Good.", 2, 1, 80, "done"), Entry(state="nothing yet")],
)
BO = Student("bo", "", "", "", "", [Entry(True), Entry(asked=False)])
SHEET = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}"


def table(form: str, *students: Student) -> list[list[str]]:
    return list(csv.reader(io.StringIO("".join(as_csv(rows(form, COLUMNS, students))))))


def test_canvas_finds_its_columns_its_row_of_points_and_its_students() -> None:
    head, most, ada, bo = table("canvas", ADA, BO)
    assert head == ["Student", "ID", "SIS User ID", "SIS Login ID", "Section", "Week 1"]
    assert most == ["Points Possible", "", "", "", "", "10"]
    assert ada == ["Abel, Ada", "", "", "ada@x.example", "North", "8.5"]
    assert bo == ["bo", "", "", "", "", ""]


def test_moodle_finds_who_it_is_each_grade_and_what_was_said() -> None:
    head, ada, bo = table("moodle", ADA, BO)
    assert head == ["Identifier", "Full name", "Email address", "Week 1", "Week 1 (feedback)"]
    assert ada == ["ada", "Ada Abel", "ada@x.example", "8.5", "Good."]
    assert bo == ["bo", "bo", "", "", ""]


def test_a_spreadsheet_has_what_each_has_done_too() -> None:
    head, ada, bo = table("plain", ADA, BO)
    assert dict(zip(head, ada, strict=True)) == {
        "User name": "ada",
        "Name": "Ada Abel",
        "Email address": "ada@x.example",
        "Group": "North",
        "Week 1: points": "8.5",
        "Week 1: of": "10",
        "Week 1: state": "done",
        "Week 1: annotations": "2",
        "Week 1: replies": "1",
        "Week 1: words": "80",
        "Week 1: comment": "Good.",
        "Only read: points": "",
        "Only read: of": "",
        "Only read: state": "nothing yet",
        "Only read: annotations": "0",
        "Only read: replies": "0",
        "Only read: words": "0",
        "Only read: comment": "",
    }
    assert bo[head.index("Only read: state")] == "not asked"


@pytest.mark.parametrize("sign", ["=", "+", "-", "@", "\t", "\r"])
@pytest.mark.parametrize("form", FORMS)
def test_no_cell_is_run_as_a_formula(form: str, sign: str) -> None:
    evil = f'{sign}HYPERLINK("http://x")'
    one = Student(evil, "", evil, evil, evil, [Entry(True, Decimal(1), evil)])
    found = rows(form, [Column(evil, Decimal(10))], [one])
    for line in csv.reader(io.StringIO("".join(as_csv(found)), newline="")):
        assert not [cell for cell in line if cell[:1] in "=+-@\t\r" and cell]


def cells(data: bytes) -> list[tuple[str, str, str]]:
    """The cells of the first sheet: place, type, text."""
    with zipfile.ZipFile(io.BytesIO(data)) as book:
        names = book.namelist()
        shared = []
        if "xl/sharedStrings.xml" in names:
            strings = etree.fromstring(book.read("xl/sharedStrings.xml"))
            shared = ["".join(one.itertext()) for one in strings.iter(f"{SHEET}si")]
        sheet = etree.fromstring(book.read("xl/worksheets/sheet1.xml"))
    found = []
    for cell in sheet.iter(f"{SHEET}c"):
        kind, text = cell.get("t", "n"), "".join(cell.itertext())
        assert cell.find(f"{SHEET}f") is None
        found.append((cell.get("r"), kind, shared[int(text)] if kind == "s" else text))
    return found


def test_a_workbook_keeps_text_as_text_and_numbers_as_numbers() -> None:
    evil = Student("=1+1", "", "", "", "", [Entry(True, Decimal("8.50"), "=2+2\x00"), Entry()])
    found = {
        place: (kind, text) for place, kind, text in cells(as_xlsx(rows("moodle", COLUMNS, [evil])))
    }
    assert found["A1"][1] == "Identifier"
    assert found["A2"][0] != "n" and found["A2"][1] == "=1+1"
    assert found["D2"] == ("n", "8.5")
    assert found["E2"][1] == "=2+2\ufffd"


def test_no_two_columns_have_the_same_title() -> None:
    columns = [
        Column("Week", Decimal(1)),
        Column("Week", Decimal(2)),
        Column("Week, 2", Decimal(3)),
    ]
    head = next(rows("canvas", columns, []))
    assert head[5:] == ["Week", "Week, 2", "Week, 2, 2"]


@pytest.mark.parametrize(
    ("value", "text"),
    [("10.00", "10"), ("8.50", "8.5"), ("0.00", "0"), ("0.25", "0.25"), ("100", "100")],
)
def test_points_are_written_without_noughts_at_their_end(value: str, text: str) -> None:
    assert number(Decimal(value)) == text
