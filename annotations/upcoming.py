"""What a member has to do next."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime

from django.db.models import Q
from django.utils import timezone

from annotations.assigned import Work, asked_of, works
from annotations.models import AnnotationSet, Assignment, Membership, Role, State
from annotations.readings import Reading, readings_of
from annotations.viewers import Viewer

_NEVER = datetime.max.replace(tzinfo=UTC)
AHEAD = 20


@dataclass(frozen=True, slots=True)
class Next:
    """An assignment that waits for somebody, and what she has done of it."""

    assignment: Assignment
    work: Work
    readings: list[Reading]
    overdue: bool


def upcoming(
    viewer: Viewer, annotation_set: AnnotationSet | None = None, most: int = 3
) -> list[Next]:
    """The assignments that are open for the viewer and not done, the next due first.

    No query for guests, one where nothing is open, else those of ``works`` and ``readings_of`` and
    two more.
    """
    if viewer.user_id is None:
        return []
    now = timezone.now()
    hers = Membership.objects.order_by().filter(user_id=viewer.user_id, role=Role.ANNOTATOR)
    found = Assignment.objects.alive().asked_of(viewer.user_id).with_parts()
    found = found.filter(
        Q(opens_at__isnull=True) | Q(opens_at__lte=now),
        Q(due_at__isnull=True) | Q(due_at__gte=now) | Q(late_allowed=True),
        annotation_set__in=hers.values("annotation_set"),
        annotation_set__state=State.OPEN,
    )
    if annotation_set is not None:
        found = found.filter(annotation_set=annotation_set)
    ordered = sorted(found, key=lambda one: (one.is_due(now), one.due_at or _NEVER, one.position))
    # Enough to find some that are not done, however many a long course has.
    waiting = _waiting(viewer, ordered[:AHEAD])[:most]
    readings = readings_of(one for one, _ in waiting)
    return [Next(one, work, readings[one.pk], one.is_due(now)) for one, work in waiting]


def _waiting(viewer: Viewer, assignments: list[Assignment]) -> list[tuple[Assignment, Work]]:
    assert viewer.user_id is not None
    if not assignments:
        return []
    done = works(viewer, None, assignments, [viewer.user_id])
    found = [
        (one, done.get((one.pk, viewer.user_id)) or Work(asked_of(one))) for one in assignments
    ]
    return [(one, work) for one, work in found if not work.done]
