"""What people do to sets, their documents and members: whole, recorded, and never half-done."""

from __future__ import annotations

import pytest

from annotations.actions.annotations import delete_annotation
from annotations.actions.members import remove_member
from annotations.actions.sets import (
    SetFault,
    add_document,
    add_member,
    change_role,
    create_set,
    edit_set,
    remove_document,
    renew_link,
)
from annotations.models import AnnotationSet, Codebook, History, Membership, Role, Theme
from archive.models import Document
from tests.annotations.worlds import document, user, world

pytestmark = pytest.mark.django_db


def last() -> tuple[str, str]:
    row = History.objects.latest("pk")
    return row.kind, row.action


def test_a_new_set_has_its_owner_as_a_member_and_an_empty_codebook_of_its_own():
    owner = user("ada")
    made = create_set(owner=owner, title="A seminar", description="Why?", visibility="public")
    assert made.memberships.get().user == owner
    assert made.memberships.get().role == Role.OWNER
    assert made.codebook.themes.count() == 0
    assert (made.slug, made.visibility, made.state) == ("a-seminar", "public", "open")
    assert History.objects.filter(kind="annotationset", action="create", actor=owner).exists()


@pytest.mark.parametrize(
    ("titles", "slugs"),
    [
        (["One", "One", "one!"], ["one", "one-2", "one-3"]),
        (["New"], ["new-2"]),
        (["読書会", "読書会"], ["set", "set-2"]),
        (["x" * 200, "x" * 200], ["x" * 74, "x" * 74 + "-2"]),
    ],
)
def test_every_set_gets_an_address_of_its_own(titles: list[str], slugs: list[str]):
    owner = user("ada")
    assert [create_set(owner=owner, title=title).slug for title in titles] == slugs


def test_a_copied_codebook_has_the_same_tree_and_is_independent():
    old = world()
    made = create_set(owner=old.stranger, title="Mine", codebook=old.set.codebook)
    themes = list(Theme.objects.of_codebook(made.codebook_id))
    assert [(t.name, t.slug, t.parent and t.parent.name, t.position) for t in themes] == [
        ("Linkage", "linkage", None, 0),
        ("Tacit", "tacit", "Linkage", 1),
        ("Risk", "risk", None, 2),
    ]
    assert themes[0].definition == "Tied to another matter."
    assert (themes[2].colour, themes[2].line) == (2, 2)
    assert made.codebook != old.set.codebook
    assert old.set.codebook.themes.count() == 3


def test_a_set_that_cannot_be_made_whole_is_not_made():
    owner = user("ada")
    with pytest.raises(ValueError, match="must be saved"):
        create_set(owner=owner, title="Broken", document=Document(slug="unsaved"))
    assert not AnnotationSet.objects.exists()
    assert not Codebook.objects.exists()
    assert not History.objects.exists()


def test_an_edited_set_keeps_its_address_and_the_change_is_recorded():
    here = world()
    edit_set(
        here.set, actor=here.editor, title="Other", description="d", visibility="link", rights=""
    )
    found = AnnotationSet.objects.get(pk=here.set.pk)
    assert (found.slug, found.title, found.visibility) == ("a-seminar", "Other", "link")
    row = History.objects.latest("pk")
    assert (row.kind, row.action, row.actor, row.state["title"]) == (
        "annotationset",
        "edit",
        here.editor,
        "Other",
    )


def test_a_renewed_link_is_another_one():
    here = world()
    before = here.set.link_key
    renew_link(here.set, actor=here.owner)
    assert AnnotationSet.objects.get(pk=here.set.pk).link_key != before
    assert last() == ("annotationset", "renew_link")


def test_the_history_does_not_tell_the_secret_link():
    here = world()
    renew_link(here.set, actor=here.owner)
    assert not [row for row in History.objects.all() if here.set.link_key in str(row.state)]


def test_documents_stand_in_the_order_they_were_added_and_only_once():
    here = world()
    further = document("d170")
    add_document(here.set, further, actor=here.owner)
    add_document(here.set, here.document, actor=here.owner)
    rows = here.set.set_documents.order_by("position")
    assert [(row.document.slug, row.position) for row in rows] == [("d169", 0), ("d170", 1)]
    assert History.objects.filter(action="add_document").count() == 2


def test_a_document_without_annotations_can_be_taken_out():
    here = world()
    remove_document(here.set, here.document, actor=here.owner)
    assert here.set.set_documents.count() == 0
    assert last() == ("annotationset", "remove_document")


@pytest.mark.parametrize("deleted", [False, True])
def test_a_document_with_annotations_stays_even_when_they_are_deleted(deleted: bool):
    here = world()
    made = here.annotate(visibility="private")
    if deleted:
        delete_annotation(made, actor=here.annotator)
    with pytest.raises(SetFault, match="1 annotation of this set stands on it"):
        remove_document(here.set, here.document, actor=here.owner)
    assert here.set.set_documents.count() == 1


def test_annotations_of_another_set_do_not_hold_a_document():
    here = world()
    other = create_set(owner=here.owner, title="Other", document=here.document)
    here.annotate()
    remove_document(other, here.document, actor=here.owner)
    assert other.set_documents.count() == 0


def test_a_member_is_added_by_name_once():
    here = world()
    made = add_member(here.set, actor=here.owner, username="stranger", role="reader")
    assert (made.user, made.role) == (here.stranger, "reader")
    assert last() == ("membership", "create")
    with pytest.raises(SetFault, match="is a member of this set already"):
        add_member(here.set, actor=here.owner, username="stranger")


def test_nobody_who_is_not_there_or_not_active_becomes_a_member():
    here = world()
    here.stranger.is_active = False
    here.stranger.save()
    for name in ("nobody", "stranger"):
        with pytest.raises(SetFault, match=f"no account called “{name}”"):
            add_member(here.set, actor=here.owner, username=name)


@pytest.mark.parametrize("role", ["owner", "king", ""])
def test_nobody_is_made_a_second_owner_or_anything_unknown(role: str):
    here = world()
    with pytest.raises(SetFault, match="Choose editor, annotator or reader"):
        add_member(here.set, actor=here.owner, username="stranger", role=role)
    with pytest.raises(SetFault, match="Choose editor, annotator or reader"):
        change_role(here.set.memberships.get(user=here.reader), actor=here.owner, role=role)


def test_a_role_changes_and_a_membership_ends_with_a_record():
    here = world()
    membership = here.set.memberships.get(user=here.reader)
    change_role(membership, actor=here.owner, role="annotator")
    assert Membership.objects.get(pk=membership.pk).role == "annotator"
    assert last() == ("membership", "edit")
    remove_member(membership, actor=here.owner)
    assert not here.set.memberships.filter(user=here.reader).exists()
    assert last() == ("membership", "delete")
    assert History.objects.latest("pk").state == {"user": "reader", "role": "annotator"}


def test_the_owner_keeps_role_and_membership():
    here = world()
    membership = here.set.memberships.get(user=here.owner)
    with pytest.raises(SetFault, match="owner"):
        change_role(membership, actor=here.editor, role="reader")
    with pytest.raises(SetFault, match="owner"):
        remove_member(membership, actor=here.editor)
    assert here.set.memberships.get(user=here.owner).role == "owner"
