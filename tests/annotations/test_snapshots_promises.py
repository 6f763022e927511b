"""No promise is broken by publishing: a published snapshot holds what a guest could have read."""

from __future__ import annotations

import itertools
from typing import Any

import pytest
from django.test import Client

from annotations.actions.annotations import delete_annotation, edit_annotation
from annotations.actions.groups import deal
from annotations.actions.leaving import leave
from annotations.actions.promises import change_rules
from annotations.actions.replies import create_reply
from annotations.actions.snapshots import SnapshotFault, withdraw
from annotations.export import Taker, shared_of
from annotations.freezing import publish_checked, why_not
from annotations.models import (
    Annotation,
    AnnotationSet,
    Leaving,
    Naming,
    Pseudonym,
    Reach,
    Rule,
    Snapshot,
    Variant,
    Visibility,
)
from annotations.permissions import ANYONE
from archive.models import Volume
from tests.annotations.frozen import every_byte, folder_of_snapshots, freeze, plain
from tests.annotations.worlds import World, world

pytestmark = pytest.mark.django_db
__all__ = ["folder_of_snapshots"]
RULES = (Rule.OPEN, Rule.AFTER, Rule.BLIND, Rule.EDITORS)


def ruled(one: AnnotationSet, here: World, **rules: Any) -> None:
    given = {"rule": Rule.OPEN, "after_count": 1, "naming": Naming.NAME}
    given |= {"groups_apart": True, "leaving": Leaving.CHOOSE}
    change_rules(one, actor=here.owner, **given | rules)
    one.refresh_from_db()


def notes(found: Any) -> set[str]:
    own = {one["note"] for one in found["annotations"]}
    return own | {reply["note"] for one in found["annotations"] for reply in one["replies"]}


@pytest.mark.parametrize(
    ("written", "now"), list(itertools.product(RULES, (Rule.OPEN, Rule.BLIND, Rule.EDITORS)))
)
@pytest.mark.parametrize("visibility", [Visibility.PUBLIC, Visibility.PRIVATE])
def test_it_holds_what_a_guest_would_see_if_the_set_were_public(
    written: str, now: str, visibility: str
):
    here = world(visibility=visibility)
    ruled(here.set, here, rule=written)
    made = here.annotate(note="student")
    create_reply(made, author=here.editor, note="answer")
    here.annotate("speak", author=here.editor, note="editor")
    here.annotate("us", note="mine alone", visibility="private")
    here.annotate("must", note="hidden")
    Annotation.objects.filter(note="hidden").update(hidden_at=made.created)
    delete_annotation(here.annotate("behind", note="deleted"), actor=here.annotator)
    ruled(here.set, here, rule=now)
    found = notes(plain(freeze(here.set)))
    AnnotationSet.objects.update(visibility=Visibility.PUBLIC)
    page = Client().get(f"/volumes/frus1981-88v03/d169/?set={here.set.slug}").content.decode()
    for note in ("student", "answer", "editor", "mine alone", "hidden", "deleted"):
        assert (note in found) == (f"<p>{note}</p>" in page), (note, found)
    if visibility == Visibility.PRIVATE:
        assert found == set()
    if written == now == Rule.OPEN and visibility == Visibility.PUBLIC:
        assert found == {"student", "answer", "editor"}


def test_what_was_written_in_a_group_stays_in_it():
    here = world(visibility="public")
    deal(here.set, actor=here.owner, count=2, all_anew=True)
    here.annotate(note="for my group")
    assert notes(plain(freeze(here.set))) == set()
    assert notes(plain(freeze(here.set, Reach.EDITORS))) == {"for my group"}


@pytest.mark.parametrize("naming", [Naming.PSEUDONYM, Naming.NOBODY])
def test_people_are_called_as_they_were_promised(naming: Naming):
    here = world(visibility="public")
    here.annotator.first_name, here.annotator.last_name = "Zoë", "Tränkle"
    here.annotator.save()
    ruled(here.set, here, naming=naming)
    here.annotate(note="One")
    ruled(here.set, here, naming=Naming.NAME)
    here.annotate("speak", note="Two")
    found = {one["note"]: one["author"] for one in plain(freeze(here.set))["annotations"]}
    alias = Pseudonym.objects.filter(user=here.annotator).values_list("slug", flat=True).first()
    assert found["One"] == (alias if naming == Naming.PSEUDONYM else "-")
    assert found["Two"] == "annotator"


