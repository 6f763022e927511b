"""The form of an assignment: what is read, by whom, with what question, until when."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_http_methods

from annotations.actions import assignments as actions
from annotations.actions.wording import words_given, words_of_assignment
from annotations.conflicts import Conflict, conflict_of
from annotations.forms_assignments import AssignmentForm, Offered, initial_of
from annotations.models import Assignment, Theme
from annotations.readings import Reading, blocks_to_choose, readings_of
from annotations.stale import Stale, mark_of
from annotations.stretches import texts_of
from annotations.views.assignments import actor_of, assignments_in, changing_room
from annotations.views.rooms import Room, posted
from annotations.views.safe import Sent, sent


@require_http_methods(["GET", "HEAD", "POST"])
def assignment_new(request: HttpRequest, slug: str) -> HttpResponse:
    """Sets an assignment."""
    room = changing_room(request, slug)
    form = _form(request, room, {"annotations": 1})
    if not _saves(request) or not form.is_valid():
        return _form_page(request, room, form, None, sent(request))
    made = actions.create_assignment(room.annotation_set, actor=actor_of(request), **form.given())
    messages.success(request, f"“{made.title}” is set.")
    return redirect(made)


@require_http_methods(["GET", "HEAD", "POST"])
def assignment_edit(request: HttpRequest, slug: str, pk: int) -> HttpResponse:
    """Another prompt, other documents, themes, numbers, times."""
    room = changing_room(request, slug)
    found = get_object_or_404(assignments_in(room), pk=pk)
    form = _form(request, room, initial_of(found), readings_of([found])[found.pk])
    once = sent(request, mark_of(words_of_assignment(found)))
    if not _saves(request) or not form.is_valid():
        return _form_page(request, room, form, found, once)
    given = form.given()
    try:
        actions.edit_assignment(found, actor=actor_of(request), base=once.base, **given)
    except Stale:
        now = words_of_assignment(get_object_or_404(assignments_in(room), pk=pk))
        if now != words_given(given):
            once = once._replace(base=mark_of(now))
            conflict = _conflict(room, form, found, now, words_given(given))
            return _form_page(request, room, form, found, once, conflict)
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


def _conflict(
    room: Room, form: AssignmentForm, found: Assignment, now: dict[str, Any], given: dict[str, Any]
) -> Conflict:
    return conflict_of(
        ("assignment", found.pk),
        _in_words(now, form),
        _in_words(given, form),
        annotation_set=room.annotation_set,
        viewer_id=room.viewer.user_id or 0,
        manages=room.may_manage,
        keep=found.get_absolute_url(),
    )


def _in_words(words: dict[str, Any], form: AssignmentForm) -> dict[str, str]:
    """What the form shows of an assignment, as texts to compare."""
    documents = []
    for pk, _, start, end in words["documents"]:
        heading = form.offered[pk].document.heading if pk in form.offered else "a document"
        documents.append(heading if start is None else f"{heading}, characters {start} to {end}")
    group = form.groups.get(words["group"])
    numbers = (f"{name} {words[name]}" for name in ("annotations", "replies", "words"))
    return {
        "Title": words["title"],
        "Prompt": words["prompt"],
        "Documents": "\n".join(documents),
        "Themes": ", ".join(
            one.name for pk, one in form.all_themes.items() if pk in words["themes"]
        ),
        "For": group.name if group else "everyone",
        "Asked for": ", ".join(numbers),
        "Opens": _moment(words["opens_at"]),
        "Due": _moment(words["due_at"]),
        "Late work": "counts" if words["late_allowed"] else "does not count",
        "Points": words["points"] or "",
    }


def _moment(given: str | None) -> str:
    return f"{datetime.fromisoformat(given):%d %b %Y, %H:%M} UTC" if given else ""


def _form_page(
    request: HttpRequest,
    room: Room,
    form: AssignmentForm,
    found: Assignment | None,
    once: Sent,
    conflict: Conflict | None = None,
) -> HttpResponse:
    shows = request.method == "POST" and "show" in request.POST
    context = {
        "room": room,
        "set": room.annotation_set,
        "form": form,
        "assignment": found,
        "shows": shows,
        "sent": once,
        "conflict": conflict,
    }
    status = 409 if conflict else 422 if form.is_bound and not shows else 200
    return render(request, "annotations/assignments/edit.html", context, status=status)
