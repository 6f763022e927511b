"""What editors do with assignments and marks, and what is kept of it."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest
from django.db import IntegrityError, transaction

from annotations.actions.assignments import (
    Part,
    create_assignment,
    delete_assignment,
    edit_assignment,
    give_mark,
    move_assignment,
    restore_assignment,
)
from annotations.models import (
    Assignment,
    GroupMember,
    History,
    Kind,
    Mark,
    Notification,
    Role,
)
from tests.annotations.worlds import World, world
from tests.factories import GroupFactory, MembershipFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def here() -> World:
    return world()


def given(here: World, title: str = "Read", **changes: Any) -> Assignment:
    parts = changes.pop("parts", [Part(here.document.pk)])
    return create_assignment(here.set, actor=here.editor, parts=parts, title=title, **changes)


def actions_of(kind: str) -> list[str]:
    return list(History.objects.filter(kind=kind).order_by("pk").values_list("action", flat=True))


def order(here: World) -> list[str]:
    return [one.title for one in here.set.assignments.filter(deleted_at=None).in_order()]


def test_an_assignment_comes_last_with_its_documents_themes_and_clean_prompt(here: World) -> None:
    given(here, "First")
    start, end = 16, 40
    part = Part(here.document.pk, here.edition.pk, start, end)
    made = given(
        here, "Second", parts=[part], themes=[here.risk], prompt="*Why* <script>x</script>?"
    )
    assert order(here) == ["First", "Second"]
    assert made.prompt_html == "<p><em>Why</em> &lt;script&gt;x&lt;/script&gt;?</p>"
    found = made.assignment_documents.get()
    assert (found.edition, found.start, found.end) == (here.edition, start, end)
    assert list(made.themes.all()) == [here.risk]
    state = History.objects.filter(kind="assignment").latest("pk").state
    assert state["documents"] == [list(part)] and state["themes"] == ["risk"]


def test_those_whom_it_asks_are_told_and_nobody_else(here: World) -> None:
    given(here)
    told = Notification.objects.filter(kind=Kind.ASSIGNMENT)
    assert [one.user for one in told] == [here.annotator]
    group = GroupFactory(annotation_set=here.set)
    inside = MembershipFactory(annotation_set=here.set, role=Role.ANNOTATOR).user
    GroupMember.objects.create(annotation_set=here.set, group=group, user=inside)
    made = given(here, group=group)
    assert [one.user for one in told.filter(assignment=made)] == [inside]


def test_another_wording_keeps_marks_and_place(here: World) -> None:
    one, _ = given(here, "First", prompt="Old", words=5), given(here, "Second")
    give_mark(one, here.annotator, actor=here.editor, points=None, comment="Good")
    edit_assignment(
        one,
        actor=here.owner,
        parts=[Part(here.document.pk)],
        themes=[here.linkage],
        title="New",
        prompt="",
    )
    one.refresh_from_db()
    assert order(here) == ["New", "Second"]
    assert (one.prompt_html, one.words, one.marks.count()) == ("", 5, 1)


def test_a_deleted_assignment_comes_back_where_it_stood_with_its_marks(here: World) -> None:
    first, _ = given(here, "First"), given(here, "Second")
    give_mark(first, here.annotator, actor=here.editor, points=Decimal(3), comment="")
    delete_assignment(first, actor=here.editor)
    assert order(here) == ["Second"]
    restore_assignment(first, actor=here.editor)
    assert order(here) == ["First", "Second"]
    assert first.marks.count() == 1
    assert actions_of("assignment") == ["create", "create", "delete", "restore"]


def test_assignments_move_past_each_other_and_stay_at_the_ends(here: World) -> None:
    a, b, c = (given(here, title) for title in "abc")
    move_assignment(c, actor=here.editor, step=-1)
    assert order(here) == ["a", "c", "b"]
    move_assignment(a, actor=here.editor, step=-1)
    move_assignment(b, actor=here.editor, step=1)
    assert order(here) == ["a", "c", "b"]
    delete_assignment(c, actor=here.editor)
    move_assignment(b, actor=here.editor, step=-1)
    assert order(here) == ["b", "a"]


def test_a_mark_is_one_for_each_and_she_is_told_of_it(here: World) -> None:
    one = given(here, points=Decimal(10))
    for points, comment in ((Decimal(7), ""), (Decimal(8), "*Better*"), (Decimal(8), "*Better*")):
        give_mark(one, here.annotator, actor=here.editor, points=points, comment=comment)
    mark = Mark.objects.get()
    assert (mark.points, mark.comment_html, mark.by) == (8, "<p><em>Better</em></p>", here.editor)
    assert actions_of("mark") == ["create", "edit"]
    # One notice while it is unread, however often the mark is changed.
    assert [n.user for n in Notification.objects.filter(kind=Kind.MARK)] == [here.annotator]
    give_mark(one, here.annotator, actor=here.editor, points=None, comment="")
    assert not Mark.objects.exists()
    assert actions_of("mark")[-1] == "delete"
    assert give_mark(one, here.annotator, actor=here.editor, points=None, comment="") is None
    assert actions_of("mark")[-2:] == ["edit", "delete"]


def test_what_cannot_be_is_not_saved(here: World) -> None:
    document = here.document.pk
    for part in (Part(document, here.edition.pk, 5, 5), Part(document, None, 1, 2)):
        with pytest.raises(IntegrityError), transaction.atomic():
            given(here, parts=[part])
    with pytest.raises(IntegrityError), transaction.atomic():
        given(here, points=Decimal(0))
    with pytest.raises(TypeError):
        given(here, deleted_at=None)
    assert not Assignment.objects.exists()
    assert not History.objects.filter(kind="assignment").exists()
