"""A lead makes a snapshot and publishes it; a stranger verifies it; a second one is compared."""

from __future__ import annotations

import shutil
import subprocess
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from annotations.accounts import local_owner
from annotations.actions.annotations import edit_annotation
from annotations.models import Annotation, Snapshot
from archive.worker import run_ready
from tests.browser.pages import wait_until
from tests.browser.test_accessibility import BYPASS, WIDTHS, violations

pytestmark = pytest.mark.usefixtures("sample")
HERE = "/sets/seminar/snapshots/"


@pytest.fixture(autouse=True)
def own_folder(tmp_path: Path, settings: Any) -> None:
    settings.SNAPSHOTS = tmp_path / "snapshots"


def made(page: Page) -> Snapshot:
    """Makes one by the page, as the worker does it; the page shows it by itself."""
    page.goto(HERE)
    page.get_by_role("link", name="Make a snapshot").click()
    page.get_by_role("button", name="See what it would hold").click()
    expect(page.locator("#look")).to_contain_text("25 annotations and 24 replies on 1 document")
    page.get_by_role("button", name="Make the snapshot").click()
    expect(page.locator("#state")).to_contain_text("It waits for its turn.")
    run_ready()
    expect(page.get_by_role("heading", name="Cite it")).to_be_visible()
    return Snapshot.objects.latest("pk")


def test_from_the_set_to_a_file_that_a_stranger_verifies(
    opened: Callable[..., Page], tmp_path: Path
):
    lead = opened(local_owner())
    first = made(lead)
    stranger = opened(quiet=False)
    assert stranger.goto(first.get_absolute_url()).status == 404  # type: ignore[union-attr]
    lead.get_by_role("link", name="Publish …").click()
    lead.get_by_role("button", name="Publish it for good").click()
    expect(lead.get_by_role("status").first).to_contain_text("It is published")
    stranger.goto(first.get_absolute_url())
    expect(stranger.locator("#citation")).to_contain_text("snapshot 1")
    with stranger.expect_download() as waiting:
        stranger.get_by_role("link", name="Download").click()
    file = tmp_path / waiting.value.suggested_filename
    waiting.value.save_as(file)
    assert file.name == "seminar-v1.zip"
    with zipfile.ZipFile(file) as archive:
        archive.extractall(tmp_path)
    words = ["sha256sum", "--check", "--quiet", "manifest-sha256.txt"]
    if shutil.which(words[0]):
        subprocess.run(words, cwd=tmp_path / "seminar-v1", check=True)
    stranger.goto("/snapshots/verify/")
    stranger.set_input_files("#id_file", file)
    stranger.get_by_role("button", name="Verify", exact=True).click()
    expect(stranger.locator(".verdict")).to_contain_text("It is whole.")
    expect(stranger.locator("main")).to_contain_text("This server made these very bytes")


def test_two_snapshots_say_what_became_of_the_words(opened: Callable[..., Page]):
    lead = opened(local_owner())
    made(lead)
    one = Annotation.objects.exclude(note="").order_by("pk")[0]
    themes = list(one.themes.all())
    edit_annotation(
        one, actor=one.author, themes=themes, note=f"{one.note} Surely.", visibility="shared"
    )
    made(lead)
    lead.goto(HERE)
    lead.get_by_role("button", name="Compare").click()
    expect(lead.locator("h1")).to_have_text("From snapshot 1 to 2")
    expect(lead.locator("ins")).to_contain_text("Surely")
    row = lead.locator(".counts tbody tr").first
    assert row.locator("td").all_text_contents() == ["0", "1", "0", "24"]


def test_it_can_be_withdrawn_and_its_page_says_why(opened: Callable[..., Page]):
    lead = opened(local_owner(), quiet=False)
    one = made(lead)
    lead.get_by_role("link", name="Withdraw …").click()
    lead.get_by_label("Why it is withdrawn").fill("It was a trial.")
    lead.get_by_role("button", name="Withdraw it").click()
    expect(lead.locator(".tomb")).to_contain_text("It was a trial.")
    wait_until(lead, lambda: not one.path.exists())


@WIDTHS
def test_axe_finds_nothing_on_these_pages(opened: Callable[..., Page], phone: bool):
    page = opened(local_owner(), phone=phone, **BYPASS)
    one = made(page)
    addresses = [HERE, f"{HERE}new/", f"{HERE}compare/", "/snapshots/verify/"]
    addresses += [f"{one.get_absolute_url()}{tail}" for tail in ("", "publish/", "withdraw/")]
    found = []
    for address in addresses:
        page.goto(address)
        if address.endswith("new/"):
            page.check("input[value=pseudonymised]")
            page.get_by_role("button", name="See what it would hold").click()
        if address == one.get_absolute_url():
            page.get_by_role("button", name="Verify the file that is stored here").click()
            expect(page.locator(".verdict")).to_contain_text("It is whole.")
        found += violations(page, address)
        wide = page.evaluate("document.documentElement.scrollWidth - innerWidth")
        assert wide <= 0, address
    assert found == []
