"""CSV: one row an annotation, for spreadsheets and statistics.

UTF-8 without a byte order mark, RFC 4180: commas, double quotes, CR LF between rows. A cell that a
spreadsheet would run as a formula (it begins with ``= + - @``, tab or carriage return) gets an
apostrophe in front; so does one that begins with apostrophes and then such a sign, so that
``plain`` takes exactly one off and loses nothing.

The first twenty columns are for people; those after them are what makes a row come back as it was.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from functools import lru_cache
from typing import BinaryIO

from annotations.formats import csv_read
from annotations.formats.brought import Brought
from annotations.formats.cells import defuse
from annotations.formats.features import Feature
from annotations.formats.package import Package
from annotations.formats.times import iso
from annotations.formats.values import AnnotationValue, DocumentValue, ReplyValue

NAME = "csv"
LABEL = "CSV table"
KIND = "table"
CARRIES = (
    "One row an annotation, for a spreadsheet or statistics: passage with offsets and context, "
    "themes, note, author, times, and the replies in one cell."
)
CONTENT_TYPE = "text/csv; charset=utf-8; header=present"
SUFFIX = ".csv"
LOSES = frozenset(
    (Feature.DEFINITIONS, Feature.TREE, Feature.SIGNS, Feature.RETIRED, Feature.UNUSED)
    + (Feature.TEXTS, Feature.RIGHTS, Feature.DESCRIPTION)
)
READS = (
    "Our own tables, and others with a row for each annotation: a column with the words of the "
    "passage, or with its offsets; what else there is is found by the names of the columns."
)

COLUMNS = (
    "id",
    "set",
    "volume",
    "document",
    "number",
    "edition",
    "start",
    "end",
    "quote",
    "prefix",
    "suffix",
    "themes",
    "note",
    "author",
    "visibility",
    "created",
    "modified",
    "replies",
    "address",
    "source",
    "theme_slugs",
    "author_name",
    "question",
    "anchor",
    "digest",
    "replies_json",
)
QUOTE, TWO = '"', '""'


def write(package: Package, /) -> Iterator[str]:
    """A header row, then one row for each annotation, in their order."""
    yield ",".join(COLUMNS) + "\r\n"
    known = lru_cache(4096)(_cell)
    document: DocumentValue | None = None
    place = source = ""
    for a in package.annotations():
        if a.document is not document:
            document = a.document
            place = ",".join(map(_cell, (document.volume, document.slug, document.number)))
            source = _cell(document.public_address or document.address)
        yield f"{a.id},{a.in_set.slug},{place},{_row(a, known, source)}\r\n"


def read(file: BinaryIO, /) -> Brought:
    """The annotations of a table. Raises FormatFault, with the line."""
    return csv_read.read(file)


def _cell(words: str) -> str:
    """Words as a cell: always between quotation marks, which costs less than to ask whether."""
    return f'"{defuse(words).replace(QUOTE, TWO)}"' if words else ""


def _row(a: AnnotationValue, known: Callable[[str], str], source: str) -> str:
    """What follows the document: ``known`` is ``_cell`` for what stands in many rows."""
    created = iso(a.created)
    replies = _cell("\n\n".join(map(_reply, a.replies))) if a.replies else ""
    return (
        f"{a.edition.number},{a.start},{a.end},"
        f"{_cell(a.quote)},{_cell(a.prefix)},{_cell(a.suffix)},"
        f"{known('; '.join([theme.name for theme in a.themes]))},"
        f"{_cell(a.note)},{known(a.author.username)},{'private' if a.private else 'shared'},"
        f"{created},{created if a.modified == a.created else iso(a.modified)},"
        f"{replies},{a.address},{source},"
        f"{known('; '.join([theme.slug for theme in a.themes]))},{known(a.author.name)},"
        f"{a.question},{a.anchor},{a.edition.digest},{_cell(_data(a.replies)) if replies else ''}"
    )


def _reply(reply: ReplyValue) -> str:
    return f"{reply.author.username}, {iso(reply.created)}: {reply.note}"


def _data(replies: tuple[ReplyValue, ...]) -> str:
    """The replies as a list in JSON, which begins with a bracket: no formula."""
    return json.dumps([_datum(one) for one in replies], ensure_ascii=False)


def _datum(reply: ReplyValue) -> dict[str, str]:
    return {
        "id": reply.id,
        "author": reply.author.username,
        "name": reply.author.name,
        "created": iso(reply.created),
        "modified": iso(reply.modified),
        "note": reply.note,
    }
