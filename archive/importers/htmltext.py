"""The body of an HTML file to its canonical text: blocks, spans and notes.

The rules are those of "The canonical text, exactly". Blocks carry in ``attrs`` what those of TEI
do (see ``teitext``): ``level``, ``in``, ``depth``, ``list``, ``row``, ``col``, ``rows``, ``cols``,
``head``, ``as``, ``continued``. What a browser adds (the numbers of a list) is not text.
"""

from __future__ import annotations

import re
from collections.abc import Mapping

from lxml import etree

from archive.importers import htmlwords as html
from archive.importers.faults import Notices
from archive.importers.htmlline import NOTE, PARAGRAPH, Handler, LineWalk, Place
from archive.importers.stream import Form
from archive.importers.vocabulary import count
from archive.text import NO_ATTRS, BlockKind, SpanKind

HEADING, ITEM, CELL = BlockKind.HEADING.value, BlockKind.ITEM.value, BlockKind.CELL.value
QUOTATION, CAPTION = BlockKind.QUOTATION.value, BlockKind.CAPTION.value
_EMPTY_LINES = re.compile(r"\n[ \t]*\n[ \t\n]*")
# A place right in a table, and in none of its rows.
_IN_TABLE = re.compile(r"(?:^| )t\d+$")
_LABEL = SpanKind.LABEL.value


