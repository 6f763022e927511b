"""Searching in a real browser: from the words to the place, with and without JavaScript."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from tests.browser.pages import in_window, painted, place_of, the_text, wait_until

Opens = Callable[..., Page]
pytestmark = pytest.mark.usefixtures("sample")
WORDS = "arms control"


def test_a_hit_leads_to_its_place_and_the_place_is_painted(opened: Opens) -> None:
    page = opened()
    page.goto("/volumes/")
    page.locator("#seek").fill(f'"{WORDS}"')
    page.keyboard.press("Enter")
    expect(page.locator("#search-count")).to_have_text("1 document")
    page.locator(".line a").first.click()
    page.wait_for_selector("html.js #margin.laid", state="attached")
    wait_until(page, lambda: bool(painted(page, "found")))
    start, end = painted(page, "found")[0]
    assert the_text()[start:end] == WORDS
    assert page.evaluate("document.querySelector('#text mark.found')") is None


def test_a_place_deep_in_a_long_block_is_brought_into_the_window(opened: Opens) -> None:
    page = opened(phone=True)
    start, end = place_of("easing up on our geopolitical concerns")
    page.goto(f"/volumes/frus1981-88v03/d169/?find={start}-{end}#b4")
    wait_until(page, lambda: painted(page, "found") == [[start, end]])
    box = """() => { const [r] = CSS.highlights.get('found'); const b = r.getBoundingClientRect();
      return b.top > 0 && b.bottom < innerHeight; }"""
    wait_until(page, lambda: bool(page.evaluate(box)))


def test_a_place_that_is_not_there_does_no_harm(opened: Opens) -> None:
    page = opened()
    for odd in ("9-1", "x", "1-", "0-0", "999999998-999999999"):
        page.goto(f"/volumes/frus1981-88v03/d169/?find={odd}")
        page.wait_for_selector("html.js #margin.laid", state="attached")


def test_the_way_works_without_javascript(opened: Opens) -> None:
    page = opened(javascript=False)
    page.goto("/search/")
    page.get_by_label("Words to look for").fill("geopolitical")
    page.locator("summary", has_text="Filters").click()
    page.get_by_label("Marking").select_option("secret")
    page.get_by_role("button", name="Apply").click()
    assert "level=secret" in page.url
    page.locator(".line a").last.click()
    block = page.locator("#" + page.url.rpartition("#")[2])
    expect(block).to_contain_text("geopolitical")
    assert in_window(page, block)


def test_filters_and_order_change_in_place(opened: Opens) -> None:
    page = opened()
    page.goto("/search/?q=soviet&level=secret")
    page.evaluate("document.body.dataset.here = 'still'")
    page.get_by_role("link", name="Date", exact=True).click()
    expect(page.locator(".sorts b")).to_have_text("Date")
    page.locator(".chosen a").click()
    expect(page.locator(".chosen")).to_have_count(0)
    assert page.url.endswith("/search/?q=soviet&sort=date")
    assert page.evaluate("document.body.dataset.here") == "still"
    page.get_by_label("Words to look for").fill("zebra")
    page.keyboard.press("Enter")
    expect(page.locator(".empty")).to_contain_text("No document has this")
    expect(page.get_by_label("Words to look for")).to_be_focused()
    page.go_back()
    expect(page.locator(".sorts b")).to_have_text("Date")


def test_a_phone_has_a_link_to_the_search(opened: Opens) -> None:
    page = opened(phone=True)
    page.goto("/volumes/frus1981-88v03/d169/")
    page.get_by_role("link", name="Search", exact=True).click()
    expect(page.get_by_label("Words to look for")).to_be_focused()
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
