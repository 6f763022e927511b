"""The members' page: members see each other, owner and editors decide, the owner stays."""

from __future__ import annotations

from typing import Any

import pytest
from django.contrib.auth.models import User
from django.core.cache import cache
from django.test import Client
from pytest_django.asserts import assertContains, assertNotContains, assertRedirects

from annotations.actions.groups import make_group, move
from annotations.actions.joining import JoinFault, join, make_link
from annotations.actions.members import block_member, hand_over, remove_member
from annotations.actions.promises import change_rules
from annotations.actions.sets import SetFault, add_member, change_role
from annotations.integrity import problems
from annotations.models import Block, GroupMember, History, Naming
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


def test_nobody_finds_out_by_trying_who_has_an_account(
    client: Client, here: World, monkeypatch: pytest.MonkeyPatch
):
    cache.clear()
    monkeypatch.setattr("annotations.views.members.NAMES", "3/h/user")
    client.force_login(here.editor)
    path = here.path("members/")
    for number in range(3):
        given = {"username": f"guess{number}", "role": "reader"}
        assertContains(client.post(path, given), "There is no account", status_code=422)
    for name in ("guess4", "stranger"):
        page = client.post(path, {"username": name, "role": "reader"})
        assertContains(page, "A join link lets in as many", status_code=429)
        assertNotContains(page, "There is no account", status_code=429)
    assert not here.set.memberships.filter(user=here.stranger).exists()
    client.force_login(here.owner)
    assertRedirects(client.post(path, {"username": "stranger", "role": "reader"}), path)
    cache.clear()


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


def veil(here: World, naming: int) -> None:
    rules = {"rule": "open", "after_count": 0, "groups_apart": True, "leaving": "choose"}
    change_rules(here.set, actor=here.owner, naming=naming, **rules)  # type: ignore[arg-type]


@pytest.mark.parametrize("naming", [Naming.PSEUDONYM, Naming.NOBODY])
@pytest.mark.parametrize("query", ["", "?q=zoe", "?q=Tr%C3%A4nkle", "?group=0", "?page=1&q=e"])
def test_no_source_of_the_page_names_members_where_the_set_does_not(
    client: Client, here: World, naming: int, query: str
):
    User.objects.create_user("zoe-t", first_name="Zoë", last_name="Tränkle", email="z@e.example")
    add_member(here.set, actor=here.owner, username="zoe-t")
    veil(here, naming)
    client.force_login(here.reader)
    source = client.get(here.path(f"members/{query}")).content.decode()
    # What she typed herself stands in the field again.
    source = source.replace('value="Tränkle"', "")
    for name in ("zoe-t", "Zoë", "Tränkle", "z@e.example", ">annotator<", "/members/1"):
        assert name not in source
    if not query:
        # Who manages the set is named; of the others some are in it, and she is one of them.
        assert ">owner" in source and ">editor" in source
        assert "5 members of" in source


def test_what_one_searches_for_is_what_one_is_shown(client: Client, here: World):
    veil(here, Naming.PSEUDONYM)
    hers = here.set.pseudonyms.get(user=here.annotator).name
    client.force_login(here.reader)
    assertContains(client.get(here.path("members/"), {"q": hers.lower()}), hers)
    assertContains(client.get(here.path("members/"), {"q": "annotator"}), "Nobody here is called")
    client.force_login(here.editor)
    assertContains(client.get(here.path("members/"), {"q": hers}), "annotator")
    assertContains(client.get(here.path("members/"), {"q": "ANNOT"}), hers)


def test_pseudonyms_stand_in_an_order_that_tells_nothing(client: Client, here: World):
    for number in range(12):
        add_member(here.set, actor=here.owner, username=user(f"member-{number}").username)
    veil(here, Naming.PSEUDONYM)
    client.force_login(here.reader)
    source = client.get(here.path("members/")).content.decode()
    managing = ("owner", "editor")
    names = here.set.pseudonyms.exclude(user__username__in=managing).values_list("name", flat=True)
    places = [source.index(f'"named">{name}') for name in sorted(names)]
    assert places == sorted(places)


def test_a_removal_can_be_undone_with_role_and_group(client: Client, here: World):
    group = make_group(here.set, actor=here.owner, name="Monday")
    move(here.set, [here.annotator.pk], group, actor=here.owner)
    client.force_login(here.owner)
    pk = membership(here, "annotator")
    response = client.post(here.path(f"members/{pk}/remove/"), {"at": "q=ann"}, follow=True)
    assert response.redirect_chain == [(here.path("members/?q=ann"), 302)]
    assertContains(response, "Undo")
    assertNotContains(client.get(here.path("members/")), "Undo")
    back = {"username": "annotator", "role": "annotator", "group": group.pk}
    client.post(here.path("members/"), back)
    assert GroupMember.objects.current().get(user=here.annotator).group == group


def test_what_a_removed_member_wrote_stays(client: Client, here: World):
    written = here.annotate(note="Mine.")
    client.force_login(here.owner)
    client.post(here.path(f"members/{membership(here, 'annotator')}/remove/"))
    written.refresh_from_db()
    assert (written.author, written.deleted_at) == (here.annotator, None)


