"""A handout as Markdown: the text with numbered annotations as block quotes under each paragraph.

The document's own notes are footnotes of GitHub and Pandoc; a number in brackets stands where an
annotation begins. Nothing of the texts becomes mark-up. It is read by people and comes not back.
"""

from __future__ import annotations

from collections.abc import Iterator

from annotations.formats.citations import chicago as set_chicago
from annotations.formats.citations import of_package
from annotations.formats.features import Feature
from annotations.formats.laid import cited, heading_of, legend_of, passages_alone, what_it_is
from annotations.formats.markdown_text import TextOf
from annotations.formats.markdown_words import escaped, note_lines, quoted
from annotations.formats.package import Package
from annotations.formats.values import PartValue, ThemeValue

NAME = "markdown"
LABEL = "Markdown"
KIND = "reading"
CARRIES = (
    "Plain text that GitHub, Pandoc and note-taking programs set: the texts with footnotes, and "
    "each annotation under its paragraph with its words, note, replies, author and time."
)
CONTENT_TYPE = "text/markdown; charset=utf-8"
SUFFIX = ".md"
LOSES = frozenset((Feature.MARKUP, Feature.SIGNS))


def write(package: Package, /) -> Iterator[str]:
    """The text as pieces; of the annotations only those of one paragraph are held."""
    alone = passages_alone(package)
    yield from _head(package)
    for number, part in enumerate(package.parts(), 1):
        yield from _part(part, f"{number}-", alone=alone)
    yield from _legend(package)


def _head(package: Package) -> Iterator[str]:
    one = package.set
    yield f"# {_flat(one.title)}\n\n"
    if one.description.strip():
        yield "".join(f"{line}\n" for line in quoted(note_lines(one.description))) + "\n"
    licence = _flat(one.rights) if one.rights else "none is stated for the annotations"
    yield f"- What it is: {_flat(what_it_is(package))}\n"
    yield f"- Made: {package.made:%Y-%m-%d}\n- Licence: {licence}\n"
    yield f"- How to cite: {_flat(set_chicago(of_package(package)))}\n\n"


def _legend(package: Package) -> Iterator[str]:
    themes = legend_of(package)
    if themes:
        yield "---\n\n## Themes\n\n"
        depth = -1
        for level, theme in themes:
            # A list goes down one step at a time.
            depth = min(level, depth + 1)
            yield f"{'  ' * depth}- {_said_of(theme)}\n"
        yield "\n"


def _said_of(theme: ThemeValue) -> str:
    name = f"**{_flat(theme.name)}**" if theme.name.strip() else ""
    words = [("", theme.definition), ("Use when: ", theme.use_when)]
    words += [("Not when: ", theme.not_when), ("Example: ", theme.example)]
    said = [name, *("(retired)",) * theme.retired]
    said += [f"{label}{_flat(text)}" for label, text in words if text.strip()]
    return " ".join(part for part in said if part)


def _part(part: PartValue, prefix: str, *, alone: bool) -> Iterator[str]:
    document = part.document
    yield "---\n\n"
    if alone:
        yield f"## {_flat(heading_of(document))}\n\n"
    edition = "" if part.edition.latest else f", edition {part.edition.number}, not the latest"
    licence = f". Licence of the text: {_flat(document.licence)}" if document.licence else ""
    yield f"{_flat(document.volume)}/{_flat(document.slug)}{edition}{licence}\n\n"
    yield from TextOf(part, prefix, alone=alone).lines()
    yield f"Cite: {_flat(cited(document))}\n\n"


def _flat(words: str) -> str:
    return escaped(" ".join(words.split()))
