"""The values that every part of Apparatus hands to the next: an edition's text and its mark-up.

All offsets are positions in the canonical text, counted in Unicode code points, half-open
``[start, end)``. Nothing here knows of a database or of a request.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, NamedTuple


class BlockKind(StrEnum):
    HEADING = "heading"
    DATELINE = "dateline"
    PARAGRAPH = "paragraph"
    ITEM = "item"
    QUOTATION = "quotation"
    CELL = "cell"
    SIGNATURE = "signature"
    CAPTION = "caption"
    NOTE = "note"


class SpanKind(StrEnum):
    ITALIC = "italic"
    BOLD = "bold"
    UNDERLINE = "underline"
    STRIKE = "strike"
    SMALLCAPS = "smallcaps"
    SUPERSCRIPT = "superscript"
    SUBSCRIPT = "subscript"
    PERSON = "person"
    TERM = "term"
    REF = "ref"
    DATE = "date"
    PLACE = "place"
    LABEL = "label"
    # What an editor, the writer or time has done to the words.
    ADDED = "added"
    SUPPLIED = "supplied"
    UNCLEAR = "unclear"
    GAP = "gap"
    SIC = "sic"
    CORRECTION = "correction"
    LINE_BREAK = "lb"
    # Zero-width: start == end.
    PAGE = "page"
    NOTE_CALL = "call"


class NoteKind(StrEnum):
    SOURCE = "source"
    EDITORIAL = "editorial"


# Blocks, spans and notes are tuples: a volume has some ten thousands of them; a tuple is made
# several times faster than other frozen values, and it is a row of JSON as it stands.
NO_ATTRS: Mapping[str, str] = {}


class Block(NamedTuple):
    """A range of the text that is one heading, paragraph, note paragraph, ….

    ``note`` is the key of the note that the block belongs to, empty in the body. ``attrs`` carries
    what only rendering needs: ``rend``, ``level`` of a heading, ``in`` for what is around it, ….
    """

    kind: str
    start: int
    end: int
    note: str = ""
    attrs: Mapping[str, str] = NO_ATTRS


class Span(NamedTuple):
    """Inline mark-up over a range; page breaks and note calls are zero-width.

    ``ref`` is what it points to: the key of a person, term or note, the target of a
    cross-reference, the number of a page, the ISO date of a date.
    """

    kind: str
    start: int
    end: int
    ref: str = ""


class Note(NamedTuple):
    """An entry of the apparatus. ``call`` is the offset it is first called from, or None."""

    key: str
    label: str
    kind: str
    call: int | None
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Text:
    """An edition's canonical text with its mark-up: what importers make and the renderer takes."""

    text: str
    blocks: tuple[Block, ...] = ()
    spans: tuple[Span, ...] = ()
    notes: tuple[Note, ...] = ()

    def quote(self, start: int, end: int) -> str:
        return self.text[start:end]

    def problems(self) -> Iterator[str]:
        """Every way in which this breaks the rules of the canonical text, one sentence each."""
        yield from self._problems_of_blocks()
        yield from self._problems_of_marks()

    def _problems_of_blocks(self) -> Iterator[str]:
        end, expected = len(self.text), 0
        for i, b in enumerate(self.blocks):
            if i and b.start != expected + 1:
                yield f"block {i} starts at {b.start}, not at {expected + 1}"
            elif i and self.text[b.start - 1] != "\n":
                yield f"block {i} is not parted by a line feed from the block before"
            if b.end < b.start or b.end > end:
                yield f"block {i} has the range {b.start}–{b.end} in a text of {end}"
            expected = b.end
        if self.blocks and (self.blocks[0].start != 0 or expected != end):
            yield "the blocks do not cover the text"

    def _problems_of_marks(self) -> Iterator[str]:
        end = len(self.text)
        for s in self.spans:
            if not 0 <= s.start <= s.end <= end:
                yield f"a {s.kind} has the range {s.start}–{s.end} in a text of {end}"
        for n in self.notes:
            if not 0 <= n.start <= n.end <= end:
                yield f"note {n.key} has the range {n.start}–{n.end} in a text of {end}"
            if n.call is not None and not 0 <= n.call <= end:
                yield f"note {n.key} is called from {n.call} in a text of {end}"


def pack_blocks(blocks: Sequence[Block]) -> list[Block]:
    """Blocks as short JSON rows, as an edition stores them."""
    return list(blocks)


def unpack_blocks(rows: list[list[Any]]) -> tuple[Block, ...]:
    return tuple(Block(*row) for row in rows)


def pack_spans(spans: Sequence[Span]) -> list[Span]:
    """Spans as short JSON rows, as an edition stores them."""
    return list(spans)


def unpack_spans(rows: list[list[Any]]) -> tuple[Span, ...]:
    return tuple(Span(*row) for row in rows)
