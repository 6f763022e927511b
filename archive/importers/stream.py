"""The canonical text in the making: blocks, spans and words, first of the body, then of each note.

Offsets are code points from the start of the text. White space is written as it comes and a block's
last space is taken back when the block is closed, so that a page break after a space lies after it.
"""

from __future__ import annotations

from collections.abc import Mapping

from archive.importers.vocabulary import WHITE, spaced
from archive.text import NO_ATTRS, Block, Note, Span, SpanKind, Text

_PAGE, _CALL, _LINE_BREAK = (
    str(kind.value) for kind in (SpanKind.PAGE, SpanKind.NOTE_CALL, SpanKind.LINE_BREAK)
)
_POINTS = (_PAGE, _CALL)
_CONTINUED = {"continued": "1"}


class Form:
    """What the next block will be.

    ``loose`` is the form of a container, whose bare text makes paragraphs of its own. ``origin`` is
    the form of the element that a block comes from: a second block of one origin goes on with it.
    """

    __slots__ = ("attrs", "kind", "loose", "origin", "used")

    def __init__(
        self,
        kind: str,
        attrs: Mapping[str, str] = NO_ATTRS,
        loose: bool = True,
        origin: Form | None = None,
    ) -> None:
        self.kind, self.attrs, self.loose = kind, attrs, loose
        self.origin = origin or self
        self.used = False


class _Running:
    """A span that is not ended: its place among the spans, and no start before a block is open."""

    __slots__ = ("index", "kind", "ref", "start")

    def __init__(self, kind: str, ref: str, index: int, start: int | None) -> None:
        self.kind, self.ref, self.index, self.start = kind, ref, index, start


