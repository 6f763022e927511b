"""What every test stands on: its own data folder, no network, nothing kept from the last one."""

from __future__ import annotations

import os
import socket
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings

# Before Django reads its settings: a test run never touches the data of `make run`.
os.environ["DATA"] = tempfile.mkdtemp(prefix="apparatus-tests-")

settings.register_profile("dev", deadline=None, max_examples=60)
settings.register_profile(
    "ci", deadline=None, max_examples=150, suppress_health_check=[HealthCheck.too_slow]
)
settings.load_profile("ci" if os.environ.get("CI") else "dev")

SHARED = Path(os.environ.get("APPARATUS_SHARED", Path(__file__).parents[2] / "shared"))
LOOPBACK = ("127.0.0.1", "localhost", "::1")


@pytest.fixture(autouse=True)
def _quick_passwords(settings: pytest.FixtureRequest) -> None:
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]


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
