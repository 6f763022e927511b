"""What stands within the blocks of a text, as TEI: spans, page and line breaks, notes."""

from __future__ import annotations

import re
from collections import defaultdict

from lxml import etree

from annotations.formats.tei.wording import NAMESPACE, address, is_name
from archive.importers.xml import XML_ID
from archive.text import Block, Note, NoteKind, Span, SpanKind, Text

_UNHELD = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")
_ISO_DATE = re.compile(r"\d{4}(-(0[1-9]|1[0-2])(-(0[1-9]|[12]\d|3[01]))?)?")
_HI = {
    SpanKind.ITALIC: "italic",
    SpanKind.BOLD: "strong",
    SpanKind.UNDERLINE: "underline",
    SpanKind.STRIKE: "strikethrough",
    SpanKind.SMALLCAPS: "smallcaps",
    SpanKind.SUPERSCRIPT: "superscript",
    SpanKind.SUBSCRIPT: "subscript",
}
_NAMES = {
    SpanKind.PERSON: "persName",
    SpanKind.TERM: "term",
    SpanKind.REF: "ref",
    SpanKind.DATE: "date",
    SpanKind.PLACE: "placeName",
    SpanKind.ADDED: "add",
    SpanKind.SUPPLIED: "supplied",
    SpanKind.UNCLEAR: "unclear",
    SpanKind.SIC: "sic",
    SpanKind.CORRECTION: "corr",
}
_POINTS = (SpanKind.PAGE, SpanKind.NOTE_CALL)


def held(words: str) -> str:
    """Words of a text as XML holds them, each code point one: what it cannot hold is U+FFFD."""
    return _UNHELD.sub("\ufffd", words)


class Lines:
    """Fills elements with ranges of a text; each note is put in once, where it is called."""

    def __init__(self, text: Text, identity: str) -> None:
        self.text, self.identity = text, identity
        self.ids = _ids_of_notes(text.notes, identity)
        self.notes = {note.key: note for note in text.notes}
        self.blocks: defaultdict[str, list[tuple[int, Block]]] = defaultdict(list)
        for index, block in enumerate(text.blocks):
            self.blocks[block.note].append((index, block))
        self.calls = self._places_of_notes()
        self.put: set[str] = set()
        self.spans: defaultdict[int, list[Span]] = defaultdict(list)
        self._starts = [block.start for block in text.blocks]
        for span in text.spans:
            self.spans[self._block_at(span.start)].append(span)

    def _block_at(self, at: int) -> int:
        """The start of the block that a place is in, or at the end of."""
        found = 0
        for start in self._starts:
            if start > at:
                break
            found = start
        return found

    def _places_of_notes(self) -> defaultdict[int, list[Note]]:
        """Where each note is put: where it is called, or beside the note before it, so that the
        notes follow each other as they do in the text."""
        body = self.blocks[""]
        last = body[-1][1].end if body else 0
        called: defaultdict[int, list[Note]] = defaultdict(list)
        at = 0
        final = max((i for i, n in enumerate(self.text.notes) if n.call is not None), default=-1)
        for index, note in enumerate(self.text.notes):
            if note.call is not None and (note.call >= at or note.call > last):
                at = note.call
            elif index > final:
                at = max(at, last)
            called[at].append(note)
        return called

    def fill(self, element: etree._Element, start: int, end: int) -> None:
        """Puts ``text[start:end]``, one block, with all that stands in it into an empty element."""
        spans = sorted(self.spans.get(start, ()), key=lambda s: (s.start, -s.end))
        writing = _Line(element)
        points = self._points(spans, start, end)
        ranges = [span for span in spans if span.start < span.end]
        edges = {*points, start, end}
        for span in ranges:
            edges |= {span.start, min(span.end, end)}
        ordered = sorted(edges)
        for here, after in zip(ordered, [*ordered[1:], end], strict=True):
            writing.leave([s for s in ranges if s.end <= here])
            for kind, ref in points.get(here, ()):
                self._point(writing, kind, ref)
            for span in ranges:
                if span.start == here:
                    self._enter(writing, span)
            writing.write(self.text.text[here:after])

    def _points(self, spans: list[Span], start: int, end: int) -> dict[int, list[tuple[str, str]]]:
        """What has no width, by its place: pages, notes that are put here, other calls of one."""
        points: defaultdict[int, list[tuple[str, str]]] = defaultdict(list)
        for span in spans:
            is_break = span.kind in (SpanKind.PAGE, SpanKind.LINE_BREAK)
            if is_break or (span.kind == SpanKind.NOTE_CALL and not self._is_put(span)):
                points[span.start].append((span.kind, span.ref))
        for at in range(start, end + 1):
            for note in self.calls.get(at, ()):
                points[at].append(("note", note.key))
        return points

    def _is_put(self, span: Span) -> bool:
        return any(note.key == span.ref for note in self.calls.get(span.start, ()))

    def _point(self, writing: _Line, kind: str, ref: str) -> None:
        if kind == "note":
            # One that is called from within itself alone has no place to be put.
            if ref not in self.put:
                self.put.add(ref)
                self._note(writing.add("note"), self.notes[ref])
        elif kind == SpanKind.PAGE:
            writing.add("pb").set("n", _UNHELD.sub("", ref))
        elif kind == SpanKind.LINE_BREAK:
            writing.add("lb")
        elif ref in self.ids:
            writing.add("ref").set("target", f"#{self.ids[ref]}")

    def _note(self, element: etree._Element, note: Note) -> None:
        element.set(XML_ID, self.ids[note.key])
        if label := _UNHELD.sub("", note.label):
            element.set("n", label)
        if note.kind == NoteKind.SOURCE:
            element.set("type", "source")
        if note.call is None:
            element.set("anchored", "false")
        for index, block in self.blocks.get(note.key, ()):
            paragraph = etree.SubElement(element, f"{{{NAMESPACE}}}p")
            paragraph.set(XML_ID, f"{self.identity}.b{index + 1}")
            self.fill(paragraph, block.start, block.end)

    def _enter(self, writing: _Line, span: Span) -> None:
        if span.kind in _POINTS or span.kind == SpanKind.LINE_BREAK:
            return
        kind = SpanKind(span.kind)
        if rend := _HI.get(kind):
            return writing.enter(span, "hi", {"rend": rend})
        attributes = {}
        if kind == SpanKind.DATE and _ISO_DATE.fullmatch(span.ref):
            attributes["when"] = span.ref
        if kind == SpanKind.REF:
            attributes["target"] = self._target(span.ref)
        name = _NAMES.get(kind, "seg")
        if name == "seg":
            attributes["type"] = span.kind
        writing.enter(span, name, attributes)

    def _target(self, ref: str) -> str:
        if ref[:1] == "#" and ref[1:] in self.ids:
            return f"#{self.ids[ref[1:]]}"
        return address(ref) or "#"


