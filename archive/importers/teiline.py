"""The mark-up within lines of TEI: spans, page and line breaks, the calls of notes."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import partial
from typing import NamedTuple

from lxml import etree

from archive.importers import vocabulary as tei
from archive.importers.faults import Notices
from archive.importers.stream import Form, Stream
from archive.importers.teinotes import NoteBook
from archive.importers.vocabulary import local
from archive.text import NO_ATTRS, BlockKind, SpanKind, Text

PARAGRAPH, NOTE = BlockKind.PARAGRAPH.value, BlockKind.NOTE.value
_PERSON, _TERM = SpanKind.PERSON.value, SpanKind.TERM.value
_REF, _DATE, _PLACE = SpanKind.REF.value, SpanKind.DATE.value, SpanKind.PLACE.value


@dataclass(frozen=True, slots=True)
class Known:
    """What a volume has: the keys of its persons and terms, and every xml:id of the file."""

    persons: frozenset[str] = frozenset()
    terms: frozenset[str] = frozenset()
    ids: frozenset[str] = frozenset()


class Place(NamedTuple):
    """Where the walk is: what a paragraph becomes here, and what it carries."""

    kind: str = PARAGRAPH
    attrs: Mapping[str, str] = NO_ATTRS
    around: Mapping[str, str] = NO_ATTRS  # what every block in here carries
    depth: int = 0  # of lists
    level: int = 1  # of headings
    item: Form | None = None  # that of the list item that this is in
    flat: bool = False  # in a cell, which is one block whatever it holds


Handler = Callable[[etree._Element, Place], None]
_BODY, _NOTE = Place(), Place(NOTE)


class LineWalk:
    """Walks one element after the other to its text; a subclass adds what makes blocks."""

    def __init__(self, known: Known, notices: Notices) -> None:
        self.known, self.notices = known, notices
        self._by_name = self.handlers()
        # By the tag as the parser has it: a name is looked at once, not at each of its elements.
        self._by_tag: dict[object, Handler] = {}

    def handlers(self) -> dict[str, Handler]:
        return {
            **dict.fromkeys(tei.INLINE, self.children),
            **{name: partial(self.spanned, kind=kind) for name, kind in tei.STYLED.items()},
            **dict.fromkeys(("gloss", "term"), self._term),
            **dict.fromkeys(("ref", "ptr"), self._ref),
            "persName": self._person,
            "hi": self._hi,
            "choice": self._choice,
            "date": self._date,
            "placeName": self._place_name,
            "lb": self._line_break,
            "pb": self._page_break,
            "note": self._note,
        }

    def begin(self, root: etree._Element, slug: str) -> None:
        """Makes ready for a document named ``slug``."""
        self.book = NoteBook(root, slug)
        self.stream = Stream(Form(PARAGRAPH))
        self.due: deque[str] = deque()
        self.called: set[str] = set()

    def text_of(self, root: etree._Element, slug: str) -> Text:
        """The text of a document: its body, then the notes in the order of their calls, which
        may call others."""
        self.begin(root, slug)
        stream = self.stream
        self.children(root, _BODY)
        stream.end_body()
        while self.due:
            key = self.due.popleft()
            stream.begin_note(key, Form(NOTE))
            self.children(self.book.elements[key], _NOTE)
            stream.end_note(*self.book.particulars(key))
        return stream.text()

    def children(self, element: etree._Element, place: Place) -> None:
        write, handlers = self.stream.write, self._by_tag
        if text := element.text:
            write(text)
        for child in element:
            (handlers.get(child.tag) or self._handler_of(child))(child, place)
            if text := child.tail:
                write(text)

    def _handler_of(self, element: etree._Element) -> Handler:
        tag = element.tag
        if isinstance(tag, str):
            handler = self._by_name.get(local(element), self._unknown)
        else:
            handler = self._nothing  # a comment, an instruction
        self._by_tag[tag] = handler
        return handler

    def _nothing(self, element: etree._Element, place: Place) -> None:
        pass

    def _unknown(self, element: etree._Element, place: Place) -> None:
        # An xi:include is said once for the whole file.
        if element.tag != tei.XINCLUDE:
            name = local(element)
            self.say(f"The element <{name}> is not known; its text is kept.", element)
        self.children(element, place)

    def say(self, message: str, element: etree._Element) -> None:
        """Adds a notice; the line is that of its first, since to find a line takes time."""
        line = None if message in self.notices else element.sourceline
        self.notices.add(message, line)

    def spanned(self, element: etree._Element, place: Place, kind: str, ref: str = "") -> None:
        stream = self.stream
        if not len(element):
            return stream.marked(element.text or "", kind, ref)
        stream.begin(kind, ref)
        self.children(element, place)
        stream.end()

    def _hi(self, element: etree._Element, place: Place) -> None:
        rend = element.get("rend") or ""
        if kind := tei.RENDS.get(rend):
            return self.spanned(element, place, kind)
        kinds = []
        for form in rend.split():
            if kind := tei.RENDS.get(form.lower()):
                kinds.append(kind)
            else:
                message = f"The form “{form}” of <hi> is not known; its text is kept."
                self.say(message, element)
        for kind in kinds:
            self.stream.begin(kind, "")
        self.children(element, place)
        for _ in kinds:
            self.stream.end()

    def _choice(self, element: etree._Element, place: Place) -> None:
        """All readings of one place stay, each a word apart; white space around them is no text."""
        handlers, write = self._by_tag, self.stream.write
        write((element.text or "").strip(tei.WHITE))
        for child in element:
            (handlers.get(child.tag) or self._handler_of(child))(child, place)
            if said := (child.tail or "").strip(tei.WHITE):
                write(said)
            elif isinstance(child.tag, str) and child.getnext() is not None:
                self.stream.part()

    def _person(self, element: etree._Element, place: Place) -> None:
        found = element.get("corresp") or element.get("ref")
        self._mention(element, place, found, _PERSON, self.known.persons)

    def _term(self, element: etree._Element, place: Place) -> None:
        found = element.get("target") or element.get("corresp") or element.get("ref")
        self._mention(element, place, found, _TERM, self.known.terms)

    def _mention(
        self,
        element: etree._Element,
        place: Place,
        found: str | None,
        kind: str,
        entries: frozenset[str],
    ) -> None:
        """A mention of a person or term: a span if the volume has its entry, else plain text."""
        if not found:
            return self.children(element, place)
        if (key := found[1:]) in entries and found[0] == "#":
            return self.spanned(element, place, kind, key)
        keys = [value.removeprefix("#") for value in found.split()]
        for key in keys:
            if key in entries:
                return self.spanned(element, place, kind, key)
        if keys:
            message = f"The {kind} {found} has no entry in the volume; its mentions stay as text."
            self.say(message, element)
        self.children(element, place)

    def _ref(self, element: etree._Element, place: Place) -> None:
        """A cross-reference; one without words to a note of this document is another call."""
        target = (element.get("target") or "").strip()
        key = target.removeprefix("#") if target.startswith("#") else ""
        if key in self.book.elements and not tei.words(element):
            return self._call(key)
        if key and key not in self.known.ids:
            message = f"The reference {target} leads out of the file; it is kept."
            self.say(message, element)
        if target:
            return self.spanned(element, place, _REF, target)
        self.children(element, place)

    def _date(self, element: etree._Element, place: Place) -> None:
        if iso := element.get("when") or element.get("from") or element.get("notBefore"):
            return self.spanned(element, place, _DATE, iso)
        self.children(element, place)

    def _place_name(self, element: etree._Element, place: Place) -> None:
        ref = (element.get("key") or element.get("corresp") or "").removeprefix("#")
        self.spanned(element, place, _PLACE, ref)

    def _line_break(self, element: etree._Element, place: Place) -> None:
        self.stream.line_break()

    def _page_break(self, element: etree._Element, place: Place) -> None:
        if number := tei.plain(element.get("n")):
            self.stream.page(number)

    def _note(self, element: etree._Element, place: Place) -> None:
        key = self.book.key_of(element)
        if key is None:
            return self.inline_note(element, place)
        # A note that stands apart, and that a reference has called already, is not called again.
        if not (key in self.called and self.stream.form.loose and not self.stream.is_open):
            self._call(key)

    def inline_note(self, element: etree._Element, place: Place) -> None:
        self.children(element, place)

    def _call(self, key: str) -> None:
        self.stream.call(key)
        if key not in self.called:
            self.called.add(key)
            self.due.append(key)
