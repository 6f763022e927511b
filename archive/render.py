"""(text, blocks, spans, overlays) to HTML; the inverse of static/js/offsets.js.

The text content of a block's element, without its ``[data-skip]`` parts, is the block's text
exactly. Whatever does not depend on the overlays is prepared once an edition (``Layout``).
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from html import escape

from archive.frames import Frames, kind_of
from archive.marks import Event, LinkResolver, Marks
from archive.text import Block, BlockKind, Span, Text

# A highlighted range [start, end) in code points, and its classes; disjoint, in order.
Segment = tuple[int, int, str]

# Kinds of blocks that look like any paragraph where they stand.
_PLAIN_KINDS = (BlockKind.PARAGRAPH, BlockKind.NOTE)
# The form of a paragraph that the source prints as a heading between others.
_HEADING_RENDS = ("sectiontitle", "heading", "sectionheading")
# Other forms of a block that are shown; the class of each.
_RENDS = {
    "center": "centred",
    "right": "right",
    "flushright": "right",
    "left": "left",
    "hang": "hanging",
    "indent": "indented",
    "italic": "italic",
    "verse": "verse",
    "salute": "salute",
    "speaker": "speaker",
    "address": "verse",
}


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
    frames = Frames(text.blocks, notes)
    spans = _spans_by_block(text)
    marks = Marks(notes, resolve)
    layouts = []
    for index, block in enumerate(text.blocks):
        tag, attributes = _element(block, index)
        found = spans[index]
        events = marks.events(block, found) if found else ()
        before, after = frames.before[index], frames.after[index]
        layouts.append(BlockLayout(before, tag, attributes, events, after, block.start, block.end))
    body = sum(1 for block in text.blocks if not block.note)
    return Layout(text, tuple(layouts), body)


def _spans_by_block(text: Text) -> list[list[Span]]:
    """The spans that touch each block; one that stands between two touches the later."""
    blocks, last = text.blocks, len(text.blocks) - 1
    found: list[list[Span]] = [[] for _ in blocks]
    index = 0
    for span in text.spans if blocks else ():
        # Spans come in order as a rule: then the block is that of the span before, or the next.
        start, end = span.start, span.end
        if start < blocks[index].start:
            index = max(bisect_right(blocks, start, key=_start) - 1, 0)
        while index < last and blocks[index].end < start:
            index += 1
        at = index
        while at <= last and blocks[at].start <= end:
            found[at].append(span)
            at += 1
    return found


def _start(block: Block) -> int:
    return block.start


def _element(block: Block, index: int) -> tuple[str, str]:
    """The tag of a block's element, and its attributes."""
    attrs, kind = block.attrs, kind_of(block)
    classes = "b" if kind in _PLAIN_KINDS else f"b {kind}"
    tag, extra = "p", ""
    if kind == BlockKind.HEADING:
        tag = _heading_tag(attrs.get("level", "2")) if not block.note else "p"
    elif kind == BlockKind.CELL:
        tag, extra = _cell(attrs)
    if rend := attrs.get("rend"):
        if rend.startswith(_HEADING_RENDS) and tag == "p" and not block.note:
            tag, classes = "h2", "b heading"
        elif shown := _RENDS.get(rend):
            classes += f" {shown}"
    if attrs.get("continued"):
        classes += " continued"
    return tag, f' class="{classes}" id="b{index}" data-start="{block.start}"{extra}'


def _heading_tag(level: str) -> str:
    return {"1": "h1", "2": "h2"}.get(level, "h3")


def _cell(attrs: Mapping[str, str]) -> tuple[str, str]:
    extra = ""
    for name, attribute in (("rows", "rowspan"), ("cols", "colspan")):
        if value := attrs.get(name):
            extra += f' {attribute}="{escape(value)}"'
    if not attrs.get("head"):
        return "td", extra
    heads_row = attrs.get("col") == "1" and attrs.get("row") != "1"
    return "th", f'{extra} scope="{"row" if heads_row else "col"}"'
