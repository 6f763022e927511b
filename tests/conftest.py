"""What every test stands on: its own data folder, no network, nothing kept from the last one."""

from __future__ import annotations

import os
import re
import shutil
import socket
import subprocess
import sys
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from django.test import TransactionTestCase
from hypothesis import HealthCheck, settings

from tests.chromium import MISSING, chromium
from tests.snapshots import Snapshot, snapshot

settings.register_profile("dev", deadline=None, max_examples=60)
settings.register_profile(
    "ci", deadline=None, max_examples=150, suppress_health_check=[HealthCheck.too_slow]
)
settings.load_profile("ci" if os.environ.get("CI") else "dev")

ROOT = Path(__file__).parents[1]
SHARED = Path(os.environ.get("APPARATUS_SHARED", Path(__file__).parents[2] / "shared"))
# What Chromium does with a page, whatever database it comes from: once is enough.
LOOKS = re.compile(
    r"_(accessibility|constructs|crowds|keyboard_\w+|offsets|policy|reading|touch)\.py|axe|violation"
)
SEEN = "they are about the looks of pages, and run on SQLite"
LOOPBACK = ("127.0.0.1", "localhost", "::1")


def pytest_configure(config: pytest.Config) -> None:
    if os.environ.get("APPARATUS_REQUIRE_BROWSER") and not chromium():
        raise pytest.UsageError(f"APPARATUS_REQUIRE_BROWSER is set, and {MISSING}.")


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    # A browser on a busy machine may be late once; what fails for a reason fails again.
    mark = pytest.mark.flaky(reruns=1) if chromium() else pytest.mark.skip(reason=MISSING)
    again = os.environ.get("DATABASE_URL", "").startswith("postgres")
    for item in items:
        if item.nodeid.startswith("tests/browser/"):
            item.add_marker(mark)
            if again and LOOKS.search(item.nodeid):
                item.add_marker(pytest.mark.skip(reason=SEEN))


def pytest_terminal_summary(terminalreporter: Any) -> None:
    """One line for each reason why tests did not run, and for each that was tried again."""
    for report in terminalreporter.stats.get("rerun", []):
        crash = getattr(report.longrepr, "reprcrash", None)
        said = " ".join(str(crash.message if crash else report.longrepr).split())
        terminalreporter.write_line(f"tried again: {report.nodeid}: {said[:600]}", yellow=True)
    reports = terminalreporter.stats.get("skipped", [])
    reasons = Counter(one.longrepr[2] for one in reports if isinstance(one.longrepr, tuple))
    for reason, count in sorted(reasons.items()):
        plain = reason.removeprefix("Skipped: ").rstrip(".")
        terminalreporter.write_line(f"{count} tests did not run: {plain}.", yellow=True)


def pytest_unconfigure() -> None:
    data = Path(os.environ["DATA"])
    if data.name.startswith("apparatus-tests-"):
        shutil.rmtree(data, ignore_errors=True)


@pytest.fixture(scope="session")
def django_db_setup(django_db_setup: None, django_db_blocker: Any) -> Iterator[None]:
    """What a test of its own transactions wrote is gone after it by a copy of the empty database:
    to flush all tables takes ten times as long, and leaves the tables of the search."""
    with django_db_blocker.unblock():
        _empty.append(snapshot())
    with pytest.MonkeyPatch.context() as patch:
        flush = TransactionTestCase._fixture_teardown

        def clear(test: Any) -> None:
            if not (_empty[0] and _empty[0].bring_back()):
                flush(test)

        patch.setattr(TransactionTestCase, "_fixture_teardown", clear)
        yield
    _empty.clear()


_empty: list[Snapshot | None] = []


@pytest.fixture(scope="session")
def migrated(django_db_setup: None, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A data folder (``DATA``) with a database as ``migrate`` makes it, to be copied by tests that
    start the app's own processes: to migrate anew takes seconds."""
    folder = tmp_path_factory.mktemp("migrated")
    if _empty[0] is None:
        words = [sys.executable, "manage.py", "migrate", "-v0"]
        own = {"DATA": str(folder), "DATABASE_URL": "", "DJANGO_SETTINGS_MODULE": "config.settings"}
        subprocess.run(words, cwd=ROOT, env={**os.environ, **own}, check=True)
    else:
        _empty[0].write(folder / "apparatus.sqlite3")
    return folder


@pytest.fixture(autouse=True)
def _nothing_kept() -> Iterator[None]:
    """Primary keys come again from test to test, so what they name must not be kept."""
    from archive.kept import forget_all

    forget_all()
    yield
    forget_all()


@pytest.fixture(autouse=True)
def _no_network(monkeypatch: pytest.MonkeyPatch) -> None:
    connect = socket.socket.connect

    def guarded(self: socket.socket, address: object) -> None:
        if isinstance(address, tuple) and address[0] not in LOOPBACK:
            raise AssertionError(f"A test wanted to reach {address[0]}.")
        return connect(self, address)  # type: ignore[arg-type]

    monkeypatch.setattr(socket.socket, "connect", guarded)


@pytest.fixture(scope="session")
def shared() -> Path:
    """The folder of real material beside the project; the test is skipped where it is not."""
    if not (SHARED / "data").is_dir():
        pytest.skip(f"no real material at {SHARED.name}/data: set APPARATUS_SHARED to run this")
    return SHARED
