"""A run of blocks in the making: the body of a document, or one note.

Offsets are code points from the start of the run. White space is written as it comes and a block's
last space is taken back when the block is closed, so that a page break after a space lies after it.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field

from archive.text import Block, Span, SpanKind

_SPACE = re.compile(r"[ \t\r\n]+")


_POINTS = (SpanKind.PAGE, SpanKind.NOTE_CALL)


@dataclass(slots=True)
class _Draft:
    """A span of the open block: no start before the block has one, no end before it is closed."""

    kind: str
    ref: str
    start: int | None = None
    end: int | None = None


@dataclass(frozen=True, slots=True)
class Form:
    """What the next block will be. ``token`` names the element that it comes from."""

    kind: str
    attrs: Mapping[str, str] = field(default_factory=dict)
    token: int = 0
    loose: bool = True  # a container, whose bare text makes paragraphs of its own


class Stream:
    def __init__(self, form: Form, note: str = "") -> None:
        self.form, self.note = form, note
        self.blocks: list[Block] = []
        self.spans: list[Span] = []
        self.length = 0
        self._parts: list[str] = []
        self._start: int | None = None
        self._opened = form  # the form of the open block
        self._drafts: list[_Draft] = []
        self._running: list[_Draft] = []
        self._waiting: list[_Draft] = []
        self._seen: set[int] = set()

    @property
    def text(self) -> str:
        return "".join(self._parts)

    @property
    def is_open(self) -> bool:
        return self._start is not None

    @property
    def _after_space(self) -> bool:
        return self.is_open and self._parts[-1].endswith(" ")

    def write(self, source: str | None) -> None:
        """Adds text of the source; opens a block when there is a letter to put in it."""
        text = _SPACE.sub(" ", source or "")
        if not self.is_open:
            text = text.lstrip(" ")
            if text:
                self._open()
        elif self._after_space and text.startswith(" "):
            text = text[1:]
        if text:
            self._parts.append(text)
            self.length += len(text)

    def part(self) -> None:
        """Sees to it that what comes next in this block is parted from it by a space."""
        self.write(" ")

    def line_break(self) -> None:
        """One space with a span over it; at either end of a block it leaves nothing."""
        if self.is_open:
            self.write(" ")
            self._drafts.append(_Draft(SpanKind.LINE_BREAK, "", self.length - 1, self.length))

    def page(self, ref: str) -> None:
        """A page break here, or at the start of the next block."""
        if self.is_open:
            self._drafts.append(_Draft(SpanKind.PAGE, ref, self.length, self.length))
        else:
            self._waiting.append(_Draft(SpanKind.PAGE, ref))

    def call(self, ref: str) -> None:
        """A call of a note: at the word before, across a space; between blocks at the last one."""
        if self.is_open:
            at = self.length - self._after_space
            self._drafts.append(_Draft(SpanKind.NOTE_CALL, ref, at, at))
            return
        self._waiting.append(_Draft(SpanKind.NOTE_CALL, ref))
        if self.form.loose:
            self.settle_calls()

    def settle_calls(self) -> None:
        """Ties calls that found no word in their own block to the block before, if there is one."""
        if self.is_open or not self.blocks:
            return
        calls = [d for d in self._waiting if d.kind == SpanKind.NOTE_CALL]
        self._waiting = [d for d in self._waiting if d.kind != SpanKind.NOTE_CALL]
        self.spans += (Span(str(d.kind), self.length, self.length, d.ref) for d in calls)

    def begin(self, kind: str, ref: str) -> None:
        """Opens a span; each ``begin`` is closed by an ``end``, last in first out."""
        draft = _Draft(kind, ref, self.length if self.is_open else None)
        self._drafts.append(draft)
        self._running.append(draft)

    def end(self) -> None:
        self._running.pop().end = self.length

    def _open(self) -> None:
        if self.blocks:
            self._parts.append("\n")
            self.length += 1
        self._start, self._opened = self.length, self.form
        self._drafts = [d for d in self._drafts if d.end is None]
        for draft in self._drafts:
            draft.start = self.length
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
        if self._start is None:
            return
        if self._after_space:
            self._parts[-1] = self._parts[-1][:-1]
            self.length -= 1
            if not self._parts[-1]:
                self._parts.pop()
        self._keep_drafts()
        form = self._opened
        attrs = dict(form.attrs)
        if form.token in self._seen:
            attrs["continued"] = "1"
        elif form.token:
            self._seen.add(form.token)
        self.blocks.append(Block(str(form.kind), self._start, self.length, self.note, attrs))
        self._start = None

    def _keep_drafts(self) -> None:
        for draft in self._drafts:
            start = min(self.length if draft.start is None else draft.start, self.length)
            end = self.length if draft.end is None else min(draft.end, self.length)
            if start < end or draft.kind in _POINTS:
                self.spans.append(Span(str(draft.kind), start, end, draft.ref))
        self._drafts = list(self._running)
        for draft in self._running:
            draft.start = None

    def finish(self) -> None:
        """Closes the run; points that no block followed lie at its end."""
        self.close()
        self._place_waiting()
        self._keep_drafts()
