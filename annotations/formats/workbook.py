"""A workbook (Office Open XML, ISO/IEC 29500) written row by row, in flat memory.

Only what tables need: sheets of text, numbers, times and links, with a first row that stays in
sight and filters. Text stands in its cell as text and is never taken for a formula. XlsxWriter,
which writes our marks, takes several times as long for so many cells.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from itertools import count
from xml.sax.saxutils import quoteattr

from annotations.formats.zipped import Entry

# What a sheet and a cell can hold.
MAX_ROWS = 1_048_576
MAX_CELL = 32_767
CUT = " … (cut)"
# What a file of an archive that Excel reads may have is twice as much: then a new sheet is begun.
MAX_SHEET = 1 << 30
PLAIN, WRAPPED, TIME, HEAD, LINK = range(5)
_FIRST_DAY = datetime(1899, 12, 30, tzinfo=UTC)
# What XML cannot hold is written as Excel does, and so is what looks like it.
_ODD = re.compile("[\x00-\x08\x0b-\x1f\ufffe\uffff]|_(?=x[0-9A-Fa-f]{4}_)")
_DECLARED = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
_MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
_OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_PACKAGE = "http://schemas.openxmlformats.org/package/2006"
_TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml"


@dataclass(frozen=True, slots=True)
class Column:
    """``width`` is in characters."""

    name: str
    width: int = 12


@dataclass(slots=True)
class Sheet:
    """A sheet and its rows, each the XML of its cells; with more than fit, others like it follow.
    ``links`` are the addresses that cells lead to, by cell (``B2``), known when all rows are."""

    name: str
    columns: tuple[Column, ...]
    rows: Iterable[str]
    links: dict[str, str] = field(default_factory=dict)


def text(words: str, style: int = PLAIN) -> str:
    """A cell with words in it."""
    if not words:
        return f'<c s="{style}"/>' if style else "<c/>"
    if len(words) > MAX_CELL // 2:
        words = _fitting(words)
    words = words.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
    if _ODD.search(words):
        words = _ODD.sub(lambda odd: f"_x{ord(odd[0]):04X}_", words)
    return f'<c s="{style}" t="inlineStr"><is><t xml:space="preserve">{words}</t></is></c>'


def _fitting(words: str) -> str:
    """The words, or what of them fits into a cell; it holds so many UTF-16 code units."""
    units = words.encode("utf-16-le", "replace")
    if len(units) <= MAX_CELL * 2:
        return words
    return units[: (MAX_CELL - len(CUT)) * 2].decode("utf-16-le", "ignore") + CUT


def number(value: int) -> str:
    """A cell with a whole number in it."""
    return f"<c><v>{value}</v></c>"


def time(at: datetime) -> str:
    """A cell with a time in it, in UTC; workbooks count days, to the millisecond."""
    return f'<c s="{TIME}"><v>{(at - _FIRST_DAY).total_seconds() / 86400:.9f}</v></c>'


def files(sheets: Iterable[Sheet], at: datetime) -> Iterator[Entry]:
    """The workbook's files, in the order in which they can be written."""
    yield "_rels/.rels", [_related({"rId1": (f"{_OFFICE}/officeDocument", "xl/workbook.xml", "")})]
    yield "xl/styles.xml", [_STYLES]
    names: list[str] = []
    for sheet in sheets:
        rows = iter(sheet.rows)
        for part in count(1):
            names.append(sheet.name if part == 1 else f"{sheet.name} {part}")
            writing = _Writing(sheet, rows)
            yield f"xl/worksheets/sheet{len(names)}.xml", writing.pieces()
            if sheet.links:
                links = {
                    f"rId{n}": (f"{_OFFICE}/hyperlink", address, "External")
                    for n, address in enumerate(sheet.links.values(), 1)
                }
                yield f"xl/worksheets/_rels/sheet{len(names)}.xml.rels", [_related(links)]
            if not writing.full:
                break
    yield from _frame(names)


class _Writing:
    """A sheet's XML, as long as there are rows and room."""

    def __init__(self, sheet: Sheet, rows: Iterator[str]) -> None:
        self._sheet, self._rows = sheet, rows
        self.full = False

    def pieces(self) -> Iterator[str]:
        columns = self._sheet.columns
        yield f'{_DECLARED}<worksheet xmlns="{_MAIN}" xmlns:r="{_OFFICE}"><sheetViews>'
        yield '<sheetView workbookViewId="0"><pane ySplit="1" topLeftCell="A2" '
        yield 'activePane="bottomLeft" state="frozen"/></sheetView></sheetViews><cols>'
        for at, column in enumerate(columns, 1):
            yield f'<col min="{at}" max="{at}" width="{column.width}" customWidth="1"/>'
        yield "</cols><sheetData>"
        yield f"<row>{''.join([text(column.name, HEAD) for column in columns])}</row>\n"
        written, size = 1, 0
        for row in self._rows:
            yield f"<row>{row}</row>\n"
            written += 1
            size += 4 * len(row)
            if written == MAX_ROWS or size > MAX_SHEET:
                self.full = True
                break
        yield f'</sheetData><autoFilter ref="A1:{_letters(len(columns))}{written}"/>'
        if self._sheet.links:
            yield "<hyperlinks>"
            for at, cell in enumerate(self._sheet.links, 1):
                yield f'<hyperlink ref="{cell}" r:id="rId{at}"/>'
            yield "</hyperlinks>"
        yield "</worksheet>"


