"""A TEI element to its canonical text: blocks, spans and notes.

The rules are those of "The canonical text, exactly". What a block carries in ``attrs``, all
strings:

- ``level``: of a heading, ``1`` for the document's own, more for those of its parts
- ``rend``: the source's form of it (``@rend``, or ``@rendition`` without its ``#``), or what its
  element says: ``salute``, ``verse``, ``address``, …
- ``in``: the parts that it lies in, from the outermost, parted by spaces, each a letter and a
  number that no other of the document has: ``a`` an attachment, ``q`` a quotation, ``f`` a figure,
  ``l`` a list with ``.`` and the number of the item, ``t`` a table with ``.`` and that of the row
- ``list``, ``depth``: of a list item, its list's type (where it has one), how deep, from ``1``
- ``row``, ``col``, ``rows``, ``cols``, ``head``: of a cell, its place from ``1``, what it spans
  where that is more than one, and ``1`` where it heads its row or column
- ``attachment``: the number of the attachment that it belongs to, from ``1``
- ``as``: of a block of a note, the kind that it would have in the body, if not that of a paragraph
- ``continued``: ``1`` where it goes on with the paragraph or item of the block before
"""

from __future__ import annotations

from functools import partial

from lxml import etree

from archive.importers import vocabulary as tei
from archive.importers.faults import Notices
from archive.importers.stream import Form
from archive.importers.teiblocks import BlockWalk, Lines, holds_blocks, inside
from archive.importers.teiline import Handler, Known, Place
from archive.importers.vocabulary import local
from archive.text import NO_ATTRS, BlockKind, SpanKind, Text

HEADING, DATELINE = BlockKind.HEADING.value, BlockKind.DATELINE.value
ITEM, CELL, QUOTATION = BlockKind.ITEM.value, BlockKind.CELL.value, BlockKind.QUOTATION.value
SIGNATURE, CAPTION = BlockKind.SIGNATURE.value, BlockKind.CAPTION.value
_LABEL = SpanKind.LABEL.value


def text_of(
    element: etree._Element,
    slug: str,
    known: Known | None = None,
    notices: Notices | None = None,
) -> Text:
    """The canonical text of ``element``, a document named ``slug``.

    Notes without an xml:id are named after ``slug`` and a running number. What points nowhere, or
    is not understood, is said in ``notices`` and survives as plain text.
    """
    return TextWalk(known or Known(), notices or Notices()).text_of(element, slug)


