"""CSV: one row an annotation, for spreadsheets and statistics.

UTF-8 without a byte order mark, RFC 4180: commas, double quotes, CR LF between rows. A cell that a
spreadsheet would run as a formula (it begins with ``= + - @``, tab or carriage return) gets an
apostrophe in front; so does one that begins with apostrophes and then such a sign, so that
``plain`` takes exactly one off and loses nothing.
"""

from __future__ import annotations

import csv
import re
from collections.abc import Iterator

from annotations.formats.features import Feature
from annotations.formats.package import Package
from annotations.formats.times import iso
from annotations.formats.values import AnnotationValue, ReplyValue

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
    + (Feature.QUESTIONS, Feature.DOUBTFUL, Feature.TEXTS, Feature.RIGHTS, Feature.DESCRIPTION)
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
)
_FORMULA = re.compile(r"'*[=+\-@\t\r]")


class _Pass:
    """A file that hands each written row back to the caller of ``writerow``."""

    def write(self, text: str) -> str:
        return text


def write(package: Package, /) -> Iterator[str]:
    """A header row, then one row for each annotation, in their order."""
    writer = csv.writer(_Pass())
    yield writer.writerow(COLUMNS)
    for annotation in package.annotations():
        yield writer.writerow([defuse(cell) for cell in _cells(annotation)])


def defuse(cell: str) -> str:
    """The cell's text as a spreadsheet shows it and does not run it."""
    return f"'{cell}" if _FORMULA.match(cell) else cell


def plain(cell: str) -> str:
    """What was given to ``defuse``."""
    return cell[1:] if cell.startswith("'") and _FORMULA.match(cell) else cell


def _cells(a: AnnotationValue) -> tuple[str, ...]:
    return (
        a.id,
        a.in_set.slug,
        a.document.volume,
        a.document.slug,
        a.document.number,
        str(a.edition.number),
        str(a.start),
        str(a.end),
        a.quote,
        a.prefix,
        a.suffix,
        "; ".join(theme.name for theme in a.themes),
        a.note,
        a.author.username,
        "private" if a.private else "shared",
        iso(a.created),
        iso(a.modified),
        "\n\n".join(_reply(reply) for reply in a.replies),
        a.address,
        a.document.public_address or a.document.address,
    )


def _reply(reply: ReplyValue) -> str:
    return f"{reply.author.username}, {iso(reply.created)}: {reply.note}"
