"""Where the passages of an edited text truly went, and what is wrong with where they were found."""

from __future__ import annotations

from itertools import takewhile

from annotations.anchoring import Anchored, Verdict
from annotations.passages import Passage
from tests.annotations.edits import NEW, Draft

# So many letters in a row are not the same by chance.
PROOF = 30


class Truth:
    """Where each character of the old text is in the new one."""

    def __init__(self, old: str, draft: Draft) -> None:
        self.old, self.text, self.ids = old, draft.text, draft.ids
        self.regions = draft.regions
        self.where = {identity: at for at, identity in enumerate(self.ids) if identity >= 0}

    def _letters(self, passage: Passage) -> list[int]:
        return [i for i in range(passage.start, passage.end) if self.old[i].isalnum()]

    def survives(self, passage: Passage) -> bool:
        """Whether its words are still there, all of them in a row."""
        letters = self._letters(passage)
        places = [self.where.get(i, -1) for i in letters]
        if not places or -1 in places or sorted(places) != places:
            return False
        between = range(places[0], places[-1] + 1)
        return sum(self.text[at].isalnum() for at in between) == len(places)

    def fault(self, passage: Passage, found: Anchored) -> str:
        """What is wrong with where a passage was found; nothing when all is well."""
        if found.start is None or found.end is None:
            return "" if found.verdict == Verdict.ORPHAN else "no place, and no orphan"
        words = self.text[found.start : found.end]
        if found.verdict == Verdict.ORPHAN or not words.strip():
            return "an orphan with a place, or an empty passage"
        if not any(a <= found.start and found.end <= b for a, b in self.regions):
            return "over the bounds of body and notes"
        if found.verdict == Verdict.SURE and not self.is_found(passage, found):
            return f"{passage.quote!r} is taken for {words!r}"
        return ""

    def is_found(self, passage: Passage, found: Anchored) -> bool:
        """Whether it is on its own letters, all of them and no others."""
        if found.start is None or found.end is None:
            return False
        said = [i for i in range(found.start, found.end) if self.text[i].isalnum()]
        pairs = list(zip(said, self._letters(passage), strict=False))
        if len(said) != len(pairs) or len(pairs) != len(self._letters(passage)):
            return False
        others = [(at, i) for at, i in pairs if self.ids[at] != i]
        return not others or self._may_be(others)

    def _may_be(self, others: list[tuple[int, int]]) -> bool:
        """Other letters count where they are the same words among the same, and the original is
        not whole or has less around it of what it had: no reader could tell them apart."""
        first, last = others[0], others[-1]
        words = letters_of(self.old[first[1] : last[1] + 1])
        if letters_of(self.text[first[0] : last[0] + 1]) != words:
            return False
        here = self._around(first[1], last[1], first[0], last[0])
        if sum(here) + len(words) < PROOF and any(self.ids[at] == NEW for at, _ in others):
            return False
        places = [self.where.get(i, -1) for _, i in others]
        if -1 in places or letters_of(self.text[places[0] : places[-1] + 1]) != words:
            return True
        there = self._around(first[1], last[1], places[0], places[-1])
        return any(new > old for new, old in zip(here, there, strict=True))

    def _around(self, first: int, last: int, new_first: int, new_last: int) -> list[int]:
        """How many letters that stood before and after these do so in the new text too."""
        sides = (
            (letters_of(self.old[:first])[::-1], letters_of(self.text[:new_first])[::-1]),
            (letters_of(self.old[last + 1 :]), letters_of(self.text[new_last + 1 :])),
        )
        return [
            sum(1 for _ in takewhile(lambda pair: pair[0] == pair[1], zip(*side, strict=False)))
            for side in sides
        ]


def letters_of(text: str) -> str:
    """The text without what is no word, and without regard to case."""
    return "".join(filter(str.isalnum, text)).casefold()
