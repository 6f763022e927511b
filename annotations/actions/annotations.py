"""What people do to annotations: each one transaction, with its history row."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any

from django.contrib.auth.models import User
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.db.models import F
from django.utils import timezone

from annotations.actions.history import Mark, record
from annotations.actions.mentions import rendered, tell_mentioned
from annotations.actions.promises import keep, open_if_due, promise_to
from annotations.actions.settling import keep_settled, settled_by_hand
from annotations.models import (
    Anchor,
    Annotation,
    AnnotationSet,
    AnnotationTheme,
    Promise,
    Question,
    SetDocument,
    Sharing,
    State,
    Theme,
)
from annotations.passages import PassageFault, check_passage
from archive.models import Edition
from archive.prepared import Prepared, PreparedInsert, PreparedUpdate
from archive.text import Text

PLACE = ("edition", "anchor", "start", "end", "quote", "prefix", "suffix")
EDITED = (
    *("theme_ids", "note", "note_html", "visibility", "modified", "question"),
    *("audience", "naming", "group"),
)
FIELDS = ("start", "end", "quote", "theme_ids", "note", "visibility", "question")


def _state(annotation: Annotation) -> dict[str, Any]:
    return {field: getattr(annotation, field) for field in FIELDS}


_insert = PreparedInsert(Annotation)
_touch = PreparedUpdate(
    lambda annotation_set, document: SetDocument.objects.filter(
        annotation_set_id=annotation_set, document_id=document
    ),
    {"revision": F("revision") + 1},
    ("id", "revision"),
    annotation_set=int,
    document=int,
)


_state_of = Prepared(
    lambda annotation_set: AnnotationSet.objects.filter(pk=annotation_set).values_list("state"),
    annotation_set=int,
)


def touch(annotation: Annotation) -> Mark:
    """Tells the caches that the set's reading of this document has changed; gives the mark for the
    change's row of history, which is to be written afterwards.

    Raises PassageFault when the document has been taken out of the set meanwhile, PermissionDenied
    when the set has been frozen.
    """
    # Also a lock: writers of one document in one set follow each other, so that no reader caches a
    # page under a revision whose annotations it has not all seen.
    where = {"annotation_set": annotation.annotation_set_id}
    touched = _touch(**where, document=annotation.edition.document_id)
    if not touched:
        raise PassageFault("This document is no longer in the set.")
    # Asked under the lock, for which whoever freezes the set waits too.
    if _state_of(annotation_set=annotation.annotation_set_id) == [(State.FROZEN,)]:
        raise PermissionDenied("This set is frozen: nothing in it changes.")
    return Mark(*touched[0])


def bump(annotation: Annotation) -> Mark:
    """Marks an existing annotation, or its thread, as changed; as ``touch``."""
    Annotation.objects.filter(pk=annotation.pk).update(version=F("version") + 1)
    return touch(annotation)


def log(
    annotation: Annotation,
    action: str,
    actor: User,
    mark: Mark | None = None,
    more: dict[str, Any] | None = None,
) -> None:
    """Writes the history row of a change to an annotation, with ``more`` in its state."""
    record(
        "annotation",
        annotation.uuid,
        action,
        actor=actor,
        annotation_set=annotation.annotation_set,
        state=_state(annotation) | (more or {}),
        mark=mark,
    )


def _in_order(themes: Iterable[Theme]) -> list[Theme]:
    return sorted(set(themes), key=lambda theme: (theme.position, theme.pk))


def _link_themes(annotation: Annotation, themes: Sequence[Theme]) -> None:
    AnnotationTheme.objects.bulk_create(
        AnnotationTheme(annotation=annotation, theme=theme) for theme in themes
    )


def create_annotation(
    *,
    author: User,
    annotation_set: AnnotationSet,
    edition: Edition,
    start: int,
    end: int,
    quote: str,
    themes: Sequence[Theme] = (),
    note: str = "",
    visibility: str = "shared",
    question: bool = False,
    at: datetime | None = None,
    text: Text | None = None,
    promise: Promise | None = None,
) -> Annotation:
    """Annotates the passage ``[start, end)`` of an edition, in code points.

    ``text`` and ``promise`` spare reading them again where the caller has them. The annotation's
    ``opens`` says whether the others' annotations opened for the author by this.

    Raises PassageFault (PassageMismatch when ``quote`` is not what stands there), also when the
    document is not in the set; then nothing is saved.
    """
    passage = check_passage(text or edition.as_text(), start, end, quote)
    now = at or timezone.now()
    chosen = _in_order(themes)
    annotation = Annotation(
        annotation_set=annotation_set,
        author=author,
        edition=edition,
        start=passage.start,
        end=passage.end,
        quote=passage.quote,
        prefix=passage.prefix,
        suffix=passage.suffix,
        theme_ids=" ".join(str(theme.pk) for theme in chosen),
        note=note,
        visibility=visibility,
        question=Question.OPEN if question else Question.NONE,
        created=now,
        modified=now,
    )
    with transaction.atomic():
        keep(annotation, promise or promise_to(annotation_set, author))
        annotation.note_html, people = rendered(note, annotation_set, annotation.group_id)
        _insert.run(annotation)
        _link_themes(annotation, chosen)
        log(annotation, "create", author, touch(annotation))
        annotation.opens = open_if_due(annotation_set, author, edition.document_id)
        if at is None:
            tell_mentioned(people, annotation, author)
    return annotation


def edit_annotation(
    annotation: Annotation,
    *,
    actor: User,
    themes: Sequence[Theme],
    note: str,
    visibility: str,
    question: bool | None = None,
) -> Annotation:
    """Gives the annotation other themes, another note, another visibility.

    What was private and is shared now is shared under the set's present rules. ``question`` says
    whether it asks something; an answered question stays answered.
    """
    chosen = _in_order(themes)
    annotation.theme_ids = " ".join(str(theme.pk) for theme in chosen)
    annotation.note = note
    if question is not None and question != bool(annotation.question):
        annotation.question = Question.OPEN if question else Question.NONE
    shared_now = annotation.visibility == Sharing.PRIVATE != visibility
    annotation.visibility = visibility
    annotation.modified = timezone.now()
    with transaction.atomic():
        if shared_now:
            keep(annotation, promise_to(annotation.annotation_set, annotation.author))
        group = annotation.group_id
        annotation.note_html, people = rendered(note, annotation.annotation_set, group)
        annotation.save(update_fields=EDITED)
        annotation.annotation_themes.all().delete()
        _link_themes(annotation, chosen)
        log(annotation, "share" if shared_now else "edit", actor, bump(annotation))
        if shared_now:
            document = annotation.edition.document_id
            annotation.opens = open_if_due(annotation.annotation_set, annotation.author, document)
        tell_mentioned(people, annotation, actor)
    return annotation


def change_passage(
    annotation: Annotation,
    *,
    actor: User,
    start: int,
    end: int,
    quote: str,
    text: Text,
    edition: Edition | None = None,
) -> Annotation:
    """Moves the annotation to another passage, in code points: of its own edition, or of a later
    ``edition`` of the document. Its place is then settled by hand.

    Raises PassageFault (PassageMismatch when ``quote`` is not what stands there).
    """
    passage = check_passage(text, start, end, quote)
    carried = settled_by_hand(annotation, passage, actor, edition or annotation.edition)
    annotation.start, annotation.end = passage.start, passage.end
    annotation.quote = passage.quote
    annotation.prefix, annotation.suffix = passage.prefix, passage.suffix
    annotation.modified = timezone.now()
    with transaction.atomic():
        if carried:
            keep_settled(carried)
            annotation.edition, annotation.anchor = carried.to_edition, Anchor.SURE
        annotation.save(update_fields=[*PLACE, "modified"])
        log(annotation, "move", actor, bump(annotation))
    return annotation


def delete_annotation(annotation: Annotation, *, actor: User) -> Annotation:
    """Takes the annotation out of sight; ``restore_annotation`` brings it back with its thread."""
    return _set_deleted(annotation, timezone.now(), "delete", actor)


def restore_annotation(annotation: Annotation, *, actor: User) -> Annotation:
    """Brings a deleted annotation back."""
    return _set_deleted(annotation, None, "restore", actor)


def _set_deleted(
    annotation: Annotation, at: datetime | None, action: str, actor: User
) -> Annotation:
    annotation.deleted_at = at
    with transaction.atomic():
        annotation.save(update_fields=["deleted_at"])
        log(annotation, action, actor, bump(annotation))
    return annotation
