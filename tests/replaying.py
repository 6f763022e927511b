"""What tests begin with, made once by the app's own actions and put back as rows ever after: on
SQLite, where the tables are empty."""

from __future__ import annotations

import pickle
from collections.abc import Callable, Hashable
from typing import NamedTuple, TypeVar

from django.contrib.auth.models import User
from django.db import IntegrityError, connection, transaction

T = TypeVar("T")
Rows = list[tuple[object, ...]]


class _Kept(NamedTuple):
    rows: dict[str, Rows]
    value: bytes


_kept: dict[Hashable, _Kept] = {}


def replayed(key: Hashable, make: Callable[[], T]) -> T:
    """What ``make`` makes and gives: objects with their rows. Made by it the first time, and where
    there is something in the database already."""
    if connection.vendor != "sqlite" or User.objects.exists():
        return make()
    if key in _kept:
        try:
            return _put_back(_kept[key])
        except IntegrityError:
            return make()
    before = _tables()
    made = make()
    new = {name: rows for name, rows in _tables().items() if rows != before[name]}
    # What was there before and is another one now could not be put back as new rows.
    if not any(before[name] for name in new):
        _kept[key] = _Kept(new, pickle.dumps(made))
    return made


def _put_back(kept: _Kept) -> T:
    with transaction.atomic(), connection.cursor() as cursor:
        for name, rows in kept.rows.items():
            holes = ", ".join(["%s"] * len(rows[0]))
            cursor.executemany(f'INSERT INTO "{name}" VALUES ({holes})', rows)
    value: T = pickle.loads(kept.value)
    return value


def _tables() -> dict[str, Rows]:
    """All rows of all tables of the app, as SQLite has them."""
    found = {}
    with connection.cursor() as cursor:
        for name in connection.introspection.django_table_names(only_existing=True):
            cursor.execute(f'PRAGMA table_info("{name}")')
            # The sign keeps Python's module from making values of its own out of them.
            columns = ", ".join(f'+"{row[1]}"' for row in cursor.fetchall())
            cursor.execute(f'SELECT {columns} FROM "{name}" ORDER BY 1')
            found[name] = cursor.fetchall()
    return found
