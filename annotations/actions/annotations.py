"""What people do to annotations: each one transaction, with its history row."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from django.contrib.auth.models import User
from django.db import IntegrityError, transaction
from django.utils import timezone

from annotations.actions.changing import (
    bump,
    fresh,
    in_order,
    link_themes,
    log,
    relink_themes,
    theme_ids,
    touch,
    words_of,
)
from annotations.actions.mentions import rendered, tell_mentioned
from annotations.actions.promises import keep, open_if_due, promise_to
from annotations.actions.settling import keep_settled, settled_by_hand
from annotations.models import (
    Anchor,
    Annotation,
    AnnotationSet,
    Promise,
    Question,
    Sharing,
    Theme,
)
from annotations.passages import Passage, PassageFault, check_passage
from annotations.stale import Stale, check
from archive.models import Edition
from archive.prepared import PreparedInsert
from archive.text import Text

PLACE = ("edition", "anchor", "start", "end", "quote", "prefix", "suffix")
EDITED = (
    *("theme_ids", "note", "note_html", "visibility", "modified", "question"),
    *("audience", "naming", "group"),
)
_insert = PreparedInsert(Annotation)


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
    uuid: UUID | None = None,
    at: datetime | None = None,
    text: Text | None = None,
    promise: Promise | None = None,
) -> Annotation:
    """Annotates the passage ``[start, end)`` of an edition, in code points.

    ``text`` and ``promise`` spare reading them again where the caller has them. The annotation's
    ``opens`` says whether the others' annotations opened for the author by this. What is sent
    twice under one ``uuid`` by its author is there once: the second time its ``already`` is set.

    Raises PassageFault (PassageMismatch when ``quote`` is not what stands there), also when the
    document is not in the set; then nothing is saved.
    """
    passage = check_passage(text or edition.as_text(), start, end, quote)
    now = at or timezone.now()
    chosen = in_order(themes)
    annotation = Annotation(
        annotation_set=annotation_set,
        author=author,
        edition=edition,
        start=passage.start,
        end=passage.end,
        quote=passage.quote,
        prefix=passage.prefix,
        suffix=passage.suffix,
        theme_ids=theme_ids(chosen),
        note=note,
        visibility=visibility,
        question=Question.OPEN if question else Question.NONE,
        created=now,
        modified=now,
        **({"uuid": uuid} if uuid else {}),
    )
    try:
        with transaction.atomic():
            keep(annotation, promise or promise_to(annotation_set, author))
            annotation.note_html, people = rendered(note, annotation_set, annotation.group_id)
            _insert.run(annotation)
            link_themes(annotation, chosen)
            log(annotation, "create", author, touch(annotation))
            annotation.opens = open_if_due(annotation_set, author, edition.document_id)
            if at is None:
                tell_mentioned(people, annotation, author)
    except IntegrityError:
        if uuid is None:
            raise
        return _sent_before(uuid, annotation_set, author)
    return annotation


def _sent_before(uuid: UUID, annotation_set: AnnotationSet, author: User) -> Annotation:
    rows = Annotation.objects.in_set(annotation_set.pk).filter(uuid=uuid, author=author)
    found = rows.with_place().first()
    if found is None:
        raise PassageFault("This could not be saved: open the form again.")
    found.already = True
    return found


def edit_annotation(
    annotation: Annotation,
    *,
    actor: User,
    themes: Sequence[Theme],
    note: str,
    visibility: str,
    question: bool | None = None,
    base: str = "",
) -> Annotation:
    """Gives the annotation other themes, another note, another visibility.

    What was private and is shared now is shared under the set's present rules. ``question`` says
    whether it asks something; an answered question stays answered. ``base`` is the mark of its
    words when the form was opened.

    Raises Stale when it has other words by now, or was deleted; ``annotation`` is then as it is.
    """
    with transaction.atomic():
        before = fresh(annotation)
        if annotation.deleted_at is not None:
            raise Stale("This was deleted meanwhile.")
        check(base, words_of(annotation))
        if question is not None and question != bool(annotation.question):
            annotation.question = Question.OPEN if question else Question.NONE
        reword(annotation, actor, themes=themes, note=note, visibility=visibility)
        shared = annotation.visibility != before["visibility"] == Sharing.PRIVATE
        log(annotation, "share" if shared else "edit", actor, bump(annotation), before=before)
        if shared:
            document = annotation.edition.document_id
            annotation.opens = open_if_due(annotation.annotation_set, annotation.author, document)
    return annotation


def reword(
    annotation: Annotation, actor: User, *, themes: Sequence[Theme], note: str, visibility: str
) -> None:
    """Saves other words of an annotation that is ``fresh``, and tells whom they mention."""
    chosen = in_order(themes)
    annotation.theme_ids = theme_ids(chosen)
    annotation.note = note
    shared_now = annotation.visibility == Sharing.PRIVATE != visibility
    annotation.visibility = visibility
    annotation.modified = timezone.now()
    if shared_now:
        keep(annotation, promise_to(annotation.annotation_set, annotation.author))
    group = annotation.group_id
    annotation.note_html, people = rendered(note, annotation.annotation_set, group)
    annotation.save(update_fields=EDITED)
    relink_themes(annotation, chosen)
    tell_mentioned(people, annotation, actor)


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
    with transaction.atomic():
        before = fresh(annotation)
        carried = settled_by_hand(annotation, passage, actor, edition or annotation.edition)
        if carried:
            keep_settled(carried)
            annotation.edition, annotation.anchor = carried.to_edition, Anchor.SURE
        put_at(annotation, passage)
        log(annotation, "move", actor, bump(annotation), before=before)
    return annotation


def put_at(annotation: Annotation, passage: Passage) -> None:
    """Saves another passage of an annotation that is ``fresh``."""
    annotation.start, annotation.end = passage.start, passage.end
    annotation.quote = passage.quote
    annotation.prefix, annotation.suffix = passage.prefix, passage.suffix
    annotation.modified = timezone.now()
    annotation.save(update_fields=[*PLACE, "modified"])


def delete_annotation(annotation: Annotation, *, actor: User) -> Annotation:
    """Takes the annotation out of sight; ``restore_annotation`` brings it back with its thread."""
    return _set_deleted(annotation, timezone.now(), "delete", actor)


def restore_annotation(annotation: Annotation, *, actor: User) -> Annotation:
    """Brings a deleted annotation back."""
    return _set_deleted(annotation, None, "restore", actor)


def _set_deleted(
    annotation: Annotation, at: datetime | None, action: str, actor: User
) -> Annotation:
    with transaction.atomic():
        before = fresh(annotation)
        if before["deleted"] is (at is not None):
            # Sent twice, it is done once.
            return annotation
        annotation.deleted_at = at
        annotation.save(update_fields=["deleted_at"])
        log(annotation, action, actor, bump(annotation), before=before)
    return annotation
