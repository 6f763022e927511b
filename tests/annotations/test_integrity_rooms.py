"""check_integrity finds what has come from one set into another."""

from __future__ import annotations

import pytest
from django.contrib.auth.models import User

from annotations.actions.annotations import create_annotation
from annotations.actions.sets import add_document, create_set
from annotations.integrity import problems
from annotations.models import (
    Annotation,
    Assignment,
    AssignmentDocument,
    GroupMember,
    JoinLink,
    Notification,
    Reply,
    Report,
)
from tests.annotations.worlds import World, document, world
from tests.factories import GroupFactory, ReplyFactory, ThemeFactory, UserFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def here() -> World:
    return world()


@pytest.fixture
def annotation(here: World) -> Annotation:
    return here.annotate()


def assignment(here: World) -> Assignment:
    return Assignment.objects.create(
        annotation_set=here.set, title="Read", created_by=here.owner, annotations=1
    )


def only(words: str) -> None:
    (found,) = problems()
    assert words in found


def test_a_set_with_everything_in_it_is_whole(here: World, annotation: Annotation):
    group = GroupFactory(annotation_set=here.set)
    Annotation.objects.update(group=group)
    GroupMember.objects.create(annotation_set=here.set, group=group, user=here.annotator)
    one = assignment(here)
    one.themes.add(here.linkage)
    AssignmentDocument.objects.create(
        assignment=one, document=here.document, edition=here.edition, start=0, end=4
    )
    reply = ReplyFactory(annotation=annotation)
    told = {"annotation_set": here.set, "annotation": annotation, "reply": reply}
    Report.objects.create(**told, by=here.reader)
    Notification.objects.create(**told, user=here.annotator, kind="reply")
    assert list(problems()) == []


def test_an_annotation_of_another_sets_group_is_found(here: World, annotation: Annotation):
    Annotation.objects.update(group=GroupFactory())
    only("written in a group of another set")


def test_a_reply_of_another_sets_group_is_found(here: World, annotation: Annotation):
    ReplyFactory(annotation=annotation, group=GroupFactory())
    only("reply number")


def test_members_and_links_of_another_sets_group_are_found(here: World):
    group = GroupFactory()
    row = GroupMember.objects.create(annotation_set=here.set, group=group, user=here.annotator)
    only("membership")
    row.delete()
    JoinLink.objects.create(annotation_set=here.set, group=group, created_by=here.owner)
    only("join link")


@pytest.mark.parametrize("model", [Annotation, Reply])
def test_a_pseudonymous_author_without_a_pseudonym_is_found(
    here: World, annotation: Annotation, model: type[Annotation | Reply]
):
    ReplyFactory(annotation=annotation, author=here.reader)
    model.objects.update(naming=1)
    only("no pseudonym")


def test_an_assignment_of_anothers_group_or_themes_is_found(here: World):
    one = assignment(here)
    one.themes.add(here.linkage, ThemeFactory())
    only("not in its set's codebook")
    one.themes.clear()
    one.group = GroupFactory()
    one.save()
    only("its group is in another set")


def test_a_range_past_the_text_or_of_another_document_is_found(here: World):
    row = AssignmentDocument.objects.create(
        assignment=assignment(here),
        document=here.document,
        edition=here.edition,
        start=0,
        end=len(here.edition.text) + 1,
    )
    only("ends after the text")
    row.edition, row.end = document("d170").current, 3
    row.save()
    only("of another document")


def test_what_is_told_and_reported_of_another_set_is_found(here: World, annotation: Annotation):
    other = annotation_elsewhere(here.owner)
    told = Notification.objects.create(
        annotation_set=here.set, annotation=other, user=here.annotator, kind="reply"
    )
    only("notification")
    told.delete()
    row = Report.objects.create(annotation_set=here.set, annotation=other, by=here.reader)
    only("its annotation is in another set")
    row.annotation, row.reply = annotation, ReplyFactory(annotation=other, author=UserFactory())
    row.save()
    only("answers another annotation")


def annotation_elsewhere(owner: User) -> Annotation:
    one = create_set(owner=owner, title="Another")
    made = document("d171")
    add_document(one, made, actor=owner)
    return create_annotation(
        author=owner, annotation_set=one, edition=made.current, start=0, end=4, quote="169."
    )
