"""What members say to each other, in a real browser: replies, mentions, questions, notices."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from django.contrib.auth.models import User
from playwright.sync_api import Locator, Page, expect

from annotations.actions.replies import create_reply
from annotations.models import Annotation, Membership, Notification, Question, Reply
from tests.browser.pages import READER, act, annotation_at, card_of, member, open_reader, wait_until
from tests.browser.test_accessibility import BYPASS, WIDTHS, violations

Opens = Callable[..., Page]
pytestmark = pytest.mark.usefixtures("sample")
OURS = "our willingness to talk"


def editor() -> User:
    """A demo reader who is made an editor of the sample set."""
    Membership.objects.filter(user__username="tobias-vellum").update(role="editor")
    return member("tobias-vellum")


def answer(page: Page, annotation: Annotation) -> Locator:
    """Opens the form of a reply in an annotation's card, with the focus in its field."""
    card = act(page, annotation, "Reply")
    expect(card.locator("textarea")).to_be_focused()
    return card


def test_a_reply_mentions_a_member_by_keyboard_and_her_notice_leads_to_it(opened: Opens) -> None:
    mine = annotation_at(OURS)
    page = open_reader(opened, member("ravi-stemma"))
    card = answer(page, mine)
    field = card.locator("textarea")
    page.keyboard.type("Ask @no")
    options = card.get_by_role("option")
    expect(options).to_have_count(1)
    expect(field).to_have_attribute("aria-activedescendant", "mention-0")
    page.keyboard.press("Escape")
    expect(options).to_have_count(0)
    expect(field).to_be_visible()
    page.keyboard.press("Backspace")
    expect(options).to_have_count(1)
    page.keyboard.press("Backspace")
    expect(options).not_to_have_count(1)
    page.keyboard.press("ArrowDown")
    expect(options.nth(1)).to_have_attribute("aria-selected", "true")
    page.keyboard.type("no")
    expect(options).to_have_count(1)
    page.keyboard.press("Enter")
    expect(field).to_have_value("Ask @nora-colophon ")
    page.keyboard.press("Control+Enter")
    expect(page.locator("#toast")).to_have_text("Reply posted.")
    reply = Reply.objects.latest("pk")
    assert "<span>@nora-colophon</span>" in reply.note_html

    page = opened(member("nora-colophon"))
    page.goto("/volumes/")
    bell = page.locator(".bell")
    expect(bell.locator(".badge")).to_have_text("1 unread")
    bell.click()
    page.get_by_role("link", name="Ravi Stemma mentioned you").click()
    named = card_of(page, mine).locator(f'[id="r-{reply.uuid}"]')
    expect(named).to_be_visible()
    expect(card_of(page, mine)).to_have_class("card c0 on")
    expect(bell.locator(".badge")).to_have_count(0)


def test_a_notice_leads_to_the_reply_in_the_sheet_of_a_phone(opened: Opens) -> None:
    mine = annotation_at(OURS)
    reply = create_reply(mine, author=member("ravi-stemma"), note="A last word.")
    page = opened(mine.author, phone=True)
    page.goto("/notices/")
    page.get_by_role("link", name="Ravi Stemma replied to you").tap()
    named = page.locator(f'#stack [id="r-{reply.uuid}"]')
    expect(named).to_be_in_viewport()


def test_a_member_is_mentioned_by_touch(opened: Opens) -> None:
    mine = annotation_at(OURS)
    page = opened(mine.author, phone=True)
    page.goto(f"/annotations/{mine.uuid}/reply/")
    page.locator("textarea").tap()
    page.keyboard.type("@am")
    page.get_by_role("option", name="Amara Folio").tap()
    expect(page.locator("textarea")).to_have_value("@amara-folio ")
    expect(page.locator("textarea")).to_be_focused()
    page.get_by_role("button", name="Reply").tap()
    wait_until(page, lambda: Notification.objects.exists())
    assert Notification.objects.get(kind="mention").user == member("amara-folio")


