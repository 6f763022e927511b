"""Tagging: by mouse, touch and keyboard alone, in text, notes, heading and dateline."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.core.management import call_command
from playwright.sync_api import Page, expect

from annotations.models import Annotation, AnnotationSet, Theme
from tests.browser.pages import (
    SELECT,
    Place,
    card_of,
    click_at,
    drag,
    lines_of,
    member,
    newest,
    open_reader,
    painted,
    place_of,
    tap_at,
    wait_until,
)

Opens = Callable[..., Page]
pytestmark = pytest.mark.usefixtures("sample")
WORDS = "keep Afghanistan front and center"


def compose(page: Page, first: Place, last: Place | None = None) -> Any:
    """Opens the form at a passage by mouse."""
    drag(page, first, last)
    page.locator("#picker-annotate").click()
    form = page.locator("#composer.open form")
    expect(form).to_be_visible()
    return form


def save(page: Page) -> None:
    """Saves by keyboard and waits until the page says that it is done."""
    page.keyboard.press("Control+Enter")
    expect(page.locator("#toast.shown")).to_contain_text("Saved.")
    expect(page.locator("#composer.open")).to_have_count(0)


def assert_shown(page: Page, annotation: Annotation) -> None:
    """The annotation's card stands in the margin and its words are highlighted."""
    expect(card_of(page, annotation)).to_have_count(1)
    starts = page.locator("#margin .card").evaluate_all(
        "cards => cards.map((card) => Number(card.dataset.start))"
    )
    assert starts == sorted(starts) and annotation.start in starts
    marked = page.evaluate(
        """async ([start, end]) => {
          const o = await import('/static/js/offsets.js');
          return [...Array(end - start).keys()].every((i) => {
            const range = o.rangeOf(start + i, start + i + 1);
            return range.toString() === '\\n' || range.startContainer.parentElement.closest('mark')
              || range.endContainer.parentElement.closest('mark');
          });
        }""",
        [annotation.start, annotation.end],
    )
    assert marked


def test_words_are_tagged_by_mouse_without_a_reload_and_nothing_moves(opened: Opens) -> None:
    page = open_reader(opened, member())
    page.evaluate("window.loaded = 'once'")
    where = place_of(WORDS)
    drag(page, where)
    before = page.evaluate("scrollY"), lines_of(page, where)
    page.locator("#picker-annotate").click()
    expect(page.locator("#composer.open")).to_be_visible()
    assert painted(page, "picked") == [list(where)]
    page.keyboard.press("4")
    expect(page.locator("#live")).to_contain_text("chosen")
    page.get_by_label("Note", exact=True).click()
    page.keyboard.type("A *place* in the news, 1 of 4.")
    save(page)
    made = newest()
    assert (made.start, made.end, made.quote) == (*where, WORDS)
    chosen = Theme.objects.get(name="Alliance risk")
    assert made.theme_ids == str(chosen.pk)
    assert_shown(page, made)
    card = card_of(page, made)
    expect(card.locator(".chip")).to_have_text(["Alliance risk"])
    expect(card.locator(".note em")).to_have_text("place")
    expect(card).to_have_class(f"card c{chosen.colour} on")
    assert page.evaluate("window.loaded") == "once"
    assert (page.evaluate("scrollY"), lines_of(page, where)) == before


def test_words_are_tagged_by_touch(opened: Opens) -> None:
    page = open_reader(opened, member(), phone=True)
    where = place_of(WORDS)
    tap_at(page, where[0] - 3)
    page.evaluate(SELECT, list(where))
    button = page.locator("#picker.touch #picker-annotate")
    expect(button).to_be_visible()
    box = button.bounding_box()
    assert box and box["height"] >= 44 and box["y"] > 844 / 2
    button.tap()
    sheet = page.locator("#composer.open")
    sheet.locator(".chip", has_text="Legitimacy").tap()
    sheet.get_by_label("Note", exact=True).fill("By thumb.")
    sheet.get_by_role("button", name="Save").tap()
    expect(page.locator("#toast.shown")).to_contain_text("Saved.")
    made = newest()
    assert (made.quote, made.note) == (WORDS, "By thumb.")
    assert made.theme_ids == str(Theme.objects.get(name="Legitimacy").pk)
    tap_at(page, where[0] + 2)
    expect(page.locator("#stack.open .card")).to_contain_text("By thumb.")


