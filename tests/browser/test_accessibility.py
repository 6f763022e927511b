"""axe finds nothing on any page, on a desk and on a phone, light and dark."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from axe_playwright_python.base import AXE_SCRIPT
from playwright.sync_api import Page, expect

from annotations.accounts import local_owner
from tests.browser.pages import act, annotation_at, member, open_reader, tap_at, wait_until
from tests.browser.sites import for_guests, for_members, for_owners
from tests.browser.test_live import OFTEN, post

Opens = Callable[..., Page]
pytestmark = pytest.mark.usefixtures("sample")
# axe styles the page while it looks, which the page's own policy would forbid.
BYPASS: dict[str, Any] = {"quiet": False, "bypass_csp": True}
ALL: dict[str, Any] = {"rules": {"target-size": {"enabled": True}}}
COLOURS = {"runOnly": ["color-contrast", "link-in-text-block"]}
RUN = """([part, options]) =>
  axe.run(part || document, {...options, preload: false, resultTypes: ['violations']})"""
STYLED = "[...document.querySelectorAll('link[rel=stylesheet]')].every((link) => link.sheet)"
WIDTHS = pytest.mark.parametrize("phone", [False, True], ids=["desk", "phone"])
WHO = {
    "guest": (lambda: None, for_guests),
    "member": (member, for_members),
    "owner": (local_owner, for_owners),
}


def violations(page: Page, where: str, part: str = "") -> list[str]:
    """What axe finds in the light, and what the dark changes: place, rule, element, reason.

    ``part`` is a selector of the part to look at; the whole page when empty.
    """
    # What is still coming, or not styled yet, is no page that anybody sees.
    page.wait_for_load_state()
    wait_until(page, lambda: page.evaluate(STYLED))
    page.evaluate(AXE_SCRIPT)
    found = page.evaluate(RUN, [part, ALL])["violations"]
    page.emulate_media(color_scheme="dark")
    found += page.evaluate(RUN, [part, COLOURS])["violations"]
    page.emulate_media(color_scheme="light")
    return [
        f"{where}: {rule['id']} {node['target']} {node['failureSummary']}"
        for rule in found
        for node in rule["nodes"][:4]
    ]


@WIDTHS
def test_axe_sees_what_is_wrong(opened: Opens, phone: bool) -> None:
    page = opened(phone=phone, **BYPASS)
    page.goto("/volumes/")
    page.evaluate("""() => {
      const wrong = document.querySelector('main h1');
      wrong.insertAdjacentHTML('afterend', '<img src="/static/img/icon.svg"><p id="pale">Pale</p>');
      document.getElementById('pale').style.color = 'color-mix(in srgb, Canvas, CanvasText 20%)';
    }""")
    found = " ".join(violations(page, "here"))
    assert "image-alt" in found and found.count("color-contrast") == 2


@WIDTHS
@pytest.mark.parametrize("who", list(WHO))
def test_no_page_has_a_violation_light_or_dark(opened: Opens, who: str, phone: bool) -> None:
    user, addresses = WHO[who]
    page = opened(user(), phone=phone, **BYPASS)
    found = []
    for address in addresses():
        page.goto(address)
        assert page.locator("link[rel=stylesheet]").count(), address
        found += violations(page, address)
    assert not found, "\n".join(found)


@WIDTHS
def test_news_has_no_violation(opened: Opens, phone: bool) -> None:
    page = open_reader(opened, member("amara-folio"), phone=phone, **BYPASS)
    page.evaluate(OFTEN)
    post("intensified bilateral talks")
    page.locator("#news [data-news=show]").wait_for()
    found = violations(page, "told", part="#news")
    page.locator("#news [data-news=show]").click()
    page.locator("#news [data-news=next]").wait_for()
    found += violations(page, "further off", part="#news")
    assert not found, "\n".join(found)


@WIDTHS
def test_nothing_that_opens_in_the_reader_has_a_violation(opened: Opens, phone: bool) -> None:
    page = open_reader(opened, member(), phone=phone, **BYPASS)
    press, seen = page.keyboard.press, page.locator
    mine = annotation_at("our willingness to talk")

    def looked_at(what: str) -> list[str]:
        expect(seen(what)).to_be_visible()
        return violations(page, what, part=what)

    seen("#pick-themes summary").click()
    found = looked_at("#pick-themes .menu")
    press("Escape")
    press("?")
    found += looked_at("dialog#keys")
    press("Escape")
    seen("#call-d169fn3").focus()
    found += looked_at("#popover")
    press("Escape")
    press("s")
    found += looked_at("#kbd-mode")
    press("Enter")
    found += looked_at("#composer.open")
    press("Escape")
    press("j")
    found += looked_at("#stack.open" if phone else "#margin .card.on")
    press("Escape")
    if phone:
        tap_at(page, mine.start + 2)
        seen("#stack .card").get_by_role("link", name="Edit", exact=True).tap()
    else:
        act(page, mine, "Edit")
    found += looked_at(f"#{'stack' if phone else 'margin'} form.composer")
    press("Control+Enter")
    found += looked_at("#toast.shown")
    assert not found, "\n".join(found)
