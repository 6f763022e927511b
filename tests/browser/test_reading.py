"""Reading: notes and entries in place, cards beside their passages, a sheet on a phone, paper."""

from __future__ import annotations

from collections.abc import Callable
from itertools import pairwise

import pytest
from playwright.sync_api import Page, expect

from annotations.models import Annotation
from archive.models import Edition
from tests.browser.pages import (
    DOCUMENT,
    READER,
    annotation_at,
    card_of,
    click_at,
    in_window,
    lines_of,
    open_reader,
    painted,
    place_of,
    tap_at,
    the_text,
    wait_until,
)

Opens = Callable[..., Page]
pytestmark = pytest.mark.usefixtures("sample")


def test_a_call_opens_its_note_in_place_by_hover_and_by_focus(opened: Opens) -> None:
    page = open_reader(opened)
    call, popover = page.locator("#call-d169fn2"), page.locator("#popover")
    call.hover()
    expect(popover).to_contain_text("Reference is to the President’s proclamation")
    assert abs(popover.bounding_box()["y"] - call.bounding_box()["y"]) < 60  # type: ignore[index]
    page.keyboard.press("Escape")
    expect(popover).to_be_hidden()
    page.mouse.move(5, 400)
    page.locator("#text .call").first.evaluate("call => call.focus()")
    page.keyboard.press("Tab")
    expect(call).to_be_focused()
    expect(popover).to_contain_text("Reference is to the President’s proclamation")
    expect(call).to_have_attribute("aria-describedby", "popover")
    call.blur()
    page.mouse.click(5, 400)
    expect(popover).to_be_hidden()


def test_a_tap_opens_a_note_and_the_next_tap_closes_it(opened: Opens) -> None:
    page = open_reader(opened, phone=True)
    call, popover = page.locator("#call-d169fn2"), page.locator("#popover")
    call.tap()
    expect(popover).to_contain_text("Reference is to the President’s proclamation")
    box = popover.bounding_box()
    assert box and box["x"] >= 0 and box["x"] + box["width"] <= 390
    assert "#" not in page.url
    call.tap()
    expect(popover).to_be_hidden()


def test_a_call_leads_to_the_apparatus_and_its_note_back(opened: Opens) -> None:
    page = open_reader(opened)
    page.locator("#call-d169fn2").click()
    page.wait_for_url("**#n-d169fn2")
    note = page.locator("#n-d169fn2")
    assert in_window(page, note) and not in_window(page, page.locator("#call-d169fn2"))
    note.locator("a.label").click()
    page.wait_for_url("**#call-d169fn2")
    assert in_window(page, page.locator("#call-d169fn2"))
    page.locator("#call-d169fn2").hover()
    page.locator("#popover").get_by_role("link", name="In the notes").click()
    page.wait_for_url("**#n-d169fn2")


def test_persons_and_terms_show_their_entry(opened: Opens) -> None:
    page = open_reader(opened)
    popover = page.locator("#popover")
    page.locator("#b0 a.who", has_text="Haig").hover()
    expect(popover).to_contain_text("Secretary of State from January 22, 1981")
    page.locator("#b4 a.term", has_text="START").hover()
    expect(popover).to_contain_text("Strategic Arms Reductions Talks")
    page.get_by_role("link", name="In the list").click()
    page.wait_for_url("**#e-t_START_1")


def test_what_is_copied_has_neither_calls_nor_page_numbers(opened: Opens) -> None:
    page = open_reader(opened)
    page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    text = the_text()
    for first, last in (("b0", "b1"), ("b4", "b4"), ("b7", "b7"), ("b12", "b12")):
        page.evaluate(
            """([first, last]) => getSelection().setBaseAndExtent(
              document.getElementById(first), 0, document.getElementById(last),
              document.getElementById(last).childNodes.length)""",
            [first, last],
        )
        page.keyboard.press("Control+c")
        blocks = Edition.objects.get(text=text).as_text().blocks
        meant = text[blocks[int(first[1:])].start : blocks[int(last[1:])].end]
        assert page.evaluate("navigator.clipboard.readText()") == meant


