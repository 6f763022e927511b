"""A handout as a Word document: the text with real comments and real footnotes.

The parts are written here and not by python-docx: that holds the whole document as a tree, so that
memory grows with every comment, and knows neither footnotes nor threads of comments. What is
needed is a few kinds of elements; text goes straight into the archive, comments and footnotes wait
on the disk. It is read by people and does not come back.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC

from annotations.formats import docx_parts as parts
from annotations.formats.citations import chicago as set_chicago
from annotations.formats.citations import of_package
from annotations.formats.docx_comments import Comments
from annotations.formats.docx_runs import COLOURS, UNDERLINES, paragraph, run
from annotations.formats.docx_text import Footnotes, TextOf
from annotations.formats.features import Feature
from annotations.formats.html_cards import Themes
from annotations.formats.laid import cited, heading_of, legend_of, passages_alone, what_it_is
from annotations.formats.package import Package
from annotations.formats.values import PartValue, ThemeValue
from annotations.formats.zipped import Entry, zipped

NAME = "docx"
LABEL = "Word (DOCX)"
KIND = "reading"
CARRIES = (
    "To read, mark and pass on in Word and LibreOffice: the texts with real footnotes, and every "
    "annotation as a comment on its passage, with its replies."
)
CONTENT_TYPE = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
SUFFIX = ".docx"
LOSES = frozenset((Feature.ADDRESSES,))


def write(package: Package, /) -> Iterator[bytes]:
    """The document as pieces of its archive; comments and footnotes wait on the disk."""
    return zipped(_entries(package), package.made)


def _entries(package: Package) -> Iterator[Entry]:
    comments, footnotes = Comments(), Footnotes()
    made = package.made.astimezone(UTC)
    owner = package.set.owner
    yield "[Content_Types].xml", [parts.TYPES]
    yield "_rels/.rels", [parts.RELATIONS]
    yield "docProps/core.xml", [parts.core(package.set.title, owner.name or owner.username, made)]
    yield "word/_rels/document.xml.rels", [parts.OF_DOCUMENT]
    yield "word/styles.xml", [parts.STYLES]
    yield "word/settings.xml", [parts.SETTINGS]
    yield "word/numbering.xml", [parts.NUMBERING]
    yield "word/document.xml", _document(package, comments, footnotes)
    yield "word/footnotes.xml", _part("footnotes", footnotes.words.taken(), parts.SEPARATORS)
    yield "word/comments.xml", _part("comments", comments.words.taken())
    yield "word/commentsExtended.xml", _part("commentsEx", comments.threads.taken())
    for spool in (footnotes.words, comments.words, comments.threads):
        spool.close()


def _part(name: str, pieces: Iterator[str], first: str = "") -> Iterator[str]:
    opening, closing = parts.root(name)
    yield opening + first
    yield from pieces
    yield closing


def _document(package: Package, comments: Comments, footnotes: Footnotes) -> Iterator[str]:
    opening, closing = parts.root("document")
    themes, alone = Themes(package.codebook), passages_alone(package)
    yield f"{opening}<w:body>\n"
    yield from _head(package)
    for number, part in enumerate(package.parts()):
        yield from _of(part, is_first=not number, alone=alone)
        for piece in TextOf(part, themes, comments, footnotes, alone).paragraphs():
            yield f"{piece}\n"
        yield paragraph(run(cited(part.document)), "About")
    yield from _legend(package)
    yield f"{parts.SECTION}</w:body>{closing}"


def _head(package: Package) -> Iterator[str]:
    one = package.set
    yield paragraph(run(one.title), "Title")
    for line in one.description.splitlines():
        yield paragraph(run(line))
    facts = [
        f"What it is: {what_it_is(package)}",
        f"Made: {package.made:%Y-%m-%d}",
        f"Licence: {one.rights or 'none is stated for the annotations'}",
        f"How to cite: {set_chicago(of_package(package))}",
    ]
    for fact in facts:
        yield paragraph(run(fact), "About")


def _legend(package: Package) -> Iterator[str]:
    themes = legend_of(package)
    if themes:
        yield paragraph(run("Themes"), "Heading2")
        for depth, theme in themes:
            indent = f'<w:ind w:left="{360 * min(depth, 8)}"/>'
            yield paragraph(_said_of(theme), "", indent)


def _said_of(theme: ThemeValue) -> str:
    colour = COLOURS.get(theme.colour, "000000")
    sign = f'<w:u w:val="{UNDERLINES.get(theme.line, "single")}" w:color="{colour}"/>'
    words = [("", theme.definition), ("Use when: ", theme.use_when)]
    words += [("Not when: ", theme.not_when), ("Example: ", theme.example)]
    said = ["(retired)"] * theme.retired + [f"{label}{text}" for label, text in words if text]
    name = run(theme.name, f'<w:b/><w:color w:val="{colour}"/>{sign}')
    return name + run("".join(f" {one}" for one in said))


def _of(part: PartValue, *, is_first: bool, alone: bool) -> Iterator[str]:
    document = part.document
    edition = "" if part.edition.latest else f", edition {part.edition.number}, not the latest"
    licence = f" · Licence of the text: {document.licence}" if document.licence else ""
    apart = "" if is_first or alone else "<w:pageBreakBefore/>"
    if alone:
        yield paragraph(run(heading_of(document)), "Heading1")
    yield paragraph(run(f"{document.volume}/{document.slug}{edition}{licence}"), "About", apart)
