"""Two editions of a text laid side by side: which words of the old one are which of the new one."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Sequence
from functools import cached_property

from annotations.anchoring.edges import Edge, edge_between
from annotations.anchoring.matching import Run, matching_runs, merged
from annotations.anchoring.words import Words

# A run of words is known again by itself when it has so many words and letters and stands once in
# either edition: "of the" proves nothing.
TRUSTED_WORDS, TRUSTED_LETTERS = 3, 15
_FEW = 5
_NO_RUN = Run(0, 0, 0)


class Alignment:
    """The runs of words that two texts share, in the order of both."""

    def __init__(self, old: Words, new: Words) -> None:
        self.old, self.new = old, new
        self.runs = _without_noise(_runs(old, new), old, new)
        self._starts = [run.old for run in self.runs]
        self._edges: dict[int, Edge] = {}
        self._trusted: dict[Run, bool] = {}

    def runs_in(self, first: int, last: int) -> range:
        """The indexes of the runs that touch the old words ``[first, last)``."""
        low = bisect_right(self._starts, first) - 1
        if low < 0 or self.runs[low].old + self.runs[low].length <= first:
            low += 1
        return range(low, bisect_left(self._starts, last, low))

    def gap(self, index: int) -> tuple[int, int, int, int]:
        """What differs before run ``index``, as old and new words; the last one ends the texts."""
        before = self.runs[index - 1] if index else _NO_RUN
        a, c = before.old + before.length, before.new + before.length
        if index == len(self.runs):
            return a, len(self.old), c, len(self.new)
        return a, self.runs[index].old, c, self.runs[index].new

    def is_settled(self, index: int, first: int, last: int) -> bool:
        """Whether the old words ``[first, last)`` within a run can stand nowhere else.

        They can where the text beside the run repeats them: of two equal paragraphs, of which one
        was deleted, none can tell which.
        """
        run = self.runs[index]
        head, tail = self._edge(index), self._edge(index + 1)
        inside, end = first - run.old, run.old + run.length
        if inside < head.slid_after or last > end - tail.slid_before:
            return False
        return last - run.old > head.loose_after and first < end - tail.loose_before

    def is_trusted(self, run: Run) -> bool:
        """Whether a run is known again beyond doubt: long enough, and once in either edition."""
        if run not in self._trusted:
            self._trusted[run] = self._is_trusted(run)
        return self._trusted[run]

    def _is_trusted(self, run: Run) -> bool:
        if run.length == len(self.old) == len(self.new):
            return True
        first, last = run.old, run.old + run.length
        if run.length < TRUSTED_WORDS or self.old.letters(first, last) < TRUSTED_LETTERS:
            return False
        # A part that stands once proves the whole; it is found sooner than the whole.
        step = max(1, run.length // 4)
        parts = [(at, min(last, at + 40)) for at in range(first, last, step)][:4]
        return any(self._stands_once(*part) for part in (*parts, (first, last)))

    def _stands_once(self, first: int, last: int) -> bool:
        needle = self.old.joined(first, last)
        return len(self.old.places(needle, 2)) == len(self.new.places(needle, 2)) == 1

    def _edge(self, index: int) -> Edge:
        """What is doubtful around the gap before run ``index``."""
        if index not in self._edges:
            before = self.runs[index - 1] if index else _NO_RUN
            after = self.runs[index] if index < len(self.runs) else _NO_RUN
            gap = self.gap(index)
            self._edges[index] = edge_between(self.old, self.new, gap, before.length, after.length)
        return self._edges[index]

    @cached_property
    def kept(self) -> tuple[bytearray, bytearray]:
        """For each old and for each new word, whether it is part of a run."""
        old, new = bytearray(len(self.old)), bytearray(len(self.new))
        for run in self.runs:
            old[run.old : run.old + run.length] = b"\1" * run.length
            new[run.new : run.new + run.length] = b"\1" * run.length
        return old, new

    def moved(self, first: int, new_first: int, length: int) -> Run:
        """The run around ``length`` equal words that the comparison left out, made of such alone.

        A run of no length when some of these words do have another place in the comparison.
        """
        old, new = self.kept
        last, new_last = first + length, new_first + length
        if any(old[first:last]) or any(new[new_first:new_last]):
            return Run(first, new_first, 0)
        a, b = self.old.keys, self.new.keys
        while first and new_first and a[first - 1] == b[new_first - 1]:
            if old[first - 1] or new[new_first - 1]:
                break
            first, new_first = first - 1, new_first - 1
        while last < len(a) and new_last < len(b) and a[last] == b[new_last]:
            if old[last] or new[new_last]:
                break
            last, new_last = last + 1, new_last + 1
        return Run(first, new_first, last - first)

    def expected(self, index: int) -> int:
        """About where in the new text the old word ``index`` would stand (a code point)."""
        at = bisect_right(self._starts, index) - 1
        run = self.runs[at] if at >= 0 else _NO_RUN
        place = run.new + min(index - run.old, run.length)
        return self.new.starts[place] if place < len(self.new) else len(self.new.text)


def _runs(old: Words, new: Words) -> list[Run]:
    """Whole lines first, then words inside what differs."""
    lines = matching_runs(old.text.split("\n"), new.text.split("\n"))
    at_old, at_new = _line_words(old), _line_words(new)
    found: list[Run] = []
    a = c = 0
    ends = Run(len(at_old) - 1, len(at_new) - 1, 0)
    for line in (*lines, ends):
        b, d = at_old[line.old], at_new[line.new]
        for run in matching_runs(old.keys[a:b], new.keys[c:d], (4, 1)):
            found.append(Run(a + run.old, c + run.new, run.length))
        a, c = at_old[line.old + line.length], at_new[line.new + line.length]
        if a > b:
            found.append(Run(b, d, a - b))
    return merged(found)


def _line_words(words: Words) -> list[int]:
    """The index of the first word of each line, and the number of words at the end."""
    found, at = [], 0
    for line in words.text.split("\n"):
        found.append(bisect_left(words.starts, at))
        at += len(line) + 1
    return [*found, len(words)]


def _without_noise(runs: Sequence[Run], old: Words, new: Words) -> list[Run]:
    """The runs without those that are shorter than what differs on both of their sides.

    Such words are equal by chance: "the" stands in any two sentences.
    """
    kept: list[Run] = []
    ends = Run(len(old), len(new), 0)
    for run in (*runs, ends):
        while kept and _is_noise(kept[-1], kept[-2] if len(kept) > 1 else _NO_RUN, run, old, new):
            kept.pop()
        kept.append(run)
    return _without_chance(kept[:-1], old, new)


def _without_chance(runs: Sequence[Run], old: Words, new: Words) -> list[Run]:
    """The runs without the few first or last words of a line of which all else was rewritten."""
    found = list(runs)
    for index in range(len(found) + 1):
        before = found[index - 1] if index else _NO_RUN
        after = found[index] if index < len(found) else Run(len(old), len(new), 0)
        a, c = before.old + before.length, before.new + before.length
        rewritten = min(old.letters(a, after.old), new.letters(c, after.new))
        tail = next((n for n in range(1, _FEW) if _opens(old, new, a - n, c - n)), 0)
        if tail < before.length and old.letters(a - tail, a) * 3 < rewritten:
            found[index - 1] = before._replace(length=before.length - tail)
        b, d = after.old, after.new
        head = next((n for n in range(1, _FEW) if _opens(old, new, b + n, d + n)), 0)
        if head < after.length and old.letters(b, b + head) * 3 < rewritten:
            found[index] = Run(b + head, d + head, after.length - head)
    return found


def _opens(old: Words, new: Words, at: int, place: int) -> bool:
    within = 0 < at <= len(old) and 0 < place <= len(new)
    return within and old.opens_line(at) and new.opens_line(place)


def _is_noise(run: Run, before: Run, after: Run, old: Words, new: Words) -> bool:
    size = old.letters(run.old, run.old + run.length)
    return size <= _difference(before, run, old, new) and size <= _difference(run, after, old, new)


def _difference(before: Run, after: Run, old: Words, new: Words) -> int:
    return max(
        old.letters(before.old + before.length, after.old),
        new.letters(before.new + before.length, after.new),
    )
