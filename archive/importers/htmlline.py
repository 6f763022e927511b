"""The mark-up within lines of HTML: spans, links, the calls of notes, and what is left out."""

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
from archive.text import NO_ATTRS, BlockKind, SpanKind, Text

PARAGRAPH, NOTE = BlockKind.PARAGRAPH.value, BlockKind.NOTE.value
_REF = SpanKind.REF.value


class Place(NamedTuple):
    """Where the walk is: what a paragraph becomes here, and what it carries."""

    kind: str = PARAGRAPH
    attrs: Mapping[str, str] = NO_ATTRS
    depth: int = 0  # of lists
    item: Form | None = None  # that of the list item that this is in
    flat: bool = False  # in a cell, which is one block whatever it holds
    around: str = ""  # the parts that this is in, as a block's ``in`` has them
    in_list: bool = False  # right in a list, whose items are still to come


Handler = Callable[[etree._Element, Place], None]


class LineWalk:
    """Walks a file, then its notes in the order of their calls; a subclass makes the blocks."""

    def __init__(self, root: etree._Element, slug: str, notices: Notices) -> None:
        self.root, self.notices = root, notices
        self.notes = HtmlNotes(root, slug, notices)
        self.stream = Stream(Form(PARAGRAPH))
        self.write: Callable[[str], None] = self.stream.write
        self.due: deque[str] = deque()
        self.called: set[str] = set()
        self._by_tag = self.handlers()

    def handlers(self) -> dict[str, Handler]:
        return {
            **dict.fromkeys(html.INLINE, self._inline),
            **{name: partial(self._inline, own=kind) for name, kind in html.STYLED.items()},
            **dict.fromkeys(html.DROPPED, self._drop),
            "a": self._link,
            "img": self._image,
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
        write = self.write
        if element.text:
            write(element.text)
        for child in element:
            if child not in self.notes.held and child not in self.notes.dropped:
                self._by_tag.get(child.tag, self._unknown)(child, place)
            if child.tail:
                write(child.tail)

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
