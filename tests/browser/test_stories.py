"""A class from its first minute: set up, joined, read, answered, and no name given away."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from django.contrib.auth.models import User
from django.core.cache import cache
from playwright.sync_api import Locator, Page, expect

from annotations.accounts import local_owner
from annotations.actions.joining import join
from annotations.models import Annotation, AnnotationSet, JoinLink, Pseudonym
from tests.browser.pages import DOCUMENT, card_of, drag, newest, place_of

Opens = Callable[..., Page]
pytestmark = pytest.mark.usefixtures("sample")
SET = "/sets/history-210/"
READER = DOCUMENT + "?set=history-210"
STUDENTS = ("Philippa Underhill", "Ruprecht Zweistein", "Saoirse Quaid")
PASSAGES = (
    "keep Afghanistan front and center",
    "retreating toward an arms control-centered relationship",
    "our willingness to talk",
)


def set_up(page: Page) -> None:
    """What a teacher does before her class comes: a set, its rules, a link."""
    page.goto("/sets/new/")
    page.get_by_label("Title").fill("History 210")
    page.get_by_label("First document").fill("frus1981-88v03/d169")
    page.get_by_role("button", name="Open the set").click()
    page.get_by_role("navigation", name="This set").get_by_role("link", name="Rules").click()
    page.get_by_label("After their own annotations").check()
    page.get_by_label("How many of their own").fill("1")
    page.get_by_label("By a pseudonym").check()
    # What is saved is what the page has told last: so she reads it to its end.
    expect(page.locator("#meaning")).to_contain_text("will be called by a pseudonym")
    expect(page.locator("#meaning")).to_contain_text("after 1 annotation of their own")
    page.get_by_role("button", name="Change the rules").click()
    expect(page.locator("main")).to_contain_text("The rules are changed.")
    page.get_by_role("link", name="Invite people").click()
    page.get_by_role("button", name="Make the link").click()
    expect(page.locator(".join-links .code")).to_be_visible()


def fill_the_room(link: JoinLink) -> None:
    """The other 27 of the class, who come by the same link and only read."""
    for number in range(27):
        join(link.token, User.objects.create_user(f"pupil{number}", last_name=f"Pupil {number}"))


def come_in(opened: Opens, link: JoinLink, name: str) -> Page:
    """Joins by the link as somebody new; gives her page, in the reader."""
    page = opened()
    page.goto(f"/join/{link.token}/")
    page.get_by_label("Your name").fill(name)
    page.get_by_label("A new password").fill("quiet-river-7")
    page.get_by_role("button", name="Join").click()
    page.get_by_role("button", name="Got it").click()
    page.wait_for_selector("html.js #margin.laid", state="attached")
    return page


def write(page: Page, words: str, note: str) -> Annotation:
    """Selects the words and annotates them."""
    drag(page, place_of(words))
    page.locator("#picker-annotate").click()
    page.locator("#composer.open textarea[name=note]").fill(note)
    page.keyboard.press("Control+Enter")
    expect(page.locator("#toast")).to_contain_text("Saved.")
    return newest()


def thread_of(page: Page, annotation: Annotation) -> Locator:
    """An annotation's card with its replies open."""
    card = card_of(page, annotation)
    card.locator(".author").first.click()
    replies = card.locator(".replies")
    if replies.count() and replies.get_attribute("open") is None:
        replies.locator("summary").click()
    return card


def sees_no_name(page: Page, *but: str) -> None:
    """Nothing in the page's source, its scripts' data among it, names a student but these."""
    source = page.content()
    for student in STUDENTS:
        first, last = student.split()
        for secret in (first, last, f"{first}-{last}".lower()):
            if student not in but:
                assert secret not in source, f"{page.url}: {secret}"


def test_a_class_of_thirty_reads_first_then_sees_the_others_and_no_name_is_given_away(
    opened: Opens,
) -> None:
    cache.clear()
    teacher = opened(local_owner())
    set_up(teacher)
    link = JoinLink.objects.get()
    fill_the_room(link)

    # Three of them write; each sees the others' work after her own, under pseudonyms.
    pages, written = [], []
    for student, words in zip(STUDENTS, PASSAGES, strict=True):
        page = come_in(opened, link, student)
        expect(page.locator("#margin .card")).to_have_count(0)
        sees_no_name(page, student)
        written.append(write(page, words, f"What is meant by “{words[:12]}”?"))
        expect(page.locator("#margin .card")).to_have_count(len(written))
        pages.append(page)
    first, second, third = pages
    names = dict(Pseudonym.objects.values_list("user__last_name", "name"))
    hers = card_of(third, written[0]).locator(".author").first
    expect(hers).to_contain_text(names["Underhill"])

    # The second answers the first, who finds it by her notice and answers back.
    second.goto(READER)
    second.wait_for_selector("html.js #margin.laid", state="attached")
    card = thread_of(second, written[0])
    card.get_by_role("link", name="Reply", exact=True).click()
    second.locator("form textarea[name=note]").last.fill("To Congress, I think.")
    second.get_by_role("button", name="Reply").click()
    expect(second.locator("#toast")).to_contain_text("Reply posted.")
    first.goto("/notices/")
    expect(first.locator("main")).to_contain_text(names["Zweistein"])
    sees_no_name(first, STUDENTS[0])
    first.goto(READER)
    first.wait_for_selector("html.js #margin.laid", state="attached")
    expect(thread_of(first, written[0])).to_contain_text("To Congress, I think.")

    # No page, and no file, gives a name away to one of them.
    for tail in ("", "members/", "groups/", "rules/", "assignments/", "exports/", "codebook/"):
        third.goto(SET + tail)
        sees_no_name(third, STUDENTS[2])
    for address in (READER, READER + f"&author={slug_of('Underhill')}", "/notices/", "/sets/", "/"):
        third.goto(address)
        sees_no_name(third, STUDENTS[2])
    for form in ("csv", "w3c"):
        with third.expect_download() as taken:
            third.evaluate("path => { location.href = path; }", f"{SET}exports/{form}/")
        text = taken.value.path().read_text(encoding="utf-8")
        assert slug_of("Underhill") in text
        assert not any(part in text for name in STUDENTS for part in name.split())

    # The teacher sees who is who, and all thirty.
    teacher.goto(READER)
    expect(card_of(teacher, written[1]).locator(".author").first).to_have_text(STUDENTS[1])
    teacher.goto(SET + "members/")
    expect(teacher.locator("main")).to_contain_text("31 members")
    assert AnnotationSet.objects.get(slug="history-210").memberships.count() == 31


def slug_of(last_name: str) -> str:
    return Pseudonym.objects.get(user__last_name=last_name).slug
