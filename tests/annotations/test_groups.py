"""Groups: dealt evenly, left without losing anything, and seen by those alone who are in them."""

from __future__ import annotations

from collections import Counter
from random import Random

import pytest
from django.contrib.auth.models import User
from django.test import Client
from hypothesis import given, settings
from hypothesis import strategies as st
from pytest_django.asserts import assertContains, assertNotContains, assertRedirects

from annotations.actions.groups import (
    GroupFault,
    deal,
    delete_group,
    empty_group,
    make_group,
    move,
    rename_group,
)
from annotations.actions.promises import change_rules
from annotations.actions.replies import create_reply
from annotations.actions.sets import add_member, change_role, create_set
from annotations.grouping import unwritten
from annotations.integrity import problems
from annotations.models import (
    Annotation,
    Assignment,
    Group,
    GroupMember,
    History,
    JoinLink,
    Membership,
)
from annotations.permissions import Viewer
from tests.annotations.worlds import World, user, world

pytestmark = pytest.mark.django_db


@pytest.fixture
def here() -> World:
    return world()


def test_who_was_in_a_group_that_is_deleted_reads_no_page_that_was_kept_before(here: World) -> None:
    group = make_group(here.set, actor=here.owner, name="Red")
    move(here.set, [here.annotator.pk], group, actor=here.owner)
    before = here.set.set_documents.get().revision
    delete_group(group, actor=here.owner)
    assert here.set.set_documents.get().revision == before + 1


def students(here: World, count: int) -> list[User]:
    made = User.objects.bulk_create(User(username=f"student-{n:03}") for n in range(count))
    Membership.objects.bulk_create(
        Membership(annotation_set=here.set, user=one, role="annotator") for one in made
    )
    return made


def sizes(here: World) -> Counter[int]:
    rows = GroupMember.objects.current().filter(annotation_set=here.set)
    return Counter(rows.values_list("group", flat=True))


def group_of(one: User) -> Group | None:
    row = GroupMember.objects.current().filter(user=one).select_related("group").first()
    return row.group if row else None


@given(st.integers(0, 23), st.integers(1, 9), st.integers(0, 2**16))
@settings(max_examples=12)
def test_dealing_is_even_whatever_the_numbers(count: int, groups: int, seed: int):
    tag = str(User.objects.count())
    owner = user(f"owner-{tag}")
    one = create_set(owner=owner, title="A seminar")
    for n in range(count):
        Membership.objects.create(annotation_set=one, user=user(f"{tag}-{n}"), role="annotator")
    moved = deal(one, actor=owner, count=groups, all_anew=True, chance=Random(seed))
    rows = GroupMember.objects.current().filter(annotation_set=one)
    heads = Counter(rows.values_list("group", flat=True))
    found = [heads[pk] for pk in one.groups.values_list("pk", flat=True)]
    assert (len(found), sum(found), moved) == (groups, count, count)
    assert max(found) - min(found) <= 1


def test_the_rest_are_dealt_where_room_is_and_nobody_else_moves(here: World):
    made = students(here, 8)
    first = make_group(here.set, actor=here.owner, name="Monday")
    move(here.set, [one.pk for one in made[:4]], first, actor=here.owner)
    # The annotator of the world and four students are still in none.
    assert deal(here.set, actor=here.owner, count=3, all_anew=False) == 5
    assert sorted(sizes(here).values()) == [2, 3, 4]
    assert all(group_of(one) == first for one in made[:4])


def test_readers_and_editors_are_not_dealt(here: World):
    deal(here.set, actor=here.owner, count=2, all_anew=True)
    assert sum(sizes(here).values()) == 1
    assert group_of(here.annotator) and not group_of(here.reader)
    assert move(here.set, [here.editor.pk, here.stranger.pk], None, actor=here.owner) == 0


def test_an_annotator_who_becomes_editor_is_in_no_group(here: World):
    deal(here.set, actor=here.owner, count=1, all_anew=True)
    membership = here.set.memberships.get(user=here.annotator)
    change_role(membership, actor=here.owner, role="editor")
    assert group_of(here.annotator) is None


