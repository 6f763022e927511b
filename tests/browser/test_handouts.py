"""The handout of a document, as a file on somebody's disk: opened, looked at, printed."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from annotations.accounts import local_owner
from tests.browser.test_accessibility import BYPASS, WIDTHS, violations

Opens = Callable[..., Page]
pytestmark = pytest.mark.usefixtures("sample")
FITS = "document.documentElement.scrollWidth <= innerWidth"


@pytest.fixture
def handout(opened: Opens, tmp_path: Path) -> str:
    """Where the file lies, as an address."""
    page = opened(local_owner())
    page.goto("/sets/seminar/exports/")
    with page.expect_download() as waiting:
        page.evaluate("""() => { const link = document.createElement('a');
          link.href = 'html/?document=frus1981-88v03/d169'; link.download = '';
          document.body.append(link); link.click(); }""")
    path = tmp_path / "handout.html"
    waiting.value.save_as(path)
    return path.as_uri()


@WIDTHS
def test_a_handout_has_no_violation_and_fits(opened: Opens, handout: str, phone: bool) -> None:
    page = opened(phone=phone, **BYPASS)
    page.goto(handout)
    expect(page.locator(".card").first).to_be_visible()
    assert page.evaluate(FITS)
    found = violations(page, "handout")
    assert not found, "\n".join(found)


def test_a_handout_reads_under_its_own_policy_and_asks_for_nothing(
    opened: Opens, handout: str
) -> None:
    page = opened()
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    page.goto(handout)
    assert page.evaluate("getComputedStyle(document.querySelector('.row')).display") == "grid"
    assert asked == [handout]
    page.locator(".main a.n").first.click()
    expect(page).to_have_url(re.compile(r"#p1-a1$"))


def test_annotations_stand_beside_their_paragraph_or_below_it(opened: Opens, handout: str) -> None:
    page = opened()
    page.goto(handout)
    for cards in page.locator(".row > .cards").all()[:12]:
        text = cards.locator("xpath=../div[@class='main']").bounding_box()
        beside = cards.bounding_box()
        assert text and beside
        if "under" in (cards.get_attribute("class") or ""):
            assert beside["y"] >= text["y"] + text["height"] - 1
        else:
            assert beside["x"] >= text["x"] + text["width"] - 1
            assert abs(beside["y"] - text["y"]) < 2


@pytest.mark.parametrize("paper", ["A4", "Letter"])
def test_a_handout_prints(opened: Opens, handout: str, paper: str) -> None:
    page = opened()
    page.goto(handout)
    printed = page.pdf(format=paper, prefer_css_page_size=False)
    pages = len(re.findall(rb"/Type\s*/Page\b", printed))
    assert printed.startswith(b"%PDF-") and 2 <= pages <= 12
