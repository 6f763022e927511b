"""A part's text as WordprocessingML: paragraphs, tables, footnotes, and the ranges of comments."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections import defaultdict
from collections.abc import Iterator
from operator import itemgetter

from annotations.formats.docx_comments import Comments, begun, ended
from annotations.formats.docx_runs import COLOURS, UNDERLINES, paragraph, run, xml
from annotations.formats.docx_tables import Tables
from annotations.formats.html_cards import Themes
from annotations.formats.laid import Laid, Spool, by_block, with_blocks
from annotations.formats.values import AnnotationValue, PartValue
from archive.text import Block, BlockKind, Span, SpanKind, Text

# In the order that the schema has these elements in.
_LOOKS: dict[str, str] = {
    SpanKind.BOLD: "<w:b/>",
    SpanKind.ITALIC: "<w:i/>",
    SpanKind.SMALLCAPS: "<w:smallCaps/>",
    SpanKind.STRIKE: "<w:strike/>",
    SpanKind.UNDERLINE: '<w:u w:val="single"/>',
    SpanKind.SUPERSCRIPT: '<w:vertAlign w:val="superscript"/>',
    SpanKind.SUBSCRIPT: '<w:vertAlign w:val="subscript"/>',
}
_POINTS = (SpanKind.PAGE, SpanKind.NOTE_CALL, SpanKind.LINE_BREAK)
_STYLES: dict[str, str] = {
    BlockKind.ITEM: "ListBullet",
    BlockKind.QUOTATION: "Quote",
    BlockKind.DATELINE: "Dateline",
    BlockKind.SIGNATURE: "Signature",
    BlockKind.CAPTION: "Caption",
}


class Footnotes:
    """Gathers the footnotes of all parts; their ids run through.

    One whose label is the number that Word would give it gets it of Word: LibreOffice writes a
    label of one's own twice.
    """

    def __init__(self) -> None:
        self.words, self._last, self._numbered = Spool(), 0, 0

    def new(self, label: str) -> tuple[int, bool]:
        """Its id, and whether Word numbers it."""
        self._last += 1
        is_numbered = label == str(self._numbered + 1)
        self._numbered += is_numbered
        return self._last, is_numbered


class TextOf:
    """A part's body as paragraphs. Its notes become Word's footnotes where they are first called;
    one that is called nowhere is a paragraph at the end.

    Word has no comments in footnotes: what is written on a note is a comment on its call, which
    begins with the note's label and the words that are meant. So these annotations are counted
    before the text is written. With ``alone`` only blocks that were annotated come, and notes among
    them as paragraphs.
    """

    def __init__(
        self, part: PartValue, themes: Themes, comments: Comments, footnotes: Footnotes, alone: bool
    ) -> None:
        self._part, self._themes, self._alone = part, themes, alone
        self._comments, self._footnotes = comments, footnotes
        self._text = with_blocks(part.text)
        # The comments of annotations that are still to be begun; those that are begun.
        self._ids: dict[int, range] = {}
        self._open: dict[int, Laid] = {}
        self._spans = _by_block(self._text.blocks, part.text.spans)
        self._notes = _Notes(self._text) if not alone else _Notes(Text(""))
        self._waiting = self._on_notes()
        self._written: set[str] = set()
        self._on_call: dict[str, list[range]] = defaultdict(list)
        body = (i for i, b in enumerate(self._text.blocks) if b.note not in self._notes.called)
        self._last = max(body, default=-1)

    def paragraphs(self) -> Iterator[str]:
        tables = Tables(self._text.blocks)
        for index, laid in by_block(self._text, self._part.annotations(), self._take):
            if self._text.blocks[index].note in self._notes.called or (self._alone and not laid):
                continue
            words = self._paragraph(index, laid)
            yield words if self._alone else tables.around(index, words)
        yield self._rest()

    def _rest(self) -> str:
        """What had no place, so that each comment is somewhere."""
        runs = "".join(begun(ids) for number, ids in self._ids.items() if number not in self._open)
        runs += "".join(ended(ids) for ids in self._ids.values())
        for ids in (ids for some in self._on_call.values() for ids in some):
            for number in ids:
                self._comments.gone(number)
        return paragraph(runs) if runs else ""

    def _on_notes(self) -> dict[str, list[int]]:
        """How many comments each annotation on a footnote needs, by the notes' keys."""
        found: dict[str, list[int]] = defaultdict(list)
        first = self._notes.first
        if first is not None and any(mark.start >= first for mark in self._part.marks()):
            for one in self._part.annotations():
                if key := self._notes.at(one.start):
                    found[key].append(1 + len(one.replies))
        return found

    def _take(self, number: int, one: AnnotationValue) -> None:
        key = self._notes.at(one.start)
        waiting = self._on_call[key] if key else []
        if waiting:
            label, quote = self._notes.label(key), " ".join(one.quote.split())
            self._comments.add(waiting.pop(0), one, f"On note {label}: “{quote}”")
        else:
            self._ids[number] = self._comments.ids(one)
            self._comments.add(self._ids[number], one)

    def _paragraph(self, index: int, laid: list[Laid]) -> str:
        block = self._text.blocks[index]
        kind = block.attrs.get("as", block.kind)
        style = _STYLES.get(kind, "")
        if kind == BlockKind.HEADING:
            style = {"1": "Heading1", "2": "Heading2"}.get(
                block.attrs.get("level", "2"), "Heading3"
            )
        if kind == BlockKind.ITEM and block.attrs.get("continued"):
            style = "ListContinue"
        return paragraph(self._inner(index, laid), style)

    def _inner(self, index: int, laid: list[Laid]) -> str:
        """The runs of a block, parted wherever anything begins or ends."""
        block, spans = self._text.blocks[index], self._spans[index]
        starts: dict[int, list[Laid]] = defaultdict(list)
        ends: dict[int, list[Laid]] = defaultdict(list)
        points: dict[int, list[Span]] = defaultdict(list)
        for one in laid:
            if one.number not in self._ids:
                continue
            if one.number not in self._open:
                starts[_within(one.start, block)].append(one)
            # With the line feed after a block a passage does not reach the next one.
            if one.end <= block.end + 1 or index >= self._last:
                ends[_within(one.end, block)].append(one)
        for span in spans:
            if span.kind in _POINTS:
                points[span.end].append(span)
        places = {_within(at, block) for span in spans for at in (span.start, span.end)}
        cuts = sorted({block.start, block.end, *places, *starts, *ends})
        pieces = []
        for place, until in zip(cuts, [*cuts[1:], block.end], strict=True):
            pieces += [self._end(one) for one in ends.get(place, ()) if one.number in self._open]
            pieces += [self._point(point) for point in points.get(place, ())]
            pieces += [self._begin(one) for one in starts.get(place, ())]
            # What begins and ends at the same place.
            pieces += [self._end(one) for one in ends.get(place, ()) if one.number in self._open]
            if place < until:
                pieces.append(run(self._text.text[place:until], self._looks(place, spans)))
        return "".join(pieces)

    def _begin(self, one: Laid) -> str:
        self._open[one.number] = one
        return begun(self._ids[one.number])

    def _end(self, one: Laid) -> str:
        del self._open[one.number]
        return ended(self._ids.pop(one.number))

    def _point(self, span: Span) -> str:
        if span.kind == SpanKind.LINE_BREAK:
            return "<w:r><w:br/></w:r>"
        if span.kind == SpanKind.PAGE:
            return run(f"[p. {span.ref}]", '<w:rStyle w:val="PrintedPage"/>')
        key = span.ref
        if key not in self._notes.called:
            return ""
        label = xml(self._notes.label(key))
        if key in self._written:
            return f"<w:r>{_REFERENCE}<w:t>{label}</w:t></w:r>"
        self._written.add(key)
        self._on_call[key] = [self._comments.some(count) for count in self._waiting[key]]
        number, is_numbered = self._footnotes.new(label)
        own = "" if is_numbered else f'<w:t xml:space="preserve">{label}</w:t>'
        mark = ' w:customMarkFollows="1"' if own else ""
        self._footnotes.words.add(self._footnote(key, number, own or "<w:footnoteRef/>"))
        call = f'<w:footnoteReference{mark} w:id="{number}"/>{own}'
        ids = self._on_call[key]
        call = f"<w:r>{_REFERENCE}{call}</w:r>"
        return "".join(map(begun, ids)) + call + "".join(map(ended, ids))

    def _footnote(self, key: str, number: int, mark: str) -> str:
        mark = f"<w:r>{_REFERENCE}{mark}</w:r>{run(' ')}"
        paragraphs = []
        for index in self._notes.called[key] or [-1]:
            words = self._inner(index, []) if index >= 0 else ""
            paragraphs.append(paragraph(mark + words, "FootnoteText"))
            mark = ""
        return f'<w:footnote w:id="{number}">{"".join(paragraphs)}</w:footnote>\n'

    def _looks(self, place: int, spans: list[Span]) -> str:
        kinds = {span.kind for span in spans if span.start <= place < span.end}
        looks = {kind: look for kind, look in _LOOKS.items() if kind in kinds}
        for one in reversed(self._open.values()):
            if one.themes:
                theme = self._themes.of(one.themes)[0]
                line, colour = UNDERLINES.get(theme.line, "single"), COLOURS.get(theme.colour)
                looks[SpanKind.UNDERLINE] = f'<w:u w:val="{line}" w:color="{colour or "auto"}"/>'
                break
        return "".join(looks[kind] for kind in _LOOKS if kind in looks)


