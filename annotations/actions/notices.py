"""Telling people of what concerns them, in the same transaction as what happened."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django.contrib.auth.models import User
from django.db import transaction
from django.utils import timezone

from annotations.models import (
    Annotation,
    AnnotationSet,
    Assignment,
    Kind,
    Membership,
    NoticeChoice,
    Notification,
    Reply,
)
from annotations.models.reach import seen_by


def notify(
    kind: str,
    *,
    users: Iterable[User | int],
    annotation_set: AnnotationSet,
    actor: User,
    annotation: Annotation | None = None,
    reply: Reply | None = None,
    assignment: Assignment | None = None,
) -> set[int]:
    """Tells these people (accounts or their ids) that ``actor`` did something; gives whom it told.

    Never the actor, nobody who cannot see what it is about, nobody who wants this kind neither in
    the app nor by mail, and nobody of the same thing twice while the first is unread; of a mention
    never again. Up to seven queries, however many people.

    Call it inside the transaction of what happened.
    """
    told = {one if isinstance(one, int) else one.pk for one in users} - {actor.pk}
    if not told:
        return told
    if annotation is not None:
        told = seen_by(told, annotation, reply)
    else:
        told = _members(told, annotation_set)
    about: dict[str, Any] = {"annotation": annotation, "reply": reply, "assignment": assignment}
    told -= _unwilling(told, kind) if told else told
    told -= _told_before(told, kind, annotation_set, about) if told else told
    Notification.objects.bulk_create(
        Notification(user_id=user, kind=kind, annotation_set=annotation_set, actor=actor, **about)
        for user in sorted(told)
    )
    return told


def _told_before(
    users: set[int], kind: str, annotation_set: AnnotationSet, about: dict[str, Any]
) -> set[int]:
    same = Notification.objects.filter(user__in=users, kind=kind, annotation_set=annotation_set)
    if kind != Kind.MENTION:
        same = same.filter(read_at__isnull=True)
    return set(same.filter(**about).values_list("user", flat=True))


def _members(users: set[int], annotation_set: AnnotationSet) -> set[int]:
    rows = Membership.objects.filter(annotation_set=annotation_set, user__in=users)
    return set(rows.values_list("user", flat=True))


def _unwilling(users: set[int], kind: str) -> set[int]:
    rows = NoticeChoice.objects.filter(user__in=users, kind=kind, in_app=False, by_mail=False)
    return set(rows.values_list("user", flat=True))


def mark_read(user: User, pk: int | None = None) -> int:
    """Marks one of somebody's notifications as read, or all of them; gives how many were not."""
    unread = Notification.objects.filter(user=user, read_at__isnull=True)
    if pk is not None:
        unread = unread.filter(pk=pk)
    return unread.update(read_at=timezone.now())


@transaction.atomic
def choose(user: User, choices: dict[str, tuple[bool, bool]]) -> None:
    """Keeps which kinds somebody wants in the app, and which by mail."""
    NoticeChoice.objects.filter(user=user).delete()
    NoticeChoice.objects.bulk_create(
        NoticeChoice(user=user, kind=kind, in_app=in_app, by_mail=by_mail)
        for kind, (in_app, by_mail) in choices.items()
        if not (in_app and by_mail)
    )


@transaction.atomic
def switch_mail_off(user: User) -> None:
    """Nothing more by mail, of any kind; what is told in the app stays as it was chosen."""
    here = NoticeChoice.objects.filter(user=user)
    here.update(by_mail=False)
    known = set(here.values_list("kind", flat=True))
    NoticeChoice.objects.bulk_create(
        NoticeChoice(user=user, kind=kind, by_mail=False) for kind in Kind if kind not in known
    )


def mailed(notices: Iterable[int]) -> int:
    """Keeps that these notifications were mailed."""
    rows = Notification.objects.filter(pk__in=notices, mailed_at__isnull=True)
    return rows.update(mailed_at=timezone.now())
