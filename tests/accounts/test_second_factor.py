"""The second factor: asked for on every way in, but of the owner at the machine itself."""

from __future__ import annotations

import re
from types import SimpleNamespace
from typing import Any

import pytest
from allauth.mfa.models import Authenticator
from allauth.mfa.recovery_codes.internal.auth import RecoveryCodes
from allauth.mfa.totp.internal import auth
from django.contrib.auth.models import User
from django.db import connection
from django.test import Client

from annotations.accounts import local_owner, sign_in_path
from tests.factories import UserFactory

pytestmark = pytest.mark.django_db
PASSWORD = "a long walk by the river"
CODE = "/accounts/2fa/authenticate/"
SECRET = auth.generate_totp_secret()


@pytest.fixture
def jane() -> User:
    made = UserFactory(username="jane", email="jane@example.edu")
    made.set_password(PASSWORD)
    made.save()
    return made


@pytest.fixture
def guarded(jane: User) -> User:
    auth.TOTP.activate(jane, SECRET)
    return jane


@pytest.fixture(autouse=True)
def clock(monkeypatch: pytest.MonkeyPatch) -> None:
    """The time as the second factor sees it stands still, so that no code ends within a test."""
    monkeypatch.setattr(auth, "time", SimpleNamespace(time=lambda: 1_700_000_000.0))


def code(secret: str, steps: int = 0) -> str:
    counter = list(auth.yield_hotp_counters_from_time())[1] + steps
    return auth.format_hotp_value(auth.hotp_value(secret, counter))


def drop_marks_of(name: str) -> None:
    """What allauth remembers for half a minute of a code that was used."""
    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM archive_cache WHERE cache_key LIKE %s", [f"%{name}%"])
        assert cursor.rowcount == 1


def signed_in(client: Client) -> bool:
    return "_auth_user_id" in client.session


def with_password(client: Client, login: str = "jane") -> Any:
    return client.post("/accounts/login/", {"login": login, "password": PASSWORD})


def test_turned_on_with_the_code_that_the_app_shows(client: Client, jane: User) -> None:
    with_password(client)
    answer = client.get("/accounts/2fa/totp/activate/", follow=True)
    place = answer.redirect_chain[-1][0]
    assert place.startswith("/accounts/reauthenticate/")
    answer = client.post(place, {"password": PASSWORD}, follow=True)
    page = answer.content.decode()
    assert 'src="data:image/svg+xml;base64,' in page
    secret = re.search(r'id="key" type="text" value="(\w+)"', page)
    assert secret and "Apparatus%20testserver" in page and "jane%40" not in page
    wrong = client.post("/accounts/2fa/totp/activate/", {"code": "000000"})
    assert "Incorrect code" in wrong.content.decode()
    assert not Authenticator.objects.exists()
    done = client.post("/accounts/2fa/totp/activate/", {"code": code(secret[1])}, follow=True)
    assert len(re.findall(r"<code>\w{8}</code>", done.content.decode())) == 10
    assert "10 left" in client.get("/accounts/2fa/").content.decode()
    assert "On: you sign in" in client.get("/accounts/").content.decode()
    loaded = client.get("/accounts/2fa/recovery-codes/download/")
    assert loaded.headers["Content-Type"].startswith("text/plain")
    assert len(re.findall(r"^\w{8}$", loaded.content.decode(), re.MULTILINE)) == 10


@pytest.mark.parametrize("login", ["jane", "JANE", "jane@example.edu", "Jane@Example.EDU"])
def test_a_password_alone_opens_nothing(client: Client, guarded: User, login: str) -> None:
    assert with_password(client, login).headers["Location"] == CODE
    assert not signed_in(client)
    assert client.get("/accounts/").status_code == 302
    client.post(CODE, {"code": "000000"})
    assert not signed_in(client)
    client.post(CODE, {"code": code(SECRET)})
    assert signed_in(client)


