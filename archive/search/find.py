"""A search: which documents of some volumes have what is asked for.

Three queries at most: the page's documents, how many there are by volume, kind and level, and the
texts of those on the page. A person's name is looked up in one more.
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
COUNTED = 10_000
MAX_PERSONS = 400
_COLUMNS = ("id", "current_id", "volume_id", "kind", "level", "date_min", "date_max", "position")
_BY_DATE = "d.date_min IS NULL, d.date_min, d.date_max, d.volume_id, d.position, d.id"


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
    volumes: Counter[int] = field(default_factory=Counter)
    kinds: Counter[str] = field(default_factory=Counter)
    levels: Counter[str] = field(default_factory=Counter)
    persons: tuple[str, ...] = ()


def find(asked: Asked, volumes: QuerySet[Volume]) -> Found:
    """What is found in these volumes.

    Three queries, one where nothing matches, none where nothing is asked; one more for a person.
    """
    query = parse(asked.q)
    persons = persons_named(asked.person, volumes) if asked.person else []
    names = tuple(dict.fromkeys(name for _, name in persons))
    wordless = query.tree is None and not asked.is_filtered
    if wordless or asked.problems or (asked.person and not persons):
        return Found(query, persons=names)
    allowed = _Allowed.of(_allowed(asked, volumes), [pk for pk, _ in persons])
    total, is_more, counts = _counted(query, allowed)
    if not total:
        return Found(query, persons=names)
    is_best = query.tree is not None and asked.sort != DATE
    reached = min(total, backend().ranked) if is_best else total
    pages = -(-reached // PAGE)
    page = min(asked.page, pages)
    keys = _page(query, allowed, is_best, page)
    return Found(
        query,
        _documents(keys),
        page,
        pages,
        total,
        is_more,
        backend().ranked if is_best and (total > reached or is_more) else 0,
        *counts,
        persons=names,
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
    """The documents that the filters leave: a query of _COLUMNS, and a condition on its rows ``d``.

    It is compiled once for the two queries that ask for it.
    """

    sql: str
    condition: str
    values: tuple[Any, ...]
    condition_values: tuple[Any, ...]

    @classmethod
    def of(cls, documents: QuerySet[Document], persons: Sequence[int]) -> _Allowed:
        """``persons`` are those of whom a document mentions one, where there are any."""
        sql, values = _compiled(documents.values_list(*_COLUMNS))
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
class _Select:
    """What stands behind SELECT: the matching editions, joined to the allowed documents."""

    sql: str
    values: tuple[Any, ...]

    @classmethod
    def of(cls, matching: Matching | None, allowed: _Allowed) -> _Select:
        if matching is None:
            return cls(
                f"FROM ({allowed.sql}) AS d WHERE {allowed.condition}",
                (*allowed.values, *allowed.condition_values),
            )
        # CROSS JOIN: SQLite goes through the matches and looks up the documents, never otherwise.
        return cls(
            f"FROM {matching.source} CROSS JOIN ({allowed.sql}) AS d WHERE {matching.where}"
            f" AND d.current_id = {matching.edition} AND {allowed.condition}",
            (
                *(*matching.source_values, *allowed.values),
                *(*matching.where_values, *allowed.condition_values),
            ),
        )


def _rows(sql: str, values: tuple[Any, ...]) -> list[tuple[Any, ...]]:
    with connection.cursor() as cursor:
        cursor.execute(sql, values)
        return list(cursor.fetchall())


def _counted(
    query: Query, allowed: _Allowed
) -> tuple[int, bool, tuple[Counter[int], Counter[str], Counter[str]]]:
    """How many match, whether there are more than COUNTED, and their counts; one query."""
    matching = backend().matching(query.tree, False) if query.tree else None
    select = _Select.of(matching, allowed)
    rows = _rows(
        "SELECT volume_id, kind, level, COUNT(*) FROM"  # noqa: S608 (our own SQL and parameters)
        f" (SELECT d.volume_id, d.kind, d.level {select.sql} LIMIT {COUNTED + 1}) AS matches"
        " GROUP BY volume_id, kind, level",
        select.values,
    )
    volumes: Counter[int] = Counter()
    kinds: Counter[str] = Counter()
    levels: Counter[str] = Counter()
    for volume, kind, level, count in rows:
        volumes[volume] += count
        kinds[kind] += count
        levels[level] += count
    total = volumes.total()
    if total > COUNTED:
        return COUNTED, True, (Counter(), Counter(), Counter())
    return total, False, (volumes, kinds, levels)


def _page(query: Query, allowed: _Allowed, is_best: bool, page: int) -> list[int]:
    """The keys of a page's documents, in their order; one query."""
    window = f"LIMIT {PAGE} OFFSET {(page - 1) * PAGE}"
    if is_best and query.tree:
        matching = backend().matching(query.tree, True)
        select = _Select.of(matching, allowed)
        sql = (
            f"SELECT id FROM (SELECT d.id, {matching.rank} AS score"  # noqa: S608
            f" {select.sql} LIMIT {backend().ranked}) AS matches ORDER BY score, id {window}"
        )
        values = (*matching.rank_values, *select.values)
    else:
        select = _Select.of(backend().matching(query.tree, False) if query.tree else None, allowed)
        sql = f"SELECT d.id {select.sql} ORDER BY {_BY_DATE} {window}"
        values = select.values
    return [key for (key,) in _rows(sql, values)]


def _documents(keys: list[int]) -> tuple[Document, ...]:
    """Documents in this order, with volume and the edition's text and blocks; one query."""
    found = Document.objects.select_related("volume", "current").defer(
        "current__source", "current__spans"
    )
    by_key = found.in_bulk(keys)
    return tuple(by_key[key] for key in keys)
