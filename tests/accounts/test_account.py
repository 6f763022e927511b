"""One's own account: its name, its addresses, its password, and what strangers learn of it."""

from __future__ import annotations

import re
from typing import Any

import pytest
from allauth.account.models import EmailAddress
from django.contrib.auth.models import User
from django.test import Client

from annotations.models import Annotation, SetDocument
from tests.factories import AnnotationFactory, UserFactory

pytestmark = pytest.mark.django_db
PASSWORD = "a long walk by the river"
OTHER = "another walk by night"


@pytest.fixture
def jane() -> User:
    made = UserFactory(username="jane", email="jane@example.edu", first_name="", last_name="")
    made.set_password(PASSWORD)
    made.save()
    EmailAddress.objects.create(user=made, email=made.email, primary=True, verified=True)
    return made


@pytest.fixture
def inside(jane: User) -> Client:
    """A browser in which she has just given her password, twice."""
    client = Client()
    client.post("/accounts/login/", {"login": "jane", "password": PASSWORD})
    client.post("/accounts/reauthenticate/", {"password": PASSWORD})
    return client


@pytest.fixture
def mailed(settings: Any) -> None:
    """As with APPARATUS_MAIL_HOST."""
    settings.ACCOUNT_EMAIL_VERIFICATION = "optional"
    settings.ACCOUNT_EMAIL_NOTIFICATIONS = True


def signed_in(client: Client) -> bool:
    return "_auth_user_id" in client.session


def sign_in(client: Client, login: str, password: str = PASSWORD) -> bool:
    client.post("/accounts/login/", {"login": login, "password": password})
    return signed_in(client)


def link_in(message: Any) -> str:
    found = re.search(r"http://testserver(/\S+)", message.body)
    assert found
    return found[1]


def errors(answer: Any) -> list[str]:
    return re.findall(r'class="errorlist[^>]*>(.*?)</ul>', answer.content.decode(), re.S)


def test_the_page_of_ones_account_takes_four_queries(
    jane: User, django_assert_num_queries: Any
) -> None:
    client = Client()
    client.force_login(jane)
    with django_assert_num_queries(4):
        page = client.get("/accounts/").content.decode()
    for place in ("password/change", "email", "2fa"):
        assert f'href="/accounts/{place}/"' in page
    assert "jane@example.edu" in page and 'action="/accounts/logout/"' in page


@pytest.mark.parametrize(
    ("place", "queries"),
    [("password/change", 2), ("email", 7), ("2fa", 4), ("logout", 2), ("reauthenticate", 8)],
)
def test_each_page_of_an_account_states_its_queries(
    jane: User, django_assert_num_queries: Any, place: str, queries: int
) -> None:
    client = Client()
    client.force_login(jane)
    with django_assert_num_queries(queries):
        assert client.get(f"/accounts/{place}/").status_code == 200


@pytest.mark.parametrize("place", ["login", "signup", "password/reset", "inactive"])
def test_a_strangers_pages_ask_the_database_nothing(
    client: Client, settings: Any, django_assert_num_queries: Any, place: str
) -> None:
    settings.SIGNUP_OPEN = True
    settings.OIDC_ISSUER = "https://login.example.edu"
    with django_assert_num_queries(0):
        page = client.get(f"/accounts/{place}/")
    assert page.status_code == 200


def test_strangers_are_asked_to_sign_in_first(client: Client) -> None:
    answer = client.get("/accounts/")
    assert answer.headers["Location"] == "/accounts/login/?next=/accounts/"


def test_a_new_name_is_shown_at_once_wherever_one_wrote(inside: Client, jane: User) -> None:
    written = AnnotationFactory(author=jane)
    place = {"annotation_set": written.annotation_set, "document": written.edition.document}
    before = SetDocument.objects.get_or_create(**place)[0].revision
    answer = inside.post("/accounts/", {"first_name": "Jane", "last_name": "Doe"})
    assert answer.headers["Location"] == "/accounts/"
    jane.refresh_from_db()
    assert jane.get_full_name() == "Jane Doe"
    assert Annotation.objects.get().version == written.version + 1
    assert SetDocument.objects.get(**place).revision > before


def test_a_name_that_is_too_long_changes_nothing(inside: Client, jane: User) -> None:
    answer = inside.post("/accounts/", {"first_name": "J" * 151, "last_name": "Doe"})
    assert answer.status_code == 422 and errors(answer)
    jane.refresh_from_db()
    assert jane.get_full_name() == ""


