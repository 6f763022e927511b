"""Sign-in through a university, against a provider that runs as a process beside the tests."""

from __future__ import annotations

import re
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
from allauth.account.models import EmailAddress
from allauth.socialaccount.models import SocialAccount, SocialToken
from django.contrib.auth.models import User
from django.test import Client

from tests.accounts.provider import Provider, agreed, sign_in, way_out
from tests.factories import UserFactory

pytestmark = pytest.mark.django_db
MAIL = "jane.doe@example.edu"
NAMED = {"given_name": "Jane", "family_name": "Doe"}
PLACES = ("", "login/", "callback/", "signup/", "cancelled/", "error/")


def who(client: Client) -> User | None:
    pk = client.session.get("_auth_user_id")
    return User.objects.get(pk=pk) if pk else None


def account(**fields: Any) -> User:
    """An account with a password and, if an address is given, that address."""
    confirmed = fields.pop("confirmed", True)
    made = UserFactory(**fields)
    made.set_password("a long walk by the river")
    made.save()
    if made.email:
        EmailAddress.objects.create(user=made, email=made.email, primary=True, verified=confirmed)
    return made


@pytest.mark.parametrize("place", PLACES)
def test_without_settings_there_is_no_trace_of_it(client: Client, place: str) -> None:
    assert client.get(f"/accounts/university/{place}").status_code == 404
    for page in ("login", "signup"):
        assert "niversity" not in client.get(f"/accounts/{page}/").content.decode()
    client.force_login(UserFactory())
    assert client.get(f"/accounts/university/{place}").status_code == 404
    assert "niversity" not in client.get("/accounts/").content.decode()


def test_someone_new_gets_an_account_also_where_signing_up_is_closed(
    client: Client, university: Provider, settings: Any
) -> None:
    assert not settings.SIGNUP_OPEN
    assert "Sign in through the University of X" in client.get("/accounts/login/").content.decode()
    university.person("s1", email=MAIL, email_verified=True, preferred_username=MAIL, **NAMED)
    assert sign_in(client, "s1").headers["Location"] == "/"
    made = who(client)
    assert made
    assert (made.username, made.get_full_name(), made.email) == ("jane-doe", "Jane Doe", MAIL)
    assert not made.has_usable_password()
    assert EmailAddress.objects.get(user=made).verified
    again = Client()
    sign_in(again, "s1")
    assert who(again) == made


@pytest.mark.parametrize(
    ("claims", "name"),
    [
        ({"preferred_username": MAIL}, "reader"),
        ({"preferred_username": "jane.doe"}, "reader"),
        ({"preferred_username": "q12345"}, "q12345"),
        ({"name": "Zoë Ångström", "preferred_username": "q12345"}, "zoë-ångström"),
        ({}, "reader"),
    ],
)
def test_a_user_name_does_not_give_the_mail_address_away(
    client: Client, university: Provider, claims: dict[str, str], name: str
) -> None:
    university.person("s2", email=MAIL, email_verified=True, **claims)
    sign_in(client, "s2")
    made = who(client)
    assert made and made.username == name


def test_of_two_people_with_one_name_the_second_gets_another_user_name(
    client: Client, university: Provider
) -> None:
    account(username="Jane-Doe")
    university.person("s3", email=MAIL, email_verified=True, **NAMED)
    sign_in(client, "s3")
    made = who(client)
    assert made and made.username.startswith("jane-doe") and len(made.username) > len("jane-doe")


def test_of_two_tabs_that_come_at_once_neither_leaves_half_an_account(
    client: Client, university: Provider, monkeypatch: pytest.MonkeyPatch
) -> None:
    first = UserFactory()
    university.person("s20", email=MAIL, email_verified=True)
    save = SocialAccount.save

    def other_tab_first(self: SocialAccount, *args: Any, **kwargs: Any) -> None:
        monkeypatch.setattr(SocialAccount, "save", save)
        SocialAccount.objects.create(user=first, provider=self.provider, uid=self.uid)
        save(self, *args, **kwargs)

    monkeypatch.setattr(SocialAccount, "save", other_tab_first)
    assert sign_in(client, "s20").status_code == 401
    assert list(User.objects.all()) == [first] and who(client) is None


def test_nothing_is_kept_of_what_the_provider_tells_but_name_and_address(
    client: Client, university: Provider
) -> None:
    university.person("s4", email=MAIL, email_verified=True, matriculation="0815", **NAMED)
    sign_in(client, "s4")
    assert SocialAccount.objects.get().extra_data == {}
    sign_in(Client(), "s4")
    assert SocialAccount.objects.get().extra_data == {}
    assert not SocialToken.objects.exists()


