"""Groups in a class of 30: dealt, read apart, one moved by keys alone, and nothing lost."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from django.contrib.auth.models import User
from playwright.sync_api import Page, expect

from annotations.actions.annotations import create_annotation
from annotations.models import Annotation, AnnotationSet, GroupMember, Membership
from tests.browser.pages import READER, open_reader

Opens = Callable[..., Page]
pytestmark = pytest.mark.usefixtures("sample")
GROUPS = "/sets/seminar/groups/"


def a_class() -> list[User]:
    """Thirty students who are alone in the sample set with its owner."""
    one = AnnotationSet.objects.get(slug="seminar")
    one.memberships.exclude(role="owner").delete()
    made = [User.objects.create_user(f"student-{number:02}") for number in range(30)]
    for student in made:
        Membership.objects.create(annotation_set=one, user=student)
    return made


def write(student: User, note: str) -> Annotation:
    """An annotation of the student's, where one stands already."""
    there = Annotation.objects.filter(quote__startswith="our willingness to talk").earliest("pk")
    return create_annotation(
        author=student,
        annotation_set=there.annotation_set,
        edition=there.edition,
        start=there.start,
        end=there.end,
        quote=there.quote,
        note=note,
    )


def group_of(student: User) -> int:
    return GroupMember.objects.current().get(user=student).group_id


def reads(opened: Opens, student: User) -> Page:
    return open_reader(opened, student, f"{READER}&annotations=on")


def test_a_class_is_dealt_into_groups_that_read_apart(opened: Opens) -> None:
    students = a_class()
    owner = AnnotationSet.objects.get(slug="seminar").owner
    page = opened(owner)
    page.goto(GROUPS)
    page.get_by_label("Into how many groups").fill("5")
    page.get_by_role("button", name="Deal").click()
    expect(page.get_by_role("status")).to_have_text("30 members dealt into groups.")
    expect(page.get_by_text("6 members", exact=True)).to_have_count(5)

    ann = students[0]
    bob = next(one for one in students if group_of(one) != group_of(ann))
    by_ann, by_bob = write(ann, "Ann was here."), write(bob, "Bob was here.")
    of_ann, of_bob = f"#a-{by_ann.uuid}", f"#a-{by_bob.uuid}"
    for student, seen, unseen in ((ann, of_ann, of_bob), (bob, of_bob, of_ann)):
        reading = reads(opened, student)
        expect(reading.locator(seen)).to_have_count(1)
        expect(reading.locator(unseen)).to_have_count(0)
        assert unseen[1:] not in reading.content()

    # By keys alone: find her, choose her, choose the group, move.
    page.goto(GROUPS)
    page.locator("#who").get_by_role("searchbox", name="Name").focus()
    page.keyboard.type(ann.username)
    page.keyboard.press("Enter")
    page.get_by_role("checkbox", name=ann.username).focus()
    page.keyboard.press("Space")
    page.keyboard.press("Tab")
    name = GroupMember.objects.current().get(user=bob).group.name
    page.keyboard.type(name)
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    expect(page.get_by_role("status")).to_have_text(f"1 member moved to “{name}”.")
    expect(page.locator("#who li", has_text=ann.username)).to_contain_text(name)

    reading = reads(opened, ann)
    for card in (of_ann, of_bob):
        expect(reading.locator(card)).to_have_count(1)
    assert Annotation.objects.filter(author__in=[ann, bob]).count() == 2
    own = opened(ann, phone=True)
    own.goto(GROUPS)
    expect(own.get_by_role("heading", level=1)).to_have_text(name)
    expect(own.locator(".people li")).to_have_count(7)


def test_a_class_of_300_is_moved_on_a_phone_without_scripts(opened: Opens) -> None:
    one = AnnotationSet.objects.get(slug="seminar")
    students = User.objects.bulk_create(User(username=f"member-{n:03}") for n in range(300))
    Membership.objects.bulk_create(Membership(annotation_set=one, user=who) for who in students)
    page = opened(one.owner, phone=True, javascript=False)
    page.goto(GROUPS)
    page.locator("#id_name").fill("Monday")
    page.get_by_role("button", name="Make it").tap()
    expect(page.get_by_text("There is a group “Monday” now.")).to_be_visible()
    page.goto(f"{GROUPS}?q=member-29")
    for box in page.get_by_role("checkbox").all():
        box.tap()
    page.get_by_label("Move them to").select_option("Monday")
    page.get_by_role("button", name="Move").tap()
    expect(page.get_by_text("10 members moved to “Monday”.")).to_be_visible()
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
