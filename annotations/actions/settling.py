"""What is kept when people say themselves where an annotation stands in a new edition."""

from __future__ import annotations

from django.contrib.auth.models import User
from django.utils import timezone

from annotations.anchoring import Method, Verdict
from annotations.models import Anchoring, Annotation
from annotations.passages import Passage
from archive.models import Edition


def settled_by_hand(
    annotation: Annotation, passage: Passage, actor: User, edition: Edition
) -> Anchoring | None:
    """The row that will keep the move of an annotation whose place was open; not saved yet.

    None where its place was not open and the edition stays: that is a change like any other.
    """
    if not annotation.anchor and annotation.edition_id == edition.pk:
        return None
    now = timezone.now()
    return Anchoring(
        annotation=annotation,
        from_edition_id=annotation.edition_id,
        to_edition=edition,
        old_start=annotation.start,
        old_end=annotation.end,
        old_quote=annotation.quote,
        start=passage.start,
        end=passage.end,
        method=Method.HAND,
        score=1.0,
        verdict=Verdict.SURE,
        decided_by=actor,
        decided_at=now,
        created=now,
    )


def keep_settled(row: Anchoring) -> None:
    """Saves the row as the one that counts; call it inside the change's transaction."""
    Anchoring.objects.filter(annotation_id=row.annotation_id, latest=True).update(latest=False)
    row.save()
