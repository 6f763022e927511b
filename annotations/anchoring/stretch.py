"""A long stretch of a text carried to another edition by its two ends."""

from __future__ import annotations

from annotations.anchoring.values import ORPHAN, Anchored, Method, Verdict
from annotations.anchoring.verdicts import SURE_SCORE, Anchorer, regions_of
from annotations.passages import Passage, passage_at
from archive.text import Text

# An end is known again by so many of its characters, and by no more than are in one block unless
# that is shorter than the least.
LEAST, MOST = 40, 240


def carry_stretch(old: str, new: Text, start: int, end: int) -> Anchored:
    """Where ``old[start:end]`` stands in the new text, widened to whole blocks, whatever became of
    its middle; an orphan when an end is hardly known again, or the two have changed places."""
    anchorer = Anchorer(old, new.text, regions_of(new))
    head, tail = (anchorer.anchor(one) for one in (_head(old, start, end), _tail(old, start, end)))
    if head.start is None or tail.end is None or head.start >= tail.end:
        return ORPHAN
    if min(head.score, tail.score) < SURE_SCORE:
        return ORPHAN
    touched = [block for block in new.blocks if block.start < tail.end and block.end > head.start]
    sure = head.verdict == tail.verdict == Verdict.SURE
    return Anchored(
        touched[0].start if touched else head.start,
        touched[-1].end if touched else tail.end,
        Method.UNCHANGED if head.method == tail.method == Method.UNCHANGED else Method.DIFF,
        min(head.score, tail.score),
        Verdict.SURE if sure else Verdict.REVIEW,
    )


def _head(text: str, start: int, end: int) -> Passage:
    cut = text.find("\n", min(start + LEAST, end), min(start + MOST, end))
    return passage_at(text, start, cut if cut >= 0 else min(start + MOST, end))


def _tail(text: str, start: int, end: int) -> Passage:
    cut = text.rfind("\n", max(end - MOST, start), max(end - LEAST, start))
    return passage_at(text, cut + 1 if cut >= 0 else max(end - MOST, start), end)
