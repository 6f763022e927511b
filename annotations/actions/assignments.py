"""What editors do with assignments and marks: each one transaction, with its history row."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal
from typing import Any, NamedTuple

from django.contrib.auth.models import User
from django.db import transaction
from django.db.models import Max
from django.utils import timezone

from annotations.actions.history import record
from annotations.actions.holding import hold
from annotations.actions.notices import notify
from annotations.actions.wording import words_of_assignment
from annotations.models import (
    AnnotationSet,
    Assignment,
    AssignmentDocument,
    GroupMember,
    Kind,
    Mark,
    Role,
    Theme,
)
from annotations.notes import render_note
from annotations.stale import check

FIELDS = (
    *("title", "prompt", "group", "annotations", "replies", "words"),
    *("opens_at", "due_at", "late_allowed", "points"),
)


class Part(NamedTuple):
    """A document to read: whole when ``edition`` is None, else a range of that edition in code
    points. All are primary keys."""

    document: int
    edition: int | None = None
    start: int | None = None
    end: int | None = None


@transaction.atomic
def create_assignment(
    annotation_set: AnnotationSet,
    *,
    actor: User,
    parts: Sequence[Part],
    themes: Sequence[Theme] = (),
    **fields: Any,
) -> Assignment:
    """A new assignment at the end of the set's list; those whom it asks are told of it.

    ``fields`` are some of FIELDS.
    """
    _check(fields)
    last = annotation_set.assignments.aggregate(last=Max("position"))["last"]
    made = Assignment(
        annotation_set=annotation_set,
        created_by=actor,
        position=0 if last is None else last + 1,
        prompt_html=render_note(fields.get("prompt", "")),
        **fields,
    )
    made.save()
    _set_parts(made, parts, themes)
    _log(made, "create", actor, parts)
    notify(
        Kind.ASSIGNMENT,
        users=_asked(made),
        annotation_set=annotation_set,
        actor=actor,
        assignment=made,
    )
    return made


def _lock(assignment: Assignment) -> Assignment:
    """It as it is now, so that two editors who save at once come one after the other."""
    return Assignment.objects.select_for_update().get(pk=assignment.pk)


def _check(fields: dict[str, Any]) -> None:
    unknown = fields.keys() - set(FIELDS)
    if unknown:
        raise TypeError(f"An assignment has no {', '.join(sorted(unknown))}.")


def _asked(assignment: Assignment) -> list[int]:
    """The keys of those for whom it is."""
    where = {"annotation_set": assignment.annotation_set_id}
    found = assignment.annotation_set.memberships.filter(role=Role.ANNOTATOR).order_by()
    if assignment.group_id is not None:
        group = GroupMember.objects.order_by().current().filter(group=assignment.group_id, **where)
        found = found.filter(user__in=group.values("user"))
    return list(found.values_list("user_id", flat=True))


def _set_parts(assignment: Assignment, parts: Sequence[Part], themes: Sequence[Theme]) -> None:
    assignment.assignment_documents.all().delete()
    AssignmentDocument.objects.bulk_create(
        AssignmentDocument(
            assignment=assignment,
            document_id=part.document,
            edition_id=part.edition,
            start=part.start,
            end=part.end,
            position=position,
        )
        for position, part in enumerate(parts)
    )
    assignment.themes.set(themes)


@transaction.atomic
def edit_assignment(
    assignment: Assignment,
    *,
    actor: User,
    parts: Sequence[Part],
    themes: Sequence[Theme] = (),
    base: str = "",
    **fields: Any,
) -> Assignment:
    """Gives the assignment other words, documents, themes, times; marks stay. ``base`` is the mark
    of ``words_of_assignment`` when the form was opened: raises Stale when it is another by now."""
    _check(fields)
    check(base, words_of_assignment(_lock(assignment)))
    for name, value in fields.items():
        setattr(assignment, name, value)
    assignment.prompt_html = render_note(assignment.prompt)
    assignment.save(update_fields=[*fields, "prompt_html"])
    _set_parts(assignment, parts, themes)
    _log(assignment, "edit", actor, parts)
    return assignment


@transaction.atomic
def delete_assignment(assignment: Assignment, *, actor: User) -> Assignment:
    """Takes the assignment out of sight with its marks; ``restore_assignment`` brings it back."""
    assignment.deleted_at = timezone.now()
    return _save(assignment, "delete", actor)


@transaction.atomic
def restore_assignment(assignment: Assignment, *, actor: User) -> Assignment:
    """Brings a deleted assignment back where it stood."""
    assignment.deleted_at = None
    return _save(assignment, "restore", actor)


def _save(assignment: Assignment, action: str, actor: User) -> Assignment:
    assignment.save(update_fields=["deleted_at"])
    _log(assignment, action, actor)
    return assignment


@transaction.atomic
def move_assignment(assignment: Assignment, *, actor: User, step: int) -> Assignment:
    """Moves it past its neighbour in the set's list: ``step`` is -1 or 1. At the end it stays."""
    # Locked, so that two who move at once leave one order.
    hold(assignment.annotation_set_id)
    rows = list(assignment.annotation_set.assignments.filter(deleted_at=None).in_order())
    place = next(i for i, one in enumerate(rows) if one.pk == assignment.pk)
    other = place + step
    if 0 <= other < len(rows):
        rows[place], rows[other] = rows[other], rows[place]
        for position, one in enumerate(rows):
            one.position = position
        Assignment.objects.bulk_update(rows, ["position"])
        assignment.position = other
        _log(assignment, "move", actor)
    return assignment


@transaction.atomic
def give_mark(
    assignment: Assignment, user: User, *, actor: User, points: Decimal | None, comment: str
) -> Mark | None:
    """What an editor says of a member's work; she is told. Neither points nor words: no mark."""
    _lock(assignment)
    found = Mark.objects.filter(assignment=assignment, user=user).first()
    if points is None and not comment:
        if found is not None:
            found.delete()
            _log_mark(assignment, user, "delete", actor, None, "")
        return None
    if found is not None and (found.points, found.comment) == (points, comment):
        return found
    mark = found or Mark(assignment=assignment, user=user)
    mark.points, mark.comment, mark.comment_html = points, comment, render_note(comment)
    mark.by, mark.modified = actor, timezone.now()
    mark.save()
    _log_mark(assignment, user, "edit" if found else "create", actor, points, comment)
    notify(
        Kind.MARK,
        users=[user],
        annotation_set=assignment.annotation_set,
        actor=actor,
        assignment=assignment,
    )
    return mark


def _log(
    assignment: Assignment, action: str, actor: User, parts: Sequence[Part] | None = None
) -> None:
    state = {name: getattr(assignment, name) for name in FIELDS if name != "group"}
    for name in ("opens_at", "due_at"):
        state[name] = state[name] and state[name].isoformat()
    state["points"] = None if state["points"] is None else str(state["points"])
    state |= {"group": assignment.group_id, "position": assignment.position}
    if parts is not None:
        state["documents"] = [list(part) for part in parts]
        state["themes"] = [theme.slug for theme in assignment.themes.all()]
    record(
        "assignment",
        assignment.pk,
        action,
        actor=actor,
        annotation_set=assignment.annotation_set,
        state=state,
    )


def _log_mark(
    assignment: Assignment,
    user: User,
    action: str,
    actor: User,
    points: Decimal | None,
    comment: str,
) -> None:
    record(
        "mark",
        f"{assignment.pk}/{user.pk}",
        action,
        actor=actor,
        annotation_set=assignment.annotation_set,
        state={"points": None if points is None else str(points), "comment": comment},
    )
