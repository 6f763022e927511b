"""Taking a set out and bringing annotations in, as people do it: in the browser."""

from __future__ import annotations

import csv
import io
import json
import re
from collections.abc import Callable

import pytest
from playwright.sync_api import Download, Page, expect

from annotations.accounts import local_owner
from annotations.formats import FORMATS
from tests.browser.pages import member
from tests.browser.test_accessibility import BYPASS, WIDTHS, violations

Opens = Callable[..., Page]
pytestmark = pytest.mark.usefixtures("sample")
EXPORTS = "/sets/seminar/exports/"
FITS = "document.documentElement.scrollWidth <= innerWidth"


def taken(page: Page, name: str) -> Download:
    """Downloads what the page offers in this format."""
    with page.expect_download() as waiting:
        page.get_by_role("link", name=f"Download {FORMATS[name].LABEL}", exact=False).click()
    return waiting.value


def text_of(download: Download) -> str:
    return download.path().read_text(encoding="utf-8")


@pytest.mark.skipif("html" not in FORMATS, reason="there is no format for handouts yet")
def test_a_teacher_takes_a_handout_of_a_document(opened: Opens) -> None:
    page = opened(local_owner())
    page.goto("/sets/seminar/")
    page.get_by_role("link", name="Take the annotations out").click()
    with page.expect_download() as waiting:
        page.get_by_role("button", name="Get the handout").click()
    assert waiting.value.suggested_filename == "seminar-d169.html"
    assert "our willingness to talk" in text_of(waiting.value)


def test_a_researcher_takes_what_her_list_shows(opened: Opens) -> None:
    page = opened(member())
    page.goto("/sets/seminar/annotations/?theme=linkage")
    shown = page.locator(".annotations > .one").count()
    page.get_by_role("link", name="Export these").click()
    expect(page).to_have_url(re.compile(r"/exports/\?theme=linkage$"))
    expect(page.locator(".goes-out")).to_contain_text(f"{shown} annotation")
    download = taken(page, "csv")
    assert download.suggested_filename == "seminar-linkage.csv"
    rows = list(csv.DictReader(io.StringIO(text_of(download), newline="")))
    assert len(rows) == shown > 0
    items = json.loads(text_of(taken(page, "w3c")))
    assert items["type"] == "AnnotationCollection"


def test_what_is_chosen_is_counted_at_once_and_stands_in_the_address(opened: Opens) -> None:
    page = opened(member())
    page.goto(EXPORTS)
    before = page.locator(".goes-out").inner_text()
    page.get_by_label("Themes").select_option("linkage")
    expect(page.locator(".goes-out")).not_to_have_text(before)
    expect(page).to_have_url(re.compile(r"/exports/\?theme=linkage$"))
    address = page.locator("#out .take a").first.get_attribute("href")
    assert address and address.endswith("?theme=linkage")
    page.reload()
    expect(page.get_by_label("Themes")).to_have_value("linkage")
    page.get_by_label("Themes").select_option("")
    expect(page.locator(".goes-out")).to_have_text(before)


def test_what_is_left_out_unfolds_by_key(opened: Opens) -> None:
    page = opened(member())
    page.goto(EXPORTS)
    fold = page.locator("details.left").first
    fold.locator("summary").focus()
    page.keyboard.press("Enter")
    expect(fold.locator("li").first).to_be_visible()


def test_a_part_is_chosen_without_javascript(opened: Opens) -> None:
    page = opened(member(), javascript=False)
    page.goto(EXPORTS)
    page.get_by_label("Themes").select_option("linkage")
    page.get_by_role("button", name="Show").click()
    assert "theme=linkage" in page.url
    address = page.locator("#out .take a").first.get_attribute("href")
    assert address and address.endswith("?theme=linkage")


@WIDTHS
def test_the_page_of_exports_has_no_violation_and_fits(opened: Opens, phone: bool) -> None:
    page = opened(local_owner(), phone=phone, **BYPASS)
    page.goto(f"{EXPORTS}?theme=linkage&theme=hedging&q=the")
    for fold in page.locator("details.left summary").all():
        fold.click()
    found = violations(page, "exports")
    assert not found, "\n".join(found)
    assert page.evaluate(FITS)
