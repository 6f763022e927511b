"""The server on this machine: its port, its address, and the one link that signs its owner in."""

from __future__ import annotations

import http.client
import os
import re
import shutil
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from django.contrib.auth.models import User
from django.contrib.auth.tokens import PasswordResetTokenGenerator
from django.core.management import CommandError, call_command
from django.test import Client

from annotations.accounts import local_owner, redeem, sign_in_path
from annotations.management.commands.serve import environment, server
from tests.factories import UserFactory

ROOT = Path(__file__).parents[1]


@pytest.fixture
def taken() -> Iterator[int]:
    """A port that something listens on."""
    with socket.socket() as busy:
        busy.bind(("127.0.0.1", 0))
        busy.listen()
        yield busy.getsockname()[1]


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def parts(path: str) -> tuple[str, str]:
    uid, token = path.strip("/").split("/")[1:]
    return uid, token


def test_a_taken_port_is_said_and_a_free_one_named(taken: int) -> None:
    with pytest.raises(CommandError, match=f"Port {taken} is taken") as caught:
        call_command("serve", port=taken)
    found = re.search(r"PORT=(\d+)`", str(caught.value))
    assert found
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", int(found[1])))


@pytest.mark.parametrize("port", [0, -1, 65536, 99999])
def test_what_is_no_port_is_refused(port: int) -> None:
    with pytest.raises(CommandError, match=f"{port} is no port"):
        call_command("serve", port=port)


def test_a_host_that_is_none_of_this_machine_is_refused() -> None:
    with pytest.raises(CommandError, match=r"Nothing can listen on 192\.0\.2\.1:8123"):
        call_command("serve", host="192.0.2.1", port=8123)


def test_a_given_address_is_one_that_the_server_answers_to(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("APPARATUS_HOSTS", raising=False)
    hosts = environment("192.168.7.7", "http://192.168.7.7:8000")["APPARATUS_HOSTS"].split(",")
    assert {"192.168.7.7", "localhost"} <= set(hosts)
    assert "--bind=[::1]:8000" in server("::1", 8000, 2, 4)
    monkeypatch.setenv("APPARATUS_HOSTS", "read.example.org")
    assert "APPARATUS_HOSTS" not in environment("192.168.7.7", "http://192.168.7.7:8000")


@pytest.mark.django_db
def test_the_owner_is_the_first_superuser() -> None:
    UserFactory()
    first = UserFactory(is_superuser=True)
    UserFactory(is_superuser=True)
    assert local_owner() == first


@pytest.mark.django_db
def test_an_owner_is_made_where_there_is_none_and_has_no_password() -> None:
    made = local_owner()
    assert (made.username, made.is_superuser, made.is_staff) == ("owner", True, True)
    assert not made.has_usable_password()
    assert local_owner() == made


@pytest.mark.django_db
def test_nobody_is_made_the_owner_by_name_alone() -> None:
    UserFactory(username="owner")
    with pytest.raises(CommandError, match="is no superuser"):
        local_owner()


@pytest.mark.django_db
def test_a_sign_in_link_holds_once() -> None:
    user = UserFactory()
    uid, token = parts(sign_in_path(user))
    assert redeem(uid, token) == user
    assert redeem(uid, token) is None


@pytest.mark.django_db
def test_a_new_sign_in_ends_the_links_that_were_given_before() -> None:
    user = UserFactory()
    older, newer = parts(sign_in_path(user)), parts(sign_in_path(user))
    assert redeem(*newer) == user
    assert redeem(*older) is None


@pytest.mark.django_db
def test_a_sign_in_link_ends_with_its_time(monkeypatch: pytest.MonkeyPatch) -> None:
    user = UserFactory()
    long_ago = datetime.now() - timedelta(days=4)
    with monkeypatch.context() as patch:
        patch.setattr(PasswordResetTokenGenerator, "_now", lambda self: long_ago)
        path = sign_in_path(user)
    assert redeem(*parts(path)) is None


@pytest.mark.django_db
def test_a_sign_in_link_is_of_one_account_that_is_active() -> None:
    user, other = UserFactory(), UserFactory()
    uid, token = parts(sign_in_path(user))
    other_uid, _ = parts(sign_in_path(other))
    assert redeem(other_uid, token) is None
    User.objects.filter(pk=user.pk).update(is_active=False)
    assert redeem(uid, token) is None


@pytest.mark.django_db
@pytest.mark.parametrize(("uid", "token"), [("", ""), ("!!", "x"), ("w6k", "a-b"), ("MTIz", "1-2")])
def test_a_damaged_sign_in_link_signs_nobody_in(uid: str, token: str) -> None:
    assert redeem(uid, token) is None


@pytest.mark.django_db
def test_a_spent_link_says_so_and_signs_nobody_in(client: Client) -> None:
    path = sign_in_path(UserFactory())
    assert client.get(path).status_code == 302
    assert "_auth_user_id" in client.session
    stranger = Client()
    answer = stranger.get(path)
    assert answer.status_code == 410
    assert "has been used" in answer.content.decode()
    assert "_auth_user_id" not in stranger.session


class Running:
    """`manage.py serve` on a data folder that is migrated, as `make run` starts it."""

    def __init__(self, data: Path) -> None:
        self.port = free_port()
        self.environment = {
            **os.environ,
            "DATA": str(data),
            "DATABASE_URL": "",
            "DJANGO_SETTINGS_MODULE": "config.settings",
        }
        self.process = subprocess.Popen(
            [sys.executable, "manage.py", "serve", f"--port={self.port}"],
            cwd=ROOT,
            env=self.environment,
            stdout=subprocess.PIPE,
            text=True,
            start_new_session=True,
        )
        assert self.process.stdout
        self.said = [self.process.stdout.readline() for _ in range(4)]

    def status(self, path: str) -> int:
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=20)
        try:
            connection.request("GET", path)
            return connection.getresponse().status
        finally:
            connection.close()


@pytest.fixture
def running(migrated: Path, tmp_path: Path) -> Iterator[Running]:
    started = Running(shutil.copytree(migrated, tmp_path / "data"))
    yield started
    if started.process.poll() is None:
        os.killpg(started.process.pid, signal.SIGKILL)
    started.process.wait()
    assert started.process.stdout
    started.process.stdout.close()


def test_the_server_prints_one_link_that_signs_in_one_browser_and_stops_at_ctrl_c(
    running: Running,
) -> None:
    address = f"http://127.0.0.1:{running.port}/"
    assert running.said[0] == f"Apparatus runs on {address}\n"
    link = running.said[2].strip()
    assert link.startswith(f"{address}signin/")
    for _ in range(100):
        try:
            assert running.status("/healthz") == 200
            break
        except ConnectionRefusedError:
            time.sleep(0.1)
    with ThreadPoolExecutor(6) as pool:
        statuses = sorted(pool.map(running.status, [urlsplit(link).path] * 6))
    assert statuses == [302, 410, 410, 410, 410, 410]
    # As a terminal does it: to the server and its workers at once.
    os.killpg(running.process.pid, signal.SIGINT)
    assert running.process.wait(timeout=8) == 0
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        probe.bind(("127.0.0.1", running.port))
