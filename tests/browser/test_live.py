"""What others do while one reads: told, brought in when asked for, and nothing moves by it."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from annotations.actions.annotations import create_annotation, delete_annotation
from annotations.actions.promises import change_rules
from annotations.actions.replies import create_reply
from annotations.models import Annotation, AnnotationSet
from archive.models import Edition
from tests.browser.pages import (
    SHOW,
    act,
    annotation_at,
    card_of,
    click_at,
    drag,
    lines_of,
    member,
    newest,
    open_reader,
    place_of,
    wait_until,
)

Opens = Callable[..., Page]
pytestmark = pytest.mark.usefixtures("sample")
EYES = "keep Afghanistan front and center"
OFTEN = """() => {
  document.getElementById('reading').dataset.every = '0.2';
  dispatchEvent(new Event('focus'));
}"""
TOPS = "() => [...document.querySelectorAll('#text .b')].map((b) => b.getBoundingClientRect().top)"


def read(opened: Opens, name: str = "amara-folio", words: str = EYES, **options: bool) -> Page:
    """A reader who has scrolled to some words, and whose page asks for news often."""
    page = open_reader(opened, member(name), **options)
    page.evaluate(SHOW, list(place_of(words)))
    page.evaluate(OFTEN)
    return page


def post(
    words: str, note: str = "A note of somebody else's.", by: str = "ines-quill"
) -> Annotation:
    """What another reader writes meanwhile."""
    start, end = place_of(words)
    edition = Edition.objects.get(document__slug="d169")
    return create_annotation(
        author=member(by),
        annotation_set=AnnotationSet.objects.get(slug="seminar"),
        edition=edition,
        start=start,
        end=end,
        quote=words,
        note=note,
    )


def told(page: Page, words: str) -> None:
    expect(page.locator("#news[role=status]:has([data-news=show]) b")).to_have_text(words)


def show(page: Page) -> None:
    page.locator("#news").get_by_role("button", name="Show").click()
    expect(page.locator("#news").get_by_role("button", name="Show")).to_have_count(0)


def test_one_posts_and_the_other_sees_it_without_a_move_of_the_text(opened: Opens) -> None:
    page, other = read(opened), open_reader(opened, member("ines-quill"))
    drag(other, place_of("speak for itself"))
    other.locator("#picker-annotate").click()
    other.get_by_label("Note", exact=True).fill("Seen from another desk.")
    other.keyboard.press("Control+Enter")
    expect(other.locator("#toast.shown")).to_contain_text("Saved.")
    told(page, "1 new")
    expect(card_of(page, newest())).to_have_count(0)
    tops, where = page.evaluate(TOPS), lines_of(page, place_of(EYES))
    show(page)
    expect(card_of(page, newest())).to_contain_text("Seen from another desk.")
    assert page.evaluate(TOPS) == tops
    assert lines_of(page, place_of(EYES)) == where
    # The other one, whose own it is, is told of nothing.
    other.evaluate(OFTEN)
    other.wait_for_timeout(700)
    expect(other.locator("#news")).to_be_empty()


def test_what_came_is_new_until_it_has_been_seen(opened: Opens) -> None:
    page = read(opened)
    near, far = post(EYES), post("intensified bilateral talks")
    told(page, "2 new")
    show(page)
    for made in (near, far):
        expect(card_of(page, made).locator(".new")).to_have_text("new")
    expect(page.locator("#news")).to_contain_text("1 new further off")
    expect(card_of(page, near).locator(".new")).to_have_count(0, timeout=9000)
    expect(card_of(page, far).locator(".new")).to_have_count(1)
    page.locator("#news").get_by_role("button", name="Go there").click()
    expect(page.locator("#news")).to_be_empty()
    expect(card_of(page, far)).to_be_in_viewport()
    expect(card_of(page, far).locator(".new")).to_have_count(0, timeout=9000)


def test_what_goes_and_what_is_answered_comes_in_too(opened: Opens) -> None:
    page = read(opened)
    mine, theirs = annotation_at("our willingness to talk"), annotation_at("We are moving")
    create_reply(theirs, author=member("ines-quill"), note="Another view.")
    delete_annotation(mine, actor=mine.author)
    told(page, "1 new")
    expect(page.locator("#news")).to_contain_text("1 changed")
    tops = page.evaluate(TOPS)
    show(page)
    expect(card_of(page, mine)).to_have_count(0)
    expect(card_of(page, theirs).locator(".reply", has_text="Another view.")).to_have_count(1)
    assert page.evaluate(TOPS) == tops


def test_a_half_written_note_its_caret_and_its_words_outlive_the_news(opened: Opens) -> None:
    page = read(opened, "ines-quill")
    mine = annotation_at("our willingness to talk")
    card = act(page, mine, "Edit")
    note = card.get_by_label("Note", exact=True)
    note.fill("Half written and")
    page.keyboard.press("ArrowLeft")
    made = post("to talk as well", by="amara-folio")
    told(page, "1 new")
    # Pressed without taking the focus, as a tap on a phone does with a note open.
    page.evaluate("() => document.querySelector('#news button').click()")
    expect(card_of(page, made)).to_have_count(1)
    expect(note).to_have_value("Half written and")
    expect(note).to_be_focused()
    assert page.evaluate("() => document.activeElement.selectionStart") == len("Half written an")
    page.keyboard.press("Control+Enter")
    expect(page.locator("#toast.shown")).to_contain_text("Saved.")
    expect(card_of(page, mine)).to_contain_text("Half written and")
    expect(card_of(page, made)).to_have_count(1)


def test_the_focus_and_the_open_form_for_a_new_note_stay(opened: Opens) -> None:
    page = read(opened)
    theirs = annotation_at("our willingness to talk")
    card_of(page, theirs).locator(".author").first.click()
    link = card_of(page, theirs).locator("a.when")
    link.focus()
    expect(link).to_be_focused()
    made = post("to talk as well")
    told(page, "1 new")
    page.evaluate("() => document.querySelector('#news button').click()")
    expect(card_of(page, made)).to_have_count(1)
    expect(link).to_be_focused()
    drag(page, place_of(EYES))
    page.locator("#picker-annotate").click()
    form = page.locator("#composer form")
    form.get_by_label("Note", exact=True).fill("Not yet")
    post(EYES)
    told(page, "1 new")
    page.evaluate("() => document.querySelector('#news button').click()")
    expect(card_of(page, newest())).to_have_count(1)
    expect(form.get_by_label("Note", exact=True)).to_have_value("Not yet")
    page.keyboard.press("Control+Enter")
    expect(page.locator("#toast.shown")).to_contain_text("Saved.")
    assert newest().quote == EYES


def test_a_page_that_nobody_looks_at_asks_nothing(opened: Opens) -> None:
    page = read(opened)
    asked: list[str] = []
    page.on("request", lambda request: "/news/" in request.url and asked.append(request.url))
    wait_until(page, lambda: len(asked) > 1)
    page.evaluate(
        """() => {
          Object.defineProperty(document, 'hidden', { value: true, configurable: true });
          document.dispatchEvent(new Event('visibilitychange'));
        }"""
    )
    page.wait_for_timeout(300)
    before = len(asked)
    page.wait_for_timeout(800)
    assert len(asked) == before
    page.evaluate(
        """() => {
          Object.defineProperty(document, 'hidden', { value: false, configurable: true });
          document.dispatchEvent(new Event('visibilitychange'));
        }"""
    )
    wait_until(page, lambda: len(asked) > before)


def test_a_page_whose_rules_have_changed_is_loaded_again_in_place(opened: Opens) -> None:
    page = read(opened, words="intensified bilateral talks")
    one = AnnotationSet.objects.get(slug="seminar")
    rules = {"after_count": 1, "naming": 2, "groups_apart": True, "leaving": "choose"}
    change_rules(one, actor=one.owner, rule="blind", **rules)
    expect(page.locator("#news")).to_contain_text("This page has changed.")
    tops = page.evaluate(TOPS)
    page.locator("#news").get_by_role("button", name="Load it again").click()
    expect(page.locator("#news")).to_be_empty()
    expect(card_of(page, annotation_at("our willingness to talk"))).to_have_count(0)
    moved = zip(page.evaluate(TOPS), tops, strict=True)
    assert all(abs(after - before) < 1 for after, before in moved)


def test_it_works_on_a_phone_with_the_keyboard_of_its_own(opened: Opens) -> None:
    page = read(opened, phone=True)
    made = post(EYES)
    told(page, "1 new")
    tops = page.evaluate(TOPS)
    page.locator("#news").get_by_role("button", name="Show").tap()
    wait_until(page, lambda: card_of(page, made).count() == 1)
    assert page.evaluate(TOPS) == tops
    assert page.evaluate("() => [...CSS.highlights.keys()].includes('fresh')")
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    click_at(page, made.start)
    expect(page.locator("#stack.open")).to_contain_text("A note of somebody else's.")
