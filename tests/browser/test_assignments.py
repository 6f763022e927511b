"""A teacher sets an assignment, three students do parts of it, and she sees who has done what."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from django.contrib.auth.models import User
from playwright.sync_api import Page, expect

from annotations.accounts import local_owner
from annotations.actions.annotations import create_annotation
from annotations.actions.sets import add_member
from annotations.models import AnnotationSet, Assignment, Reply
from archive.models import Edition
from tests.browser.pages import drag, place_of

Opens = Callable[..., Page]
pytestmark = pytest.mark.usefixtures("sample")
GRID = "/sets/seminar/assignments/grid/"
INSIDE, OUTSIDE = "keep Afghanistan front and center", "our willingness to talk"


def set_it(page: Page) -> Assignment:
    """The teacher's way, from the set's page to an assignment of some paragraphs."""
    page.goto("/sets/seminar/")
    page.get_by_role("link", name="Assignments").click()
    page.get_by_role("link", name="Set an assignment").click()
    page.get_by_label("Title").fill("Who speaks")
    page.get_by_label("Prompt").fill("Read *closely*: who is meant?")
    page.get_by_label("169. Memorandum").check()
    page.get_by_role("button", name="Choose paragraphs of them").click()
    start = place_of(INSIDE)[0]
    blocks = Edition.objects.get(document__slug="d169").blocks
    index = next(i for i, block in enumerate(blocks) if block[1] <= start < block[2])
    page.get_by_label("from", exact=True).select_option(str(index))
    page.get_by_label("to", exact=True).select_option(str(index))
    page.get_by_label("Annotations").fill("2")
    page.get_by_label("Words").fill("6")
    page.get_by_label("Due").fill("2035-11-27T17:00")
    page.get_by_label("Points").fill("10")
    page.get_by_role("button", name="Set it").click()
    expect(page.get_by_role("status")).to_contain_text("“Who speaks” is set.")
    expect(page.locator("main em")).to_have_text("closely")
    return Assignment.objects.get()


def a_student(first: str, last: str) -> User:
    user = User.objects.create_user(first.lower(), first_name=first, last_name=last)
    one = AnnotationSet.objects.get(slug="seminar")
    add_member(one, actor=one.owner, username=user.username)
    return user


def write(who: User, words: str, note: str) -> None:
    start, end = place_of(words)
    create_annotation(
        author=who,
        annotation_set=AnnotationSet.objects.get(slug="seminar"),
        edition=Edition.objects.get(document__slug="d169"),
        start=start,
        end=end,
        quote=words,
        note=note,
    )


def test_a_class_does_an_assignment(opened: Opens) -> None:
    ada, bo, cy = a_student("Ada", "Abel"), a_student("Bo", "Brandt"), a_student("Cy", "Costa")
    teacher = opened(local_owner())
    one = set_it(teacher)

    # The first reads what is next, where it is, and annotates there.
    student = opened(ada)
    student.goto("/")
    upcoming = student.get_by_role("region", name="What is next")
    expect(upcoming).to_contain_text("0 of 2 annotations")
    expect(upcoming.locator("time")).to_contain_text("(your time)")
    upcoming.get_by_role("link", name="Read 169. Memorandum").click()
    student.wait_for_selector("html.js #margin.laid", state="attached")
    expect(student.locator("#text .b.assigned")).to_have_count(1)
    expect(student.locator("#text .b.assigned")).to_contain_text(INSIDE)
    expect(student.locator("#text .b.assigned")).to_be_in_viewport()
    expect(student.locator("#toast")).to_contain_text("the marked paragraph")
    drag(student, place_of(INSIDE))
    student.locator("#picker-annotate").click()
    student.locator("#composer.open textarea[name=note]").fill("He means himself, surely.")
    student.keyboard.press("Control+Enter")
    expect(student.locator("#toast.shown")).to_contain_text("Saved.")
    expect(student.locator("#text .b.assigned")).to_have_count(1)
    student.goto(one.get_absolute_url())
    expect(student.locator("main")).to_contain_text("1 of 2 annotations, 4 of 6 words")

    # The second does it all, the third annotates something else.
    write(bo, INSIDE, "Front and centre of what?")
    write(bo, "front and center", "A stage, then.")
    write(cy, OUTSIDE, "Not what was asked for at all.")

    # The teacher sees it, reads the first student's work, answers and marks.
    teacher.goto(GRID)
    for name, stands in (("Ada", "begun"), ("Bo", "done"), ("Cy", "nothing yet")):
        row = teacher.locator("tbody tr").filter(has_text=name)
        expect(row.locator("td")).to_contain_text(stands)
    teacher.locator("tbody tr").filter(has_text="Ada").get_by_role("link").click()
    expect(teacher.locator(".context mark")).to_have_text(INSIDE)
    teacher.get_by_text("Answer privately").click()
    teacher.get_by_label("Only the student and the editors read it").fill("Do you think so?")
    teacher.get_by_role("button", name="Answer").click()
    expect(teacher.locator(".passages")).to_contain_text("Do you think so?")
    teacher.get_by_label("Points").fill("8.5")
    teacher.get_by_label("Comment").fill("One more, please.")
    teacher.get_by_role("button", name="Save the mark").click()
    expect(teacher.get_by_role("status")).to_contain_text("The mark is saved.")
    assert Reply.objects.latest("pk").visibility == "private"

    # And she who is meant reads it; nobody else does.
    student.reload()
    expect(student.locator("section.mark")).to_contain_text("8.5 of 10 points")
    student.get_by_role("link", name="What counts of yours").click()
    expect(student.locator(".passages")).to_contain_text("Do you think so?")
    other = opened(bo)
    other.goto(one.get_absolute_url())
    expect(other.locator("section.mark")).to_have_count(0)


@pytest.mark.parametrize("phone", [False, True], ids=["desk", "phone"])
def test_the_grid_scrolls_in_its_own_frame_with_names_and_titles_in_sight(
    opened: Opens, phone: bool
) -> None:
    owner = local_owner()
    one = AnnotationSet.objects.get(slug="seminar")
    Assignment.objects.bulk_create(
        Assignment(annotation_set=one, title=f"Week {n}", created_by=owner, position=n)
        for n in range(20)
    )
    page = opened(owner, phone=phone)
    page.goto(GRID)
    frame = page.locator(".grid")
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    frame.evaluate("one => { one.scrollLeft = one.scrollWidth; }")
    expect(page.get_by_role("columnheader", name="Week 19")).to_be_in_viewport()
    expect(page.locator("tbody tr").first.get_by_role("rowheader")).to_be_in_viewport()
    left = "one => one.getBoundingClientRect().left"
    name = page.locator("tbody th").first.evaluate(left)
    assert 0 <= name - frame.evaluate(left) <= 2


def test_times_are_typed_and_shown_in_the_teacher_s_zone(opened: Opens) -> None:
    page = opened(local_owner())
    one = set_it(page)
    typed = page.evaluate("new Date(2035, 10, 27, 17, 0).toISOString()")
    assert one.due_at is not None
    assert one.due_at.isoformat().replace("+00:00", ".000Z") == typed
    page.get_by_role("link", name="Edit").click()
    expect(page.get_by_label("Due")).to_have_value("2035-11-27T17:00")
    zone = page.evaluate("Intl.DateTimeFormat().resolvedOptions().timeZone")
    expect(page.locator("[data-zone-name]")).to_have_text(f"{zone} (your time)")


def test_an_assignment_is_set_and_read_without_scripts(opened: Opens) -> None:
    page = opened(local_owner(), javascript=False)
    one = set_it(page)
    page.goto(GRID)
    page.get_by_role("link", name="Who speaks").click()
    expect(page.locator("time").first).to_contain_text("2035, 17:00 UTC")
    assert one.due_at is not None and one.due_at.hour == 17
