"""The lines of a ``.ann`` file: passages, what is said of them, and which belong together."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import NamedTuple

from annotations.formats.brought import FormatFault

MAX_LINES = 3_000_000
MAX_FRAGMENTS = 10_000
_OFFSETS = re.compile(r"\d{1,9} \d{1,9}(?:;\d{1,9} \d{1,9})*")
# What is understood and not taken, by the first letter of its line.
_STRANGE = {"R": "relations", "E": "events", "N": "references", "*": "equivalences"}


class Passage(NamedTuple):
    id: str
    type: str
    fragments: tuple[tuple[int, int], ...]
    words: str
    place: str


@dataclass(slots=True)
class Ann:
    """``said`` are the attributes of a passage with their values, ``strange`` how many lines there
    are of each kind that is not read."""

    passages: dict[str, Passage] = field(default_factory=dict)
    said: dict[str, dict[str, str]] = field(default_factory=dict)
    notes: dict[str, list[str]] = field(default_factory=dict)
    tied: list[list[str]] = field(default_factory=list)
    strange: Counter[str] = field(default_factory=Counter)

    def groups(self) -> Iterator[list[Passage]]:
        """The passages that are one annotation: tied, and on the same words."""
        first = {one: ties[0] for ties in self.tied for one in ties}
        groups: dict[str, list[Passage]] = {}
        for key, one in self.passages.items():
            groups.setdefault(first.get(key, key), []).append(one)
        yield from groups.values()


def ann_of(name: str, words: str) -> Ann:
    """What the lines of a file say. Raises FormatFault, with the line."""
    found = Ann()
    about: list[tuple[str, str, str]] = []
    for number, line in enumerate(words.split("\n"), 1):
        place = f"{name}, line {number}"
        if number > MAX_LINES:
            raise FormatFault(f"More than {MAX_LINES:,} lines cannot be read.", place)
        line = line.removesuffix("\r")
        if line.strip():
            _take(found, about, line, place)
    for kind, line, place in about:
        _tell(found, kind, line, place)
    return found


def _take(found: Ann, about: list[tuple[str, str, str]], line: str, place: str) -> None:
    kind = line[0]
    if kind == "T":
        one = _passage(line, place)
        if one.id in found.passages:
            raise FormatFault(f"There are two lines {one.id[:20]}.", place)
        found.passages[one.id] = one
    elif kind in "AM#*":
        # It may stand before the passage that it is about.
        about.append((kind, line, place))
    elif kind in _STRANGE:
        found.strange[_STRANGE[kind]] += 1
    else:
        raise FormatFault("A line begins with T, A, M, R, E, N, * or #, and this does not.", place)


def _passage(line: str, place: str) -> Passage:
    key, where, words = [*line.split("\t", 2), "", ""][:3]
    type_, _, offsets = where.partition(" ")
    if not type_ or not _OFFSETS.fullmatch(offsets):
        raise FormatFault("This is no passage: “T1”, tab, type, start and end, tab, words.", place)
    pairs = [tuple(map(int, pair.split())) for pair in offsets.split(";")]
    if len(pairs) > MAX_FRAGMENTS:
        raise FormatFault(f"More than {MAX_FRAGMENTS:,} fragments cannot be read.", place)
    spans = tuple((pair[0], pair[1]) for pair in pairs)
    if any(start >= end for start, end in spans):
        raise FormatFault("A fragment ends before or where it begins.", place)
    if any(a[1] > b[0] for a, b in zip(spans, spans[1:], strict=False)):
        raise FormatFault("The fragments are not in the order of the text.", place)
    return Passage(key, type_, spans, words, place)


def _tell(found: Ann, kind: str, line: str, place: str) -> None:
    """An attribute, a note or a tie, once all passages are known."""
    head, _, rest = line.partition("\t")
    told, _, words = rest.partition("\t")
    name, *about = told.split()[:1_000] or [""]
    if not about:
        raise FormatFault("This line does not say what it is about.", place)
    if kind == "*":
        spans = {found.passages[one].fragments for one in about if one in found.passages}
        if name == "Equiv" and len(spans) == 1 and all(one in found.passages for one in about):
            found.tied.append(about)
        else:
            found.strange[_STRANGE[kind]] += 1
    elif about[0] not in found.passages:
        found.strange["notes and attributes of what is not read"] += 1
    elif kind == "#" and name == "AnnotatorNotes":
        found.notes.setdefault(about[0], []).append(words)
    elif kind == "#":
        found.strange["notes of a tool"] += 1
    else:
        found.said.setdefault(about[0], {})[name] = about[1] if len(about) > 1 else ""
