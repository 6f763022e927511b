"""(text, blocks, spans, overlays) to HTML; the inverse of static/js/offsets.js.

The text content of a block's element, without its ``[data-skip]`` parts, is the block's text
exactly. Whatever does not depend on the overlays is prepared once an edition (``Layout``).
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from html import escape

from archive.text import Block, BlockKind, Note, NoteKind, Span, SpanKind, Text

LinkResolver = Callable[[str], str | None]
# A highlighted range [start, end) in code points, and its classes; disjoint, in order.
Segment = tuple[int, int, str]

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
}
_LINKS = (SpanKind.PERSON, SpanKind.TERM, SpanKind.REF)
_GROUPS: dict[str, tuple[str, str]] = {
    BlockKind.ITEM: ("ul", "li"),
    BlockKind.QUOTATION: ("blockquote", "p"),
    BlockKind.CELL: ("table", "td"),
}
# The form of a paragraph that the source prints as a heading between others.
_HEADING_RENDS = ("sectiontitle", "heading", "sectionheading")


@dataclass(frozen=True, slots=True)
class Event:
    """Mark-up that stands before the character at ``at``, whatever is highlighted."""

    at: int
    html: str


@dataclass(frozen=True, slots=True)
class BlockLayout:
    """One block ready to be filled: what opens around it, its tag, its events, what closes."""

    before: str
    tag: str
    attributes: str
    events: tuple[Event, ...]
    after: str
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Layout:
    """An edition's static mark-up, block by block; overlays are laid over it."""

    text: Text
    blocks: tuple[BlockLayout, ...]
    body: int

    def block(self, index: int, segments: Sequence[Segment] = ()) -> str:
        """The element of one block under these segments."""
        block = self.blocks[index]
        inner = "".join(_fill(self.text.text, block, segments))
        return f"<{block.tag}{block.attributes}>{inner}</{block.tag}>"

    def body_html(self, blocks: Sequence[str]) -> str:
        """The body out of its blocks' elements, lists and tables put around them."""
        return "".join(
            f"{b.before}{html}{b.after}\n"
            for b, html in zip(self.blocks[: self.body], blocks, strict=False)
        )

    def notes_html(self, blocks: Sequence[str]) -> str:
        """The apparatus out of all blocks' elements."""
        return "".join(
            f"{b.before}{html}{b.after}\n"
            for b, html in zip(self.blocks[self.body :], blocks[self.body :], strict=True)
        )


def _fill(text: str, block: BlockLayout, segments: Iterable[Segment]) -> Iterator[str]:
    position, pending = block.start, iter(block.events)
    event = next(pending, None)

    def pieces(until: int, opening: str, closing: str) -> Iterator[str]:
        nonlocal position, event
        while event and event.at < until:
            if position < event.at:
                yield f"{opening}{escape(text[position : event.at], quote=False)}{closing}"
                position = event.at
            yield event.html
            event = next(pending, None)
        if position < until:
            yield f"{opening}{escape(text[position:until], quote=False)}{closing}"
            position = until

    for start, end, classes in segments:
        low, high = max(start, block.start), min(end, block.end)
        if low >= high:
            continue
        yield from pieces(low, "", "")
        yield from pieces(high, f'<mark class="{classes}">', "</mark>")
    yield from pieces(block.end, "", "")
    while event:
        yield event.html
        event = next(pending, None)


def prepare(text: Text, resolve: LinkResolver = lambda target: None) -> Layout:
    """The layout of an edition. ``resolve`` gives the address of a cross-reference, or None."""
    notes = {note.key: note for note in text.notes}
    by_block = _spans_by_block(text)
    called: set[str] = set()
    layouts, count = [], len(text.blocks)
    for index, block in enumerate(text.blocks):
        previous = text.blocks[index - 1] if index else None
        following = text.blocks[index + 1] if index + 1 < count else None
        before, after = _around(block, previous, following, notes)
        tag, attributes = _element(block, index)
        events = tuple(_events(block, by_block[index], notes, called, resolve))
        layouts.append(BlockLayout(before, tag, attributes, events, after, block.start, block.end))
    body = sum(1 for block in text.blocks if not block.note)
    return Layout(text, tuple(layouts), body)


def _spans_by_block(text: Text) -> list[list[Span]]:
    starts = [block.start for block in text.blocks]
    found: list[list[Span]] = [[] for _ in text.blocks]
    for span in text.spans:
        index = max(bisect_left(starts, span.start + 1) - 1, 0)
        while index < len(text.blocks) and text.blocks[index].start <= span.end:
            if span.start <= text.blocks[index].end:
                found[index].append(span)
            index += 1
    return found


