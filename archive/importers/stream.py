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
        *,
        loose: bool = True,
        origin: Form | None = None,
    ) -> None:
        self.kind, self.attrs, self.loose = kind, attrs, loose
        self.origin = origin or self
        self.used = False


class _Draft:
    """A span of the open block: no start before the block has one, no end before it is closed."""

    __slots__ = ("end", "kind", "ref", "start")

    def __init__(self, kind: str, ref: str, start: int | None, end: int | None) -> None:
        self.kind, self.ref, self.start, self.end = kind, ref, start, end


class Stream:
    """Takes words and mark-up in reading order. ``form`` is what the next block will be."""

    def __init__(self, form: Form) -> None:
        self.form, self.note = form, ""
        self.length = 0
        self.is_open = False
        self.body_end = 0
        self._blocks: list[Block] = []
        self._spans: list[Span] = []
        self._notes: list[Note] = []
        self._parts: list[str] = []
        self._first = 0  # the number of blocks before this run
        self._start = 0
        self._after_space = False
        self._opened = form  # the form of the open block
        self._drafts: list[_Draft] = []
        self._running: list[_Draft] = []
        self._waiting: list[_Draft] = []

    def write(self, text: str) -> None:
        """Adds text of the source; opens a block when there is a letter to put in it."""
        if not self.is_open:
            text = text.lstrip(WHITE)
            if not text:
                return
            self._open()
        text = spaced(text)
        if self._after_space and text.startswith(" "):
            text = text[1:]
        if not text:
            return
        self._parts.append(text)
        self.length += len(text)
        self._after_space = text[-1] == " "

    def part(self) -> None:
        """Sees to it that what comes next in this block is parted from it by a space."""
        self.write(" ")

    def line_break(self) -> None:
        """One space with a span over it; at either end of a block it leaves nothing."""
        if self.is_open:
            self.write(" ")
            self._drafts.append(_Draft(_LINE_BREAK, "", self.length - 1, self.length))

    def page(self, ref: str) -> None:
        """A page break here, or at the start of the next block."""
        if self.is_open:
            self._drafts.append(_Draft(_PAGE, ref, self.length, self.length))
        else:
            self._waiting.append(_Draft(_PAGE, ref, None, None))

    def call(self, ref: str) -> None:
        """A call of a note: at the word before, across a space; between blocks at the last one."""
        if self.is_open:
            at = self.length - self._after_space
            self._drafts.append(_Draft(_CALL, ref, at, at))
            return
        self._waiting.append(_Draft(_CALL, ref, None, None))
        if self.form.loose:
            self.settle_calls()

    def settle_calls(self) -> None:
        """Ties calls that found no word in their own block to the block before, if there is one."""
        if not self._waiting or self.is_open or len(self._blocks) == self._first:
            return
        for draft in self._waiting:
            if draft.kind == _CALL:
                self._spans.append(Span(_CALL, self.length, self.length, draft.ref))
        self._waiting = [d for d in self._waiting if d.kind != _CALL]

    def begin(self, kind: str, ref: str) -> None:
        """Opens a span; each ``begin`` is closed by an ``end``, last in first out."""
        draft = _Draft(kind, ref, self.length if self.is_open else None, None)
        self._drafts.append(draft)
        self._running.append(draft)

    def end(self) -> None:
        self._running.pop().end = self.length

    def _open(self) -> None:
        if self._blocks:
            self._parts.append("\n")
            self.length += 1
        self.is_open, self._after_space = True, False
        self._start, self._opened = self.length, self.form
        if self._drafts:
            self._drafts = [d for d in self._drafts if d.end is None]
            for draft in self._drafts:
                draft.start = self.length
        if self._waiting:
            self._place_waiting()

    def _place_waiting(self) -> None:
        for draft in self._waiting:
            draft.start = draft.end = self.length
        self._drafts += self._waiting
        self._waiting = []

    def close(self) -> None:
        """Ends the open block, if one is: its last space goes, and spans stop at its end.

        A span that is still open goes on in the next block: no span crosses from one to another.
        """
        if not self.is_open:
            return
        if self._after_space:
            self._parts[-1] = self._parts[-1][:-1]
            self.length -= 1
        if self._drafts:
            self._keep_drafts()
        form = self._opened
        attrs, origin = form.attrs, form.origin
        if origin.used:
            attrs = {**attrs, **_CONTINUED}
        elif not origin.loose:
            origin.used = True
        self._blocks.append(Block(form.kind, self._start, self.length, self.note, attrs))
        self.is_open = False

    def _keep_drafts(self) -> None:
        length, spans = self.length, self._spans
        for draft in self._drafts:
            start, end = draft.start, draft.end
            if start is None or start > length:
                start = length
            if end is None or end > length:
                end = length
            if start < end or draft.kind == _PAGE or draft.kind == _CALL:
                spans.append(Span(draft.kind, start, end, draft.ref))
        self._drafts = self._running[:]
        for draft in self._running:
            draft.start = None

    def _finish(self) -> None:
        """Closes a run; points that no block followed lie at its end."""
        self.close()
        self._place_waiting()
        self._keep_drafts()

    def end_body(self) -> None:
        self._finish()
        self.body_end = self.length

    def begin_note(self, key: str, form: Form) -> None:
        self.form, self.note, self._first = form, key, len(self._blocks)

    def end_note(self, label: str, kind: str) -> None:
        """Ends the run of a note; one without a word has an empty range and no block."""
        self._finish()
        has_words = len(self._blocks) > self._first
        start = self._blocks[self._first].start if has_words else self.length
        self._notes.append(Note(self.note, label, kind, None, start, self.length))

    def text(self) -> Text:
        """What has been written, with the offset that each note is first called from."""
        spans = sorted(self._spans, key=_by_place)
        calls: dict[str, int] = {}
        for span in spans:
            if span.kind == _CALL:
                calls.setdefault(span.ref, span.start)
        notes = [
            Note(n.key, n.label, n.kind, calls.get(n.key), n.start, n.end) for n in self._notes
        ]
        return Text("".join(self._parts), tuple(self._blocks), tuple(spans), tuple(notes))


def _by_place(span: Span) -> tuple[int, int]:
    return span.start, -span.end