def test_the_citation_is_copied_as_it_stands(opened: Opens) -> None:
    page = open_reader(opened)
    page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    page.get_by_role("button", name="Copy citation").click()
    expect(page.locator("#toast.shown")).to_have_text("Copied.")
    copied = page.evaluate("navigator.clipboard.readText()")
    assert copied == page.locator("#citation").inner_text()
    assert "Document 169" in copied


def test_cards_stand_beside_their_passages_and_none_covers_another(opened: Opens) -> None:
    page = open_reader(opened)
    cards = page.locator("#margin .card")
    expect(cards).to_have_count(Annotation.objects.count())
    drifts, boxes = [], []
    for card in cards.all():
        start = int(card.get_attribute("data-start") or "")
        box = card.bounding_box()
        assert box
        boxes.append((box["y"], box["y"] + box["height"]))
        drifts.append(box["y"] - lines_of(page, (start, start + 1))[0]["top"])
        assert box["x"] > page.locator("#text").bounding_box()["width"]  # type: ignore[index]
    assert all(below[0] >= above[1] for above, below in pairwise(sorted(boxes)))
    assert min(drifts) > -2 and max(drifts) < 600
    assert sum(abs(drift) < 2 for drift in drifts) >= 4


def test_a_chosen_card_stands_level_with_its_passage_however_crowded(opened: Opens) -> None:
    page = open_reader(opened)
    chosen = Annotation.objects.order_by("-start")[6]
    card_of(page, chosen).locator(".author").click()
    expect(page.locator("#margin .card.on")).to_have_id(f"a-{chosen.uuid}")
    line = lines_of(page, (chosen.start, chosen.start + 1))[0]
    assert abs(card_of(page, chosen).bounding_box()["y"] - line["top"]) < 2  # type: ignore[index]


def test_a_card_and_its_passage_light_up_together(opened: Opens) -> None:
    page = open_reader(opened)
    one, other = annotation_at("as we move to commence"), annotation_at("We are moving to increase")
    click_at(page, one.start + 3)
    expect(card_of(page, one)).to_have_class("card c1 on")
    assert painted(page, "active") == [[one.start, one.end]]
    card_of(page, other).click()
    assert painted(page, "active") == [[other.start, other.end]]
    expect(page.locator("#margin .card.on")).to_have_count(1)
    card_of(page, one).hover()
    wait_until(page, lambda: painted(page, "hover") == [[one.start, one.end]])
    page.keyboard.press("Escape")
    expect(page.locator("#margin .card.on")).to_have_count(0)
    assert painted(page, "active") == []


def test_clicks_reach_each_annotation_of_a_stack(opened: Opens) -> None:
    page = open_reader(opened)
    at = place_of("would not directly link")[0] + 3
    stacked = Annotation.objects.filter(start__lte=at, end__gt=at)
    assert stacked.count() == 2
    reached = []
    for _ in range(3):
        click_at(page, at)
        on = page.locator("#margin .card.on")
        expect(on).to_have_count(1)
        reached.append(on.get_attribute("id"))
    assert reached[0] == reached[2]
    assert set(reached) == {f"a-{one.uuid}" for one in stacked}


def test_j_and_k_walk_through_the_annotations_in_the_order_of_the_text(opened: Opens) -> None:
    page = open_reader(opened)
    meant = [f"a-{one.uuid}" for one in Annotation.objects.order_by("start", "end")[:3]]
    seen = []
    for key in "jjjk":
        page.keyboard.press(key)
        seen.append(page.locator("#margin .card.on").get_attribute("id"))
    assert seen == [*meant, meant[1]]


