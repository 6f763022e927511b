"""What people do about annotations on a text that has changed, from the card to the decision."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path

import pytest
from django.contrib.auth.models import User
from playwright.sync_api import Page, expect

from annotations.accounts import local_owner
from annotations.models import Annotation
from archive.importers.tei import parse_tei
from archive.ingest import ingest
from tests.browser.pages import DOCUMENT, card_of, drag, open_reader
from tests.browser.test_accessibility import BYPASS, violations

Opens = Callable[..., Page]
SOURCE = Path(__file__).parents[2] / "fixtures" / "frus1981-88v03-d169.xml"
EDITS = {
    "as we move to commence": "as we are about to commence",
    "the roughly parallel timing of the two steps would speak for itself": "will come then",
}
LIST = "/sets/seminar/anchoring/"


@pytest.fixture
def corrected(sample: None) -> None:
    """Document 169 imported again with corrections; its annotations have followed."""
    source = SOURCE.read_text()
    for old, new in EDITS.items():
        source, times = re.subn(r"\s+".join(map(re.escape, old.split())), new, source)
        assert times == 1
    report = ingest(parse_tei(source.encode(), SOURCE.name))
    assert report.followed


def one(words: str) -> Annotation:
    return Annotation.objects.with_place().get(quote__startswith=words)


def page_of(annotation: Annotation) -> str:
    return f"{annotation.get_absolute_url()}anchoring/"


def owner() -> User:
    found = local_owner()
    assert found is not None
    return found


@pytest.mark.usefixtures("corrected")
def test_a_card_that_needs_review_leads_to_both_texts_and_is_settled(opened: Opens) -> None:
    review = one("as we are about to commence")
    page = open_reader(opened, review.author)
    card = card_of(page, review)
    expect(card).to_contain_text("Needs review")
    card.locator(".author").first.click()
    card.get_by_role("link", name="Look at it").click()
    expect(page.locator(".sides .differs", has_text="are about")).to_be_visible()
    page.get_by_role("button", name="It stands right").click()
    expect(page.get_by_role("status")).to_contain_text("It stands right")
    review.refresh_from_db()
    assert review.anchor == ""
    page.get_by_role("button", name="Take it back").click()
    expect(page.get_by_role("status")).to_contain_text("open again")
    review.refresh_from_db()
    assert review.anchor == "review"


@pytest.mark.usefixtures("corrected")
def test_what_was_not_found_is_placed_by_selecting_in_the_text(opened: Opens) -> None:
    lost = one("the roughly parallel timing")
    page = opened(owner())
    page.goto(LIST)
    page.get_by_role("link", name="Not found").click()
    page.locator(f'a[href="{page_of(lost)}"]').click()
    page.get_by_role("link", name="Select its place in the text").click()
    page.wait_for_selector("html.js #margin.laid", state="attached")
    expect(page.locator("#passage-mode")).to_be_visible()
    drag(page, place_of_now("will come then"))
    page.get_by_role("button", name="Use this passage").click()
    expect(page.locator("#toast.shown")).to_contain_text("Passage changed.")
    expect(card_of(page, lost)).to_be_attached()
    lost.refresh_from_db()
    assert (lost.quote, lost.anchor) == ("will come then", "")


@pytest.mark.usefixtures("corrected")
def test_without_scripts_a_place_that_is_offered_takes_one_click(opened: Opens) -> None:
    lost = one("the roughly parallel timing")
    page = opened(lost.author, javascript=False)
    page.goto(page_of(lost))
    expect(page.get_by_role("link", name="Select its place")).to_be_hidden()
    offered = page.locator(".passages li", has_text="will come then")
    offered.get_by_role("button", name="Put it here").click()
    expect(page.get_by_role("status")).to_contain_text("It stands there now.")
    page.get_by_role("link", name="See it in the text").click()
    expect(page).to_have_url(re.compile(rf"{DOCUMENT}\?set=seminar#b\d+$"))
    lost.refresh_from_db()
    assert lost.anchor == ""


@pytest.mark.usefixtures("corrected")
@pytest.mark.parametrize("phone", [False, True], ids=["desk", "phone"])
def test_axe_finds_nothing_on_these_pages(opened: Opens, phone: bool) -> None:
    page = opened(owner(), phone=phone, **BYPASS)
    found = []
    lost, review = one("the roughly parallel timing"), one("as we are about to commence")
    for address in (LIST, f"{LIST}?show=settled", page_of(lost), page_of(review)):
        page.goto(address)
        found += violations(page, address)
        assert page.evaluate("document.documentElement.scrollWidth <= innerWidth"), address
    assert found == []


def place_of_now(words: str) -> tuple[int, int]:
    """Where these words stand in the current edition."""
    text = one("as we are about to commence").edition.text
    return text.index(words), text.index(words) + len(words)
