"""A search: which documents of some volumes have what is asked for.

Two queries: the matches, counted by volume, kind and level, with the page's documents in order; and
the texts of those on the page. A person's name is looked up in one more.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from django.db import connection
from django.db.models import Q, QuerySet

from archive.models import Document, Person, PersonMention, Volume
from archive.search.asked import DATE, Asked
from archive.search.databases import Matching, backend
from archive.search.query import Query, parse

PAGE = 20
# Beyond this many matches, nothing is counted: who finds so many is not helped by the number.
COUNTED = 5_000
MAX_PERSONS = 400
_COUNTED_BY = ("id", "current_id", "volume_id", "kind", "level")
_DATES = ("date_min", "date_max", "position")
_BY_DATE = "date_min IS NULL, date_min, date_max, volume_id, position, id"


@dataclass(frozen=True, slots=True)
class Found:
    """A page of a search. ``total`` is exact unless ``is_more``; then there are more than that.

    ``ranked`` says of how many matches these are the best, where that is not all of them.
    ``volumes``, ``kinds`` and ``levels`` count the matches by their volume's key, kind and level.
    """

    query: Query = Query()
    documents: tuple[Document, ...] = ()
    page: int = 1
    pages: int = 0
    total: int = 0
    is_more: bool = False
    ranked: int = 0
    persons: tuple[str, ...] = ()
    volumes: Counter[int] = field(default_factory=Counter)
    kinds: Counter[str] = field(default_factory=Counter)
    levels: Counter[str] = field(default_factory=Counter)


def find(asked: Asked, volumes: QuerySet[Volume]) -> Found:
    """What is found in these volumes.

    Two queries, one where nothing matches, none where nothing is asked; one more for a person, and
    for a page beyond the last.
    """
    query = parse(asked.q)
    persons = persons_named(asked.person, volumes) if asked.person else []
    names = tuple(dict.fromkeys(name for _, name in persons))
    wordless = query.tree is None and not asked.is_filtered
    if wordless or asked.problems or (asked.person and not persons):
        return Found(query, persons=names)
    is_best = query.tree is not None and asked.sort != DATE
    columns = _COUNTED_BY if is_best else _COUNTED_BY + _DATES
    documents = _allowed(asked, volumes).values_list(*columns)
    allowed = _Allowed.of(documents, [pk for pk, _ in persons])
    searched = _searched(query, allowed, is_best, asked.page)
    total, is_more = searched.total, is_best and searched.total > COUNTED
    if not total:
        return Found(query, persons=names)
    reached = min(total, backend().ranked) if is_best else total
    pages = -(-reached // PAGE)
    if asked.page > pages:
        searched = _searched(query, allowed, is_best, pages)
    return Found(
        query,
        _documents(searched.keys),
        min(asked.page, pages),
        pages,
        min(total, COUNTED) if is_best else total,
        is_more,
        backend().ranked if total > reached else 0,
        names,
        *(() if is_more else searched.counts()),
    )


def persons_named(name: str, volumes: QuerySet[Volume]) -> list[tuple[int, str]]:
    """Persons of the lists whose name, or the name of their authority, has all these words."""
    wanted = Q()
    for word in name.replace(",", " ").split()[:6]:
        wanted &= Q(name__icontains=word) | Q(authority__name__icontains=word)
    found = Person.objects.filter(wanted, volume__in=volumes.order_by())
    return list(found.order_by("name", "pk").values_list("pk", "name")[:MAX_PERSONS])


def _allowed(asked: Asked, volumes: QuerySet[Volume]) -> QuerySet[Document]:
    """The documents of these volumes that the filters on their own fields leave."""
    documents = Document.objects.filter(
        volume__in=volumes.order_by(), current__isnull=False
    ).order_by()
    first, last = asked.days
    if asked.volume:
        documents = documents.filter(volume__slug=asked.volume)
    if first:
        documents = documents.filter(date_max__gte=first)
    if last:
        documents = documents.filter(date_min__lte=last)
    if asked.place:
        documents = documents.filter(place__icontains=asked.place)
    if asked.kind:
        documents = documents.filter(kind=asked.kind)
    if asked.level:
        documents = documents.filter(level=asked.level)
    return documents


@dataclass(frozen=True, slots=True)
class _Allowed:
    """What the filters leave: a query of documents, and a condition on its rows ``d``."""

    sql: str
    condition: str
    values: tuple[Any, ...]
    condition_values: tuple[Any, ...]

    @classmethod
    def of(cls, documents: QuerySet[Any, Any], persons: Sequence[int]) -> _Allowed:
        """``persons`` are those of whom a document mentions one, where there are any."""
        sql, values = _compiled(documents)
        if not persons:
            return cls(sql, "TRUE", values, ())
        mentions = PersonMention.objects.filter(person__in=persons).values("document")
        condition, condition_values = _compiled(mentions)
        # With the plus, SQLite asks for each match whether it is in the list. Without, it would
        # go through the whole list for each match.
        return cls(sql, f"+d.id IN ({condition})", values, condition_values)


def _compiled(queryset: QuerySet[Any, Any]) -> tuple[str, tuple[Any, ...]]:
    sql, values = queryset.query.get_compiler(connection=connection).as_sql()
    return sql, tuple(values)


@dataclass(frozen=True, slots=True)
class _Searched:
    """The keys of a page's documents, and the matches by volume, kind and level."""

    keys: list[int]
    groups: list[tuple[int, str, str, int]]

    @property
    def total(self) -> int:
        return sum(count for *_, count in self.groups)

    def counts(self) -> tuple[Counter[int], Counter[str], Counter[str]]:
        volumes: Counter[int] = Counter()
        kinds: Counter[str] = Counter()
        levels: Counter[str] = Counter()
        for volume, kind, level, count in self.groups:
            volumes[volume] += count
            kinds[kind] += count
            levels[level] += count
        return volumes, kinds, levels