class TextWalk(BlockWalk):
    """Adds what makes blocks to the mark-up within lines.

    ``dateline`` and ``subject`` are the document's first dateline and list of subjects, those of
    attachments and notes left out; each is an element, or None.
    """

    def begin(self, root: etree._Element, slug: str) -> None:
        super().begin(root, slug)
        self.attachments = self.parts = self.items = self.row = self.col = 0
        self.heads = False  # whether the row is one of headings
        self.titled = False
        self.lines = Lines()
        self.labelled: tuple[Place, Form] | None = None  # of the item after a label
        self.dateline: etree._Element | None = None
        self.subject: etree._Element | None = None

    def handlers(self) -> dict[str, Handler]:
        return super().handlers() | {
            **dict.fromkeys(tei.CONTAINERS, self._container),
            **{name: self._division for name in tei.CONTAINERS if name.startswith("div")},
            **{name: partial(self._paragraph, rend=r) for name, r in tei.PARAGRAPHS.items()},
            "p": self._paragraph,
            **dict.fromkeys(tei.EITHER, self._either),
            "attachment": self._attachment,
            "floatingText": self._floating,
            "closer": self._closer,
            "signed": self._signed,
            "dateline": self._dateline,
            "head": self._head,
            "figure": self._figure,
            "figDesc": self._caption,
            "list": self._list,
            "item": self._item,
            "label": self._label,
            "table": self._table,
            "row": self._row,
            "cell": self._cell,
        }

    def _container(self, element: etree._Element, place: Place) -> None:
        self._enter(element, place)

    def _division(self, element: etree._Element, place: Place) -> None:
        self._enter(element, place._replace(level=place.level + 1))

    def _attachment(self, element: etree._Element, place: Place) -> None:
        self.attachments += 1
        number = str(self.attachments)
        around = inside(place, f"a{number}", attachment=number)
        self._enter(element, place._replace(around=around, level=place.level + 1))

    def _floating(self, element: etree._Element, place: Place) -> None:
        """A text of its own within the document: of the type ``attachment`` it is one."""
        if element.get("type") == "attachment":
            return self._attachment(element, place)
        self._container(element, place)

    def _closer(self, element: etree._Element, place: Place) -> None:
        self._enter(element, place, SIGNATURE)

    def _paragraph(self, element: etree._Element, place: Place, rend: str = "") -> None:
        if place.flat:
            return self._flat(element, place)
        attrs = {**place.attrs, "rend": rend} if rend else place.attrs
        self._block(element, self._form(element, place.kind, place, attrs, place.item), place)

    def _signed(self, element: etree._Element, place: Place) -> None:
        self._one(element, place, SIGNATURE)

    def _dateline(self, element: etree._Element, place: Place) -> None:
        if self.dateline is None and self._is_own(place):
            self.dateline = element
        self._one(element, place, DATELINE)

    def _is_own(self, place: Place) -> bool:
        return not ("attachment" in place.around or self.stream.note)

    def _caption(self, element: etree._Element, place: Place) -> None:
        self._one(element, place, CAPTION)

    def _figure(self, element: etree._Element, place: Place) -> None:
        self.parts += 1
        around = inside(place, f"f{self.parts}")
        inner = place._replace(kind=CAPTION, attrs=NO_ATTRS, around=around, item=None)
        self._enter(element, inner)

    def _head(self, element: etree._Element, place: Place) -> None:
        parent = local(element.getparent())
        if parent in ("figure", "table"):
            return self._caption(element, place)
        level = place.level if parent != "list" else max(place.level, 2)
        if level == 1 and self.titled:
            level = 2
        self.titled = self.titled or level == 1
        self._one(element, place, HEADING, {"level": str(level)})

    def _either(self, element: etree._Element, place: Place) -> None:
        """A quotation or inline note: blocks of its own between blocks, else part of the line."""
        if not holds_blocks(element) and self.lines.hold(element):
            return self.children(element, place)
        if local(element) != "note":
            self.parts += 1
            around = inside(place, f"q{self.parts}")
            place = place._replace(kind=QUOTATION, attrs=NO_ATTRS, around=around, item=None)
        self._enter(element, place)

    def inline_note(self, element: etree._Element, place: Place) -> None:
        self._either(element, place)

    def _list(self, element: etree._Element, place: Place) -> None:
        if place.flat:
            return self._flat(element, place)
        self.parts += 1
        depth = place.depth + 1
        name = f"l{self.parts}"
        attrs = {"depth": str(depth), "in": inside(place, name)["in"]}
        if form := element.get("type") or element.get("rend"):
            attrs["list"] = form
        if element.get("type") == "subject" and self.subject is None and self._is_own(place):
            self.subject = element
        self._enter(element, Place(ITEM, attrs, place.around, depth, place.level))

    def _in_item(self, place: Place) -> Place:
        """A place in the next item of the list that ``place`` is in."""
        self.items += 1
        attrs = {**place.attrs, "in": f"{place.attrs['in']}.{self.items}"}
        around = {**place.around, "in": attrs["in"]}
        return Place(ITEM, attrs, around, place.depth, place.level)

    def _item(self, element: etree._Element, place: Place) -> None:
        if place.flat:
            return self._flat(element, place)
        if place.kind != ITEM or "in" not in place.attrs:
            return self._one(element, place, ITEM)  # of no list
        inner, form = self.labelled or (self._in_item(place), None)
        joined, self.labelled = form is not None, None
        form = form or self._form(element, ITEM, inner, inner.attrs)
        self._block(element, form, inner._replace(item=form), joined=joined)

    def _label(self, element: etree._Element, place: Place) -> None:
        """A label in an item, or beside it: then the block that it opens is the item's."""
        stream, outer = self.stream, self.stream.form
        if local(element.getparent()) == "list" and not place.flat:
            stream.close()
            inner = self._in_item(place)
            stream.form = self._form(element, ITEM, inner, inner.attrs)
            following = next(element.itersiblings(etree.Element), None)
            is_beside = following is not None and local(following) == "item"
            self.labelled = (inner, stream.form) if is_beside else None
        stream.part()
        self.spanned(element, place, _LABEL)
        stream.part()
        stream.form = outer

    def _table(self, element: etree._Element, place: Place) -> None:
        if not place.flat:
            self.row = 0
            self.parts += 1
            place = place._replace(around=inside(place, f"t{self.parts}"))
        self._enter(element, place)

    def _row(self, element: etree._Element, place: Place) -> None:
        if not place.flat:
            self.row, self.col = self.row + 1, 0
            self.heads = element.get("role") == "label"
            around = {**place.around, "in": f"{place.around.get('in', 't')}.{self.row}"}
            place = place._replace(around=around)
        self._enter(element, place)

    def _cell(self, element: etree._Element, place: Place) -> None:
        if place.flat:
            return self._flat(element, place)
        attrs = {"row": str(self.row), "col": str(self.col + 1)}
        rows, cols = tei.count(element.get("rows")), tei.count(element.get("cols"))
        self.col += cols
        if rows > 1:
            attrs["rows"] = str(rows)
        if cols > 1:
            attrs["cols"] = str(cols)
        if self.heads or element.get("role") == "label":
            attrs["head"] = "1"
        form = self._form(element, CELL, place, attrs)
        whole = Place(
            place.kind,
            place.attrs,
            place.around,
            place.depth,
            place.level,
            place.item,
            flat=True,
        )
        self._block(element, form, whole)