def test_words_are_tagged_by_keyboard_alone(opened: Opens) -> None:
    page = open_reader(opened, member())
    press, says = page.keyboard.press, page.locator("#live")
    press("s")
    expect(page.locator("#kbd-mode")).to_be_focused()
    for _ in range(12):
        press("ArrowDown")
        if says.inner_text().startswith("This is particularly important"):
            break
    for key, words in (
        ("ArrowLeft", "there"),
        ("Shift+ArrowLeft", "aggression there"),
        ("Shift+ArrowRight", "there"),
        ("Shift+ArrowRight", "there. This"),
        ("ArrowUp", None),
        ("ArrowDown", None),
        ("ArrowRight", "I"),
        ("ArrowRight", "believe"),
        ("Shift+ArrowRight", "believe that"),
        ("Shift+ArrowRight", "believe that one"),
        ("Shift+ArrowLeft", "believe that"),
    ):
        press(key)
        if words:
            expect(says).to_have_text(words)
    assert painted(page, "picked") == [list(place_of("believe that"))]
    press("Enter")
    expect(page.locator("#composer.open input[name=themes]").first).to_be_focused()
    press("2")
    for _ in range(20):
        press("Tab")
        if page.evaluate("document.activeElement.tagName") == "TEXTAREA":
            break
    page.keyboard.type("By keys.")
    save(page)
    made = newest()
    assert (made.quote, made.note) == ("believe that", "By keys.")
    assert made.theme_ids == str(Theme.objects.get(name="Tacit linkage").pk)
    assert_shown(page, made)
    expect(page.locator("#text")).to_be_focused()


def test_a_sentence_is_extended_by_sentences_and_escape_leaves(opened: Opens) -> None:
    page = open_reader(opened, member())
    says = page.locator("#live")
    page.keyboard.press("s")
    for _ in range(12):
        page.keyboard.press("ArrowDown")
        if says.inner_text().startswith("Such talks would permit"):
            break
    page.keyboard.press("Shift+ArrowUp")
    expect(says).to_contain_text("has also arisen. Such talks")
    page.keyboard.press("Escape")
    expect(page.locator("#kbd-mode")).to_be_hidden()
    assert painted(page, "picked") == []
    expect(page.locator("#text")).to_be_focused()


def test_the_passage_chosen_by_keyboard_waits_until_it_is_confirmed(opened: Opens) -> None:
    page = open_reader(opened, member())
    page.keyboard.press("s")
    page.wait_for_timeout(300)
    assert painted(page, "picked") == [[0, 3]]
    page.keyboard.press("Enter")
    expect(page.locator("#composer.open .passage")).to_have_text("169")


def test_the_form_never_covers_the_words_that_it_is_for(opened: Opens) -> None:
    page = open_reader(opened, member())
    for words in ("May 10, 1982", WORDS, "Such talks would permit us to probe further"):
        where = place_of(words)
        compose(page, where)
        form = page.locator("#composer").bounding_box()
        assert form and form["y"] >= 0 and form["y"] + form["height"] <= 800
        assert form["x"] >= 0 and form["x"] + form["width"] <= 1280
        for line in lines_of(page, where):
            beside = line["right"] <= form["x"] or line["left"] >= form["x"] + form["width"]
            apart = line["bottom"] <= form["y"] or line["top"] >= form["y"] + form["height"]
            assert beside or apart, words
        page.keyboard.press("Escape")


def test_every_part_of_the_document_can_be_annotated(opened: Opens) -> None:
    page = open_reader(opened, member())
    for words in (
        "Secretary of State Haig",
        "May 10, 1982",
        "Experts’ Talks",
        "not directly link",
        "Secret; Sensitive",
        "Given the importance of such an initiative",
    ):
        compose(page, place_of(words))
        save(page)
        assert newest().quote == words
        assert_shown(page, newest())


def test_words_are_annotated_where_their_note_has_opened(opened: Opens) -> None:
    page = open_reader(opened, member())
    page.locator("#call-d169fn2").hover()
    page.locator("#popover .b").dblclick(position={"x": 25, "y": 12})
    page.locator("#picker-annotate").click()
    expect(page.locator("#composer.open form")).to_be_visible()
    save(page)
    assert newest().quote == "Reference"
    assert newest().start == place_of("Reference is to the President")[0]


