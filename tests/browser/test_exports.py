"""Taking a set out and bringing annotations in, as people do it: in the browser."""

from __future__ import annotations

import csv
import io
import json
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Download, Page, expect

from annotations.accounts import local_owner
from annotations.actions.sets import add_document, create_set
from annotations.formats import FORMATS
from annotations.models import AnnotationSet
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


def another_set() -> AnnotationSet:
    """A set of the same owner with the same document and nothing in it."""
    room = AnnotationSet.objects.get(slug="seminar")
    made = create_set(owner=room.owner, title="Another")
    add_document(made, room.documents.get(slug="d169"), actor=room.owner)
    return made


def test_a_filtered_export_goes_into_another_set_and_is_taken_back(
    opened: Opens, settings: Any, tmp_path: Path
) -> None:
    settings.UPLOADS = tmp_path / "uploads"
    to = another_set()
    page = opened(to.owner)
    page.goto(f"{EXPORTS}?theme=linkage")
    file = tmp_path / "linkage.jsonld"
    taken(page, "w3c").save_as(file)
    page.goto(f"/sets/{to.slug}/exports/")
    page.get_by_role("link", name="bring annotations in").click()
    page.get_by_label("File").set_input_files(file)
    page.get_by_role("button", name="Look at the file").click()
    expect(page.locator("main")).to_contain_text("Nothing has been changed yet.")
    assert not to.annotations.exists()
    page.get_by_role("button", name=re.compile("^Bring in ")).press("Enter")
    expect(page.locator(".message.success")).to_contain_text("brought in")
    assert to.annotations.alive().exists()
    page.get_by_role("button", name="Undo").click()
    expect(page.locator("main")).not_to_contain_text("brought in,")
    assert not to.annotations.alive().exists()


def test_a_bad_file_gives_one_clear_sentence(opened: Opens, settings: Any, tmp_path: Path) -> None:
    settings.UPLOADS = tmp_path / "uploads"
    bad = tmp_path / "cut.jsonld"
    bad.write_text('{"@context": "http://www.w3.org/ns/anno.jsonld", "id": ')
    page = opened(local_owner(), javascript=False, quiet=False)
    page.goto("/sets/seminar/import/")
    page.get_by_label("File").set_input_files(bad)
    page.get_by_role("button", name="Look at the file").click()
    said = page.get_by_role("alert").inner_text()
    assert said.startswith("cut.jsonld cannot be read as Web Annotation (JSON-LD): ")
    assert said.endswith("Nothing was changed.") and "\n" not in said


@WIDTHS
def test_the_pages_of_an_import_have_no_violation_and_fit(
    opened: Opens, phone: bool, settings: Any, tmp_path: Path
) -> None:
    settings.UPLOADS = tmp_path / "uploads"
    to = another_set()
    page = opened(to.owner, phone=phone, **BYPASS)
    page.goto(f"/sets/{to.slug}/import/")
    found = violations(page, "import")
    assert page.evaluate(FITS)
    rows = "".join(f"frus1981-88v03/d169,nowhere {n},Ada\n" for n in range(9))
    table = tmp_path / "codes.csv"
    table.write_text(
        f"document,quote,author\n{rows}frus1981-88v03/d169,our willingness to talk,Bo\n"
    )
    page.get_by_label("File").set_input_files(table)
    page.get_by_role("button", name="Look at the file").click()
    page.locator(".fate summary").first.click()
    found += violations(page, "plan")
    assert page.evaluate(FITS)
    page.get_by_role("button", name="Bring in 1 annotation").click()
    found += violations(page, "done")
    assert not found, "\n".join(found)
