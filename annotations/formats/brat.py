"""brat's standoff files: for each document its text, the labelled passages beside it, and the
configuration that shows them.

A passage is a line ``T`` for each of its themes; those of one annotation are tied by ``Equiv``. Its
fragments leave the ends of lines out, as brat wants it. What hangs on it (note, author, question)
stands with the first of its lines.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import BinaryIO

from annotations.formats import brat_read
from annotations.formats.brat_names import (
    ANSWERED,
    AUTHOR,
    BARE,
    MARK,
    OPEN,
    PRIVATE,
    QUESTIONS,
    as_label,
    as_value,
    fragments,
    indented,
    on_one_line,
    types_of,
)
from annotations.formats.brought import Brought
from annotations.formats.features import Feature
from annotations.formats.package import Package
from annotations.formats.refi import PALETTE
from annotations.formats.values import AnnotationValue, PartValue, ThemeValue
from annotations.formats.zipped import Entry, zipped

NAME = "brat"
LABEL = "brat standoff"
KIND = "data"
CARRIES = (
    "For the annotation tool brat and what reads its files: each document's text, its passages "
    "with their themes, notes, authors, questions, and brat's own configuration."
)
CONTENT_TYPE = "application/zip"
SUFFIX = ".brat.zip"
LOSES = frozenset(
    (Feature.DEFINITIONS, Feature.SIGNS, Feature.RETIRED, Feature.REPLIES, Feature.TIMES)
    + (Feature.ADDRESSES, Feature.DOUBTFUL, Feature.MARKUP, Feature.APPARATUS, Feature.RIGHTS)
    + (Feature.DESCRIPTION,)
)
READS = (
    "A ZIP of .txt and .ann files as brat keeps them, ours or another's: passages with their "
    "types, notes and, in ours, authors."
)


def write(package: Package, /) -> Iterator[bytes]:
    """A ZIP: a folder for each volume in it."""
    return zipped(_entries(package), package.made)


def read(file: BinaryIO, /) -> Brought:
    """The passages of a ZIP of such files. Raises FormatFault, with file and line."""
    return brat_read.read(file)


def _entries(package: Package) -> Iterator[Entry]:
    types = types_of(package.codebook.themes)
    authors: dict[str, None] = {}
    for part in package.parts():
        base = f"{part.document.volume}/{part.document.slug}"
        if not part.edition.latest:
            base += f".edition-{part.edition.number}"
        yield f"{base}.txt", [part.text.text]
        yield f"{base}.ann", _Lines(part, types, authors).pieces()
    yield "annotation.conf", _annotation_conf(package.codebook.themes, types, authors)
    yield "visual.conf", _visual_conf(package.codebook.themes, types)


class _Lines:
    """A document's ``.ann``; ``authors`` is given those who are named in it."""

    def __init__(self, part: PartValue, types: dict[str, str], authors: dict[str, None]) -> None:
        self._part, self._types, self._authors = part, types, authors
        self._passages = self._attributes = self._notes = 0

    def pieces(self) -> Iterator[str]:
        for one in self._part.annotations():
            yield "".join(self._lines(one))

    def _lines(self, one: AnnotationValue) -> Iterator[str]:
        text, first = self._part.text.text, self._passages + 1
        parts = fragments(text, one.start, one.end)
        offsets = ";".join([f"{start} {end}" for start, end in parts])
        words = " ".join([text[start:end] for start, end in parts]).replace("\n", " ")
        for name in [self._types.get(theme.slug, BARE) for theme in one.themes] or [BARE]:
            self._passages += 1
            yield f"T{self._passages}\t{name} {offsets}\t{words}\n"
        if self._passages > first:
            tied = " ".join([f"T{n}" for n in range(first, self._passages + 1)])
            yield f"*\tEquiv {tied}\n"
        for attribute in self._said_of(one):
            self._attributes += 1
            name, _, value = attribute.partition(" ")
            yield f"A{self._attributes}\t{name} T{first}{value and ' '}{value}\n"
        if one.note:
            self._notes += 1
            yield f"#{self._notes}\tAnnotatorNotes T{first}\t{on_one_line(one.note)}\n"

    def _said_of(self, one: AnnotationValue) -> Iterator[str]:
        author = as_value(one.author.username)
        if author:
            self._authors[author] = None
            yield f"{AUTHOR} {author}"
        if one.question in QUESTIONS:
            yield QUESTIONS[one.question]
        if one.private:
            yield PRIVATE


def _annotation_conf(
    themes: tuple[ThemeValue, ...], types: dict[str, str], authors: dict[str, None]
) -> Iterator[str]:
    """The types in their tree. Called when all documents are written, so that authors are known."""
    yield f"{MARK}\n[entities]\n{BARE}\n"
    for depth, theme in indented(themes):
        yield "\t" * depth + types[theme.slug] + "\n"
    yield "\n[relations]\n"
    yield "Equiv\tArg1:<ENTITY>, Arg2:<ENTITY>, <REL-TYPE>:symmetric-transitive\n"
    yield "<OVERLAP>\tArg1:<ENTITY>, Arg2:<ENTITY>, <OVL-TYPE>:<ANY>\n"
    yield "\n[events]\n\n[attributes]\n"
    for name in (OPEN, ANSWERED, PRIVATE):
        yield f"{name}\tArg:<ENTITY>\n"
    if authors:
        yield f"{AUTHOR}\tArg:<ENTITY>, Value:{'|'.join(authors)}\n"


def _visual_conf(themes: tuple[ThemeValue, ...], types: dict[str, str]) -> Iterator[str]:
    yield f"[labels]\n{BARE} | Passage\n"
    for theme in themes:
        yield f"{types[theme.slug]} | {as_label(theme.name)}\n"
    yield "\n[drawing]\nSPAN_DEFAULT\tfgColor:black, bgColor:#eeeeee, borderColor:darken\n"
    for theme in themes:
        colour = PALETTE[(theme.colour - 1) % len(PALETTE)]
        yield f"{types[theme.slug]}\tbgColor:{_tint(colour)}, borderColor:{colour}\n"


def _tint(colour: str) -> str:
    """A colour so light that black words on it can be read."""
    parts = (int(colour[at : at + 2], 16) for at in (1, 3, 5))
    return "#" + "".join(f"{255 - (255 - part) // 4:02x}" for part in parts)
