"""A passage that comes from elsewhere, by its words and what stood around them, in a text of ours.

Nothing is believed: positions count where these words stand, and else help to tell places apart.
Offsets are code points.
"""

from __future__ import annotations

from typing import NamedTuple

from annotations.anchoring.search import candidates
from annotations.anchoring.words import Words
from annotations.passages import CONTEXT, Passage

# From here on a place is proposed; from SURE on it is believed where no other comes near.
LEAST, SURE, LEAD = 0.5, 0.7, 0.1


class Place(NamedTuple):
    """Where a passage stands; ``sure`` when its very words are there and nowhere else like that."""

    start: int
    end: int
    sure: bool


class Finder:
    """Looks for passages in one text; what is made of the text is made once."""

    def __init__(self, text: str) -> None:
        self.text = text
        self._words: Words | None = None

    def find(
        self, quote: str, prefix: str = "", suffix: str = "", start: int | None = None
    ) -> Place | None:
        """The passage's place; ``start`` is about where it should begin. None where it is not."""
        if not quote.strip():
            return None
        places = self._exact(quote)
        if len(places) == 1:
            return Place(places[0], places[0] + len(quote), True)
        if places:
            return self._told_apart(places, quote, prefix, suffix, start)
        return self._alike(quote, prefix, suffix, start)

    def _exact(self, quote: str, most: int = 200) -> list[int]:
        found: list[int] = []
        at = self.text.find(quote)
        while at >= 0 and len(found) < most:
            found.append(at)
            at = self.text.find(quote, at + 1)
        return found

    def _told_apart(
        self, places: list[int], quote: str, prefix: str, suffix: str, start: int | None
    ) -> Place:
        """Of several places the one with the most of the context around it; if none has more than
        another, the nearest to where it should be, which is not sure."""

        def around(at: int) -> int:
            before = self.text[max(0, at - CONTEXT) : at]
            after = self.text[at + len(quote) : at + len(quote) + CONTEXT]
            return _common(before[::-1], prefix[::-1]) + _common(after, suffix)

        scores = {at: around(at) for at in places}
        best = max(scores.values())
        likely = [at for at in places if scores[at] == best]
        at = min(likely, key=lambda one: abs(one - (start or 0)))
        whole = best == min(CONTEXT, len(prefix)) + min(CONTEXT, len(suffix)) > 0
        sure = len(likely) == 1 and (best >= 6 or whole)
        return Place(at, at + len(quote), sure or (at == start and whole))

    def _alike(self, quote: str, prefix: str, suffix: str, start: int | None) -> Place | None:
        if self._words is None:
            self._words = Words(self.text)
        old = Words(prefix + quote + suffix)
        begin = len(prefix)
        passage = Passage(begin, begin + len(quote), quote, prefix, suffix)
        expected = len(self.text) // 2 if start is None else min(max(0, start), len(self.text))
        found = candidates(old, self._words, passage, expected)
        if not found or found[0].score < LEAST:
            return None
        best = found[0]
        lead = best.score - (found[1].score if len(found) > 1 else 0.0)
        sure = best.exact and (len(found) == 1 or (best.score >= SURE and lead >= LEAD))
        return Place(best.start, best.end, sure)


def _common(one: str, other: str) -> int:
    length = 0
    while length < min(len(one), len(other)) and one[length] == other[length]:
        length += 1
    return length
