"""Words as CommonMark: a document's, of which nothing becomes mark-up, and people's notes."""

from __future__ import annotations

import re
from collections.abc import Iterator

# What is mark-up somewhere in a line: in CommonMark, on GitHub, in Pandoc.
_SPECIAL = re.compile(r"[\\`*_\[\]<>&~|$^@#!{}]")
# What begins a list, a heading, a rule, a definition or a title at the beginning of a line.
_AT_START = re.compile(r"(?:[-+=:%\"'(]|\d{1,9}[.)])")
_EMOJI = re.compile(r":(?=[a-z0-9_+-]+:)")
_LOST = re.compile(r"[\t\n\r\f]")

_HTML = re.compile(r"<(?=[A-Za-z/!?])(?!(?:https?|mailto):[^\s<>]*>)")
# What would be a heading, also inside of lists and quotations; underlines of headings.
_HEADING = re.compile(r"^([\s>*+\-\d.)]*)(#|=+\s*$)")
_RULE = re.compile(r"^([\s>]*)(-+\s*)$")


def escaped(words: str, *, starts: bool = False) -> str:
    """The words so that a reader of Markdown is shown them as they are; with ``starts`` they may
    stand at the beginning of a line. They have no line ends but in what is shown as one space."""
    found = _SPECIAL.sub(r"\\\g<0>", words)
    found = _EMOJI.sub(r"\\:", found)
    found = _LOST.sub(lambda match: f"&#{ord(match[0])};", found)
    if starts and (begins := _AT_START.match(found)):
        # A number keeps its digits: its sign is what makes it a list.
        at = begins.end() - 1
        found = f"{found[:at]}\\{found[at:]}"
    return found


def spaced(line: str) -> str:
    """The line with the white space at its ends as characters that stay."""
    kept = line.strip()
    if not kept:
        return "".join(map(_as_number, line))
    at = line.index(kept)
    before, after = line[:at], line[at + len(kept) :]
    return f"{''.join(map(_as_number, before))}{kept}{''.join(map(_as_number, after))}"


def _as_number(character: str) -> str:
    return f"&#{ord(character)};"


def note_lines(note: str) -> Iterator[str]:
    """A note's Markdown, line by line: what the app does not take for mark-up (HTML, pictures,
    headings, footnotes) is none here, and its line ends stay."""
    lines = note.strip().splitlines()
    for number, line in enumerate(lines):
        found = _HTML.sub(r"\\<", line).replace("![", "!\\[").replace("[^", "\\[^")
        found = _HEADING.sub(r"\1\\\2", found)
        if number and lines[number - 1].strip():
            found = _RULE.sub(r"\1\\\2", found)
        follows = number + 1 < len(lines) and lines[number + 1].strip()
        yield f"{found.rstrip()}  " if follows and found.strip() else found.rstrip()


def quoted(lines: Iterator[str], depth: int = 1) -> Iterator[str]:
    """The lines in a block quote, or in one within one."""
    sign = "> " * depth
    return (f"{sign}{line}".rstrip() if not line.strip() else f"{sign}{line}" for line in lines)
