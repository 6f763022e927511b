"""A frozen set stays as it is, also under those who had begun to change it before."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from django.core.exceptions import PermissionDenied
from django.test import Client
from pytest_django.asserts import assertContains, assertNotContains

from annotations.actions.annotations import (
    change_passage,
    delete_annotation,
    edit_annotation,
    restore_annotation,
)
from annotations.actions.groups import deal, make_group
from annotations.actions.promises import change_rules, release
from annotations.actions.replies import create_reply, delete_reply, edit_reply
from annotations.actions.sets import (
    add_document,
    add_member,
    edit_set,
    remove_document,
    renew_link,
)
from annotations.actions.states import set_state
from annotations.models import Annotation, AnnotationSet, History, Reply, State, Theme
from tests.annotations.worlds import document, world

pytestmark = pytest.mark.django_db


class Frozen:
    """A set that was frozen after these had been loaded to be changed."""

    def __init__(self) -> None:
        self.here = world()
        self.annotation = self.here.annotate(note="As it was")
        self.reply = create_reply(self.annotation, author=self.here.owner, note="As it was")
        self.gone = delete_annotation(self.here.annotate("linkage"), actor=self.here.annotator)
        self.late = Annotation.objects.with_place().get(pk=self.annotation.pk)
        set_state(
            AnnotationSet.objects.get(pk=self.here.set.pk), actor=self.here.owner, state="frozen"
        )

    def state(self) -> list[object]:
        """All that was written, and how often something was noted."""
        written = Annotation.objects.order_by("pk").values_list("note", "start", "deleted_at")
        replies = Reply.objects.order_by("pk").values_list("note", "deleted_at")
        return [list(written), list(replies), History.objects.count()]


@pytest.fixture
def frozen() -> Frozen:
    return Frozen()


@pytest.mark.parametrize(
    "change",
    [
        lambda f: f.here.annotate("speak"),
        lambda f: edit_annotation(
            f.late, actor=f.here.annotator, themes=[], note="Else", visibility="private"
        ),
        lambda f: change_passage(
            f.late,
            actor=f.here.annotator,
            start=0,
            end=4,
            quote="169.",
            text=f.here.edition.as_text(),
        ),
        lambda f: delete_annotation(f.late, actor=f.here.annotator),
        lambda f: restore_annotation(f.gone, actor=f.here.annotator),
        lambda f: create_reply(f.late, author=f.here.annotator, note="Else"),
        lambda f: edit_reply(f.reply, actor=f.here.owner, note="Else"),
        lambda f: delete_reply(f.reply, actor=f.here.owner),
    ],
    ids=["create", "edit", "move", "delete", "restore", "reply", "edit reply", "delete reply"],
)
def test_who_had_begun_before_comes_too_late(
    frozen: Frozen, change: Callable[[Frozen], object]
) -> None:
    before = frozen.state()
    with pytest.raises(PermissionDenied, match="frozen"):
        change(frozen)
    assert frozen.state() == before


RULES = {"after_count": 0, "groups_apart": True, "leaving": "keep", "naming": 2}


@pytest.mark.parametrize(
    "change",
    [
        lambda f, one: change_rules(one, actor=f.here.owner, rule="open", **RULES),
        lambda f, one: release(one, actor=f.here.annotator),
        lambda f, one: make_group(one, actor=f.here.owner, name="Red"),
        lambda f, one: deal(one, actor=f.here.owner, count=2, all_anew=True),
        lambda f, one: edit_set(
            one,
            actor=f.here.owner,
            title="Else",
            description="",
            visibility="public",
            rights="",
        ),
        lambda f, one: add_document(one, document("d170"), actor=f.here.owner),
        lambda f, one: remove_document(one, f.here.document, actor=f.here.owner),
        lambda f, one: add_member(one, actor=f.here.owner, username="stranger"),
    ],
    ids=["rules", "release", "group", "deal", "edit", "document", "remove", "member"],
)
def test_who_had_begun_to_change_the_set_comes_too_late(
    frozen: Frozen, change: Callable[[Frozen, AnnotationSet], object]
) -> None:
    one = frozen.here.set
    assert one.state == "open", "as it was loaded before it was frozen"
    Annotation.objects.update(naming=0)
    before = [frozen.state(), list(AnnotationSet.objects.values())]
    with pytest.raises(PermissionDenied, match="frozen"):
        change(frozen, one)
    assert [frozen.state(), list(AnnotationSet.objects.values())] == before


def test_its_secret_link_can_still_be_renewed(frozen: Frozen) -> None:
    """A link that got about shows the set to strangers; that need not wait for a thaw."""
    before = frozen.here.set.link_key
    renew_link(frozen.here.set, actor=frozen.here.owner)
    frozen.here.set.refresh_from_db()
    assert frozen.here.set.state == "frozen"
    assert frozen.here.set.link_key != before


@pytest.mark.parametrize(
    ("path", "given"),
    [
        ("rules/", {"when": "open"}),
        ("rules/open/", {}),
        ("edit/", {"title": "Else", "visibility": "public"}),
        ("documents/add/", {"document": "frus1981-88v03/d169"}),
        ("documents/frus1981-88v03/d169/remove/", {}),
        ("codebook/new/", {"name": "Else", "colour": "1", "line": "1"}),
        ("codebook/linkage/edit/", {"name": "Else", "colour": "1", "line": "1"}),
        ("codebook/linkage/move/", {"to": "down"}),
        ("codebook/risk/delete/", {}),
        ("groups/", {"name": "Red"}),
        ("members/", {"username": "stranger", "role": "reader"}),
        ("mine/release/", {}),
    ],
)
def test_its_owner_changes_nothing_before_she_thaws_it(
    client: Client, frozen: Frozen, path: str, given: dict[str, str]
) -> None:
    client.force_login(frozen.here.owner)
    before = [frozen.state(), list(Theme.objects.values()), list(AnnotationSet.objects.values())]
    assert client.post(frozen.here.path(path), given).status_code == 403
    assert before == [
        *(frozen.state(), list(Theme.objects.values()), list(AnnotationSet.objects.values())),
    ]


def test_its_pages_offer_no_change(client: Client, frozen: Frozen) -> None:
    client.force_login(frozen.here.owner)
    page = client.get(frozen.here.path())
    for words in ("Add the document", "Remove<", ">Edit<"):
        assertNotContains(page, words)
    assertContains(page, "The set is frozen: nothing changes.")
    assertNotContains(client.get(frozen.here.path("codebook/")), "Edit the codebook")
    reader = client.get("/volumes/frus1981-88v03/d169/?set=a-seminar")
    assertContains(reader, "This set is frozen: nothing in it changes")
    assertNotContains(reader, ">Reply</a>")
    rules = client.get(frozen.here.path("rules/"))
    assertNotContains(rules, "See what a change means")
    assertContains(rules, "Open the set")


def test_who_thaws_it_goes_on(client: Client, frozen: Frozen) -> None:
    client.force_login(frozen.here.owner)
    client.post(frozen.here.path("rules/state/"), {"state": "open"})
    frozen.here.set.refresh_from_db()
    frozen.here.annotate("speak")
    assert Annotation.objects.alive().count() == 2


def test_one_may_still_go_and_be_put_out(client: Client, frozen: Frozen) -> None:
    client.force_login(frozen.here.owner)
    member = frozen.here.set.memberships.get(user=frozen.here.reader)
    client.post(frozen.here.path(f"members/{member.pk}/remove/"))
    client.force_login(frozen.here.annotator)
    client.post(frozen.here.path("leave/"), {"work": "keep"})
    left = frozen.here.set.memberships.values_list("user__username", flat=True)
    assert sorted(left) == ["editor", "owner"]


def test_a_closed_set_takes_nothing_and_its_rules_can_be_changed(
    client: Client,
) -> None:
    here = world()
    made = here.annotate()
    set_state(here.set, actor=here.owner, state=State.CLOSED)
    client.force_login(here.annotator)
    for path in ("edit/", "delete/", "reply/"):
        assert client.post(f"{made.get_absolute_url()}{path}", {"note": "Else"}).status_code == 403
    change_rules(
        here.set,
        actor=here.owner,
        rule="blind",
        after_count=1,
        naming=1,
        groups_apart=True,
        leaving="keep",
    )
    here.set.refresh_from_db()
    assert (here.set.state, here.set.rule) == ("closed", "blind")