def test_nobody_new_comes_in_where_the_settings_say_so(
    client: Client, university: Provider, settings: Any
) -> None:
    settings.OIDC_SIGNUP = False
    university.person("s5", email=MAIL, email_verified=True)
    assert "Accounts are given out here" in sign_in(client, "s5").content.decode()
    assert who(client) is None and not User.objects.exists()


def test_an_account_is_found_by_an_address_that_both_sides_have_verified(
    client: Client, university: Provider
) -> None:
    jane = account(email=MAIL)
    university.person("s6", email=MAIL, email_verified=True)
    sign_in(client, "s6")
    assert who(client) == jane
    jane.refresh_from_db()
    assert jane.has_usable_password()
    university.person("s6", email="other@example.edu", email_verified=True)
    again = Client()
    sign_in(again, "s6")
    assert who(again) == jane


@pytest.mark.parametrize("said", [None, False, "false", "no"])
def test_no_account_is_found_by_an_address_that_the_provider_has_not_verified(
    client: Client, university: Provider, said: object
) -> None:
    jane = account(username="jane", email=MAIL)
    claims = {} if said is None else {"email_verified": said}
    university.person("s7", email=MAIL, **claims)
    answer = sign_in(client, "s7")
    assert answer.headers["Location"] == "/accounts/university/signup/"
    assert who(client) is None
    page = client.get("/accounts/university/signup/").content.decode()
    assert "If you have one already" in page and "jane" not in page.replace(MAIL, "")
    client.post("/accounts/university/signup/", {"username": "second", "email": MAIL})
    made = who(client)
    assert made and made != jane
    assert not SocialAccount.objects.filter(user=jane).exists()
    assert not EmailAddress.objects.get(user=made).verified


def test_an_account_that_never_confirmed_the_address_loses_its_password_to_the_owner_of_the_address(
    client: Client, university: Provider
) -> None:
    squatter = Client()
    jane = account(email=MAIL, confirmed=False)
    squatter.force_login(jane)
    university.person("s8", email=MAIL, email_verified=True)
    sign_in(client, "s8")
    assert who(client) == jane
    jane.refresh_from_db()
    assert not jane.has_usable_password()
    assert EmailAddress.objects.get(user=jane).verified
    assert squatter.get("/accounts/").status_code == 302


def test_an_account_that_someone_else_holds_by_the_provider_is_not_found_by_a_mere_claim(
    client: Client, university: Provider
) -> None:
    squatter = account(email=MAIL, confirmed=False)
    SocialAccount.objects.create(user=squatter, provider="elsewhere", uid="x")
    university.person("s9", email=MAIL, email_verified=True)
    assert sign_in(client, "s9").headers["Location"] == "/accounts/university/signup/"


@pytest.mark.parametrize("flag", ["is_staff", "is_superuser"])
def test_staff_is_never_found_by_an_address(
    client: Client, university: Provider, flag: str
) -> None:
    account(email=MAIL, **{flag: True})
    university.person("s10", email=MAIL, email_verified=True)
    assert sign_in(client, "s10").headers["Location"] == "/accounts/university/signup/"
    assert who(client) is None


def test_an_account_is_connected_by_hand_and_disconnected(
    client: Client, university: Provider
) -> None:
    jane = account(username="jane", is_staff=True)
    client.post("/accounts/login/", {"login": "jane", "password": "a long walk by the river"})
    university.person("s11", email=MAIL)
    # Who she is was proved some minutes ago; before a connection it is asked again.
    answer = sign_in(client, "s11", process="connect")
    assert answer.headers["Location"] == "/accounts/reauthenticate/"
    answer = client.post("/accounts/reauthenticate/", {"password": "a long walk by the river"})
    assert answer.headers["Location"] == "/accounts/university/"
    connection = SocialAccount.objects.get(user=jane)
    other = Client()
    sign_in(other, "s11")
    assert who(other) == jane
    assert "This account is connected" in client.get("/accounts/university/").content.decode()
    client.post("/accounts/university/", {"account": connection.pk})
    assert not SocialAccount.objects.exists()


def test_the_last_way_in_is_not_taken_away(client: Client, university: Provider) -> None:
    university.person("s12", email=MAIL, email_verified=True)
    sign_in(client, "s12")
    answer = client.post("/accounts/university/", {"account": SocialAccount.objects.get().pk})
    assert "Set a password first" in answer.content.decode()
    assert SocialAccount.objects.exists()


