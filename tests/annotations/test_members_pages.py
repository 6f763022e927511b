"""The members' page: members see each other, owner and editors decide, the owner stays."""

from __future__ import annotations

import pytest
from django.test import Client
from pytest_django.asserts import assertContains, assertNotContains, assertRedirects

from annotations.actions.sets import add_member
from tests.annotations.worlds import World, user, world

pytestmark = pytest.mark.django_db


@pytest.fixture
def here() -> World:
    return world()


def membership(here: World, name: str) -> int:
    return here.set.memberships.get(user__username=name).pk


def test_members_see_who_they_are_and_only_managers_get_forms(client: Client, here: World):
    client.force_login(here.reader)
    response = client.get(here.path("members/"))
    assertContains(response, "annotator")
    assertNotContains(response, '<form method="post"')
    client.force_login(here.editor)
    assertContains(client.get(here.path("members/")), "Add a member")


def test_visitors_of_a_public_set_do_not_see_its_members(client: Client):
    here = world(visibility="public")
    assert client.get(here.path("members/")).status_code == 403
    client.force_login(here.stranger)
    assert client.get(here.path("members/")).status_code == 403
    assertContains(client.get(here.path()), "4 members")


def test_an_editor_adds_a_member_by_name(client: Client, here: World):
    client.force_login(here.editor)
    given = {"username": "stranger", "role": "reader"}
    assertRedirects(client.post(here.path("members/"), given), here.path("members/"))
    assert here.set.memberships.get(user=here.stranger).role == "reader"


@pytest.mark.parametrize(
    ("given", "says"),
    [
        ({"username": "nobody", "role": "reader"}, "There is no account called “nobody”"),
        ({"username": "annotator", "role": "reader"}, "is a member of this set already"),
        ({"username": "stranger", "role": "owner"}, "Select a valid choice"),
        ({"username": "", "role": "reader"}, "This field is required"),
        ({}, "This field is required"),
    ],
)
def test_a_bad_name_or_role_is_said_beside_the_field(
    client: Client, here: World, given: dict[str, str], says: str
):
    client.force_login(here.owner)
    assertContains(client.post(here.path("members/"), given), says, status_code=422)
    assert here.set.memberships.count() == 4


def test_a_role_is_changed_and_a_member_removed(client: Client, here: World):
    client.force_login(here.owner)
    pk = membership(here, "reader")
    path = here.path(f"members/{pk}/role/")
    assertRedirects(client.post(path, {"role": "annotator"}), here.path("members/"))
    assert here.set.memberships.get(pk=pk).role == "annotator"
    assertContains(client.post(path, {"role": "owner"}), "one of the roles", status_code=422)
    assertRedirects(client.post(here.path(f"members/{pk}/remove/")), here.path("members/"))
    assert not here.set.memberships.filter(pk=pk).exists()


def test_the_owner_is_neither_removed_nor_changed(client: Client, here: World):
    client.force_login(here.editor)
    pk = membership(here, "owner")
    for path, given in (("remove/", {}), ("role/", {"role": "reader"})):
        response = client.post(here.path(f"members/{pk}/{path}"), given)
        assertContains(response, "The owner of a set keeps her role", status_code=422)
    assert here.set.memberships.get(pk=pk).role == "owner"


def test_an_editor_who_leaves_is_led_to_the_sets_that_are_left(client: Client, here: World):
    client.force_login(here.editor)
    response = client.post(here.path(f"members/{membership(here, 'editor')}/remove/"))
    assertRedirects(response, "/sets/")
    assert client.get(here.path()).status_code == 404


def test_a_membership_of_another_set_is_not_touched(client: Client, here: World):
    from annotations.actions.sets import create_set

    other = create_set(owner=here.stranger, title="Other")
    theirs = add_member(other, actor=here.stranger, username="reader")
    client.force_login(here.owner)
    for tail in ("role/", "remove/"):
        path = here.path(f"members/{theirs.pk}/{tail}")
        assert client.post(path, {"role": "reader"}).status_code == 404
    assert other.memberships.filter(pk=theirs.pk).exists()


@pytest.mark.parametrize("name", ["reader", "annotator"])
def test_others_change_no_members(client: Client, here: World, name: str):
    client.force_login(getattr(here, name))
    pk = membership(here, "reader")
    given = {"username": "stranger", "role": "editor"}
    for path in ("members/", f"members/{pk}/role/", f"members/{pk}/remove/"):
        assert client.post(here.path(path), given).status_code == 403
    assert here.set.memberships.get(pk=pk).role == "reader"


def test_the_page_asks_the_database_nine_things_and_has_pages(
    client: Client, here: World, django_assert_num_queries
):
    for number in range(60):
        name = user(f"member-{number}").username
        add_member(here.set, actor=here.owner, username=name)
    client.force_login(here.owner)
    client.get(here.path("members/"))
    # Session, account, set; members counted, those found counted and read; groups, those who are
    # kept out, and for the owner the editors.
    with django_assert_num_queries(9):
        response = client.get(here.path("members/"))
    assertContains(response, "1 of 2")
    assertContains(client.get(here.path("members/?page=2")), "member-59")
