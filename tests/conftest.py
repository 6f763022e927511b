"""What every test stands on: its own data folder, no network, nothing kept from the last one."""

from __future__ import annotations

import os
import shutil
import socket
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, settings

from tests.chromium import MISSING, chromium

settings.register_profile("dev", deadline=None, max_examples=60)
settings.register_profile(
    "ci", deadline=None, max_examples=150, suppress_health_check=[HealthCheck.too_slow]
)
settings.load_profile("ci" if os.environ.get("CI") else "dev")

SHARED = Path(os.environ.get("APPARATUS_SHARED", Path(__file__).parents[2] / "shared"))
LOOPBACK = ("127.0.0.1", "localhost", "::1")


def pytest_configure(config: pytest.Config) -> None:
    if os.environ.get("APPARATUS_REQUIRE_BROWSER") and not chromium():
        raise pytest.UsageError(f"APPARATUS_REQUIRE_BROWSER is set, and {MISSING}.")


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    # A browser on a busy machine may be late once; what fails for a reason fails again.
    mark = pytest.mark.flaky(reruns=1) if chromium() else pytest.mark.skip(reason=MISSING)
    for item in items:
        if item.nodeid.startswith("tests/browser/"):
            item.add_marker(mark)


def pytest_terminal_summary(terminalreporter: Any) -> None:
    """One line for each reason why tests did not run."""
    reports = terminalreporter.stats.get("skipped", [])
    reasons = Counter(one.longrepr[2] for one in reports if isinstance(one.longrepr, tuple))
    for reason, count in sorted(reasons.items()):
        plain = reason.removeprefix("Skipped: ").rstrip(".")
        terminalreporter.write_line(f"{count} tests did not run: {plain}.", yellow=True)


def pytest_unconfigure() -> None:
    data = Path(os.environ["DATA"])
    if data.name.startswith("apparatus-tests-"):
        shutil.rmtree(data, ignore_errors=True)


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
