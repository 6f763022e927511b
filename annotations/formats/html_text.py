"""The text of an HTML handout, row by row: a paragraph, list or table with its cards beside it."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace
from heapq import merge
from operator import attrgetter

from annotations.formats.html_cards import Themes, card, segments
from annotations.formats.laid import Laid, Pages, Spool, by_block, starting_in, with_blocks
from annotations.formats.values import AnnotationValue, PartValue
from archive.marks import Event
from archive.render import BlockLayout, Layout, prepare
from archive.text import SpanKind, Text

# Marks that lead to entries which a handout does not have.
_DROPPED = (SpanKind.PERSON, SpanKind.TERM)
_FRAME = re.compile(
    r"<(/?)(?:section|li|ul|ol|div|table|tr|blockquote|figure|figcaption|caption)\b"
)
_SECTIONS = re.compile(r'(?:<section[^>]*>(?:<p class="kicker"[^>]*>[^<]*</p>)?)*')
_READERS_OWN = re.compile(r' data-(?:skip|start="\d+")')
# The page's own title is its only first heading.
_LOWER = {"h1": "h2", "h2": "h3", "h3": "h4"}
_CLOSING = re.compile(r"</(?:section|li|ul|ol|div|table|tr|blockquote|figure|figcaption|caption)>")
BETWEEN = '<p class="between" aria-hidden="true">…</p>\n'
# By how many pixels cards may be longer than the row that they stand beside: one alone, several.
_MORE_FOR_ONE, _MORE = 130, 60


class TextOf:
    """A part's text as HTML. ``prefix`` goes before every id, so that several parts can stand in
    one file; with ``alone`` only the rows that were annotated."""

    def __init__(
        self, part: PartValue, prefix: str, themes: Themes, *, alone: bool = False
    ) -> None:
        self._part, self._prefix, self._themes, self._alone = part, prefix, themes, alone
        self._text = with_blocks(_without(part.text, calls=alone))
        self._layout = prepare(self._text)
        self._pages = Pages(part.text)
        self._beside, self._under = Spool(), Spool()
        self._room, self._taken, self._is_full = 0, 0, False

    def rows(self) -> Iterator[str]:
        """The body, then the apparatus, each row with its cards."""
        row = _Row()
        found = shown = 0
        self._room = self._height(0)
        for index, laid in by_block(self._text, self._part.annotations(), self._take):
            is_note = index >= self._layout.body
            if index == self._layout.body and not self._alone:
                yield '<section class="apparatus"><h3>Notes of the edition</h3><ol>\n'
            block = self._layout.blocks[index]
            row.open(self._named(block.before))
            row.held.append(self._block(index, laid))
            found += len(laid)
            row.close(block.after)
            if not row.depth:
                if not self._alone:
                    yield from self._row(row, is_note=is_note)
                elif found:
                    yield BETWEEN if shown else ""
                    yield from self._row(row.by_itself(is_note=is_note))
                    shown += 1
                row, found = _Row(), 0
                self._room, self._taken, self._is_full = 0, 0, False
            self._room += self._height(index + 1)
        if self._layout.body < len(self._layout.blocks) and not self._alone:
            yield "</ol></section>\n"
        self._beside.close()
        self._under.close()

    def _height(self, index: int) -> int:
        """About how many pixels a block has beside it; none in the apparatus."""
        if index >= self._layout.body and not self._alone or index >= len(self._layout.blocks):
            return 0
        block = self._layout.blocks[index]
        return (1 + (block.end - block.start) // 66) * 26

    def _take(self, number: int, one: AnnotationValue) -> None:
        lines = 3 + len(one.note) // 50 + sum(2 + len(reply.note) // 48 for reply in one.replies)
        more = _MORE if self._taken else _MORE_FOR_ONE
        self._taken += lines * 19 + 10
        # Those that follow stand under the row, too, so that their order is that of the text.
        self._is_full |= not self._room or self._taken > self._room + more
        spool = self._under if self._is_full else self._beside
        page = self._pages.at(one.start)
        spool.add(card(number, one, self._prefix, page, self._themes.of(one.themes)))

    def _row(self, row: _Row, *, is_note: bool = False) -> Iterator[str]:
        if is_note:
            # The cards of a note stand in its entry: a list holds entries alone.
            yield from row.held
            yield from self._cards("cards", self._beside)
            yield from self._cards("cards under", self._under)
            yield row.end
        else:
            yield f'{row.outside}<div class="row"><div class="main">'
            yield from row.held
            yield f"{row.end}</div>"
            yield from self._cards("cards", self._beside)
            yield from self._cards("cards under", self._under)
            yield "</div>\n"
        yield row.after

    def _cards(self, name: str, spool: Spool) -> Iterator[str]:
        if not spool.empty:
            yield f'<div class="{name}">'
            yield from spool.taken()
            yield "</div>"

    def _block(self, index: int, laid: list[Laid]) -> str:
        block = self._layout.blocks[index]
        events: Iterator[Event] | tuple[Event, ...] = (
            Event(event.at, self._named(event.html)) for event in block.events
        )
        if laid:
            own = self._text.blocks[index]
            last = len(self._text.blocks) - 1
            numbers = [
                Event(max(one.start, block.start), self._number(one.number))
                for one in starting_in(index, own, laid, last)
            ]
            events = merge(events, numbers, key=attrgetter("at"))
        named = BlockLayout(
            "",
            _LOWER.get(block.tag, block.tag),
            self._named(block.attributes),
            tuple(events),
            "",
            block.start,
            block.end,
        )
        return Layout(self._text, (named,), 1).block(0, segments(laid, self._themes))

    def _number(self, number: int) -> str:
        at = self._prefix
        return (
            f'<a class="n" id="{at}m{number}" href="#{at}a{number}" '
            f'aria-label="Annotation {number}">{number}</a>'
        )

    def _named(self, html: str) -> str:
        """Mark-up with ids of this part; what the reader's scripts need is not needed here."""
        if not html:
            return html
        html = html.replace(' id="', f' id="{self._prefix}')
        html = html.replace(' href="#', f' href="#{self._prefix}')
        return _READERS_OWN.sub("", html)


def _without(text: Text, *, calls: bool) -> Text:
    dropped = (*_DROPPED, SpanKind.NOTE_CALL) if calls else _DROPPED
    return replace(text, spans=tuple(span for span in text.spans if span.kind not in dropped))


class _Row:
    """What stands side by side with cards: a paragraph, or a whole list or table. ``outside`` opens
    sections around it, ``after`` closes them; ``end`` is the last closing tag of its own."""

    def __init__(self) -> None:
        self.held: list[str] = []
        self.depth = 0
        self.outside = self.end = self.after = ""

    def open(self, before: str) -> None:
        if not self.depth and not self.held:
            found = _SECTIONS.match(before)
            self.outside = found[0] if found else ""
            before = before[len(self.outside) :]
        self.depth += sum(-1 if found[1] else 1 for found in _FRAME.finditer(before))
        self.held.append(before)

    def close(self, after: str) -> None:
        for found in _CLOSING.finditer(after):
            if not self.depth:
                self.after = after[found.start() :]
                after = after[: found.start()]
                break
            self.depth -= 1
        if self.depth:
            self.held.append(after)
            return
        at = after.rfind("</")
        self.held.append(after[: max(at, 0)])
        self.end = after[at:] if at >= 0 else ""

    def by_itself(self, *, is_note: bool) -> _Row:
        """The row without the sections around it."""
        self.outside = self.after = ""
        if is_note:
            self.held.insert(0, '<div class="apparatus"><ol>')
            self.end += "</ol></div>"
        return self
