"""Two states of a passage side by side, in their contexts, with what differs marked."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterator
from typing import NamedTuple

from annotations.anchoring.matching import Run, matching_runs

AROUND = 240
_TOKEN = re.compile(r"\w+|\s+|[^\w\s]")


class Piece(NamedTuple):
    """Some characters in a row; ``differs`` when the other side has not the same."""

    text: str
    differs: bool


class Side(NamedTuple):
    """A passage (``inside``) with what stands before and after it; without a passage all is
    ``before``. ``cut_before`` and ``cut_after`` say that the text goes on."""

    before: tuple[Piece, ...]
    inside: tuple[Piece, ...]
    after: tuple[Piece, ...]
    cut_before: bool
    cut_after: bool


Range = tuple[int, int]


def side_by_side(old: str, place: Range, new: str, found: Range) -> tuple[Side, Side]:
    """Both sides of a passage; ranges are code points, an empty one a place without a passage."""
    windows = [_window(old, place), _window(new, found)]
    tokens = [_TOKEN.findall(text[a:b]) for text, (a, b) in zip((old, new), windows, strict=True)]
    runs = matching_runs(tokens[0], tokens[1], (4, 1))
    if runs:
        # One window reaches further than the other: that is no difference.
        _level(tokens[0], tokens[1], windows, (place, found), runs[-1])
    equal = (
        [Run(run.old, 0, run.length) for run in runs],
        [Run(run.new, 0, run.length) for run in runs],
    )
    left = _side(old, place, windows[0], tokens[0], equal[0])
    return left, _side(new, found, windows[1], tokens[1], equal[1])


def _level(
    old: list[str], new: list[str], windows: list[Range], places: tuple[Range, Range], last: Run
) -> None:
    """Cuts what only one side has after the last words that both have, unless it is its passage."""
    ends = (last.old + last.length, last.new + last.length)
    rest = [side[end:] for side, end in zip((old, new), ends, strict=True)]
    if bool(rest[0]) == bool(rest[1]):
        return
    index = 0 if rest[0] else 1
    start, end = windows[index]
    shorter = end - sum(map(len, rest[index]))
    if shorter >= places[index][1]:
        del (old, new)[index][ends[index] :]
        windows[index] = (start, shorter)


def differences(old: str, new: str) -> tuple[tuple[Piece, ...], tuple[Piece, ...]]:
    """Two quotes, each in pieces that the other one has or has not."""
    left, right = side_by_side(old, (0, len(old)), new, (0, len(new)))
    return left.inside, right.inside


def _window(text: str, place: Range) -> Range:
    """The passage with some words around it, cut between words."""
    start, end = max(0, place[0] - AROUND), min(len(text), place[1] + AROUND)
    while 0 < start < place[0] and not text[start - 1].isspace():
        start += 1
    while place[1] < end < len(text) and not text[end].isspace():
        end -= 1
    return start, end


def _side(text: str, place: Range, window: Range, tokens: list[str], equal: list[Run]) -> Side:
    parts: tuple[list[Piece], ...] = ([], [], [])
    start = window[0]
    for token, differs in _marked(tokens, equal):
        # A passage may begin or end inside a word.
        cuts = sorted({start, start + len(token), *(p for p in place if p > start)})
        for low, high in zip(cuts, cuts[1:], strict=False):
            if high <= start + len(token):
                index = bisect_right(place, low) if place[0] < place[1] else 0
                _add(parts[index], text[low:high], differs)
        start += len(token)
    before, inside, after = map(tuple, parts)
    return Side(before, inside, after, window[0] > 0, window[1] < len(text))


def _marked(tokens: list[str], equal: list[Run]) -> Iterator[tuple[str, bool]]:
    at = 0
    for run in (*equal, Run(len(tokens), 0, 0)):
        yield from ((token, True) for token in tokens[at : run.old])
        at = run.old + run.length
        # A space between two words that differ goes with them.
        lonely = run.length == 1 and tokens[run.old].isspace() and run.old and at < len(tokens)
        yield from ((token, bool(lonely)) for token in tokens[run.old : at])


def _add(pieces: list[Piece], text: str, differs: bool) -> None:
    if pieces and pieces[-1].differs == differs:
        pieces[-1] = Piece(pieces[-1].text + text, differs)
    else:
        pieces.append(Piece(text, differs))
