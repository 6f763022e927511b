"""The list of a set's annotations: counted, sorted, page by page.

A page is found by where the last one ended (a cursor), so the last costs what the first does.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from heapq import nsmallest
from typing import Any, NamedTuple

from django.db.models import Case, F, IntegerField, OuterRef, Q, Subquery, Value, When
from django.db.models.functions import Coalesce

from annotations.filters import Asked
from annotations.models import Annotation, AnnotationSet, SetDocument
from annotations.models.annotations import AnnotationQuerySet
from annotations.narrowing import any_of, asked_for
from annotations.sights import Author, Sight
from archive.models import Edition

# Up to here matches are counted one by one; beyond, "more than" is said.
CAP = 10_000
# So few matches are named one by one where their page is looked for.
FEW = 2_000
EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
TICK = timedelta(microseconds=1)
LAST = 2**31 - 1
# So many documents are looked through first, and then so many, before all are.
WALKS = (4, 40)


class Total(NamedTuple):
    """How many match: exactly, or (``more``) more than so many."""

    number: int
    more: bool = False


class Listed(NamedTuple):
    """A page: the keys of its annotations in order, where the next one begins ("": there is none),
    and how many match in all."""

    pks: list[int]
    further: str
    total: Total


def page_of(
    sight: Sight, asked: Asked, size: int, after: str = "", only: Q | None = None
) -> Listed:
    """So many of what is asked for, after a cursor: two queries more than ``asked_for``, in the
    order of the text up to five, by author up to nine. With ``only`` a further condition holds."""
    rows = asked_for(sight, asked)
    if only is not None:
        rows = rows.filter(only)
    narrowed = asked.narrowed or only is not None
    if asked.order == "author":
        return _listed_by_author(sight, rows, size, after, narrowed=narrowed)
    order = _ORDERS[asked.order]
    values = _numbers(after, len(order.columns))
    if asked.order != "text":
        rows, total, _ = _counted(rows, narrowed=narrowed)
        return _listed(_sorted(sight, order, rows, values, size + 1), size, total)
    if not narrowed:
        return _listed(_walked(sight, order, rows, rows, values, size + 1), size, total_of(rows))
    got = list(rows.values_list("edition_id", "start", "end", "pk")[: CAP + 1])
    if len(got) <= CAP:
        return _listed(_chosen(sight, order, got, values, size + 1), size, _total(len(got)))
    near = asked_for(sight, asked, few=True)
    near = near if only is None else near.filter(only)
    return _listed(_walked(sight, order, near, rows, values, size + 1), size, _total(len(got)))


def _counted(rows: AnnotationQuerySet, *, narrowed: bool) -> tuple[AnnotationQuerySet, Total, bool]:
    """These rows, how many they are, and whether they are few. What a filter lets through is not
    looked for twice, for the page and for the count, where it is little."""
    if not narrowed:
        return rows, total_of(rows), False
    pks = list(rows.values_list("pk", flat=True)[: CAP + 1])
    few = len(pks) <= FEW
    return (
        Annotation.objects.order_by().filter(pk__in=pks) if few else rows,
        _total(len(pks)),
        few,
    )


def _chosen(
    sight: Sight,
    order: Order,
    got: Sequence[tuple[int, ...]],
    values: Sequence[int],
    most: int,
) -> list[tuple[int, ...]]:
    """The first of these rows in the order of the text, or the first after the cursor: sorted
    here, since to ask the database again costs as much as to have found them."""
    documents = sight.annotation_set.set_documents.order_by()
    places = dict(documents.values_list("document__editions", "position"))
    signs = [-1 if down else 1 for _, down in order.columns]

    def key(row: Sequence[int]) -> tuple[int, ...]:
        return tuple(sign * value for sign, value in zip(signs, row, strict=True))

    found = ((places.get(row[0], LAST), *row) for row in got)
    if values:
        begun = key(values)
        found = (row for row in found if key(row) > begun)
    return nsmallest(most, found, key=key)


def _listed_by_author(
    sight: Sight, rows: AnnotationQuerySet, size: int, after: str, *, narrowed: bool
) -> Listed:
    rows, total, few = _counted(rows, narrowed=narrowed)
    found, last = _by_author(sight, rows, size, after, few=few)
    return _listed(found, size, total, last)


def _sorted(
    sight: Sight, order: Order, rows: AnnotationQuerySet, values: Sequence[int], most: int
) -> list[tuple[Any, ...]]:
    listed = order.annotated(sight, rows)
    if values:
        listed = listed.filter(_beyond(order, values))
    sorting = [f"-{name}" if down else name for name, down in order.columns]
    return list(listed.order_by(*sorting).values_list(*order.names)[:most])


def _walked(
    sight: Sight,
    order: Order,
    near: AnnotationQuerySet,
    rows: AnnotationQuerySet,
    values: Sequence[int],
    most: int,
) -> list[tuple[Any, ...]]:
    """The same in the order of the text, where there is much of it: a few documents are sorted
    before the rest is. ``near`` are the same rows, asked for so that it is quick for a few."""
    documents = sight.annotation_set.set_documents.order_by("position", "pk")
    if values:
        documents = documents.filter(position__gte=values[0])
    places = list(documents.values_list("document", "position"))
    for many in WALKS:
        first, rest = places[:many], places[many:]
        if not rest:
            break
        # All at one place, or none of them.
        first = [one for one in first if one[1] < rest[0][1]]
        editions = Edition.objects.order_by().filter(document__in=[one[0] for one in first])
        some = near.filter(edition__in=editions.values("pk"))
        found = _sorted(sight, order, some, values, most)
        if len(found) == most:
            return found
    return _sorted(sight, order, rows, values, most)


def total_of(rows: AnnotationQuerySet) -> Total:
    """How many there are, counted up to CAP; one query."""
    return _total(rows.values("pk")[: CAP + 1].count())


def _total(number: int) -> Total:
    return Total(min(number, CAP), number > CAP)


def _listed(found: Sequence[tuple[Any, ...]], size: int, total: Total, prefix: str = "") -> Listed:
    page = found[:size]
    further = ""
    if len(found) > size:
        further = "~".join([*([prefix] if prefix else []), *map(_packed, page[-1])])
    return Listed([row[-1] for row in page], further, total)


class Order(NamedTuple):
    """The columns of an order, each with whether it goes down; the last is the primary key."""

    columns: tuple[tuple[str, bool], ...]

    @property
    def names(self) -> list[str]:
        return [name for name, _ in self.columns]

    def annotated(self, sight: Sight, rows: AnnotationQuerySet) -> AnnotationQuerySet:
        if "place" in self.names:
            rows = rows.annotate(place=_place(sight.annotation_set))
        return rows.annotate(length=F("end") - F("start")) if "length" in self.names else rows


_ORDERS = {
    # Of a document its latest edition comes first, then what was left on an earlier one.
    "text": Order(
        (("place", False), ("edition_id", True), ("start", False), ("end", True), ("pk", False))
    ),
    "newest": Order((("created", True), ("pk", True))),
    "oldest": Order((("created", False), ("pk", False))),
    "changed": Order((("modified", True), ("pk", True))),
    "length": Order((("length", True), ("pk", False))),
}


def _place(annotation_set: AnnotationSet) -> Coalesce:
    """Where a document stands in the set's list."""
    rows = SetDocument.objects.order_by().filter(
        annotation_set=annotation_set.pk, document=OuterRef("edition__document")
    )
    return Coalesce(Subquery(rows.values("position")[:1]), Value(LAST))