def _letters(column: int) -> str:
    """The name of a column, counted from 1: A … Z, AA …"""
    before, last = divmod(column - 1, 26)
    return (_letters(before) if before else "") + chr(65 + last)


def _related(targets: dict[str, tuple[str, str, str]]) -> str:
    """A file of relationships: kind, target, mode by their ids."""
    found = "".join(
        f'<Relationship Id="{key}" Type="{kind}" Target={quoteattr(target)}'
        f"{f' TargetMode={quoteattr(mode)}' if mode else ''}/>"
        for key, (kind, target, mode) in targets.items()
    )
    return f'{_DECLARED}<Relationships xmlns="{_PACKAGE}/relationships">{found}</Relationships>'


def _frame(names: list[str]) -> Iterator[Entry]:
    """What says which sheets there are."""
    sheets = "".join(
        f'<sheet name={quoteattr(name)} sheetId="{at}" r:id="rId{at}"/>'
        for at, name in enumerate(names, 1)
    )
    book = f'<workbook xmlns="{_MAIN}" xmlns:r="{_OFFICE}"><sheets>{sheets}</sheets></workbook>'
    yield "xl/workbook.xml", [_DECLARED + book]
    related = {
        f"rId{at}": (f"{_OFFICE}/worksheet", f"worksheets/sheet{at}.xml", "")
        for at in range(1, len(names) + 1)
    }
    related["styles"] = f"{_OFFICE}/styles", "styles.xml", ""
    yield "xl/_rels/workbook.xml.rels", [_related(related)]
    parts = {f"/xl/worksheets/sheet{at}.xml": "worksheet" for at in range(1, len(names) + 1)}
    parts |= {"/xl/styles.xml": "styles", "/xl/workbook.xml": "sheet.main"}
    types = "".join(
        f'<Override PartName="{part}" ContentType="{_TYPE}.{kind}+xml"/>'
        for part, kind in parts.items()
    )
    rels = f'<Default Extension="rels" ContentType="application/vnd.{_RELS}"/>'
    yield (
        "[Content_Types].xml",
        [f'{_DECLARED}<Types xmlns="{_PACKAGE}/content-types">{rels}{types}</Types>'],
    )


_RELS = "openxmlformats-package.relationships+xml"
_TOP = '<alignment vertical="top"/>'
_WRAP = '<alignment vertical="top" wrapText="1"/>'
# In the order of PLAIN, WRAPPED, TIME, HEAD, LINK.
_STYLES = (
    f'{_DECLARED}<styleSheet xmlns="{_MAIN}"><numFmts count="1"><numFmt numFmtId="164" '
    'formatCode="yyyy\\-mm\\-dd\\ hh:mm:ss"/></numFmts><fonts count="3"><font><sz val="11"/>'
    '<name val="Calibri"/></font><font><b/><sz val="11"/><name val="Calibri"/></font><font><u/>'
    '<sz val="11"/><color rgb="FF0563C1"/><name val="Calibri"/></font></fonts><fills count="2">'
    '<fill><patternFill patternType="none"/></fill><fill><patternFill patternType="gray125"/>'
    '</fill></fills><borders count="1"><border><left/><right/><top/><bottom/><diagonal/></border>'
    '</borders><cellStyleXfs count="1"><xf numFmtId="0" fontId="0" fillId="0" borderId="0"/>'
    '</cellStyleXfs><cellXfs count="5">'
    + "".join(
        f'<xf numFmtId="{form}" fontId="{font}" fillId="0" borderId="0" xfId="0" '
        f'applyNumberFormat="1" applyFont="1" applyAlignment="1">{align}</xf>'
        for form, font, align in (
            (0, 0, _TOP),
            (0, 0, _WRAP),
            (164, 0, _TOP),
            (0, 1, _TOP),
            (0, 2, _TOP),
        )
    )
    + '</cellXfs><cellStyles count="1"><cellStyle name="Normal" xfId="0" builtinId="0"/>'
    "</cellStyles></styleSheet>"
)
