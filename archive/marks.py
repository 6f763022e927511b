"""The mark-up within a block as HTML: tags at places of its text, well nested."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from html import escape
from typing import NamedTuple

from archive.text import Block, Note, NoteKind, Span, SpanKind

LinkResolver = Callable[[str], str | None]
_Open = tuple[int, Span, str]  # where it ends, what it is, what closes it
_CALL, _PAGE = SpanKind.NOTE_CALL.value, SpanKind.PAGE.value

_PLAIN_TAGS: dict[str, tuple[str, str]] = {
    SpanKind.ITALIC: ("<i>", "</i>"),
    SpanKind.BOLD: ("<b>", "</b>"),
    SpanKind.UNDERLINE: ("<u>", "</u>"),
    SpanKind.STRIKE: ("<s>", "</s>"),
    SpanKind.SMALLCAPS: ('<span class="sc">', "</span>"),
    SpanKind.SUPERSCRIPT: ("<sup>", "</sup>"),
    SpanKind.SUBSCRIPT: ("<sub>", "</sub>"),
    SpanKind.LABEL: ('<span class="label">', "</span>"),
    SpanKind.LINE_BREAK: ("", "<br>"),
    SpanKind.ADDED: ('<ins class="added" title="Added in the source">', "</ins>"),
    SpanKind.SUPPLIED: ('<span class="supplied" title="Supplied by the editors">', "</span>"),
    SpanKind.UNCLEAR: ('<span class="unclear" title="Unclear in the source">', "</span>"),
    SpanKind.GAP: ('<span class="gap" title="Left out of the text">', "</span>"),
    SpanKind.SIC: ('<span class="sic" title="So in the source">', "</span>"),
    SpanKind.CORRECTION: ('<span class="corr" title="Corrected by the editors">', "</span>"),
}


class Event(NamedTuple):
    """Mark-up that stands before the character at ``at``, whatever is highlighted."""

    at: int
    html: str


class Marks:
    """Makes the tags of an edition's spans, block by block in their order."""

    def __init__(self, notes: Mapping[str, Note], resolve: LinkResolver) -> None:
        self._notes, self._resolve = notes, resolve
        self._named: set[str] = set()  # ids that are given
        self._tags: dict[tuple[str, str, bool], tuple[str, str]] = {}

    def events(self, block: Block, spans: Sequence[Span]) -> tuple[Event, ...]:
        """Tags at each place of a block, in order."""
        made = self._apart if _are_apart(block, spans) else self._nested
        return tuple(made(block, spans))

    def _apart(self, _: Block, spans: Sequence[Span]) -> list[Event]:
        """The tags of spans that lie one after the other, as most do."""
        found: list[Event] = []
        for span in spans:
            kind, start, end, ref = span
            if start == end:
                found.append(Event(start, self._point(span)))
            else:
                opening, closing = self._tags.get((kind, ref, False)) or self._range(span, ())
                found += (Event(start, opening), Event(end, closing))
        return found

    def _nested(self, block: Block, spans: Sequence[Span]) -> list[Event]:
        """Tags of any spans: what crosses is closed and opened again."""
        points, ranges, ends = _by_place(block, spans)
        found: list[Event] = []
        stack: list[_Open] = []
        for place in sorted({*points, *ranges, *ends}):
            html, here = "", points.get(place, ())
            again: list[tuple[int, Span]] = []
            # A link cannot stand in a link: a note's call parts the mark-up around it.
            if stack and (place in ends or any(p.kind == _CALL for p in here)):
                html, again = _closed(stack, place, parted=any(p.kind == _CALL for p in here))
            for point in here:
                html += self._point(point)
            if opening := ranges.get(place):
                again += sorted(opening, key=_longest_first) if len(opening) > 1 else opening
            for end, span in again:
                tag, closing = self._range(span, stack)
                stack.append((end, span, closing))
                html += tag
            found.append(Event(place, html))
        return found

    def _range(self, span: Span, stack: Sequence[_Open]) -> tuple[str, str]:
        linked = bool(stack) and any(closing == "</a>" for _, _, closing in stack)
        key = span.kind, span.ref, linked
        if key not in self._tags:
            self._tags[key] = _range_tags(span, self._resolve, linked=linked)
        return self._tags[key]

    def _identity(self, name: str) -> str:
        """An id attribute, the first time that the id is asked for."""
        if name in self._named:
            return ""
        self._named.add(name)
        return f' id="{name}"'

    def _point(self, span: Span) -> str:
        ref = escape(span.ref)
        if span.kind == _PAGE:
            return (
                f'<span class="page" data-skip{self._identity(f"pg-{ref}")} '
                f'role="doc-pagebreak" aria-label="page {ref}">{ref}</span>'
            )
        if span.kind == _CALL and (note := self._notes.get(span.ref)):
            label = escape(note.label) or "*"
            name = "source note" if note.kind == NoteKind.SOURCE else f"note {label}"
            return (
                f'<a class="call" data-skip href="#n-{ref}"{self._identity(f"call-{ref}")} '
                f'role="doc-noteref" aria-label="{name}">{label}</a>'
            )
        return ""


def _are_apart(block: Block, spans: Sequence[Span]) -> bool:
    low = block.start
    for _, start, end, _ in spans:
        if start < low or end > block.end:
            return False
        low = end
    return True


def _by_place(
    block: Block, spans: Sequence[Span]
) -> tuple[dict[int, list[Span]], dict[int, list[tuple[int, Span]]], set[int]]:
    """The points and the beginnings of ranges by their places in a block, and the ranges' ends."""
    low, high = block.start, block.end
    points: dict[int, list[Span]] = {}
    ranges: dict[int, list[tuple[int, Span]]] = {}
    ends: set[int] = set()
    for span in spans:
        _, start, end, _ = span
        if start == end:
            if low <= start <= high:
                points.setdefault(start, []).append(span)
            continue
        # A range may begin in a block before this one, and end in one after it.
        start, end = start if start > low else low, end if end < high else high
        if start < end:
            ranges.setdefault(start, []).append((end, span))
            ends.add(end)
    return points, ranges, ends


def _longest_first(item: tuple[int, Span]) -> int:
    return -item[0]


def _closed(stack: list[_Open], place: int, *, parted: bool) -> tuple[str, list[tuple[int, Span]]]:
    """Closes what ends here and what lies in that; of this, what goes on, outermost first."""
    first = 0
    if not parted:
        first = next((i for i, part in enumerate(stack) if part[0] == place), len(stack))
    html = "".join([closing for _, _, closing in reversed(stack[first:])])
    again = [(end, span) for end, span, _ in stack[first:] if end > place]
    del stack[first:]
    return html, again


def _range_tags(span: Span, resolve: LinkResolver, *, linked: bool) -> tuple[str, str]:
    if plain := _PLAIN_TAGS.get(span.kind):
        return plain
    if span.kind == SpanKind.DATE and span.ref:
        return f'<time datetime="{escape(span.ref)}">', "</time>"
    if span.kind in (SpanKind.PERSON, SpanKind.TERM):
        css = "who" if span.kind == SpanKind.PERSON else "term"
        if linked:
            return f'<span class="{css}">', "</span>"
        return f'<a class="{css}" href="#e-{escape(span.ref)}">', "</a>"
    if span.kind == SpanKind.REF and not linked and (address := resolve(span.ref)):
        return f'<a class="ref" href="{escape(address)}">', "</a>"
    return "", ""
