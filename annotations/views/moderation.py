"""Moderation: members report, editors look at reports, hide, show again and lock."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from annotations.actions import moderation as actions
from annotations.changes import changed
from annotations.forms_moderation import HideForm, ReportForm
from annotations.http import Request
from annotations.models import Annotation, Reply
from annotations.permissions import may_change_set, may_report, viewer_of
from annotations.place import Place, place_of
from annotations.reports import cases_of, reports_of
from annotations.views.rooms import managed_room, page_of, posted

FORM = "annotations/moderation/act.html"
REPORTS_A_PAGE = 100
TOO_MANY = (
    "You have reported as much here as one can at a time. Wait until the editors have looked at it."
)
DONE = {
    "report": "Reported. The editors of the set will look at it.",
    "hide": "Hidden.",
    "show": "Shown again.",
    "lock": "The thread is locked.",
    "unlock": "The thread is open again.",
    "keep": "Left as it is.",
}
Written = Annotation | Reply


def _loaded(request: Request, uuid: UUID, model: type[Written]) -> tuple[Written, Place]:
    """What the viewer sees under this name, and its place; 404 when there is nothing."""
    seen: Any = model.objects
    item: Written = get_object_or_404(seen.visible_to(viewer_of(request)).with_place(), uuid=uuid)
    annotation = item.annotation if isinstance(item, Reply) else item
    document = annotation.edition.document
    return item, place_of(
        request, document.volume.slug, document.slug, annotation.annotation_set.slug
    )


def _to_moderate(request: Request, uuid: UUID, model: type[Written]) -> tuple[Written, Place]:
    item, place = _loaded(request, uuid, model)
    if not may_change_set(item.in_set, place.role):
        raise PermissionDenied("Only the editors of the set can do this, unless it is frozen.")
    return item, place


def _done(request: Request, place: Place, item: Written, action: str) -> HttpResponse:
    """Back to where it was asked: into the reader, to the reports, or to the annotation's page."""
    annotation = item.annotation if isinstance(item, Reply) else item
    if request.htmx:
        return changed(request, place, annotation, action, [(annotation.start, annotation.end)])
    messages.success(request, DONE[action])
    if request.POST.get("back") == "reports":
        return redirect("annotations:reports", item.in_set.slug)
    return redirect(annotation)


def _form(
    request: Request, place: Place, item: Written, action: str, form: Any = None, status: int = 200
) -> HttpResponse:
    annotation = item.annotation if isinstance(item, Reply) else item
    context = {
        "place": place,
        "action": action,
        "annotation": annotation,
        "item": item,
        "reply": item if isinstance(item, Reply) else None,
        "form": form,
        "back": request.POST.get("back") or request.GET.get("back", ""),
    }
    template = FORM + ("#form" if request.htmx else "")
    return render(request, template, context, status=status)


@login_required
@require_http_methods(["GET", "POST"])
def report(request: Request, uuid: UUID, model: type[Written]) -> HttpResponse:
    """A member tells the editors that something should not stand."""
    item, place = _loaded(request, uuid, model)
    if not may_report(item, place.viewer, place.role):
        raise PermissionDenied("Members report what others wrote; editors hide it.")
    form = ReportForm(posted(request))
    if not form.is_valid():
        return _form(request, place, item, "report", form, 422 if form.is_bound else 200)
    try:
        actions.report(item, by=request.user, reason=form.cleaned_data["reason"])
    except actions.TooManyReports:
        form.add_error(None, TOO_MANY)
        return _form(request, place, item, "report", form, 422)
    return _done(request, place, item, "report")


@login_required
@require_http_methods(["GET", "POST"])
def hide(request: Request, uuid: UUID, model: type[Written]) -> HttpResponse:
    """An editor takes something out of the others' sight, and says why."""
    item, place = _to_moderate(request, uuid, model)
    form = HideForm(posted(request))
    if not form.is_valid():
        return _form(request, place, item, "hide", form, 422 if form.is_bound else 200)
    actions.hide(item, actor=request.user, reason=form.cleaned_data["reason"])
    return _done(request, place, item, "hide")


def _plain(
    request: Request, uuid: UUID, model: type[Written], action: str, act: Callable[..., object]
) -> HttpResponse:
    """An act that needs no word: a page that asks, and the act."""
    item, place = _to_moderate(request, uuid, model)
    if request.method == "GET":
        return _form(request, place, item, action)
    act(item, actor=request.user)
    return _done(request, place, item, action)


@login_required
@require_http_methods(["GET", "POST"])
def show(request: Request, uuid: UUID, model: type[Written]) -> HttpResponse:
    """An editor brings back what was hidden."""
    return _plain(request, uuid, model, "show", actions.show)


@login_required
@require_http_methods(["GET", "POST"])
def lock(request: Request, uuid: UUID) -> HttpResponse:
    """An editor closes a thread."""
    return _plain(request, uuid, Annotation, "lock", actions.lock)


@login_required
@require_http_methods(["GET", "POST"])
def unlock(request: Request, uuid: UUID) -> HttpResponse:
    """An editor opens a thread again."""
    return _plain(request, uuid, Annotation, "unlock", actions.unlock)


@login_required
@require_POST
def keep(request: Request, uuid: UUID, model: type[Written]) -> HttpResponse:
    """An editor leaves what was reported as it is."""
    item, place = _to_moderate(request, uuid, model)
    actions.keep_as_it_is(item, actor=request.user)
    return _done(request, place, item, "keep")


@login_required
@require_safe
def reports(request: Request, slug: str) -> HttpResponse:
    """What members have reported, for those who manage the set."""
    room = managed_room(request, slug)
    settled = request.GET.get("show") == "settled"
    page = page_of(request, reports_of(room.annotation_set, is_open=not settled), REPORTS_A_PAGE)
    context = {
        "room": room,
        "set": room.annotation_set,
        "settled": settled,
        "page": page,
        "cases": cases_of(page.object_list),
    }
    return render(request, "annotations/moderation/reports.html", context)
