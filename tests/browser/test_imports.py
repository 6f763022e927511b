"""Imports from the web in a real browser: uploaded, and watched until they are done."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from annotations.accounts import local_owner
from archive.models import Import
from archive.progress import Teller
from archive.worker import run_ready
from tests.archive.tei import document, volume

Opens = Callable[..., Page]
pytestmark = pytest.mark.django_db(transaction=True)
GOOD = volume(document("<head>1. A day</head><p>a</p>"))
FILE = {"name": "volume.xml", "mimeType": "text/xml", "buffer": GOOD}


@pytest.fixture(autouse=True)
def data(settings: Any, tmp_path: Path) -> None:
    settings.DATA, settings.MEDIA_ROOT, settings.UPLOADS = tmp_path, tmp_path, tmp_path / "uploads"


@pytest.mark.parametrize("javascript", [True, False], ids=["live", "plain"])
def test_a_volume_is_uploaded_and_watched_until_it_is_there(
    opened: Opens, javascript: bool
) -> None:
    page = opened(local_owner(), javascript=javascript)
    page.goto("/volumes/")
    page.get_by_role("link", name="Import volumes").first.click()
    page.get_by_label("TEI files").set_input_files([FILE, {**FILE, "name": "again.xml"}])
    page.get_by_role("button", name="Upload and import").click()
    first = page.get_by_role("listitem").filter(has_text="volume.xml")
    expect(first.locator(".state")).to_have_text("waiting")
    run = Import.objects.order_by("pk").first()
    assert run is not None
    first.get_by_role("link").click()
    seen(page, run, Teller(run.pk), javascript)
    run_ready()
    if not javascript:
        page.get_by_role("link", name="Look again").click()
    expect(page.locator(".state")).to_have_text("done")
    page.get_by_text("The documents").click()
    page.get_by_role("link", name="1. A day").click()
    expect(page).to_have_url("/volumes/frus1900v01/d1/")


def seen(page: Page, run: Import, teller: Teller, javascript: bool) -> None:
    """The progress that the worker tells is on the page."""
    Import.objects.filter(pk=run.pk).update(state="running")
    teller("writing", 30, 40)
    if not javascript:
        page.get_by_role("link", name="Look again").click()
    expect(page.get_by_text("writing 30 of 40 documents")).to_be_visible()
    expect(page.get_by_role("progressbar")).to_have_attribute("value", "70")


def test_a_fault_is_one_sentence_and_the_file_can_be_removed(opened: Opens) -> None:
    page = opened(local_owner())
    page.goto("/imports/")
    page.get_by_label("TEI files").set_input_files({**FILE, "buffer": b"<TEI>\n<p>a</q>"})
    page.get_by_role("button", name="Upload and import").click()
    run_ready()
    expect(page.get_by_role("alert")).to_contain_text("volume.xml:2: The XML is not well-formed")
    page.get_by_role("button", name="Remove the file").click()
    expect(page.get_by_role("status")).to_have_text(
        "The file is removed. What was imported from it stays."
    )
    expect(page.get_by_role("button", name="Import again")).to_have_count(0)
