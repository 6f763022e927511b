"""Who has done what: members by assignments, and the marks as files."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, NamedTuple

from django.http import Http404, HttpRequest, HttpResponse, StreamingHttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from annotations import gradebook
from annotations.assigned import Standing, Work, asked_of, standing, works
from annotations.models import Assignment, Mark
from annotations.students import came_by_link, students_of
from annotations.views.assignments import assignments_in, managing_room
from annotations.views.rooms import Room, page_of

STUDENTS_A_PAGE = 50
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


class Cell(NamedTuple):
    """One student and one assignment; ``asked`` is False when it is not for her."""

    asked: bool
    href: str
    work: Work
    standing: Standing
    mark: Mark | None
    # As the page shows them, made here once: there are a thousand cells on it.
    told: str
    points: str


@require_safe
def assignments_grid(request: HttpRequest, slug: str) -> HttpResponse:
    """Members by assignments, fifty members a page; ``?group=`` shows one group."""
    room = managing_room(request, slug)
    one = room.annotation_set
    groups = list(one.groups.all())
    chosen = next((g for g in groups if str(g.pk) == request.GET.get("group")), None)
    page = page_of(request, students_of(one, chosen.pk if chosen else None), STUDENTS_A_PAGE)
    found = list(assignments_in(room).in_order())
    context = {
        "room": room,
        "set": one,
        "assignments": [(assignment, Work(asked_of(assignment))) for assignment in found],
        "page": page,
        "rows": _rows(room, found, list(page)),
        "groups": groups,
        "chosen": chosen,
        "forms": gradebook.FORMS,
    }
    return render(request, "annotations/assignments/grid.html", context)


def _rows(
    room: Room, found: Sequence[Assignment], students: Sequence[Any]
) -> list[tuple[Any, list[Cell]]]:
    users = [one.user_id for one in students]
    done = works(room.viewer, room.role, found, users)
    marks = {
        (mark.assignment_id, mark.user_id): mark
        for mark in Mark.objects.filter(assignment__in=found, user__in=users)
    }
    nothing = {one.pk: Work(asked_of(one)) for one in found}
    # reverse() for each of a thousand cells would cost as much as the rest of the page.
    base = reverse("annotations:assignments", args=[room.annotation_set.slug])
    now = timezone.now()
    rows = []
    for student in students:
        cells = []
        for one in found:
            work = done.get((one.pk, student.user_id)) or nothing[one.pk]
            asked = one.group_id is None or one.group_id == student.group_pk
            href = f"{base}{one.pk}/work/{student.pk}/"
            mark = marks.get((one.pk, student.user_id))
            stands = standing(one, work, now)
            told = " · ".join(f"{got}/{wanted}" for got, wanted, _ in work.parts)
            cells.append(Cell(asked, href, work, stands, mark, told, _points(mark)))
        rows.append((student, cells))
    return rows


def _points(mark: Mark | None) -> str:
    if mark is None:
        return ""
    return "commented" if mark.points is None else gradebook.number(mark.points)


@never_cache
@require_safe
def marks(request: HttpRequest, slug: str, suffix: str) -> HttpResponse | StreamingHttpResponse:
    """The whole class with marks, as CSV or XLSX; ``?form=`` canvas, moodle or plain."""
    room = managing_room(request, slug)
    form = request.GET.get("form", "plain")
    if form not in gradebook.FORMS:
        raise Http404("There is no such form.")
    found = list(assignments_in(room).in_order())
    columns = [gradebook.Column(one.title, one.points) for one in found]
    students = list(students_of(room.annotation_set))
    known = came_by_link(room.annotation_set)
    people = [
        _student(member, cells, with_mail=(str(member.pk), member.user_id) in known)
        for member, cells in _rows(room, found, students)
    ]
    table = gradebook.rows(form, columns, people)
    response: HttpResponse | StreamingHttpResponse
    if suffix == "csv":
        response = StreamingHttpResponse(
            gradebook.as_csv(table), content_type="text/csv; charset=utf-8; header=present"
        )
    else:
        response = HttpResponse(gradebook.as_xlsx(table), content_type=XLSX)
    name = f"{slug}-marks-{form}.{suffix}"
    response["Content-Disposition"] = f'attachment; filename="{name}"'
    return response


def _student(member: Any, cells: Sequence[Cell], *, with_mail: bool) -> gradebook.Student:
    user = member.user
    entries = [_entry(cell) for cell in cells]
    mail = user.email if with_mail else ""
    names = (user.get_username(), user.first_name, user.last_name, mail)
    return gradebook.Student(*names, member.group_name or "", entries)


def _entry(cell: Cell) -> gradebook.Entry:
    mark = cell.mark
    return gradebook.Entry(
        cell.asked,
        mark.points if mark else None,
        mark.comment if mark else "",
        *cell.work.total,
        str(cell.standing.label),
    )
