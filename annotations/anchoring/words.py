"""A text as its words: what two editions are compared by. Offsets are code points of the text."""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from collections import defaultdict
from functools import cached_property
from itertools import accumulate

_WORD = re.compile(r"\w+")


class Words:
    """The words of a text, without the white space and the punctuation between them.

    ``keys`` are what is compared, without regard to case; ``starts`` and ``ends`` say where each
    word stands in the text.
    """

    def __init__(self, text: str) -> None:
        self.text = text
        spans = [match.span() for match in _WORD.finditer(text)]
        self.starts = [start for start, _ in spans]
        self.ends = [end for _, end in spans]
        self.keys = [text[start:end].casefold() for start, end in spans]

    def __len__(self) -> int:
        return len(self.keys)

    def touched(self, start: int, end: int) -> tuple[int, int]:
        """The range of the words that have a character in ``[start, end)``."""
        return bisect_right(self.ends, start), bisect_left(self.starts, end)

    def opens_line(self, index: int) -> bool:
        """Whether a word is the first of its line; the text's end counts as one."""
        if index == 0 or index == len(self.keys):
            return True
        return self.text.find("\n", self.ends[index - 1], self.starts[index]) >= 0

    def before(self, index: int) -> str:
        """What stands between a word and the one before it."""
        return self.text[self.ends[index - 1] if index else 0 : self.starts[index]]

    def after(self, index: int) -> str:
        """What stands between a word and the next one."""
        last = index + 1 == len(self.keys)
        return self.text[self.ends[index] : len(self.text) if last else self.starts[index + 1]]

    def letters(self, first: int, last: int) -> int:
        """How many characters the words ``[first, last)`` have."""
        return self._sums[last] - self._sums[first]

    def joined(self, first: int, last: int) -> str:
        """The words ``[first, last)`` with a space around each: what ``in`` can look for."""
        return f" {' '.join(self.keys[first:last])} "

    def places(self, needle: str, most: int) -> list[int]:
        """The indexes of the words where joined words begin, the first ``most`` of them."""
        found: list[int] = []
        at = self._whole.find(needle)
        while at >= 0 and len(found) < most:
            found.append(bisect_left(self._offsets, at))
            at = self._whole.find(needle, at + 1)
        return found

    @cached_property
    def positions(self) -> dict[str, list[int]]:
        """Every word with the places where it stands."""
        found: defaultdict[str, list[int]] = defaultdict(list)
        for index, key in enumerate(self.keys):
            found[key].append(index)
        return dict(found)

    @cached_property
    def _sums(self) -> list[int]:
        return list(accumulate(map(len, self.keys), initial=0))

    @cached_property
    def _whole(self) -> str:
        return self.joined(0, len(self.keys))

    @cached_property
    def _offsets(self) -> list[int]:
        # Where the space before each word stands in the joined words.
        return list(accumulate((len(key) + 1 for key in self.keys[:-1]), initial=0))