def _searched(query: Query, allowed: _Allowed, is_best: bool, page: int) -> _Searched:
    """Matches, counted and a page of them in order: one query that goes through them once."""
    matching = backend().matching(query.tree, is_best) if query.tree else None
    matches, values = _matches(matching, allowed)
    order, ranking, ranking_values = _BY_DATE, "SELECT * FROM matches", ()
    if is_best and matching:
        matches += f" LIMIT {COUNTED + 1}"
        order, ranking, ranking_values = "score, id", matching.ranking, matching.ranking_values
    rows = _rows(
        f"WITH matches AS MATERIALIZED ({matches})"  # noqa: S608 (our own SQL and parameters)
        " SELECT volume_id, kind, level, COUNT(*), 0 FROM matches GROUP BY volume_id, kind, level"
        f" UNION ALL SELECT id, '', '', 0, ROW_NUMBER() OVER (ORDER BY {order}) FROM"
        f" (SELECT * FROM ({ranking}) AS ranked ORDER BY {order}"
        f" LIMIT {PAGE} OFFSET {(page - 1) * PAGE}) AS page",
        (*values, *ranking_values),
    )
    keys = sorted((place, key) for key, _, _, _, place in rows if place)
    return _Searched([key for _, key in keys], [row[:4] for row in rows if not row[4]])


def _matches(matching: Matching | None, allowed: _Allowed) -> tuple[str, tuple[Any, ...]]:
    """A query of the allowed documents that match, and its values."""
    if matching is None:
        return (
            f"SELECT d.* FROM ({allowed.sql}) AS d WHERE {allowed.condition}",  # noqa: S608
            (*allowed.values, *allowed.condition_values),
        )
    # CROSS JOIN: SQLite goes through the matches and looks up the documents, never otherwise.
    return (
        f"SELECT d.*, {matching.score} AS score FROM {matching.source}"  # noqa: S608
        f" CROSS JOIN ({allowed.sql}) AS d WHERE {matching.where}"
        f" AND d.current_id = {matching.edition} AND {allowed.condition}",
        (
            *(*matching.source_values, *allowed.values),
            *(*matching.where_values, *allowed.condition_values),
        ),
    )


def _rows(sql: str, values: tuple[Any, ...]) -> list[Any]:
    with connection.cursor() as cursor:
        cursor.execute(sql, values)
        return list(cursor.fetchall())


def _documents(keys: list[int]) -> tuple[Document, ...]:
    """Documents in this order, with volume and the edition's text and blocks; one query."""
    found = Document.objects.select_related("volume", "current").defer(
        "current__source", "current__spans"
    )
    by_key = found.in_bulk(keys)
    return tuple(by_key[key] for key in keys)
