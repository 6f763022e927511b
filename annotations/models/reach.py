"""Whom of many people something reaches: what ``visibility`` says in SQL for one viewer, said for
one annotation and all of them at once."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from annotations.models.annotations import Annotation, Reply
from annotations.models.people import GroupMember
from annotations.models.progress import Progress
from annotations.models.promised import Sharing
from annotations.models.sets import Membership, Naming, Rule, Visibility
from annotations.models.visibility import Scope, scope_of

Times = dict[int, list[datetime | None]]


def seen_by(users: Iterable[int], annotation: Annotation, reply: Reply | None = None) -> set[int]:
    """Those of the users who see the annotation, and the reply to it if one is given.

    At most four queries. Whoever has a set's link alone is not counted: nobody knows of her.
    """
    here = annotation.annotation_set
    asked = set(users)
    members = Membership.objects.filter(annotation_set=here, user__in=asked)
    roles = dict(members.values_list("user", "role"))
    opened: set[int] = set()
    if here.rule == Rule.AFTER:
        opened = _opened_for(asked, annotation)
    first, second = _times(asked, annotation), _times(asked, reply) if reply else {}
    found = set()
    for user in asked:
        role = roles.get(user)
        if role is None and here.visibility != Visibility.PUBLIC:
            continue
        scope = scope_of(here.rule, role, user in opened)
        seen = _sees(user, scope, annotation, first)
        if seen and (reply is None or _sees_reply(user, scope, annotation, reply, second)):
            found.add(user)
    return found


def _opened_for(users: set[int], annotation: Annotation) -> set[int]:
    rows = Progress.objects.filter(
        annotation_set=annotation.annotation_set_id,
        document=annotation.edition.document_id,
        user__in=users,
        opened_at__isnull=False,
    )
    return set(rows.values_list("user", flat=True))


def _times(users: set[int], written: Annotation | Reply) -> Times:
    """When each left the group that something was written in; None for one who is in it."""
    times: Times = {}
    if written.group_id is not None:
        rows = GroupMember.objects.filter(group=written.group_id, user__in=users)
        for user, left_at in rows.values_list("user", "left_at"):
            times.setdefault(user, []).append(left_at)
    return times


def _reaches(user: int, scope: Scope, written: Annotation | Reply, times: Times) -> bool:
    if written.hidden_at is not None or written.audience < scope.floor:
        return False
    if not scope.others and written.naming != Naming.EDITOR:
        return False
    if written.group_id is None:
        return True
    left = times.get(user, []) if scope.member else []
    return any(at is None or at >= written.created for at in left)


def _sees(user: int, scope: Scope, annotation: Annotation, times: Times) -> bool:
    if annotation.deleted_at is not None:
        return False
    if annotation.author_id == user:
        return True
    if annotation.visibility != Sharing.SHARED:
        return False
    return scope.all or (scope.taught and _reaches(user, scope, annotation, times))


def _sees_reply(user: int, scope: Scope, to: Annotation, reply: Reply, times: Times) -> bool:
    if reply.deleted_at is not None:
        return False
    if reply.author_id == user or scope.all:
        return True
    hers = reply.visibility == Sharing.SHARED or to.author_id == user
    return hers and _reaches(user, scope, reply, times)