def test_who_is_blocked_is_out_until_let_in_again(client: Client, here: World):
    client.force_login(here.editor)
    pk = membership(here, "annotator")
    assertRedirects(client.post(here.path(f"members/{pk}/block/")), here.path("members/"))
    assert not here.set.memberships.filter(user=here.annotator).exists()
    given = {"username": "annotator", "role": "annotator"}
    response = client.post(here.path("members/"), given)
    assertContains(response, "is kept out of this set", status_code=422)
    assertContains(client.get(here.path("members/")), "Let in again")
    block = here.set.blocks.get()
    path = here.path(f"members/blocks/{block.pk}/remove/")
    assertRedirects(client.post(path), here.path("members/"))
    assertRedirects(client.post(here.path("members/"), given), here.path("members/"))
    assert [row.action for row in History.objects.filter(kind="membership")][-3:] == [
        *("block", "unblock", "create")
    ]


def test_neither_the_owner_nor_oneself_is_blocked(client: Client, here: World):
    client.force_login(here.editor)
    for name, says in (("owner", "keeps her role"), ("editor", "cannot block yourself")):
        path = here.path(f"members/{membership(here, name)}/block/")
        assertContains(client.post(path), says, status_code=422)
    assert not here.set.blocks.exists()


def test_the_owner_hands_the_set_over_to_an_editor_and_can_leave_then(client: Client, here: World):
    client.force_login(here.owner)
    assertContains(client.get(here.path("members/")), "Hand over")
    path = here.path("hand-over/")
    given = {"member": membership(here, "editor")}
    assertRedirects(client.post(path, given), here.path("members/"))
    here.set.refresh_from_db()
    assert here.set.owner == here.editor
    roles = dict(here.set.memberships.values_list("user__username", "role"))
    assert (roles["owner"], roles["editor"]) == ("editor", "owner")
    assert list(problems()) == []
    assert client.post(path, {"member": membership(here, "owner")}).status_code == 422
    assertRedirects(client.post(here.path("leave/"), {"work": "keep"}), "/sets/")


@pytest.mark.parametrize(
    ("name", "says"), [("reader", "one of its editors"), ("", "Choose the editor")]
)
def test_a_set_is_handed_over_to_editors_alone(client: Client, here: World, name: str, says: str):
    client.force_login(here.owner)
    given = {"member": membership(here, name) if name else ""}
    assertContains(client.post(here.path("hand-over/"), given), says, status_code=422)
    client.force_login(here.editor)
    response = client.post(here.path("hand-over/"), {"member": membership(here, "editor")})
    assertContains(response, "Only its owner", status_code=422)


def test_mere_members_block_nobody_and_hand_nothing_over(client: Client, here: World):
    block = Block.objects.create(annotation_set=here.set, user=here.stranger, by=here.owner)
    pk = membership(here, "annotator")
    client.force_login(here.reader)
    for tail in (f"members/{pk}/block/", f"members/blocks/{block.pk}/remove/", "hand-over/"):
        assert client.post(here.path(tail), {"member": pk}).status_code == 403
    assert here.set.blocks.exists()


@pytest.mark.parametrize("asked", ["²", "9" * 30, "9" * 5000, "-1", "x"])
def test_a_group_that_no_set_can_have_narrows_nothing(client: Client, here: World, asked: str):
    client.force_login(here.owner)
    for page in ("members", "groups"):
        assert client.get(f"/sets/{here.set.slug}/{page}/?group={asked}").status_code == 200
    path = f"/sets/{here.set.slug}/hand-over/"
    assert client.post(path, {"member": asked}).status_code in (404, 422)
    given = {"username": here.stranger.username, "role": "annotator", "group": asked}
    assert client.post(f"/sets/{here.set.slug}/members/", given).status_code == 302


@pytest.mark.parametrize("act", [change_role, remove_member, block_member])
def test_who_has_just_become_the_owner_keeps_the_set(here: World, act: Any):
    stale, editor = (
        here.set.memberships.select_related("user", "annotation_set").get(user=here.editor)
        for _ in range(2)
    )
    hand_over(here.set, editor, actor=here.owner)
    more = {"role": "annotator"} if act is change_role else {}
    with pytest.raises(SetFault):
        act(stale, actor=here.owner, **more)
    assert here.set.memberships.get(role="owner").user == here.editor


def test_what_no_database_can_look_for_finds_what_is_left_of_it(client: Client, here: World):
    client.force_login(here.owner)
    for page in ("members", "groups"):
        response = client.get(f"/sets/{here.set.slug}/{page}/?q=annot%00ator")
        assertContains(response, "annotator")
    assert client.get("/join/%00/").status_code == 404


def test_a_link_for_editors_is_closed_when_an_editor_is_blocked(here: World):
    link = make_link(here.set, actor=here.owner, role="editor")
    block_member(here.set.memberships.get(user=here.editor), actor=here.owner)
    with pytest.raises(JoinFault):
        join(link.token, here.stranger)


@pytest.mark.parametrize("act", [change_role, remove_member])
def test_who_was_an_editor_does_not_become_one_again_by_a_link(here: World, act: Any):
    links = {
        role: make_link(here.set, actor=here.owner, role=role) for role in ("editor", "reader")
    }
    member = here.set.memberships.select_related("user", "annotation_set").get(user=here.editor)
    act(member, actor=here.owner, **({"role": "annotator"} if act is change_role else {}))
    if act is change_role:
        remove_member(member, actor=here.editor)
    with pytest.raises(JoinFault):
        join(links["editor"].token, here.editor)
    assert join(links["reader"].token, here.editor).membership.role == "reader"
