"""Replies: answering an annotation, and what one does with one's answer afterwards."""

from __future__ import annotations

from uuid import UUID, uuid4

from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.db import IntegrityError
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods

from annotations.actions.replies import (
    ThreadLocked,
    create_reply,
    delete_reply,
    edit_reply,
    restore_reply,
    words_of_reply,
)
from annotations.changes import changed
from annotations.conflicts import conflict_of
from annotations.forms_annotations import ReplyForm
from annotations.http import Request
from annotations.models import Annotation, Naming, Reply
from annotations.permissions import may_change, viewer_of
from annotations.place import Place, place_of
from annotations.stale import Stale, mark_of
from annotations.standing import wider_words
from annotations.threads import may_answer_privately, privately
from annotations.views.rooms import posted
from annotations.views.safe import Sent, sent

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
    context["sent"] = sent(request)
    return _form(request, context, 422 if form.is_bound else 200)


def _create(
    request: Request, place: Place, annotation: Annotation, form: ReplyForm
) -> HttpResponse:
    once = sent(request)
    given = form.cleaned_data
    try:
        made = create_reply(
            annotation, author=request.user, promise=place.promise, uuid=once.uuid, **given
        )
    except ThreadLocked as locked:
        raise PermissionDenied(LOCKED) from locked
    except IntegrityError:
        # The uuid is that of somebody else's reply.
        form.add_error("note", "This could not be saved: open the form again.")
        context = {"place": place, "annotation": annotation, "form": form, "sent": Sent(uuid4())}
        return _form(request, context, 422)
    if made.already and made.note != given["note"]:
        # Sent before, and written on since: what is saved and what is written are both hers.
        return _conflict(request, made, place, form)
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


def _own_to_edit(request: Request, uuid: UUID) -> tuple[Reply, Place]:
    """As ``_own``; what was deleted while one wrote is told with what one wrote."""
    try:
        return _own(request, uuid)
    except Http404:
        if request.method != "POST":
            raise
        return _own(request, uuid, deleted=True)


def _changed(request: Request, place: Place, found: Reply, action: str) -> HttpResponse:
    annotation = found.annotation
    undo = reverse("annotations:reply_restore", args=[found.uuid]) if action == "delete" else ""
    where = [(annotation.start, annotation.end)]
    return changed(request, place, annotation, f"{action} reply", where, undo=undo)


@login_required
@require_http_methods(["GET", "POST"])
def edit(request: Request, uuid: UUID) -> HttpResponse:
    """Another text for one's own reply."""
    found, place = _own_to_edit(request, uuid)
    once = sent(request, mark_of(words_of_reply(found)))
    form = ReplyForm(posted(request), initial={"note": found.note})
    if found.annotation.locked_at is not None:
        raise PermissionDenied(LOCKED)
    if form.is_valid():
        note = form.cleaned_data["note"]
        try:
            edit_reply(found, actor=request.user, note=note, base=once.base)
        except ThreadLocked as locked:
            raise PermissionDenied(LOCKED) from locked
        except Stale:
            # Sent twice, it is what it is to be.
            if found.deleted_at is not None or found.note != note:
                return _conflict(request, found, place, form)
        return _changed(request, place, found, "edit")
    context = {"place": place, "annotation": found.annotation, "reply": found, "form": form}
    context["sent"] = once
    return _form(request, context, 422 if form.is_bound else 200)


def _conflict(request: Request, found: Reply, place: Place, form: ReplyForm) -> HttpResponse:
    """What is there now beside what was sent, which becomes the form's; nothing is saved."""
    now = words_of_reply(found)
    context = {
        "place": place,
        "annotation": found.annotation,
        "reply": found,
        "form": form,
        "sent": sent(request)._replace(base=mark_of(now)),
        "conflict": conflict_of(
            ("reply", found.uuid),
            {"Reply": found.note},
            {"Reply": form.cleaned_data["note"]},
            annotation_set=found.annotation.annotation_set,
            viewer_id=request.user.pk,
            manages=place.naming == Naming.EDITOR,
            keep=found.annotation.get_absolute_url(),
            gone=found.deleted_at is not None,
        ),
    }
    return _form(request, context, 409)


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
