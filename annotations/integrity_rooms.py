"""Whether what belongs to one set stays in it: groups, assignments, reports, notifications."""

from __future__ import annotations

from collections.abc import Iterator

from django.db.models import Exists, F, Model, OuterRef, QuerySet
from django.db.models.functions import Length

from annotations.models import (
    Annotation,
    Assignment,
    AssignmentDocument,
    GroupMember,
    JoinLink,
    Naming,
    Notification,
    Pseudonym,
    Reply,
    Report,
)


def room_problems() -> Iterator[str]:
    """Every fault, one sentence each."""
    yield from _groups()
    yield from _pseudonyms()
    yield from _assignments()
    yield from _told()


def _elsewhere(rows: QuerySet[Model], path: str, one_set: str, says: str) -> Iterator[str]:
    """A sentence for each row whose ``path`` leads to a thing of another set than its own."""
    strange = rows.order_by("pk").exclude(**{f"{path}__isnull": True})
    for pk in strange.exclude(**{path: F(one_set)}).values_list("pk", flat=True).iterator():
        yield says.format(pk)


def _groups() -> Iterator[str]:
    of_group = "group__annotation_set"
    yield from _elsewhere(
        Annotation.objects.all(),
        of_group,
        "annotation_set",
        "annotation number {}: it was written in a group of another set.",
    )
    yield from _elsewhere(
        Reply.objects.all(),
        of_group,
        "annotation__annotation_set",
        "reply number {}: it was written in a group of another set.",
    )
    yield from _elsewhere(
        GroupMember.objects.all(),
        of_group,
        "annotation_set",
        "membership {} of a group: the group is in another set.",
    )
    yield from _elsewhere(
        JoinLink.objects.all(),
        of_group,
        "annotation_set",
        "join link {}: its group is in another set.",
    )


def _pseudonyms() -> Iterator[str]:
    for model, one_set in ((Annotation, "annotation_set"), (Reply, "annotation__annotation_set")):
        named = Pseudonym.objects.order_by().filter(
            annotation_set=OuterRef(one_set), user=OuterRef("author")
        )
        nameless = model.objects.filter(~Exists(named), naming=Naming.PSEUDONYM).order_by("pk")
        for uuid in nameless.values_list("uuid", flat=True).iterator():
            yield f"{model._meta.model_name} {uuid}: its author has no pseudonym in its set."


def _assignments() -> Iterator[str]:
    yield from _elsewhere(
        Assignment.objects.all(),
        "group__annotation_set",
        "annotation_set",
        "assignment {}: its group is in another set.",
    )
    asked = Assignment.themes.through.objects.order_by("assignment")
    strange = asked.exclude(theme__codebook=F("assignment__annotation_set__codebook"))
    for pk in strange.values_list("assignment", flat=True).distinct():
        yield f"assignment {pk}: a theme that it asks for is not in its set's codebook."
    ranges = AssignmentDocument.objects.exclude(edition__isnull=True).order_by("pk")
    for pk in ranges.exclude(edition__document=F("document")).values_list("pk", flat=True):
        yield f"document {pk} of an assignment: its range is of another document."
    long = ranges.annotate(length=Length("edition__text")).filter(end__gt=F("length"))
    for pk in long.values_list("pk", flat=True):
        yield f"document {pk} of an assignment: its range ends after the text."


def _told() -> Iterator[str]:
    yield from _elsewhere(
        Notification.objects.all(),
        "annotation__annotation_set",
        "annotation_set",
        "notification {}: its annotation is in another set.",
    )
    yield from _elsewhere(
        Report.objects.all(),
        "annotation__annotation_set",
        "annotation_set",
        "report {}: its annotation is in another set.",
    )
    yield from _elsewhere(
        Report.objects.all(),
        "reply__annotation",
        "annotation",
        "report {}: its reply answers another annotation.",
    )
