"""Passages of a canonical text as TEI pointers into its source, and pointers as passages.

A pointer is ``string-range(id,offset,length)``: so many code points of the text inside the element
with that ``xml:id``, as the source has it, tags and comments left out and no white space changed.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Iterator
from typing import NamedTuple

from archive.importers.tracing import Trace
from archive.importers.vocabulary import WHITE


class Pointer(NamedTuple):
    """``length`` code points from ``offset`` in the element ``id``."""

    id: str
    offset: int
    length: int

    def __str__(self) -> str:
        return f"string-range({self.id},{self.offset},{self.length})"


class Places:
    """A trace made ready to be asked for many passages. The outermost element must have an id."""

    def __init__(self, trace: Trace) -> None:
        self.trace = trace
        self._ids = {one.id: one for one in reversed(trace.ids)}
        self._starts = [one.start for one in trace.ids]
        # The first word of each stretch: what one range of the source covers, and no other words.
        self._stretches = list(_stretches(trace))
        self._by_place = sorted(range(len(trace.words)), key=trace.places.__getitem__)
        self._in_order = [trace.places[i] for i in self._by_place]

    def pointers(self, start: int, end: int) -> list[Pointer]:
        """Where ``text[start:end]`` stands in the source, in the order of the text; a passage
        without a word is an empty range beside the word before it."""
        trace = self.trace
        last = bisect_left(trace.words, end) - 1
        first = bisect_right(trace.words, start) - 1
        if first < 0 or trace.words[first] + trace.lengths[first] <= start:
            first += 1
        if last < first or end <= start:
            return [self._point(last)]
        found: list[Pointer] = []
        index = bisect_right(self._stretches, first) - 1
        while first <= last:
            index += 1
            after = self._stretches[index] if index < len(self._stretches) else len(trace.words)
            final = min(after - 1, last)
            begins = trace.places[first] + max(0, start - trace.words[first])
            covered = min(trace.lengths[final], end - trace.words[final])
            ends = trace.places[final] + covered
            found.append(
                self._parted(begins, ends, first) if found else self._pointer(begins, ends)
            )
            first = after
        return found

    def _parted(self, start: int, end: int, word: int) -> Pointer:
        """A further range of a passage: with the white space before it, where there is some, so
        that the ranges one after the other are the passage, words parted as they are."""
        trace, alone = self.trace, self._pointer(start, end)
        before = trace.text.text[trace.words[word] - 1]
        if before not in WHITE or trace.stream[start - 1 : start].strip(WHITE) or not start:
            return alone
        spaced = self._pointer(start - 1, end)
        return spaced if spaced.id == alone.id or before != "\n" else alone

    def _point(self, word: int) -> Pointer:
        if word < 0:
            return self._pointer(0, 0)
        at = self.trace.places[word] + self.trace.lengths[word]
        return self._pointer(at, at)

    def _pointer(self, start: int, end: int) -> Pointer:
        """The range from the start of the innermost element with an id that is around it."""
        ids = self.trace.ids
        index = bisect_right(self._starts, start) - 1
        while index > 0 and ids[index].end < end:
            index = ids[index].outer
        return Pointer(ids[index].id, start - ids[index].start, end - start)

    def passage(self, pointer: Pointer) -> tuple[int, int] | None:
        """The range of the text whose words the pointer holds, from the first to the last; None
        where it holds none, or the id is not here."""
        one = self._ids.get(pointer.id)
        if one is None:
            return None
        trace = self.trace
        start = one.start + pointer.offset
        end = start + pointer.length
        first = bisect_right(self._in_order, start) - 1
        if first < 0 or self._end_of(first) <= start:
            first += 1
        last = bisect_left(self._in_order, end) - 1
        if last < first or end <= start:
            return None
        opening, closing = self._by_place[first], self._by_place[last]
        begins = trace.words[opening] + max(0, start - trace.places[opening])
        covered = min(trace.lengths[closing], end - trace.places[closing])
        ends = trace.words[closing] + covered
        return (begins, ends) if begins < ends else None

    def _end_of(self, index: int) -> int:
        word = self._by_place[index]
        return self.trace.places[word] + self.trace.lengths[word]

    def words(self, pointer: Pointer) -> str:
        """What the pointer holds, as the source has it; empty where it leads nowhere."""
        one = self._ids.get(pointer.id)
        if one is None or pointer.offset < 0 or pointer.length < 0:
            return ""
        start = one.start + pointer.offset
        return self.trace.stream[start : start + pointer.length]

    def length(self, identity: str) -> int:
        """How many code points of the source are in the element of this id."""
        one = self._ids[identity]
        return one.end - one.start

    def __contains__(self, identity: str) -> bool:
        return identity in self._ids


def _stretches(trace: Trace) -> Iterator[int]:
    """The words that begin a stretch: those that the word before does not lead to in the source,
    or that are parted from it here and not there, or that are in another element with an id."""
    starts = [block.start for block in trace.text.blocks]
    passed = 0  # blocks that have begun
    before: tuple[int, int] | None = None
    for index, (word, place) in enumerate(zip(trace.words, trace.places, strict=True)):
        begun = passed
        while passed < len(starts) and word >= starts[passed]:
            passed += 1
        if before is None or passed > begun or not _leads(trace, before, (word, place)):
            yield index
        before = (word + trace.lengths[index], place + trace.lengths[index])


def _leads(trace: Trace, before: tuple[int, int], here: tuple[int, int]) -> bool:
    """Whether one range may go on from the end of a word to the next."""
    gap = here[1] - before[1]
    if gap < 0 or (gap == 0) != (here[0] == before[0]):
        return False
    return not trace.stream[before[1] : here[1]].strip(WHITE)
