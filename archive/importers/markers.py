"""Finding the markers of numbered notes that a scrape has run into the words before them.

"Reagan1", "Day2", "Afghanistan.3": digits that are glued to a word or to the mark that closes it.
Every place where a note's number might be its marker is weighed, and the best row of places, in the
order of the numbers, is taken. A digit that could be something else (a date, "EC–10", "U2") stays.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import groupby

_YEAR = r"(?:1[5-9]\d\d|20\d\d)"
_WORD = re.compile(r"\w+(?:[–-]\w+)*")
# A row of digits that could end with a marker.
_DIGITS = re.compile(r"[0-9]++(?![\w%°])(?![.,:/–-]\d)")
MAX_DIGITS = 4
_CLOSING = ".,;:!?…)]’”'\"»"
# What a number belongs to when it follows without a space: "No.2", "p.4".
_ABBREVIATION = re.compile(r"(?i)\b(?:nos?|vols?|pp?|doc|art|sec|ch|fig|tab)\.$")


@dataclass(frozen=True, slots=True)
class Marker:
    """Where a note is called: the range of its digits in the text, in code points."""

    number: int
    start: int
    end: int


# How surely (1 to 4), the ordinal of the number, the place.
_Row = tuple[int, int, Marker]


def find_markers(text: str, numbers: Sequence[int]) -> list[Marker]:
    """The markers of ``numbers`` (ascending) in ``text``, as many as can be told; in order."""
    if not numbers:
        return []
    words = Counter(_WORD.findall(text))
    ordinals = {str(number): ordinal for ordinal, number in enumerate(numbers)}
    rows: list[_Row] = []
    for match in _DIGITS.finditer(text):
        # What ends here: "19821" may be note 1 after a year, or note 21, or 821.
        for start in range(max(match.end() - MAX_DIGITS, match.start()), match.end()):
            digits = text[start : match.end()]
            ordinal = ordinals.get(digits)
            if ordinal is None or start == 0 or text[start - 1].isspace():
                continue
            if weight := _weigh(text, start, digits, words):
                rows.append((weight, ordinal, Marker(int(digits), start, match.end())))
    return _best_row(rows, len(numbers))


class _Heaviest:
    """The heaviest rows that end before an ordinal, of equals the first: a tree of maxima, so that
    either step takes as long as the number of ordinals has digits."""

    def __init__(self, count: int) -> None:
        # A weight, and the index of its row negated: of equals, the earlier one is greater.
        self._nodes = [(0, 1)] * (count + 1)

    def before(self, ordinal: int) -> tuple[int, int | None]:
        """Weight and index of the best row that ends with a number before this one."""
        best = (0, 1)
        while ordinal > 0:
            best = max(best, self._nodes[ordinal])
            ordinal &= ordinal - 1
        return best[0], None if best[1] > 0 else -best[1]

    def add(self, ordinal: int, weight: int, index: int) -> None:
        ordinal += 1
        while ordinal < len(self._nodes):
            self._nodes[ordinal] = max(self._nodes[ordinal], (weight, -index))
            ordinal += ordinal & -ordinal


def _best_row(rows: list[_Row], count: int) -> list[Marker]:
    """The heaviest choice with both numbers and places ascending; of equals, the earlier places."""
    rows.sort(key=lambda row: (row[2].start, -row[1]))
    best: list[tuple[int, int | None]] = []
    heaviest = _Heaviest(count)
    for _, group in groupby(rows, key=lambda row: row[2].start):
        same = list(group)
        for weight, ordinal, _ in same:
            before, previous = heaviest.before(ordinal)
            best.append((before + weight, previous))
        for index, (_, ordinal, _) in enumerate(same, start=len(best) - len(same)):
            heaviest.add(ordinal, best[index][0], index)
    found: list[Marker] = []
    last = heaviest.before(count)[1]
    while last is not None:
        found.append(rows[last][2])
        last = best[last][1]
    return found[::-1]


def _weigh(text: str, start: int, digits: str, words: Counter[str]) -> int:
    """How surely the digits at ``start`` are a marker, from 1 to 4; 0 where they are not."""
    before = text[max(start - 40, 0) : start]
    last = before[-1]
    if last in _CLOSING:
        return _after_closing(before)
    found = _WORD.search(before[::-1])
    word = found[0][::-1] if found and found.start() == 0 else ""
    if last.isdigit():
        return _after_digits(word, words)
    if not last.isalpha() or len(word) < 2:
        return 0  # a single letter with a number is a name: "U2", "Tab A1"
    again = words[word + digits] > 1
    if not last.isupper() and (len(word) > 2 or word == word.lower()):
        return 2 if again else 4
    # Capitals may be a name that ends in a number, "SALT2", unless they stand alone elsewhere.
    return 0 if again else 3 if words[word] else 2


def _after_closing(before: str) -> int:
    if _ABBREVIATION.search(before):
        return 0
    number = re.search(r"(\d+)[.,:]$", before)
    if not number:
        return 4
    return 3 if re.fullmatch(_YEAR, number[1]) else 0


def _after_digits(word: str, words: Counter[str]) -> int:
    """A marker after a number: only if it is a year, or a name that stands alone elsewhere."""
    if re.fullmatch(_YEAR, word):
        return 2
    return 1 if word[:1].isalpha() and words[word] else 0
