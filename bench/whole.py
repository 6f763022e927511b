"""Whole imports: read, written, indexed, committed; part of ``python -m bench imports``.

The floor is made of two things that no import can do without: lxml's own reading of the same bytes,
and the bare insert of the same rows, recorded from an import, into an empty copy of the tables.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from statistics import median
from typing import Any

from lxml import etree

DOCUMENTS, MEGABYTES, ROUNDS = 400, 4.0, 9
LARGE_DOCUMENTS, LARGE_MEGABYTES = 6000, 60.0
LIMIT_TIMES, LIMIT_MB, LIMIT_WAIT = 8.0, 300.0, 1.0
Statement = tuple[str, Any, bool]


def run() -> list[str]:
    """Prints what whole imports take; what went over its limit."""
    from django.conf import settings
    from django.core.management import call_command
    from django.db import connection

    from tests.teivolumes import Shape, write_volume

    if connection.vendor != "sqlite":
        print("whole imports are measured on SQLite alone")
        return []
    call_command("migrate", verbosity=0)
    with tempfile.TemporaryDirectory() as folder:
        path, large = Path(folder, "frus.xml"), Path(folder, "large.xml")
        write_volume(path, Shape(DOCUMENTS, MEGABYTES, rare=12, plain=44))
        write_volume(large, Shape(LARGE_DOCUMENTS, LARGE_MEGABYTES, rare=12, plain=44))
        empty = _Empty(Path(settings.DATA, "apparatus.sqlite3"), Path(folder, "empty.sqlite3"))
        over = _times(path, empty)
        for one in (path, large):
            over += _apart(one, empty)
        empty.restore()
    return over


class _Empty:
    """The database as it was before the first import, to begin each import from."""

    def __init__(self, database: Path, copy: Path) -> None:
        from django.db import connection

        self.database, self.copy = database, copy
        with connection.cursor() as cursor:
            cursor.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        connection.close()
        shutil.copyfile(database, copy)

    def restore(self) -> None:
        from django.db import connection

        connection.close()
        for suffix in ("-wal", "-shm"):
            Path(f"{self.database}{suffix}").unlink(missing_ok=True)
        shutil.copyfile(self.copy, self.database)
        connection.ensure_connection()


def _times(path: Path, empty: _Empty) -> list[str]:
    """An import in turns with its floors."""
    from archive.imports import bring

    data = path.read_bytes()
    parser = etree.XMLParser(collect_ids=False)
    with _recorded() as statements:
        bring(path)
    rows = sum(len(values) if many else 1 for _, values, many in statements)
    lxml: list[float] = []
    bare: list[float] = []
    ours: list[float] = []
    for _ in range(ROUNDS):
        lxml.append(_seconds(lambda: etree.fromstring(data, parser)))
        empty.restore()
        bare.append(_seconds(lambda: _insert(statements)))
        empty.restore()
        ours.append(_seconds(lambda: bring(path)))
    size = len(data) / 1e6
    reading, writing, whole = median(lxml), median(bare), median(ours)
    times = (whole - writing) / reading
    print(f"an import of {size:.1f} MB and {DOCUMENTS} documents, {rows:,} rows")
    print(f"  lxml alone       {reading * 1e3:7.1f} ms  {size / reading:6.1f} MB/s")
    print(f"  the rows alone   {writing * 1e3:7.1f} ms")
    print(
        f"  the whole import {whole * 1e3:7.1f} ms  {size / whole:6.1f} MB/s, "
        f"{60 / whole:.0f} such volumes a minute: {times:.1f} times lxml and the rows "
        f"(limit {LIMIT_TIMES:.0f})"
    )
    if times > LIMIT_TIMES:
        return [f"an import takes {times:.1f} times lxml and the rows > {LIMIT_TIMES:.0f}"]
    return []


@contextmanager
def _recorded() -> Iterator[list[Statement]]:
    """Every row that is inserted meanwhile, with its statement."""
    from django.db import connection

    found: list[Statement] = []

    def record(execute: Callable[..., Any], sql: str, values: Any, many: bool, rest: Any) -> Any:
        if sql.startswith("INSERT"):
            values = list(values) if many else values
            found.append((sql, values, many))
        return execute(sql, values, many, rest)

    with connection.execute_wrapper(record):
        yield found


def _insert(statements: list[Statement]) -> None:
    from django.db import connection, transaction

    with transaction.atomic(), connection.cursor() as cursor:
        for sql, values, many in statements:
            (cursor.executemany if many else cursor.execute)(sql, values)


def _seconds(call: Callable[[], object]) -> float:
    start = time.perf_counter()
    call()
    return time.perf_counter() - start


def _apart(path: Path, empty: _Empty) -> list[str]:
    """An import in a process of its own: its memory, and how long others wait to write."""
    empty.restore()
    child = subprocess.Popen(
        [sys.executable, "-m", "bench.whole", str(path)],
        stdout=subprocess.PIPE,
        text=True,
        cwd=Path(__file__).parents[1],
        env=os.environ.copy(),
    )
    waits = []
    while child.poll() is None:
        waits.append(_seconds(_save))
        time.sleep(0.01)
    assert child.stdout
    with child.stdout:
        seconds, peak = map(float, child.stdout.read().split())
    size, longest = path.stat().st_size / 1e6, max(waits)
    print(
        f"an import of {size:.0f} MB in a process of its own: {seconds:.1f} s, peak memory "
        f"{peak:.0f} MB (limit {LIMIT_MB:.0f}); of {len(waits)} saves by others meanwhile the "
        f"longest took {longest:.2f} s, the median {median(waits) * 1e3:.1f} ms"
    )
    over = [f"an import of {size:.0f} MB took {peak:.0f} MB"] if peak > LIMIT_MB else []
    if size < 2 * MEGABYTES and longest > LIMIT_WAIT:
        over.append(f"a save waited {longest:.1f} s for an import > {LIMIT_WAIT:.0f}")
    return over


def _save() -> None:
    """One row, committed, as an annotation is."""
    from django.db import transaction

    from archive.models import Authority

    with transaction.atomic():
        Authority.objects.create(name="someone")


def import_alone(path: str) -> None:
    """Imports one file; prints the seconds and the peak memory of this process in megabytes."""
    import django

    django.setup()
    from archive.imports import bring
    from bench.imports import peak_megabytes

    start = time.perf_counter()
    bring(path)
    print(time.perf_counter() - start, peak_megabytes())


if __name__ == "__main__":
    import_alone(sys.argv[1])
