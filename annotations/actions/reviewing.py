"""What was coded before a theme got another meaning is looked at, passage by passage."""

from __future__ import annotations

from django.contrib.auth.models import User
from django.db import transaction

from annotations.actions.history import record
from annotations.actions.retagging import Choice, Links, retag, swap
from annotations.models import Annotation, AnnotationSet, History, Theme
from annotations.models.annotations import AnnotationQuerySet


def keep(
    annotation_set: AnnotationSet, one: Annotation, theme: Theme, *, actor: User
) -> History | None:
    """Says that the theme still fits; the row by which that is taken back."""

    def choose(links: Links) -> Links:
        return links | ({theme.pk: theme.defined} if theme.pk in links else {})

    return _decide(annotation_set, one, choose, actor, "review")


def take_off(
    annotation_set: AnnotationSet, one: Annotation, theme: Theme, *, actor: User
) -> History | None:
    """Takes the theme off the passage."""
    return _decide(annotation_set, one, swap([], [theme.pk]), actor, "retag")


def instead(
    annotation_set: AnnotationSet, one: Annotation, theme: Theme, other: Theme, *, actor: User
) -> History | None:
    """Gives the passage another theme in its place."""
    return _decide(annotation_set, one, swap([other], [theme.pk]), actor, "retag")


@transaction.atomic
def _decide(
    annotation_set: AnnotationSet, one: Annotation, choose: Choice, actor: User, action: str
) -> History | None:
    head = record(
        "many",
        annotation_set.pk,
        action,
        actor=actor,
        annotation_set=annotation_set,
        state={"done": 1, "left": 0, "quote": one.quote},
    )
    rows: AnnotationQuerySet = Annotation.objects.filter(pk=one.pk)
    if not retag(annotation_set, rows, choose, head=head):
        head.delete()
        return None
    return head
