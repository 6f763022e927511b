"""The form of an assignment: what is read, by whom, with what question, until when."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_http_methods

from annotations.actions import assignments as actions
from annotations.forms_assignments import AssignmentForm, Offered, initial_of
from annotations.models import Assignment, Theme
from annotations.readings import Reading, blocks_to_choose, readings_of
from annotations.stretches import texts_of
from annotations.views.assignments import actor_of, assignments_in, changing_room
from annotations.views.rooms import Room, posted


@require_http_methods(["GET", "HEAD", "POST"])
def assignment_new(request: HttpRequest, slug: str) -> HttpResponse:
    """Sets an assignment."""
    room = changing_room(request, slug)
    form = _form(request, room, {"annotations": 1})
    if not _saves(request) or not form.is_valid():
        return _form_page(request, room, form, None)
    made = actions.create_assignment(room.annotation_set, actor=actor_of(request), **form.given())
    messages.success(request, f"“{made.title}” is set.")
    return redirect(made)


@require_http_methods(["GET", "HEAD", "POST"])
def assignment_edit(request: HttpRequest, slug: str, pk: int) -> HttpResponse:
    """Another prompt, other documents, themes, numbers, times."""
    room = changing_room(request, slug)
    found = get_object_or_404(assignments_in(room), pk=pk)
    form = _form(request, room, initial_of(found), readings_of([found])[found.pk])
    if not _saves(request) or not form.is_valid():
        return _form_page(request, room, form, found)
    actions.edit_assignment(found, actor=actor_of(request), **form.given())
    messages.success(request, "Saved.")
    return redirect(found)


def _saves(request: HttpRequest) -> bool:
    """Not when only the paragraphs of the chosen documents are to be shown."""
    return request.method == "POST" and "show" not in request.POST


def _form(
    request: HttpRequest, room: Room, initial: dict[str, Any], readings: list[Reading] | None = None
) -> AssignmentForm:
    """The form with the set's documents; those chosen come with their blocks. Four queries."""
    one = room.annotation_set
    chosen = {reading.document.pk: reading for reading in readings or []}
    picked = set(request.POST.getlist("documents")) if request.method == "POST" else set()
    picked |= {str(pk) for pk in chosen}
    rows = one.set_documents.select_related("document__volume").order_by("position", "pk")
    documents = [row.document for row in rows]
    # What an editor took off the set's list since stays where it was chosen.
    listed = {document.pk for document in documents}
    documents += [r.document for pk, r in chosen.items() if pk not in listed]
    texts = texts_of(
        document.current_id
        for document in documents
        if str(document.pk) in picked and document.current_id is not None
    )
    offered = []
    for document in documents:
        text = texts.get(document.current_id or 0)
        blocks = blocks_to_choose(text) if text else ()
        offered.append(_offered(request, Offered(document, blocks), chosen.get(document.pk)))
    return AssignmentForm(
        posted(request),
        initial=initial,
        offered=offered,
        themes=list(Theme.objects.of_codebook(one.codebook_id)),
        groups=list(one.groups.all()),
    )


def _offered(request: HttpRequest, plain: Offered, reading: Reading | None) -> Offered:
    """With the ends of the range: those that were sent, else those of the assignment."""
    if request.method == "POST":
        first, last = (request.POST.get(f"{n}-{plain.document.pk}", "") for n in ("from", "to"))
        return Offered(plain.document, plain.blocks, first, last)
    if reading is None or not (reading.lost or reading.start is not None):
        return plain
    if reading.lost:
        note = "The text has changed, and its range is no longer found: choose it again."
        return Offered(plain.document, plain.blocks, note=note)
    note = "The text has changed: look whether the range is still right." * reading.unsure
    return Offered(plain.document, plain.blocks, str(reading.first), str(reading.last), note)


def _form_page(
    request: HttpRequest, room: Room, form: AssignmentForm, found: Assignment | None
) -> HttpResponse:
    shows = request.method == "POST" and "show" in request.POST
    context = {
        "room": room,
        "set": room.annotation_set,
        "form": form,
        "assignment": found,
        "shows": shows,
    }
    status = 422 if form.is_bound and not shows else 200
    return render(request, "annotations/assignments/edit.html", context, status=status)
