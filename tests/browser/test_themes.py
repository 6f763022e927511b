"""A scholar and her codebook: she codes, merges, splits, looks again, takes a merge back."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from annotations.accounts import local_owner
from annotations.integrity import problems
from annotations.models import Annotation, Theme
from tests.browser.pages import drag, open_reader, place_of

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("sample")]
Opens = Callable[..., Page]
CODEBOOK = "/sets/seminar/codebook/"


def carrying(slug: str) -> set[Any]:
    return set(Annotation.objects.filter(themes__slug=slug).values_list("pk", flat=True))


def code(page: Page, words: str, theme: str) -> None:
    drag(page, place_of(words))
    page.locator("#picker-annotate").click()
    page.locator("#composer.open").get_by_role("checkbox", name=theme).check()
    page.keyboard.press("Control+Enter")
    expect(page.locator("#toast.shown")).to_contain_text("Saved.")


def test_a_scholar_codes_merges_splits_looks_again_and_takes_a_merge_back(opened: Opens) -> None:
    page = open_reader(opened, local_owner())
    code(page, "our willingness to talk", "Tacit linkage")
    tacit, linkage = carrying("tacit-linkage"), carrying("linkage")
    assert tacit

    page.goto(f"{CODEBOOK}tacit-linkage/")
    expect(page.locator(".theme-page h1")).to_have_text("Tacit linkage")
    expect(page.locator("#found")).to_contain_text("our willingness to talk")
    page.get_by_role("link", name="Merge…").click()
    page.get_by_label("Merge it into").select_option(label="Linkage")
    page.get_by_role("button", name="See them side by side").click()
    expect(page.locator("main")).to_contain_text("instead of “Tacit linkage”")
    page.get_by_label("Why").fill("Coders did not tell them apart")
    page.get_by_role("button", name="Merge them").click()
    expect(page.locator("main")).to_contain_text("is merged into “Linkage”")
    expect(page.locator("#found")).to_contain_text("our willingness to talk")
    assert (carrying("tacit-linkage"), carrying("linkage")) == (set(), tacit | linkage)

    split_by_keys(page)
    gone = look_again(page)

    page.goto("/sets/seminar/history/?kind=codebook")
    merged = page.locator(".story > li").filter(has_text="merged themes")
    expect(merged).to_contain_text("Coders did not tell them apart")
    merged.get_by_role("button", name="Take back").click()
    expect(page.locator("main")).to_contain_text("Taken back")
    assert carrying("tacit-linkage") == tacit - gone
    assert list(problems()) == []


def press(page: Page, key: str) -> None:
    """Decides by a key, once the page listens."""
    page.wait_for_load_state("load")
    page.keyboard.press(key)


def split_by_keys(page: Page) -> None:
    """Splits alliance risk: a key for each passage, the last one taken back and done again."""
    before = carrying("alliance-risk")
    had = carrying("pakistan") | carrying("europe")
    page.goto(f"{CODEBOOK}alliance-risk/split/")
    first, second = page.locator(".piece").nth(0), page.locator(".piece").nth(1)
    first.get_by_label("Which").select_option(label="Pakistan")
    second.get_by_label("Which").select_option(label="Europe")
    page.get_by_role("button", name="Begin").click()
    for number in range(len(before)):
        expect(page.locator(".lede")).to_contain_text(f"{number} decided")
        press(page, "1" if number % 2 else "2")
    expect(page.locator(".lede")).to_contain_text("0 to go")
    press(page, "z")
    expect(page.locator(".lede")).to_contain_text("1 to go")
    press(page, "1")
    expect(page.locator(".lede")).to_contain_text("0 to go")
    page.get_by_role("button", name="Finish").click()
    expect(page.locator("main")).to_contain_text("is split")
    assert carrying("alliance-risk") == set()
    assert carrying("pakistan") | carrying("europe") == before | had
    assert Theme.objects.get(slug="alliance-risk").retired_at is not None


def look_again(page: Page) -> set[Any]:
    """Defines linkage anew and looks at what was coded before: the first does not fit. Gives it."""
    page.goto(f"{CODEBOOK}linkage/edit/")
    page.get_by_label("Definition").fill("Talks on one matter that wait for talks on another.")
    page.get_by_role("button", name="Save").first.click()
    expect(page.locator("main")).to_contain_text("Linkage")
    coded = carrying("linkage")
    page.goto(f"{CODEBOOK}linkage/")
    page.get_by_role("link", name="one by one").click()
    for left in range(len(coded), 0, -1):
        expect(page.locator(".lede")).to_contain_text(f"{left} passage")
        press(page, "2" if left == len(coded) else "1")
    expect(page.locator(".lede")).to_contain_text("Nothing is left")
    gone = coded - carrying("linkage")
    assert len(gone) == 1
    return gone
