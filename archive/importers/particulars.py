"""The particulars of a document that someone brings: what she says of it, else what its file says.

A title, date, source and licence that are given go before those of the file. What a file says of
its own making (who typed it, and when) is not taken for the date of the document.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from pathlib import PurePath

from archive.importers.dates import DocumentDate, date_of
from archive.importers.faults import Notices
from archive.importers.parsed import Parsed, ParsedDocument, ParsedVolume
from archive.text import BlockKind, Text

MAX_TITLE = 300
MAX_SOURCE = 1000
_HEADING = BlockKind.HEADING.value


@dataclass(frozen=True, slots=True)
class Given:
    """What the bringer says of a document; what is empty is taken from the file, if it has it.

    ``source`` is an address or words: where the text was found.
    """

    title: str = ""
    date: str = ""
    source: str = ""
    licence: str = ""


@dataclass(frozen=True, slots=True)
class Found:
    """What was read from a file: its text, the source to keep, and what it says of itself."""

    text: Text
    source: str
    title: str = ""
    creator: str = ""
    subject: str = ""
    pages: tuple[str, ...] = ()


def parsed_of(
    form: str,
    path: str,
    found: Found,
    given: Given,
    notices: Notices,
    *,
    volume: str,
    number: str,
) -> Parsed:
    """The document ``d`` + ``number`` of ``volume``, ready to be written."""
    title = _short(given.title)
    text = headed(found.text, title, notices)
    slug = f"d{number}"
    heading = title or _heading(text) or _short(found.title) or _first_words(text) or slug
    when = dated(given.date)
    document = ParsedDocument(
        slug=slug,
        number=number,
        position=int(number) * 1000 if number.isdecimal() and len(number) < 7 else None,
        heading=heading,
        text=text,
        source=found.source,
        subject=found.subject,
        date_min=when.min,
        date_max=when.max,
        date_text=_short(given.date),
        date_precision=when.precision,
        first_page=_page_before(found.pages[0]) if found.pages else "",
        last_page=found.pages[-1] if found.pages else "",
    )
    named = title or (heading if form != "text" else "")
    parent = ParsedVolume(
        slug=volume,
        title=named or volume,
        editors=(found.creator,) if found.creator else (),
        licence=_short(given.licence),
        source=_short(given.source, MAX_SOURCE),
        described=False,
    )
    return Parsed(PurePath(path).name, form, parent, (document,), 1, notices=notices)


def dated(words: str) -> DocumentDate:
    """The days that a date covers, written as ISO has it or in English words."""
    return date_of(words, words, words=words)


def headed(text: Text, title: str, notices: Notices) -> Text:
    """The text with a heading: where none is marked, a short first paragraph is taken for it."""
    body = [block for block in text.blocks if not block.note]
    if not body or any(block.kind == _HEADING for block in body):
        return text
    first = body[0]
    if first.kind != BlockKind.PARAGRAPH or first.end - first.start > MAX_TITLE:
        return text
    if not title or text.quote(first.start, first.end).casefold() != title.casefold():
        notices.add("No heading is marked in the file: its first paragraph is taken for one.")
    block = first._replace(kind=_HEADING, attrs={"level": "1"})
    return replace(text, blocks=(block, *text.blocks[1:]))


def _heading(text: Text) -> str:
    found = (b for b in text.blocks if b.kind == _HEADING and not b.note)
    first = next(found, None)
    return _short(text.quote(first.start, first.end)) if first else ""


def _first_words(text: Text) -> str:
    return _short(text.text[: 4 * MAX_TITLE].split("\n")[0], 80)


def _short(words: str, most: int = MAX_TITLE) -> str:
    """Words on one line, cut where they are longer than a title may be."""
    line = " ".join(words.split())
    return line if len(line) <= most else f"{line[: most - 1].rstrip()}…"


def _page_before(first: str) -> str:
    """The text before the first page break stands on the page before."""
    return str(int(first) - 1) if first.isdecimal() and int(first) > 1 else ""
