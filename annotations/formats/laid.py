"""A text and its annotations laid side by side, block by block, for the formats that people read.

Annotations are numbered in the order of the text and taken one by one: of each only its place and
its themes are kept, and those no longer than a passage touches the block that is written.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import replace
from tempfile import SpooledTemporaryFile
from typing import NamedTuple

from annotations.formats.package import Package
from annotations.formats.values import AnnotationValue, DocumentValue, ThemeValue
from archive.citations import chicago
from archive.text import Block, BlockKind, SpanKind, Text

_IN_MEMORY = 1 << 20
_PORTION = 1 << 16


class Laid(NamedTuple):
    """Where an annotation lies: its number in its part, ``[start, end)`` in code points."""

    number: int
    start: int
    end: int
    themes: tuple[ThemeValue, ...]


Take = Callable[[int, AnnotationValue], object]


def by_block(
    text: Text, annotations: Iterable[AnnotationValue], take: Take
) -> Iterator[tuple[int, list[Laid]]]:
    """Each block's index, with the annotations that touch it, in the order of the text.

    ``take`` is given each annotation with its number before the first block that it touches. A line
    feed counts with the block after it; what would lie behind the text counts with the last block.
    """
    coming, running, number = iter(annotations), list[Laid](), 0
    waiting = next(coming, None)
    last = len(text.blocks) - 1
    for index, block in enumerate(text.blocks):
        here = [one for one in running if one.end > block.start]
        while waiting and (waiting.start < block.end or index == last):
            number += 1
            take(number, waiting)
            here.append(Laid(number, waiting.start, waiting.end, waiting.themes))
            waiting = next(coming, None)
        yield index, here
        running = [one for one in here if one.end > block.end]


def starting_in(index: int, block: Block, laid: Sequence[Laid], last: int) -> list[Laid]:
    """Those of a block's annotations that it is the first block of."""
    low = block.start - 1 if index else 0
    return [one for one in laid if one.start >= low or (index == last and one.start > block.end)]


def with_blocks(text: Text) -> Text:
    """The text; one without blocks is one paragraph."""
    if text.blocks:
        return text
    return replace(text, blocks=(Block(BlockKind.PARAGRAPH, 0, len(text.text)),))


class Pages:
    """On which printed page a place is; empty before the first page break. A note is on the page
    that it is called from."""

    def __init__(self, text: Text) -> None:
        breaks = sorted((s.start, s.ref) for s in text.spans if s.kind == SpanKind.PAGE)
        self._starts = [start for start, _ in breaks]
        self._names = [name for _, name in breaks]
        self._notes = sorted(
            ((note.start, note.end, note.call) for note in text.notes), key=lambda note: note[:2]
        )

    def at(self, place: int) -> str:
        note = bisect_right(self._notes, place, key=lambda note: note[0]) - 1
        if note >= 0 and place <= self._notes[note][1]:
            call = self._notes[note][2]
            place = place if call is None else call
        found = bisect_right(self._starts, place)
        return self._names[found - 1] if found else ""


class Spool:
    """What is written before its place in the file has come: on the disk where it is much."""

    def __init__(self) -> None:
        self._file = SpooledTemporaryFile(_IN_MEMORY, "w+", encoding="utf-8", newline="")  # noqa: SIM115
        self.empty = True

    def add(self, words: str) -> None:
        self._file.write(words)
        self.empty = False

    def taken(self) -> Iterator[str]:
        """All of it, which is then gone."""
        if self.empty:
            return
        self._file.seek(0)
        while words := self._file.read(_PORTION):
            yield words
        self._file.seek(0)
        self._file.truncate()
        self.empty = True

    def close(self) -> None:
        self._file.close()


def passages_alone(package: Package) -> bool:
    """Whether passages are asked for, from wherever they are, and not texts."""
    scope = package.scope
    return bool((scope.themes or scope.words) and not scope.document)


def what_it_is(package: Package) -> str:
    """In a few words what part of a set this is."""
    scope = package.scope
    what = "All documents of the set, with their annotations"
    if scope.document:
        what = f"One document ({scope.document}), with its annotations"
    elif scope.themes or scope.words:
        what = "Passages with their annotations, in the paragraphs that they stand in"
    names = ", ".join(f"“{one.name}”" for one in scope.themes)
    asked = [f"under {names}"] if names else []
    asked += [scope.words] if scope.words else []
    return f"{what}; {'; '.join(asked)}" if asked else what


def legend_of(package: Package) -> list[tuple[int, ThemeValue]]:
    """The themes to explain, each with its depth in the tree: of a theme's passages itself and
    those below it, else the whole codebook."""
    asked = {one.slug for one in package.scope.themes}
    depths: dict[str, int] = {}
    inside: set[str] = set()
    found = []
    for theme in package.codebook.themes:
        depths[theme.slug] = depths.get(theme.parent, -1) + 1
        if theme.slug in asked or theme.parent in inside:
            inside.add(theme.slug)
        if not asked or theme.slug in inside:
            found.append((depths[theme.slug], theme))
    return found


def heading_of(document: DocumentValue) -> str:
    """What stands over a document: its number and title."""
    return f"{document.number}. {document.title}" if document.number else document.title


def cited(document: DocumentValue) -> str:
    """How the document is cited; by its title and address where no more is known."""
    if document.citation:
        return chicago(document.citation)
    address = document.public_address or document.address
    return f"“{document.title}”{', ' + address if address else ''}."


def standing(one: AnnotationValue) -> list[str]:
    """What is to be said of an annotation beside its words, in words."""
    said = {"open": "Question", "answered": "Question, answered"}
    anchors = {
        "review": "Its passage is to be looked at: the text has changed",
        "orphan": "Its passage was not found again: the text has changed",
    }
    found = [said.get(one.question, ""), "Private" if one.private else ""]
    return [words for words in (*found, anchors.get(one.anchor, "")) if words]


def shortened(words: str, most: int = 60) -> str:
    """The words on one line; of many the first and the last."""
    flat = " ".join(words.split())
    if len(flat) <= most:
        return flat
    half = most // 2 - 1
    return f"{flat[:half].rstrip()} … {flat[-half:].lstrip()}"
