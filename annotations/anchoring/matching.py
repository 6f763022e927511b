"""What two sequences have in common, in the same order: runs of equal elements.

Elements that stand once on either side come first and part the rest into small pieces, so that a
text of a megabyte costs little more than reading it.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Hashable, Sequence
from typing import NamedTuple

from rapidfuzz.distance import LCSseq

# What a longest common subsequence may cost: the product of the two lengths.
_LARGEST = 4_000_000
_SMALL = 40_000


class Run(NamedTuple):
    """``length`` elements from ``old`` on are those from ``new`` on."""

    old: int
    new: int
    length: int


Part = tuple[int, int, int, int]


def matching_runs(
    old: Sequence[Hashable], new: Sequence[Hashable], widths: Sequence[int] = (1,)
) -> list[Run]:
    """The runs that both sequences share, in the order of both, each as long as it can be.

    ``widths`` are how many elements in a row are looked at when something is looked for that
    stands once in either, one width after the other.
    """
    found: list[Run] = []
    todo: list[Part] = [(0, len(old), 0, len(new))]
    while todo:
        part = _trimmed(old, new, todo.pop(), found)
        a0, a1, b0, b1 = part
        if a0 == a1 or b0 == b1:
            continue
        runs = _anchored(old, new, part, widths) or _common(old, new, part)
        found += runs
        if runs:
            todo += _between(runs, part)
    return merged(sorted(found))


def merged(runs: Sequence[Run]) -> list[Run]:
    """Runs in order, those that touch on both sides made one."""
    found: list[Run] = []
    for run in runs:
        last = found[-1] if found else None
        if last and (last.old + last.length, last.new + last.length) == run[:2]:
            found[-1] = Run(last.old, last.new, last.length + run.length)
        else:
            found.append(run)
    return found


def _trimmed(
    old: Sequence[Hashable], new: Sequence[Hashable], part: Part, found: list[Run]
) -> Part:
    """The part without what is equal at its ends, which is put among what was found."""
    a0, a1, b0, b1 = part
    length = 0
    while a0 + length < a1 and b0 + length < b1 and old[a0 + length] == new[b0 + length]:
        length += 1
    if length:
        found.append(Run(a0, b0, length))
        a0, b0, length = a0 + length, b0 + length, 0
    while a1 - length > a0 and b1 - length > b0 and old[a1 - length - 1] == new[b1 - length - 1]:
        length += 1
    if length:
        found.append(Run(a1 - length, b1 - length, length))
    return a0, a1 - length, b0, b1 - length


def _anchored(
    old: Sequence[Hashable], new: Sequence[Hashable], part: Part, widths: Sequence[int]
) -> list[Run]:
    """The runs around what stands once in either part, by the first width that finds any."""
    a0, a1, b0, b1 = part
    small = (a1 - a0) * (b1 - b0) <= _SMALL
    for width in widths:
        if small and width == 1:
            # A single element says little; what is small is compared as a whole.
            break
        there = _once(new, b0, b1, width)
        pairs = [
            (at, there[gram])
            for gram, at in _once(old, a0, a1, width).items()
            if at >= 0 and there.get(gram, -1) >= 0
        ]
        if pairs:
            return _extended(old, new, part, _rising(sorted(pairs)))
    return []


def _once(items: Sequence[Hashable], low: int, high: int, width: int) -> dict[Hashable, int]:
    """Each row of ``width`` elements with its place; -1 for what stands there more than once."""
    found: dict[Hashable, int] = {}
    for at in range(low, high - width + 1):
        gram = items[at] if width == 1 else tuple(items[at : at + width])
        found[gram] = -1 if gram in found else at
    return found


def _rising(pairs: Sequence[tuple[int, int]]) -> list[tuple[int, int]]:
    """The most pairs whose second numbers rise as their first ones do."""
    tails: list[int] = []
    ends: list[int] = []
    before: list[int] = []
    for index, (_, place) in enumerate(pairs):
        at = bisect_left(tails, place)
        before.append(ends[at - 1] if at else -1)
        tails[at : at + 1] = [place]
        ends[at : at + 1] = [index]
    chosen: list[tuple[int, int]] = []
    index = ends[-1] if ends else -1
    while index >= 0:
        chosen.append(pairs[index])
        index = before[index]
    return chosen[::-1]


def _extended(
    old: Sequence[Hashable],
    new: Sequence[Hashable],
    part: Part,
    pairs: Sequence[tuple[int, int]],
) -> list[Run]:
    """Each pair with all that is equal around it."""
    low_a, high_a, low_b, high_b = part
    found = []
    for a, b in pairs:
        if a < low_a or b < low_b:
            continue
        start = 0
        while a - start > low_a and b - start > low_b and old[a - start - 1] == new[b - start - 1]:
            start += 1
        end = 0
        while a + end < high_a and b + end < high_b and old[a + end] == new[b + end]:
            end += 1
        if end:
            found.append(Run(a - start, b - start, start + end))
            low_a, low_b = a + end, b + end
    return found


def _common(old: Sequence[Hashable], new: Sequence[Hashable], part: Part) -> list[Run]:
    """A longest common subsequence, where it can be afforded."""
    a0, a1, b0, b1 = part
    if (a1 - a0) * (b1 - b0) > _LARGEST:
        return []
    steps = LCSseq.opcodes(old[a0:a1], new[b0:b1])
    return [
        Run(a0 + step.src_start, b0 + step.dest_start, step.src_end - step.src_start)
        for step in steps
        if step.tag == "equal"
    ]


def _between(runs: Sequence[Run], part: Part) -> list[Part]:
    """What is left of a part before, between and after its runs."""
    a, high_a, b, high_b = part
    left = []
    for run in (*runs, Run(high_a, high_b, 0)):
        if run.old > a and run.new > b:
            left.append((a, run.old, b, run.new))
        a, b = run.old + run.length, run.new + run.length
    return left
