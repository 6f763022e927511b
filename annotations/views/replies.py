"""Replies: answering an annotation, and what one does with one's answer afterwards."""

from __future__ import annotations

from uuid import UUID

from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods

from annotations.actions.replies import (
    ThreadLocked,
    create_reply,
    delete_reply,
    edit_reply,
    restore_reply,
)
from annotations.changes import changed
from annotations.forms_annotations import ReplyForm
from annotations.http import Request
from annotations.models import Annotation, Reply
from annotations.permissions import may_change, viewer_of
from annotations.place import Place, place_of
from annotations.standing import wider_words
from annotations.threads import may_answer_privately, privately

TEMPLATE = "annotations/reply.html"
LOCKED = "An editor has locked this thread: it takes no more replies."


def _place(request: Request, annotation: Annotation) -> Place:
    document = annotation.edition.document
    return place_of(request, document.volume.slug, document.slug, annotation.annotation_set.slug)


def _form(request: Request, context: dict[str, object], status: int) -> HttpResponse:
    template = TEMPLATE + ("#form" if request.htmx else "")
    return render(request, template, context, status=status)


@login_required
@require_http_methods(["GET", "POST"])
def reply(request: Request, uuid: UUID) -> HttpResponse:
    """Answers an annotation."""
    annotation = get_object_or_404(
        Annotation.objects.visible_to(viewer_of(request)).with_place(), uuid=uuid
    )
    place = _place(request, annotation)
    if not place.may_annotate:
        raise PermissionDenied("Only members who annotate in this set can reply, while it is open.")
    if annotation.locked_at is not None:
        raise PermissionDenied(LOCKED)
    words, chosen = privately(annotation, place)
    form = ReplyForm(request.POST or None, initial={"private": chosen})
    allowed = may_answer_privately(annotation, place)
    # What was meant for few must not be shown to many, whatever has changed meanwhile.
    if form.is_valid() and form.cleaned_data["private"] and not allowed:
        form.add_error("private", "Only its author and the editors can answer in private.")
    if words_now := wider_words(place, request.POST.get("promised", "")):
        form.add_error("note", words_now)
    if form.is_valid():
        return _create(request, place, annotation, form)
    context = {"place": place, "annotation": annotation, "form": form, "privately": words}
    return _form(request, context, 422 if form.is_bound else 200)


def _create(
    request: Request, place: Place, annotation: Annotation, form: ReplyForm
) -> HttpResponse:
    try:
        create_reply(annotation, author=request.user, promise=place.promise, **form.cleaned_data)
    except ThreadLocked as locked:
        raise PermissionDenied(LOCKED) from locked
    return changed(request, place, annotation, "reply", [(annotation.start, annotation.end)])


def _own(request: Request, uuid: UUID, *, deleted: bool = False) -> tuple[Reply, Place]:
    viewer = viewer_of(request)
    seen = Reply.objects.visible_to(viewer)
    if deleted:
        seen = Reply.objects.filter(author_id=viewer.user_id).filter(
            annotation__in=Annotation.objects.visible_to(viewer)
        )
    found = get_object_or_404(seen.with_place(), uuid=uuid)
    place = _place(request, found.annotation)
    if not may_change(found, viewer, place.role):
        raise PermissionDenied("Only its author can change a reply, while the set is open.")
    return found, place


def _changed(request: Request, place: Place, found: Reply, action: str) -> HttpResponse:
    annotation = found.annotation
    undo = reverse("annotations:reply_restore", args=[found.uuid]) if action == "delete" else ""
    where = [(annotation.start, annotation.end)]
    return changed(request, place, annotation, f"{action} reply", where, undo=undo)


@login_required
@require_http_methods(["GET", "POST"])
def edit(request: Request, uuid: UUID) -> HttpResponse:
    """Another text for one's own reply."""
    found, place = _own(request, uuid)
    form = ReplyForm(request.POST or None, initial={"note": found.note})
    if found.annotation.locked_at is not None:
        raise PermissionDenied(LOCKED)
    if form.is_valid():
        try:
            edit_reply(found, actor=request.user, note=form.cleaned_data["note"])
        except ThreadLocked as locked:
            raise PermissionDenied(LOCKED) from locked
        return _changed(request, place, found, "edit")
    context = {"place": place, "annotation": found.annotation, "reply": found, "form": form}
    return _form(request, context, 422 if form.is_bound else 200)


@login_required
@require_http_methods(["GET", "POST"])
def delete(request: Request, uuid: UUID) -> HttpResponse:
    """Takes one's own reply out of sight; the answer offers to undo it."""
    found, place = _own(request, uuid)
    if request.method == "GET":
        context = {"place": place, "reply": found, "annotation": found.annotation}
        return render(request, "annotations/delete.html", context)
    delete_reply(found, actor=request.user)
    return _changed(request, place, found, "delete")


@login_required
@require_http_methods(["POST"])
def restore(request: Request, uuid: UUID) -> HttpResponse:
    """Undoes the deletion of one's own reply."""
    found, place = _own(request, uuid, deleted=True)
    restore_reply(found, actor=request.user)
    return _changed(request, place, found, "restore")
