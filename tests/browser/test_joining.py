"""From the link to the first annotation: by keyboard alone, and by touch on a phone."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.core.cache import cache
from playwright.sync_api import Page, expect

from annotations.accounts import local_owner
from annotations.actions.joining import make_link
from annotations.models import AnnotationSet, JoinLink
from tests.browser.pages import SELECT, SHOW, lines_of, newest, place_of, wait_until
from tests.browser.test_accessibility import BYPASS, violations

Opens = Callable[..., Page]
pytestmark = pytest.mark.usefixtures("sample")
NAME, PASSWORD = "Anna Vogel", "quiet-river-7"
WORD = "aggression"


@pytest.fixture
def link() -> JoinLink:
    cache.clear()
    one = AnnotationSet.objects.get(slug="seminar")
    return make_link(one, actor=one.owner)


def tab_to(page: Page, label: str) -> None:
    """Goes on with Tab until what has the focus is called so."""
    named = """() => { const at = document.activeElement;
      return (at.labels?.[0]?.textContent ?? at.textContent).trim(); }"""
    for _ in range(40):
        if page.evaluate(named).startswith(label):
            return
        page.keyboard.press("Tab")
    raise AssertionError(f"No way to {label!r} by Tab.")


def test_from_the_code_to_the_first_annotation_by_keyboard_alone(
    opened: Opens, link: JoinLink
) -> None:
    page = opened()
    press, write = page.keyboard.press, page.keyboard.type
    page.goto("/join/")
    tab_to(page, "Code")
    write(f"{link.code[:4].lower()}-{link.code[4:].lower()}")
    press("Enter")
    page.wait_for_url(f"**/join/{link.token}/")
    tab_to(page, "Your name")
    write(NAME)
    tab_to(page, "A new password")
    write(PASSWORD)
    press("Enter")
    expect(page.locator("#hint")).to_contain_text("Your user name is anna-vogel")
    page.wait_for_selector("html.js #margin.laid", state="attached")
    tab_to(page, "Got it")
    press("Enter")
    expect(page.locator("#hint")).to_have_count(0)
    press("s")
    expect(page.locator("#kbd-mode")).to_be_visible()
    press("Enter")
    expect(page.locator("#composer.open form")).to_be_visible()
    tab_to(page, "Note")
    write("My first.")
    press("Control+Enter")
    expect(page.locator("#toast.shown")).to_contain_text("Saved.")
    made = newest()
    assert (made.note, made.author.get_full_name()) == ("My first.", NAME)
    page.reload()
    expect(page.locator("#hint")).to_have_count(0)


def test_from_the_link_to_the_first_annotation_by_thumb(opened: Opens, link: JoinLink) -> None:
    page = opened(phone=True)
    page.goto(f"/join/{link.token}/")
    taps = 0

    def tap(what: Any) -> None:
        nonlocal taps
        taps += 1
        what.tap()

    tap(page.get_by_label("Your name"))
    page.keyboard.insert_text(NAME)
    tap(page.get_by_label("A new password"))
    page.keyboard.insert_text(PASSWORD)
    tap(page.get_by_role("button", name="Join"))
    expect(page.locator("#hint .by-touch")).to_be_visible()
    expect(page.locator("#hint .by-mouse")).to_be_hidden()
    page.wait_for_selector("html.js #margin", state="attached")
    hold(page, place_of_word())
    taps += 1
    tap(page.locator("#picker.touch #picker-annotate"))
    tap(page.locator("#composer.open .chip").first)
    tap(page.locator("#composer.open").get_by_role("button", name="Save"))
    expect(page.locator("#toast.shown")).to_contain_text("Saved.")
    made = newest()
    assert made.quote == WORD and made.author == User.objects.get(username="anna-vogel")
    assert taps == 7


def place_of_word() -> tuple[int, int]:
    start = place_of("Soviet aggression there")[0] + len("Soviet ")
    return start, start + len(WORD)


def hold(page: Page, where: tuple[int, int]) -> None:
    """Presses a word and holds it; on Linux Chromium leaves the selecting itself to the system."""
    page.evaluate(SHOW, list(where))
    line = lines_of(page, where)[0]
    at = {"x": (line["left"] + line["right"]) / 2, "y": (line["top"] + line["bottom"]) / 2}
    hand = page.context.new_cdp_session(page)
    hand.send("Input.dispatchTouchEvent", {"type": "touchStart", "touchPoints": [at]})
    page.wait_for_timeout(600)
    page.evaluate(SELECT, list(where))
    hand.send("Input.dispatchTouchEvent", {"type": "touchEnd", "touchPoints": []})


def test_without_scripts_one_joins_and_is_told_where_to_annotate(
    opened: Opens, link: JoinLink
) -> None:
    page = opened(javascript=False)
    page.goto(f"/join/{link.token}/")
    page.get_by_label("Your name").fill(NAME)
    page.get_by_label("A new password").fill(PASSWORD)
    page.get_by_role("button", name="Join").click()
    hint = page.locator("#hint")
    expect(hint).to_contain_text("anna-vogel")
    hint.get_by_role("link", name="give the words of your passage").click()
    assert "/sets/seminar/annotate/" in page.url
    page.go_back()
    hint.get_by_role("button", name="Got it").click()
    expect(hint).to_have_count(0)
    assert page.url.endswith("/d169/?set=seminar")


def test_a_teacher_makes_a_link_copies_it_and_shows_it_large(opened: Opens) -> None:
    page = opened(local_owner())
    page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    page.goto("/sets/seminar/")
    page.get_by_role("link", name="Invite people").click()
    page.get_by_role("button", name="Make the link").click()
    page.get_by_role("button", name="Copy").click()
    expect(page.locator("#toast.shown")).to_contain_text("Copied.")
    made = JoinLink.objects.get()
    assert page.evaluate("navigator.clipboard.readText()").endswith(f"/join/{made.token}/")
    page.get_by_role("link", name="Show it large").click()
    shown = page.locator(".wall-code")
    expect(shown).to_have_text(f"{made.code[:4]} {made.code[4:]}")
    drawn = "image => image.complete && image.naturalWidth > 0"
    wait_until(page, lambda: page.locator("img").evaluate(drawn))
    size = shown.evaluate("one => parseFloat(getComputedStyle(one).fontSize)")
    assert size >= 60


def test_a_password_can_be_looked_at_and_a_second_tap_makes_no_second_account(
    opened: Opens, link: JoinLink
) -> None:
    page = opened(phone=True)
    page.goto(f"/join/{link.token}/")
    field = page.get_by_label("A new password")
    page.get_by_label("Show it").check()
    expect(field).to_have_attribute("type", "text")
    page.get_by_label("Your name").fill(NAME)
    field.fill(PASSWORD)
    page.get_by_role("button", name="Join").dblclick()
    expect(page.locator("#hint")).to_be_visible()
    assert User.objects.filter(last_name="Vogel").count() == 1
    link.refresh_from_db()
    assert link.uses == 1


@pytest.mark.parametrize("phone", [False, True], ids=["desk", "phone"])
def test_axe_finds_nothing_in_the_hint_or_on_the_page_of_a_stranger(
    opened: Opens, link: JoinLink, phone: bool
) -> None:
    page = opened(User.objects.create_user("newcomer"), phone=phone, **BYPASS)
    page.goto(f"/join/{link.token}/")
    found = violations(page, "join")
    page.get_by_role("button", name="Join as newcomer").click()
    expect(page.locator("#hint")).to_be_visible()
    found += violations(page, "hint", part="#hint")
    assert not found, "\n".join(found)
