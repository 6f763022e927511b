"""Tables of WordprocessingML around the paragraphs of cells."""

from __future__ import annotations

from collections.abc import Sequence

from archive.text import Block, BlockKind

Cell = tuple[str, str]
_HEAD = (
    '<w:tbl><w:tblPr><w:tblStyle w:val="TableGrid"/><w:tblW w:w="0" w:type="auto"/></w:tblPr>'
    "<w:tblGrid>{}</w:tblGrid>"
)
_EMPTY = "<w:tc><w:p/></w:tc>"


class Tables:
    """What opens before the paragraph of a cell, and what closes after it, taken in order."""

    def __init__(self, blocks: Sequence[Block]) -> None:
        self._cells = [_cell(block, index) for index, block in enumerate(blocks)]
        self._blocks = blocks
        self._column = 0

    def around(self, index: int, words: str) -> str:
        """The paragraph of a block with the table around it as far as it begins or ends here."""
        cell = self._cells[index]
        if cell is None:
            return words
        before = self._cells[index - 1] if index else None
        after = self._cells[index + 1] if index + 1 < len(self._cells) else None
        opening = ""
        if before is None or before[0] != cell[0]:
            opening = _HEAD.format('<w:gridCol w:w="1800"/>' * self._columns(index))
        if before != cell:
            opening += "<w:tr>"
            self._column = 0
        attrs = self._blocks[index].attrs
        at, span = _number(attrs.get("col"), self._column + 1), _number(attrs.get("cols"), 1)
        opening += _EMPTY * max(at - 1 - self._column, 0)
        self._column = max(at - 1, self._column) + span
        wide = f'<w:tcPr><w:gridSpan w:val="{span}"/></w:tcPr>' if span > 1 else ""
        closing = "</w:tr>" if after != cell else ""
        if after is None or after[0] != cell[0]:
            # Word wants a paragraph between two tables.
            closing += "</w:tbl><w:p/>"
        return f"{opening}<w:tc>{wide}{words}</w:tc>{closing}"

    def _columns(self, index: int) -> int:
        table, most = self._cells[index], 1
        while index < len(self._cells) and (cell := self._cells[index]) and table:
            if cell[0] != table[0]:
                break
            attrs = self._blocks[index].attrs
            most = max(most, _number(attrs.get("col"), 1) + _number(attrs.get("cols"), 1) - 1)
            index += 1
        return most


def _cell(block: Block, index: int) -> Cell | None:
    """The table and the row of a cell in the body; None for what is none."""
    if block.note or block.attrs.get("as", block.kind) != BlockKind.CELL:
        return None
    inside = [part for part in block.attrs.get("in", "").split() if part[0] == "t"]
    table, _, row = (inside[-1] if inside else "t").partition(".")
    return table, row or block.attrs.get("row", str(index))


def _number(words: str | None, default: int) -> int:
    return min(int(words), 63) if words and words.isdecimal() and int(words) else default