def test_a_tapped_highlight_opens_the_sheet_with_all_that_lies_there(opened: Opens) -> None:
    page = open_reader(opened, phone=True)
    at = place_of("would not directly link")[0] + 3
    tap_at(page, at)
    sheet = page.locator("#stack.open")
    expect(sheet.locator(".card")).to_have_count(2)
    expect(sheet).to_contain_text("2 annotations here")
    box = sheet.bounding_box()
    assert box and abs(box["y"] + box["height"] - 844) < 2 and box["width"] <= 390
    assert lines_of(page, (at, at + 1))[0]["bottom"] < box["y"]
    sheet.get_by_role("link", name="Close").tap()
    expect(page.locator("#stack")).not_to_have_class("stack-slot open")


def _pull(page: Page, by: int) -> None:
    grip = page.locator("#stack .grip").bounding_box()
    assert grip
    x, y = grip["x"] + grip["width"] / 2, grip["y"] + grip["height"] / 2
    touch = page.context.new_cdp_session(page)
    steps = [("touchStart", 0), ("touchMove", by // 2), ("touchMove", by), ("touchEnd", None)]
    for kind, far in steps:
        points = [] if far is None else [{"x": x, "y": y + far}]
        touch.send("Input.dispatchTouchEvent", {"type": kind, "touchPoints": points})


def test_the_sheet_grows_when_dragged_up_and_goes_when_dragged_down(opened: Opens) -> None:
    page = open_reader(opened, phone=True)
    tap_at(page, annotation_at("as we move to commence").start + 3)
    expect(page.locator("#stack.open .card")).to_have_count(1)
    low = page.locator("#stack").bounding_box()
    _pull(page, -120)
    expect(page.locator("#stack.tall")).to_be_visible()
    assert page.locator("#stack").bounding_box()["height"] > low["height"]  # type: ignore[index]
    _pull(page, 400)
    expect(page.locator("#stack .card")).to_have_count(0)


def test_the_text_can_be_read_without_annotations(opened: Opens) -> None:
    page = open_reader(opened)
    page.locator("#pick-view summary").click()
    page.get_by_role("link", name="Read without annotations").click()
    expect(page.locator("#text mark")).to_have_count(0)
    expect(page.locator("#margin .card")).to_have_count(0)
    assert "annotations=off" in page.url
    page.reload()
    expect(page.locator("#text mark")).to_have_count(0)
    page.locator(".filter-state").get_by_role("link", name="Show them").click()
    expect(page.locator("#margin .card")).to_have_count(Annotation.objects.count())


def test_a_document_without_a_set_has_its_text_and_apparatus_alone(opened: Opens) -> None:
    page = open_reader(opened, address=f"{DOCUMENT}?set=", phone=True)
    expect(page.locator("#text mark")).to_have_count(0)
    expect(page.locator("#apparatus .note")).to_have_count(3)


def test_paper_carries_the_text_its_notes_and_numbered_annotations(opened: Opens) -> None:
    page = open_reader(opened)
    page.emulate_media(media="print")
    page.evaluate("dispatchEvent(new Event('beforeprint'))")
    count = Annotation.objects.count()
    expect(page.locator("#text .printed")).to_have_count(count)
    numbers = page.locator("#text .printed").all_inner_texts()
    assert sorted(numbers) == sorted(f"[{n}]" for n in range(1, count + 1))
    expect(page.locator("#bar")).to_be_hidden()
    for seen in ("#b4", "#n-d169fn3", "#citation", "#margin .card >> nth=0", "#pg-546"):
        expect(page.locator(seen)).to_be_visible()
    notes = page.locator("#margin .card .note").all()
    assert all(note.is_visible() for note in notes) and len(notes) > count
    boxes = [card.bounding_box() for card in page.locator("#margin .card").all()]
    below = page.locator("#citation").bounding_box()
    assert below and all(box and box["y"] > below["y"] for box in boxes)
    page.evaluate("dispatchEvent(new Event('afterprint'))")
    expect(page.locator("#text .printed")).to_have_count(0)
    assert READER in page.url
