"""Hits in context: where in a canonical text the words of a query stand, and what is around them.

All offsets are code points of the text.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from archive.search.query import Term
from archive.search.words import Aligned, aligned

LINES, AROUND = 3, 70
# Of each term, so many hits are candidates for a line.
_CANDIDATES = 20
# Hits as near as this stand in one line.
_TOGETHER = 120


@dataclass(frozen=True, slots=True)
class Piece:
    """A part of a line; ``marked`` where it is what was looked for."""

    words: str
    marked: bool = False


@dataclass(frozen=True, slots=True)
class Line:
    """A hit with what is around it. ``[start, end)`` is the hit; ``block`` the index of its block.

    ``note`` is the key of the note that the block belongs to, empty in the body.
    """

    pieces: tuple[Piece, ...]
    start: int
    end: int
    block: int
    note: str


@dataclass(frozen=True, slots=True)
class Context:
    """The best lines of a text, in its order, and the number of places."""

    lines: tuple[Line, ...]
    places: int


@dataclass(frozen=True, slots=True)
class _Hit:
    start: int
    end: int
    term: int


def pattern_of(terms: Sequence[Term]) -> re.Pattern[str] | None:
    """What finds the terms in folded words: a group for each, the longest first."""
    if not terms:
        return None
    order = sorted(range(len(terms)), key=lambda n: -len(" ".join(terms[n].words)))
    return re.compile("|".join(f"({_expression(terms[n])})" for n in order))


def _expression(term: Term) -> str:
    # Blocks are parted by a line feed, which is no space: no phrase goes across it.
    words = " +".join(term.words)
    return rf"\b{words}[a-z0-9]*" if term.prefix else rf"\b{words}\b"


def in_context(text: str, blocks: Sequence[Sequence[Any]], terms: Sequence[Term]) -> Context:
    """Up to LINES lines of a text; one for each term first, then one for each place.

    ``blocks`` are rows as an edition has them: kind, start, end, note, attributes. Where no term
    stands in the text, as with a search for what is absent, there is no line.
    """
    pattern = pattern_of(terms)
    if pattern is None:
        return Context((), 0)
    hits, places = _hits(aligned(text), pattern)
    starts = [block[1] for block in blocks]
    chosen = _chosen(hits, starts)
    return Context(tuple(_line(text, blocks, group, starts) for group in chosen), places)


def around(
    text: str, blocks: Sequence[Sequence[Any]], ranges: Iterable[tuple[int, int]]
) -> Context:
    """The first LINES lines of a text that these ranges of it stand in; empty ranges are none."""
    hits: list[_Hit] = []
    for start, end in sorted(ranges):
        if start < end and (not hits or hits[-1].end <= start):
            hits.append(_Hit(start, end, 0))
    starts = [block[1] for block in blocks]
    chosen = _chosen(hits, starts)
    return Context(tuple(_line(text, blocks, group, starts) for group in chosen), len(hits))


def _hits(text: Aligned, pattern: re.Pattern[str]) -> tuple[list[_Hit], int]:
    """The first hits of each term, and how many there are in all."""
    hits: list[_Hit] = []
    counts: Counter[int] = Counter()
    for found in pattern.finditer(text.words):
        term = found.lastindex or 1
        counts[term] += 1
        if counts[term] <= _CANDIDATES:
            hits.append(_Hit(*text.range(found.start(), found.end()), term))
    return hits, counts.total()


def _chosen(hits: list[_Hit], starts: list[int]) -> list[list[_Hit]]:
    """The hits in groups that stand near each other in one block; the best groups, in order."""
    groups: list[list[_Hit]] = []
    for hit in hits:
        last = groups[-1][-1] if groups else None
        if (
            last
            and hit.start - groups[-1][0].start <= _TOGETHER
            and bisect_right(starts, hit.start) == bisect_right(starts, last.start)
        ):
            groups[-1].append(hit)
        else:
            groups.append([hit])
    kept: list[list[_Hit]] = []
    seen: set[int] = set()
    while groups and len(kept) < LINES:
        best = max(groups, key=lambda group: len({hit.term for hit in group} - seen))
        seen |= {hit.term for hit in best}
        groups.remove(best)
        kept.append(best)
    return sorted(kept, key=lambda group: group[0].start)


def _line(text: str, blocks: Sequence[Sequence[Any]], group: list[_Hit], starts: list[int]) -> Line:
    index = max(bisect_right(starts, group[0].start) - 1, 0)
    _, low, high, note = blocks[index][:4]
    start, end = group[0].start, group[-1].end
    begin, stop = _edge_before(text, start, low), _edge_after(text, end, high)
    pieces = [Piece(("… " if begin > low else "") + text[begin:start])]
    for hit, following in zip(group, [*group[1:], None], strict=True):
        pieces.append(Piece(text[hit.start : hit.end], marked=True))
        until = following.start if following else stop
        pieces.append(Piece(text[hit.end : until]))
    if stop < high:
        pieces.append(Piece(" …"))
    return Line(tuple(p for p in pieces if p.words), start, group[0].end, index, note)


def _edge_before(text: str, start: int, low: int) -> int:
    """Where the words before a hit begin: at a word's beginning, in the block."""
    if start - low <= AROUND:
        return low
    begin = text.find(" ", start - AROUND, start)
    return begin + 1 if begin >= 0 else start


def _edge_after(text: str, end: int, high: int) -> int:
    if high - end <= AROUND:
        return high
    stop = text.rfind(" ", end, end + AROUND)
    return stop if stop >= 0 else end
