"""What can be done with an annotation, and all of tagging, by keys alone."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import Locator, Page, expect

from annotations.accounts import local_owner
from annotations.models import Annotation, AnnotationSet, Theme
from tests.browser.pages import (
    annotation_at,
    card_of,
    member,
    newest,
    open_reader,
    painted,
    place_of,
    the_text,
)

Opens = Callable[..., Page]
pytestmark = pytest.mark.usefixtures("sample")
ON = re.compile(r"\bon\b")


def lit(page: Page, annotation: Annotation) -> Locator:
    """Gives the focus to an annotation's card, which lights it as a key would; gives the card."""
    card = card_of(page, annotation)
    page.keyboard.press("j")
    card.focus()
    expect(card).to_have_class(ON)
    return card


def mine() -> Annotation:
    return annotation_at("our willingness to talk")


def test_o_opens_and_shuts_the_replies(opened: Opens) -> None:
    page = open_reader(opened, member())
    card = lit(page, mine())
    page.keyboard.press("o")
    expect(card.locator("details.replies[open]")).to_have_count(1)
    expect(card.locator("details.replies summary")).to_be_focused()
    page.keyboard.press("o")
    expect(card.locator("details.replies[open]")).to_have_count(0)


def test_r_replies_and_the_focus_comes_back(opened: Opens) -> None:
    page = open_reader(opened, member())
    one = annotation_at("We are moving")
    card = lit(page, one)
    count = one.replies.count()
    page.keyboard.press("r")
    expect(card.locator("textarea")).to_be_focused()
    page.keyboard.type("By keys.")
    page.keyboard.press("Control+Enter")
    expect(page.locator("#toast.shown")).to_contain_text("Reply posted.")
    assert one.replies.count() == count + 1
    expect(card).to_be_focused()
    page.keyboard.press("j")
    expect(card).not_to_have_class(ON)


def test_e_edits_and_escape_leaves_the_form(opened: Opens) -> None:
    page = open_reader(opened, member())
    card = lit(page, mine())
    page.keyboard.press("e")
    expect(card.locator("form.composer")).to_be_visible()
    expect(card.locator("input[name=themes]").first).to_be_focused()
    page.keyboard.press("Escape")
    expect(card.locator("form.composer")).to_have_count(0)
    expect(card).to_be_focused()
    page.keyboard.press("e")
    card.locator("textarea").fill("Said anew.")
    page.keyboard.press("Control+Enter")
    expect(page.locator("#toast.shown")).to_contain_text("Saved.")
    assert Annotation.objects.get(pk=mine().pk).note == "Said anew."
    expect(card).to_be_focused()


def test_e_in_a_reply_edits_that_reply(opened: Opens) -> None:
    page = open_reader(opened, member())
    reply = mine().replies.get(author=member())
    card = lit(page, mine())
    page.keyboard.press("o")
    card.locator(f'[id="r-{reply.uuid}"] a').first.focus()
    page.keyboard.press("e")
    expect(card.locator("textarea")).to_be_focused()
    page.keyboard.press("Control+a")
    page.keyboard.type("Another answer.")
    page.keyboard.press("Control+Enter")
    expect(page.locator("#toast.shown")).to_be_visible()
    reply.refresh_from_db()
    assert reply.note == "Another answer."


def test_what_one_may_not_do_is_said_and_not_done(opened: Opens) -> None:
    page = open_reader(opened, member())
    card = lit(page, annotation_at("We are moving"))
    for key, words in (
        ("e", "You cannot edit this."),
        ("p", "You cannot change its passage."),
        ("d", "You cannot delete this."),
        ("q", "This is no question of yours."),
    ):
        page.keyboard.press(key)
        expect(page.locator("#live")).to_have_text(words)
    expect(card.locator("form")).to_have_count(0)
    page.keyboard.press("Escape")
    page.locator("#text").evaluate("text => { text.tabIndex = -1; text.focus(); }")
    page.keyboard.press("r")
    expect(page.locator("#live")).to_have_text("No annotation is lit. Go to one first.")


def test_p_changes_the_passage_by_keyboard_alone(opened: Opens) -> None:
    page = open_reader(opened, member())
    one = mine()
    lit(page, one)
    page.keyboard.press("p")
    expect(page.locator("#passage-mode")).to_be_visible()
    page.keyboard.press("s")
    for _ in range(3):
        page.keyboard.press("ArrowRight")
    page.keyboard.press("Shift+ArrowRight")
    words = page.locator("#live").inner_text().strip()
    page.keyboard.press("Enter")
    expect(page.locator("#toast.shown")).to_contain_text("Passage changed.")
    one.refresh_from_db()
    assert one.quote == words


