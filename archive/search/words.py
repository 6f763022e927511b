"""Text as both databases index it: words of the letters a to z and digits, parted by spaces.

Neither database's own rules for words come into play, so both find the same. Case, accents and
ligatures do not count; whatever is no letter and no digit parts words, apostrophes and hyphens
among it; a soft hyphen and a joiner do not. A letter beyond the Latin ones is spelled by its
number: it is found by itself, and a word's beginning stays the beginning of what is indexed.
"""

from __future__ import annotations

import re
import unicodedata
from bisect import bisect_right
from dataclasses import dataclass

# Stands between two blocks, and at the end of heading and body: no phrase goes across it.
BREAK = "qzbreakqz"
# Stands once in every document: what a search for the absence of a word begins with.
EVERY = "qzeveryqz"
_OTHER = re.compile("[^\0-\x7f]")
_TABLE = bytes(
    b if chr(b).isalnum() and b < 128 else 10 if b == 10 else 32 for b in bytes(range(256)).lower()
)


class _Folds(dict[str, str]):
    """What a character beyond ASCII stands for, made when it is first met."""

    def __missing__(self, character: str) -> str:
        folded = unicodedata.normalize("NFKD", character).casefold()
        parts = unicodedata.normalize("NFKD", folded)
        self[character] = found = "".join(map(_spelled, parts))
        return found


def _spelled(character: str) -> str:
    if character.isascii():
        return character
    category = unicodedata.category(character)
    if category in ("Mn", "Me", "Cf"):
        return ""
    return f"q{ord(character):x}q" if category[0] in "LNM" else " "


_folds = _Folds()


def folded(text: str) -> str:
    """Words and spaces alone; a line feed stays. The length may differ from the text's."""
    if not text.isascii():
        text = _OTHER.sub(lambda found: _folds[found[0]], text)
    return text.encode("ascii").translate(_TABLE).decode("ascii")


def words_of(text: str) -> list[str]:
    """The words of a text as they are indexed."""
    return folded(text).split()


def indexed(text: str) -> str:
    """A part of a canonical text as it is indexed, with a break between its blocks."""
    return folded(text).replace("\n", f" {BREAK} ")


@dataclass(frozen=True, slots=True)
class Aligned:
    """A folded text and the way back: from its positions to code points of the text."""

    words: str
    # Where the two come apart: positions in ``words``, the offsets there, and the least offset
    # that a longer spelling may give.
    _at: tuple[int, ...]
    _offsets: tuple[int, ...]

    def offset(self, position: int) -> int:
        """The offset of the character that the one at ``position`` comes from."""
        index = bisect_right(self._at, position) - 1
        if index < 0:
            return position
        known = self._offsets[index]
        if index + 1 < len(self._offsets):
            # Inside of a long spelling all positions are those of its one character.
            return min(known + position - self._at[index], self._offsets[index + 1] - 1)
        return known + position - self._at[index]

    def range(self, start: int, end: int) -> tuple[int, int]:
        """The range of the text that words ``[start, end)`` come from, accents at its end too."""
        first, last = self.offset(start), self.offset(end - 1)
        return first, max(self.offset(end), last + 1)


def aligned(text: str) -> Aligned:
    """The same words as ``folded`` gives, with their places; linear in what is not ASCII."""
    at: list[int] = []
    offsets: list[int] = []
    pieces: list[str] = []
    begin = length = 0
    for found in () if text.isascii() else _OTHER.finditer(text):
        spelling, offset = _folds[found[0]], found.start()
        if len(spelling) == 1:
            continue
        pieces += text[begin:offset], spelling
        begin = offset + 1
        length = length + offset - (offsets[-1] if offsets else 0)
        at += length, length + len(spelling)
        offsets += offset, begin
        length += len(spelling)
    if not at:
        return Aligned(folded(text), (), ())
    return Aligned(folded("".join([*pieces, text[begin:]])), tuple(at), tuple(offsets))
