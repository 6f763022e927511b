"""The test's database as it was at some moment, brought back in a millisecond: on SQLite alone."""

from __future__ import annotations

import sqlite3
from pathlib import Path

from django.db import connection


class Snapshot:
    """A copy of the whole database, with its tables."""

    def __init__(self) -> None:
        connection.ensure_connection()
        self._kept = sqlite3.connect(":memory:", check_same_thread=False)
        connection.connection.backup(self._kept)

    def bring_back(self) -> bool:
        """Puts the copy in the place of the database; False where something still reads there."""
        connection.ensure_connection()
        if connection.in_atomic_block:
            return False
        try:
            self._kept.backup(connection.connection)
        except sqlite3.OperationalError:
            return False
        return True

    def write(self, path: Path) -> None:
        """Writes the copy to a file."""
        with sqlite3.connect(path) as target:
            self._kept.backup(target)
        target.close()


def snapshot() -> Snapshot | None:
    """The database as it is now; None where it is none of SQLite in memory."""
    if connection.vendor != "sqlite" or not connection.is_in_memory_db():
        return None
    return Snapshot()