class HtmlWalk(LineWalk):
    """Adds what makes blocks to the mark-up within lines."""

    def __init__(self, root: etree._Element, slug: str, notices: Notices) -> None:
        super().__init__(root, slug, notices)
        self.parts = self.items = self.row = self.col = 0
        self.titled = False
        levels = [int(e.tag[1]) for e in root.iter(*html.HEADS)]
        self.highest = min(levels, default=1)

    def handlers(self) -> dict[str, Handler]:
        return super().handlers() | {
            **dict.fromkeys(html.CONTAINERS, self._enter),
            **dict.fromkeys(html.HEADS, self._head),
            **dict.fromkeys(("p", "summary", "legend"), self._paragraph),
            **dict.fromkeys(("ul", "ol", "menu", "dl"), self._list),
            **dict.fromkeys(("thead", "tbody", "tfoot", "colgroup", "col"), self._children),
            **dict.fromkeys(("td", "th"), self._cell),
            **dict.fromkeys(("caption", "figcaption"), self._caption),
            **dict.fromkeys(("li", "dd"), self._item),
            **dict.fromkeys(("pre", "listing"), self._verbatim),
            "blockquote": self._quotation,
            "br": self._line_break,
            "dt": self._term,
            "hr": self._rule,
            "table": self._table,
            "tr": self._row,
        }

    def _form(
        self,
        kind: str,
        place: Place,
        attrs: Mapping[str, str] = NO_ATTRS,
        origin: Form | None = None,
    ) -> Form:
        """A form; in a note, whose blocks are of one kind, what it would be elsewhere is kept."""
        if place.around:
            attrs = {"in": place.around, **attrs}
        if self.stream.note:
            if kind not in (NOTE, PARAGRAPH):
                attrs = {**attrs, "as": kind}
            kind = NOTE
        return Form(kind, attrs, False, origin)

    def _part(self, place: Place, letter: str) -> str:
        """The path of a new part of the text, in those that ``place`` is in."""
        self.parts += 1
        return f"{place.around} {letter}{self.parts}".lstrip()

    def _block(
        self, element: etree._Element, form: Form, place: Place, inner: Place | None = None
    ) -> None:
        """Walks ``element`` as blocks of ``form``; in a cell it is only parted from the rest.

        ``inner`` is the place in it, where that is another.
        """
        stream = self.stream
        if place.flat:
            stream.part()
            self._inline(element, place)
            return stream.part()
        outer = stream.form
        stream.close()
        stream.form = form
        self._inline(element, inner or place)
        stream.close()
        if not form.loose:
            stream.settle_calls()
        stream.form = outer

    def _enter(self, element: etree._Element, place: Place) -> None:
        """A container: bare text in it makes paragraphs."""
        form = self._form(place.kind, place, place.attrs, place.item)
        form.loose = True
        self._block(element, form, place)

    def _paragraph(self, element: etree._Element, place: Place) -> None:
        self._block(element, self._form(place.kind, place, place.attrs, place.item), place)

    def _head(self, element: etree._Element, place: Place) -> None:
        level = int(element.tag[1]) - self.highest + 1
        if level == 1 and self.titled:
            level = 2
        self.titled = self.titled or level == 1
        self._block(element, self._form(HEADING, place, {"level": str(level)}), place)

    def _quotation(self, element: etree._Element, place: Place) -> None:
        around = self._part(place, "q")
        self._enter(element, Place(QUOTATION, depth=place.depth, flat=place.flat, around=around))

    def _caption(self, element: etree._Element, place: Place) -> None:
        if element.tag == "figcaption":
            place = place._replace(around=self._part(place, "f"))
        self._block(element, self._form(CAPTION, place), place)

    def _list(self, element: etree._Element, place: Place) -> None:
        if place.flat:
            return self._enter(element, place)
        attrs = {"depth": str(place.depth + 1)}
        if element.tag == "ol":
            attrs["list"] = "ordered"
        around = self._part(place, "l")
        inner = Place(ITEM, attrs, place.depth + 1, None, place.flat, around, in_list=True)
        self._enter(element, inner)

    def _item(self, element: etree._Element, place: Place) -> None:
        attrs = place.attrs if place.depth else {"depth": "1"}
        around = place.around
        if place.in_list:
            self.items += 1
            around = f"{around}.{self.items}"
        inner = Place(ITEM, attrs, max(place.depth, 1), None, place.flat, around)
        form = self._form(ITEM, inner, attrs)
        self._block(element, form, place, inner._replace(item=form))

    def _term(self, element: etree._Element, place: Place) -> None:
        self.stream.begin(_LABEL, "")
        self._item(element, place)
        self.stream.end()

    def _table(self, element: etree._Element, place: Place) -> None:
        if place.flat:
            return self._enter(element, place)
        outer = self.row, self.col
        self.row = 0
        around = self._part(place, "t")
        self._enter(element, place._replace(around=around, in_list=False))
        self.row, self.col = outer

    def _row(self, element: etree._Element, place: Place) -> None:
        if not place.flat:
            self.row, self.col = self.row + 1, 0
            if _IN_TABLE.search(place.around):
                place = place._replace(around=f"{place.around}.{self.row}")
        self._enter(element, place)

    def _cell(self, element: etree._Element, place: Place) -> None:
        attrs = {"row": str(max(self.row, 1)), "col": str(self.col + 1)}
        rows, cols = count(element.get("rowspan")), count(element.get("colspan"))
        if not place.flat:
            self.col += cols
        if rows > 1:
            attrs["rows"] = str(rows)
        if cols > 1:
            attrs["cols"] = str(cols)
        if element.tag == "th":
            attrs["head"] = "1"
        self._block(element, self._form(CELL, place, attrs), place, place._replace(flat=True))

    def _line_break(self, element: etree._Element, place: Place) -> None:
        """A line break; two of them end a paragraph, as old pages write it."""
        before = element.getprevious()
        is_second = before is not None and before.tag == "br" and not (before.tail or "").strip()
        if is_second and not place.flat and self.stream.form.kind in html.BROKEN_BY_TWO:
            return self.stream.close()
        self.stream.line_break()

    def _rule(self, element: etree._Element, place: Place) -> None:
        if place.flat:
            return self.stream.part()
        self.stream.close()

    def _verbatim(self, element: etree._Element, place: Place) -> None:
        """Text set as it stands: its lines stay lines, and an empty one ends a paragraph."""
        outer, self.write = self.write, self._write_lines
        self._paragraph(element, place)
        self.write = outer

    def _write_lines(self, text: str) -> None:
        stream = self.stream
        for part, paragraph in enumerate(_EMPTY_LINES.split(text)):
            if part and stream.form.kind in html.BROKEN_BY_TWO:
                stream.close()
            elif part:
                stream.line_break()
            first, *lines = paragraph.split("\n")
            stream.write(first)
            for line in lines:
                stream.line_break()
                stream.write(line)
