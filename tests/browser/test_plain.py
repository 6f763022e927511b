"""Without JavaScript: everything is read, filtered, opened, annotated, edited and undone."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from annotations.models import Annotation, Theme
from tests.browser.pages import (
    READER,
    annotation_at,
    card_of,
    in_window,
    member,
    newest,
    open_reader,
    place_of,
)

Opens = Callable[..., Page]
pytestmark = pytest.mark.usefixtures("sample")


def test_text_notes_entries_and_cards_are_read_by_links_alone(opened: Opens) -> None:
    page = open_reader(opened, javascript=False)
    expect(page.locator("#margin .card")).to_have_count(25)
    page.locator("#call-d169fn3").click()
    assert page.url.endswith("#n-d169fn3") and in_window(page, page.locator("#n-d169fn3"))
    page.locator("#n-d169fn3 a.label").click()
    assert page.url.endswith("#call-d169fn3")
    page.locator("#b0 a.who").first.click()
    assert page.url.endswith("#e-p_HAM_1")
    card = card_of(page, annotation_at("our willingness to talk"))
    card.locator("summary").click()
    expect(card.locator(".reply").first).to_be_visible()
    card.locator("a.quote").click()
    assert page.url.endswith("#b5") and in_window(page, page.locator("#b5"))
    expect(page.locator("#kbd-select, #keys-help, [data-copy]").first).to_be_hidden()


def test_filters_are_links(opened: Opens) -> None:
    page = open_reader(opened, javascript=False)
    page.locator("#pick-themes summary").click()
    page.locator("#pick-themes").get_by_role("link", name="Insulation").click()
    assert "theme=insulation" in page.url
    expect(page.locator("#margin .card")).to_have_count(1)
    page.locator("#pick-view summary").click()
    page.get_by_role("link", name="Read without annotations").click()
    expect(page.locator("#text mark, #margin .card")).to_have_count(0)


def test_a_stack_has_a_page_of_its_own(opened: Opens) -> None:
    page = open_reader(opened, javascript=False)
    at = place_of("would not directly link")[0] + 3
    page.goto(f"/volumes/frus1981-88v03/d169/at/?set=seminar&at={at}")
    expect(page.locator(".card")).to_have_count(2)
    page.get_by_role("link", name="Back to the text").click()
    expect(page.locator("#text mark").first).to_be_visible()


def test_a_passage_is_annotated_by_giving_its_words(opened: Opens) -> None:
    page = open_reader(opened, member(), javascript=False)
    page.locator("#pick-view summary").click()
    page.get_by_role("link", name="Annotate by giving the words").click()
    words = page.get_by_label("The words of the passage")
    words.fill("words that nobody wrote")
    page.get_by_role("button", name="Find the passage").click()
    expect(page.locator(".empty")).to_contain_text("do not stand in the text")
    words.fill("Soviets on\n Afghanistan")
    page.get_by_role("button", name="Find the passage").click()
    page.get_by_role("link", name="Annotate this passage").first.click()
    page.locator(".chip", has_text="Hedging").click()
    page.get_by_label("Note", exact=True).fill("By words.")
    page.get_by_role("button", name="Save").click()
    assert page.url.startswith(page.url.split("/volumes")[0] + READER) and "#b" in page.url
    made = newest()
    assert (made.quote, made.note) == ("Soviets on Afghanistan", "By words.")
    assert made.theme_ids == str(Theme.objects.get(name="Hedging").pk)
    expect(card_of(page, made)).to_contain_text("By words.")


def test_an_annotation_is_edited_moved_deleted_and_brought_back(opened: Opens) -> None:
    # A deleted annotation answers 410 with the way to undo it, which the console reports.
    page = open_reader(opened, member(), javascript=False, quiet=False)
    mine = annotation_at("our willingness to talk")
    card_of(page, mine).get_by_role("link", name="Edit", exact=True).click()
    page.get_by_label("Note", exact=True).fill("Edited plainly.")
    page.get_by_role("button", name="Save").click()
    expect(card_of(page, mine)).to_contain_text("Edited plainly.")
    card_of(page, mine).get_by_role("link", name="Change passage").click()
    page.get_by_label("The words of the passage").fill("front and center")
    page.get_by_role("button", name="Find the passage").click()
    page.get_by_role("button", name="Move the annotation here").click()
    expect(page.locator(f'#cards-4 [id="a-{mine.uuid}"]')).to_be_visible()
    card_of(page, mine).get_by_role("link", name="Reply").click()
    page.get_by_label("Your reply").fill("Answered plainly.")
    page.get_by_role("button", name="Reply").click()
    card_of(page, mine).locator("summary").click()
    expect(card_of(page, mine)).to_contain_text("Answered plainly.")
    card_of(page, mine).locator("> .acts").get_by_role("link", name="Delete").click()
    page.get_by_role("button", name="Delete").click()
    expect(page.locator("h1")).to_have_text("This annotation is deleted")
    assert Annotation.objects.get(pk=mine.pk).deleted_at
    page.get_by_role("button", name="Undo").click()
    expect(card_of(page, mine)).to_contain_text("Edited plainly.")
    found = Annotation.objects.get(pk=mine.pk)
    assert (found.quote, found.deleted_at) == ("front and center", None)
