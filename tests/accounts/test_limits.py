"""Repeated attempts are limited, and every process of a site counts the same."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit, urlunsplit

import pytest
from django.core.exceptions import ImproperlyConfigured
from django.db import connection
from django.test import Client, RequestFactory

from annotations.limits import allowed
from tests.factories import UserFactory

ROOT = Path(__file__).parents[2]
TRIES = """
import sys, django
django.setup()
from django.test import RequestFactory
from annotations.limits import allowed
request = RequestFactory().post("/")
print("ready", flush=True)
sys.stdin.readline()
print(sum(allowed(request, "join", "25/m/ip") for _ in range(20)), flush=True)
"""


def request_from(address: str) -> Any:
    return RequestFactory().get("/", REMOTE_ADDR=address)


@pytest.mark.django_db
def test_a_limit_holds_for_one_address_and_one_action() -> None:
    tried = [allowed(request_from("10.0.0.1"), "join", "3/m/ip") for _ in range(5)]
    assert tried == [True, True, True, False, False]
    assert allowed(request_from("10.0.0.2"), "join", "3/m/ip")
    assert allowed(request_from("10.0.0.1"), "post", "3/m/ip")


@pytest.mark.django_db
def test_a_limit_of_an_account_holds_wherever_it_comes_from() -> None:
    first, second = UserFactory(), UserFactory()
    tried = []
    for address in ("10.0.0.1", "10.0.0.2", "10.0.0.3"):
        request = request_from(address)
        request.user = first
        tried.append(allowed(request, "join", "2/m/user"))
    assert tried == [True, True, False]
    request.user = second
    assert allowed(request, "join", "2/m/user")


@pytest.mark.django_db
def test_of_several_limits_the_narrowest_holds() -> None:
    request = request_from("10.0.0.1")
    assert [allowed(request, "join", "2/m/ip,9/h/ip") for _ in range(3)] == [True, True, False]


@pytest.mark.django_db
@pytest.mark.parametrize("amount", ["many", "3/x/ip", "3/m/moon"])
def test_what_is_no_amount_is_a_fault_of_the_code(amount: str) -> None:
    with pytest.raises(ValueError):
        allowed(request_from("10.0.0.1"), "join", amount)


@pytest.mark.django_db
def test_a_limit_of_an_account_needs_one() -> None:
    from django.contrib.auth.models import AnonymousUser

    request = request_from("10.0.0.1")
    request.user = AnonymousUser()
    with pytest.raises(ImproperlyConfigured):
        allowed(request, "join", "3/m/user")


@pytest.fixture
def environment(tmp_path: Path, transactional_db: None) -> Iterator[dict[str, str]]:
    """What two processes share: the tests' database on PostgreSQL, else one of their own."""
    url = ""
    if connection.vendor == "postgresql":
        parts = urlsplit(os.environ["DATABASE_URL"])
        url = urlunsplit(parts._replace(path="/" + connection.settings_dict["NAME"]))
    shared = {"DATA": str(tmp_path), "DATABASE_URL": url}
    found = {**os.environ, **shared, "DJANGO_SETTINGS_MODULE": "config.settings"}
    made = [sys.executable, "manage.py", "createcachetable", "--verbosity=0"]
    subprocess.run(made, cwd=ROOT, env=found, check=True)
    yield found


def test_two_processes_count_together(environment: dict[str, str]) -> None:
    started = [
        subprocess.Popen(
            [sys.executable, "-c", TRIES],
            cwd=ROOT,
            env=environment,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )
        for _ in range(2)
    ]
    for process in started:
        assert process.stdout and process.stdout.readline() == "ready\n"
    said = []
    for process in started:
        assert process.stdin
        process.stdin.write("go\n")
        process.stdin.flush()
    for process in started:
        said.append(int(process.communicate(timeout=30)[0]))
    # Each alone would have been allowed all of its 20.
    assert sum(said) == 25


@pytest.mark.django_db
def test_a_password_is_not_tried_without_end_and_other_accounts_still_sign_in() -> None:
    jane, other = UserFactory(username="jane"), UserFactory(username="other")
    for one in (jane, other):
        one.set_password("a long walk by the river")
        one.save()
    for n in range(5):
        wrong = {"login": "jane", "password": "not this one"}
        Client(REMOTE_ADDR=f"10.0.0.{n}").post("/accounts/login/", wrong)
    right = {"login": "jane", "password": "a long walk by the river"}
    refused = Client(REMOTE_ADDR="10.0.0.99").post("/accounts/login/", right)
    assert "Too many failed login attempts" in refused.content.decode()
    assert Client().post("/accounts/login/", {**right, "login": "other"}).status_code == 302


@pytest.mark.django_db
def test_a_class_signs_in_at_once_from_one_address() -> None:
    people = UserFactory.create_batch(35)
    for one in people:
        one.set_password("a long walk by the river")
        one.save()
    given = [{"login": one.username, "password": "a long walk by the river"} for one in people]
    assert {Client().post("/accounts/login/", one).status_code for one in given} == {302}


@pytest.mark.django_db
def test_what_is_too_often_is_said_on_a_page_of_ours() -> None:
    client = Client()
    for _ in range(20):
        client.post("/accounts/password/reset/", {"email": f"{_}@example.org"})
    answer = client.post("/accounts/password/reset/", {"email": "x@example.org"})
    assert answer.status_code == 429
    assert "That was too often" in answer.content.decode()
