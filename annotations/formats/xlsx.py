"""XLSX: a workbook with sheets of the annotations, themes, documents and members, and a read me."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import lru_cache

from annotations.formats.features import Feature
from annotations.formats.package import Package
from annotations.formats.times import iso
from annotations.formats.values import AnnotationValue, DocumentValue, ReplyValue
from annotations.formats.workbook import (
    LINK,
    MAX_CELL,
    WRAPPED,
    Column,
    Sheet,
    files,
    number,
    text,
    time,
)
from annotations.formats.zipped import zipped

NAME = "xlsx"
LABEL = "Excel workbook"
KIND = "table"
CARRIES = (
    "A workbook with a row for each annotation, and sheets of the themes with their definitions, "
    "the documents and the people. A cell holds 32,767 characters: a longer one says that it was "
    "cut."
)
CONTENT_TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
SUFFIX = ".xlsx"
LOSES = frozenset((Feature.TEXTS, Feature.MARKUP, Feature.APPARATUS))
# Packed lightly: twice as fast, and a fifth larger.
LEVEL = 1

_ANNOTATIONS = (
    Column("id", 14),
    Column("volume", 16),
    Column("document", 10),
    Column("number", 9),
    Column("edition", 9),
    Column("start", 9),
    Column("end", 9),
    Column("quote", 60),
    Column("prefix", 20),
    Column("suffix", 20),
    Column("themes", 24),
    Column("theme_slugs", 18),
    Column("note", 60),
    Column("author", 16),
    Column("author_name", 20),
    Column("visibility", 10),
    Column("question", 10),
    Column("anchor", 10),
    Column("created (UTC)", 20),
    Column("modified (UTC)", 20),
    Column("replies", 60),
    Column("address", 40),
    Column("source", 40),
)
_THEMES = (
    Column("slug", 20),
    Column("name", 30),
    Column("parent", 20),
    Column("definition", 60),
    Column("use when", 40),
    Column("not when", 40),
    Column("example", 40),
    Column("colour", 9),
    Column("line", 9),
    Column("retired", 9),
    Column("merged into", 20),
    Column("address", 40),
)
_DOCUMENTS = (
    Column("volume", 16),
    Column("document", 10),
    Column("number", 9),
    Column("title", 60),
    Column("date", 24),
    Column("place", 20),
    Column("kind", 20),
    Column("edition", 9),
    Column("digest", 20),
    Column("annotations", 12),
    Column("licence", 30),
    Column("address", 40),
    Column("source", 40),
)
_MEMBERS = (Column("username", 24), Column("name", 40))
_READ_ME = (Column("what", 24), Column("is", 100))


def write(package: Package, /) -> Iterator[bytes]:
    """The workbook, packed."""
    return zipped(files(_sheets(package), package.made), package.made, level=LEVEL, large=False)


def _sheets(package: Package) -> Iterator[Sheet]:
    yield Sheet("annotations", _ANNOTATIONS, _annotations(package))
    links: dict[str, str] = {}
    yield Sheet("themes", _THEMES, _themes(package, links), links)
    links = {}
    yield Sheet("documents", _DOCUMENTS, _documents(package, links), links)
    members = (text(one.username) + text(one.name) for one in package.people())
    yield Sheet("members", _MEMBERS, members)
    yield Sheet("read me", _READ_ME, (text(a) + text(b, WRAPPED) for a, b in _read_me(package)))


def _annotations(package: Package) -> Iterator[str]:
    known = lru_cache(4096)(text)
    document: DocumentValue | None = None
    before = source = ""
    for a in package.annotations():
        if a.document is not document:
            document = a.document
            before = "".join(map(text, (document.volume, document.slug, document.number)))
            source = text(document.public_address or document.address)
        yield text(a.id) + before + _row(a, known) + source


def _row(a: AnnotationValue, known: Callable[..., str]) -> str:
    created = time(a.created)
    replies = "\n\n".join(map(_reply, a.replies)) if a.replies else ""
    return (
        f"{number(a.edition.number)}{number(a.start)}{number(a.end)}"
        f"{text(a.quote, WRAPPED)}{text(a.prefix)}{text(a.suffix)}"
        f"{known('; '.join([theme.name for theme in a.themes]), WRAPPED)}"
        f"{known('; '.join([theme.slug for theme in a.themes]))}"
        f"{text(a.note, WRAPPED)}{known(a.author.username)}{known(a.author.name)}"
        f"{known('private' if a.private else 'shared')}{known(a.question)}{known(a.anchor)}"
        f"{created}{created if a.modified == a.created else time(a.modified)}"
        f"{text(replies, WRAPPED)}{text(a.address)}"
    )


def _reply(reply: ReplyValue) -> str:
    return f"{reply.author.username}, {iso(reply.created)}: {reply.note}"


def _themes(package: Package, links: dict[str, str]) -> Iterator[str]:
    for at, one in enumerate(package.codebook.themes, 2):
        links[f"L{at}"] = one.address
        words = (one.definition, one.use_when, one.not_when, one.example)
        yield "".join(
            (
                *map(text, (one.slug, one.name, one.parent)),
                *(text(each, WRAPPED) for each in words),
                number(one.colour),
                number(one.line),
                text("yes" if one.retired else ""),
                text(one.merged_into),
                text(one.address, LINK),
            )
        )


def _documents(package: Package, links: dict[str, str]) -> Iterator[str]:
    for at, part in enumerate(package.parts(), 2):
        one = part.document
        links[f"L{at}"] = one.address
        if one.public_address:
            links[f"M{at}"] = one.public_address
        yield "".join(
            (
                *map(text, (one.volume, one.slug, one.number)),
                text(one.title, WRAPPED),
                *map(text, (one.date, one.place, one.kind)),
                number(part.edition.number),
                text(part.edition.digest),
                number(part.count),
                text(one.licence),
                text(one.address, LINK),
                text(one.public_address, LINK),
            )
        )


def _read_me(package: Package) -> Iterator[tuple[str, str]]:
    one = package.set
    yield "set", one.title
    yield "address", one.address
    yield "description", one.description
    yield "owner", one.owner.name or one.owner.username
    yield "licence", one.rights
    if package.scope.words:
        yield "part", package.scope.words
    yield "last change (UTC)", iso(package.modified())
    yield "exported (UTC)", iso(package.made)
    yield "codebook", package.codebook.title
    yield "about the codebook", package.codebook.description
    yield "version of the codebook", str(package.codebook.revision)
    yield (
        "start, end",
        (
            "Positions in the document’s canonical text, counted in Unicode code points from 0; "
            "the end is not part of the passage."
        ),
    )
    yield "themes", "Names, parted by semicolons; theme_slugs are their keys in the sheet “themes”."
    yield "note, replies", "Markdown. Replies stand in one cell: author, time (UTC), text."
    yield (
        "anchor",
        ("“review” or “orphan” where the passage was not surely found again in a later edition."),
    )
    yield (
        "cut cells",
        (
            f"A cell holds {MAX_CELL:,} characters. A longer text ends with “… (cut)” here, and is "
            "whole in the other formats."
        ),
    )
