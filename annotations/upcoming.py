"""What a member has to do next."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
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
    # Enough to find some that are not done, however many a long course has.
    ordered = sorted(found, key=lambda one: _order(one, now))[:AHEAD]
    if not ordered:
        return []
    done = works(viewer, None, ordered, [viewer.user_id])
    hers_done = {one.pk: done.get((one.pk, viewer.user_id)) for one in ordered}
    return waiting(ordered, hers_done, now, most)


def waiting(
    assignments: Iterable[Assignment],
    done: Mapping[int, Work | None],
    now: datetime,
    most: int = 3,
) -> list[Next]:
    """Those that can be done now and are not, by what somebody has done of each."""
    found = []
    for one in sorted(assignments, key=lambda one: _order(one, now)):
        work = done.get(one.pk) or Work(asked_of(one))
        if one.has_opened(now) and not one.has_ended(now) and not work.done:
            found.append((one, work))
    readings = readings_of(one for one, _ in found[:most])
    return [Next(one, work, readings[one.pk], one.is_due(now)) for one, work in found[:most]]


def _order(assignment: Assignment, now: datetime) -> tuple[bool, datetime, int]:
    return assignment.is_due(now), assignment.due_at or _NEVER, assignment.position