def test_nobody_changes_more_of_an_account_than_its_name(inside: Client, jane: User) -> None:
    inside.post("/accounts/", {"first_name": "J", "is_staff": "on", "username": "root"})
    jane.refresh_from_db()
    assert (jane.first_name, jane.is_staff, jane.username) == ("J", False, "jane")


@pytest.mark.parametrize("login", ["jane", "Jane", "jane@example.edu", " JANE@example.edu "])
def test_one_signs_in_by_user_name_or_address(client: Client, jane: User, login: str) -> None:
    assert sign_in(client, login)


def test_the_address_of_two_accounts_signs_in_the_one_that_confirmed_it(
    client: Client, jane: User
) -> None:
    squatter = UserFactory(email="jane@example.edu")
    squatter.set_password(OTHER)
    squatter.save()
    assert not sign_in(client, "jane@example.edu", OTHER)
    assert sign_in(client, "jane@example.edu")
    assert client.session["_auth_user_id"] == str(jane.pk)


def test_a_closed_account_opens_in_no_way(client: Client, jane: User, mailoutbox: Any) -> None:
    inside = Client()
    inside.force_login(jane)
    User.objects.update(is_active=False)
    assert inside.get("/accounts/").status_code == 302
    assert not sign_in(client, "jane") and not sign_in(client, "jane@example.edu")
    client.post("/accounts/password/reset/", {"email": "jane@example.edu"})
    assert "No account has this address" in mailoutbox[0].subject


@pytest.mark.parametrize(
    "away",
    [
        "https://evil.example/",
        "//evil.example/",
        "/\\evil.example",
        "https:evil.example",
        "javascript:alert(1)",
        "http://localhost/",
        "http://testserver@evil.example/",
    ],
)
def test_no_page_leads_away_from_this_site(client: Client, jane: User, away: str) -> None:
    given = {"login": "jane", "password": PASSWORD, "next": away}
    assert client.post("/accounts/login/", given).headers["Location"] == "/"
    assert client.get("/accounts/login/", {"next": away}).headers["Location"] == "/"
    again = client.post("/accounts/reauthenticate/", {"password": PASSWORD, "next": away})
    assert again.headers["Location"] == "/"
    changed = {"oldpassword": PASSWORD, "password1": OTHER, "password2": OTHER, "next": away}
    assert client.post("/accounts/password/change/", changed).headers["Location"] == "/accounts/"
    assert client.post("/accounts/logout/", {"next": away}).headers["Location"] == "/"


def test_one_comes_back_to_where_one_was(client: Client, jane: User) -> None:
    given = {"login": "jane", "password": PASSWORD, "next": "/sets/?page=2"}
    assert client.post("/accounts/login/", given).headers["Location"] == "/sets/?page=2"


def signing_up(client: Client, **fields: str) -> Any:
    given = {"username": "eve", "password1": PASSWORD, "password2": PASSWORD, **fields}
    return client.post("/accounts/signup/", given)


def test_signing_up_tells_nobody_whether_an_address_has_an_account(
    jane: User, settings: Any, mailed: None, mailoutbox: Any
) -> None:
    settings.SIGNUP_OPEN = True
    taken, free = Client(), Client()
    answers = [
        signing_up(taken, username="eve", email="jane@example.edu"),
        signing_up(free, username="adam", email="nobody@example.edu"),
    ]
    assert [(one.status_code, one.headers["Location"]) for one in answers] == [(302, "/")] * 2
    pages = [one.get("/accounts/email/").content.decode() for one in (taken, free)]
    assert [page.count("not confirmed") for page in pages] == [1, 1]
    assert [one.subject for one in mailoutbox] == ["[Apparatus] Confirm your address"] * 2
    assert EmailAddress.objects.get(user=jane).verified


@pytest.mark.parametrize("name", ["eve@example.edu", "owner", "Admin", "JANE", "e v e", ""])
def test_a_user_name_is_no_address_and_nobody_elses(
    client: Client, jane: User, settings: Any, name: str
) -> None:
    settings.SIGNUP_OPEN = True
    assert errors(signing_up(client, username=name))
    assert User.objects.count() == 1


def test_no_address_is_needed(client: Client, settings: Any) -> None:
    settings.SIGNUP_OPEN = True
    signing_up(client)
    assert User.objects.get().email == "" and signed_in(client)


