"""What every change to an annotation has in common: the lock, what was before, the row of history,
and the revision that tells the caches.

Locks are taken in one order by all: annotations by their keys, then the set's documents.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from django.contrib.auth.models import User
from django.core.exceptions import PermissionDenied
from django.db.models import F

from annotations.actions.history import Mark, record
from annotations.models import (
    Annotation,
    AnnotationSet,
    AnnotationTheme,
    History,
    SetDocument,
    State,
    Theme,
)
from annotations.passages import PassageFault
from archive.prepared import Prepared, PreparedUpdate

FIELDS = (
    *("edition_id", "anchor", "start", "end", "quote"),
    *("theme_ids", "note", "visibility", "question"),
)
_READ_AGAIN = (
    *FIELDS,
    *("prefix", "suffix", "note_html", "modified", "deleted_at", "locked_at"),
    *("hidden_at", "hidden_reason", "audience", "naming", "group_id", "author_id"),
)
_touch = PreparedUpdate(
    lambda annotation_set, document: SetDocument.objects.filter(
        annotation_set_id=annotation_set, document_id=document
    ),
    {"revision": F("revision") + 1},
    ("id", "revision"),
    annotation_set=int,
    document=int,
)
_state_of_set = Prepared(
    lambda annotation_set: AnnotationSet.objects.filter(pk=annotation_set).values_list("state"),
    annotation_set=int,
)


def state_of(annotation: Annotation) -> dict[str, Any]:
    """What an annotation is now, as its rows of history keep it."""
    return {name: getattr(annotation, name) for name in FIELDS} | {
        "deleted": annotation.deleted_at is not None,
        "hidden": annotation.hidden_at is not None,
        "reason": annotation.hidden_reason,
        "locked": annotation.locked_at is not None,
    }


def words_of(annotation: Annotation) -> dict[str, Any]:
    """What the form for editing an annotation shows; the form's ``base`` is the mark of it."""
    return {
        "themes": sorted(int(pk) for pk in annotation.theme_ids.split()),
        "note": annotation.note,
        "visibility": annotation.visibility,
        "question": bool(annotation.question),
    }


def fresh(annotation: Annotation) -> dict[str, Any]:
    """Locks the annotation and reads it again, so that nothing is decided by what was true before
    somebody else's change; gives its state. Call it inside the transaction of a change."""
    row = Annotation.objects.select_for_update().order_by().filter(pk=annotation.pk)
    for name, value in row.values(*_READ_AGAIN).get().items():
        setattr(annotation, name, value)
    return state_of(annotation)


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
    if _state_of_set(annotation_set=annotation.annotation_set_id) == [(State.FROZEN,)]:
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
    *,
    before: dict[str, Any] | None = None,
    undoes: History | None = None,
    part_of: History | None = None,
) -> History:
    """Writes the history row of a change to an annotation, which the annotation has as ``logged``
    from then on."""
    annotation.logged = record(
        "annotation",
        annotation.uuid,
        action,
        actor=actor,
        annotation_set=annotation.annotation_set,
        before=before,
        state=state_of(annotation),
        mark=mark,
        undoes=undoes,
        part_of=part_of,
    )
    return annotation.logged


def in_order(themes: Iterable[Theme]) -> list[Theme]:
    """Each of the themes once, in the order of the tree."""
    return sorted(set(themes), key=lambda theme: (theme.position, theme.pk))


def theme_ids(themes: Iterable[Theme]) -> str:
    """What ``Annotation.theme_ids`` says of themes, which are in the order of the tree."""
    return " ".join(str(theme.pk) for theme in themes)


def link_themes(annotation: Annotation, themes: Sequence[Theme]) -> None:
    """Gives a new annotation its themes, under their present meaning."""
    AnnotationTheme.objects.bulk_create(
        AnnotationTheme(annotation=annotation, theme=theme, defined=theme.defined)
        for theme in themes
    )


def relink_themes(annotation: Annotation, themes: Sequence[Theme]) -> None:
    """Gives it these themes alone. Those that stay keep the meaning under which they were coded."""
    had = set(annotation.annotation_themes.values_list("theme", flat=True))
    wanted = {theme.pk for theme in themes}
    if gone := had - wanted:
        annotation.annotation_themes.filter(theme__in=gone).delete()
    link_themes(annotation, [theme for theme in themes if theme.pk not in had])
