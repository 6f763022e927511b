"""Marks as files that Canvas, Moodle and spreadsheets read: CSV and XLSX.

Canvas takes a student by her login, else by her name, and an assignment by its title; it must find
``Student``, ``ID`` and, last before the assignments, ``Section`` in the first row, and the highest
number of points in a row called ``Points Possible``. Moodle lets its user say which column is what.
"""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal

import xlsxwriter

from annotations.formats.cells import defuse

FORMS = ("plain", "canvas", "moodle")
Cell = str | Decimal | int | None
Row = list[Cell]
# What XML cannot hold, and so no sheet.
_CONTROLS = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]")
CELL = 32_767


@dataclass(frozen=True, slots=True)
class Column:
    """An assignment; ``points`` is the most that it is worth, None when it is not marked so."""

    title: str
    points: Decimal | None


@dataclass(frozen=True, slots=True)
class Entry:
    """A student's work on an assignment; ``asked`` is False when it is not for her."""

    asked: bool = True
    points: Decimal | None = None
    comment: str = ""
    annotations: int = 0
    replies: int = 0
    words: int = 0
    state: str = ""


@dataclass(frozen=True, slots=True)
class Student:
    username: str
    first: str
    last: str
    email: str
    group: str
    entries: Sequence[Entry]

    @property
    def name(self) -> str:
        return f"{self.first} {self.last}".strip() or self.username

    @property
    def sortable(self) -> str:
        return f"{self.last}, {self.first}" if self.first and self.last else self.name


def rows(form: str, columns: Sequence[Column], students: Iterable[Student]) -> Iterator[Row]:
    """The table in one of the FORMS, its first row the header."""
    titles = _distinct([column.title for column in columns])
    named = [Column(title, one.points) for title, one in zip(titles, columns, strict=True)]
    return {"canvas": _canvas, "moodle": _moodle, "plain": _plain}[form](named, students)


def _distinct(titles: Sequence[str]) -> list[str]:
    """Titles that no two columns share: the readers of these files go by them."""
    found: list[str] = []
    taken: set[str] = set()
    for title in titles:
        name, number = title, 2
        while name in taken:
            name, number = f"{title}, {number}", number + 1
        taken.add(name)
        found.append(name)
    return found


def _canvas(columns: Sequence[Column], students: Iterable[Student]) -> Iterator[Row]:
    marked = [i for i, column in enumerate(columns) if column.points is not None]
    head: Row = ["Student", "ID", "SIS User ID", "SIS Login ID", "Section"]
    yield [*head, *(columns[i].title for i in marked)]
    yield ["Points Possible", "", "", "", "", *(columns[i].points for i in marked)]
    for one in students:
        # A user name here may be another student's login there; an address is her own.
        who: Row = [one.sortable, "", "", one.email, one.group]
        yield [*who, *(one.entries[i].points for i in marked)]


def _moodle(columns: Sequence[Column], students: Iterable[Student]) -> Iterator[Row]:
    marked = [i for i, column in enumerate(columns) if column.points is not None]
    head: Row = ["Identifier", "Full name", "Email address"]
    for i in marked:
        head += [columns[i].title, f"{columns[i].title} (feedback)"]
    yield head
    for one in students:
        row: Row = [one.username, one.name, one.email]
        for i in marked:
            row += [one.entries[i].points, one.entries[i].comment]
        yield row


_PARTS = ("points", "of", "state", "annotations", "replies", "words", "comment")


def _plain(columns: Sequence[Column], students: Iterable[Student]) -> Iterator[Row]:
    head: Row = ["User name", "Name", "Email address", "Group"]
    yield [*head, *(f"{column.title}: {part}" for column in columns for part in _PARTS)]
    for one in students:
        row: Row = [one.username, one.name, one.email, one.group]
        for column, entry in zip(columns, one.entries, strict=True):
            row += _parts(column, entry)
        yield row


def _parts(column: Column, entry: Entry) -> Row:
    if not entry.asked:
        return [None, None, "not asked", None, None, None, ""]
    done: Row = [entry.annotations, entry.replies, entry.words]
    return [entry.points, column.points, entry.state, *done, entry.comment]


def as_csv(table: Iterable[Row]) -> Iterator[str]:
    """RFC 4180 in UTF-8; what a spreadsheet would run as a formula is defused."""
    writer = csv.writer(_Pass())
    for row in table:
        yield writer.writerow([_csv_cell(cell) for cell in row])


class _Pass:
    """A file that hands each written row back to the caller of ``writerow``."""

    def write(self, text: str) -> str:
        return text


def _csv_cell(cell: Cell) -> str:
    if cell is None:
        return ""
    return defuse(cell) if isinstance(cell, str) else number(cell)


def number(value: Decimal | int) -> str:
    """Without the noughts at its end that a column of the database adds: 8.50 is 8.5."""
    text = f"{value:f}"
    return text.rstrip("0").rstrip(".") if "." in text else text


def as_xlsx(table: Iterable[Row]) -> bytes:
    """A workbook of one sheet; text stays text, whatever it begins with."""
    target = io.BytesIO()
    book = xlsxwriter.Workbook(target, {"constant_memory": True})
    sheet = book.add_worksheet("Marks")
    bold = book.add_format({"bold": True})
    sheet.freeze_panes(1, 1)
    for y, row in enumerate(table):
        for x, cell in enumerate(row):
            if isinstance(cell, str):
                if cell:
                    sheet.write_string(y, x, _sheet_text(cell), None if y else bold)
            elif cell is not None:
                sheet.write_number(y, x, float(cell))
    book.close()
    return target.getvalue()


def _sheet_text(text: str) -> str:
    return _CONTROLS.sub("\ufffd", text)[:CELL]
