"""What somebody wrote and did in a set, handed to an account that nobody stands behind."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from typing import Any, NamedTuple

from django.contrib.auth.models import User
from django.db.models import Model, Q, TextField
from django.db.models.functions import Cast
from django.utils.crypto import get_random_string

from annotations.actions.promises import touch_all
from annotations.models import (
    Anchoring,
    Annotation,
    AnnotationSet,
    Assignment,
    Block,
    GroupMember,
    History,
    JoinLink,
    Mark,
    Membership,
    Notification,
    Progress,
    Pseudonym,
    Reply,
    Report,
)
from annotations.notes import render_note


class Trace(NamedTuple):
    """A column that points to somebody, and the way from its row to the set."""

    model: type[Model]
    column: str
    way: str


_HERE, _BY_ANNOTATION = "annotation_set", "annotation__annotation_set"
_BY_ASSIGNMENT = "assignment__annotation_set"
# What she wrote and did: the rows stay when she goes, and only her name has to leave them.
HANDED = (
    Trace(Annotation, "author", _HERE),
    Trace(Reply, "author", _BY_ANNOTATION),
    Trace(Anchoring, "decided_by", _BY_ANNOTATION),
    Trace(Assignment, "created_by", _HERE),
    Trace(JoinLink, "created_by", _HERE),
    Trace(Block, "by", _HERE),
    Trace(Mark, "by", _BY_ASSIGNMENT),
    Trace(Report, "settled_by", _HERE),
    Trace(History, "actor", _HERE),
)
# What is about her alone.
ABOUT = (
    Trace(Mark, "user", _BY_ASSIGNMENT),
    Trace(Progress, "user", _HERE),
    Trace(GroupMember, "user", _HERE),
    Trace(Pseudonym, "user", _HERE),
    Trace(Report, "by", _HERE),
    Trace(Notification, "actor", _HERE),
)
# What nobody needs when she is gone.
ENDED = (Trace(Notification, "user", _HERE), Trace(Membership, "user", _HERE))


def rows_of(trace: Trace, annotation_set: AnnotationSet, user: User) -> Any:
    """The rows of this trace that somebody has in the set."""
    manager: Any = trace.model._default_manager
    return manager.order_by().filter(**{trace.way: annotation_set, trace.column: user})


def new_former() -> User:
    """An account without mail and password, that cannot sign in and says of whom it was nothing."""
    sign = get_random_string(6, "bcdfghjkmnpqrstvwxz23456789")
    former = User(username=f"former-member-{sign}", first_name="Former member", is_active=False)
    former.last_name = sign.upper()
    former.set_unusable_password()
    former.save()
    return former


def hand_to_former(annotation_set: AnnotationSet, user: User) -> User | None:
    """Hands all that somebody has in the set to a new former account, under which coders stay
    distinct, and takes her name out of what is kept of the set; None where there was nothing.

    Call it inside a transaction.
    """
    former = new_former()
    handed = 0
    for trace in (*HANDED, *ABOUT):
        rows = rows_of(trace, annotation_set, user)
        handed += rows.update(**{trace.column: former})
    for trace in ENDED:
        rows_of(trace, annotation_set, user).delete()
    unname(annotation_set, user, former.username)
    touch_all(annotation_set)
    if handed:
        return former
    former.delete()
    return None


def unname(annotation_set: AnnotationSet, user: User, instead: str) -> None:
    """Takes somebody's user name, name and mail out of the set's history, and the mentions of her
    out of what others wrote there."""
    names = {user.get_username(), user.get_full_name(), user.email} - {""}
    mention = re.compile(rf"(?<![\w@])@{re.escape(user.get_username())}(?![\w-])", re.IGNORECASE)

    def unmentioned(text: str) -> str:
        return mention.sub(f"@{instead}", text)

    def unnamed(text: str) -> str:
        return instead if text in names else unmentioned(text)

    at = f"@{user.get_username()}"
    for model, way in ((Annotation, _HERE), (Reply, _BY_ANNOTATION)):
        found: Any = model._default_manager.filter(**{way: annotation_set})
        for row in found.filter(note__icontains=at).only("note"):
            note = unmentioned(row.note)
            found.filter(pk=row.pk).update(note=note, note_html=render_note(note))
    past = History.objects.filter(annotation_set=annotation_set)
    for row in past.annotate(words=Cast("state", TextField())).filter(_holding(names)):
        written = row.kind in ("annotation", "reply", "theme")
        state = _changed(row.state, unmentioned if written else unnamed)
        past.filter(pk=row.pk).update(state=state)


def _holding(names: set[str]) -> Q:
    """The condition for JSON with one of these in it, as either database writes it."""
    found = Q(pk__in=[])
    for name in names:
        found |= Q(words__icontains=name) | Q(words__icontains=json.dumps(name)[1:-1])
    return found


def _changed(value: Any, change: Callable[[str], str]) -> Any:
    """A JSON value with each of its strings changed."""
    if isinstance(value, str):
        return change(value)
    if isinstance(value, list):
        return [_changed(one, change) for one in value]
    if isinstance(value, dict):
        return {key: _changed(one, change) for key, one in value.items()}
    return value
