"""What editors do with the groups of a set: each one transaction, with its history rows."""

from __future__ import annotations

import random
from collections.abc import Iterable

from django.contrib.auth.models import User
from django.db import IntegrityError, transaction
from django.db.models import Max
from django.utils import timezone

from annotations.actions.history import record
from annotations.actions.holding import hold_unfrozen
from annotations.actions.promises import touch_all
from annotations.models import (
    Annotation,
    AnnotationSet,
    Assignment,
    Group,
    GroupMember,
    JoinLink,
    Membership,
    Reply,
    Role,
)

MOST = 60
# Who can be in a group: editors see all of them.
GROUPED = (Role.ANNOTATOR, Role.READER)


class GroupFault(ValueError):
    """Something that cannot be done to a group; its message says why, in one sentence."""


def _log(group: Group, action: str, actor: User) -> None:
    record(
        "group",
        group.pk,
        action,
        actor=actor,
        annotation_set=group.annotation_set,
        state={"name": group.name},
    )


@transaction.atomic
def make_group(annotation_set: AnnotationSet, *, actor: User, name: str) -> Group:
    """A new group at the end of the list. Raises GroupFault when there is one of this name."""
    _lock(annotation_set)
    _check_name(annotation_set, name)
    if annotation_set.groups.count() >= MOST:
        raise GroupFault(f"A set has {MOST} groups at most.")
    last = annotation_set.groups.aggregate(last=Max("position"))["last"]
    position = 0 if last is None else last + 1
    group = Group.objects.create(annotation_set=annotation_set, name=name, position=position)
    _log(group, "create", actor)
    return group


@transaction.atomic
def rename_group(group: Group, *, actor: User, name: str) -> Group:
    """Gives a group another name. Raises GroupFault when another one has it."""
    if name == group.name:
        return group
    _check_name(group.annotation_set, name)
    group.name = name
    try:
        with transaction.atomic():
            group.save(update_fields=["name"])
    except IntegrityError:
        raise GroupFault(f"There is a group “{name}” already.") from None
    _log(group, "edit", actor)
    return group


def _check_name(annotation_set: AnnotationSet, name: str) -> None:
    if annotation_set.groups.filter(name=name).exists():
        raise GroupFault(f"There is a group “{name}” already.")


def written_in(group: Group) -> bool:
    """Whether anything was written in the group, deleted things among it."""
    return (
        Annotation.objects.filter(group=group).exists()
        or Reply.objects.filter(group=group).exists()
    )


@transaction.atomic
def delete_group(group: Group, *, actor: User) -> None:
    """Deletes a group in which nothing was written; its members are in none then.

    Raises GroupFault when something was: its readers are known by it for good. So it does while an
    assignment is for it, or a link leads into it.
    """
    _lock(group.annotation_set)
    if written_in(group):
        raise GroupFault(
            f"“{group.name}” stays: something was written in it, and is still shown to those who "
            "were its members. You can empty it."
        )
    if Assignment.objects.filter(group=group).exists():
        raise GroupFault(f"“{group.name}” stays: there is an assignment for it.")
    if JoinLink.objects.alive().filter(group=group).exists():
        raise GroupFault(f"“{group.name}” stays: a link leads into it. Close the link first.")
    if _place(group.annotation_set, _current(group), None, actor):
        touch_all(group.annotation_set)
    _log(group, "delete", actor)
    group.delete()


def empty_group(group: Group, *, actor: User) -> int:
    """Takes all members out of the group; gives their number."""
    return move(group.annotation_set, _current(group), None, actor=actor)


def _current(group: Group) -> list[int]:
    rows = GroupMember.objects.current().filter(group=group)
    return list(rows.values_list("user", flat=True))


@transaction.atomic
def move(
    annotation_set: AnnotationSet, users: Iterable[int], group: Group | None, *, actor: User
) -> int:
    """Puts members into a group of the set, or with None into no group; gives how many moved.

    Editors, and who is no member, stay as they are. What was written stays where it was written.
    """
    _lock(annotation_set)
    moved = _place(annotation_set, users, group, actor)
    if moved:
        touch_all(annotation_set)
    return moved


@transaction.atomic
def deal(
    annotation_set: AnnotationSet,
    *,
    actor: User,
    count: int,
    all_anew: bool,
    chance: random.Random | None = None,
) -> int:
    """Deals the annotators into the first ``count`` groups, by chance and evenly; gives how many
    moved. Missing groups are made. Without ``all_anew`` only those who are in no group are dealt.
    """
    if not 1 <= count <= MOST:
        raise GroupFault(f"A set has 1 to {MOST} groups.")
    _lock(annotation_set)
    groups = _first_groups(annotation_set, count, actor)
    annotators = annotation_set.memberships.filter(role=Role.ANNOTATOR)
    users = list(annotators.order_by("pk").values_list("user", flat=True))
    rows = GroupMember.objects.current().filter(annotation_set=annotation_set)
    now = dict(rows.values_list("user", "group"))
    if not all_anew:
        users = [user for user in users if user not in now]
    (chance or random.SystemRandom()).shuffle(users)
    staying = [group for user, group in now.items() if user not in set(users)]
    heads = {group.pk: staying.count(group.pk) for group in groups}
    hands: dict[int, list[int]] = {group.pk: [] for group in groups}
    for user in users:
        smallest = min(heads, key=lambda pk: heads[pk])
        hands[smallest].append(user)
        heads[smallest] += 1
    moved = sum(_place(annotation_set, hands[group.pk], group, actor) for group in groups)
    if moved:
        touch_all(annotation_set)
    return moved


def _first_groups(annotation_set: AnnotationSet, count: int, actor: User) -> list[Group]:
    groups = list(annotation_set.groups.order_by("position", "pk"))
    taken = {group.name for group in groups}
    number = 1
    while len(groups) < count:
        if (name := f"Group {number}") not in taken:
            groups.append(make_group(annotation_set, actor=actor, name=name))
        number += 1
    return groups[:count]


def _lock(annotation_set: AnnotationSet) -> None:
    """Whoever changes the groups of a set waits for whoever else does, and for who freezes it."""
    hold_unfrozen(annotation_set)


def _place(
    annotation_set: AnnotationSet, users: Iterable[int], group: Group | None, actor: User
) -> int:
    """Ends the time of these members in their groups, and begins one in ``group``."""
    rows = GroupMember.objects.current().filter(annotation_set=annotation_set)
    before = {row.user_id: row.group for row in rows.select_related("group")}
    found = Membership.objects.filter(
        annotation_set=annotation_set, user__in=list(users), role__in=GROUPED
    )
    moving = [
        one
        for one in found.select_related("user").order_by("pk")
        if getattr(before.get(one.user_id), "pk", None) != getattr(group, "pk", None)
    ]
    now = timezone.now()
    rows.filter(user__in=[one.user_id for one in moving]).update(left_at=now)
    if group is not None:
        GroupMember.objects.bulk_create(
            GroupMember(annotation_set=annotation_set, group=group, user=one.user, since=now)
            for one in moving
        )
    for one in moving:
        left = before.get(one.user_id)
        state = {
            "user": one.user.get_username(),
            "from": left.name if left else "",
            "to": group.name if group else "",
        }
        record(
            "groupmember", one.pk, "move", actor=actor, annotation_set=annotation_set, state=state
        )
    return len(moving)
