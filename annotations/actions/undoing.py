"""Taking back what one did oneself, and doing it again.

A row of history keeps what was before and after. What was changed by it is put back, as far as it
is still as the row left it; what somebody changed since stays as it is, and is counted.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple

from django.contrib.auth.models import User
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone

from annotations.actions.bringing_back import put_brought
from annotations.actions.flags_back import put_flags
from annotations.actions.putting_back import Back, put_annotation, put_reply
from annotations.actions.turning_back import head_of, put_codebook, put_many
from annotations.models import AnnotationSet, History, Membership

# What of a kind can be taken back; the rest has its own way back, or none.
ACTIONS = {
    "annotation": {
        *("create", "edit", "share", "move", "delete", "restore", "hide", "show"),
        *("lock", "unlock", "answered", "asked again"),
    },
    "reply": {"create", "edit", "delete", "restore", "hide", "show"},
    "theme": {"create", "edit", "move", "delete", "restore", "retire", "unretire"},
    # Acts on many things: their parts say what they did.
    "codebook": {"merge", "split", "import", "copy", "edit", "back"},
    "many": {"retag", "review", "hide", "show", "delete", "restore", "share", "unshare", "bring"},
}


class UndoFault(ValueError):
    """Why something cannot be taken back, in one sentence."""


class Undone(NamedTuple):
    """How many things were put back, how many were left since they were changed meanwhile; and the
    row of history of the taking back."""

    done: int
    left: int
    row: History


def _acts(user: User, annotation_set: AnnotationSet) -> QuerySet[History]:
    """One's own acts in a set, the latest first."""
    rows = History.objects.filter(
        annotation_set=annotation_set, actor=user, part_of__isnull=True, undoes__isnull=True
    )
    return rows.order_by("-pk")


def can_be_undone(row: History) -> bool:
    """Whether a row is of a kind that can be taken back; not one whose words are gone for good."""
    whole = row.part_of_id is None and row.undoes_id is None
    gone = row.kind in ("annotation", "reply") and row.before is None and not row.state
    return whole and not gone and row.action in ACTIONS.get(row.kind, ())


def undoable(user: User, annotation_set: AnnotationSet) -> History | None:
    """One's last act in the set that can be taken back and has not been."""
    rows = _acts(user, annotation_set).filter(undone_at__isnull=True, kind__in=ACTIONS)
    return next((row for row in rows[:50] if can_be_undone(row)), None)


def redoable(user: User, annotation_set: AnnotationSet) -> History | None:
    """What one took back last and can do again: nothing once one has done something else."""
    last = undoable(user, annotation_set)
    rows = _acts(user, annotation_set).filter(undone_at__isnull=False)
    if last is not None:
        rows = rows.filter(pk__gt=last.pk)
    return rows.order_by("pk").first()


@transaction.atomic
def undo(row: History, *, actor: User) -> Undone:
    """Takes back what ``actor`` did in this row, and in its parts.

    Raises UndoFault when it is not hers, was taken back already, or when nothing of it is as it
    left it; PermissionDenied when she may not do it any more.
    """
    return _again(row, actor, forward=False)


@transaction.atomic
def redo(row: History, *, actor: User) -> Undone:
    """Does again what ``actor`` took back; as ``undo``."""
    return _again(row, actor, forward=True)


def _again(row: History, actor: User, *, forward: bool) -> Undone:
    row = History.objects.select_for_update(of=("self",)).get(pk=row.pk)
    if row.actor_id != actor.pk or not can_be_undone(row) or row.annotation_set is None:
        raise UndoFault("Only what you did yourself can be taken back.")
    if (row.undone_at is not None) is not forward:
        raise UndoFault("This has been done again." if forward else "This was taken back already.")
    back = Back(row, actor, row.annotation_set, _role(row.annotation_set, actor), forward)
    done, left, made = _way(row)(back)
    if not done or made is None:
        raise UndoFault("Nothing is changed: somebody has changed this since.")
    row.undone_at = None if forward else timezone.now()
    row.save(update_fields=["undone_at"])
    return Undone(done, left, made)


def _role(annotation_set: AnnotationSet, user: User) -> str | None:
    member = Membership.objects.filter(annotation_set=annotation_set, user=user)
    return member.values_list("role", flat=True).first()


Way = Callable[[Back], tuple[int, int, History | None]]


def _one(put: Callable[[Back, History], History | None]) -> Way:
    def way(back: Back) -> tuple[int, int, History | None]:
        made = put(back, back.row)
        return int(made is not None), int(made is None), made

    return way


def _each(back: Back) -> tuple[int, int, History | None]:
    """Puts back the parts of an act one by one; what may not be done any more is left."""
    head = head_of(back)
    parts = list(back.row.parts.order_by("pk" if back.forward else "-pk"))
    done = 0
    for part in parts:
        put = put_reply if part.kind == "reply" else put_annotation
        try:
            with transaction.atomic():
                done += put(back, part, head) is not None
        except PermissionDenied:
            continue
    return done, len(parts) - done, head


# The ways back of acts on many things that have a quick one of their own.
MANY: dict[str, Way] = {
    **dict.fromkeys(("retag", "review"), put_many),
    "bring": put_brought,
    **dict.fromkeys(("hide", "show", "delete", "restore", "share", "unshare"), put_flags),
}


def _way(row: History) -> Way:
    if row.kind == "many":
        return MANY.get(row.action, _each)
    return {
        "annotation": _one(put_annotation),
        "reply": _one(put_reply),
        "theme": put_codebook,
        "codebook": put_codebook,
    }[row.kind]
