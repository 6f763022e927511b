"""Accounts and error pages look like the rest, say what is safe, and tell strangers nothing."""

from __future__ import annotations

import re

import pytest
from django.contrib.auth.models import User
from django.core import mail
from django.core.cache import cache
from django.test import Client

from tests.factories import UserFactory

INLINE = re.compile(r"<style|\sstyle=|\son[a-z]+=|<script(?![^>]*\ssrc=)", re.IGNORECASE)
FOR_STRANGERS = (
    *("login", "signup", "inactive", "confirm-email", "confirm-email/nothing"),
    *("password/reset", "password/reset/done", "password/reset/key/1-x"),
    "password/reset/key/done",
)
FOR_MEMBERS = ("logout", "", "password/change", "email", "2fa", "reauthenticate")


def page(client: Client, path: str, status: int = 200) -> str:
    answer = client.get(path)
    assert answer.status_code == status
    html = answer.content.decode()
    assert 'class="bar"' in html
    assert not INLINE.search(html)
    return html


@pytest.fixture(autouse=True)
def _nothing_counted(db: None) -> None:
    cache.clear()


@pytest.fixture
def reader(db: None) -> User:
    made = UserFactory(username="ines", email="ines@example.org")
    made.set_password("a long walk by the river")
    made.save()
    return made


@pytest.mark.django_db
@pytest.mark.parametrize("name", FOR_STRANGERS)
def test_a_strangers_account_pages_have_our_bar_and_nothing_inline(
    client: Client, name: str
) -> None:
    page(client, f"/accounts/{name}/".replace("//", "/"))


@pytest.mark.parametrize("name", FOR_MEMBERS)
def test_a_members_account_pages_have_our_bar_and_nothing_inline(
    client: Client, reader: User, name: str
) -> None:
    client.force_login(reader)
    page(client, f"/accounts/{name}/".replace("//", "/"))


@pytest.mark.django_db
def test_nobody_makes_an_account_unless_the_server_lets_everyone(client: Client) -> None:
    assert "Accounts are given out here" in page(client, "/accounts/signup/")
    given = {"username": "eve", "password1": "a long walk home", "password2": "a long walk home"}
    client.post("/accounts/signup/", given)
    assert not User.objects.exists()


@pytest.mark.django_db
def test_a_reader_makes_an_account_where_signing_up_is_open(
    client: Client, settings: object
) -> None:
    settings.SIGNUP_OPEN = True  # type: ignore[attr-defined]
    assert "Make an account" in page(client, "/accounts/signup/")
    given = {"username": "eve", "password1": "a long walk home", "password2": "a long walk home"}
    assert client.post("/accounts/signup/", given).status_code == 302
    assert User.objects.get().username == "eve"


def test_a_reader_signs_in_and_out(client: Client, reader: User) -> None:
    given = {"login": "ines", "password": "a long walk by the river"}
    assert client.post("/accounts/login/", given).headers["Location"] == "/"
    assert "ines" in page(client, "/")
    client.post("/accounts/logout/")
    assert "_auth_user_id" not in client.session


def test_a_wrong_password_is_said_without_saying_what_was_wrong(
    client: Client, reader: User
) -> None:
    said = []
    for login in ("ines", "nobody"):
        answer = client.post("/accounts/login/", {"login": login, "password": "not this one"})
        said.append(re.findall(r'class="errorlist[^>]*>(.*?)</ul>', answer.content.decode(), re.S))
    assert said[0] == said[1] != []


def test_a_forgotten_password_is_set_by_mail_and_strangers_learn_nothing(
    client: Client, reader: User
) -> None:
    answers = [
        client.post("/accounts/password/reset/", {"email": address})
        for address in ("ines@example.org", "nobody@example.org")
    ]
    assert {(one.status_code, one.headers["Location"]) for one in answers} == {
        (302, "/accounts/password/reset/done/")
    }
    to_reader = next(one for one in mail.outbox if one.to == ["ines@example.org"])
    link = re.search(r"http://testserver(\S+/reset/key/\S+)", str(to_reader.body))
    assert link
    form = client.get(link[1], follow=True)
    path = form.redirect_chain[-1][0]
    words = {"password1": "another walk by night", "password2": "another walk by night"}
    assert client.post(path, words).status_code == 302
    reader.refresh_from_db()
    assert reader.check_password("another walk by night")


@pytest.mark.django_db
def test_what_is_not_found_offers_strangers_to_sign_in_and_come_back(client: Client) -> None:
    html = page(client, "/sets/none/", 404)
    assert "/accounts/login/?next=/sets/none/" in html


def test_what_is_not_found_offers_no_second_sign_in(client: Client, reader: User) -> None:
    client.force_login(reader)
    assert 'href="/accounts/login/' not in page(client, "/sets/none/", 404)


def test_the_page_of_a_broken_server_says_what_is_safe_and_asks_nothing_of_it(
    client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(*args: object, **kwargs: object) -> None:
        raise RuntimeError("the database is away")

    monkeypatch.setattr("archive.views.volumes.volumes_with_counts", broken)
    client.raise_request_exception = False
    answer = client.get("/volumes/")
    html = answer.content.decode()
    assert answer.status_code == 500
    assert "saved before is safe" in html
    assert "the database is away" not in html
    assert not INLINE.search(html)


@pytest.mark.django_db
def test_a_form_that_is_too_old_says_what_is_safe() -> None:
    strict = Client(enforce_csrf_checks=True)
    answer = strict.post("/accounts/login/", {"login": "x", "password": "y"})
    assert answer.status_code == 403
    assert "Nothing was changed" in answer.content.decode()
