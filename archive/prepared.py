"""Querysets compiled once, for the few queries that every page view makes.

Django builds and compiles a queryset anew each time, which costs several times what the database
needs to answer. The queryset stays the only place that says what is asked; only its SQL is kept.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any, Generic, TypeVar

from django.db import connection
from django.db.models import Model, QuerySet
from django.db.models.sql.subqueries import InsertQuery, UpdateQuery

M = TypeVar("M", bound=Model)
Build = Callable[..., QuerySet[Any, Any]]
Rows = list[tuple[Any, ...]]
# Within the range of every integer column, and in no query of ours.
_FIRST = 2_147_480_000


class Prepared:
    """``build`` makes a ``values_list`` queryset of its named parameters: int, str or datetime.

    >>> volumes = Volume.objects
    >>> by_slug = Prepared(lambda slug: volumes.filter(slug=slug).values_list("pk"), slug=str)
    >>> by_slug(slug="frus1981-88v03")
    [(1,)]
    """

    def __init__(self, build: Build, **types: type) -> None:
        self._build = build
        self._types = types
        self._compiled: tuple[str, list[Any], Any] | None = None

    def __call__(self, **values: Any) -> Rows:
        sql, parameters, convert = self._compiled or self._compile()
        with connection.cursor() as cursor:
            cursor.execute(sql, _bound(parameters, values))
            rows: Rows = cursor.fetchall()
        return convert(rows) if convert else rows

    def _query(self, marks: dict[str, Any]) -> Any:
        return self._build(**marks).query

    def _compile(self) -> tuple[str, list[Any], Any]:
        marks = {n: _mark(kind, i) for i, (n, kind) in enumerate(self._types.items())}
        names = {_adapted(mark): name for name, mark in marks.items()}
        compiler = self._query(marks).get_compiler(connection=connection)
        sql, parameters = compiler.as_sql()
        found: list[Any] = [_Parameter(names[p]) if p in names else p for p in parameters]
        missing = set(self._types) - {p.name for p in found if isinstance(p, _Parameter)}
        if missing:
            raise ValueError(f"The queryset does not use {', '.join(sorted(missing))}.")
        self._compiled = sql, found, _converter(compiler)
        return self._compiled


class PreparedUpdate(Prepared):
    """The same for ``queryset.update(**changes)``; gives these columns of the rows that it changed,
    as they are now."""

    def __init__(
        self, build: Build, changes: dict[str, Any], returning: Sequence[str], **types: type
    ) -> None:
        super().__init__(build, **types)
        self._changes = changes
        self._returning = tuple(returning)

    def _query(self, marks: dict[str, Any]) -> Any:
        query = super()._query(marks).chain(UpdateQuery)
        query.add_update_values(self._changes)
        return query

    def _compile(self) -> tuple[str, list[Any], Any]:
        sql, found, _ = super()._compile()
        columns = ", ".join(map(connection.ops.quote_name, self._returning))
        self._compiled = f"{sql} RETURNING {columns}", found, None
        return self._compiled


class PreparedInsert(Generic[M]):
    """Inserts whole instances of a model, its fields' own preparation applied; sets their key."""

    def __init__(self, model: type[M]) -> None:
        self._model = model
        self._sql = ""

    def run(self, item: M) -> M:
        fields = [f for f in self._model._meta.local_concrete_fields if not f.primary_key]
        sql = self._sql or self._compile(fields, item)
        given = [f.get_db_prep_save(f.pre_save(item, add=True), connection) for f in fields]
        with connection.cursor() as cursor:
            cursor.execute(sql, given)
            (item.pk,) = cursor.fetchone()
        item._state.adding, item._state.db = False, connection.alias
        return item

    def _compile(self, fields: list[Any], item: M) -> str:
        query = InsertQuery(self._model)
        query.insert_values(fields, [item])
        compiler = query.get_compiler(connection=connection)
        compiler.returning_fields = [self._model._meta.pk]
        ((self._sql, _),) = compiler.as_sql()
        return self._sql


class PreparedIn:
    """The same for a queryset of any number of integers, compiled once for each power of two;
    further parameters are given by name."""

    def __init__(self, build: Callable[..., QuerySet[Any, Any]], **types: type) -> None:
        self._build = build
        self._types = types
        self._sizes: dict[int, Prepared] = {}

    def __call__(self, values: Iterable[int], **more: Any) -> Rows:
        given = list(values)
        if not given:
            return []
        size = 1 << (len(given) - 1).bit_length()
        if size not in self._sizes:
            names = {f"v{number}": int for number in range(size)}
            self._sizes[size] = Prepared(self._built, **names, **self._types)
        # The last one again and again fills the places left: IN does not mind.
        given += given[-1:] * (size - len(given))
        keys = {f"v{number}": value for number, value in enumerate(given)}
        return self._sizes[size](**keys, **more)

    def _built(self, **marks: Any) -> QuerySet[Any, Any]:
        more = {name: marks.pop(name) for name in self._types}
        return self._build(list(marks.values()), **more)


def instance(model: type[M], names: Sequence[str], values: Sequence[Any]) -> M:
    """A model's instance of these columns (attribute names); the others are deferred."""
    given = dict(zip(names, values, strict=True))
    ordered = [f.attname for f in model._meta.concrete_fields if f.attname in given]
    return model.from_db("default", ordered, [given[name] for name in ordered])


def _converter(compiler: Any) -> Callable[[Rows], Rows] | None:
    selected = getattr(compiler, "select", None) or ()
    converters = compiler.get_converters([column[0] for column in selected])
    if not converters:
        return None
    return lambda rows: [tuple(row) for row in compiler.apply_converters(rows, converters)]


def _mark(kind: type, number: int) -> Any:
    if kind is datetime:
        return datetime(1900, 1, 1, tzinfo=UTC) + timedelta(days=number)
    return _FIRST + number if kind is int else f"parameter {_FIRST + number}"


def _bound(parameters: list[Any], values: dict[str, Any]) -> list[Any]:
    return [_adapted(values[p.name]) if isinstance(p, _Parameter) else p for p in parameters]


def _adapted(value: Any) -> Any:
    if isinstance(value, datetime):
        return connection.ops.adapt_datetimefield_value(value)
    return value


class _Parameter:
    __slots__ = ("name",)

    def __init__(self, name: str) -> None:
        self.name = name
