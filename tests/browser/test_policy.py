"""The Content-Security-Policy: strict on every answer, broken by no page."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from lxml import html
from playwright.sync_api import Page

from annotations.accounts import local_owner
from tests.browser.pages import member
from tests.browser.sites import for_guests, for_members, for_owners

Opens = Callable[..., Page]
pytestmark = pytest.mark.usefixtures("sample")
WHO = {
    "guest": (lambda: None, for_guests),
    "member": (member, for_members),
    "owner": (local_owner, for_owners),
}


def directives(policy: str) -> dict[str, list[str]]:
    parts = [part.split() for part in policy.split(";") if part.strip()]
    return {name: values for name, *values in parts}


def inline(source: str) -> list[str]:
    """Scripts, styles and handlers that stand in the page itself; a block of data is no script."""
    page = html.document_fromstring(source)
    stands = [e for e in page.iter("script", "style") if e.get("type") != "application/ld+json"]
    found = [f"<{e.tag}>" for e in stands if not e.get("src")]
    for element in page.iter(html.etree.Element):
        for name, value in element.attrib.items():
            handler = name == "style" or name.startswith(("on", "hx-on"))
            if handler or value.startswith("javascript:"):
                found.append(f"<{element.tag} {name}={value!r}>")
    return found


MISSING = ("/nowhere/", "/join/unknown/")


@pytest.mark.parametrize("who", list(WHO))
def test_no_page_breaks_the_policy(opened: Opens, who: str) -> None:
    user, addresses = WHO[who]
    page = opened(user(), quiet=False)
    faults: list[str] = []
    page.on("console", lambda message: faults.append(f"{page.url}: {message.text}"))
    page.on("pageerror", lambda error: faults.append(f"{page.url}: {error}"))
    for address in addresses():
        response = page.goto(address, wait_until="load")
        assert response
        assert response.status == (404 if address in MISSING else 200), address
        policy = directives(response.headers["content-security-policy"])
        assert policy["default-src"] == ["'none'"] and policy["base-uri"] == ["'none'"]
        assert policy["script-src"] == ["'self'"] and policy["style-src"] == ["'self'"]
        assert policy["frame-ancestors"] == ["'none'"] and policy["form-action"] == ["'self'"]
        assert "unsafe" not in str(policy)
        assert inline(response.text()) == [], address
    # The browser reports a page that is meant to be missing; nothing else is there to report.
    assert [fault for fault in faults if not any(one in fault for one in MISSING)] == []


def test_a_script_in_the_page_would_not_run(opened: Opens) -> None:
    page = opened(quiet=False)
    faults: list[str] = []
    page.on("console", lambda message: faults.append(message.text))
    page.goto("/")
    page.evaluate("""() => {
      const script = document.createElement('script');
      script.textContent = 'window.ran = true';
      document.body.append(script);
      document.body.insertAdjacentHTML('beforeend', '<p id="styled" style="color: red">Styled</p>');
    }""")
    assert page.evaluate("window.ran") is None
    assert page.evaluate("getComputedStyle(document.querySelector('#styled')).color") != (
        "rgb(255, 0, 0)"
    )
    assert sum("Content Security Policy" in fault for fault in faults) == 2


def test_what_members_write_stays_text(opened: Opens) -> None:
    page = opened(member())
    page.goto("/sets/seminar/annotate/frus1981-88v03/d169/?start=149&end=170")
    attack = "<img src=x onerror=alert(1)> [here](javascript:alert(1)) <script>alert(1)</script>"
    page.get_by_label("Note", exact=True).fill(attack)
    page.get_by_role("button", name="Save").click()
    page.wait_for_url("**#b4")
    card = page.locator("#margin .card", has_text="onerror")
    assert card.count() == 1
    assert card.locator("img, script, [href^='javascript']").count() == 0
    assert "onerror" in card.inner_text()
