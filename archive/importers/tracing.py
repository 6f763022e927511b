"""Where in its source each word of a canonical text stands.

The source's *stream* is its text as the guidelines of the TEI have it for pointers: the text nodes
of an element one after the other, without tags, comments and instructions, white space as it is.
The importer's own walk makes the text; here it is only watched, by elements whose strings know
where in the stream they begin.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any

from lxml import etree

from archive.importers.faults import Notices
from archive.importers.stream import Form, Stream
from archive.importers.teiline import Known
from archive.importers.teitext import TextWalk
from archive.importers.vocabulary import WHITE
from archive.importers.xml import XML_ID
from archive.text import Text

WORD = re.compile(f"[^{WHITE}]+")
_TEXT: Any = etree._Element.text
_TAIL: Any = etree._Element.tail
_OPTIONS: dict[str, Any] = {
    "resolve_entities": False,
    "no_network": True,
    "load_dtd": False,
    "huge_tree": False,
}


@dataclass(frozen=True, slots=True)
class Identified:
    """An element with an ``xml:id`` and its range of the stream; ``outer`` is the index of the
    nearest one around it, or -1."""

    id: str
    start: int
    end: int
    outer: int


@dataclass(frozen=True, slots=True)
class Trace:
    """A text, the stream of its source, and the words of both: the word ``i`` begins at
    ``words[i]`` of the text and at ``places[i]`` of the stream and has ``lengths[i]`` code points.
    What the source parts by mark-up alone may be several words of one. ``ids`` are in the order of
    the source."""

    text: Text
    stream: str
    words: tuple[int, ...]
    places: tuple[int, ...]
    lengths: tuple[int, ...]
    ids: tuple[Identified, ...]


class _From(str):
    """A string of the source; ``at`` is the place in the stream where it begins."""

    at: int

    def __new__(cls, value: str, at: int) -> _From:
        made = super().__new__(cls, value)
        made.at = at
        return made

    def lstrip(self, chars: str | None = None, /) -> _From:
        kept = super().lstrip(chars)
        return _From(kept, self.at + len(self) - len(kept))

    def strip(self, chars: str | None = None, /) -> _From:
        begun = self.lstrip(chars)
        return _From(str.rstrip(begun, chars), begun.at)


class _WatchedStream(Stream):
    """Keeps for each word that is written where it comes from."""

    def __init__(self, form: Form) -> None:
        super().__init__(form)
        self.found: list[tuple[int, int, int]] = []

    def write(self, text: str) -> None:
        before = len(self._parts)
        super().write(text)
        if len(self._parts) == before or not isinstance(text, _From):
            return
        written = self._parts[-1]
        start = self.length - len(written)
        both = zip(WORD.finditer(written), WORD.finditer(text), strict=True)
        for here, there in both:
            length = here.end() - here.start()
            self.found.append((start + here.start(), text.at + there.start(), length))


class _WatchedWalk(TextWalk):
    def begin(self, root: etree._Element, slug: str) -> None:
        super().begin(root, slug)
        self.watched = _WatchedStream(self.stream.form)
        self.stream = self.watched


def trace(source: str | bytes, slug: str) -> Trace:
    """The canonical text of a document's own element, as an edition keeps it, and its words' ways.

    Raises etree.XMLSyntaxError for what is not well-formed.
    """
    root, places = _watched(source)
    walk = _WatchedWalk(Known(), Notices())
    text = walk.text_of(root, slug)
    found = sorted(walk.watched.found)
    words, at, lengths = zip(*found, strict=True) if found else ((), (), ())
    return Trace(text, places.stream, words, at, lengths, tuple(places.ids))


class _Places:
    """The stream of an element, and where in it each text of an element, each tail begins."""

    def __init__(self) -> None:
        self.texts: dict[etree._Element, int] = {}
        self.tails: dict[etree._Element, int] = {}
        self.ids: list[Identified] = []
        self.stream = ""

    def fill(self, root: etree._Element) -> None:
        parts: list[str] = []
        length, around = 0, [-1]
        ends: dict[int, int] = {}
        begun: list[tuple[str, int, int]] = []
        for event, element in etree.iterwalk(root, events=("start", "end", "comment", "pi")):
            added = ""
            if event == "start":
                if identity := element.get(XML_ID):
                    begun.append((identity, length, around[-1]))
                around.append(len(begun) - 1 if identity else around[-1])
                self.texts[element] = length
                added = _TEXT.__get__(element) or ""
            else:
                if event == "end":
                    index = around.pop()
                    if index != around[-1]:
                        ends[index] = length
                if element is not root:
                    self.tails[element] = length
                    added = _TAIL.__get__(element) or ""
            parts.append(added)
            length += len(added)
        self.stream = "".join(parts)
        self.ids = [Identified(i, start, ends[n], o) for n, (i, start, o) in enumerate(begun)]


def _watched(source: str | bytes) -> tuple[etree._Element, _Places]:
    """The element, of classes whose ``text`` and ``tail`` know their places."""
    places = _Places()

    def text_of(element: etree._Element) -> str | None:
        text = _TEXT.__get__(element)
        return _From(text, places.texts[element]) if text else text

    def tail_of(element: etree._Element) -> str | None:
        tail = _TAIL.__get__(element)
        return _From(tail, places.tails[element]) if tail and element in places.tails else tail

    tail = property(tail_of)
    lookup = etree.ElementDefaultClassLookup(
        element=type("Watched", (etree.ElementBase,), {"text": property(text_of), "tail": tail}),
        comment=type("WatchedComment", (etree.CommentBase,), {"tail": tail}),
        pi=type("WatchedInstruction", (etree.PIBase,), {"tail": tail}),
    )
    parser = etree.XMLParser(**_OPTIONS)
    parser.set_element_class_lookup(lookup)
    root = etree.fromstring(source.encode() if isinstance(source, str) else source, parser)
    places.fill(root)
    return root, places