def _around(
    block: Block, previous: Block | None, following: Block | None, notes: dict[str, Note]
) -> tuple[str, str]:
    before, after = "", ""
    if block.note:
        if not previous or previous.note != block.note:
            before = _open_note(notes.get(block.note), block.note)
        if not following or following.note != block.note:
            after = "</li>"
        return before, after
    if group := _GROUPS.get(block.kind):
        row = block.attrs.get("row")
        first = not previous or previous.note or previous.kind != block.kind
        last = not following or following.note or following.kind != block.kind
        if first:
            before = f'<{group[0]} class="{escape(block.attrs.get("list", block.kind))}">'
        if row is not None and (first or (previous and previous.attrs.get("row") != row)):
            before += "<tr>"
            previous = None
        before += _empty_cells(block, previous)
        if row is not None and (last or (following and following.attrs.get("row") != row)):
            after = "</tr>"
        if last:
            after += f"</{group[0]}>"
    return before, after


def _empty_cells(block: Block, previous: Block | None) -> str:
    """Cells without text are no blocks: one stands for those before this, so that columns hold."""
    if block.kind != BlockKind.CELL:
        return ""
    at = int(block.attrs.get("col", 1))
    taken = 0
    if previous:
        taken = int(previous.attrs.get("col", 1)) + int(previous.attrs.get("cols", 1)) - 1
    missing = at - 1 - taken
    return f'<td colspan="{missing}"></td>' if missing > 0 else ""


def _open_note(note: Note | None, key: str) -> str:
    label = escape(note.label) if note and note.label else "*"
    source = bool(note and note.kind == NoteKind.SOURCE)
    name = "Source" if source else label
    kind = "note source" if source else "note"
    return (
        f'<li class="{kind}" id="n-{escape(key)}"><a class="label" data-skip '
        f'href="#call-{escape(key)}" title="Back to the text" '
        f'aria-label="{name}, back to the text">{name}</a>'
    )


def _element(block: Block, index: int) -> tuple[str, str]:
    rend = block.attrs.get("rend", "")
    group = _GROUPS.get(block.kind)
    classes = "b" if block.kind in (BlockKind.PARAGRAPH, BlockKind.NOTE) else f"b {block.kind}"
    tag = group[1] if group and not block.note else "p"
    extra = ""
    if block.kind == BlockKind.HEADING:
        tag = "h1" if block.attrs.get("level") == "1" else "h2"
    elif block.kind == BlockKind.CELL:
        tag = "th" if block.attrs.get("head") else "td"
        for name, attribute in (("rows", "rowspan"), ("cols", "colspan")):
            if value := block.attrs.get(name):
                extra += f' {attribute}="{escape(value)}"'
    elif rend.startswith(_HEADING_RENDS):
        tag, classes = "h2", "b heading"
    if block.attrs.get("attachment"):
        classes += " attached"
    if depth := block.attrs.get("depth"):
        classes += f" depth{escape(depth)}"
    return tag, f' class="{classes}" id="b{index}" data-start="{block.start}"{extra}'


def _events(
    block: Block,
    spans: Sequence[Span],
    notes: dict[str, Note],
    called: set[str],
    resolve: LinkResolver,
) -> Iterator[Event]:
    """Tags at each place of a block, well nested: what crosses is closed and opened again."""
    points = [s for s in spans if s.start == s.end and block.start <= s.start <= block.end]
    ranges = [
        (max(s.start, block.start), min(s.end, block.end), s)
        for s in spans
        if s.start < s.end and max(s.start, block.start) < min(s.end, block.end)
    ]
    ranges.sort(key=lambda item: (item[0], -item[1]))
    places = sorted({r[0] for r in ranges} | {r[1] for r in ranges} | {p.start for p in points})
    stack: list[tuple[int, Span, str]] = []
    for place in places:
        html = ""
        again: list[tuple[int, Span]] = []
        # A link cannot stand in a link: a note's call parts the mark-up around it.
        parted = any(p.start == place and p.kind == SpanKind.NOTE_CALL for p in points)
        while stack and (parted or any(end == place for end, _, _ in stack)):
            end, span, closing = stack.pop()
            html += closing
            if end > place:
                again.append((end, span))
        html += "".join(_point(p, notes, called) for p in points if p.start == place)
        opening = [*reversed(again), *((e, s) for b, e, s in ranges if b == place)]
        for end, span in opening:
            linked = any(s.kind in _LINKS and c == "</a>" for _, s, c in stack)
            tag, closing = _range_tags(span, resolve, linked=linked)
            stack.append((end, span, closing))
            html += tag
        yield Event(place, html)


def _point(span: Span, notes: dict[str, Note], called: set[str]) -> str:
    ref = escape(span.ref)
    if span.kind == SpanKind.PAGE:
        return (
            f'<span class="page" data-skip id="pg-{ref}" role="doc-pagebreak" '
            f'aria-label="page {ref}">{ref}</span>'
        )
    if span.kind == SpanKind.NOTE_CALL and span.ref in notes:
        note = notes[span.ref]
        identity = "" if span.ref in called else f' id="call-{ref}"'
        called.add(span.ref)
        label = escape(note.label) or "*"
        name = "source note" if note.kind == NoteKind.SOURCE else f"note {label}"
        return (
            f'<a class="call" data-skip href="#n-{ref}"{identity} role="doc-noteref" '
            f'aria-label="{name}">{label}</a>'
        )
    return ""


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
