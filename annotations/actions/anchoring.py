"""What people decide about annotations that were carried to a new edition, and how it is undone."""

from __future__ import annotations

from django.contrib.auth.models import User
from django.db import transaction
from django.utils import timezone

from annotations.actions.annotations import PLACE, bump, log
from annotations.actions.carrying import ANCHORS
from annotations.anchoring import Method, Verdict
from annotations.models import Anchor, Anchoring, Annotation
from annotations.passages import passage_at


class DecisionFault(ValueError):
    """A decision that cannot be made now; its message says why, in one sentence."""


@transaction.atomic
def confirm(annotation: Annotation, *, actor: User) -> Annotation:
    """Says that an annotation under review stands right. Raises DecisionFault when none is asked.

    Two who decide at once: the second is told, since the first one's answer is there already.
    """
    found = Anchoring.objects.select_for_update().filter(annotation=annotation, latest=True)
    row = found.filter(decided_at=None, verdict=Verdict.REVIEW).first()
    if row is None or annotation.anchor != Anchor.REVIEW:
        raise DecisionFault("Its place has been decided already.")
    row.decided_by, row.decided_at = actor, timezone.now()
    row.save(update_fields=["decided_by", "decided_at"])
    annotation.anchor = Anchor.SURE
    annotation.save(update_fields=["anchor"])
    log(annotation, "confirm", actor, bump(annotation))
    return annotation


def undoable(row: Anchoring) -> bool:
    """Whether a decision about this row's annotation can be undone: there is one, by a person."""
    return row.latest and row.decided_at is not None


@transaction.atomic
def undo_decision(annotation: Annotation, *, actor: User) -> Annotation:
    """Takes back the last decision: the annotation stands where it stood, its place open again.

    Raises DecisionFault when nobody has decided anything since its last new edition, or when its
    passage was changed again since.
    """
    row = Anchoring.objects.select_for_update().filter(annotation=annotation, latest=True).first()
    if row is None or not undoable(row):
        raise DecisionFault("There is no decision to take back.")
    if row.method == Method.HAND:
        row = _back_before(annotation, row)
    Anchoring.objects.filter(pk=row.pk).update(decided_by=None, decided_at=None, latest=True)
    annotation.anchor = ANCHORS[Verdict(row.verdict)]
    annotation.save(update_fields=[*PLACE])
    log(annotation, "undo", actor, bump(annotation))
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