def _beyond(order: Order, values: Sequence[Any]) -> Q:
    """The condition for what comes after these values of the order's columns."""
    beyond, same = Q(pk__in=()), Q()
    for (name, down), value in zip(order.columns, values, strict=True):
        given = EPOCH + value * TICK if name in ("created", "modified") else value
        beyond |= same & Q(**{f"{name}__{'lt' if down else 'gt'}": given})
        same &= Q(**{name: given})
    return beyond


def _packed(value: Any) -> str:
    return str((value - EPOCH) // TICK if isinstance(value, datetime) else value)


def _numbers(cursor: str, size: int) -> list[int]:
    """The numbers of a cursor of ours; none where it is not one."""
    parts = cursor.split("~")
    if len(parts) != size or not all(_is_number(part) for part in parts):
        return []
    return [int(part) for part in parts]


def _is_number(part: str) -> bool:
    # Within the range of every column and of every date.
    return part.isascii() and part.isdigit() and int(part[:19]) < 2**57 and len(part) < 19


def _by_author(
    sight: Sight, rows: AnnotationQuerySet, size: int, after: str, *, few: bool
) -> tuple[list[tuple[Any, ...]], str]:
    """By the names that hold, each one's latest first: those who have none stand together, so that
    the order says nothing of who wrote what. One row more than ``size`` where there is one, and
    the key of the author of the last one within it."""
    key, _, rest = after.partition("~")
    values = _numbers(rest, 2)
    authors = list(sight.authors.values())
    places = {one.key: at for at, one in enumerate(authors)}
    authors = authors[places.get(key, 0) if values else 0 :]
    found: list[tuple[Any, ...]] = []
    # What is much is looked for with the first of them, and with a few, before it is with all.
    for many in (len(authors),) if few else (1, 8, len(authors)):
        wanted = authors[:many]
        begun = values if wanted and wanted[0].key == key else []
        found = _of_authors(rows, wanted, begun, size + 1)
        if len(found) > size or many >= len(authors):
            break
    last = authors[found[size - 1][0]].key if len(found) > size else ""
    return [row[1:] for row in found], last


def _of_authors(
    rows: AnnotationQuerySet, authors: Sequence[Author], shown: Sequence[int], most: int
) -> list[tuple[Any, ...]]:
    """The place of the author, the moment and the key of so many; of the first author after what
    has been ``shown``."""
    listed = rows.filter(any_of(one.condition for one in authors))
    beyond = _beyond(_ORDERS["newest"], shown) if shown else Q()
    if len(authors) < 2:
        found = listed.filter(beyond).order_by("-created", "-pk").values_list("created", "pk")
        return [(0, *row) for row in found[:most]]
    rank = Case(
        *(When(one.condition, then=Value(at)) for at, one in enumerate(authors)),
        default=Value(len(authors)),
        output_field=IntegerField(),
    )
    listed = listed.annotate(rank=rank)
    if shown:
        listed = listed.filter(Q(rank__gt=0) | beyond)
    ordered = listed.order_by("rank", "-created", "-pk")
    return list(ordered.values_list("rank", "created", "pk")[:most])