def test_who_is_moved_loses_nothing_and_sees_the_new_group(here: World):
    one, other = (make_group(here.set, actor=here.owner, name=name) for name in ("A", "B"))
    ann, bob, cy = students(here, 3)
    move(here.set, [ann.pk, bob.pk], one, actor=here.owner)
    move(here.set, [cy.pk], other, actor=here.owner)
    by_ann, by_bob = here.annotate(author=ann), here.annotate(author=bob)
    by_cy = here.annotate(author=cy)
    assert seen(here, ann) == {by_ann, by_bob}
    move(here.set, [ann.pk], other, actor=here.owner)
    later = here.annotate(author=bob)
    assert seen(here, ann) == {by_ann, by_bob, by_cy}
    assert seen(here, bob) == {by_ann, by_bob, later}
    assert seen(here, cy) == {by_cy}
    times = GroupMember.objects.filter(user=ann)
    assert [bool(row.left_at) for row in times] == [True, False]
    assert seen(here, here.editor) == {by_ann, by_bob, by_cy, later}
    assert list(problems()) == []


def seen(here: World, one: User) -> set[Annotation]:
    return set(Annotation.objects.visible_to(Viewer(one.pk)))


def test_a_move_is_told_by_the_history_and_makes_kept_pages_old(here: World):
    group = make_group(here.set, actor=here.owner, name="Monday")
    written = here.annotate()
    before = here.set.set_documents.get().revision
    assert move(here.set, [here.annotator.pk], group, actor=here.editor) == 1
    row = History.objects.latest("pk")
    assert (row.kind, row.action, row.actor) == ("groupmember", "move", here.editor)
    assert row.state == {"user": "annotator", "from": "", "to": "Monday"}
    assert here.set.set_documents.get().revision == before + 1
    assert Annotation.objects.get(pk=written.pk).version == written.version + 1
    assert move(here.set, [here.annotator.pk], group, actor=here.editor) == 0


def test_a_group_in_which_something_was_written_is_emptied_but_not_deleted(here: World):
    group = make_group(here.set, actor=here.owner, name="Monday")
    other = make_group(here.set, actor=here.owner, name="Tuesday")
    move(here.set, [here.annotator.pk], group, actor=here.owner)
    create_reply(here.annotate(author=here.owner), author=here.annotator, note="Yes.")
    with pytest.raises(GroupFault, match="something was written in it"):
        delete_group(group, actor=here.owner)
    assert empty_group(group, actor=here.owner) == 1
    with pytest.raises(GroupFault, match="stays"):
        delete_group(group, actor=here.owner)
    delete_group(other, actor=here.owner)
    assert list(here.set.groups.all()) == [group]


def test_a_group_for_which_work_or_a_link_waits_is_not_deleted(here: World):
    for number, model in enumerate((Assignment, JoinLink)):
        group = make_group(here.set, actor=here.owner, name=f"Group {number}")
        row = model.objects.create(annotation_set=here.set, created_by=here.owner, group=group)
        with pytest.raises(GroupFault, match="stays"):
            delete_group(group, actor=here.owner)
        assert unwritten(here.set) == set()
        row.delete()
        assert unwritten(here.set) == {group.pk}
        delete_group(group, actor=here.owner)


def test_names_of_groups_are_their_own(here: World):
    group = make_group(here.set, actor=here.owner, name="Monday")
    make_group(here.set, actor=here.owner, name="Tuesday")
    with pytest.raises(GroupFault, match="already"):
        make_group(here.set, actor=here.owner, name="Monday")
    with pytest.raises(GroupFault, match="already"):
        rename_group(group, actor=here.owner, name="Tuesday")
    assert rename_group(group, actor=here.owner, name="Friday").name == "Friday"


def test_an_editor_makes_deals_moves_renames_empties_and_deletes(client: Client, here: World):
    client.force_login(here.editor)
    path = here.path("groups/")
    assertContains(client.get(path), "no groups yet")
    assertRedirects(client.post(path, {"name": "Monday"}), path)
    group = here.set.groups.get()
    assertRedirects(client.post(f"{path}deal/", {"count": 2, "whom": "rest"}), path)
    assert group_of(here.annotator) is not None
    member = here.set.memberships.get(user=here.reader)
    at = {"at": "group=0&page=1&x=2"}
    response = client.post(f"{path}move/", {"member": member.pk, "to": group.pk} | at)
    assertRedirects(response, f"{path}?group=0&page=1#who", fetch_redirect_response=False)
    assert group_of(here.reader) == group
    assertRedirects(client.post(f"{path}{group.pk}/rename/", {"name": "Friday"}), path)
    assertRedirects(client.post(f"{path}{group.pk}/empty/"), path)
    assert group_of(here.reader) is None
    assertContains(client.get(path), "Friday")
    assertRedirects(client.post(f"{path}{group.pk}/delete/"), path)
    assert not Group.objects.filter(pk=group.pk).exists()


