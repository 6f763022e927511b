"""What is written survives the end of a session, and two tabs that change one thing."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from django.contrib.auth.models import User
from django.contrib.sessions.models import Session
from playwright.sync_api import Page, expect

from annotations.actions.annotations import delete_annotation, edit_annotation
from annotations.actions.codebook import edit_theme
from annotations.actions.replies import edit_reply
from annotations.models import Annotation, AnnotationSet, Reply
from tests.browser.conftest import sign_in
from tests.browser.pages import (
    READER,
    act,
    annotation_at,
    card_of,
    member,
    newest,
    open_reader,
    wait_until,
)
from tests.browser.test_safe import NOTE, WORDS, compose, noted, refusing

Opens = Callable[..., Page]
pytestmark = pytest.mark.usefixtures("sample")
PASSWORD = "a quiet harbour at noon"


def ready(name: str = "ines-quill") -> User:
    """A demo reader who can sign in by password."""
    user = member(name)
    user.set_password(PASSWORD)
    user.save()
    return user


def sign_in_by_hand(page: Page, name: str) -> None:
    page.get_by_label("User name").fill(name)
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("button", name="Sign in").click()
    page.wait_for_url(lambda url: "/login/" not in url)


def test_a_session_that_expires_while_one_writes_is_told_and_the_note_is_sent_after_signing_in(
    opened: Opens,
) -> None:
    page = open_reader(opened, ready(), quiet=False)
    compose(page).locator("textarea[name=note]").fill(NOTE)
    Session.objects.all().delete()
    page.keyboard.press("Control+Enter")
    dialog = page.locator("dialog#signed-out")
    expect(dialog).to_contain_text("You were signed out")
    with page.context.expect_page() as opening:
        dialog.get_by_role("link", name="Sign in in a new tab").click()
    expect(page.locator("#kept")).to_contain_text("Not sent yet: you were signed out.")
    assert noted() == 0
    sign_in_by_hand(opening.value, "ines-quill")
    page.bring_to_front()
    page.evaluate("dispatchEvent(new Event('focus'))")
    wait_until(page, lambda: noted() == 1)
    expect(page.locator("#kept")).to_be_empty()
    # The page has a token that holds: what is done next is done.
    compose(page, "our willingness to talk").locator("textarea[name=note]").fill("And on.")
    page.keyboard.press("Control+Enter")
    wait_until(page, lambda: noted("And on.") == 1)
    assert noted() == 1


def test_a_note_is_never_sent_under_another_name(opened: Opens, served: str) -> None:
    page = open_reader(opened, member(), quiet=False)
    compose(page).locator("textarea[name=note]").fill(NOTE)
    Session.objects.all().delete()
    sign_in(page.context, served, member("amara-folio"))
    page.keyboard.press("Control+Enter")
    expect(page.locator("dialog#signed-out")).to_contain_text("Somebody else is signed in here")
    page.get_by_role("button", name="Later").click()
    page.locator("#kept").get_by_role("button", name="Try now").click()
    page.wait_for_timeout(500)
    expect(page.locator("#kept")).to_contain_text("somebody else is signed in here")
    assert noted() == 0
    sign_in(page.context, served, member())
    page.locator("#kept").get_by_role("button", name="Try now").click()
    wait_until(page, lambda: noted() == 1)
    assert newest().author == member()


def test_an_old_token_is_renewed_and_the_note_sent_without_a_word(opened: Opens) -> None:
    page = open_reader(opened, member(), quiet=False)
    compose(page).locator("textarea[name=note]").fill(NOTE)
    # Signing in anew in another tab gives the browser another token.
    page.context.clear_cookies(name="csrftoken")
    page.keyboard.press("Control+Enter")
    wait_until(page, lambda: noted() == 1)
    expect(page.locator("#kept")).to_be_empty()
    expect(page.locator("dialog[open]")).to_have_count(0)


LATE = """() => {
  const { setTimeout } = window;
  window.setTimeout = (act, pause, ...rest) =>
    setTimeout(act, pause === 250 ? 1500 : pause, ...rest);
  const note = document.querySelector('#composer textarea[name=note]');
  const typed = () => note.dispatchEvent(new Event('change', { bubbles: true }));
  document.body.addEventListener('htmx:beforeSend', typed, { once: true });
}"""


def test_a_form_that_is_closed_makes_nothing_anew_of_what_was_sent(opened: Opens) -> None:
    page = open_reader(opened, member(), quiet=False)
    compose(page).locator("textarea[name=note]").fill(NOTE)
    page.context.clear_cookies(name="csrftoken")
    page.evaluate(LATE)
    page.keyboard.press("Control+Enter")
    wait_until(page, lambda: noted() == 1)
    expect(page.locator("#kept")).to_be_empty()
    page.wait_for_timeout(2000)
    expect(page.locator("#kept")).to_be_empty()


def test_two_tabs_edit_one_note_and_the_second_is_shown_both_and_chooses(opened: Opens) -> None:
    mine = annotation_at("our willingness to talk")
    one = open_reader(opened, mine.author, quiet=False)
    two = one.context.new_page()
    two.goto(READER)
    two.wait_for_selector("#margin.laid", state="attached")
    one.bring_to_front()
    first = act(one, mine, "Edit")
    first.locator("textarea[name=note]").fill("Saved in the first tab.")
    second = act(two, mine, "Edit")
    expect(second.locator(".resume")).to_contain_text("in another tab as well")
    second.locator("textarea[name=note]").fill("Written in the second tab.")
    first.get_by_role("button", name="Save").click()
    wait_until(one, lambda: noted("Saved in the first tab.") == 1)
    second.get_by_role("button", name="Save").click()
    stale = card_of(two, mine).locator(".stale")
    expect(stale).to_contain_text("You changed it yourself, in another tab")
    expect(stale.locator(".side").nth(0)).to_contain_text("first")
    expect(stale.locator(".side").nth(1)).to_contain_text("Written")
    assert stale.locator("ins").count() >= 2
    # Nothing is saved until one chooses, and nothing is lost.
    assert Annotation.objects.get(pk=mine.pk).note == "Saved in the first tab."
    note = card_of(two, mine).locator("textarea[name=note]")
    expect(note).to_have_value("Written in the second tab.")
    note.fill("Both, put together.")
    stale.get_by_role("button", name="Save mine").click()
    wait_until(two, lambda: noted("Both, put together.") == 1)
    expect(card_of(two, mine)).to_contain_text("Both, put together.")
    two.wait_for_timeout(300)
    assert two.evaluate("Object.keys(localStorage)") == []


def test_keeping_theirs_throws_mine_away(opened: Opens) -> None:
    mine = annotation_at("our willingness to talk")
    page = open_reader(opened, mine.author, quiet=False)
    card = act(page, mine, "Edit")
    card.locator("textarea[name=note]").fill("Mine.")
    changed(mine, "Theirs.")
    card.get_by_role("button", name="Save").click()
    card_of(page, mine).locator("[data-keep-theirs]").click()
    expect(card_of(page, mine).locator("form")).to_have_count(0)
    expect(card_of(page, mine)).to_contain_text("Theirs.")
    expect(page.locator("#kept:not(:empty)")).to_have_count(0)
    assert Annotation.objects.get(pk=mine.pk).note == "Theirs."


def changed(annotation: Annotation, note: str) -> None:
    """The annotation gets another note somewhere else."""
    edit_annotation(
        Annotation.objects.get(pk=annotation.pk),
        actor=annotation.author,
        themes=list(annotation.themes.all()),
        note=note,
        visibility=annotation.visibility,
    )


@pytest.mark.parametrize("stays", [True, False])
def test_what_waited_while_it_was_changed_elsewhere_is_shown_with_both(
    opened: Opens, stays: bool
) -> None:
    mine = annotation_at("our willingness to talk")
    page = open_reader(opened, mine.author, quiet=False)
    card = act(page, mine, "Edit")
    card.locator("textarea[name=note]").fill("Written on the train.")
    page.context.set_offline(True)
    card.get_by_role("button", name="Save").click()
    expect(page.locator("#kept")).to_contain_text("Not sent yet")
    changed(mine, "Changed at home.")
    if not stays:
        page.evaluate("document.querySelector('#margin form').closest('.card').remove()")
    page.context.set_offline(False)
    if not stays:
        expect(page.locator("#kept")).to_contain_text("This was changed")
        page.reload()
        page.locator("#kept").get_by_role("button", name="Go on").click()
        card = card_of(page, mine)
        expect(card.locator("textarea[name=note]")).to_have_value("Written on the train.")
        card.locator(".actions").get_by_role("button", name="Save").click()
    expect(card_of(page, mine).locator(".stale")).to_contain_text("home")
    assert Annotation.objects.get(pk=mine.pk).note == "Changed at home."
    expect(card_of(page, mine).locator("textarea[name=note]")).to_have_value(
        "Written on the train."
    )


def test_a_reply_that_was_edited_elsewhere_is_shown_beside_ones_own(opened: Opens) -> None:
    mine = annotation_at("our willingness to talk")
    reply = mine.replies.filter(author=mine.author).get()
    page = opened(mine.author, quiet=False)
    page.goto(f"/replies/{reply.uuid}/edit/")
    page.locator("textarea[name=note]").fill("Mine, longer.")
    edit_reply(Reply.objects.get(pk=reply.pk), actor=mine.author, note="From the phone.")
    page.get_by_role("button", name="Save").click()
    expect(page.locator(".stale")).to_contain_text("From the phone")
    expect(page.locator("textarea[name=note]")).to_have_value("Mine, longer.")
    page.get_by_role("button", name="Save mine").click()
    wait_until(page, lambda: Reply.objects.get(pk=reply.pk).note == "Mine, longer.")
    page.wait_for_url("**/d169/**")
    page.wait_for_timeout(300)
    assert page.evaluate("Object.keys(localStorage)") == []


def test_a_note_that_was_deleted_meanwhile_can_be_brought_back(opened: Opens) -> None:
    mine = annotation_at("our willingness to talk")
    page = open_reader(opened, mine.author, quiet=False)
    card = act(page, mine, "Edit")
    card.locator("textarea[name=note]").fill("A last word.")
    delete_annotation(Annotation.objects.get(pk=mine.pk), actor=mine.author)
    card.get_by_role("button", name="Save").click()
    expect(page.locator(".stale")).to_contain_text("This was deleted meanwhile")
    expect(page.locator(".stale")).to_contain_text("A last word.")


@pytest.mark.parametrize("why", ["signed out", "another", "token"])
def test_without_scripts_the_answer_has_the_words_to_send_again(
    opened: Opens, served: str, why: str
) -> None:
    start, end = annotation_at("our willingness to talk").start, 0
    end = start + len("our willingness to talk")
    page = opened(member(), javascript=False, quiet=False)
    page.goto(f"/sets/seminar/annotate/frus1981-88v03/d169/?start={start}&end={end}")
    page.locator("textarea[name=note]").fill(NOTE)
    if why == "token":
        page.context.clear_cookies(name="csrftoken")
    else:
        Session.objects.all().delete()
    if why == "another":
        sign_in(page.context, served, member("amara-folio"))
    page.get_by_role("button", name="Save").click()
    expect(page.get_by_label("Note")).to_have_value(NOTE)
    assert noted() == 0
    if why != "token":
        sign_in(page.context, served, member())
    page.get_by_role("button", name="Send it again").click()
    if noted() == 0:
        # Signing in has given another token.
        page.get_by_role("button", name="Send it again").click()
    assert noted() == 1 and newest().quote == "our willingness to talk"
    assert newest().author == member()


def test_signing_out_asks_about_what_is_not_saved_and_takes_it_off_the_device(
    opened: Opens,
) -> None:
    page = open_reader(opened, member())
    compose(page).locator("textarea[name=note]").fill(NOTE)
    page.wait_for_timeout(300)
    page.goto("/accounts/logout/")
    expect(page.locator(".unsaved")).to_contain_text(f"a note on “{WORDS}”")
    page.locator(".unsaved a").click()
    expect(page.locator("#composer.open textarea[name=note]")).to_have_value(NOTE)
    page.goto("/accounts/logout/")
    page.get_by_role("button", name="Throw away and sign out").click()
    page.wait_for_url(lambda url: "/logout/" not in url)
    assert page.evaluate("Object.keys(localStorage)") == []


def test_a_definition_of_a_theme_is_kept_on_its_page_and_shown_with_that_of_another_editor(
    opened: Opens,
) -> None:
    one = AnnotationSet.objects.get(slug="seminar")
    theme = one.codebook.themes.get(slug="linkage")
    path = f"/sets/seminar/codebook/{theme.slug}/edit/"
    page = opened(one.owner, quiet=False)
    page.goto(path)
    field = page.locator("textarea[name=definition]")
    field.fill("One matter made to wait for another.")
    page.wait_for_timeout(400)
    page.reload()
    page.locator(".resume").get_by_role("button", name="Go on").click()
    expect(field).to_have_value("One matter made to wait for another.")
    edit_theme(one, theme, actor=one.owner, definition="Meanwhile, other words.")
    with refusing(page):
        page.locator(".actions").get_by_role("button", name="Save", exact=True).click()
        expect(page.locator(".unsent")).to_contain_text("Not sent yet: no connection.")
    expect(page.locator(".stale")).to_contain_text("Meanwhile")
    page.get_by_role("button", name="Save mine").click()
    page.wait_for_url(lambda url: "/edit/" not in url or "codebook/edit/" in url)
    theme.refresh_from_db()
    assert theme.definition == "One matter made to wait for another."
    page.wait_for_timeout(300)
    assert page.evaluate("Object.keys(localStorage)") == []


def test_an_assignment_is_kept_as_it_is_written(opened: Opens) -> None:
    one = AnnotationSet.objects.get(slug="seminar")
    page = opened(one.owner, quiet=False)
    page.goto("/sets/seminar/assignments/new/")
    page.get_by_label("Title").fill("Who speaks")
    page.locator("textarea[name=prompt]").fill("Look for the speaker.")
    page.locator("input[name=documents]").first.check()
    with refusing(page):
        page.get_by_role("button", name="Set it").click()
        expect(page.locator(".unsent")).to_contain_text("save it again when you are back")
    page.reload()
    page.locator(".resume").get_by_role("button", name="Go on").click()
    expect(page.locator("textarea[name=prompt]")).to_have_value("Look for the speaker.")
    # What only asks to be shown more sends nothing for good, and keeps what was written.
    page.get_by_role("button", name="Choose paragraphs").click()
    expect(page.locator("select").first).to_be_visible()
    expect(page.locator("textarea[name=prompt]")).to_have_value("Look for the speaker.")
    page.get_by_role("button", name="Set it").click()
    wait_until(page, lambda: one.assignments.filter(title="Who speaks").count() == 1)
    page.wait_for_url(lambda url: "/new/" not in url)
    page.wait_for_timeout(300)
    assert page.evaluate("Object.keys(localStorage)") == []