def test_an_editor_answers_in_private_and_the_author_answers_back(opened: Opens) -> None:
    mine, by = annotation_at(OURS), editor()
    page = open_reader(opened, by)
    card = answer(page, mine)
    page.keyboard.type("Between us.")
    card.get_by_label("Only Ines Quill and the editors see this").check()
    page.keyboard.press("Control+Enter")
    expect(card.locator(".reply .private")).to_have_text("private")
    assert Reply.objects.latest("pk").visibility == "private"

    other = open_reader(opened, member("ravi-stemma"))
    expect(card_of(other, mine).locator("summary")).to_have_text("2 replies")
    page = open_reader(opened, mine.author)
    expect(card_of(page, mine).locator("summary")).to_have_text("3 replies")
    card = answer(page, mine)
    expect(card.get_by_label("Only the editors see this")).to_be_checked()
    page.keyboard.type("Thank you.")
    page.keyboard.press("Control+Enter")
    expect(card.locator("summary")).to_have_text("4 replies")
    other.reload()
    expect(card_of(other, mine).locator("summary")).to_have_text("2 replies")


def test_a_question_is_asked_shown_alone_answered_and_taken_back(opened: Opens) -> None:
    mine = annotation_at(OURS)
    page = open_reader(opened, mine.author)
    card = act(page, mine, "Edit")
    card.get_by_label("This is a question").check()
    page.keyboard.press("Control+Enter")
    expect(card.locator(".asked .state")).to_have_text("Question")
    # The bar is made anew after a save, which would close the menu.
    page.goto(READER)
    page.wait_for_selector("#margin.laid")
    page.locator("#pick-view summary").click()
    page.get_by_role("link", name="Open questions only").click()
    expect(page.locator(".card")).to_have_count(1)
    page.goto(READER)
    page.wait_for_selector("#margin.laid")

    other = open_reader(opened, editor())
    card = card_of(other, mine)
    card.locator(".author").first.click()
    card.get_by_role("link", name="Mark as answered").click()
    expect(card.locator(".asked .state")).to_have_text("Answered")
    other.locator("#toast").get_by_role("button", name="Undo").click()
    expect(card.locator(".asked .state")).to_have_text("Question")
    card.get_by_role("link", name="Mark as answered").click()
    expect(card.locator(".asked .state")).to_have_text("Answered")
    assert Annotation.objects.get(pk=mine.pk).question == Question.ANSWERED
    page.goto("/notices/")
    expect(page.get_by_role("link", name="Tobias Vellum marked your question")).to_be_visible()


def test_without_javascript_one_types_the_name_and_follows_the_plain_link(opened: Opens) -> None:
    mine = annotation_at(OURS)
    page = opened(member("ravi-stemma"), javascript=False)
    page.goto(f"/annotations/{mine.uuid}/reply/")
    page.locator("textarea").fill("See @nora-colophon.")
    page.get_by_role("button", name="Reply").click()
    page = opened(member("nora-colophon"), javascript=False)
    page.goto(READER)
    page.get_by_role("link", name="Notices").click()
    page.get_by_role("link", name="Ravi Stemma mentioned you").click()
    assert "/volumes/frus1981-88v03/d169/?set=seminar&find=" in page.url


@WIDTHS
def test_no_page_of_notices_has_a_violation_nor_a_mention(opened: Opens, phone: bool) -> None:
    mine = annotation_at(OURS)
    for number in range(3):
        create_reply(mine, author=member("ravi-stemma"), note=f"{number}")
    Annotation.objects.filter(pk=mine.pk).update(question=Question.OPEN)
    page = opened(mine.author, phone=phone, **BYPASS)
    found = []
    path = f"/annotations/{mine.uuid}/"
    for address in ("/notices/", "/notices/choices/", path, f"{path}question/"):
        page.goto(address)
        expect(page.locator(".bell .badge")).to_be_visible()
        found += violations(page, address)
        width = page.evaluate("document.documentElement.scrollWidth")
        assert width <= page.viewport_size["width"], address
    page.goto(f"{path}reply/")
    page.locator("textarea").focus()
    page.keyboard.type("@")
    expect(page.locator("#mentions")).to_be_visible()
    found += violations(page, "mentions")
    assert not found, "\n".join(found)
