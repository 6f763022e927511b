"""Accounts in a real browser: the ways in, the second factor, a university's page and back."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from allauth.account.models import EmailAddress
from allauth.mfa.recovery_codes.internal.auth import RecoveryCodes
from allauth.mfa.totp.internal import auth
from allauth.socialaccount.models import SocialAccount
from django.contrib.auth.models import User
from django.core.cache import cache
from django.test import Client
from playwright.sync_api import Page, expect

from tests.accounts.provider import Provider, running
from tests.browser.test_accessibility import BYPASS, WIDTHS, violations
from tests.factories import UserFactory

Opens = Callable[..., Page]
PASSWORD = "a long walk by the river"
LEAVE = "/accounts/university/login/"


@pytest.fixture(autouse=True)
def _nothing_counted(transactional_db: None) -> None:
    cache.clear()


@pytest.fixture(scope="session")
def provider() -> Iterator[Provider]:
    with running() as started:
        yield started


@pytest.fixture
def university(provider: Provider, served: str, settings: Any) -> Provider:
    provider.register(served, settings)
    provider.person("jane", email="jane@example.edu", email_verified=True, name="Jane Doe")
    return provider


@pytest.fixture
def tom() -> User:
    made = UserFactory(username="tom", email="tom@example.edu")
    made.set_password(PASSWORD)
    made.save()
    EmailAddress.objects.create(user=made, email=made.email, primary=True, verified=True)
    return made


def sign_in(page: Page, login: str) -> None:
    page.goto("/accounts/login/")
    page.get_by_label("User name or email address").fill(login)
    page.get_by_label("Password").fill(PASSWORD)
    pressed(page, "Sign in")


def pressed(page: Page, button: str) -> None:
    """Presses a button, and is on the page that it leads to."""
    with page.expect_navigation():
        page.get_by_role("button", name=button, exact=True).click()


def code(secret: str) -> str:
    counter = list(auth.yield_hotp_counters_from_time())[1]
    return auth.format_hotp_value(auth.hotp_value(secret, counter))


def agree(page: Page, university: Provider, subject: str) -> None:
    """What one does on the provider's own page."""
    page.wait_for_url(f"{university.url}/**")
    page.locator("input[name=sub]").fill(subject)
    page.get_by_role("button", name="Authorize").click()


@WIDTHS
@pytest.mark.parametrize("javascript", [True, False], ids=["scripts", "no scripts"])
def test_the_button_leads_to_the_university_and_back_under_the_strict_policy(
    opened: Opens, university: Provider, phone: bool, javascript: bool
) -> None:
    page = opened(phone=phone, javascript=javascript, quiet=False)
    broken: list[str] = []
    page.on("console", lambda m: "Content Security" in m.text and broken.append(m.text))
    page.goto("/accounts/login/?next=/volumes/")
    page.get_by_role("button", name="Sign in through the University of X").click()
    agree(page, university, "jane")
    page.wait_for_url("**/volumes/")
    page.get_by_role("link", name="Account").click()
    expect(page.get_by_text("You are signed in as jane-doe.")).to_be_visible()
    assert [one for one in broken if university.url not in one] == []


def test_an_account_is_connected_with_the_university_and_disconnected(
    opened: Opens, university: Provider, tom: User
) -> None:
    page = opened(quiet=False)
    sign_in(page, "tom")
    page.goto("/accounts/")
    page.get_by_role("link", name="Sign-in through the University of X").click()
    page.get_by_role("button", name="Connect the University of X").click()
    agree(page, university, "jane")
    expect(page.get_by_role("heading", name="Is it you?")).to_be_visible()
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("button", name="Go on").click()
    expect(page.get_by_text("This account is connected")).to_be_visible()
    assert SocialAccount.objects.get().user == tom
    page.get_by_role("button", name="Disconnect").click()
    expect(page.get_by_role("button", name="Connect the University of X")).to_be_visible()


def test_a_second_factor_is_turned_on_and_asked_for(opened: Opens, tom: User) -> None:
    page = opened()
    sign_in(page, "tom@example.edu")
    page.goto("/accounts/")
    page.get_by_role("link", name="Second factor").click()
    page.get_by_role("link", name="Turn it on").click()
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("button", name="Go on").click()
    picture = page.get_by_alt_text("QR code")
    assert picture.evaluate("one => one.complete && one.naturalWidth > 0")
    secret = page.get_by_label("Key").input_value()
    page.get_by_label("Code that the app shows").fill(code(secret))
    page.get_by_role("button", name="Turn it on").click()
    expect(page.locator("li code")).to_have_count(10)
    recovery = page.locator("li code").first.inner_text()
    other = opened()
    sign_in(other, "tom")
    expect(other.get_by_role("heading", name="And the second factor")).to_be_visible()
    other.get_by_label("Code").fill("00000000")
    other.get_by_role("button", name="Sign in").click()
    expect(other.get_by_text("Incorrect code.")).to_be_visible()
    other.get_by_label("Code").fill(recovery)
    other.get_by_role("button", name="Sign in").click()
    expect(other.get_by_role("link", name="Account tom")).to_be_visible()


