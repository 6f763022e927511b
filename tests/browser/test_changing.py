"""What becomes of an annotation afterwards: edited, retagged, moved, deleted, undone, answered."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from annotations.models import Annotation, Reply, Theme
from tests.browser.pages import (
    act,
    annotation_at,
    card_of,
    drag,
    lines_of,
    member,
    open_reader,
    painted,
    place_of,
)

Opens = Callable[..., Page]
pytestmark = pytest.mark.usefixtures("sample")


def marks_at(page: Page, annotation: Annotation) -> list[str]:
    """The classes of the highlight under the first character of an annotation."""
    found: list[str] = page.evaluate(
        """async (at) => {
          const o = await import('/static/js/offsets.js');
          const node = o.rangeOf(at, at + 1).endContainer;
          return [...(node.parentElement.closest('mark')?.classList ?? [])];
        }""",
        annotation.start + 1,
    )
    return found


def said(page: Page, words: str) -> None:
    expect(page.locator("#toast.shown")).to_contain_text(words)


def test_an_annotation_is_rewritten_and_retagged_where_it_stands(opened: Opens) -> None:
    page = open_reader(opened, member())
    mine = annotation_at("our willingness to talk")
    assert not mine.theme_ids and marks_at(page, mine) == ["d1"]
    card = act(page, mine, "Edit")
    form = card.locator("form.composer")
    expect(form.locator("input[name=themes]").first).to_be_focused()
    expect(form.get_by_label("Note", exact=True)).to_have_value(mine.note)
    form.locator(".chip", has_text="Hedging").click()
    form.get_by_label("Note", exact=True).fill("Another **note**.")
    page.keyboard.press("Control+Enter")
    said(page, "Saved.")
    expect(card).to_be_focused()
    expect(card.locator(".chip")).to_have_text(["Hedging"])
    expect(card.locator(".note strong")).to_have_text("note")
    expect(card).to_contain_text("edited")
    theme = Theme.objects.get(name="Hedging")
    mine.refresh_from_db()
    assert (mine.note, mine.theme_ids) == ("Another **note**.", str(theme.pk))
    assert f"c{theme.colour}" in marks_at(page, mine)


def test_escape_gives_the_card_back_as_it_was(opened: Opens) -> None:
    page = open_reader(opened, member())
    mine = annotation_at("our willingness to talk")
    card = act(page, mine, "Edit")
    card.get_by_label("Note", exact=True).fill("Thrown away.")
    page.keyboard.press("Escape")
    expect(card.locator("form")).to_have_count(0)
    expect(card).to_be_focused()
    expect(card.locator(".note").first).to_contain_text("The pronoun borrows somebody else’s war")
    assert Annotation.objects.get(pk=mine.pk).note == mine.note


def test_the_ends_of_a_passage_are_changed_by_selecting_anew(opened: Opens) -> None:
    page = open_reader(opened, member())
    mine = annotation_at("our willingness to talk")
    before = mine.start
    act(page, mine, "Change passage")
    mode = page.locator("#passage-mode")
    mode.get_by_role("button", name="Use this passage").click()
    expect(mode).to_contain_text("Nothing is selected yet.")
    words = "keep Afghanistan front and center"
    drag(page, place_of(words))
    expect(page.locator("#picker-annotate")).to_be_hidden()
    mode.get_by_role("button", name="Use this passage").click()
    said(page, "Passage changed.")
    expect(mode).to_be_hidden()
    mine.refresh_from_db()
    assert (mine.quote, mine.start) == (words, place_of(words)[0])
    expect(page.locator(f'#cards-4 [id="a-{mine.uuid}"]')).to_have_count(1)
    expect(page.locator(f'#cards-5 [id="a-{mine.uuid}"]')).to_have_count(0)
    assert marks_at(page, mine) == ["d1"]
    mine.start = before
    assert marks_at(page, mine) == []


def test_a_passage_that_runs_over_text_and_notes_stays_where_it_was(opened: Opens) -> None:
    page = open_reader(opened, member())
    mine = annotation_at("our willingness to talk")
    act(page, mine, "Change passage")
    page.keyboard.press("Escape")
    expect(page.locator("#passage-mode")).to_be_hidden()
    assert painted(page, "picked") == []
    assert Annotation.objects.get(pk=mine.pk).start == mine.start


def test_a_deleted_annotation_goes_at_once_and_comes_back_by_undo(opened: Opens) -> None:
    page = open_reader(opened, member())
    mine = annotation_at("our willingness to talk")
    order = page.locator("#margin .card").evaluate_all("cards => cards.map((card) => card.id)")
    where = lines_of(page, (mine.start, mine.end))
    act(page, mine, "Delete")
    said(page, "Deleted.")
    expect(card_of(page, mine)).to_have_count(0)
    assert marks_at(page, mine) == []
    assert Annotation.objects.get(pk=mine.pk).deleted_at
    scrolled = page.evaluate("scrollY")
    page.locator("#toast").get_by_role("button", name="Undo").click()
    said(page, "Brought back.")
    expect(card_of(page, mine)).to_have_class("card c0 on")
    assert marks_at(page, mine) == ["d1"]
    assert Annotation.objects.get(pk=mine.pk).deleted_at is None
    after = page.locator("#margin .card").evaluate_all("cards => cards.map((card) => card.id)")
    assert after == order
    assert page.evaluate("scrollY") == scrolled
    assert lines_of(page, (mine.start, mine.end))[0]["left"] == where[0]["left"]


def test_a_reply_is_written_changed_deleted_and_undone_in_the_card(opened: Opens) -> None:
    page = open_reader(opened, member("amara-folio"))
    theirs = annotation_at("our willingness to talk")
    count = theirs.replies.count()
    card = act(page, theirs, "Reply")
    card.get_by_label("Your reply").fill("Whose pronoun?")
    page.keyboard.press("Control+Enter")
    said(page, "Reply posted.")
    expect(card.locator("summary")).to_have_text(f"{count + 1} replies")
    made = Reply.objects.latest("pk")
    mine = page.locator(f'#margin [id="r-{made.uuid}"]')
    card.locator("summary").click()
    expect(mine).to_contain_text("Whose pronoun?")
    mine.get_by_role("link", name="Edit").click()
    card.get_by_label("Your reply").fill("Whose war?")
    page.keyboard.press("Control+Enter")
    said(page, "Saved.")
    card.locator("summary").click()
    mine.get_by_role("link", name="Delete").click()
    said(page, "Reply deleted.")
    expect(card.locator("summary")).to_have_text(f"{count} replies")
    page.locator("#toast").get_by_role("button", name="Undo").click()
    expect(card.locator("summary")).to_have_text(f"{count + 1} replies")
    made.refresh_from_db()
    assert (made.note, made.deleted_at) == ("Whose war?", None)


def test_others_annotations_can_be_answered_and_not_changed(opened: Opens) -> None:
    page = open_reader(opened, member())
    card = card_of(page, annotation_at("We are moving to increase"))
    expect(card.get_by_role("link", name="Reply")).to_have_count(1)
    for name in ("Edit", "Change passage", "Delete"):
        expect(card.get_by_role("link", name=name)).to_have_count(0)
    guest = open_reader(opened)
    expect(guest.locator("#margin .card .acts")).to_have_count(0)


def test_an_annotation_is_changed_from_its_own_page_too(opened: Opens) -> None:
    page = opened(member(), quiet=False)
    mine = annotation_at("our willingness to talk")
    page.goto(mine.get_absolute_url())
    page.get_by_role("link", name="Edit", exact=True).click()
    page.get_by_label("Note", exact=True).fill("From its own page.")
    page.get_by_role("button", name="Save").click()
    page.wait_for_url("**/d169/**")
    expect(card_of(page, mine)).to_contain_text("From its own page.")
    page.goto(mine.get_absolute_url())
    page.locator(".card > .acts").get_by_role("link", name="Delete").click()
    expect(page.locator("h1")).to_have_text("This annotation is deleted")
    page.get_by_role("button", name="Undo").click()
    page.wait_for_url("**/d169/**")
    expect(card_of(page, mine)).to_contain_text("From its own page.")