def test_a_selection_that_spills_is_trimmed_and_shown_so(opened: Opens) -> None:
    page = open_reader(opened, member())
    body = place_of("question of intensified bilateral talks")
    end = place_of("Soviets on Afghanistan.")[1]
    drag(page, body, place_of("Secret; Sensitive"))
    selected = "getSelection().toString()"
    wait_until(page, lambda: page.evaluate(selected).endswith("Afghanistan."))
    assert page.evaluate(selected).startswith("question of intensified")
    page.locator("#picker-annotate").click()
    form = page.locator("#composer.open form")
    expect(form.locator(".trimmed")).to_contain_text("this is the part that is annotated")
    assert painted(page, "picked") == [[body[0], end]]
    save(page)
    assert (newest().start, newest().end) == (body[0], end)


def test_a_triple_click_takes_its_paragraph(opened: Opens) -> None:
    page = open_reader(opened, member())
    start, end = place_of("Recommendation")
    click_at(page, start + 2)
    box = lines_of(page, (start, end))[0]
    page.mouse.click(box["left"] + 5, (box["top"] + box["bottom"]) / 2, click_count=3)
    page.locator("#picker-annotate").click()
    expect(page.locator("#composer.open form")).to_be_visible()
    expect(page.locator("#composer .trimmed")).to_have_count(0)
    save(page)
    assert newest().quote == "Recommendation"


def test_a_private_annotation_is_its_authors_alone(opened: Opens) -> None:
    page = open_reader(opened, member())
    form = compose(page, place_of(WORDS))
    form.get_by_label("Only me").check()
    save(page)
    made = newest()
    assert made.visibility == "private"
    expect(card_of(page, made)).to_contain_text("only you")
    other = open_reader(opened, member("amara-folio"))
    expect(card_of(other, made)).to_have_count(0)
    expect(other.locator("#b4 mark", has_text="front")).to_have_count(0)


def test_guests_and_closed_sets_are_not_offered_to_annotate(opened: Opens) -> None:
    page = open_reader(opened)
    drag(page, place_of(WORDS))
    page.wait_for_timeout(400)
    expect(page.locator("#picker-annotate")).to_be_hidden()
    page.keyboard.press("s")
    expect(page.locator("#kbd-mode")).to_have_count(0)
    assert page.evaluate("getSelection().toString()") == WORDS


def test_escape_closes_the_form_and_saves_nothing(opened: Opens) -> None:
    page = open_reader(opened, member())
    count = Annotation.objects.count()
    compose(page, place_of(WORDS))
    page.keyboard.press("Escape")
    expect(page.locator("#composer.open")).to_have_count(0)
    assert painted(page, "picked") == []
    assert Annotation.objects.count() == count


def test_a_text_that_has_changed_meanwhile_refuses_and_keeps_what_was_written(
    opened: Opens, tmp_path: Path
) -> None:
    page = open_reader(opened, member(), quiet=False)
    form = compose(page, place_of(WORDS))
    page.keyboard.press("1")
    form.get_by_label("Note", exact=True).fill("Not to be lost.")
    source = Path(settings.BASE_DIR, "fixtures", "frus1981-88v03-d169.xml").read_text("utf-8")
    corrected = tmp_path / "frus1981-88v03-d169.xml"
    corrected.write_text(source.replace("With Afghanistan", "Now with Afghanistan"), "utf-8")
    call_command("import_tei", str(corrected), verbosity=0)
    count = Annotation.objects.count()
    page.keyboard.press("Control+Enter")
    alert = page.locator("#composer.open [role=alert]")
    expect(alert).to_contain_text("The text has changed under this selection")
    expect(alert).to_contain_text("what you wrote is still here")
    expect(page.get_by_label("Note", exact=True)).to_have_value("Not to be lost.")
    expect(page.locator("#composer input[name=themes]").first).to_be_checked()
    assert Annotation.objects.count() == count


def test_a_set_that_was_closed_meanwhile_refuses_and_says_so(opened: Opens) -> None:
    page = open_reader(opened, member(), quiet=False)
    form = compose(page, place_of(WORDS))
    form.get_by_label("Note", exact=True).fill("Too late.")
    AnnotationSet.objects.update(state="closed")
    page.keyboard.press("Control+Enter")
    expect(page.locator("#toast.shown")).to_contain_text("You may not do this here.")
    expect(page.get_by_label("Note", exact=True)).to_have_value("Too late.")
