"""Filters by theme and by reader: in the address, with counts, and nothing moves."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from django.db.models import Q
from playwright.sync_api import Locator, Page, expect

from annotations.models import Annotation
from tests.browser.pages import SHOW, lines_of, open_reader, place_of

Opens = Callable[..., Page]
pytestmark = pytest.mark.usefixtures("sample")


def shown(page: Page) -> list[str]:
    found: list[str] = page.locator("#margin .card").evaluate_all(
        "cards => cards.map((card) => card.id.slice(2)).sort()"
    )
    return found


def meant(theme: str = "", author: str = "") -> list[str]:
    """The uuids of what a filter should find: a theme stands for those below it, too."""
    found = Annotation.objects.all()
    if theme:
        found = found.filter(Q(themes__slug=theme) | Q(themes__parent__slug=theme))
    if author:
        found = found.filter(author__username=author)
    return sorted(str(one.uuid) for one in found.distinct())


def press(page: Page, locator: Locator) -> None:
    """Clicks where it is; Playwright's own click first scrolls the page under a sticky bar."""
    box = locator.bounding_box()
    assert box
    page.mouse.click(box["x"] + box["width"] / 2, box["y"] + box["height"] / 2)


def pick(page: Page, menu: str, name: str) -> None:
    press(page, page.locator(f"#{menu}:not([open]) > summary"))
    press(page, page.locator(f"#{menu}").get_by_role("link", name=name))


def test_a_theme_and_a_reader_are_filtered_in_place_and_in_the_address(opened: Opens) -> None:
    page = open_reader(opened)
    page.evaluate("window.loaded = 'once'")
    pick(page, "pick-themes", "Process and delay 6")
    page.wait_for_url("**theme=process-and-delay*")
    expect(page.locator("#margin .card")).to_have_count(6)
    assert shown(page) == meant("process-and-delay")
    expect(page.locator(".filter-state")).to_have_text("6 of 25 annotations shown.")
    expect(page.locator("#pick-themes summary")).to_contain_text("Process and delay")
    page.keyboard.press("Escape")
    pick(page, "pick-readers", "Nora Colophon")
    page.wait_for_url("**author=nora-colophon*")
    both = meant("process-and-delay", "nora-colophon")
    expect(page.locator("#margin .card")).to_have_count(len(both))
    assert shown(page) == both and 0 < len(both) < 6
    assert page.evaluate("window.loaded") == "once"
    again = open_reader(opened, address=page.url)
    assert shown(again) == both
    assert again.locator("#text mark").count() == page.locator("#text mark").count()
    page.go_back()
    expect(page.locator("#margin .card")).to_have_count(6)
    page.go_back()
    expect(page.locator("#margin .card")).to_have_count(25)


def test_filtering_keeps_the_line_that_one_reads(opened: Opens) -> None:
    page = open_reader(opened)
    line = place_of("Before approaching the Soviets")
    page.evaluate(SHOW, list(line))
    before = lines_of(page, line)
    pick(page, "pick-readers", "Ravi Stemma")
    expect(page.locator("#margin .card")).to_have_count(4)
    assert lines_of(page, line) == before
    expect(page.locator("#pick-readers")).to_have_attribute("open", "")
    press(page, page.locator("#pick-readers").get_by_role("link", name="All readers"))
    expect(page.locator("#margin .card")).to_have_count(25)
    assert lines_of(page, line) == before


def test_counts_are_those_of_the_annotations(opened: Opens) -> None:
    page = open_reader(opened)
    items = page.locator("#pick-themes a:has(.count)").evaluate_all(
        "links => links.map((a) => [new URL(a.href).searchParams.get('theme'),"
        " Number(a.querySelector('.count').textContent)])"
    )
    assert len(items) == 14
    for slug, count in items:
        assert count == len(meant(slug)), slug
    authors = page.locator("#pick-readers a:has(.count)").evaluate_all(
        "links => links.map((a) => [new URL(a.href).searchParams.get('author'),"
        " Number(a.querySelector('.count').textContent)])"
    )
    assert dict(authors) == {name: len(meant(author=name)) for name, _ in authors}
    assert len(authors) == 5


def test_a_filter_that_finds_nothing_says_so(opened: Opens) -> None:
    page = open_reader(opened, address="/volumes/frus1981-88v03/d169/?set=seminar&author=nobody")
    expect(page.locator("#margin .empty")).to_contain_text("No annotation here")
    expect(page.locator(".filter-state")).to_have_text("0 of 25 annotations shown.")


def test_the_filters_of_a_phone_are_reached_and_used_by_touch(opened: Opens) -> None:
    page = open_reader(opened, phone=True)
    page.locator("#pick-themes summary").tap()
    menu = page.locator("#pick-themes .menu").bounding_box()
    assert menu and menu["x"] >= 0 and menu["x"] + menu["width"] <= 390
    page.locator("#pick-themes").get_by_role("link", name="Insulation").tap()
    page.wait_for_url("**theme=insulation*")
    expect(page.locator(".filter-state")).to_have_text("1 of 25 annotations shown.")
