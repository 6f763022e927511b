"""A codebook as a table: read as people write it, and written so that it comes back the same.

Columns, in any order and by many names: name, parent or path, definition, when to use, when not to
use, example, colour, underline, slug, retired. Pure: bytes in, plain values out, and back.
"""

from __future__ import annotations

import csv
import io
import re
import unicodedata
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from annotations.formats.brought import BroughtTheme
from annotations.formats.cells import defuse, plain
from annotations.formats.values import MAX_NAME
from annotations.sheet_rows import COLOURS, LINES, WORDS, Row, SheetFault, themes_of
from annotations.walking import Kept

CONTENT_TYPE = "text/csv; charset=utf-8; header=present"
MAX_BYTES = 1_000_000
# Fewer than the fields that a form may have.
MAX_ROWS = 900
MAX_WORDS = 5000
COLUMNS = ("slug", "name", "parent", *WORDS, "colour", "line", "retired")
_NAMES = {
    "name": "name theme code label title codename themename",
    "parent": "parent parenttheme parentcode under below above broader",
    "path": "path fullpath hierarchy codepath",
    "definition": "definition description meaning def desc",
    "use_when": "usewhen whentouse use inclusion inclusioncriteria include",
    "not_when": "notwhen whennottouse donotuse exclusion exclusioncriteria exclude",
    "example": "example examples typicalexample anchorexample quote",
    "colour": "colour color",
    "line": "line underline linestyle",
    "slug": "slug id key identifier",
    "retired": "retired inactive",
}
HEADS = {given: name for name, all_given in _NAMES.items() for given in all_given.split()}
# What a column may be where no other is it: so Taguette, MAXQDA and ATLAS.ti call them.
_ELSE = {"tag": "name", "memo": "definition", "codememo": "definition", "comment": "definition"}
_STEP = re.compile(r"\s*(?:>|→|::|\\)\s*")


@dataclass(frozen=True, slots=True)
class Sheet:
    """A table that was read: its themes, and what is to be said of the table as a whole."""

    themes: tuple[BroughtTheme, ...]
    notes: tuple[str, ...]


def read(data: bytes, now: Kept | None = None) -> Sheet:
    """The themes of a table; ``now`` are those of the codebook that it is for, which a row can name
    as the theme above it. Raises SheetFault for what cannot be read at all."""
    text, notes = decoded(data)
    rows, strange = _rows(text)
    if strange:
        named = ", ".join(f"“{one}”" for one in strange)
        notes.append(f"Not read: the column{'s' * (len(strange) > 1)} {named}.")
    return Sheet(tuple(themes_of(rows, now or {})), tuple(notes))


def decoded(data: bytes) -> tuple[str, list[str]]:
    """A table as text, and what is to be said of how it was read. Raises SheetFault."""
    if len(data) > MAX_BYTES:
        raise SheetFault(f"The table is too large: at most {MAX_BYTES // 1000} kB can be read.")
    if data[:4] == b"PK\x03\x04":
        raise SheetFault("This is a workbook or an archive: save the table as CSV and choose that.")
    notes: list[str] = []
    encoding = "utf-16" if data[:2] in (b"\xff\xfe", b"\xfe\xff") else "utf-8-sig"
    try:
        text = data.decode(encoding)
    except UnicodeDecodeError:
        try:
            text = data.decode("cp1252")
        except UnicodeDecodeError:
            raise SheetFault("The table is not text: save it as CSV in UTF-8.") from None
        notes.append("It is not UTF-8 and was read as Windows-1252: look at accented letters.")
    if "\0" in text:
        raise SheetFault("The table is not text: save it as CSV in UTF-8.")
    return text, notes


def _rows(text: str) -> tuple[list[Row], list[str]]:
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=_separator(text), strict=True)
    rows: list[Row] = []
    heads: list[str] | None = None
    strange: list[str] = []
    try:
        for cells in reader:
            if not any(cell.strip() for cell in cells):
                continue
            if heads is None:
                heads, strange = _heads(cells, reader.line_num)
                continue
            rows.append(_row(heads, cells, reader.line_num))
            if len(rows) > MAX_ROWS:
                raise SheetFault(f"The table is too long: at most {MAX_ROWS} themes can be read.")
    except csv.Error:
        line = reader.line_num
        raise SheetFault(f"Line {line}: a quotation mark is opened and not closed.") from None
    if not rows:
        raise SheetFault("The table has no themes: a line with the columns, then a line for each.")
    return rows, strange


def _separator(text: str) -> str:
    """What parts the columns of the first line that has anything in it."""
    first = next((line for line in text.splitlines() if line.strip()), "")
    return max(",;\t|", key=lambda one: (first.count(one), one == ","))


def _heads(cells: list[str], line: int) -> tuple[list[str], list[str]]:
    heads = [HEADS.get(_plain_head(cell), "") for cell in cells]
    for at, cell in enumerate(cells):
        known = _ELSE.get(_plain_head(cell), "")
        if known and known not in heads:
            heads[at] = known
    twice = next((one for one in heads if one and heads.count(one) > 1), None)
    if twice:
        raise SheetFault(f"Line {line}: two columns are the {twice.replace('_', ' ')}.")
    if "name" not in heads and "path" not in heads:
        raise SheetFault(f"Line {line}: the first line names the columns, and one must be “name”.")
    strange = [cell.strip() for cell, head in zip(cells, heads, strict=True) if not head]
    return heads, [cell for cell in strange if cell]


def _plain_head(cell: str) -> str:
    folded = unicodedata.normalize("NFKD", cell).casefold()
    return re.sub(r"[^a-z]", "", folded)


def _row(heads: list[str], given: list[str], line: int) -> Row:
    pairs = zip(heads, given, strict=False)
    cells = {head: _clean(plain(cell)) for head, cell in pairs if head}
    for name in WORDS:
        if len(cells.get(name, "")) > MAX_WORDS:
            raise SheetFault(f"Line {line}: the {name.replace('_', ' ')} is too long.")
    name = " ".join(cells.get("name", "").split())
    steps = tuple(one for one in _STEP.split(cells.get("path", "")) if one)
    if steps and (not name or steps[-1].casefold() == name.casefold()):
        name, steps = name or " ".join(steps[-1].split()), steps[:-1]
    if len(name) > MAX_NAME:
        raise SheetFault(f"Line {line}: a name has at most {MAX_NAME} characters.")
    above = cells.get("parent", "").strip()
    if above and _STEP.search(above):
        steps, above = tuple(_STEP.split(above)), ""
    return Row(line, cells, name, above, () if above else steps)


def _clean(cell: str) -> str:
    return cell.replace("\r\n", "\n").replace("\r", "\n").strip()


class _Pass:
    def write(self, text: str) -> str:
        return text


def write(themes: Kept) -> Iterator[str]:
    """A codebook's themes as a table, a row each, in the order of the tree."""
    writer = csv.writer(_Pass())
    yield writer.writerow(COLUMNS)
    for one in themes.values():
        above = themes.get(one["parent_id"], {})
        cells: Iterable[str] = (
            one["slug"],
            one["name"],
            above.get("slug", ""),
            *(one[name] for name in WORDS),
            COLOURS[one["colour"] - 1],
            LINES[one["line"] - 1],
            "yes" if one["retired_at"] else "",
        )
        yield writer.writerow([defuse(cell.replace("\r\n", "\n")) for cell in cells])
