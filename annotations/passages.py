"""Passages: where an annotation points. Offsets are code points of the canonical text."""

from __future__ import annotations

import re
from dataclasses import dataclass

from archive.text import Text

CONTEXT = 64
MAX_LENGTH = 20_000


class PassageFault(ValueError):
    """A passage that cannot be annotated; its message says why, in one sentence."""


class PassageMismatch(PassageFault):
    """The words that the user saw are not those at the offsets; ``found`` is what stands there."""

    def __init__(self, found: str) -> None:
        super().__init__(
            f"The text has changed under this selection: “{shorten(found)}” stands there now."
            if found
            else "There is no text at this place."
        )
        self.found = found


@dataclass(frozen=True, slots=True)
class Passage:
    start: int
    end: int
    quote: str
    prefix: str
    suffix: str


def shorten(text: str, limit: int = 120) -> str:
    """At most ``limit`` characters on one line, its end cut with an ellipsis."""
    line = " ".join(text.split())
    return line if len(line) <= limit else line[: limit - 1].rstrip() + "…"


def passage_at(text: str, start: int, end: int) -> Passage:
    """The passage ``[start, end)`` with up to 64 characters of context on either side."""
    return Passage(
        start,
        end,
        text[start:end],
        text[max(0, start - CONTEXT) : start],
        text[end : end + CONTEXT],
    )


def check_passage(text: Text, start: int, end: int, quote: str) -> Passage:
    """The passage that the user saw, or an error.

    Raises PassageMismatch when ``quote`` is not what stands at ``[start, end)``, PassageFault when
    nothing is selected, or when the passage runs from the body into a note or over two notes.
    """
    if not 0 <= start < end <= len(text.text) or text.text[start:end] != quote:
        raise PassageMismatch(text.text[max(0, start) : max(0, end)])
    if not quote.strip():
        raise PassageFault("Select some words: there is nothing but space in this passage.")
    if end - start > MAX_LENGTH:
        raise PassageFault(f"Select a shorter passage: at most {MAX_LENGTH:,} characters.")
    if len({block.note for block in text.blocks if block.start < end and block.end > start}) > 1:
        raise PassageFault("Select words of the text or of one note: this passage runs over both.")
    return passage_at(text.text, start, end)


def find_words(text: str, words: str) -> list[Passage]:
    """Every place where the words stand, white space counting as one space: no-JavaScript's way."""
    pattern = r"\s+".join(re.escape(word) for word in words.split())
    if not pattern:
        return []
    return [passage_at(text, m.start(), m.end()) for m in re.finditer(pattern, text)]
