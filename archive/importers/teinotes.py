"""The notes of a TEI document: their names, and how they follow the body in the canonical text."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from lxml import etree

from archive.importers.stream import Stream
from archive.importers.vocabulary import is_inline_note, local, plain
from archive.importers.xml import XML_ID
from archive.text import Block, Note, NoteKind, Span, SpanKind, Text


class NoteBook:
    """Every note of a document under its key: its xml:id, or the document's slug and a number.

    The number counts all notes of the document in the order of the file, so that it stays the same
    on every import. A second note with an id that is taken is named as if it had none.
    """

    def __init__(self, root: etree._Element, slug: str) -> None:
        found = [e for e in root.iter(etree.Element) if local(e) == "note" and e is not root]
        self.elements: dict[str, etree._Element] = {}
        self._keys: dict[etree._Element, str] = {}
        named = {e.get(XML_ID) for e in found}
        for number, element in enumerate((e for e in found if not is_inline_note(e)), start=1):
            key = element.get(XML_ID)
            if not key or key in self.elements:
                key = f"{slug}-note-{number}"
                while key in named or key in self.elements:
                    key += "-x"
            self.elements[key] = element
            self._keys[element] = key

    def key_of(self, element: etree._Element) -> str:
        return self._keys[element]

    def note(self, key: str, call: int | None, start: int, end: int) -> Note:
        element = self.elements[key]
        kind = NoteKind.SOURCE if element.get("type") == "source" else NoteKind.EDITORIAL
        return Note(key, plain(element.get("n"))[:30], str(kind), call, start, end)


def assemble(streams: Sequence[Stream], book: NoteBook) -> Text:
    """Joins the body's stream and those of its notes, in this order, to one text."""
    parts: list[str] = []
    blocks: list[Block] = []
    spans: list[Span] = []
    ranges: dict[str, tuple[int, int]] = {}
    length = 0
    for stream in streams:
        base = length + 1 if stream.blocks and parts else length
        if stream.blocks:
            parts.append(stream.text)
            length = base + stream.length
        ranges[stream.note] = (base, length)
        blocks += (replace(b, start=b.start + base, end=b.end + base) for b in stream.blocks)
        spans += (replace(s, start=s.start + base, end=s.end + base) for s in stream.spans)
    spans.sort(key=lambda s: (s.start, -s.end))
    calls: dict[str, int] = {}
    for span in spans:
        if span.kind == SpanKind.NOTE_CALL:
            calls.setdefault(span.ref, span.start)
    notes = (book.note(s.note, calls.get(s.note), *ranges[s.note]) for s in streams if s.note)
    return Text("\n".join(parts), tuple(blocks), tuple(spans), tuple(notes))