class _Line:
    """An element being filled; ``enter`` and ``leave`` part what would cross."""

    def __init__(self, root: etree._Element) -> None:
        self.open: list[tuple[Span | None, etree._Element, str, dict[str, str]]] = [
            (None, root, "", {})
        ]

    def add(self, name: str, attributes: dict[str, str] | None = None) -> etree._Element:
        return etree.SubElement(self.open[-1][1], f"{{{NAMESPACE}}}{name}", attributes or {})

    def enter(self, span: Span, name: str, attributes: dict[str, str]) -> None:
        self.open.append((span, self.add(name, attributes), name, attributes))

    def leave(self, ended: list[Span]) -> None:
        """Closes what has ended, and opens again what stood inside of it and goes on."""
        first = next((i for i, one in enumerate(self.open) if one[0] in ended), None)
        if first is None:
            return
        again = [one for one in self.open[first:] if one[0] not in ended]
        del self.open[first:]
        for span, _, name, attributes in again:
            assert span is not None
            self.enter(span, name, attributes)

    def write(self, words: str) -> None:
        words = held(words)
        element = self.open[-1][1]
        if len(element):
            element[-1].tail = (element[-1].tail or "") + words
        else:
            element.text = (element.text or "") + words


def _ids_of_notes(notes: tuple[Note, ...], identity: str) -> dict[str, str]:
    """An id for each note: its key where it can be one, else one with its number."""
    keys = {note.key for note in notes}
    found: dict[str, str] = {}
    for index, note in enumerate(notes):
        made = f"{identity}.n{index + 1}"
        while made in keys:
            made += "x"
        found[note.key] = note.key if is_name(note.key) and note.key != identity else made
    return found
