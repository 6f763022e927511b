"""Reading and tagging by finger, with real touch events, on a phone of 390 px."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.browser.pages import (
    SELECT,
    SHOW,
    Place,
    annotation_at,
    lines_of,
    member,
    newest,
    open_reader,
    painted,
    place_of,
    tap_at,
    the_text,
    wait_until,
)
from tests.browser.test_accessibility import BYPASS, violations

Opens = Callable[..., Page]
pytestmark = pytest.mark.usefixtures("sample")
# Controls that are no words of a running text, and smaller than a finger. What an own label or the
# box around it makes larger is measured by that.
SMALL = """(root) => [...document.querySelectorAll(root)].flatMap((part) =>
    [...part.querySelectorAll('a[href], button, summary, input, select, textarea, label')])
  .filter((one) => !one.matches('[type=checkbox], [type=radio]'))
  .filter((one) => one.checkVisibility({ visibilityProperty: true }) && !one.matches('.ear'))
  .filter((one) => !one.closest('.note, .citation') && !one.matches('.visually-hidden'))
  .map((one) => {
    const box = one.getBoundingClientRect();
    const more = getComputedStyle(one, '::after');
    const grown = more.position === 'absolute' && more.content !== 'none';
    const tall = Math.max(box.height, grown ? parseFloat(more.height) : 0);
    const wide = Math.max(box.width, grown ? parseFloat(more.width) : 0);
    return [one.outerHTML.slice(0, 90), Math.round(wide), Math.round(tall)];
  })
  .filter(([, wide, tall]) => wide > 1 && (wide < 44 || tall < 44))"""


class Finger:
    """A finger on the glass, as Chromium has it."""

    def __init__(self, page: Page) -> None:
        self.page, self.session = page, page.context.new_cdp_session(page)

    def _send(self, kind: str, *points: tuple[float, float]) -> None:
        touches = [{"x": x, "y": y} for x, y in points]
        self.session.send("Input.dispatchTouchEvent", {"type": kind, "touchPoints": touches})

    def drag(self, start: tuple[float, float], by: float, steps: int = 8) -> None:
        """Moves straight down by so many px (up: negative), slowly enough to be no flick."""
        x, y = start
        self._send("touchStart", start)
        for step in range(1, steps + 1):
            self._send("touchMove", (x, y + by * step / steps))
            self.page.wait_for_timeout(40)
        # A finger that rests before it leaves throws nothing.
        self.page.wait_for_timeout(150)
        self._send("touchEnd")

    def scroll(self, by: float) -> None:
        """Scrolls the page by about so many px, over as many strokes as it takes."""
        before = self.page.evaluate("scrollY")
        for _ in range(round(abs(by) / 400)):
            self.drag((195, 620 if by > 0 else 220), -400 if by > 0 else 400)
        wait_until(self.page, lambda: abs(self.page.evaluate("scrollY") - before) > abs(by) / 2)


def phone(opened: Opens, who: str = "ines-quill") -> Page:
    return open_reader(opened, member(who), phone=True)


def middle(locator: Locator) -> tuple[float, float]:
    box = locator.bounding_box()
    assert box
    return box["x"] + box["width"] / 2, box["y"] + min(box["height"] / 2, 12)


def tap_in_view(page: Page, place: Place) -> None:
    """Taps on the first letter of a place that is in the window already."""
    line = lines_of(page, (place[0], place[0] + 1))[0]
    assert 0 < line["top"] < 844
    page.touchscreen.tap((line["left"] + line["right"]) / 2, (line["top"] + line["bottom"]) / 2)


def choose_reach(page: Page) -> Locator:
    page.locator("#pick-view summary").tap()
    page.locator("#reach-select").tap()
    bar = page.locator("#reach-mode")
    expect(bar).to_contain_text("Tap the first word.")
    return bar


def test_a_passage_over_screens_is_selected_by_two_taps(opened: Opens) -> None:
    page = phone(opened)
    first = place_of("we must now decide")
    words = the_text()
    end = words.index("Such talks would permit")
    bar = choose_reach(page)
    page.evaluate(SHOW, list(first))
    tap_in_view(page, first)
    expect(bar).to_contain_text("Scroll on, and tap the last word.")
    Finger(page).scroll(1700)
    assert page.evaluate("scrollY") > 844, "more than a screen further on"
    page.evaluate(SHOW, [end, end + 4])
    tap_in_view(page, (end, end + 4))
    expect(bar).to_contain_text("Such”")
    assert painted(page, "picked") == [[first[0], end + 4]]
    bar.locator("[data-take]").tap()
    sheet = page.locator("#composer.open")
    sheet.get_by_role("button", name="Save").tap()
    expect(page.locator("#toast.shown")).to_contain_text("Saved.")
    assert newest().quote == words[first[0] : end + 4]


def test_the_taps_may_come_in_any_order_and_be_made_again(opened: Opens) -> None:
    page = phone(opened)
    bar = choose_reach(page)
    start, end = place_of("keep Afghanistan front and center")
    page.evaluate(SHOW, [start, end])
    tap_in_view(page, (end - 4, end))
    tap_in_view(page, (start, end))
    assert painted(page, "picked") == [[start, end]]
    tap_in_view(page, place_of("front and center"))
    front = place_of("front and center")[0]
    assert painted(page, "picked") == [[front, end]]
    bar.get_by_role("button", name="Begin anew").tap()
    expect(bar).to_contain_text("Tap the first word.")
    assert painted(page, "picked") == []
    bar.get_by_role("button", name="Cancel").tap()
    expect(bar).to_be_hidden()


def test_while_taps_select_nothing_else_opens(opened: Opens) -> None:
    page = phone(opened)
    choose_reach(page)
    one = annotation_at("as we move to commence")
    page.evaluate(SHOW, [one.start, one.end])
    tap_in_view(page, (one.start, one.end))
    call = page.locator("#call-d169fn2")
    call.scroll_into_view_if_needed()
    call.tap()
    expect(page.locator("#stack.open")).to_have_count(0)
    expect(page.locator("#popover:visible")).to_have_count(0)
    assert painted(page, "picked")[0][1] == place_of("as we move")[1] - len(" we move")


def test_a_passage_that_runs_into_the_notes_is_trimmed_and_said_so(opened: Opens) -> None:
    page = phone(opened)
    bar = choose_reach(page)
    first = place_of("Recommendation")
    page.evaluate(SHOW, list(first))
    tap_in_view(page, first)
    note = place_of("Given the importance of such an initiative")
    page.evaluate(SHOW, list(note))
    tap_in_view(page, note)
    expect(bar).to_contain_text("It runs past its end")


def test_a_selection_by_the_systems_handles_reaches_further_by_a_tap(opened: Opens) -> None:
    page = phone(opened)
    where = place_of("keep Afghanistan front and center")
    tap_at(page, where[0] - 3)
    page.evaluate(SELECT, list(where))
    more = page.get_by_role("button", name="Reach further")
    expect(more).to_be_visible()
    more.tap()
    end = the_text().index("Such talks would permit") + 4
    page.evaluate(SHOW, [end - 4, end])
    tap_in_view(page, (end - 4, end))
    assert painted(page, "picked") == [[where[0], end]]
    page.locator("#reach-mode [data-take]").tap()
    expect(page.locator("#composer.open form")).to_be_visible()


def test_a_selection_outlives_a_scroll_by_finger(opened: Opens) -> None:
    page = phone(opened)
    where = place_of("keep Afghanistan front and center")
    tap_at(page, where[0] - 3)
    page.evaluate(SELECT, list(where))
    button = page.locator("#picker.touch #picker-annotate")
    expect(button).to_be_visible()
    finger = Finger(page)
    finger.scroll(500)
    page.wait_for_timeout(500)
    expect(button).to_be_visible()
    finger.scroll(-400)
    page.wait_for_timeout(500)
    button.tap()
    passage = page.locator("#composer.open .passage")
    expect(passage).to_have_text("keep Afghanistan front and center")


def test_the_buttons_stand_clear_of_the_systems_own_toolbar(opened: Opens) -> None:
    page = phone(opened)
    where = place_of("keep Afghanistan front and center")
    page.evaluate(SHOW, list(where))
    tap_at(page, where[0] - 3)
    page.evaluate(SELECT, list(where))
    picker = page.locator("#picker.touch")
    expect(picker).to_be_visible()
    box, lines = picker.bounding_box(), lines_of(page, where)
    assert box and box["y"] > max(line["bottom"] for line in lines) + 80
    assert box["y"] + box["height"] <= 844 and box["x"] >= 0 and box["x"] + box["width"] <= 390


def test_a_passage_is_changed_by_taps(opened: Opens) -> None:
    page = phone(opened)
    one = annotation_at("our willingness to talk")
    tap_at(page, one.start + 2)
    page.locator("#stack .card").get_by_role("link", name="Change passage").tap()
    expect(page.locator("#passage-mode")).to_be_visible()
    bar = choose_reach(page)
    expect(page.locator("#passage-mode")).to_be_hidden()
    start, end = place_of("keep Afghanistan front and center")
    page.evaluate(SHOW, [start, end])
    tap_in_view(page, (start, end))
    tap_in_view(page, (end - 4, end))
    bar.locator("[data-take]").tap()
    expect(page.locator("#toast.shown")).to_contain_text("Passage changed.")
    one.refresh_from_db()
    assert (one.start, one.end) == (start, end)


def test_the_sheet_of_cards_grows_shrinks_and_closes_under_the_finger(opened: Opens) -> None:
    page = phone(opened)
    one = annotation_at("as we move to commence")
    tap_at(page, one.start + 2)
    sheet, finger = page.locator("#stack.open"), Finger(page)
    expect(sheet.locator(".card")).to_have_count(1)
    grip = sheet.locator(".grip")
    finger.drag(middle(grip), -150)
    expect(page.locator("#stack.open.tall")).to_have_count(1)
    page.wait_for_timeout(300)
    finger.drag(middle(grip), 120)
    expect(page.locator("#stack.open:not(.tall)")).to_have_count(1)
    page.wait_for_timeout(300)
    finger.drag(middle(grip), 40)
    expect(sheet).to_have_count(1)
    finger.drag(middle(grip), 180)
    expect(sheet).to_have_count(0)


def test_the_form_goes_out_of_the_way_and_keeps_what_is_written(opened: Opens) -> None:
    page = phone(opened)
    where = place_of("keep Afghanistan front and center")
    tap_at(page, where[0] - 3)
    page.evaluate(SELECT, list(where))
    page.locator("#picker-annotate").tap()
    sheet, finger = page.locator("#composer.open"), Finger(page)
    sheet.get_by_label("Note", exact=True).fill("Half a thought")
    page.wait_for_timeout(300)
    finger.drag(middle(sheet.locator(".grip")), 160)
    low = page.locator("#composer.open.low")
    expect(low).to_have_count(1)
    page.wait_for_timeout(300)
    box = low.bounding_box()
    assert box and box["height"] < 110
    finger.drag(middle(sheet.locator(".grip")), -120)
    expect(low).to_have_count(0)
    page.wait_for_timeout(300)
    expect(sheet.get_by_label("Note", exact=True)).to_have_value("Half a thought")
    sheet.get_by_role("button", name="Save").tap()
    expect(page.locator("#toast.shown")).to_contain_text("Saved.")
    assert newest().note == "Half a thought"


def test_everything_can_be_hit_by_a_finger(opened: Opens) -> None:
    page = phone(opened)
    small: list[Any] = page.evaluate(SMALL, ".bar, .onward, .colophon .actions")

    def look(part: str) -> None:
        expect(page.locator(part).first).to_be_visible()
        small.extend(page.evaluate(SMALL, part))

    page.locator("#pick-view summary").tap()
    look("#pick-view .menu")
    page.locator("#keys-help").tap()
    look("dialog#keys")
    page.keyboard.press("Escape")
    mine = annotation_at("our willingness to talk")
    tap_at(page, mine.start + 2)
    page.locator("#stack .replies > summary").tap()
    look("#stack.open")
    page.locator("#stack .acts").get_by_role("link", name="Reply").tap()
    look("#stack form")
    page.locator("#stack [data-close]").tap()
    choose_reach(page)
    look("#reach-mode")
    where = place_of("keep Afghanistan front and center")
    page.evaluate(SHOW, list(where))
    tap_in_view(page, where)
    page.locator("#reach-mode [data-take]").tap()
    look("#composer.open")
    page.locator("#composer").get_by_role("button", name="Save").tap()
    look("#toast.shown")
    assert not small, "\n".join(map(str, small))


def test_what_fingers_open_has_no_violation(opened: Opens) -> None:
    page = open_reader(opened, member(), phone=True, **BYPASS)
    where = place_of("keep Afghanistan front and center")
    tap_at(page, where[0] - 3)
    page.evaluate(SELECT, list(where))
    expect(page.locator("#picker-extend")).to_be_visible()
    found = violations(page, "picker", part="#picker")
    page.locator("#picker-extend").tap()
    found += violations(page, "reach", part="#reach-mode")
    page.locator("#reach-mode [data-take]").tap()
    expect(page.locator("#composer.open .grip")).to_have_count(1)
    found += violations(page, "form", part="#composer")
    assert not found, "\n".join(found)
