"""Finding one's way with a real browser: keys, folds, the chart, the publisher's fragments."""

from __future__ import annotations

import json
from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from archive.importers.tei import parse_tei
from archive.ingest import ingest
from tests.browser.pages import DOCUMENT, open_reader
from tests.teivolumes import volume_xml

Opens = Callable[..., Page]
pytestmark = pytest.mark.usefixtures("sample")
WIDTHS = pytest.mark.parametrize("phone", [False, True], ids=["desk", "phone"])
VOLUME = "/volumes/frus1977-80v99/"


@pytest.fixture
def large(sample: None) -> None:
    """A volume with chapters and many documents beside the sample."""
    ingest(parse_tei(volume_xml(documents=160, megabytes=0.3), "v.xml"))


@WIDTHS
def test_no_page_is_wider_than_its_window(opened: Opens, large: None, phone: bool) -> None:
    page = opened(phone=phone)
    for address in ("", "persons/", "terms/", "time/", "d7/"):
        page.goto(VOLUME + address)
        assert page.evaluate("document.documentElement.scrollWidth <= innerWidth"), address
    for address in ("/volumes/", "/persons/", "/terms/", "/time/"):
        page.goto(address)
        assert page.evaluate("document.documentElement.scrollWidth <= innerWidth"), address


def test_brackets_turn_to_the_documents_before_and_after(opened: Opens, large: None) -> None:
    page = open_reader(opened, address=f"{VOLUME}d7/")
    page.keyboard.press("]")
    page.wait_for_url(f"**{VOLUME}d8/")
    page.wait_for_selector("html.js")
    page.keyboard.press("[")
    page.wait_for_url(f"**{VOLUME}d7/")


@pytest.mark.parametrize(
    ("fragment", "here"),
    [("#fn2", "n-d169fn2"), ("#d169fn3", "n-d169fn3"), ("#pg_546", "pg-546"), ("#b4", "b4")],
)
def test_the_publishers_names_of_notes_and_pages_are_found(
    opened: Opens, fragment: str, here: str
) -> None:
    page = open_reader(opened, address=f"/historicaldocuments/frus1981-88v03/d169{fragment}")
    page.wait_for_url(f"**{DOCUMENT}#{here}")
    assert page.locator(f"[id='{here}']").count() == 1


def test_the_data_in_the_head_are_read_and_break_no_policy(opened: Opens) -> None:
    """A breach of the policy is an error in the console, which fails the test."""
    page = open_reader(opened)
    said = page.locator("script[type='application/ld+json']").text_content()
    assert json.loads(said or "")["position"] == "169"


def test_a_square_of_the_chart_leads_to_its_list(opened: Opens, large: None) -> None:
    page = opened(phone=True)
    page.goto(f"{VOLUME}time/")
    square = page.get_by_role("link", name="March 1977")
    box = square.bounding_box()
    assert box and min(box["width"], box["height"]) >= 20
    square.tap()
    expect(page.locator("#m1977-03")).to_be_in_viewport()


def test_a_chapter_that_is_shut_opens_for_a_document_in_it(opened: Opens, large: None) -> None:
    page = opened()
    page.goto(f"{VOLUME}#d25")
    expect(page.locator("#d25")).to_be_in_viewport()
    expect(page.locator("#d75")).to_be_hidden()


def test_a_passage_in_context_leads_to_its_place(opened: Opens) -> None:
    page = opened()
    page.goto("/volumes/frus1981-88v03/persons/")
    page.get_by_role("link", name="Haig, Alexander").first.click()
    page.locator(".hits .line a").first.click()
    page.wait_for_url("**/d169/?find=*")
    block = page.url.rpartition("#")[2]
    expect(page.locator(f"[id='{block}']")).to_be_in_viewport()


def test_it_works_without_scripts(opened: Opens, large: None) -> None:
    page = opened(javascript=False)
    page.goto(VOLUME)
    page.get_by_label("Go to", exact=True).fill("7")
    page.get_by_role("button", name="Go", exact=True).click()
    page.wait_for_url(f"**{VOLUME}d7/")
    page.locator(".onward [rel=next]").click()
    assert page.locator("#text h1").count() == 1
