"""Moderation where it happens: a member reports on a card, an editor hides it, and it goes."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from annotations.models import AnnotationSet
from tests.browser.pages import act, annotation_at, card_of, member, open_reader

Opens = Callable[..., Page]
pytestmark = pytest.mark.usefixtures("sample")


def test_a_member_reports_and_an_editor_hides_with_a_reason(opened: Opens) -> None:
    theirs = annotation_at("our willingness to talk")
    page = open_reader(opened, member("amara-folio"))
    card = act(page, theirs, "Report")
    expect(card.locator("form")).to_contain_text("nobody else does")
    card.get_by_label("Why").fill("It is about persons.")
    page.keyboard.press("Control+Enter")
    expect(page.locator("#toast.shown")).to_contain_text("Reported.")
    expect(card.locator("form")).to_have_count(0)

    owner = AnnotationSet.objects.get(slug="seminar").owner
    desk = open_reader(opened, owner, "/sets/seminar/", javascript=False)
    desk.get_by_role("link", name="Reports 1").click()
    expect(desk.locator(".said")).to_contain_text("It is about persons.")
    desk.get_by_role("link", name="Hide…").click()
    desk.get_by_label("Reason").fill("Speak of the text.")
    desk.get_by_role("button", name="Hide").click()
    expect(desk.locator(".message")).to_contain_text("Hidden.")
    expect(desk.locator(".empty")).to_contain_text("Nothing waits")

    page.reload()
    expect(card_of(page, theirs)).to_have_count(0)
    author = open_reader(opened, theirs.author, phone=True)
    expect(card_of(author, theirs)).to_contain_text("Speak of the text.")


def test_an_editor_locks_a_thread_from_its_card(opened: Opens) -> None:
    theirs = annotation_at("our willingness to talk")
    page = open_reader(opened, AnnotationSet.objects.get(slug="seminar").owner)
    card = act(page, theirs, "Lock")
    expect(page.locator("#toast.shown")).to_contain_text("The thread is locked.")
    expect(card).to_contain_text("No more replies.")
    expect(card.get_by_role("link", name="Reply", exact=True)).to_have_count(0)
    act(page, theirs, "Unlock")
    expect(card.get_by_role("link", name="Reply", exact=True)).to_have_count(1)
