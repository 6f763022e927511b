"""What people do to replies: each one transaction, with its history row."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.contrib.auth.models import User
from django.db import transaction
from django.utils import timezone

from annotations.actions.annotations import bump
from annotations.actions.history import Mark, record
from annotations.actions.mentions import rendered, tell_mentioned
from annotations.actions.notices import notify
from annotations.actions.promises import keep, promise_to
from annotations.models import Annotation, Kind, Naming, Promise, Reply, Sharing


class ThreadLocked(Exception):
    """An editor has locked this thread: it takes no more replies."""


def log_reply(
    reply: Reply, action: str, actor: User, mark: Mark, more: dict[str, Any] | None = None
) -> None:
    """Writes the history row of a change to a reply, with ``more`` in its state."""
    state = {"annotation": str(reply.annotation.uuid), "note": reply.note}
    record(
        "reply",
        reply.uuid,
        action,
        actor=actor,
        annotation_set=reply.annotation.annotation_set,
        state=state | (more or {}),
        mark=mark,
    )


def _check_open(annotation: Annotation) -> None:
    # Locked, so that nobody answers in the very moment in which the thread is closed.
    rows = Annotation.objects.select_for_update().filter(pk=annotation.pk)
    if rows.filter(locked_at__isnull=False).exists():
        raise ThreadLocked("This thread is locked: it takes no more replies.")


def create_reply(
    annotation: Annotation,
    *,
    author: User,
    note: str,
    private: bool = False,
    at: datetime | None = None,
    promise: Promise | None = None,
) -> Reply:
    """Answers an annotation; a ``private`` reply is between its author and the editors. Nobody is
    told of what was written at another time, and is brought in now.

    Raises ThreadLocked where an editor has locked the thread.
    """
    now = at or timezone.now()
    reply = Reply(
        annotation=annotation,
        author=author,
        note=note,
        visibility=Sharing.PRIVATE if private else Sharing.SHARED,
        created=now,
        modified=now,
    )
    with transaction.atomic():
        _check_open(annotation)
        keep(reply, promise or promise_to(annotation.annotation_set, author))
        reply.note_html, people = rendered(note, annotation.annotation_set, reply.group_id)
        reply.save()
        _changed(reply, "create", author)
        if at is None:
            _tell(reply, author, people)
    return reply


def _tell(reply: Reply, actor: User, mentioned: set[int]) -> None:
    """Tells those who are mentioned, and then those who wrote in the thread."""
    annotation = reply.annotation
    told = tell_mentioned(mentioned, annotation, actor, reply)
    asked = annotation.author_id
    others = {asked, *annotation.replies.alive().values_list("author", flat=True)} - told
    private = reply.visibility == Sharing.PRIVATE and reply.naming == Naming.EDITOR
    for kind, users in (
        (Kind.PRIVATE, others & {asked} if private else set()),
        (Kind.REPLY, others - {asked} if private else others),
    ):
        notify(
            kind,
            users=users,
            annotation_set=reply.in_set,
            actor=actor,
            annotation=annotation,
            reply=reply,
        )


def edit_reply(reply: Reply, *, actor: User, note: str) -> Reply:
    """Gives the reply another text. Raises ThreadLocked where an editor has locked the thread."""
    with transaction.atomic():
        _check_open(reply.annotation)
        reply.note, reply.modified = note, timezone.now()
        reply.note_html, people = rendered(note, reply.in_set, reply.group_id)
        _save(reply, "edit", actor, "note", "note_html", "modified")
        tell_mentioned(people, reply.annotation, actor, reply)
    return reply


def delete_reply(reply: Reply, *, actor: User) -> Reply:
    """Takes the reply out of sight; ``restore_reply`` brings it back."""
    reply.deleted_at = timezone.now()
    return _save(reply, "delete", actor, "deleted_at")


def restore_reply(reply: Reply, *, actor: User) -> Reply:
    """Brings a deleted reply back."""
    reply.deleted_at = None
    return _save(reply, "restore", actor, "deleted_at")


def _save(reply: Reply, action: str, actor: User, *fields: str) -> Reply:
    """Saves these fields alone: another tab may have changed the others meanwhile."""
    with transaction.atomic():
        reply.save(update_fields=fields)
        _changed(reply, action, actor)
    return reply


def _changed(reply: Reply, action: str, actor: User) -> None:
    log_reply(reply, action, actor, bump(reply.annotation))
