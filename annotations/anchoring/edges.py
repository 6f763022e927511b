"""What is doubtful beside a difference: words that stand in it once more.

Where "the the" became "the", either was deleted; both stories are right.
"""

from __future__ import annotations

from typing import NamedTuple

from annotations.anchoring.words import Words


class Edge(NamedTuple):
    """How many words before and after a difference are doubtful.

    The difference could as well be moved over the ``slid`` ones. The ``loose`` ones stand in it,
    or beside it, once more: a passage of such words alone could be taken for the other.
    """

    slid_before: int = 0
    slid_after: int = 0
    loose_before: int = 0
    loose_after: int = 0


def edge_between(
    old: Words, new: Words, gap: tuple[int, int, int, int], before: int, after: int
) -> Edge:
    """The edge of a gap (old words, new words) between runs of ``before`` and ``after`` words."""
    a, b, c, d = gap
    left, right = (0, 0)
    if a == b and c < d:
        left, right = _slide(new, c, d, before, after)
    elif c == d and a < b:
        left, right = _slide(old, a, b, before, after)
    return Edge(
        left,
        right,
        max(_longest(old, a, b, before, after, True), _longest(new, c, d, before, after, True)),
        max(_longest(old, a, b, before, after, False), _longest(new, c, d, before, after, False)),
    )


def _slide(words: Words, start: int, end: int, before: int, after: int) -> tuple[int, int]:
    """How far a difference that is a mere insertion or deletion can be moved, in words."""
    keys = words.keys
    left = right = 0
    while left < before and keys[start - 1 - left] == keys[end - 1 - left]:
        left += 1
    while right < after and keys[start + right] == keys[end + right]:
        right += 1
    if not (words.opens_line(start) and words.opens_line(end)):
        return left, right
    # Whole lines come and go: only where whole lines are equal is it doubtful which.
    lines = [
        step
        for step in range(-left, right + 1)
        if words.opens_line(start + step) and words.opens_line(end + step)
    ]
    return -lines[0], lines[-1]


def _longest(words: Words, start: int, end: int, before: int, after: int, tail: bool) -> int:
    """How many words at the end of the run before (or at the start of the one after) recur."""
    if start == end:
        return 0

    def recurs(length: int) -> bool:
        low, high = start - length, end + length
        if tail:
            sought = words.joined(low, start)
            return sought in words.joined(low + 1, min(high, end + after))
        sought = words.joined(end, high)
        return sought in words.joined(max(low, start - before), high - 1)

    limit, known, step = before if tail else after, 0, 1
    while known + step <= limit and recurs(known + step):
        known, step = known + step, step * 2
    while step:
        if known + step <= limit and recurs(known + step):
            known += step
        step //= 2
    return known