def test_q_settles_a_question_and_asks_it_again(opened: Opens) -> None:
    Annotation.objects.filter(pk=mine().pk).update(question="open")
    page = open_reader(opened, member())
    lit(page, mine())
    page.keyboard.press("q")
    expect(page.locator("#toast.shown")).to_contain_text("Marked as answered.")
    assert mine().question == "answered"
    page.keyboard.press("q")
    expect(page.locator("#toast.shown")).to_contain_text("Open again.")
    assert mine().question == "open"


@pytest.mark.parametrize("key", ["d", "Delete"])
def test_d_deletes_and_the_focus_goes_to_what_stands_next(opened: Opens, key: str) -> None:
    page = open_reader(opened, member())
    one = mine()
    after = Annotation.objects.filter(start__gt=one.start).order_by("start", "end").first()
    assert after
    lit(page, one)
    page.keyboard.press(key)
    expect(page.locator("#toast.shown")).to_contain_text("Deleted.")
    expect(card_of(page, one)).to_have_count(0)
    expect(card_of(page, after)).to_be_focused()


def test_what_one_did_last_is_taken_back_and_done_again(opened: Opens) -> None:
    page = open_reader(opened, member())
    one = mine()
    lit(page, one)
    page.keyboard.press("d")
    expect(card_of(page, one)).to_have_count(0)
    page.keyboard.press("Control+z")
    expect(card_of(page, one)).to_have_count(1)
    page.keyboard.press("Control+Shift+Z")
    expect(card_of(page, one)).to_have_count(0)
    page.keyboard.press("Control+z")
    expect(card_of(page, one)).to_have_count(1)
    page.keyboard.press("Control+y")
    expect(card_of(page, one)).to_have_count(0)


def test_in_a_field_undo_is_the_browsers(opened: Opens) -> None:
    page = open_reader(opened, member())
    one = mine()
    lit(page, one)
    page.keyboard.press("d")
    expect(card_of(page, one)).to_have_count(0)
    for key in ("s", "Enter"):
        page.keyboard.press(key)
    note = page.locator("#composer").get_by_label("Note", exact=True)
    note.focus()
    page.keyboard.type("a thought")
    page.keyboard.press("Control+z")
    expect(note).not_to_have_value("a thought")
    page.locator("#composer input[name=themes]").first.focus()
    page.keyboard.press("Control+z")
    page.wait_for_timeout(300)
    expect(page.locator("#composer.open form")).to_be_visible()
    expect(card_of(page, one)).to_have_count(0)


def test_words_sentences_and_paragraphs_are_selected_over_blocks(opened: Opens) -> None:
    page = open_reader(opened, member())
    press, says = page.keyboard.press, page.locator("#live")
    blocks = the_text().split("\n")
    press("s")
    for _ in range(12):
        press("PageDown")
        if says.inner_text().startswith("With Afghanistan Day"):
            break
    first = next(i for i, words in enumerate(blocks) if words.startswith("With Afghanistan Day"))
    start = place_of(blocks[first])[0]
    assert painted(page, "picked") == [[start, start + len(blocks[first])]]
    press("Shift+PageDown")
    assert painted(page, "picked") == [[start, place_of(blocks[first + 1])[1]]]
    press("Shift+ArrowDown")
    assert painted(page, "picked")[0][1] > place_of(blocks[first + 1])[1]
    press("Shift+PageUp")
    assert painted(page, "picked") == [[start, place_of(blocks[first + 1])[1]]]
    press("Shift+PageUp")
    assert painted(page, "picked") == [[start, start + len(blocks[first])]]
    before = says.inner_text()
    press("Space")
    expect(says).to_have_text(before.strip())
    press("Enter")
    expect(page.locator("#composer.open .passage")).to_contain_text("With Afghanistan Day")


def test_selecting_begins_at_the_words_of_a_card(opened: Opens) -> None:
    page = open_reader(opened, member())
    one = annotation_at("as we move to commence")
    lit(page, one)
    for key in ("c", "s", "Shift+ArrowRight"):
        page.keyboard.press(key)
    expect(page.locator("#live")).to_have_text("as we")
    assert painted(page, "picked") == [[one.start, one.start + 5]]


