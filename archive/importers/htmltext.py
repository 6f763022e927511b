"""The body of an HTML file to its canonical text: blocks, spans and notes.

The rules are those of "The canonical text, exactly". Blocks carry in ``attrs`` what those of TEI
do (see ``teitext``): ``level``, ``depth``, ``list``, ``row``, ``col``, ``rows``, ``cols``,
``head``, ``table``, ``continued``. What a browser adds (the numbers of a list) is not text.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterator, Mapping
from functools import partial
from typing import NamedTuple

from lxml import etree

from archive.importers import htmlwords as html
from archive.importers.faults import Notices
from archive.importers.htmlnotes import HtmlNotes
from archive.importers.stream import Form, Stream
from archive.importers.vocabulary import count
from archive.text import NO_ATTRS, BlockKind, SpanKind, Text

PARAGRAPH, NOTE = BlockKind.PARAGRAPH.value, BlockKind.NOTE.value
HEADING, ITEM, CELL = BlockKind.HEADING.value, BlockKind.ITEM.value, BlockKind.CELL.value
QUOTATION, CAPTION = BlockKind.QUOTATION.value, BlockKind.CAPTION.value
_REF, _LABEL = SpanKind.REF.value, SpanKind.LABEL.value


class Place(NamedTuple):
    """Where the walk is: what a paragraph becomes here, and what it carries."""

    kind: str = PARAGRAPH
    attrs: Mapping[str, str] = NO_ATTRS
    depth: int = 0  # of lists
    item: Form | None = None  # that of the list item that this is in
    flat: bool = False  # in a cell, which is one block whatever it holds


Handler = Callable[[etree._Element, Place], None]


class HtmlWalk:
    """Walks the body of a file, then its notes in the order of their calls."""

    def __init__(self, root: etree._Element, slug: str, notices: Notices) -> None:
        self.root, self.notices = root, notices
        self.notes = HtmlNotes(root, slug, notices)
        self.stream = Stream(Form(PARAGRAPH))
        self.due: deque[str] = deque()
        self.called: set[str] = set()
        self.table = self.row = self.col = 0
        self.titled = False
        levels = [int(e.tag[1]) for e in root.iter(*html.HEADS)]
        self.highest = min(levels, default=1)
        self._by_tag = self._handlers()

    def _handlers(self) -> dict[object, Handler]:
        return {
            **dict.fromkeys(html.CONTAINERS, self._enter),
            **dict.fromkeys(html.INLINE, self._inline),
            **{name: partial(self._inline, own=kind) for name, kind in html.STYLED.items()},
            **dict.fromkeys(html.DROPPED, self._drop),
            **dict.fromkeys(html.HEADS, self._head),
            **dict.fromkeys(("p", "summary", "legend"), self._paragraph),
            **dict.fromkeys(("ul", "ol", "menu", "dl"), self._list),
            **dict.fromkeys(("thead", "tbody", "tfoot", "colgroup", "col"), self._children_of),
            **dict.fromkeys(("td", "th"), self._cell),
            **dict.fromkeys(("caption", "figcaption"), self._caption),
            "a": self._link,
            "blockquote": self._quotation,
            "br": self._line_break,
            "dd": self._item,
            "dt": self._term,
            "hr": self._rule,
            "img": self._image,
            "li": self._item,
            "pre": self._verbatim,
            "listing": self._verbatim,
            "table": self._table,
            "tr": self._row,
        }

    def text(self) -> Text:
        """The whole text; a note that no other calls stands after those that are called."""
        stream = self.stream
        self._children(self.root, Place())
        stream.end_body()
        rest = iter(self.notes.by_key)
        while key := self._next(rest):
            self._note(key)
        return stream.text()

    def _next(self, rest: Iterator[str]) -> str:
        if self.due:
            return self.due.popleft()
        key = next((key for key in rest if key not in self.called), "")
        self.called.add(key)
        return key

    def _note(self, key: str) -> None:
        note = self.notes.by_key[key]
        self.stream.begin_note(key, Form(NOTE))
        for element in note.elements:
            # The holder itself is no paragraph: what stands in it makes them.
            self._children(element, Place(NOTE))
            self.stream.close()
        self.stream.end_note(note.label[:30], self.notes.kind_of(note))

    def _children(self, element: etree._Element, place: Place) -> None:
        write = self.stream.write
        if element.text:
            write(element.text)
        for child in element:
            if child not in self.notes.held and child not in self.notes.dropped:
                self._by_tag.get(child.tag, self._unknown)(child, place)
            if child.tail:
                write(child.tail)

    def _children_of(self, element: etree._Element, place: Place) -> None:
        self._children(element, place)

    def _unknown(self, element: etree._Element, place: Place) -> None:
        message = f"The element <{element.tag}> is not known; its text is kept."
        self.notices.add(message, element.sourceline)
        self._inline(element, place)

    def _drop(self, element: etree._Element, place: Place) -> None:
        if element.tag not in html.SILENT and any(t.strip() for t in element.itertext()):
            message = f"What <{element.tag}> holds is no text of the document: it is left out."
            self.notices.add(message, element.sourceline)

    def _image(self, element: etree._Element, place: Place) -> None:
        self.notices.add("An image is left out.", element.sourceline)

    def _inline(self, element: etree._Element, place: Place, own: str = "") -> None:
        kinds = html.kinds_of(element, own)
        for kind in kinds:
            self.stream.begin(kind, "")
        self._children(element, place)
        for _ in kinds:
            self.stream.end()

    def _link(self, element: etree._Element, place: Place) -> None:
        if key := self.notes.calls.get(element):
            self.stream.call(key)
            if key not in self.called:
                self.called.add(key)
                self.due.append(key)
            return
        target = (element.get("href") or "").strip()
        if not target.lower().startswith(("https://", "http://")):
            if target and any(t.strip() for t in element.itertext()):
                message = "A link that leads to no address on the web stays as its words."
                self.notices.add(message, element.sourceline)
            return self._inline(element, place)
        self.stream.begin(_REF, target)
        self._inline(element, place)
        self.stream.end()

    def _form(
        self, kind: str, attrs: Mapping[str, str] = NO_ATTRS, origin: Form | None = None
    ) -> Form:
        return Form(NOTE if self.stream.note else kind, attrs, False, origin)

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
        form = Form(NOTE if self.stream.note else place.kind, place.attrs, True, place.item)
        self._block(element, form, place)

    def _paragraph(self, element: etree._Element, place: Place) -> None:
        self._block(element, self._form(place.kind, place.attrs, place.item), place)

    def _head(self, element: etree._Element, place: Place) -> None:
        level = int(element.tag[1]) - self.highest + 1
        if level == 1 and self.titled:
            level = 2
        self.titled = self.titled or level == 1
        self._block(element, self._form(HEADING, {"level": str(level)}), place)

    def _quotation(self, element: etree._Element, place: Place) -> None:
        self._enter(element, place._replace(kind=QUOTATION, attrs=NO_ATTRS, item=None))

    def _caption(self, element: etree._Element, place: Place) -> None:
        self._block(element, self._form(CAPTION), place)

    def _list(self, element: etree._Element, place: Place) -> None:
        attrs = {"depth": str(place.depth + 1)}
        if element.tag == "ol":
            attrs["list"] = "ordered"
        self._enter(element, Place(ITEM, attrs, place.depth + 1, None, place.flat))

    def _item(self, element: etree._Element, place: Place) -> None:
        attrs = place.attrs if place.depth else {"depth": "1"}
        form = self._form(ITEM, attrs)
        inner = Place(ITEM, attrs, max(place.depth, 1), form, place.flat)
        self._block(element, form, inner)

    def _term(self, element: etree._Element, place: Place) -> None:
        self.stream.begin(_LABEL, "")
        self._item(element, place)
        self.stream.end()

    def _table(self, element: etree._Element, place: Place) -> None:
        outer = self.row, self.col
        if not place.flat:
            self.table, self.row = self.table + 1, 0
        self._enter(element, place)
        self.row, self.col = outer

    def _row(self, element: etree._Element, place: Place) -> None:
        if not place.flat:
            self.row, self.col = self.row + 1, 0
        self._enter(element, place)

    def _cell(self, element: etree._Element, place: Place) -> None:
        attrs = {"row": str(max(self.row, 1)), "col": str(self.col + 1), "table": str(self.table)}
        rows, cols = count(element.get("rowspan")), count(element.get("colspan"))
        if not place.flat:
            self.col += cols
        if rows > 1:
            attrs["rows"] = str(rows)
        if cols > 1:
            attrs["cols"] = str(cols)
        if element.tag == "th":
            attrs["head"] = "1"
        self._block(element, self._form(CELL, attrs), place, inner=place._replace(flat=True))

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
        """Text set as it stands: its lines stay lines."""
        for node in list(element.iter(etree.Element)):
            _break_lines(node, element)
        self._paragraph(element, place)


def _break_lines(node: etree._Element, root: etree._Element) -> None:
    """Puts a ``br`` in place of each line's end in a node's own text, and in what follows it."""
    if node is not root and node.tail and "\n" in node.tail:
        first, *lines = node.tail.split("\n")
        node.tail = first
        parent, at = node.getparent(), node.getparent().index(node) + 1
        for offset, line in enumerate(lines):
            parent.insert(at + offset, _line(line))
    if node.text and "\n" in node.text:
        first, *lines = node.text.split("\n")
        node.text = first
        for offset, line in enumerate(lines):
            node.insert(offset, _line(line))


def _line(words: str) -> etree._Element:
    line = etree.Element("br")
    line.tail = words
    return line
