"""How the bin is emptied: what was deleted long ago goes for good."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import NamedTuple

from django.db import transaction
from django.db.models import Exists, OuterRef, QuerySet
from django.utils import timezone

from annotations.actions.changing import state_of
from annotations.models import Annotation, AnnotationTheme, History, Reply

CHUNK = 500


class Emptied(NamedTuple):
    """How many annotations and replies are gone for good; how many annotations lost their words but
    stay in the bin, since others answered there."""

    annotations: int
    replies: int
    emptied: int


def empty_bin(before: datetime) -> Emptied:
    """Deletes for good what was deleted before this, with what the history kept of its words.

    Deleted annotations that others answered keep their thread, without words of their own: what
    others wrote is theirs. Some at a time, each in a transaction: it can be broken off.
    """
    replies = sum(
        _drop_replies(some)
        for some in _some(Reply.objects.filter(deleted_at__lt=before).order_by("pk"))
    )
    gone = emptied = 0
    old = Annotation.objects.filter(deleted_at__lt=before).order_by("pk")
    for some in _some(old):
        dropped, cleared = _drop_annotations(some)
        gone, emptied = gone + dropped, emptied + cleared
    return Emptied(gone, replies, emptied)


def _some(rows: QuerySet[Annotation] | QuerySet[Reply]) -> Sequence[Sequence[int]]:
    keys = list(rows.values_list("pk", flat=True))
    return [keys[at : at + CHUNK] for at in range(0, len(keys), CHUNK)]


@transaction.atomic
def _drop_replies(keys: Sequence[int]) -> int:
    # Asked again, locked: somebody may have brought one back meanwhile.
    rows = Reply.objects.select_for_update().filter(pk__in=keys, deleted_at__isnull=False)
    found = dict(rows.values_list("pk", "uuid"))
    _forget("reply", [str(uuid) for uuid in found.values()])
    Reply.objects.filter(pk__in=found).delete()
    return len(found)


@transaction.atomic
def _drop_annotations(keys: Sequence[int]) -> tuple[int, int]:
    rows = Annotation.objects.select_for_update().filter(pk__in=keys, deleted_at__isnull=False)
    found = dict(rows.order_by("pk").values_list("pk", "uuid"))
    others = Reply.objects.filter(annotation=OuterRef("pk"), deleted_at__isnull=True)
    others = others.exclude(author=OuterRef("author")).order_by()
    answered = Annotation.objects.filter(Exists(others), pk__in=found)
    kept = set(answered.values_list("pk", flat=True))
    gone = found.keys() - kept
    full = answered.exclude(note="", theme_ids="")
    cleared = set(full.values_list("pk", flat=True))
    touched = gone | cleared
    _forget("annotation", [str(found[pk]) for pk in touched])
    under = Reply.objects.filter(annotation__in=gone).values_list("uuid", flat=True)
    _forget("reply", [str(uuid) for uuid in under])
    AnnotationTheme.objects.filter(annotation__in=cleared).delete()
    Annotation.objects.filter(pk__in=cleared).update(note="", note_html="", theme_ids="")
    Annotation.objects.filter(pk__in=gone).delete()
    _record(cleared)
    return len(gone), len(cleared)


def _forget(kind: str, keys: Sequence[str]) -> None:
    """Empties what the history tells of the states of these."""
    History.objects.filter(kind=kind, key__in=keys).update(state={}, before=None, why="")


def _record(cleared: set[int]) -> None:
    """So that the last row of what stays says what it is: nobody did it."""
    rows = Annotation.objects.filter(pk__in=cleared).select_related("annotation_set")
    History.objects.bulk_create(
        History(
            kind="annotation",
            key=str(one.uuid),
            action="emptied",
            at=timezone.now(),
            annotation_set=one.annotation_set,
            state=state_of(one),
        )
        for one in rows
    )
