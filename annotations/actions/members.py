"""How somebody goes out of a set by its editors' hand, and how the set gets another owner."""

from __future__ import annotations

from typing import Any

from django.contrib.auth.models import User
from django.db import transaction
from django.utils import timezone

from annotations.actions.history import record
from annotations.actions.holding import hold
from annotations.actions.promises import touch_all
from annotations.actions.sets import SetFault, withdraw_editor_links
from annotations.models import AnnotationSet, Block, GroupMember, Membership, Role


def log_member(membership: Membership, action: str, actor: User, **more: Any) -> None:
    """Writes the history row of what became of a member; ``user`` of the membership is loaded."""
    state = {"user": membership.user.get_username(), "role": membership.role} | more
    record(
        "membership",
        membership.pk,
        action,
        actor=actor,
        annotation_set=membership.annotation_set,
        state=state,
    )


def end_membership(membership: Membership) -> None:
    """Takes a member out of the set and out of her group; call it inside a transaction."""
    now_in = GroupMember.objects.current().filter(
        annotation_set=membership.annotation_set_id, user=membership.user_id
    )
    # Who comes back is in no group: no page may be kept for her from before.
    if now_in.update(left_at=timezone.now()):
        touch_all(membership.annotation_set)
    membership.delete()


@transaction.atomic
def remove_member(membership: Membership, *, actor: User) -> None:
    """Ends a membership; what the member wrote stays. Raises SetFault for the owner."""
    _check_not_owner(membership)
    if membership.role == Role.EDITOR:
        withdraw_editor_links(membership, actor=actor)
    log_member(membership, "delete", actor)
    end_membership(membership)


@transaction.atomic
def block_member(membership: Membership, *, actor: User) -> Block:
    """Removes a member, who cannot come back by a link. Raises SetFault for the owner, and for
    oneself."""
    _check_not_owner(membership)
    if membership.user_id == actor.pk:
        raise SetFault("You cannot block yourself: leave the set instead.")
    if membership.role == Role.EDITOR:
        withdraw_editor_links(membership, actor=actor)
    log_member(membership, "block", actor)
    block, _ = Block.objects.get_or_create(
        annotation_set=membership.annotation_set, user=membership.user, defaults={"by": actor}
    )
    end_membership(membership)
    return block


@transaction.atomic
def unblock(block: Block, *, actor: User) -> None:
    """Lets somebody come back by a link; it makes her no member."""
    record(
        "membership",
        block.pk,
        "unblock",
        actor=actor,
        annotation_set=block.annotation_set,
        state={"user": block.user.get_username()},
    )
    block.delete()


@transaction.atomic
def hand_over(annotation_set: AnnotationSet, membership: Membership, *, actor: User) -> None:
    """Makes an editor the owner, and the owner, who alone may do this, an editor.

    Raises SetFault when ``actor`` does not own the set or the other one does not edit it.
    """
    room = hold(annotation_set)
    if room.owner_id != actor.pk:
        raise SetFault("Only its owner can hand a set over.")
    if membership.annotation_set_id != room.pk or membership.role != Role.EDITOR:
        raise SetFault("Hand the set over to one of its editors.")
    if not membership.user.is_active:
        raise SetFault("This account is closed.")
    # In this order: a set never has two owners.
    owned = room.memberships.select_related("user", "annotation_set").get(user=actor)
    for one, role in ((owned, Role.EDITOR), (membership, Role.OWNER)):
        one.role = role
        one.save(update_fields=["role"])
        log_member(one, "hand_over", actor)
    annotation_set.owner = membership.user
    annotation_set.save(update_fields=["owner"])


def _check_not_owner(membership: Membership) -> None:
    # Locked as handing over locks it: who was an editor a moment ago may own the set by now.
    room = hold(membership.annotation_set_id)
    if membership.role == Role.OWNER or membership.user_id == room.owner_id:
        raise SetFault("The owner of a set keeps her role and stays a member.")