def test_a_code_signs_in_once(
    client: Client, guarded: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    with_password(client)
    used = code(SECRET)
    client.post(CODE, {"code": used})
    assert signed_in(client)
    # A minute later its step is still within what a clock may be off.
    late = SimpleNamespace(time=lambda: 1_700_000_000.0 + 30)
    monkeypatch.setattr(auth, "time", late)
    drop_marks_of("allauth.mfa.totp.used")
    thief = Client()
    with_password(thief)
    thief.post(CODE, {"code": used})
    assert not signed_in(thief)


@pytest.mark.parametrize(("steps", "holds"), [(-1, True), (0, True), (1, True), (-3, False)])
def test_a_clock_may_be_half_a_minute_off(
    client: Client, guarded: User, steps: int, holds: bool
) -> None:
    with_password(client)
    client.post(CODE, {"code": code(SECRET, steps)})
    assert signed_in(client) is holds


def test_a_recovery_code_signs_in_once(client: Client, guarded: User) -> None:
    first = RecoveryCodes.activate(guarded).get_unused_codes()[0]
    with_password(client)
    client.post(CODE, {"code": first})
    assert signed_in(client)
    again = Client()
    with_password(again)
    again.post(CODE, {"code": first})
    assert not signed_in(again)


def test_codes_are_not_tried_without_end(client: Client, guarded: User) -> None:
    with_password(client)
    for _ in range(5):
        client.post(CODE, {"code": "000000"})
    answer = client.post(CODE, {"code": code(SECRET)})
    assert "Too many failed login attempts" in answer.content.decode()
    assert not signed_in(client)


def test_a_set_password_does_not_take_the_second_factor_away(
    client: Client, guarded: User, mailoutbox: list[Any]
) -> None:
    client.post("/accounts/password/reset/", {"email": "jane@example.edu"})
    link = re.search(r"http://testserver(\S+/reset/key/\S+)", mailoutbox[0].body)
    assert link
    place = client.get(link[1], follow=True).redirect_chain[-1][0]
    client.post(place, {"password1": "another walk by night", "password2": "another walk by night"})
    assert not signed_in(client)
    given = {"login": "jane", "password": "another walk by night"}
    assert client.post("/accounts/login/", given).headers["Location"] == CODE


def test_a_one_time_link_asks_for_it(client: Client, guarded: User) -> None:
    UserFactory(is_superuser=True)
    assert client.get(sign_in_path(guarded)).headers["Location"] == CODE
    assert not signed_in(client)
    client.post(CODE, {"code": code(SECRET)})
    assert signed_in(client)


def test_a_one_time_link_asks_another_superuser_for_it(client: Client) -> None:
    local_owner()
    second = UserFactory(is_superuser=True, is_staff=True)
    auth.TOTP.activate(second, SECRET)
    assert client.get(sign_in_path(second)).headers["Location"] == CODE


def test_the_local_owner_comes_in_by_her_link(client: Client) -> None:
    owner = local_owner()
    auth.TOTP.activate(owner, SECRET)
    assert client.get(sign_in_path(owner)).headers["Location"] == "/"
    assert signed_in(client)


def test_the_admin_site_has_no_sign_in_of_its_own(client: Client, guarded: User) -> None:
    User.objects.update(is_staff=True)
    answer = client.post("/admin/login/", {"username": "jane", "password": PASSWORD})
    assert answer.headers["Location"].startswith("/accounts/login/")
    assert not signed_in(client)
    assert client.get("/admin/", follow=True).redirect_chain[-1][0].startswith("/accounts/login/")


def test_turning_it_off_asks_who_one_is(client: Client, guarded: User) -> None:
    client.force_login(guarded)
    off = "/accounts/2fa/totp/deactivate/"
    answer = client.post(off)
    assert answer.headers["Location"].startswith("/accounts/reauthenticate/")
    assert Authenticator.objects.exists()
    other = client.get(answer.headers["Location"]).content.decode()
    assert "/accounts/2fa/reauthenticate/" in other
    client.post("/accounts/2fa/reauthenticate/", {"code": code(SECRET)})
    client.post(off)
    assert not Authenticator.objects.exists()


def test_staff_takes_it_away_on_the_admin_site(client: Client, guarded: User) -> None:
    client.force_login(UserFactory(is_superuser=True, is_staff=True))
    pk = Authenticator.objects.get().pk
    shown = client.get(f"/admin/mfa/authenticator/{pk}/change/").content.decode()
    assert "jane" in shown and SECRET not in shown
    client.post(f"/admin/mfa/authenticator/{pk}/delete/", {"post": "yes"})
    stranger = Client()
    with_password(stranger)
    assert signed_in(stranger)
