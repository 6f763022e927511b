"""The test's database as it was at some moment, brought back in a millisecond: on SQLite alone."""

from __future__ import annotations

import sqlite3
import time
from pathlib import Path

from django.db import connection

# Seconds until something that is still at work in the database is not waited for any more.
PATIENCE = 5.0


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
        until = time.monotonic() + PATIENCE

        def give_up(*_: int) -> None:
            # A database that is locked is tried again for ever.
            if time.monotonic() > until:
                raise TimeoutError

        try:
            self._kept.backup(connection.connection, progress=give_up)
        except (sqlite3.OperationalError, TimeoutError):
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
