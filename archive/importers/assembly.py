"""The body and the notes, each a stream, joined to the canonical text."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace

from archive.importers.stream import Stream
from archive.text import Block, Note, Span, SpanKind, Text

# From a note's key, the offset that it is called from, its start and its end.
NoteMaker = Callable[[str, int | None, int, int], Note]


def assemble(streams: Sequence[Stream], note_of: NoteMaker) -> Text:
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
    notes = (note_of(s.note, calls.get(s.note), *ranges[s.note]) for s in streams if s.note)
    return Text("\n".join(parts), tuple(blocks), tuple(spans), tuple(notes))
