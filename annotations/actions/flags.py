"""Hidden, deleted, shared: many annotations at once, and back; a few queries for each thousand.

Call these inside a transaction, with the head row of history that the parts belong to.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any, NamedTuple

from django.db.models import F, Q, QuerySet
from django.utils import timezone

from annotations.actions.history import Mark
from annotations.actions.promises import promise_to
from annotations.actions.retagging import check_thawed, chunks
from annotations.models import (
    Annotation,
    AnnotationSet,
    History,
    SetDocument,
    Sharing,
)
from archive.rows import insert_rows, packed_json

Values = dict[str, Any]
_PART = (
    *("at", "actor", "annotation_set", "kind", "key", "action", "before", "state"),
    *("why", "part_of", "place", "revision"),
)


class Held(NamedTuple):
    """An annotation that is locked, as it is now."""

    pk: int
    uuid: str
    document: int
    author: int
    visibility: str
    hidden: bool
    reason: str
    deleted: bool

    @property
    def state(self) -> Values:
        return {
            "visibility": self.visibility,
            "hidden": self.hidden,
            "reason": self.reason,
            "deleted": self.deleted,
        }


def hold(rows: QuerySet[Annotation], condition: Q) -> list[Held]:
    """Locks the annotations of ``rows`` in the order of their keys, and gives those that then are
    as ``condition`` says."""
    keys = list(rows.order_by("pk").values_list("pk", flat=True))
    found = []
    for some in chunks(keys):
        held = Annotation.objects.select_for_update(of=("self",)).filter(condition, pk__in=some)
        columns = held.order_by("pk").values_list(
            *("pk", "uuid", "edition__document", "author", "visibility"),
            *("hidden_at", "hidden_reason", "deleted_at"),
        )
        for pk, uuid, document, author, visibility, hidden, reason, deleted in columns:
            flags = (visibility, hidden is not None, reason, deleted is not None)
            found.append(Held(pk, str(uuid), document, author, *flags))
    return found


def set_flags(
    annotation_set: AnnotationSet,
    held: Sequence[Held],
    values: Values,
    action: str,
    *,
    head: History,
    why: str = "",
) -> int:
    """Gives annotations that are held these values (names as in their rows of history), each with
    a row that is part of ``head``; gives how many. What becomes shared is shared under the set's
    present rules, and its author is the actor. Raises PermissionDenied in a frozen set.
    """
    marks = _touch(annotation_set, {one.document for one in held})
    now = timezone.now()
    changes = _columns(annotation_set, values, head, now)
    for some in chunks(held):
        rows = Annotation.objects.filter(pk__in=[one.pk for one in some])
        rows.update(version=F("version") + 1, **changes)
        _record(annotation_set.pk, some, values, action, marks, head, now, why)
    return len(held)


def _columns(
    annotation_set: AnnotationSet, values: Values, head: History, now: datetime
) -> dict[str, Any]:
    changes: dict[str, Any] = {}
    if "deleted" in values:
        changes["deleted_at"] = now if values["deleted"] else None
    if "hidden" in values:
        changes["hidden_at"] = now if values["hidden"] else None
    if "reason" in values:
        changes["hidden_reason"] = values["reason"]
    if "visibility" in values:
        changes |= {"visibility": values["visibility"], "modified": now}
        if values["visibility"] == Sharing.SHARED:
            assert head.actor is not None
            audience, naming, group = promise_to(annotation_set, head.actor)
            changes |= {"audience": audience, "naming": naming, "group": group}
    return changes


def _touch(annotation_set: AnnotationSet, documents: Iterable[int]) -> dict[int, Mark]:
    """Tells the caches of these documents; document → the mark of its change."""
    rows = SetDocument.objects.filter(annotation_set=annotation_set, document__in=documents)
    marks = {}
    for pk in rows.order_by("pk").values_list("pk", flat=True):
        one = SetDocument.objects.filter(pk=pk)
        one.update(revision=F("revision") + 1)
        document, revision = one.values_list("document", "revision").get()
        marks[document] = Mark(pk, revision)
    # Asked under the lock, for which whoever freezes the set waits too.
    check_thawed(annotation_set)
    return marks


def _record(
    annotation_set_id: int,
    held: Sequence[Held],
    values: Values,
    action: str,
    marks: dict[int, Mark],
    head: History,
    now: datetime,
    why: str,
) -> None:
    dumped: dict[tuple[object, ...], tuple[str, str]] = {}
    rows = []
    for one in held:
        # Thousands have the same states.
        key = one[4:]
        if key not in dumped:
            dumped[key] = packed_json(one.state), packed_json(one.state | values)
        mark = marks.get(one.document)
        rows.append(
            (now, head.actor_id, annotation_set_id, "annotation", one.uuid, action)
            + (*dumped[key], why, head.pk)
            + ((mark.place_id, mark.revision) if mark else (None, None))
        )
    insert_rows(History, _PART, rows)


def as_it_was(values: Values) -> Q:
    """The condition for an annotation that has these values."""
    found = Q()
    if "deleted" in values:
        found &= Q(deleted_at__isnull=not values["deleted"])
    if "hidden" in values:
        found &= Q(hidden_at__isnull=not values["hidden"])
    if "reason" in values:
        found &= Q(hidden_reason=values["reason"])
    if "visibility" in values:
        found &= Q(visibility=values["visibility"])
    return found