def test_a_forgotten_password_is_set_once_and_ends_every_session(
    jane: User, inside: Client, mailoutbox: Any
) -> None:
    stranger = Client()
    done = "/accounts/password/reset/done/"
    for address in ("jane@example.edu", "nobody@example.edu"):
        answer = stranger.post("/accounts/password/reset/", {"email": address})
        assert answer.headers["Location"] == done
    assert [one.to for one in mailoutbox] == [["jane@example.edu"], ["nobody@example.edu"]]
    link = link_in(mailoutbox[0])
    place = stranger.get(link).headers["Location"]
    assert "set-password" in place
    differ = stranger.post(place, {"password1": OTHER, "password2": PASSWORD})
    assert errors(differ)
    answer = stranger.post(place, {"password1": OTHER, "password2": OTHER})
    assert "is set" in stranger.get(answer.headers["Location"]).content.decode()
    assert inside.get("/accounts/").status_code == 302
    assert sign_in(stranger, "jane", OTHER)
    assert "does not hold any more" in Client().get(link).content.decode()


def test_a_changed_password_ends_the_other_sessions(inside: Client, jane: User) -> None:
    other = Client()
    other.force_login(jane)
    given = {"oldpassword": "wrong", "password1": OTHER, "password2": OTHER}
    assert errors(inside.post("/accounts/password/change/", given))
    inside.post("/accounts/password/change/", {**given, "oldpassword": PASSWORD})
    assert inside.get("/accounts/").status_code == 200
    assert other.get("/accounts/").status_code == 302


def test_who_has_no_password_sets_one(client: Client) -> None:
    jane = UserFactory(username="jane")
    jane.set_unusable_password()
    jane.save()
    client.force_login(jane)
    assert "Set a password" in client.get("/accounts/").content.decode()
    client.post("/accounts/password/set/", {"password1": OTHER, "password2": OTHER})
    assert sign_in(Client(), "jane", OTHER)


def test_a_new_address_counts_when_it_is_confirmed(
    inside: Client, jane: User, mailed: None, mailoutbox: Any
) -> None:
    given = {"action_add": "", "email": "doe@example.edu"}
    inside.post("/accounts/email/", given)
    assert "to become <b>doe@example.edu</b>" in inside.get("/accounts/email/").content.decode()
    jane.refresh_from_db()
    assert jane.email == "jane@example.edu"
    message = next(one for one in mailoutbox if one.to == ["doe@example.edu"])
    place = link_in(message)
    assert "Confirm the address" in inside.get(place).content.decode()
    inside.post(place)
    jane.refresh_from_db()
    assert jane.email == "doe@example.edu"
    assert [one.email for one in EmailAddress.objects.all()] == ["doe@example.edu"]
    told = [one for one in mailoutbox if one.to == ["jane@example.edu"]]
    assert told and "If it was not you" in told[-1].body


def test_a_new_address_is_asked_for_a_password_first(client: Client, jane: User) -> None:
    client.force_login(jane)
    answer = client.post("/accounts/email/", {"action_add": "", "email": "doe@example.edu"})
    assert answer.headers["Location"].startswith("/accounts/reauthenticate/")
    assert EmailAddress.objects.count() == 1


def test_the_address_of_another_account_is_not_confirmed_twice(
    inside: Client, mailed: None, mailoutbox: Any
) -> None:
    other = UserFactory(email="doe@example.edu")
    EmailAddress.objects.create(user=other, email=other.email, primary=True, verified=True)
    given = {"action_add": "", "email": "doe@example.edu"}
    assert not errors(inside.post("/accounts/email/", given))
    place = link_in(next(one for one in mailoutbox if one.to == ["doe@example.edu"]))
    assert "Another account has confirmed" in inside.get(place).content.decode()


def test_an_address_is_taken_back(inside: Client, jane: User) -> None:
    inside.post("/accounts/email/", {"action_remove": "", "email": "jane@example.edu"})
    jane.refresh_from_db()
    assert jane.email == "" and not EmailAddress.objects.exists()
    assert "You have given none" in inside.get("/accounts/email/").content.decode()


def test_word_of_a_change_goes_out_where_mail_does(
    inside: Client, mailed: None, mailoutbox: Any
) -> None:
    given = {"oldpassword": PASSWORD, "password1": OTHER, "password2": OTHER}
    inside.post("/accounts/password/change/", given)
    assert [one.to for one in mailoutbox] == [["jane@example.edu"]]
    assert "127.0.0.1" in mailoutbox[0].body and "Apparatus at testserver" in mailoutbox[0].body


def test_a_damaged_link_says_that_it_does_not_hold(client: Client) -> None:
    for place in ("confirm-email/nothing", "password/reset/key/1-nothing"):
        page = client.get(f"/accounts/{place}/").content.decode()
        assert "does not hold any more" in page
