"""What people do to replies: each one transaction, with its history row."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import UUID

from django.contrib.auth.models import User
from django.db import IntegrityError, transaction
from django.utils import timezone

from annotations.actions.changing import bump
from annotations.actions.history import Mark, record
from annotations.actions.mentions import rendered, tell_mentioned
from annotations.actions.notices import notify
from annotations.actions.promises import keep, promise_to
from annotations.models import Annotation, History, Kind, Naming, Promise, Reply, Sharing
from annotations.stale import Stale, check


class ThreadLocked(Exception):
    """An editor has locked this thread: it takes no more replies."""


_READ_AGAIN = (
    *("note", "note_html", "visibility", "modified", "deleted_at", "author_id"),
    *("hidden_at", "hidden_reason", "audience", "naming", "group_id"),
)


def state_of_reply(reply: Reply) -> dict[str, Any]:
    """What a reply is now, as its rows of history keep it."""
    return {
        "annotation": str(reply.annotation.uuid),
        "note": reply.note,
        "visibility": reply.visibility,
        "deleted": reply.deleted_at is not None,
        "hidden": reply.hidden_at is not None,
        "reason": reply.hidden_reason,
    }


def words_of_reply(reply: Reply) -> dict[str, Any]:
    """What the form for editing a reply shows: ``stale.mark_of`` it is the form's ``base``."""
    return {"note": reply.note}


def fresh_reply(reply: Reply) -> dict[str, Any]:
    """Locks the reply's annotation and reads the reply again; gives its state."""
    Annotation.objects.select_for_update().order_by().filter(pk=reply.annotation_id).get()
    row = Reply.objects.order_by().filter(pk=reply.pk)
    for name, value in row.values(*_READ_AGAIN).get().items():
        setattr(reply, name, value)
    return state_of_reply(reply)


def log_reply(
    reply: Reply,
    action: str,
    actor: User,
    mark: Mark,
    *,
    before: dict[str, Any] | None = None,
    undoes: History | None = None,
    part_of: History | None = None,
) -> History:
    """Writes the history row of a change to a reply."""
    return record(
        "reply",
        reply.uuid,
        action,
        actor=actor,
        annotation_set=reply.annotation.annotation_set,
        before=before,
        state=state_of_reply(reply),
        mark=mark,
        undoes=undoes,
        part_of=part_of,
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
    uuid: UUID | None = None,
    at: datetime | None = None,
    promise: Promise | None = None,
) -> Reply:
    """Answers an annotation; a ``private`` reply is between its author and the editors. Nobody is
    told of what was written at another time, and is brought in now. What is sent twice under one
    ``uuid`` by its author is there once: the second time its ``already`` is set.

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
        **({"uuid": uuid} if uuid else {}),
    )
    try:
        with transaction.atomic():
            _check_open(annotation)
            keep(reply, promise or promise_to(annotation.annotation_set, author))
            reply.note_html, people = rendered(note, annotation.annotation_set, reply.group_id)
            reply.save(force_insert=True)
            log_reply(reply, "create", author, bump(annotation))
            if at is None:
                _tell(reply, author, people)
    except IntegrityError:
        found = annotation.replies.filter(uuid=uuid, author=author).first() if uuid else None
        if found is None:
            raise
        found.already = True
        return found
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


def edit_reply(reply: Reply, *, actor: User, note: str, base: str = "") -> Reply:
    """Gives the reply another text. ``base`` is the mark of its words when the form was opened.

    Raises Stale when it has another text by now, or was deleted; ThreadLocked where an editor has
    locked the thread.
    """
    with transaction.atomic():
        _check_open(reply.annotation)
        before = fresh_reply(reply)
        if reply.deleted_at is not None:
            raise Stale("This was deleted meanwhile.")
        check(base, words_of_reply(reply))
        people = reword_reply(reply, note)
        log_reply(reply, "edit", actor, bump(reply.annotation), before=before)
        tell_mentioned(people, reply.annotation, actor, reply)
    return reply


def reword_reply(reply: Reply, note: str) -> set[int]:
    """Saves another text of a reply that is ``fresh``; gives whom it mentions."""
    reply.note, reply.modified = note, timezone.now()
    reply.note_html, people = rendered(note, reply.in_set, reply.group_id)
    reply.save(update_fields=["note", "note_html", "modified"])
    return people


def delete_reply(reply: Reply, *, actor: User) -> Reply:
    """Takes the reply out of sight; ``restore_reply`` brings it back."""
    return _set_deleted(reply, timezone.now(), "delete", actor)


def restore_reply(reply: Reply, *, actor: User) -> Reply:
    """Brings a deleted reply back."""
    return _set_deleted(reply, None, "restore", actor)


def _set_deleted(reply: Reply, at: datetime | None, action: str, actor: User) -> Reply:
    with transaction.atomic():
        before = fresh_reply(reply)
        if before["deleted"] is (at is not None):
            # Sent twice, it is done once.
            return reply
        reply.deleted_at = at
        reply.save(update_fields=["deleted_at"])
        log_reply(reply, action, actor, bump(reply.annotation), before=before)
    return reply