def test_one_stops_before_the_second_factor_and_is_not_signed_in(opened: Opens, tom: User) -> None:
    auth.TOTP.activate(tom, auth.generate_totp_secret())
    page = opened()
    sign_in(page, "tom")
    page.get_by_role("button", name="Cancel").click()
    expect(page.get_by_role("heading", name="Sign in")).to_be_visible()
    page.goto("/accounts/")
    assert "/accounts/login/" in page.url


def test_a_name_is_changed(opened: Opens, tom: User) -> None:
    page = opened(tom, javascript=False)
    page.goto("/accounts/")
    page.get_by_label("First name").fill("Tom")
    page.get_by_label("Last name").fill("Reyes")
    page.get_by_role("button", name="Save the name").click()
    expect(page.get_by_role("status")).to_have_text("Your name is changed.")
    assert User.objects.get().get_full_name() == "Tom Reyes"


def looked_at(page: Page, *addresses: str) -> list[str]:
    found = []
    for address in addresses:
        page.goto(address)
        assert page.locator("link[rel=stylesheet]").count(), address
        found += held(page, address)
    return found


def held(page: Page, where: str) -> list[str]:
    """What axe finds, and whether the page is wider than the window."""
    page.wait_for_load_state()
    wide = page.evaluate("document.documentElement.scrollWidth > innerWidth")
    return [*violations(page, where), *([f"{where}: too wide"] if wide else [])]


@WIDTHS
def test_axe_finds_nothing_where_an_account_is_guarded(
    opened: Opens, tom: User, phone: bool
) -> None:
    page = opened(phone=phone, **BYPASS)
    sign_in(page, "tom")
    names = ("", "password/change/", "email/", "2fa/", "reauthenticate/")
    found = looked_at(page, *(f"/accounts/{name}" for name in names))
    page.goto("/accounts/2fa/totp/activate/")
    page.get_by_label("Password").fill(PASSWORD)
    pressed(page, "Go on")
    found += held(page, "totp/activate")
    page.get_by_role("button", name="Turn it on").click()
    page.get_by_label("Code that the app shows").fill("000000")
    pressed(page, "Turn it on")
    found += held(page, "totp/activate with an error")
    auth.TOTP.activate(tom, auth.generate_totp_secret())
    RecoveryCodes.activate(tom)
    names = ("", "totp/deactivate/", "recovery-codes/", "recovery-codes/generate/")
    found += looked_at(page, *(f"/accounts/2fa/{name}" for name in (*names, "reauthenticate/")))
    EmailAddress.objects.create(user=tom, email="new@example.edu")
    found += looked_at(page, "/accounts/email/")
    page.context.clear_cookies()
    sign_in(page, "tom")
    found += held(page, "2fa/authenticate")
    assert not found, "\n".join(found)


STYLED = "[...document.querySelectorAll('link[rel=stylesheet]')].every((one) => one.sheet)"


@WIDTHS
def test_axe_finds_nothing_on_the_way_to_the_university(
    opened: Opens, university: Provider, tom: User, settings: Any, phone: bool
) -> None:
    settings.SIGNUP_OPEN = True
    page = opened(phone=phone, **BYPASS)
    names = ("login/", "signup/", "university/login/", "university/cancelled/", "university/error/")
    found = looked_at(page, *(f"/accounts/{name}" for name in names))
    # An answer without content: the page that goes on by itself stays where it is.
    page.route(re.compile(re.escape(university.url)), lambda route: route.fulfill(status=204))
    # It goes on at once, and what it has not loaded by then it never will: a slow machine tries
    # until the page is there with its styles.
    for _ in range(10):
        page.goto(LEAVE)
        page.get_by_role("button", name="Go on").click()
        expect(page.get_by_role("heading", name="You go on to the University of X")).to_be_visible()
        if page.evaluate(STYLED):
            break
    found += held(page, "university/leave")
    page.unroute_all()
    university.person("eve", email="eve@example.edu")
    page.goto("/accounts/login/")
    page.get_by_role("button", name="Sign in through").click()
    agree(page, university, "eve")
    expect(page.get_by_role("heading", name="Are you new here?")).to_be_visible()
    found += held(page, "university/signup")
    page.get_by_label("User name").fill("eve@example.edu")
    pressed(page, "Make the account")
    found += held(page, "university/signup with an error")
    page.get_by_label("User name").fill("eve")
    page.get_by_role("button", name="Make the account").click()
    page.wait_for_url(re.compile(r"/$"))
    found += looked_at(page, "/accounts/", "/accounts/university/", "/accounts/password/set/")
    assert not found, "\n".join(found)


@WIDTHS
def test_axe_finds_nothing_where_something_went_wrong(
    opened: Opens, tom: User, phone: bool
) -> None:
    page = opened(phone=phone, **BYPASS)
    page.goto("/accounts/login/")
    page.get_by_label("User name or email address").fill("tom")
    page.get_by_label("Password").fill("not this one")
    pressed(page, "Sign in")
    found = held(page, "login with an error")
    for n in range(20):
        Client().post("/accounts/password/reset/", {"email": f"{n}@example.org"})
    page.goto("/accounts/password/reset/")
    page.get_by_label("Email address").fill("tom@example.edu")
    page.get_by_role("button", name="Send the link").click()
    expect(page.get_by_role("heading", name="That was too often")).to_be_visible()
    found += held(page, "429")
    assert not found, "\n".join(found)
