"""One student's work on an assignment: read in its text, answered privately, marked."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods

from annotations.actions.assignments import give_mark
from annotations.actions.replies import create_reply
from annotations.assigned import Work, asked_of, counted, standing, tallied
from annotations.forms_assignments import AnswerForm, MarkForm
from annotations.gradebook import number
from annotations.models import Annotation, Assignment, State
from annotations.readings import readings_of
from annotations.students import students_of
from annotations.views.assignments import actor_of, assignments_in, member_room
from annotations.views.rooms import Room
from annotations.worked import passages_of


@require_http_methods(["GET", "HEAD", "POST"])
def assignment_work(request: HttpRequest, slug: str, pk: int, member: int) -> HttpResponse:
    """One student's work. Editors answer privately (POST ``answer``) and mark (POST ``mark``) here,
    unless the set is frozen; a student sees her own work."""
    room = member_room(request, slug)
    found, student = _asked(room, pk, member)
    may_write = room.may_manage and room.annotation_set.state != State.FROZEN
    if request.method == "POST" and not may_write:
        raise PermissionDenied("Only editors answer and mark here, unless the set is frozen.")
    mark = found.marks.filter(user=student.user_id).first()
    given: dict[str, Any] = {"comment": mark.comment} if mark else {}
    if mark and mark.points is not None:
        given["points"] = number(mark.points)
    mark_form, answer_form = MarkForm(most=found.points, initial=given), AnswerForm()
    if "mark" in request.POST:
        mark_form = MarkForm(request.POST, most=found.points)
        if mark_form.is_valid():
            give_mark(found, student.user, actor=actor_of(request), **mark_form.given())
            messages.success(request, "The mark is saved.")
            return redirect(request.path)
    elif request.method == "POST":
        answer_form = AnswerForm(request.POST)
        if answer_form.is_valid():
            return _answer(request, room, student, answer_form)
    context = _work(room, found, student) | {"mark": mark}
    if may_write:
        context |= {"mark_form": mark_form, "answer_form": answer_form}
    status = 422 if request.method == "POST" else 200
    return render(request, "annotations/assignments/work.html", context, status=status)


def _asked(room: Room, pk: int, member: int) -> tuple[Assignment, Any]:
    """The assignment, and the member whom it asks. Raises Http404 for another's work."""
    student = get_object_or_404(students_of(room.annotation_set), pk=member)
    if not room.may_manage and student.user_id != room.viewer.user_id:
        raise Http404("One sees one's own work alone.")
    found = get_object_or_404(assignments_in(room), pk=pk)
    if found.group_id is not None and found.group_id != student.group_pk:
        raise Http404("This assignment is for another group.")
    return found, student


def _answer(request: HttpRequest, room: Room, student: Any, form: AnswerForm) -> HttpResponse:
    """Answers one of her annotations; she and the editors alone read it."""
    hers = Annotation.objects.in_set(room.annotation_set.pk).visible_to(room.viewer)
    annotation = get_object_or_404(
        hers.with_place(), uuid=form.cleaned_data["annotation"], author=student.user_id
    )
    if annotation.locked_at is not None:
        messages.error(request, "This thread is locked: it takes no more replies.")
    else:
        note = form.cleaned_data["note"]
        create_reply(annotation, author=actor_of(request), note=note, private=True)
        messages.success(request, "Answered: the student and the editors alone read it.")
    return redirect(f"{request.path}#a-{annotation.uuid}")


def _work(room: Room, found: Assignment, student: Any) -> dict[str, Any]:
    one = room.annotation_set
    items = counted(room.viewer, room.role, [found], [student.user_id])
    work = tallied([found], items).get((found.pk, student.user_id)) or Work(asked_of(found))
    shown = passages_of(room.viewer, one, items, manages=room.may_manage)
    readings = readings_of([found])[found.pk]
    context = {
        "room": room,
        "set": one,
        "assignment": found,
        "student": student,
        "own": student.user_id == room.viewer.user_id,
        "work": work,
        "standing": standing(found, work, timezone.now()),
        "documents": [(reading, shown.get(reading.document.pk, [])) for reading in readings],
    }
    if room.may_manage:
        order = students_of(one, found.group_id).values_list("pk", flat=True)
        keys = [None, *order, None]
        place = keys.index(student.pk)
        context |= {"before": keys[place - 1], "after": keys[place + 1]}
    return context
