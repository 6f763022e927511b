"""Every act of reading has a key, and the sheet of keys is the table by which they work."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path

import pytest
from django.conf import settings
from playwright.sync_api import Locator, Page, expect

from annotations.models import Annotation
from tests.browser.pages import (
    annotation_at,
    card_of,
    in_window,
    member,
    open_reader,
    painted,
    place_of,
    wait_until,
)
from tests.browser.test_crowds import crowd
from tests.browser.test_live import OFTEN, post

Opens = Callable[..., Page]
pytestmark = pytest.mark.usefixtures("sample")
FOCUSED = "document.activeElement.id"
TABLE = """async () => (await import('/static/js/keys.js')).table()
  .map(([part, does, keys]) => [part, does, keys.flat()])"""
SEEN = """() => [...document.querySelectorAll('#text .b')]
  .find((b) => b.getBoundingClientRect().bottom > 68).id"""


def in_order() -> list[Annotation]:
    return list(Annotation.objects.order_by("start", "end", "pk"))


def focused_card(page: Page) -> str:
    """The id of the focused card, without its prefix."""
    found: str = page.evaluate(FOCUSED)
    return found.removeprefix("a-")


def go_to(page: Page, annotation: Annotation) -> Locator:
    """Lights an annotation by a click on its card."""
    card = card_of(page, annotation)
    card.locator(".author").first.click()
    expect(card).to_have_class(re.compile(r"\bon\b"))
    return card


def test_the_sheet_shows_the_table_by_which_the_keys_work(opened: Opens) -> None:
    page = open_reader(opened, member())
    table = page.evaluate(TABLE)
    page.keyboard.press("?")
    sheet = page.locator("dialog#keys")
    expect(sheet).to_be_visible()
    rows = sheet.locator(".keys > div")
    assert rows.count() == len(table)
    shown = [row.split("\n", 1)[1].strip() for row in rows.all_inner_texts()]
    assert shown == [does for _, does, _ in table]
    assert {"j", "k", "t", "T", "c", "n", "b", "o", "r", "e", "p", "d", "s", "a", "?"} <= {
        key for _, _, keys in table for key in keys
    }
    page.keyboard.press("Escape")
    expect(sheet).to_be_hidden()


def test_j_and_k_go_through_all_annotations_and_say_each(opened: Opens) -> None:
    page = open_reader(opened, member())
    order = [str(one.uuid) for one in in_order()]
    page.keyboard.press("j")
    assert focused_card(page) == order[0]
    seen = [order[0]]
    for _ in order[1:]:
        page.keyboard.press("j")
        seen.append(focused_card(page))
    assert seen == order
    says = page.locator("#live")
    expect(says).to_contain_text(f"{len(order)} of {len(order)}")
    page.keyboard.press("j")
    expect(says).to_have_text("This is the last one.")
    page.keyboard.press("k")
    assert focused_card(page) == order[-2]
    assert painted(page, "active")


def test_the_first_step_goes_to_what_is_in_the_window(opened: Opens) -> None:
    page = open_reader(opened, member())
    late = in_order()[-3]
    page.evaluate(f"document.getElementById('{_block(page, late)}').scrollIntoView()")
    page.keyboard.press("j")
    now = Annotation.objects.get(uuid=focused_card(page))
    assert now.start > in_order()[3].start
    assert in_window(page, card_of(page, now))


def _block(page: Page, annotation: Annotation) -> str:
    return str(
        page.evaluate(
            "(at) => [...document.querySelectorAll('#text .b')]"
            ".findLast((b) => Number(b.dataset.start) <= at).id",
            annotation.start,
        )
    )


def test_t_goes_on_with_the_same_theme_and_w_with_the_same_reader(opened: Opens) -> None:
    page = open_reader(opened, member())
    first = annotation_at("as we move to commence")
    theme = first.theme_ids.split()[0]
    alike = [one for one in in_order() if theme in one.theme_ids.split()]
    go_to(page, first)
    at = alike.index(first)
    for expected in alike[at + 1 :]:
        page.keyboard.press("t")
        assert focused_card(page) == str(expected.uuid)
    page.keyboard.press("t")
    expect(page.locator("#live")).to_have_text("This is the last one.")
    page.keyboard.press("Shift+T")
    assert focused_card(page) == str(alike[-2].uuid)
    now = Annotation.objects.get(uuid=focused_card(page))
    hers = [one for one in in_order() if one.author_id == now.author_id]
    page.keyboard.press("w")
    assert focused_card(page) == str(hers[hers.index(now) + 1].uuid)
    page.keyboard.press("Shift+W")
    assert focused_card(page) == str(now.uuid)


def test_c_leads_from_the_card_to_its_words_and_back(opened: Opens) -> None:
    page = open_reader(opened, member())
    one = annotation_at("as we move to commence")
    page.keyboard.press("j")
    go_to(page, one)
    card_of(page, one).focus()
    page.keyboard.press("c")
    at = page.evaluate("Number(document.activeElement.dataset.at)")
    assert at == one.start
    page.keyboard.press("c")
    assert focused_card(page) == str(one.uuid)
    page.locator(f'[id="a-{one.uuid}"] .quote').focus()
    page.keyboard.press("Enter")
    assert page.evaluate("document.activeElement.matches('#text .ear')")


def test_c_takes_the_card_of_what_is_selected(opened: Opens) -> None:
    page = open_reader(opened, member())
    one = annotation_at("our willingness to talk")
    page.evaluate(
        """async ([start, end]) => {
          const o = await import('/static/js/offsets.js');
          getSelection().removeAllRanges();
          getSelection().addRange(o.rangeOf(start, end));
        }""",
        [one.start + 4, one.start + 15],
    )
    page.keyboard.press("c")
    assert focused_card(page) == str(one.uuid)


def test_n_leads_to_the_note_and_back_and_b_to_where_one_was(opened: Opens) -> None:
    page = open_reader(opened, member())
    call = page.locator("#call-d169fn2")
    call.focus()
    page.keyboard.press("n")
    note = page.locator("#n-d169fn2")
    assert page.evaluate("document.activeElement.closest('.note')?.id") == "n-d169fn2"
    wait_until(page, lambda: in_window(page, note))
    expect(page.locator("#popover")).to_be_hidden()
    page.keyboard.press("n")
    expect(call).to_be_focused()
    wait_until(page, lambda: in_window(page, call))
    expect(page.locator("#popover")).to_be_hidden()
    page.keyboard.press("Shift+N")
    expect(page.locator("#call-d169fn3")).to_be_focused()


def test_b_leads_back_to_the_line_that_one_was_reading(opened: Opens) -> None:
    page = open_reader(opened, member())
    page.mouse.wheel(0, 900)
    wait_until(page, lambda: page.evaluate("scrollY") > 500)
    page.wait_for_timeout(150)
    before, block = page.evaluate("scrollY"), page.evaluate(SEEN)
    page.keyboard.press("n")
    wait_until(page, lambda: bool(page.evaluate("document.activeElement.closest('.note')")))
    page.keyboard.press("b")
    wait_until(page, lambda: abs(page.evaluate("scrollY") - before) <= 1)
    assert page.evaluate(SEEN) == block
    for _ in range(4):
        page.keyboard.press("j")
    page.keyboard.press("b")
    wait_until(page, lambda: abs(page.evaluate("scrollY") - before) <= 1)


def test_l_lists_all_that_lies_at_the_place(opened: Opens) -> None:
    crowd(80)
    page = open_reader(opened, member())
    more = page.locator("#cards-4 .more")
    for _ in range(40):
        page.keyboard.press("j")
        if page.evaluate("document.activeElement.matches('.more')"):
            break
    expect(more).to_be_focused()
    page.keyboard.press("k")
    page.keyboard.press("l")
    panel = page.locator("#stack.open")
    expect(panel).to_contain_text("annotations here")
    page.keyboard.press("Escape")
    expect(panel).to_have_count(0)


def test_f_opens_the_themes_and_h_hides_the_annotations(opened: Opens) -> None:
    page = open_reader(opened, member())
    page.keyboard.press("f")
    expect(page.locator("#pick-themes .menu a").first).to_be_focused()
    page.keyboard.press("Escape")
    page.keyboard.press("h")
    expect(page.locator("#text mark")).to_have_count(0)
    page.keyboard.press("h")
    expect(page.locator("#text mark").first).to_be_visible()


def test_m_shows_what_came_meanwhile(opened: Opens) -> None:
    page = open_reader(opened, member("amara-folio"))
    page.evaluate(OFTEN)
    post("intensified bilateral talks")
    expect(page.locator("#news [data-news=show]")).to_be_visible()
    page.keyboard.press("m")
    expect(page.locator("#margin .card.fresh")).to_have_count(1)


def test_single_keys_can_be_turned_off_and_stay_off(opened: Opens) -> None:
    page = open_reader(opened, member())
    page.keyboard.press("?")
    page.get_by_label("Keys of a single letter, digit or sign").uncheck()
    page.keyboard.press("Escape")
    for key in ("j", "?", "s", "n"):
        page.keyboard.press(key)
    expect(page.locator("#margin .card.on")).to_have_count(0)
    expect(page.locator("dialog#keys")).to_be_hidden()
    expect(page.locator("#kbd-mode")).to_have_count(0)
    page.reload()
    page.wait_for_selector("#margin.laid")
    page.keyboard.press("j")
    expect(page.locator("#margin .card.on")).to_have_count(0)
    page.locator("#pick-view summary").click()
    page.locator("#keys-help").click()
    page.get_by_label("Keys of a single letter, digit or sign").check()
    page.keyboard.press("Escape")
    expect(page.locator("#pick-view summary")).to_be_focused()
    page.keyboard.press("j")
    expect(page.locator("#margin .card.on")).to_have_count(1)


def test_keys_with_the_systems_own_modifiers_are_left_alone(opened: Opens) -> None:
    page = open_reader(opened, member())
    for key in ("Alt+j", "Control+Alt+j", "Meta+j"):
        page.keyboard.press(key)
    page.set_viewport_size({"width": 1700, "height": 800})
    page.locator("#seek").focus()
    page.keyboard.type("jsk?")
    expect(page.locator("#seek")).to_have_value("jsk?")
    expect(page.locator("#margin .card.on")).to_have_count(0)
    expect(page.locator("dialog#keys")).to_have_count(0)


def test_nothing_of_the_text_is_changed_by_keys(opened: Opens) -> None:
    page = open_reader(opened, member())
    where = place_of("keep Afghanistan front and center")
    for key in ("j", "c", "n", "n", "b", "t"):
        page.keyboard.press(key)
    found = page.evaluate(
        """async ([start, end]) =>
          (await import('/static/js/offsets.js')).trimSelection(
            (await import('/static/js/offsets.js')).rangeOf(start, end)).quote""",
        list(where),
    )
    assert found == "keep Afghanistan front and center"


def test_the_documentation_lists_the_keys_as_the_sheet_does(opened: Opens) -> None:
    page = open_reader(opened, member())
    page.keyboard.press("?")
    rows = page.locator("dialog#keys .keys > div")
    shown = rows.evaluate_all(
        "rows => rows.map((row) => [...row.children].map((c) => c.innerText))"
    )
    part = Path(settings.BASE_DIR, "docs", "readers.md").read_text("utf-8")
    lines = part.split("## Keys\n")[1].split("## ")[0].splitlines()
    documented = [re.findall(r"[^|]+", line) for line in lines if line.startswith("| ")]
    plain = [[cell.strip() for cell in cells] for cells in documented[2:] if len(cells) == 2]
    assert [row for row in plain if row[1]] == shown


def test_on_a_phone_with_a_keyboard_c_leads_from_the_sheet_to_the_words(opened: Opens) -> None:
    page = open_reader(opened, member(), phone=True)
    page.keyboard.press("j")
    card = page.locator("#stack.open .card.on")
    expect(card).to_have_count(1)
    page.keyboard.press("c")
    expect(page.locator("#stack.open .card")).to_have_count(1)
    card.focus()
    page.keyboard.press("c")
    expect(page.locator("#stack.open")).to_have_count(0)
    at = page.evaluate("Number(document.activeElement.dataset.at)")
    assert at == in_order()[0].start or page.evaluate("document.activeElement.matches('mark')")
    page.keyboard.press("b")
    expect(page.locator("#stack.open")).to_have_count(0)
