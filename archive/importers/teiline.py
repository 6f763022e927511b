"""The mark-up within lines of TEI: spans, page and line breaks, the calls of notes."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from lxml import etree

from archive.importers import vocabulary as tei
from archive.importers.assembly import assemble
from archive.importers.faults import Notices
from archive.importers.stream import Form, Stream
from archive.importers.teinotes import NoteBook
from archive.importers.vocabulary import local
from archive.text import BlockKind, SpanKind, Text


@dataclass(frozen=True, slots=True)
class Known:
    """What a volume has: the keys of its persons and terms, and every xml:id of the file."""

    persons: frozenset[str] = frozenset()
    terms: frozenset[str] = frozenset()
    ids: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Place:
    """Where the walk is: what a paragraph becomes here, and what it carries."""

    kind: str = BlockKind.PARAGRAPH
    attrs: Mapping[str, str] = field(default_factory=dict)
    attachment: Mapping[str, str] = field(default_factory=dict)
    depth: int = 0  # of lists
    level: int = 1  # of headings
    item: int = 0  # the token of the list item that this is in
    flat: bool = False  # in a cell, which is one block whatever it holds


Handler = Callable[[etree._Element, Place], None]


class LineWalk:
    """Walks an element into streams; a subclass adds what makes blocks."""

    def __init__(
        self, root: etree._Element, book: NoteBook, known: Known, notices: Notices
    ) -> None:
        self.root, self.book, self.known, self.notices = root, book, known, notices
        self.stream = Stream(Form(BlockKind.PARAGRAPH))
        self.due: deque[str] = deque()
        self.called: set[str] = set()
        self.tokens = self.attachments = self.row = self.col = 0
        self.titled = False
        self.label_form: Form | None = None
        self._handlers = self.handlers()

    def handlers(self) -> dict[str, Handler]:
        return {
            **dict.fromkeys(tei.INLINE, self.children),
            **dict.fromkeys(tei.STYLED, self._styled),
            **dict.fromkeys(("persName", "gloss", "term"), self._pointer),
            **dict.fromkeys(("ref", "ptr"), self._ref),
            "hi": self._hi,
            "date": self._date,
            "placeName": self._place_name,
            "lb": self._line_break,
            "pb": self._page_break,
            "note": self._note,
        }

    def text(self) -> Text:
        """Walks the body, then the notes in the order of their calls, which may call others."""
        self.children(self.root, Place())
        self.stream.finish()
        streams = [self.stream]
        while self.due:
            key = self.due.popleft()
            self.stream = Stream(Form(BlockKind.NOTE), key)
            self.children(self.book.elements[key], Place(BlockKind.NOTE))
            self.stream.finish()
            streams.append(self.stream)
        return assemble(streams, self.book.note)

    def children(self, element: etree._Element, place: Place) -> None:
        self.stream.write(element.text)
        for child in element:
            if isinstance(child.tag, str):
                self._handlers.get(local(child), self._unknown)(child, place)
            self.stream.write(child.tail)

    def _unknown(self, element: etree._Element, place: Place) -> None:
        # An xi:include is said once for the whole file.
        if element.tag != tei.XINCLUDE:
            name = local(element)
            self.notices.add(
                f"The element <{name}> is not known; its text is kept.", element.sourceline
            )
        self.children(element, place)

    def spanned(self, element: etree._Element, place: Place, kind: str, ref: str = "") -> None:
        stream = self.stream
        stream.begin(kind, ref)
        self.children(element, place)
        stream.end()

    def _styled(self, element: etree._Element, place: Place) -> None:
        self.spanned(element, place, tei.STYLED[local(element)])

    def _hi(self, element: etree._Element, place: Place) -> None:
        kinds = []
        for rend in (element.get("rend") or "").split():
            if kind := tei.RENDS.get(rend.lower()):
                kinds.append(kind)
            else:
                message = f"The form “{rend}” of <hi> is not known; its text is kept."
                self.notices.add(message, element.sourceline)
        for kind in kinds:
            self.stream.begin(kind, "")
        self.children(element, place)
        for _ in kinds:
            self.stream.end()

    def _pointer(self, element: etree._Element, place: Place) -> None:
        """A mention of a person or term: a span if the volume has its entry, else plain text."""
        is_person = local(element) == "persName"
        names = ("corresp", "ref") if is_person else ("target", "corresp", "ref")
        found = next((value for name in names if (value := element.get(name))), "")
        entries = self.known.persons if is_person else self.known.terms
        keys = [value.removeprefix("#") for value in found.split()]
        if key := next((key for key in keys if key in entries), ""):
            kind = SpanKind.PERSON if is_person else SpanKind.TERM
            return self.spanned(element, place, kind, key)
        if keys:
            what = "person" if is_person else "term"
            message = f"The {what} {found} has no entry in the volume; its mentions stay as text."
            self.notices.add(message, element.sourceline)
        self.children(element, place)

    def _ref(self, element: etree._Element, place: Place) -> None:
        """A cross-reference; one without words to a note of this document is another call."""
        target = (element.get("target") or "").strip()
        key = target.removeprefix("#") if target.startswith("#") else ""
        if key in self.book.elements and not tei.words(element):
            return self._call(key)
        if key and key not in self.known.ids:
            message = f"The reference {target} leads out of the file; it is kept."
            self.notices.add(message, element.sourceline)
        if target:
            return self.spanned(element, place, SpanKind.REF, target)
        self.children(element, place)

    def _date(self, element: etree._Element, place: Place) -> None:
        names = ("when", "from", "notBefore")
        if iso := next((value for name in names if (value := element.get(name))), ""):
            return self.spanned(element, place, SpanKind.DATE, iso)
        self.children(element, place)

    def _place_name(self, element: etree._Element, place: Place) -> None:
        ref = (element.get("key") or element.get("corresp") or "").removeprefix("#")
        self.spanned(element, place, SpanKind.PLACE, ref)

    def _line_break(self, element: etree._Element, place: Place) -> None:
        self.stream.line_break()

    def _page_break(self, element: etree._Element, place: Place) -> None:
        if number := tei.plain(element.get("n")):
            self.stream.page(number)

    def _note(self, element: etree._Element, place: Place) -> None:
        if tei.is_inline_note(element):
            return self.inline_note(element, place)
        key = self.book.key_of(element)
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
