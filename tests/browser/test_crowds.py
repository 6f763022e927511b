"""Few and many: the first annotation of a document, and places where dozens lie on each other."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from annotations.actions.annotations import create_annotation
from annotations.models import Annotation, AnnotationSet, Theme
from archive.models import Edition
from tests.browser.pages import (
    annotation_at,
    card_of,
    click_at,
    drag,
    member,
    open_reader,
    place_of,
)

Opens = Callable[..., Page]
pytestmark = pytest.mark.usefixtures("sample")


def crowd(count: int) -> int:
    """Annotates one sentence ``count`` times, each time from another word on; gives its end."""
    room, edition = AnnotationSet.objects.get(), Edition.objects.get(document__slug="d169")
    text, themes = edition.as_text(), list(Theme.objects.all())
    first, end = place_of("we must now decide what we should do to keep Afghanistan front")
    for number in range(count):
        start = first + number % 12
        while text.text[start - 1] != " ":
            start -= 1
        create_annotation(
            author=member(),
            annotation_set=room,
            edition=edition,
            start=start,
            end=end,
            quote=text.text[start:end],
            themes=[themes[number % len(themes)]],
            note=f"Number {number}.",
            text=text,
        )
    return end


def test_the_first_annotation_takes_the_place_of_the_invitation(opened: Opens) -> None:
    Annotation.objects.all().delete()
    page = open_reader(opened, member())
    expect(page.locator("#margin .empty")).to_contain_text("Select a passage to be the first.")
    drag(page, place_of("Recommendation"))
    page.locator("#picker-annotate").click()
    expect(page.locator("#composer.open form")).to_be_visible()
    page.keyboard.press("Control+Enter")
    expect(page.locator("#margin .card .acts")).to_be_visible()
    expect(page.locator("#margin .empty")).to_be_hidden()


def test_every_one_of_a_deep_stack_is_reached_through_its_panel(opened: Opens) -> None:
    end = crowd(100)
    page = open_reader(opened)
    expect(page.locator("#b4 mark.d4").first).to_be_visible()
    click_at(page, end - 2)
    panel = page.locator("#stack.open")
    expect(panel).to_contain_text("100 annotations here")
    seen: set[str] = set()
    while True:
        cards = panel.locator(".card")
        expect(cards.first).to_be_visible()
        seen |= set(cards.evaluate_all("cards => cards.map((card) => card.id.slice(2))"))
        further = panel.get_by_role("link", name="Further")
        if not further.count():
            break
        now = panel.locator(".pager").inner_text()
        further.click()
        expect(panel.locator(".pager")).not_to_have_text(now)
    assert seen == {str(one.uuid) for one in Annotation.objects.filter(note__startswith="Number")}
    page.keyboard.press("Escape")
    expect(page.locator("#stack.open")).to_have_count(0)


def test_folded_cards_say_how_many_they_are_and_open(opened: Opens) -> None:
    crowd(100)
    page = open_reader(opened)
    more = page.locator("#cards-4 .more")
    shown = page.locator("#cards-4 .card").count()
    here = Annotation.objects.filter(start__gte=149, start__lt=630).count()
    expect(more).to_have_text(f"{here - shown} more here")
    more.click()
    expect(page.locator("#stack.open")).to_contain_text(f"{here} annotations here")
    expect(page.locator("#stack.open .card").first).to_be_visible()


def test_at_middle_widths_a_click_opens_the_cards_beside_the_text(opened: Opens) -> None:
    page = opened()
    page.set_viewport_size({"width": 900, "height": 800})
    page.goto("/volumes/frus1981-88v03/d169/?set=seminar")
    page.wait_for_selector("html.js")
    one = annotation_at("as we move to commence")
    expect(card_of(page, one)).to_be_hidden()
    click_at(page, one.start + 2)
    panel = page.locator("#stack.open")
    expect(panel.locator(".card")).to_have_count(1)
    expect(panel.locator(".card.on")).to_contain_text("Linkage in four steps")
    panel.get_by_role("link", name="Close").click()
    expect(page.locator("#stack.open")).to_have_count(0)
