"""Reading a CSV of annotations: which encoding, which separator, and where each row begins."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator
from typing import BinaryIO

from annotations.formats.brought import Brought, Doubt, FormatFault
from annotations.formats.tables import Line, brought

MAX_BYTES = 256 * 1024 * 1024
MAX_CELL = 1_000_000
# For the whole process, and raised alone: notes may be longer than the module would read.
csv.field_size_limit(max(MAX_CELL, csv.field_size_limit()))

_FOREIGN = {
    b"PK\x03\x04": "This is a workbook or an archive: save the table as CSV.",
    b"%PDF": "This is a PDF: save the table as CSV.",
    b"#FORMAT=WebAnno": "This is INCEpTION’s own table: export from there as brat or JSON.",
}


def read(file: BinaryIO) -> Brought:
    """The annotations of a table in CSV. Raises FormatFault, with the line."""
    data = file.read(MAX_BYTES + 1)
    if len(data) > MAX_BYTES:
        raise FormatFault(f"The table is too large: at most {MAX_BYTES >> 20} MB can be read.")
    text, doubts = decoded(data)
    return brought(_lines(text), doubts)


def decoded(data: bytes) -> tuple[str, list[Doubt]]:
    """A table as text, and what is doubtful of how it was read. Raises FormatFault."""
    for begin, message in _FOREIGN.items():
        if data.startswith(begin):
            raise FormatFault(message)
    wide = data.startswith((b"\xff\xfe", b"\xfe\xff"))
    doubts: list[Doubt] = []
    try:
        text = data.decode("utf-16" if wide else "utf-8-sig")
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        place = "" if wide else f"line {line}"
        try:
            text = "" if wide else data.decode("cp1252")
        except UnicodeDecodeError:
            text = ""
        if not text:
            raise FormatFault("This is not text: save the table as CSV in UTF-8.", place) from None
        said = "This is not UTF-8; it was read as Windows-1252. Look at accented letters."
        doubts.append(Doubt(said, place))
    if (nul := text.find("\0")) >= 0:
        line = text.count("\n", 0, nul) + 1
        raise FormatFault("This is not text: save the table as CSV in UTF-8.", f"line {line}")
    return text, doubts


def _lines(text: str) -> Iterator[Line]:
    file = io.StringIO(text, newline="")
    before, separator = _preface(file)
    reader = csv.reader(file, delimiter=separator, strict=True)
    begun = before + 1
    try:
        for cells in reader:
            yield f"line {begun}", cells
            begun = before + reader.line_num + 1
    except csv.Error as error:
        message = "A quotation mark is opened and not closed, or stands where none may."
        if "limit" in str(error):
            message = f"A cell has more than {MAX_CELL:,} characters."
        raise FormatFault(message, f"line {begun}") from None


def _preface(file: io.StringIO) -> tuple[int, str]:
    """How many lines there are before the table, and what parts its columns: as the first line
    says to a spreadsheet (``sep=;``), else what there is most of in the line with the columns."""
    first = file.readline()
    if first.strip().lower().startswith("sep=") and len(first.strip()) <= 5:
        return 1, first.strip()[4:] or ("\t" if "\t" in first else ",")
    while first and not first.strip():
        first = file.readline()
    file.seek(0)
    return 0, max(",;\t|", key=lambda one: (first.count(one), one == ","))