@pytest.mark.parametrize(
    ("tail", "given", "says"),
    [
        ("", {"name": ""}, "This field is required"),
        ("", {"name": "x" * 81}, "at most 80 characters"),
        ("", {"name": "Monday"}, "already"),
        ("deal/", {"count": 0, "whom": "all"}, "greater than or equal to 1"),
        ("deal/", {"count": 61, "whom": "all"}, "less than or equal to 60"),
        ("deal/", {"count": 2, "whom": "x"}, "Select a valid choice"),
        ("move/", {"to": 0}, "Choose whom to move"),
        ("move/", {"member": "1000000", "to": 0}, "Select a valid choice"),
    ],
)
def test_what_does_not_fit_is_said(
    client: Client, here: World, tail: str, given: dict[str, object], says: str
):
    make_group(here.set, actor=here.owner, name="Monday")
    client.force_login(here.owner)
    assertContains(client.post(here.path(f"groups/{tail}"), given), says, status_code=422)


def test_members_see_their_own_group_and_change_none(client: Client, here: World):
    one, other = (make_group(here.set, actor=here.owner, name=name) for name in ("A", "B"))
    ann, bob, cy = students(here, 3)
    move(here.set, [ann.pk, bob.pk], one, actor=here.owner)
    move(here.set, [cy.pk], other, actor=here.owner)
    client.force_login(ann)
    page = client.get(here.path("groups/"))
    assertContains(page, "student-001")
    assertNotContains(page, "student-002")
    for tail in (
        "",
        "deal/",
        "move/",
        f"{one.pk}/rename/",
        f"{one.pk}/empty/",
        f"{one.pk}/delete/",
    ):
        assert client.post(here.path(f"groups/{tail}"), {"name": "C"}).status_code == 403
    client.force_login(here.reader)
    assertContains(client.get(here.path("groups/")), "You are in no group")
    client.force_login(here.stranger)
    assert client.get(here.path("groups/")).status_code == 404


@pytest.mark.parametrize(("naming", "says"), [(1, "you"), (0, "2 members, you among them")])
def test_a_group_names_nobody_where_the_set_does_not(
    client: Client, here: World, naming: int, says: str
):
    group = make_group(here.set, actor=here.owner, name="A")
    ann, bob = students(here, 2)
    move(here.set, [ann.pk, bob.pk], group, actor=here.owner)
    rules = {"rule": "open", "after_count": 0, "groups_apart": True, "leaving": "keep"}
    change_rules(here.set, actor=here.owner, naming=naming, **rules)  # type: ignore[arg-type]
    client.force_login(ann)
    page = client.get(here.path("groups/"))
    assertContains(page, says)
    assertNotContains(page, "student-001")


def test_the_groups_of_another_set_are_not_touched(client: Client, here: World):
    group = make_group(here.set, actor=here.owner, name="Monday")
    other = create_set(owner=here.stranger, title="Other")
    theirs = add_member(other, actor=here.stranger, username="reader")
    client.force_login(here.stranger)
    for tail in ("rename/", "empty/", "delete/"):
        path = f"/sets/{other.slug}/groups/{group.pk}/{tail}"
        assert client.post(path, {"name": "x"}).status_code == 404
    given = {"member": theirs.pk, "to": group.pk}
    assert client.post(f"/sets/{other.slug}/groups/move/", given).status_code == 422


def test_three_hundred_are_dealt_and_listed_with_few_queries(
    client: Client, here: World, django_assert_num_queries, django_assert_max_num_queries
):
    students(here, 300)
    # A history row for each who moves, and about a dozen queries for each group that is made.
    with django_assert_max_num_queries(300 + 140):
        assert deal(here.set, actor=here.owner, count=10, all_anew=True) == 301
    assert set(sizes(here).values()) == {30, 31}
    client.force_login(here.owner)
    client.get(here.path("groups/"))
    # Session, account, set; members counted, those found counted and read; groups, and which of
    # them can be deleted.
    with django_assert_num_queries(8):
        response = client.get(here.path("groups/"))
    assertContains(response, "1 of 4")
    assertContains(client.get(here.path("groups/?q=student-29")), "student-299")
