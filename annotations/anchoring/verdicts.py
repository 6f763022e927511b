"""Every passage of an old edition given its place in the new one, or none.

First by the comparison of the two texts, then by a search for the words in their context. ``sure``
are only those whose very words are there, in order, in one place that cannot be another; white
space, punctuation and capitals may differ. All else is for people to look at.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable, Sequence

from annotations.anchoring.alignment import Alignment
from annotations.anchoring.matching import Run
from annotations.anchoring.search import candidates, ends_of, likeness
from annotations.anchoring.values import ORPHAN, Anchored, Candidate, Method, Verdict
from annotations.anchoring.words import Words
from annotations.passages import CONTEXT, MAX_LENGTH, Passage
from archive.text import Text

LEAST_SCORE = 0.5
LEAST_LIKENESS = 0.5
SURE_SCORE, SURE_LEAD = 0.7, 0.15
# A passage that moved is known again by more than one that stayed among its neighbours.
MOVED_WORDS, MOVED_LETTERS = 6, 30

Region = tuple[int, int]


def regions_of(text: Text) -> list[Region]:
    """The range of the body, and that of each note that has words, in the order of the text."""
    found: list[Region] = []
    owner = None
    for block in text.blocks:
        if owner == block.note and found:
            found[-1] = (found[-1][0], block.end)
        else:
            found.append((block.start, block.end))
        owner = block.note
    return found or [(0, len(text.text))]


class Anchorer:
    """Moves passages from one text to another; ``regions`` are the ranges of the new one that a
    passage must not leave."""

    def __init__(self, old: str, new: str, regions: Sequence[Region]) -> None:
        self.old, self.new = Words(old), Words(new)
        self.regions = sorted(regions)
        self._regions = [start for start, _ in self.regions]
        self.alignment = Alignment(self.old, self.new)

    def anchor(self, passage: Passage) -> Anchored:
        """Where the passage stands now; its new words are never empty."""
        carried = self._carried(passage)
        if carried and (carried.verdict == Verdict.SURE or carried.score >= SURE_SCORE):
            return carried
        found = self._searched(passage)
        if carried and (found.start is None or found.score < carried.score):
            return carried
        return found

    def candidates(self, passage: Passage) -> list[Candidate]:
        """The places that it may have been moved to, the likeliest first."""
        found = candidates(self.old, self.new, passage, self.expected(passage))
        return [one for one in found if self._within(one.start, one.end) == one[:2]]

    def replacement(self, passage: Passage) -> Region | None:
        """What stands in the new text in place of the words around a passage that is gone."""
        first, last = self.old.touched(passage.start, passage.end)
        if first >= last or self.alignment.runs_in(first, last):
            return None
        _, _, low, high = self.alignment.gap(self.alignment.runs_in(0, first).stop)
        if low == high:
            return None
        start, end = self.new.starts[low], self.new.ends[high - 1]
        return self._within(start, end) if end - start < 3 * len(passage.quote) + 60 else None

    def expected(self, passage: Passage) -> int:
        """About where it would begin in the new text: beside what stood beside it."""
        first, _ = self.old.touched(passage.start, passage.end)
        return self.alignment.expected(first)

    def _carried(self, passage: Passage) -> Anchored | None:
        """By the comparison: where its words went, as far as they are still there."""
        first, last = self.old.touched(passage.start, passage.end)
        if first >= last:
            return self._between_words(passage, first)
        runs = self.alignment.runs_in(first, last)
        if len(runs) == 1:
            run = self.alignment.runs[runs[0]]
            if run.old <= first and last <= run.old + run.length:
                start, end = ends_of(self.old, self.new, passage, run.new + first - run.old)
                sure = self.alignment.is_trusted(run) and self.alignment.is_settled(
                    runs[0], first, last
                )
                return self._verdict(passage, start, end, sure)
        found = self._edited(passage, first, last, runs)
        return self._verdict(passage, *found, sure=False) if found else None

    def _edited(self, passage: Passage, first: int, last: int, runs: range) -> Region | None:
        """The range of a passage of which words changed, came or went."""
        if not runs:
            a, b, c, d = self.alignment.gap(self.alignment.runs_in(0, first).stop)
            if (a, b) != (first, last) or c == d:
                return None
            low, high = c, d
        else:
            head, tail = self.alignment.runs[runs[0]], self.alignment.runs[runs[-1]]
            low = head.new + max(0, first - head.old)
            high = tail.new + min(tail.length, last - tail.old)
            # What was put in place of its outer words is part of it.
            if head.old > first and self.alignment.gap(runs[0])[0] == first:
                low = self.alignment.gap(runs[0])[2]
            if tail.old + tail.length < last and self.alignment.gap(runs[-1] + 1)[1] == last:
                high = self.alignment.gap(runs[-1] + 1)[3]
        start, end = self.new.starts[low], self.new.ends[high - 1]
        if likeness(passage.quote, self.new.text[start:end]) < LEAST_LIKENESS:
            return None
        return start, end

    def _between_words(self, passage: Passage, following: int) -> Anchored | None:
        """A passage of punctuation alone: where the words around it are still neighbours."""
        runs = self.alignment.runs_in(max(0, following - 1), min(len(self.old), following + 1))
        if len(runs) != 1:
            return None
        run = self.alignment.runs[runs[0]]
        at = run.new + following - run.old
        low = self.new.ends[at - 1] if at else 0
        high = self.new.starts[at] if at < len(self.new) else len(self.new.text)
        place = self.new.text.find(passage.quote, low, high)
        if place < 0 or self.new.text.find(passage.quote, place + 1, high) >= 0:
            return None
        first, last = max(0, following - 1), min(len(self.old), following + 1)
        sure = (
            run.old <= first
            and last <= run.old + run.length
            and self.alignment.is_trusted(run)
            and self.alignment.is_settled(runs[0], first, last)
        )
        return self._verdict(passage, place, place + len(passage.quote), sure)

    def _searched(self, passage: Passage) -> Anchored:
        """By its words and its context, wherever it has gone."""
        found = self.candidates(passage)
        if not found or found[0].score < LEAST_SCORE:
            return ORPHAN
        best = found[0]
        lead = best.score - (found[1].score if len(found) > 1 else 0.0)
        sure = best.exact and best.score >= SURE_SCORE and lead >= SURE_LEAD
        sure = sure and self._has_moved(passage, found)
        verdict = Verdict.SURE if sure else Verdict.REVIEW
        return Anchored(best.start, best.end, Method.SEARCH, best.score, verdict)

    def _has_moved(self, passage: Passage, found: Sequence[Candidate]) -> bool:
        """Whether the words left their place with many around them, and came to the first of the
        places found and to no other."""
        best, *others = [self._moved_run(passage, one) for one in found if one.exact]
        return best is not None and not any(others) and self.alignment.is_trusted(best)

    def _moved_run(self, passage: Passage, found: Candidate) -> Run | None:
        first, last = self.old.touched(passage.start, passage.end)
        at, _ = self.new.touched(found.start, found.end)
        run = self.alignment.moved(first, at, last - first)
        letters = self.old.letters(run.old, run.old + run.length)
        return run if run.length >= MOVED_WORDS and letters >= MOVED_LETTERS else None

    def _verdict(self, passage: Passage, start: int, end: int, sure: bool) -> Anchored | None:
        within = self._within(start, end)
        if within is None:
            return None
        sure = sure and within == (start, end)
        start, end = within
        text = self.new.text
        quote = text[start:end]
        same = quote == passage.quote
        around = (text[max(0, start - CONTEXT) : start], text[end : end + CONTEXT])
        unchanged = sure and same and around == (passage.prefix, passage.suffix)
        score = 1.0 if same else round(likeness(passage.quote, quote), 4)
        method = Method.UNCHANGED if unchanged else Method.DIFF
        return Anchored(start, end, method, score, Verdict.SURE if sure else Verdict.REVIEW)

    def _within(self, start: int, end: int) -> Region | None:
        """The range, or the most of it that lies in the body or in one note; None for nothing."""
        near = self.regions[max(0, bisect_right(self._regions, start) - 1) :]
        parts = []
        for a, b in near:
            if a >= end:
                break
            if b > start:
                parts.append((max(start, a), min(end, b)))
        if not parts:
            return None
        low, high = max(parts, key=lambda part: part[1] - part[0])
        if high - low > MAX_LENGTH or not self.new.text[low:high].strip():
            return None
        return low, high


def anchor_all(
    old: str, new: str, regions: Sequence[Region], passages: Iterable[Passage]
) -> list[Anchored]:
    """Where each passage of the old text stands in the new one, in their order."""
    anchorer = Anchorer(old, new, regions)
    return [anchorer.anchor(passage) for passage in passages]
