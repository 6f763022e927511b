"""Acts in the same moment: threads with connections of their own, on either database."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path
from threading import Barrier
from typing import Any

from django.db import connection, connections


@contextmanager
def database_of_its_own(folder: Path) -> Iterator[None]:
    """On SQLite, the test's database as a file: one in memory is locked as no real one is.

    Elsewhere nothing changes: threads get connections to the test's database by themselves.
    """
    if connection.vendor != "sqlite":
        yield
        return
    path = folder / "racing.sqlite3"
    connection.ensure_connection()
    with sqlite3.connect(path) as target:
        connection.connection.backup(target)
    target.close()
    memory = connections["default"]
    before = memory.settings_dict["NAME"]
    # New connections of any thread are made from these settings, which they share.
    settings = connections.settings["default"]
    settings["NAME"] = str(path)
    connections["default"] = memory.copy()
    try:
        yield
    finally:
        connections["default"].close()
        settings["NAME"] = before
        connections["default"] = memory


def at_once(acts: Sequence[Callable[[], object]], expected: type[Exception]) -> list[Any]:
    """Runs all in the same moment; gives what each returned, or the expected fault it met."""
    ready = Barrier(len(acts))

    def run(act: Callable[[], object]) -> object:
        try:
            ready.wait(timeout=20)
            return act()
        except expected as fault:
            return fault
        finally:
            connection.close()

    with ThreadPoolExecutor(len(acts)) as pool:
        return list(pool.map(run, acts))