def test_for_the_editors_it_names_nobody_more_than_the_set_does():
    here = world(visibility="public")
    here.annotator.first_name, here.annotator.last_name = "Zoë", "Tränkle"
    here.annotator.save()
    ruled(here.set, here, naming=Naming.NOBODY)
    here.annotate(note="One")
    data = b"".join(d for _, d in every_byte(freeze(here.set, Reach.EDITORS).path.read_bytes()))
    assert b"annotator" not in data.replace(b"annotators", b"")
    assert "Tränkle".encode() not in data


def test_what_a_reader_brought_and_did_not_list_stays_out():
    here = world(visibility="public")
    here.annotate(note="One")
    Volume.objects.update(is_listed=False, owner=here.annotator)
    found = plain(freeze(here.set))
    assert (found["annotations"], found["editions"]) == ([], [])
    data = b"".join(d for _, d in every_byte(freeze(here.set).path.read_bytes()))
    assert b"Afghanistan" not in data


def taken_back(how: str, here: World, one: Annotation) -> None:
    if how == "deleted":
        delete_annotation(one, actor=here.annotator)
    elif how == "private":
        edit_annotation(one, actor=here.annotator, themes=[], note="One", visibility="private")
    elif how == "hidden":
        Annotation.objects.filter(pk=one.pk).update(hidden_at=one.created)
    elif how in ("anonymise", "delete"):
        leave(here.set, user=here.annotator, work=how)
    elif how == "blind":
        ruled(here.set, here, rule=Rule.BLIND)
    else:
        ruled(here.set, here, naming=Naming.PSEUDONYM)


@pytest.mark.parametrize("variant", Variant.values)
@pytest.mark.parametrize(
    "how", ["deleted", "private", "hidden", "anonymise", "delete", "blind", "less named"]
)
def test_what_was_taken_back_since_is_not_published(how: str, variant: str):
    here = world(visibility="public")
    one = here.annotate(note="One")
    here.annotate("speak", author=here.owner, note="Two")
    made = freeze(here.set, variant=variant)
    assert why_not(made) == ""
    taken_back(how, here, one)
    made = Snapshot.objects.get(pk=made.pk)
    assert "1 annotation or reply in it" in why_not(made) or how == "blind"
    with pytest.raises(SnapshotFault):
        publish_checked(made, actor=here.owner)
    assert not Snapshot.objects.published().exists()


def test_a_reply_that_was_taken_back_keeps_it_from_being_published_too():
    here = world(visibility="public")
    reply = create_reply(here.annotate(note="One"), author=here.reader, note="Why?")
    made = freeze(here.set)
    reply.visibility = "private"
    reply.save()
    with pytest.raises(SnapshotFault):
        publish_checked(made, actor=here.owner)


def test_what_came_since_does_not_keep_it_from_being_published():
    here = world(visibility="public")
    one = here.annotate(note="One")
    made = freeze(here.set)
    here.annotate("speak", note="Later")
    edit_annotation(one, actor=here.annotator, themes=[], note="Better", visibility="shared")
    publish_checked(made, actor=here.owner)
    made.refresh_from_db()
    assert made.published_at is not None
    assert bytes(made.held) == b""
    publish_checked(made, actor=here.owner)


def test_for_the_editors_alone_it_is_never_published():
    here = world(visibility="public")
    here.annotate(note="One")
    with pytest.raises(SnapshotFault):
        publish_checked(freeze(here.set, Reach.EDITORS), actor=here.owner)


def test_what_a_guest_may_take_out_and_what_is_published_are_one():
    here = world(visibility="public")
    here.annotate(note="One")
    found = plain(freeze(here.set))
    taken = shared_of(here.set, Taker(ANYONE))
    assert [one["id"] for one in found["annotations"]] == [str(one.uuid) for one in taken]


def test_what_is_withdrawn_is_gone_and_says_why(
    client: Client, django_capture_on_commit_callbacks: Any
):
    here = world(visibility="public")
    here.annotate(note="One")
    made = freeze(here.set)
    publish_checked(made, actor=here.owner)
    made = Snapshot.objects.get(pk=made.pk)
    with django_capture_on_commit_callbacks(execute=True):
        withdraw(made, actor=here.owner, why="An author asked for it.")
    assert not made.path.exists()
    for address in (f"/snapshots/{made.uuid}/", f"/snapshots/{made.uuid}/download/"):
        answer = client.get(address)
        assert answer.status_code == 410
        assert "An author asked for it." in answer.content.decode()
