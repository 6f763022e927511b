"""What brat's files are made of: names, offsets of fragments, words on one line."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from urllib.parse import quote, unquote

from annotations.formats.values import ThemeValue

# The type of a passage without a theme. Slugs have no capitals.
BARE = "Passage"
OPEN, ANSWERED, PRIVATE, AUTHOR = "Open_question", "Answered_question", "Private", "Author"
QUESTIONS = {"open": OPEN, "answered": ANSWERED}
MARK = "# Written by Apparatus"
_UNSAFE = re.compile(r"[^A-Za-z0-9_-]")
_ESCAPED = {"\\": "\\\\", "\n": "\\n", "\r": "\\r", "\t": "\\t"}
_PLAIN = {escaped: plain for plain, escaped in _ESCAPED.items()}


def types_of(themes: Iterable[ThemeValue]) -> dict[str, str]:
    """A type for each slug, of the letters that brat takes, and each another one."""
    found: dict[str, str] = {}
    taken = {BARE}
    for theme in themes:
        name = base = _UNSAFE.sub("_", theme.slug) or "theme"
        number = 1
        while name in taken:
            number += 1
            name = f"{base}_{number}"
        taken.add(name)
        found[theme.slug] = name
    return found


def fragments(text: str, start: int, end: int) -> list[tuple[int, int]]:
    """A passage without the ends of lines in it, which no fragment may hold; one of nothing else
    stays as it is."""
    found, at = [], start
    for line in text[start:end].split("\n"):
        if line:
            found.append((at, at + len(line)))
        at += len(line) + 1
    return found or [(start, end)]


def on_one_line(words: str) -> str:
    """Words as brat keeps a note: on one line, without tabs."""
    return re.sub(r"[\\\n\r\t]", lambda one: _ESCAPED[one[0]], words)


def lines_of(words: str) -> str:
    """What was given to ``on_one_line``."""
    return re.sub(r"\\[\\nrt]", lambda one: _PLAIN[one[0]], words)


def as_value(words: str) -> str:
    """A name as the value of an attribute, which has neither spaces nor bars."""
    return quote(words, safe="@.+-_")


def from_value(value: str) -> str:
    return unquote(value)


def as_label(name: str) -> str:
    """A theme's name as visual.conf can hold it: on one line, without its separator."""
    return " ".join(name.replace("|", "¦").split())


def indented(themes: Iterable[ThemeValue]) -> Iterator[tuple[int, ThemeValue]]:
    """How deep each theme stands under others."""
    depths: dict[str, int] = {}
    for theme in themes:
        depth = depths.get(theme.parent, -1) + 1 if theme.parent else 0
        depths[theme.slug] = depth
        yield depth, theme
