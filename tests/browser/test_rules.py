"""Read first, then see the others; coding blind: one way of showing, through the browser."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from django.contrib.auth.models import User
from playwright.sync_api import Page, expect

from annotations.accounts import local_owner
from annotations.actions.promises import change_rules
from annotations.models import Annotation, AnnotationSet, Membership, Rule
from tests.browser.pages import READER, newest, open_reader, place_of
from tests.browser.test_accessibility import BYPASS, WIDTHS, violations
from tests.browser.test_tagging import compose

Opens = Callable[..., Page]
pytestmark = pytest.mark.usefixtures("sample")
RULES = "/sets/seminar/rules/"
WORDS = "keep Afghanistan front and center"
STANDING = "#standing"


def student(name: str) -> User:
    """A new member of the sample set, who has written nothing yet."""
    made = User.objects.create_user(name, first_name=name.title(), last_name="Quuxley")
    one = AnnotationSet.objects.get(slug="seminar")
    Membership.objects.create(annotation_set=one, user=made, role="annotator")
    return made


def ruled(**changes: Any) -> AnnotationSet:
    one = AnnotationSet.objects.get(slug="seminar")
    now: dict[str, Any] = {"rule": one.rule, "after_count": 1, "naming": one.naming}
    rest = {"groups_apart": True, "leaving": "choose"}
    return change_rules(one, actor=one.owner, **now | rest | changes)


def annotate(page: Page, words: str, note: str) -> Annotation:
    """Annotates by mouse; leaves the page as the save left it."""
    form = compose(page, place_of(words))
    form.get_by_label("Note", exact=True).fill(note)
    page.keyboard.press("Control+Enter")
    expect(page.locator("#toast.shown")).to_contain_text("Saved.")
    return newest()


def cards(page: Page) -> Any:
    return page.locator("#margin .card")


def test_students_read_first_and_then_see_the_others(opened: Opens) -> None:
    lead = opened(local_owner())
    lead.goto(RULES)
    lead.get_by_label("After their own annotations").check()
    lead.get_by_label("How many of their own").fill("2")
    lead.get_by_label("By a pseudonym").check()
    expect(lead.locator("#meaning")).to_contain_text("25 annotations and 24 replies")
    expect(lead.locator("#meaning")).to_contain_text("after 2 annotations of their own")
    expect(lead.locator("#meaning")).to_contain_text("5 people will be called by a pseudonym")
    lead.get_by_role("button", name="Change the rules").click()
    expect(lead.get_by_role("status")).to_contain_text("The rules are changed.")

    first = open_reader(opened, student("zoe"))
    expect(cards(first)).to_have_count(0)
    expect(first.locator("#margin .empty")).to_contain_text("not open to you yet")
    expect(first.locator(STANDING)).to_contain_text("you see theirs after yours: 0 of 2")
    annotate(first, WORDS, "One")
    expect(first.locator(STANDING)).to_contain_text("1 of 2")
    expect(cards(first)).to_have_count(1)

    second = open_reader(opened, student("yan"))
    expect(cards(second)).to_have_count(0)

    annotate(first, "Washington, May 10, 1982", "Two")
    expect(first.locator("#toast.shown")).to_contain_text("You now see what the others wrote.")
    expect(cards(first)).to_have_count(27)
    expect(first.locator(STANDING)).not_to_contain_text("of 2")
    expect(first.locator(STANDING)).to_contain_text("you see theirs")
    own = first.locator("#margin .author", has_text="(you)")
    assert own.count() == 2 and "Zoe" not in first.locator("#margin").inner_text()

    second.reload()
    second.wait_for_selector("#margin.laid")
    expect(cards(second)).to_have_count(0)
    annotate(second, WORDS, "Mine first")
    annotate(second, "Washington, May 10, 1982", "And this")
    expect(second.locator("#toast.shown")).to_contain_text("You now see what the others wrote.")
    expect(cards(second)).to_have_count(29)
    assert "Quuxley" not in second.content()


def test_one_finishes_reading_without_javascript(opened: Opens) -> None:
    ruled(rule=Rule.AFTER, after_count=0)
    page = opened(student("zoe"), javascript=False)
    page.goto(READER)
    expect(cards(page)).to_have_count(0)
    page.get_by_role("button", name="I have finished reading").click()
    expect(page.locator("#toast")).to_contain_text("You now see what the others wrote.")
    expect(cards(page)).to_have_count(25)
    expect(page.get_by_role("button", name="I have finished reading")).to_have_count(0)


def test_two_code_the_same_document_blind_and_the_lead_opens_it(opened: Opens) -> None:
    AnnotationSet.objects.get(slug="seminar").annotations.all().delete()
    ruled(rule=Rule.BLIND)
    first, second = (open_reader(opened, student(name)) for name in ("zoe", "yan"))
    for page, note in ((first, "Code A"), (second, "Code B")):
        annotate(page, WORDS, note)
        page.reload()
        page.wait_for_selector("#margin.laid")
        expect(cards(page)).to_have_count(1)
        expect(cards(page)).to_contain_text(note)
        expect(page.locator(STANDING)).to_contain_text("once the editors open the set")
    lead = open_reader(opened, local_owner())
    expect(cards(lead)).to_have_count(2)
    lead.goto("/sets/seminar/")
    expect(lead.get_by_text("2 annotations by 2 of them wait to be seen by all.")).to_be_visible()
    lead.get_by_role("button", name="Open the set").click()
    expect(lead.get_by_role("status")).to_contain_text("The set is open")
    for page in (first, second):
        page.reload()
        page.wait_for_selector("#margin.laid")
        expect(cards(page)).to_have_count(2)
        expect(page.locator(STANDING)).to_be_hidden()


@WIDTHS
def test_what_tells_of_the_rules_has_no_violation_and_fits(opened: Opens, phone: bool) -> None:
    ruled(rule=Rule.AFTER, after_count=0, naming=1)
    page = opened(local_owner(), phone=phone, **BYPASS)
    page.goto(RULES)
    page.get_by_label("When the editors open the set").check()
    expect(page.get_by_role("button", name="Change the rules")).to_be_visible()
    found = violations(page, "rules")
    fits = "document.documentElement.scrollWidth <= innerWidth"
    assert page.evaluate(fits)
    page.goto("/sets/seminar/exports/?names=1")
    found += violations(page, "exports")
    page = opened(student("zoe"), phone=phone, **BYPASS)
    page.goto(READER)
    expect(page.get_by_role("button", name="I have finished reading")).to_be_visible()
    found += violations(page, "reader", part=STANDING)
    assert page.evaluate(fits)
    assert not found, "\n".join(found)
