"""The rows of annotations and replies on their way out, as plain tuples and in flat memory.

No model is made of a row: that takes longer than all the rest of an export. Nor does the database
sort many rows at once: it is asked for one large text after the other, whose index has the order.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import datetime
from itertools import islice
from typing import Any, NamedTuple, TypeVar

from django.db import connection
from django.db.models import Count, Exists, IntegerField, OuterRef, QuerySet, TextField
from django.db.models.functions import Cast

from annotations.models import Annotation, Reply
from annotations.models.annotations import AnnotationQuerySet, ReplyQuerySet

T = TypeVar("T")
Raw = Any
"""A uuid or a time as the database writes it, for ``uuid_of`` and ``time_of``."""


class Row(NamedTuple):
    """An annotation as it lies in its table; what belongs to others as their keys. ``answered``
    where it has had a reply, whoever sees it."""

    pk: int
    uuid: Raw
    annotation_set_id: int
    author_id: int
    naming: int
    edition_id: int
    start: int
    end: int
    quote: str
    prefix: str
    suffix: str
    theme_ids: str
    note: str
    visibility: str
    question: str
    anchor: str
    created: Raw
    modified: Raw
    answered: bool


class ReplyRow(NamedTuple):
    annotation_id: int
    uuid: Raw
    author_id: int
    naming: int
    note: str
    created: Raw
    modified: Raw


class Mark(NamedTuple):
    """Where an annotation stands, and its themes."""

    start: int
    end: int
    theme_ids: str


_PLACE = ("edition__document__volume__slug", "edition__document__position", "edition__number")


def rows_of(
    annotations: AnnotationQuerySet, size: int, edition: int | None = None
) -> Iterator[list[Row]]:
    """The annotations in the order of documents, editions and the text, so many at a time.

    One query for the editions, unless they are all on the ``edition`` that is given, and one for
    each portion of them.
    """
    return _portions(map(Row._make, _in_order(annotations, Row._fields, size, edition)), size)


def marks_of(
    annotations: AnnotationQuerySet, size: int, edition: int | None = None
) -> Iterator[list[Mark]]:
    """Where the annotations stand, in the same order and in as many queries."""
    return _portions(map(Mark._make, _in_order(annotations, Mark._fields, size, edition)), size)


def replies_to(replies: ReplyQuerySet, annotations: Iterable[int]) -> Iterator[ReplyRow]:
    """Those of these replies that are to these annotations, in their order. One query."""
    rows = replies.filter(annotation__in=list(annotations)).in_order()
    return map(ReplyRow._make, _columns(rows, ReplyRow._fields))


def row_of(annotation: Annotation) -> Row:
    """The row of an annotation that has been loaded."""
    return Row._make(getattr(annotation, name, True) for name in Row._fields)


def uuid_of(raw: Raw) -> str:
    """A uuid in words, with its hyphens."""
    found = str(raw)
    if len(found) > 32:
        return found
    return f"{found[:8]}-{found[8:12]}-{found[12:16]}-{found[16:20]}-{found[20:]}"


def time_of(raw: Raw) -> datetime:
    """A time as an aware one; what SQLite writes is UTC."""
    return datetime.fromisoformat(f"{raw}Z") if isinstance(raw, str) else raw


def _portions(found: Iterator[T], size: int) -> Iterator[list[T]]:
    while portion := list(islice(found, size)):
        yield portion


def _in_order(
    annotations: AnnotationQuerySet, fields: Iterable[str], size: int, edition: int | None
) -> Iterator[tuple[Any, ...]]:
    for editions in [[edition]] if edition else _batches(annotations, size):
        if len(editions) == 1:
            rows = annotations.filter(edition=editions[0]).in_text_order()
        else:
            rows = annotations.filter(edition__in=editions).order_by(*_PLACE, "start", "-end", "pk")
        yield from _columns(rows, fields).iterator(chunk_size=size)


def _batches(annotations: AnnotationQuerySet, size: int) -> Iterator[list[int]]:
    """The editions in their order, as many at a time as have about so many annotations; one that
    has more comes alone. One query."""
    counted = annotations.order_by(*_PLACE).values_list("edition")
    batch: list[int] = []
    total = 0
    for edition, count in counted.annotate(count=Count("pk", distinct=True)):
        if batch and total + count > size:
            yield batch
            batch, total = [], 0
        batch.append(edition)
        total += count
    if batch:
        yield batch


def _columns(rows: QuerySet[Any], fields: Iterable[str]) -> QuerySet[Any, tuple[Any, ...]]:
    return rows.values_list(*map(_column, fields))


def _column(name: str) -> str | Cast | Exists:
    """Uuids and SQLite's times as they are written: Django takes as long to parse them as the
    database to find the rows."""
    if name == "answered":
        replies = Reply.objects.order_by().filter(annotation=OuterRef("pk"))
        # A number, since a bool of SQLite's would be parsed in every row.
        return Exists(replies, output_field=IntegerField())
    plain = name == "uuid" or (name in ("created", "modified") and connection.vendor == "sqlite")
    return Cast(name, TextField()) if plain else name