def test_a_connection_is_worth_nothing_at_another_issuer(
    client: Client, university: Provider, settings: Any
) -> None:
    jane = account()
    SocialAccount.objects.create(user=jane, provider="login.old.example", uid="s13")
    university.person("s13", email="someone@example.edu", email_verified=True)
    sign_in(client, "s13")
    assert who(client) not in (None, jane)
    client.force_login(jane)
    assert "This account is connected" not in client.get("/accounts/university/").content.decode()
    assert "Not connected" in client.get("/accounts/").content.decode()


def test_a_closed_account_is_not_opened_by_the_provider(
    client: Client, university: Provider
) -> None:
    university.person("s14", email=MAIL, email_verified=True)
    sign_in(client, "s14")
    User.objects.update(is_active=False)
    stranger = Client()
    assert sign_in(stranger, "s14").headers["Location"] == "/accounts/inactive/"
    assert who(stranger) is None
    assert "is closed" in stranger.get("/accounts/inactive/").content.decode()


def test_who_has_a_second_factor_is_asked_for_it_here_too(
    client: Client, university: Provider
) -> None:
    from allauth.mfa.totp.internal.auth import TOTP, generate_totp_secret

    university.person("s15", email=MAIL, email_verified=True)
    sign_in(client, "s15")
    TOTP.activate(User.objects.get(), generate_totp_secret())
    again = Client()
    assert sign_in(again, "s15").headers["Location"] == "/accounts/2fa/authenticate/"
    assert who(again) is None


def test_one_comes_back_to_where_one_was_and_nowhere_else(
    client: Client, university: Provider
) -> None:
    university.person("s16", email=MAIL, email_verified=True)
    assert sign_in(client, "s16", next="/sets/").headers["Location"] == "/sets/"
    for away in ("https://evil.example/", "//evil.example/", "http://localhost/", "javascript:x"):
        assert sign_in(Client(), "s16", next=away).headers["Location"] == "/"


def test_the_way_is_asked_for_with_state_and_proof(client: Client, university: Provider) -> None:
    asked = parse_qs(urlsplit(way_out(client)).query)
    assert asked["redirect_uri"] == ["http://testserver/accounts/university/callback/"]
    assert asked["code_challenge_method"] == ["S256"]
    assert set(asked["scope"][0].split()) == {"openid", "profile", "email"}
    assert len(asked["state"][0]) >= 16


def test_a_link_alone_leads_nowhere(client: Client, university: Provider) -> None:
    answer = client.get("/accounts/university/login/?process=connect")
    assert b"<form" in answer.content and b"0;url" not in answer.content
    strict = Client(enforce_csrf_checks=True)
    assert strict.post("/accounts/university/login/").status_code == 403


def test_an_answer_that_was_meant_for_another_browser_signs_nobody_in(
    client: Client, university: Provider
) -> None:
    university.person("s17", email=MAIL, email_verified=True)
    back = agreed(way_out(client), "s17")
    stranger = Client()
    assert stranger.get(back).status_code == 401
    assert who(stranger) is None
    assert client.get(back).status_code == 302
    client.logout()
    assert client.get(back).status_code == 401


def test_who_stops_at_the_provider_is_told_so(client: Client, university: Provider) -> None:
    state = parse_qs(urlsplit(way_out(client)).query)["state"][0]
    answer = client.get(f"/accounts/university/callback/?error=access_denied&state={state}")
    assert answer.headers["Location"] == "/accounts/university/cancelled/"
    page = client.get(answer.headers["Location"]).content.decode()
    assert "Nothing was changed" in page


def test_a_wrong_secret_ends_on_a_page_that_says_what_is_safe(
    client: Client, university: Provider, settings: Any
) -> None:
    university.person("s18", email=MAIL, email_verified=True)
    settings.OIDC_SECRET = "not the one"
    answer = sign_in(client, "s18")
    assert answer.status_code == 401
    assert "Nothing was changed" in answer.content.decode()
    assert not User.objects.exists()


@pytest.mark.parametrize("method", ["get", "post"])
def test_a_provider_that_is_away_ends_on_a_page_that_says_what_is_safe(
    client: Client, university: Provider, settings: Any, method: str
) -> None:
    back = agreed(way_out(client), "s19")
    settings.OIDC_ISSUER = "http://127.0.0.1:9"
    place = "/accounts/university/login/" if method == "post" else back
    answer = getattr(client, method)(place)
    assert answer.status_code == 401
    assert re.search(r"does not answer", answer.content.decode())
