"""What the browser tests do with the reader's page; offsets are code points of document 169."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.contrib.auth.models import User
from playwright.sync_api import Locator, Page

from annotations.models import Annotation
from archive.models import Edition

DOCUMENT = "/volumes/frus1981-88v03/d169/"
READER = DOCUMENT + "?set=seminar"
LINES = """async ([start, end]) => {
  const o = await import('/static/js/offsets.js');
  const lines = [...o.rangeOf(start, end).getClientRects()].filter((line) => line.width);
  const whole = Math.round;
  return lines.map(({ left, top, right, bottom }) =>
    ({ left: whole(left), top: whole(top), right: whole(right), bottom: whole(bottom) }));
}"""
SELECT = """async ([start, end]) => {
  const o = await import('/static/js/offsets.js');
  getSelection().removeAllRanges();
  getSelection().addRange(o.rangeOf(start, end));
}"""
SHOW = """async ([start, end]) => {
  const o = await import('/static/js/offsets.js');
  const box = o.rangeOf(start, end).getBoundingClientRect();
  scrollBy({ top: (box.top + box.bottom) / 2 - innerHeight / 2, behavior: 'instant' });
}"""
PAINTED = """async (name) => {
  const o = await import('/static/js/offsets.js');
  const lit = [...CSS.highlights].filter(([key]) => key.startsWith(name));
  const ranges = lit.flatMap(([, highlight]) => [...highlight]);
  return ranges.map((r) => [
    o.offsetOf(r.startContainer, r.startOffset), o.offsetOf(r.endContainer, r.endOffset)]);
}"""

Place = tuple[int, int]


def member(name: str = "ines-quill") -> User:
    """One of the demo readers, who annotate in the sample set."""
    return User.objects.get(username=name)


def open_reader(
    opened: Callable[..., Page], user: User | None = None, address: str = READER, **options: Any
) -> Page:
    """The reader's page, ready: its scripts have run, and on a desk its cards are laid."""
    page = opened(user, **options)
    page.goto(address)
    if options.get("javascript", True):
        laid = "#margin" if options.get("phone") else "#margin.laid"
        page.wait_for_selector(f"html.js {laid}", state="attached")
    return page


def the_text() -> str:
    """The canonical text of document 169."""
    return Edition.objects.get(document__slug="d169").text


def place_of(words: str) -> Place:
    """Where these words stand in the text; they must stand there once."""
    text = the_text()
    assert text.count(words) == 1, words
    return text.index(words), text.index(words) + len(words)


def lines_of(page: Page, place: Place) -> list[dict[str, float]]:
    """The boxes of a passage's lines in the window."""
    found: list[dict[str, float]] = page.evaluate(LINES, list(place))
    return found


def painted(page: Page, name: str) -> list[list[int]]:
    """The places that are lit up under a highlight whose name begins so ("active", "picked")."""
    found: list[list[int]] = page.evaluate(PAINTED, name)
    return found


def wait_until(page: Page, found: Callable[[], bool]) -> None:
    """Waits until something is true; Playwright's own way needs eval, which the policy forbids."""
    for _ in range(300):
        if found():
            return
        page.wait_for_timeout(50)
    raise AssertionError("It did not come true within fifteen seconds.")


def drag(page: Page, first: Place, last: Place | None = None) -> None:
    """Selects with the mouse from the start of one passage to the end of another."""
    page.evaluate(SHOW, list(first))
    start, end = lines_of(page, first)[0], lines_of(page, last or first)[-1]
    page.mouse.move(start["left"] + 1, (start["top"] + start["bottom"]) / 2)
    page.mouse.down()
    page.mouse.move(end["right"] - 1, (end["top"] + end["bottom"]) / 2, steps=4)
    page.mouse.up()


def click_at(page: Page, offset: int) -> None:
    """Clicks on the character at an offset."""
    page.evaluate(SHOW, [offset, offset + 1])
    line = lines_of(page, (offset, offset + 1))[0]
    x, y = (line["left"] + line["right"]) / 2, (line["top"] + line["bottom"]) / 2
    page.mouse.click(x, y)


def tap_at(page: Page, offset: int) -> None:
    """Taps on the character at an offset."""
    page.evaluate(SHOW, [offset, offset + 1])
    line = lines_of(page, (offset, offset + 1))[0]
    page.touchscreen.tap((line["left"] + line["right"]) / 2, (line["top"] + line["bottom"]) / 2)


def card_of(page: Page, annotation: Annotation) -> Locator:
    """An annotation's card in the margin."""
    return page.locator(f'#margin [id="a-{annotation.uuid}"]')


def act(page: Page, annotation: Annotation, name: str) -> Locator:
    """Opens an annotation's card and follows one of its actions; gives the card."""
    card = card_of(page, annotation)
    card.locator(".author").first.click()
    card.locator("> .acts").get_by_role("link", name=name, exact=True).click()
    return card


def annotation_at(words: str) -> Annotation:
    """The sample's annotation whose quote begins so."""
    return Annotation.objects.get(quote__startswith=words)


def newest() -> Annotation:
    return Annotation.objects.latest("pk")


def in_window(page: Page, locator: Locator) -> bool:
    """Whether an element's top stands in the window."""
    box = locator.bounding_box()
    return box is not None and 0 <= box["y"] < page.viewport_size["height"]  # type: ignore[index]
