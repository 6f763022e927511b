"""Rows written many at once, past the ORM's cost for each: a volume has thousands of them."""

from __future__ import annotations

import gc
import json
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from datetime import date, datetime
from typing import Any

from django.db import connection
from django.db.models import DateField, DateTimeField, Model

Row = Sequence[Any]
_encoder = json.JSONEncoder(ensure_ascii=False, sort_keys=True, separators=(",", ":"))


def insert_rows(model: type[Model], names: Sequence[str], rows: Iterable[Row]) -> None:
    """Inserts rows of the fields of these names; JSON is given as a string already dumped.

    The model's defaults are not applied: every column that needs a value is to be named.
    """
    fields: list[Any] = [model._meta.get_field(name) for name in names]
    quote: Any = connection.ops.quote_name
    columns = ", ".join(quote(field.column) for field in fields)
    marks = ", ".join(["%s"] * len(fields))
    sql = f"INSERT INTO {quote(model._meta.db_table)} ({columns}) VALUES ({marks})"  # noqa: S608 (names of the model, quoted)
    execute_many(sql, _adapted(rows, fields))


def update_rows(model: type[Model], name: str, rows: Iterable[tuple[Any, int]]) -> None:
    """Sets one field for each ``(value, primary key)``."""
    quote: Any = connection.ops.quote_name
    field: Any = model._meta.get_field(name)
    primary: Any = model._meta.pk
    table, key = quote(model._meta.db_table), quote(primary.column)
    sql = f"UPDATE {table} SET {quote(field.column)} = %s WHERE {key} = %s"  # noqa: S608
    execute_many(sql, rows)


def execute_many(sql: str, rows: Iterable[Row]) -> None:
    given = list(rows)
    if given:
        with connection.cursor() as cursor:
            cursor.executemany(sql, given)


def packed_json(value: Any) -> str:
    """JSON as a column stores it: compact, its keys in order, letters as they are."""
    return _encoder.encode(value)


@contextmanager
def no_garbage_collection() -> Iterator[None]:
    """While many values are made and none is in a cycle, looking for cycles takes a fifth."""
    was_on = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_on:
            gc.enable()


def _adapted(rows: Iterable[Row], fields: Sequence[Any]) -> Iterable[Row]:
    adapters = [(i, found) for i, field in enumerate(fields) if (found := _adapter(field))]
    if not adapters:
        return rows
    given = [list(row) for row in rows]
    for row in given:
        for index, adapt in adapters:
            row[index] = adapt(row[index])
    return given


def _adapter(field: Any) -> Callable[[Any], Any] | None:
    if isinstance(field, DateTimeField):
        return _adapt_datetime
    return _adapt_date if isinstance(field, DateField) else None


def _adapt_datetime(value: datetime | None) -> Any:
    return connection.ops.adapt_datetimefield_value(value)


def _adapt_date(value: date | None) -> Any:
    return connection.ops.adapt_datefield_value(value)
