"""What people decide about annotations that were carried to a new edition, and how it is undone."""

from __future__ import annotations

from django.contrib.auth.models import User
from django.db import transaction
from django.utils import timezone

from annotations.actions.annotations import PLACE
from annotations.actions.carrying import ANCHORS
from annotations.actions.changing import bump, fresh, log
from annotations.anchoring import Method, Verdict
from annotations.models import Anchor, Anchoring, Annotation
from annotations.passages import passage_at


class DecisionFault(ValueError):
    """A decision that cannot be made now; its message says why, in one sentence."""


@transaction.atomic
def confirm(annotation: Annotation, *, actor: User, seen: int | None = None) -> Annotation:
    """Says that an annotation under review stands right. Raises DecisionFault when none is asked.

    ``seen`` is the key of the row that the actor looked at, where she looked at one: if a further
    edition has come since, it is not that place that she would confirm. Two who decide at once: the
    second is told, since the first one's answer is there already.
    """
    before = fresh(annotation)
    row = _latest(annotation, seen)
    if row is None or row.decided_at or annotation.anchor != Anchor.REVIEW:
        raise DecisionFault("Its place has been decided already.")
    row.decided_by, row.decided_at = actor, timezone.now()
    row.save(update_fields=["decided_by", "decided_at"])
    annotation.anchor = Anchor.SURE
    annotation.save(update_fields=["anchor"])
    log(annotation, "confirm", actor, bump(annotation), before=before)
    return annotation


def _latest(annotation: Annotation, seen: int | None) -> Anchoring | None:
    """What was last said of its place, locked.

    The annotation has been locked before (``fresh``), in the order of an import (carrying.follow).
    """
    row = Anchoring.objects.select_for_update().filter(annotation=annotation, latest=True).first()
    if row and seen is not None and row.pk != seen:
        raise DecisionFault("Its place is another one since you looked: look again.")
    return row


def undoable(row: Anchoring) -> bool:
    """Whether a decision about this row's annotation can be undone: there is one, by a person."""
    return row.latest and row.decided_at is not None


@transaction.atomic
def undo_decision(annotation: Annotation, *, actor: User, seen: int | None = None) -> Annotation:
    """Takes back the last decision: the annotation stands where it stood, its place open again.

    ``seen`` is as for ``confirm``. Raises DecisionFault when nobody has decided anything since its
    last new edition, or when its passage was changed again since.
    """
    before = fresh(annotation)
    row = _latest(annotation, seen)
    if row is None or not undoable(row):
        raise DecisionFault("There is no decision to take back.")
    if row.method == Method.HAND:
        row = _back_before(annotation, row)
    Anchoring.objects.filter(pk=row.pk).update(decided_by=None, decided_at=None, latest=True)
    annotation.anchor = ANCHORS[Verdict(row.verdict)]
    annotation.save(update_fields=[*PLACE])
    log(annotation, "undecide", actor, bump(annotation), before=before)
    return annotation


def _back_before(annotation: Annotation, row: Anchoring) -> Anchoring:
    """Puts the annotation where it stood before it was moved by hand; the row that counts then."""
    if (annotation.edition_id, annotation.start, annotation.end) != (
        *(row.to_edition_id, row.start, row.end),
    ):
        raise DecisionFault("Its passage was changed again since.")
    before = Anchoring.objects.filter(annotation=annotation, pk__lt=row.pk).exclude(
        method=Method.HAND
    )
    last = before.order_by("pk").last()
    if last is None:
        raise DecisionFault("There is no decision to take back.")
    Anchoring.objects.filter(pk=row.pk).update(latest=False)
    passage = passage_at(row.from_edition.text, row.old_start, row.old_end)
    annotation.edition = row.from_edition
    annotation.start, annotation.end = passage.start, passage.end
    annotation.quote = passage.quote
    annotation.prefix, annotation.suffix = passage.prefix, passage.suffix
    return last
