"""The server is killed in the middle of saves: what was acknowledged is there, whole, and once."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.db import connection

from tests.faults.databases import another
from tools.postgres import cluster

ROOT = Path(__file__).parents[2]
# A commit is acknowledged when it is written; that the machine goes on, spares the disk.
CAREFUL = "-c fsync=off -c synchronous_commit=on"
KILLS = int(os.environ.get("FAULT_KILLS", "50"))


@pytest.fixture
def environment(migrated: Path, tmp_path: Path) -> Iterator[dict[str, str]]:
    """The settings of a server on a migrated database of its own, beside that of the tests."""
    data = tmp_path / "data"
    own = {"DATA": str(data), "DJANGO_SETTINGS_MODULE": "config.settings"}
    if connection.vendor == "sqlite":
        shutil.copytree(migrated, data)
        yield {**os.environ, **own, "DATABASE_URL": ""}
    else:
        data.mkdir()
        # The tests' own, which is migrated and empty, can be copied while nobody is connected.
        connection.close()
        name = str(connection.settings_dict["NAME"])
        with another(os.environ["DATABASE_URL"], template=name) as url:
            yield {**os.environ, **own, "DATABASE_URL": url}


@pytest.mark.timeout(600)
def test_what_was_acknowledged_is_there_after_the_server_was_killed(
    environment: dict[str, str],
) -> None:
    _kill(KILLS, environment)


@pytest.mark.timeout(600)
def test_what_was_acknowledged_is_there_after_postgresql_crashed(tmp_path: Path) -> None:
    if connection.vendor != "postgresql":
        pytest.skip("not on PostgreSQL")
    with cluster(CAREFUL) as url:
        own = {"DATA": str(tmp_path), "DJANGO_SETTINGS_MODULE": "config.settings"}
        _kill(4, {**os.environ, **own, "DATABASE_URL": url, "FAULT_CRASH": "1"})


def _kill(kills: int, environment: dict[str, str]) -> None:
    words = [sys.executable, "-m", "tests.faults", str(kills)]
    ended = subprocess.run(words, cwd=ROOT, env=environment, text=True, capture_output=True)
    assert ended.returncode == 0, ended.stdout + ended.stderr
    assert f"{kills} kills in" in ended.stdout
