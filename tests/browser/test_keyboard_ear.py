"""What a screen reader hears of highlights, read from Chromium's own accessibility tree."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from annotations.actions.annotations import create_annotation
from annotations.models import Annotation, AnnotationSet, Theme
from archive.models import Edition
from tests.browser.pages import (
    SELECT,
    annotation_at,
    drag,
    member,
    open_reader,
    place_of,
    wait_until,
)
from tests.browser.test_crowds import crowd

Opens = Callable[..., Page]
pytestmark = pytest.mark.usefixtures("sample")
TEXT_OF_BLOCKS = """async () => {
  const o = await import('/static/js/offsets.js');
  return o.blocksIn(document.getElementById('text')).map((b) => [o.startOf(b), o.textOf(b)]);
}"""
# The lines of the text, without what stands there for a screen reader alone.
LINES = """async () => {
  const o = await import('/static/js/offsets.js');
  const found = [];
  for (let at = 0; at < 4200; at += 11) {
    const boxes = [...o.rangeOf(at, at + 5).getClientRects()].filter((box) => box.width > 1);
    found.push(boxes.map((box) => `${Math.round(box.left)} ${Math.round(box.top)}`).join(';'));
  }
  return found;
}"""


def heard(page: Page, block: str) -> str:
    """The words of a block as the accessibility tree has them, in order, links in brackets."""
    session = page.context.new_cdp_session(page)
    root = session.send("DOM.getDocument")["root"]["nodeId"]
    node = session.send("DOM.querySelector", {"nodeId": root, "selector": block})["nodeId"]
    backend = session.send("DOM.describeNode", {"nodeId": node})["node"]["backendNodeId"]
    nodes = session.send("Accessibility.getFullAXTree")["nodes"]
    by_id = {one["nodeId"]: one for one in nodes}
    start = next(one for one in nodes if one.get("backendDOMNodeId") == backend)

    def words(one: dict[str, Any]) -> str:
        role = one.get("role", {}).get("value")
        name = str(one.get("name", {}).get("value", ""))
        if role == "StaticText":
            return name
        if role == "link" and not one.get("ignored"):
            return f"[{name}]"
        assert role != "mark" or one.get("ignored"), "each segment would be said by itself"
        return "".join(words(by_id[key]) for key in one.get("childIds", []))

    return words(start)


def say(page: Page, way: str) -> None:
    page.locator("#pick-view summary").click()
    page.locator(f"[data-say={way}]").click()
    page.keyboard.press("Escape")


def annotate(words: str, *themes: str, author: str = "ines-quill") -> Annotation:
    """Annotates words that stand once in the text."""
    room, edition = AnnotationSet.objects.get(), Edition.objects.get(document__slug="d169")
    start, end = place_of(words)
    return create_annotation(
        author=member(author),
        annotation_set=room,
        edition=edition,
        start=start,
        end=end,
        quote=words,
        themes=[Theme.objects.get(name=name) for name in themes],
        note="",
        text=edition.as_text(),
    )


def test_a_highlight_is_heard_where_it_begins_and_ends(opened: Opens) -> None:
    page = open_reader(opened, member("amara-folio"))
    found = heard(page, "#b4")
    assert "[highlight: Linkage, Tobias Vellum]as we move to commence " in found
    assert "negotiations, end of highlight,, since " in found
    assert "[highlight: Linkage, Public diplomacy, Ines Quill]we must leave no doubt" in found


def test_it_can_be_heard_quietly_or_not_at_all_and_that_is_kept(opened: Opens) -> None:
    page = open_reader(opened, member("amara-folio"))
    say(page, "quiet")
    found = heard(page, "#b4")
    assert "highlight:as we move to commence" in found and "negotiations, end of highlight" in found
    assert "Linkage" not in found and "Vellum" not in found
    say(page, "off")
    assert "highlight" not in heard(page, "#b4")
    page.reload()
    page.wait_for_selector("#margin.laid")
    assert "highlight" not in heard(page, "#b4")
    expect(page.locator("[data-say=off]")).to_have_attribute("aria-current", "true")
    say(page, "full")
    assert "highlight: Linkage, Tobias Vellum" in heard(page, "#b4")


def test_highlights_that_lie_in_each_other_are_told_apart(opened: Opens) -> None:
    Annotation.objects.all().delete()
    annotate("decide what we should do to keep Afghanistan front and center", "Linkage")
    annotate("keep Afghanistan front", "Alliance risk", author="amara-folio")
    annotate("decide what we should", author="amara-folio")
    page = open_reader(opened, member("amara-folio"))
    assert (
        "we must now [2 highlights: Linkage, Ines Quill; Amara Folio]decide what we should"
        ", end of Amara Folio, do to [highlight: Alliance risk, Amara Folio]keep Afghanistan front"
        ", end of Alliance risk, Amara Folio, and center, end of highlight, as a geopolitical"
    ) in heard(page, "#b4")


def test_a_crowd_is_told_in_a_few_words(opened: Opens) -> None:
    Annotation.objects.all().delete()
    crowd(40)
    page = open_reader(opened)
    found = heard(page, "#b4")
    assert found.count("highlight") == 2, found
    assert "[40 highlights, Linkage 3, " in found and ", others]we must now" in found
    assert ", end of highlights," in found


def test_what_is_folded_away_is_told_as_far_as_it_is_seen(opened: Opens) -> None:
    Annotation.objects.all().delete()
    crowd(90)
    page = open_reader(opened)
    found = heard(page, "#b4")
    assert found.count("highlight") == 2 and "[4 or more highlights, " in found
    page.locator("#b4 .ear").first.evaluate("link => link.click()")
    expect(page.locator("#stack.open")).to_contain_text("annotations here")


def test_a_heading_keeps_its_own_name(opened: Opens) -> None:
    page = open_reader(opened, member())
    heading = page.locator("#text h1.b")
    assert heading.locator("mark").count()
    assert "highlight" not in heading.aria_snapshot()
    assert "[in the heading, highlight: Process and delay, Nora Colophon]" in heard(page, "#b1")


def test_what_is_saved_is_heard_at_once(opened: Opens) -> None:
    page = open_reader(opened, member())
    drag(page, place_of("keep Afghanistan front and center"))
    page.keyboard.press("a")
    expect(page.locator("#composer.open form")).to_be_visible()
    page.keyboard.press("Control+Enter")
    expect(page.locator("#toast.shown")).to_contain_text("Saved.")
    wait_until(page, lambda: "[highlight: Ines Quill]keep Afg" in heard(page, "#b4"))


def test_the_words_said_lead_to_the_card_and_the_card_to_its_words(opened: Opens) -> None:
    page = open_reader(opened, member())
    one = annotation_at("as we move to commence")
    page.locator(f'#text .ear[href="#a-{one.uuid}"]').evaluate("link => link.click()")
    card = page.locator(f'#margin [id="a-{one.uuid}"]')
    expect(card).to_be_focused()
    assert "#a-" not in page.url
    quote = card.locator(".quote")
    assert "as we move to commence" in card.aria_snapshot()
    quote.evaluate("link => link.click()")
    expect(page.locator(f'#text .ear[href="#a-{one.uuid}"]')).to_be_focused()


def test_the_words_said_are_no_stop_of_the_tab_key(opened: Opens) -> None:
    page = open_reader(opened, member())
    stops = page.locator("#text .ear").evaluate_all("links => links.map((link) => link.tabIndex)")
    assert stops and set(stops) == {-1}


@pytest.mark.parametrize("way", ["full", "quiet"])
def test_the_words_said_are_no_text_and_take_no_room(opened: Opens, way: str) -> None:
    page = open_reader(opened, member())
    say(page, "off")
    before = page.evaluate(LINES)
    say(page, way)
    assert "highlight" in heard(page, "#b4")
    assert page.evaluate(LINES) == before
    text = Edition.objects.get(document__slug="d169").as_text()
    blocks = [[block.start, text.text[block.start : block.end]] for block in text.blocks]
    assert page.evaluate(TEXT_OF_BLOCKS) == blocks
    page.evaluate("getSelection().selectAllChildren(document.getElementById('text'))")
    assert "highlight" not in page.evaluate("getSelection().toString()")
    assert not page.evaluate("window.find('end of highlight')")


def test_the_clipboard_has_the_words_of_the_text_alone(opened: Opens) -> None:
    page = open_reader(opened, member())
    page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    place = place_of("This is particularly important as we move to commence START negotiations")
    page.evaluate(SELECT, list(place))
    page.keyboard.press("Control+c")
    read = "async () => (await navigator.clipboard.read())[0].getType('%s').then((b) => b.text())"
    plain = page.evaluate(read % "text/plain")
    assert plain == "This is particularly important as we move to commence START negotiations"
    html = json.dumps(page.evaluate(read % "text/html"))
    assert "highlight" not in html and "Vellum" not in html
