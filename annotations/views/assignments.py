"""Assignments: what is asked of the members of a set, and what each has done of it."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.contrib.auth.models import User
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from annotations.actions import assignments as actions
from annotations.assigned import Work, asked_of, standing, works
from annotations.models import Assignment, Mark, Role, State
from annotations.models.assignments import AssignmentQuerySet
from annotations.readings import readings_of
from annotations.students import students_of
from annotations.upcoming import waiting
from annotations.views.rooms import Room, page_of, room_of

DELETED_SHOWN = 5
DONE_A_PAGE = 50


def member_room(request: HttpRequest, slug: str) -> Room:
    """The set, for its members alone. Raises Http404 for all others."""
    room = room_of(request, slug)
    if not room.is_member:
        raise Http404("Only the members of this set see its assignments.")
    return room


def managing_room(request: HttpRequest, slug: str) -> Room:
    """The set, for its owner and editors. Raises PermissionDenied for its other members."""
    room = member_room(request, slug)
    if not room.may_manage:
        raise PermissionDenied("Only the owner and the editors of this set can do this.")
    return room


def changing_room(request: HttpRequest, slug: str) -> Room:
    """As ``managing_room``, while the set can be changed."""
    room = managing_room(request, slug)
    if room.annotation_set.state == State.FROZEN:
        raise PermissionDenied("This set is frozen: nothing in it is changed any more.")
    return room


def assignments_in(room: Room) -> AssignmentQuerySet:
    """The assignments of the set that the viewer sees: editors all, others those for them."""
    found = Assignment.objects.alive().filter(annotation_set=room.annotation_set)
    if not room.may_manage:
        found = found.asked_of(room.viewer.user_id or 0)
    return found.with_parts()


def own_works(room: Room, found: list[Assignment]) -> dict[int, Work]:
    """Assignment → the viewer's own work, for those who are asked to do any."""
    user = room.viewer.user_id
    if room.role != Role.ANNOTATOR or user is None:
        return {}
    done = works(room.viewer, room.role, found, [user])
    return {one.pk: done.get((one.pk, user)) or Work(asked_of(one)) for one in found}


@require_http_methods(["GET", "HEAD", "POST"])
def assignments(request: HttpRequest, slug: str) -> HttpResponse:
    """What is next for a member; the list in its order for editors, who move an assignment by a
    POST of ``move`` (its key) and ``to`` (up or down)."""
    if request.method == "POST":
        return _move(request, changing_room(request, slug))
    room = member_room(request, slug)
    found = list(assignments_in(room).in_order())
    now = timezone.now()
    done = own_works(room, found)
    marks = _own_marks(room, found)
    rows = [
        {
            "assignment": one,
            "work": done.get(one.pk),
            "asked": Work(asked_of(one)),
            "mark": marks.get(one.pk),
            "opened": one.has_opened(now),
            "ended": one.has_ended(now),
            "overdue": one.is_due(now),
        }
        for one in found
    ]
    context: dict[str, Any] = {
        "room": room,
        "set": room.annotation_set,
        "rows": rows,
        "frozen": room.annotation_set.state == State.FROZEN,
    }
    if room.role == Role.ANNOTATOR and room.annotation_set.is_open:
        context["upcoming"] = waiting(found, done, now)
    if room.may_manage:
        deleted = room.annotation_set.assignments.filter(deleted_at__isnull=False)
        context["deleted"] = deleted.order_by("-deleted_at")[:DELETED_SHOWN]
    return render(request, "annotations/assignments/list.html", context)


def _own_marks(room: Room, found: list[Assignment]) -> dict[int, Mark]:
    if room.role != Role.ANNOTATOR:
        return {}
    marks = Mark.objects.filter(assignment__in=found, user=room.viewer.user_id)
    return {mark.assignment_id: mark for mark in marks}


def _move(request: HttpRequest, room: Room) -> HttpResponse:
    step = {"up": -1, "down": 1}.get(request.POST.get("to", ""))
    key = request.POST.get("move", "")
    if step is None or not key.isdecimal():
        messages.error(request, "Choose up or down.")
        return redirect("annotations:assignments", room.annotation_set.slug)
    found = get_object_or_404(assignments_in(room), pk=int(key))
    actions.move_assignment(found, actor=actor_of(request), step=step)
    return redirect("annotations:assignments", room.annotation_set.slug)


@require_safe
def assignment(request: HttpRequest, slug: str, pk: int) -> HttpResponse:
    """What is asked, what to read, one's own progress and mark; for editors who has done what."""
    room = member_room(request, slug)
    found = get_object_or_404(assignments_in(room), pk=pk)
    now = timezone.now()
    opened = found.has_opened(now) or room.may_manage
    context: dict[str, Any] = {
        "room": room,
        "set": room.annotation_set,
        "assignment": found,
        "opened": opened,
        "ended": found.has_ended(now),
        "overdue": found.is_due(now),
        "frozen": room.annotation_set.state == State.FROZEN,
        "asked": Work(asked_of(found)),
        "readings": readings_of([found])[found.pk] if opened else [],
        "work": own_works(room, [found]).get(found.pk),
        "mark": _own_marks(room, [found]).get(found.pk),
    }
    if room.may_manage:
        context |= _who_has_done_what(request, room, found)
    elif room.role == Role.ANNOTATOR:
        own = room.annotation_set.memberships.filter(user=room.viewer.user_id)
        context["own"] = own.values_list("pk", flat=True).first()
    return render(request, "annotations/assignments/one.html", context)


def _who_has_done_what(request: HttpRequest, room: Room, found: Assignment) -> dict[str, Any]:
    students = students_of(room.annotation_set, found.group_id)
    page = page_of(request, students, DONE_A_PAGE)
    users = [one.user_id for one in page]
    done = works(room.viewer, room.role, [found], users)
    marks = {mark.user_id: mark for mark in found.marks.filter(user__in=users)}
    nothing = Work(asked_of(found))
    now = timezone.now()
    rows = []
    for one in page:
        work = done.get((found.pk, one.user_id), nothing)
        rows.append((one, work, standing(found, work, now), marks.get(one.user_id)))
    return {"page": page, "done": rows}


@require_POST
def assignment_delete(request: HttpRequest, slug: str, pk: int) -> HttpResponse:
    """Takes an assignment out of sight; the list offers to bring it back."""
    room = changing_room(request, slug)
    found = get_object_or_404(assignments_in(room), pk=pk)
    actions.delete_assignment(found, actor=actor_of(request))
    messages.success(request, f"“{found.title}” is deleted. You can bring it back below.")
    return redirect("annotations:assignments", slug)


@require_POST
def assignment_restore(request: HttpRequest, slug: str, pk: int) -> HttpResponse:
    """Brings a deleted assignment back, with its marks."""
    room = changing_room(request, slug)
    deleted = room.annotation_set.assignments.filter(deleted_at__isnull=False)
    found = get_object_or_404(deleted, pk=pk)
    actions.restore_assignment(found, actor=actor_of(request))
    messages.success(request, f"“{found.title}” is back.")
    return redirect("annotations:assignments", slug)


def actor_of(request: HttpRequest) -> User:
    return request.user  # type: ignore[return-value]
