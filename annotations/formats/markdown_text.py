"""A part's text as Markdown, block by block, with its annotations under each."""

from __future__ import annotations

from collections.abc import Iterator

from annotations.formats.laid import (
    Laid,
    Pages,
    Spool,
    by_block,
    standing,
    starting_in,
    with_blocks,
)
from annotations.formats.markdown_words import escaped, note_lines, quoted, spaced
from annotations.formats.values import AnnotationValue, PartValue, PersonValue
from archive.text import Block, BlockKind, Span, SpanKind

_EMPHASIS = {SpanKind.ITALIC: "*", SpanKind.BOLD: "**"}
_POINTS = (SpanKind.PAGE, SpanKind.NOTE_CALL)


class TextOf:
    """``prefix`` parts the footnotes of one part from those of another in the same file; with
    ``alone`` only the blocks that were annotated."""

    def __init__(self, part: PartValue, prefix: str, *, alone: bool = False) -> None:
        self._part, self._prefix, self._alone = part, prefix, alone
        self._text = with_blocks(part.text)
        self._pages, self._cards = Pages(part.text), Spool()
        self._labels = {note.key: f"{prefix}{n}" for n, note in enumerate(part.text.notes, 1)}
        self._names = {note.key: note.label for note in part.text.notes}
        self._note = ""
        self._spans = [s for s in part.text.spans if s.kind in (*_EMPHASIS, *_POINTS)]

    def lines(self) -> Iterator[str]:
        """The text and the cards. A note is one paragraph with line breaks: what is indented below
        it would be code where footnotes are not known."""
        following = [block.note for block in self._text.blocks[1:]] + [""]
        for index, laid in by_block(self._text, self._part.annotations(), self._take):
            if self._alone and not laid and self._cards.empty:
                continue
            yield f"{self._begun(index)}{self._block(index, laid)}"
            note = self._text.blocks[index].note
            if note and note == following[index] and not self._alone:
                yield "\\\n"
                continue
            yield "\n\n"
            yield from self._cards.taken()
        self._cards.close()

    def _begun(self, index: int) -> str:
        """What stands before a block's words."""
        block = self._text.blocks[index]
        if block.note and not self._alone:
            is_first, self._note = block.note != self._note, block.note
            # The label before the words keeps this from being the address of a link.
            name = escaped(self._names.get(block.note, "").strip() or "*")
            label = self._labels.get(block.note, f"{self._prefix}0")
            return f"[^{label}]: **{name}** " if is_first else ""
        kind = block.attrs.get("as", block.kind)
        if kind == BlockKind.HEADING and not block.note:
            return {"1": "## ", "2": "### "}.get(block.attrs.get("level", "2"), "#### ")
        if kind in (BlockKind.ITEM, BlockKind.CELL):
            return "  " if block.attrs.get("continued") else "- "
        return "> " if kind == BlockKind.QUOTATION else ""

    def _block(self, index: int, laid: list[Laid]) -> str:
        block, text = self._text.blocks[index], self._text.text
        signs: list[tuple[int, int, str]] = []
        for one in starting_in(index, block, laid, len(self._text.blocks) - 1):
            signs.append((min(max(one.start, block.start), block.end), 2, f"\\[{one.number}\\]"))
        for span in self._spans:
            if span.start <= block.end and span.end >= block.start:
                signs += self._signs(span, block)
        words, at = [], block.start
        for place, _, sign in sorted(signs, key=lambda sign: sign[:2]):
            words.append(escaped(text[at:place], starts=at == block.start))
            words.append(sign)
            at = place
        words.append(escaped(text[at : block.end], starts=at == block.start))
        found = spaced("".join(words))
        # An empty line would be no block.
        return found or "&nbsp;"

    def _signs(self, span: Span, block: Block) -> Iterator[tuple[int, int, str]]:
        if span.start == span.end:
            if not block.start <= span.start <= block.end:
                return
            if span.kind == SpanKind.PAGE:
                yield span.start, 1, f"\\[p. {escaped(span.ref)}\\]"
            elif span.kind == SpanKind.NOTE_CALL and span.ref in self._labels and not self._alone:
                yield span.start, 0, f"[^{self._labels[span.ref]}]"
        elif (sign := _EMPHASIS.get(SpanKind(span.kind))) and self._stands(span, block):
            yield span.start, 3, sign
            yield span.end, -1, sign

    def _stands(self, span: Span, block: Block) -> bool:
        """Whether stars around it are read as emphasis wherever: around whole words alone, and
        around nothing that has some itself."""
        text, (_, start, end, _) = self._text.text, span
        if start < block.start or end > block.end:
            return False
        others = (s for s in self._spans if s.kind in _EMPHASIS and s is not span)
        if any(other.start <= end and start <= other.end for other in others):
            return False
        before = text[start - 1] if start > block.start else " "
        after = text[end] if end < block.end else " "
        inside = text[start].isalnum() and text[end - 1].isalnum()
        return inside and before.isspace() and (after.isspace() or after in ".,;:?!")

    def _take(self, number: int, one: AnnotationValue) -> None:
        block = card(number, one, self._pages.at(one.start))
        self._cards.add("".join(f"{line}\n" for line in block) + "\n")


def card(number: int, one: AnnotationValue, page: str) -> Iterator[str]:
    """An annotation as a block quote: its number, themes and words, the note, who wrote it."""
    said = ["**" + escaped(theme.name) + "**" for theme in one.themes if theme.name.strip()]
    said += standing(one)
    if not one.themes and not one.note:
        said.append("Highlight")
    head = [f"\\[{number}\\]", *(["; ".join(said)] if said else [])]
    yield from quoted(iter([f"{' '.join(head)} “{_flat(one.quote)}”", ""]))
    if one.note.strip():
        yield from quoted(note_lines(one.note))
        yield ">"
    where = f", p. {escaped(page)}" if page else ""
    when = f"{one.created:%Y-%m-%d %H:%M} UTC"
    if one.address.startswith(("https://", "http://")) and not set(one.address) & set(" <>()\\"):
        when = f"[{when}](<{one.address}>)"
    yield f"> — {_who(one.author)}, {when}{where}"
    for reply in one.replies:
        yield ">"
        yield from quoted(note_lines(reply.note), 2)
        yield "> >"
        yield f"> > — {_who(reply.author)}, {reply.created:%Y-%m-%d %H:%M} UTC"


def _who(person: PersonValue) -> str:
    return _flat(person.name or person.username)


def _flat(words: str) -> str:
    return escaped(" ".join(words.split()))
