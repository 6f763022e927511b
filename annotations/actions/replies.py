"""What people do to replies: each one transaction, with its history row."""

from __future__ import annotations

from datetime import datetime

from django.contrib.auth.models import User
from django.db import transaction
from django.utils import timezone

from annotations.actions.annotations import bump
from annotations.actions.history import Mark, record
from annotations.actions.promises import keep, promise_to
from annotations.models import Annotation, Promise, Reply, Sharing
from annotations.notes import render_note


def _log(reply: Reply, action: str, actor: User, mark: Mark) -> None:
    record(
        "reply",
        reply.uuid,
        action,
        actor=actor,
        annotation_set=reply.annotation.annotation_set,
        state={"annotation": str(reply.annotation.uuid), "note": reply.note},
        mark=mark,
    )


def create_reply(
    annotation: Annotation,
    *,
    author: User,
    note: str,
    private: bool = False,
    at: datetime | None = None,
    promise: Promise | None = None,
) -> Reply:
    """Answers an annotation; a ``private`` reply is between its author and the editors."""
    now = at or timezone.now()
    reply = Reply(
        annotation=annotation,
        author=author,
        note=note,
        note_html=render_note(note),
        visibility=Sharing.PRIVATE if private else Sharing.SHARED,
        created=now,
        modified=now,
    )
    with transaction.atomic():
        keep(reply, promise or promise_to(annotation.annotation_set, author))
        reply.save()
        _changed(reply, "create", author)
    return reply


def edit_reply(reply: Reply, *, actor: User, note: str) -> Reply:
    """Gives the reply another text."""
    reply.note, reply.note_html, reply.modified = note, render_note(note), timezone.now()
    return _save(reply, "edit", actor, "note", "note_html", "modified")


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
    _log(reply, action, actor, bump(reply.annotation))