_REFERENCE = '<w:rPr><w:rStyle w:val="FootnoteReference"/></w:rPr>'


class _Notes:
    """The notes that are called in the body, by their keys with the indexes of their blocks."""

    def __init__(self, text: Text) -> None:
        own: dict[str, list[int]] = {note.key: [] for note in text.notes}
        for index, block in enumerate(text.blocks):
            if block.note in own:
                own[block.note].append(index)
        calls = {span.ref for span in text.spans if _is_call_in_body(span, text)}
        self.called = {key: indexes for key, indexes in own.items() if key in calls}
        self._labels = {note.key: note.label or "*" for note in text.notes}
        # A line feed counts with the block after it.
        self._starts = sorted(
            (max(text.blocks[index].start - 1, 0), key)
            for key, indexes in self.called.items()
            for index in indexes[:1]
        )
        self._ends = {k: text.blocks[i[-1]].end for k, i in self.called.items() if i}
        self.first = self._starts[0][0] if self._starts else None

    def label(self, key: str) -> str:
        return self._labels[key]

    def at(self, place: int) -> str:
        """The key of the note that a place is in; empty outside of them."""
        if self.first is None or place < self.first:
            return ""
        _, key = self._starts[bisect_right(self._starts, place, key=itemgetter(0)) - 1]
        return key if place < self._ends[key] else ""


def _is_call_in_body(span: Span, text: Text) -> bool:
    if span.kind != SpanKind.NOTE_CALL:
        return False
    body = next((block.start for block in text.blocks if block.note), len(text.text) + 1)
    return span.start < body


def _within(place: int, block: Block) -> int:
    return min(max(place, block.start), block.end)


def _by_block(blocks: tuple[Block, ...], spans: tuple[Span, ...]) -> list[list[Span]]:
    """The spans that touch each block; a point between two is the earlier one's."""
    found: list[list[Span]] = [[] for _ in blocks]
    ends = [block.end for block in blocks]
    for span in spans:
        if span.kind not in _LOOKS and span.kind not in _POINTS:
            continue
        index = bisect_left(ends, span.start)
        is_point = span.kind in _POINTS
        if is_point:
            index = bisect_left(ends, span.end)
        while index < len(blocks) and blocks[index].start <= span.end:
            found[index].append(span)
            if is_point:
                break
            index += 1
    return found
