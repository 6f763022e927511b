"""CSV: one row an annotation, for spreadsheets and statistics.

UTF-8 without a byte order mark, RFC 4180: commas, double quotes, CR LF between rows. A cell that a
spreadsheet would run as a formula (it begins with ``= + - @``, tab or carriage return) gets an
apostrophe in front; so does one that begins with apostrophes and then such a sign, so that
``plain`` takes exactly one off and loses nothing.

The first twenty columns are for people; those after them are what makes a row come back as it was.
"""

from __future__ import annotations

import csv
import json
from collections.abc import Callable, Iterator
from typing import BinaryIO

from annotations.formats import csv_read
from annotations.formats.brought import Brought
from annotations.formats.cells import defuse
from annotations.formats.features import Feature
from annotations.formats.package import Package
from annotations.formats.times import iso
from annotations.formats.values import DocumentValue, ReplyValue

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


class _Pass:
    """A file that hands each written row back to the caller of ``writerow``."""

    def write(self, text: str) -> str:
        return text


def write(package: Package, /) -> Iterator[str]:
    """A header row, then one row for each annotation, in their order."""
    row = csv.writer(_Pass()).writerow
    yield row(COLUMNS)
    for cells in rows(package, defuse):
        yield row(cells)


def read(file: BinaryIO, /) -> Brought:
    """The annotations of a table. Raises FormatFault, with the line."""
    return csv_read.read(file)


def rows(package: Package, safe: Callable[[str], str]) -> Iterator[tuple[str, ...]]:
    """The cells of each annotation under ``COLUMNS``; ``safe`` is called for each whose first
    letter is not ours."""
    document: DocumentValue | None = None
    place: tuple[str, ...] = ()
    source = ""
    for a in package.annotations():
        if a.document is not document:
            document = a.document
            place = tuple(map(safe, (document.volume, document.slug, document.number)))
            source = safe(document.public_address or document.address)
        created = iso(a.created)
        yield (
            a.id,
            a.in_set.slug,
            *place,
            str(a.edition.number),
            str(a.start),
            str(a.end),
            safe(a.quote),
            safe(a.prefix),
            safe(a.suffix),
            safe("; ".join([theme.name for theme in a.themes])),
            safe(a.note),
            safe(a.author.username),
            "private" if a.private else "shared",
            created,
            created if a.modified == a.created else iso(a.modified),
            safe("\n\n".join([_reply(reply) for reply in a.replies])) if a.replies else "",
            a.address,
            source,
            "; ".join([theme.slug for theme in a.themes]),
            safe(a.author.name),
            a.question,
            a.anchor,
            a.edition.digest,
            _data(a.replies) if a.replies else "",
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
