"""The index: what of an edition is searched, written once and never changed.

Its rows are named after editions, and a search asks for the current one of each document. So an
import adds to the index and never deletes; ``rebuild`` leaves out what is current no more.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from itertools import islice
from typing import Any, NamedTuple

from django.db import connection
from django.db.models import QuerySet

from archive.models import Document, Edition
from archive.search.databases import backend
from archive.search.words import BREAK, EVERY, indexed
from archive.text import BlockKind

_BATCH = 200
# A block as Text and as Edition.blocks have it: kind, start, end, note, attributes.
Blocks = Sequence[Sequence[Any]]


class Searchable(NamedTuple):
    """The words of an edition, in three parts that weigh differently."""

    edition: int
    heading: str
    body: str
    notes: str


def searchable(edition: int, text: str, blocks: Blocks) -> Searchable:
    """An edition's canonical text, cut into heading, body and notes, as it is indexed."""
    headed = blocks and blocks[0][0] == BlockKind.HEADING and not blocks[0][3]
    heading = blocks[0][2] if headed else 0
    notes = next((block[1] for block in blocks if block[3]), len(text))
    return Searchable(
        edition,
        f"{EVERY} {indexed(text[:heading])} {BREAK} ",
        f"{indexed(text[heading:notes])} {BREAK} ",
        indexed(text[notes:]),
    )


def add_to_index(editions: Iterable[tuple[int, str, Blocks]]) -> None:
    """Indexes new editions: their keys, texts and blocks."""
    insert_index(searchable(*edition) for edition in editions)


def insert_index(rows: Iterable[Searchable]) -> None:
    """Puts editions that are made ready into the index."""
    if given := list(rows):
        with connection.cursor() as cursor:
            backend().insert(cursor, given)


def remove_from_index(editions: QuerySet[Edition]) -> None:
    """Takes editions out of the index, with every word: before they are deleted for good."""
    with connection.cursor() as cursor:
        for edition, text, blocks in editions.values_list("pk", "text", "blocks"):
            backend().remove(cursor, searchable(edition, text, blocks))


def drop_index() -> None:
    _execute(backend().drop)


def rebuild(progress: Callable[[int, int], None] | None = None) -> int:
    """Makes the index anew from the current editions; ``progress`` is told (done, all).

    To be called in a transaction: until it ends, searches see the old one. Gives the number of
    documents.
    """
    _execute(backend().drop + backend().create)
    documents = Document.objects.filter(current__isnull=False)
    total, done = documents.count(), 0
    rows = documents.order_by("pk").values_list("current_id", "current__text", "current__blocks")
    for batch in _batches(rows.iterator(chunk_size=_BATCH)):
        add_to_index(batch)
        done += len(batch)
        if progress:
            progress(done, total)
    _execute(backend().finish)
    return done


def _execute(statements: Iterable[str]) -> None:
    with connection.cursor() as cursor:
        for statement in statements:
            cursor.execute(statement)


def _batches(rows: Iterator[Any]) -> Iterator[list[Any]]:
    while batch := list(islice(rows, _BATCH)):
        yield batch