def test_home_and_end_lead_to_the_ends_of_the_text(opened: Opens) -> None:
    page = open_reader(opened, member())
    press, says = page.keyboard.press, page.locator("#live")
    press("s")
    press("Home")
    expect(says).to_have_text("169")
    press("ArrowDown")
    press("Shift+End")
    place = painted(page, "picked")[0]
    press("End")
    assert painted(page, "picked")[0][1] == place[1]
    press("ArrowRight")
    assert painted(page, "picked")[0][0] > place[1], "the notes come after the text"


def test_a_takes_a_selection_made_by_other_means(opened: Opens) -> None:
    page = open_reader(opened, member())
    page.evaluate(
        """async ([start, end]) => {
          const o = await import('/static/js/offsets.js');
          getSelection().addRange(o.rangeOf(start, end));
        }""",
        list(place_of("keep Afghanistan front and center")),
    )
    expect(page.locator("#picker-annotate")).to_be_visible()
    page.keyboard.press("a")
    expect(page.locator("#composer.open .passage")).to_have_text(
        "keep Afghanistan front and center"
    )


def opened_form(opened: Opens) -> Page:
    page = open_reader(opened, member())
    for key in ("s", "Enter"):
        page.keyboard.press(key)
    expect(page.locator("#composer input[name=themes]").first).to_be_focused()
    return page


def focused_theme(page: Page) -> str:
    found: str = page.evaluate(
        "document.activeElement.closest('label').firstElementChild.nextSibling.data.trim()"
    )
    return found


def test_a_theme_is_found_by_typing_and_chosen(opened: Opens) -> None:
    page = opened_form(opened)
    page.keyboard.type("alli")
    assert focused_theme(page) == "Alliance risk"
    page.keyboard.press("Enter")
    expect(page.locator("#live")).to_have_text("Alliance risk chosen")
    page.wait_for_timeout(1000)
    page.keyboard.type("asean")
    assert focused_theme(page) == "China and ASEAN", "a word within the name is found too"
    page.keyboard.press("Space")
    page.wait_for_timeout(1000)
    names = [theme.name for theme in Theme.objects.order_by("position")]
    with_l = [name for name in names if name.startswith("L")]
    seen = []
    for _ in with_l:
        page.keyboard.press("l")
        seen.append(focused_theme(page))
    assert sorted(seen) == sorted(with_l), "the same letter again goes to the next"
    page.wait_for_timeout(1000)
    page.keyboard.type("zq")
    expect(page.locator("#live")).to_have_text("No theme has “zq”.")
    page.keyboard.press("Control+Enter")
    expect(page.locator("#toast.shown")).to_contain_text("Saved.")
    chosen = Theme.objects.filter(name__in=["Alliance risk", "China and ASEAN"])
    assert {int(pk) for pk in newest().theme_ids.split()} == {theme.pk for theme in chosen}


def test_single_keys_turned_off_leave_the_form_its_keys(opened: Opens) -> None:
    page = open_reader(opened, member())
    page.keyboard.press("?")
    page.get_by_label("Keys of a single letter, digit or sign").uncheck()
    page.keyboard.press("Escape")
    page.locator("#pick-view summary").click()
    page.locator("#kbd-select").click()
    page.keyboard.press("ArrowRight")
    page.keyboard.press("Enter")
    expect(page.locator("#composer input[name=themes]").first).to_be_focused()
    page.keyboard.press("2")
    expect(page.locator("#live")).to_contain_text("chosen")
    page.keyboard.press("Control+Enter")
    expect(page.locator("#toast.shown")).to_contain_text("Saved.")
    assert len(newest().theme_ids.split()) == 1


def test_letters_in_a_note_are_a_note(opened: Opens) -> None:
    page = opened_form(opened)
    page.get_by_label("Note", exact=True).focus()
    page.keyboard.type("jks? 123 [nb]")
    expect(page.get_by_label("Note", exact=True)).to_have_value("jks? 123 [nb]")
    expect(page.locator("#composer :checked[name=themes]")).to_have_count(0)


def test_a_frozen_set_offers_no_key_that_writes(opened: Opens) -> None:
    AnnotationSet.objects.update(state="closed")
    page = open_reader(opened, local_owner())
    page.keyboard.press("s")
    expect(page.locator("#kbd-mode")).to_have_count(0)
    lit(page, mine())
    page.keyboard.press("r")
    expect(page.locator("#live")).to_have_text("You cannot reply to this.")