class Stream:
    """Takes words and mark-up in reading order. ``form`` is what the next block will be."""

    def __init__(self, form: Form) -> None:
        self.form, self.note = form, ""
        self.length = 0
        self.is_open = False
        self._blocks: list[Block] = []
        # In the order of their beginnings; None keeps the place of one that runs or is empty.
        self._spans: list[Span | None] = []
        self._notes: list[Note] = []
        self._calls: dict[str, int] = {}  # where each note is called first
        self._parts: list[str] = []
        self._first_block = 0  # of the body or note
        self._first_span = 0  # of the open or next block
        self._start = 0
        self._after_space = False
        self._opened = form  # the form of the open block
        self._running: list[_Running] = []
        self._waiting: list[tuple[str, str]] = []  # points before the next block

    def write(self, text: str) -> None:
        """Adds text of the source; opens a block when there is a letter to put in it."""
        if not self.is_open:
            text = text.lstrip(WHITE)
            if not text:
                return
            self._open()
        if "\n" in text or "  " in text or "\t" in text or "\r" in text:
            text = spaced(text)
        if self._after_space and text.startswith(" "):
            text = text[1:]
        if text:
            self._parts.append(text)
            self.length += len(text)
            self._after_space = text[-1] == " "

    def marked(self, text: str, kind: str, ref: str) -> None:
        """Adds text with a span over it."""
        if not self.is_open:
            text = text.lstrip(WHITE)
            if not text:
                return
            self._open()
        start = self.length
        self.write(text)
        if self.length > start:
            self._spans.append(Span(kind, start, self.length, ref))

    def part(self) -> None:
        """Sees to it that what comes next in this block is parted from it by a space."""
        self.write(" ")

    def line_break(self) -> None:
        """One space with a span over it; at either end of a block it leaves nothing."""
        if self.is_open:
            self.write(" ")
            self._spans.append(Span(_LINE_BREAK, self.length - 1, self.length))

    def page(self, ref: str) -> None:
        """A page break here, or at the start of the next block."""
        if self.is_open:
            self._spans.append(Span(_PAGE, self.length, self.length, ref))
        else:
            self._waiting.append((_PAGE, ref))

    def call(self, ref: str) -> None:
        """A call of a note: at the word before, across a space; between blocks at the last one."""
        if self.is_open:
            self._point(_CALL, self.length - self._after_space, ref)
            return
        self._waiting.append((_CALL, ref))
        if self.form.loose:
            self.settle_calls()

    def settle_calls(self) -> None:
        """Ties calls that found no word in their own block to the block before, if there is one."""
        if not self._waiting or self.is_open or len(self._blocks) == self._first_block:
            return
        for kind, ref in self._waiting:
            if kind == _CALL:
                self._point(kind, self.length, ref)
        self._waiting = [point for point in self._waiting if point[0] != _CALL]

    def _point(self, kind: str, at: int, ref: str) -> None:
        self._spans.append(Span(kind, at, at, ref))
        if kind == _CALL:
            self._calls.setdefault(ref, at)

    def begin(self, kind: str, ref: str) -> None:
        """Opens a span; each ``begin`` is closed by an ``end``, last in first out."""
        start = self.length if self.is_open else None
        self._running.append(_Running(kind, ref, len(self._spans), start))
        self._spans.append(None)

    def end(self) -> None:
        run = self._running.pop()
        if run.start is not None and run.start < self.length:
            self._spans[run.index] = Span(run.kind, run.start, self.length, run.ref)

    def _open(self) -> None:
        if self._blocks:
            self._parts.append("\n")
            self.length += 1
        self.is_open, self._after_space = True, False
        self._start, self._opened = self.length, self.form
        for run in self._running:
            run.start = self.length
        if self._waiting:
            self._place_waiting()

    def _place_waiting(self) -> None:
        for kind, ref in self._waiting:
            self._point(kind, self.length, ref)
        self._waiting = []

    def close(self) -> None:
        """Ends the open block, if one is: its last space goes, and spans stop at its end.

        A span that still runs goes on in the next block: no span crosses from one to another.
        """
        if not self.is_open:
            return
        if self._after_space:
            self._drop_space()
        self._first_span = len(self._spans)
        if self._running:
            self._interrupt()
        form = self._opened
        attrs, origin = form.attrs, form.origin
        if origin.used:
            attrs = {**attrs, **_CONTINUED}
        elif not origin.loose:
            origin.used = True
        self._blocks.append(Block(form.kind, self._start, self.length, self.note, attrs))
        self.is_open = False

    def _drop_space(self) -> None:
        self._parts[-1] = self._parts[-1][:-1]
        self.length -= 1
        end, spans = self.length, self._spans
        for index in range(self._first_span, len(spans)):
            span = spans[index]
            if span and span.end > end:
                start = min(span.start, end)
                kept = start < end or span.kind in _POINTS
                spans[index] = Span(span.kind, start, end, span.ref) if kept else None

    def _interrupt(self) -> None:
        for run in self._running:
            if run.start is not None and run.start < self.length:
                self._spans[run.index] = Span(run.kind, run.start, self.length, run.ref)
            run.index, run.start = len(self._spans), None
            self._spans.append(None)

    def _finish(self) -> None:
        """Closes a run; points that no block followed lie at its end."""
        self.close()
        self._place_waiting()

    def end_body(self) -> None:
        self._finish()

    def begin_note(self, key: str, form: Form) -> None:
        self.form, self.note, self._first_block = form, key, len(self._blocks)

    def end_note(self, label: str, kind: str) -> None:
        """Ends the run of a note; one without a word has an empty range and no block."""
        self._finish()
        has_words = len(self._blocks) > self._first_block
        start = self._blocks[self._first_block].start if has_words else self.length
        call = self._calls.get(self.note)
        self._notes.append(Note(self.note, label, kind, call, start, self.length))

    def text(self) -> Text:
        """What has been written."""
        spans = sorted(filter(None, self._spans), key=_by_place)
        return Text("".join(self._parts), tuple(self._blocks), tuple(spans), tuple(self._notes))


def _by_place(span: Span) -> tuple[int, int]:
    return span.start, -span.end
