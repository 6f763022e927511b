"""A canonical text as TEI: what a document is written in that did not come as TEI.

Blocks become paragraphs, headings, items, cells; spans become mark-up within them; notes stand
where they are called. An import of it gives the same text: a heading within the text opens a
division, and what TEI has no place for there is a paragraph that says in ``rend`` what it is.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from itertools import groupby

from lxml import etree

from annotations.formats.tei.lines import Lines, held
from annotations.formats.tei.wording import NAMESPACE
from annotations.formats.values import DocumentValue
from archive.importers.xml import XML_ID
from archive.text import Block, BlockKind, Text

_REND = re.compile(r"[^\s]+")


def element_of(text: Text, document: DocumentValue, identity: str) -> etree._Element:
    """The ``div`` that a text is, with an id for it, for each block and for each note."""
    return _Writing(text, document, identity).root


class _Writing:
    def __init__(self, text: Text, document: DocumentValue, identity: str) -> None:
        self.lines = Lines(text, identity)
        self.root = _made("div", {"type": "document"})
        self.root.set(XML_ID, identity)
        if document.number:
            self.root.set("n", held(document.number))
        if subtype := re.sub(r"\s+", "-", held(document.kind)):
            self.root.set("subtype", subtype)
        self.at = self.root
        self.is_top = True
        self.identity = identity
        body = [(i, block) for i, block in enumerate(text.blocks) if not block.note]
        for kind, group in groupby(body, key=lambda one: _group(one[1])):
            self._take(kind, list(group))
        if not body:
            self.lines.fill(self._add("p", {}), 0, 0)

    def _add(self, name: str, attributes: dict[str, str]) -> etree._Element:
        made = _made(name, attributes)
        self.at.append(made)
        return made

    def _fill(self, element: etree._Element, numbered: tuple[int, Block]) -> None:
        index, block = numbered
        element.set(XML_ID, f"{self.identity}.b{index + 1}")
        self.lines.fill(element, block.start, block.end)

    def _take(self, kind: str, blocks: list[tuple[int, Block]]) -> None:
        if kind == BlockKind.HEADING:
            return self._headings(blocks)
        if kind == BlockKind.DATELINE and self.is_top:
            return self._each("dateline", blocks)
        self.is_top = False
        if kind.startswith(BlockKind.ITEM):
            self.at = self._add("list", {})
            self._each("item", blocks)
        elif kind.startswith(BlockKind.CELL):
            self._table(blocks)
            return
        elif kind == BlockKind.QUOTATION:
            self.at = self._add("quote", {})
            self._each("p", blocks)
        else:
            rend = {} if kind == BlockKind.PARAGRAPH else {"rend": kind}
            self._each("p", blocks, rend)
            return
        self._leave()

    def _leave(self) -> None:
        parent = self.at.getparent()
        assert parent is not None
        self.at = parent

    def _each(
        self, name: str, blocks: Sequence[tuple[int, Block]], rend: dict[str, str] | None = None
    ) -> None:
        for numbered in blocks:
            given = numbered[1].attrs.get("rend", "")
            attributes = rend or ({"rend": given} if _REND.fullmatch(given) else {})
            self._fill(self._add(name, attributes), numbered)

    def _headings(self, blocks: list[tuple[int, Block]]) -> None:
        """Headings at the top are the document's; one further down opens a division."""
        if not self.is_top:
            if self.at is not self.root:
                self._leave()
            self.at = self._add("div", {})
            self.is_top = True
        self._each("head", blocks)

    def _table(self, blocks: list[tuple[int, Block]]) -> None:
        table = self._add("table", {})
        outer = self.at
        for _, cells in groupby(blocks, key=lambda one: one[1].attrs.get("row", "")):
            row = _made("row", {})
            table.append(row)
            self.at = row
            for numbered in cells:
                attrs = numbered[1].attrs
                given = {key: attrs[key] for key in ("rows", "cols") if key in attrs}
                if attrs.get("head"):
                    given["role"] = "label"
                self._fill(self._add("cell", given), numbered)
        self.at = outer


def _group(block: Block) -> str:
    """What stands in one list, one table or one quotation has one word for it."""
    around = block.attrs.get("in", "").split()
    if block.kind in (BlockKind.CELL, BlockKind.ITEM):
        return f"{block.kind} {around[-1].partition('.')[0] if around else ''}"
    return block.kind


def _made(name: str, attributes: dict[str, str]) -> etree._Element:
    return etree.Element(f"{{{NAMESPACE}}}{name}", attributes, nsmap={None: NAMESPACE})


def plain_element_of(text: Text, identity: str) -> etree._Element:
    """The ``div`` of a text whose notes cannot stand where they are called: a paragraph a block."""
    root = _made("div", {"type": "document"})
    root.set(XML_ID, identity)
    for index, block in enumerate(text.blocks):
        paragraph = _made("p", {"rend": block.kind})
        paragraph.set(XML_ID, f"{identity}.b{index + 1}")
        paragraph.text = held(text.text[block.start : block.end])
        root.append(paragraph)
    if not len(root):
        root.append(_made("p", {}))
    return root
