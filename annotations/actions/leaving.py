"""How somebody goes out of a set of her own will, and what becomes of what she wrote in it."""

from __future__ import annotations

from django.contrib.auth.models import User
from django.db import transaction
from django.db.models import Exists, OuterRef
from django.utils import timezone

from annotations.actions.former import ABOUT, hand_to_former, rows_of
from annotations.actions.history import record
from annotations.actions.holding import hold, hold_written
from annotations.actions.members import end_membership, log_member
from annotations.actions.sets import SetFault, withdraw_editor_links
from annotations.models import (
    Annotation,
    AnnotationSet,
    AnnotationTheme,
    Block,
    History,
    Leaving,
    Naming,
    Question,
    Reply,
    Role,
)
from annotations.notes import render_note

# What stands where others answered something that its author deleted for good.
EMPTIED = "*Deleted by its author.*"


def choices_of(annotation_set: AnnotationSet) -> tuple[Leaving, ...]:
    """What may become of a member's work by the set's rule."""
    if annotation_set.leaving == Leaving.CHOOSE:
        return (Leaving.KEEP, Leaving.ANONYMISE, Leaving.DELETE)
    return (Leaving(annotation_set.leaving),)


@transaction.atomic
def leave(annotation_set: AnnotationSet, *, user: User, work: str) -> None:
    """Ends somebody's membership, and does with her work what the set's rule allows and she chose.

    Who was removed may still have her work anonymised or deleted. Raises SetFault for the owner,
    for what the rule does not allow, and for those who are kept out.
    """
    room = hold(annotation_set)
    if room.owner_id == user.pk:
        raise SetFault("The owner of a set cannot leave it: hand it over to an editor first.")
    if work not in choices_of(room):
        raise SetFault("This set has another rule for those who leave.")
    if work != Leaving.KEEP and Block.objects.filter(annotation_set=room, user=user).exists():
        # A block is known by the account: it would lead from the old name to the new one.
        raise SetFault("You are kept out of this set: its editors can let you in, to leave.")
    settle(room, user, work)


def settle(annotation_set: AnnotationSet, user: User, work: str) -> None:
    """Does with somebody's work in a set what was decided; call it inside a transaction."""
    hold(annotation_set)
    if work != Leaving.KEEP:
        hold_written(annotation_set)
    member = annotation_set.memberships.select_related("user", "annotation_set")
    membership = member.filter(user=user).first()
    if membership is not None and membership.role == Role.EDITOR:
        withdraw_editor_links(membership, actor=user)
    if work == Leaving.KEEP:
        if membership is not None:
            log_member(membership, "leave", user)
            end_membership(membership)
        return
    if membership is not None:
        end_membership(membership)
    if work == Leaving.DELETE:
        _delete_all(annotation_set, user)
    former = hand_to_former(annotation_set, user)
    record(
        "membership",
        membership.pk if membership else "-",
        "leave",
        actor=former,
        annotation_set=annotation_set,
        state={"work": work},
    )


def _delete_all(annotation_set: AnnotationSet, user: User) -> None:
    """Deletes for good what somebody wrote in the set and what is kept about her there.

    What others wrote is theirs: an annotation that they answered stays, without its words. Where
    they deleted all their answers it is deleted as they are: these can still be brought back.
    """
    hers = Annotation.objects.in_set(annotation_set.pk).filter(author=user)
    replies = Reply.objects.filter(author=user, annotation__annotation_set=annotation_set)
    _forget("annotation", annotation_set, hers)
    _forget("reply", annotation_set, replies)
    replies.delete()
    answered = Reply.objects.order_by().filter(annotation=OuterRef("pk"))
    hers.exclude(Exists(answered)).delete()
    unseen = hers.exclude(Exists(answered.alive()))
    unseen.filter(deleted_at__isnull=True).update(deleted_at=timezone.now())
    AnnotationTheme.objects.filter(annotation__in=hers.order_by()).delete()
    hers.update(
        note=EMPTIED,
        note_html=render_note(EMPTIED),
        theme_ids="",
        naming=Naming.NOBODY,
        question=Question.NONE,
        modified=timezone.now(),
    )
    for trace in ABOUT:
        rows_of(trace, annotation_set, user).delete()


def _forget(kind: str, annotation_set: AnnotationSet, written: object) -> None:
    """Empties what the history tells of the states of these annotations or replies."""
    uuids = [str(uuid) for uuid in written.order_by().values_list("uuid", flat=True)]  # type: ignore[attr-defined]
    past = History.objects.filter(annotation_set=annotation_set, kind=kind)
    for start in range(0, len(uuids), 500):
        past.filter(key__in=uuids[start : start + 500]).update(state={}, before=None, why="")
