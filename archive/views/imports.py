"""Imports of volumes from the web, for staff: uploading, watching, importing again."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.contrib import messages
from django.contrib.auth.models import User
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.csrf import csrf_exempt, csrf_protect
from django.views.decorators.http import require_http_methods, require_POST, require_safe
from django_htmx.middleware import HtmxDetails

from archive import uploads
from archive.forms_uploads import UploadForm
from archive.models import Import
from archive.reads.imports import import_at, imports_page
from archive.upload_handler import VolumeUploadHandler
from archive.worker import is_working


class HtmxRequest(HttpRequest):
    htmx: HtmxDetails


View = Callable[..., HttpResponse]
# What others have to say of an import: the first of these that is there, given ``run``.
FOLLOWED = ["annotations/anchoring/import_section.html", "archive/imports/followed.html"]


def for_staff(view: View) -> View:
    """For whoever may import: staff, and those who are given the permission; 404 for others."""

    @wraps(view)
    def handle(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        user = request.user
        if not (user.is_active and (user.is_staff or user.has_perm("archive.add_import"))):
            raise Http404("There is no such page.")
        return view(request, *args, **kwargs)

    return handle


@csrf_exempt  # The handler of uploads must be set before the form's token is read; see _imports.
@for_staff
@require_http_methods(["GET", "HEAD", "POST"])
def imports(request: HtmxRequest) -> HttpResponse:
    """All imports, and the form to upload volumes."""
    handler = VolumeUploadHandler(request)
    request.upload_handlers = [handler]
    return _imports(request, handler)


@csrf_protect
def _imports(request: HtmxRequest, handler: VolumeUploadHandler) -> HttpResponse:
    form = UploadForm()
    if request.method == "POST":
        form = UploadForm(request.POST, request.FILES, too_large=handler.too_large)
        if form.is_valid():
            runs = [uploads.take_in(_user(request), file) for file in form.cleaned_data["volumes"]]
            return redirect(runs[0]) if len(runs) == 1 else redirect("archive:imports")
    shown = imports_page(request.GET.get("page", "1"))
    context = {"form": form, "shown": shown, "page": shown.page, "is_working": is_working()}
    part = "#runs" if request.htmx else ""
    status = 422 if form.is_bound else 200
    return render(request, f"archive/imports/list.html{part}", context, status=status)


@for_staff
@require_safe
def one(request: HtmxRequest, pk: int) -> HttpResponse:
    """One import: how far it is, or what came of it."""
    told = import_at(pk)
    if told is None:
        raise Http404("There is no such import.")
    context = {"told": told, "run": told.run, "followed": FOLLOWED, "is_working": is_working()}
    part = "#run" if request.htmx else ""
    return render(request, f"archive/imports/import.html{part}", context)


@for_staff
@require_POST
def again(request: HttpRequest, pk: int) -> HttpResponse:
    """Has a file imported again."""
    _check(pk)
    try:
        run = uploads.import_again(_user(request), pk)
    except uploads.UploadFault as fault:
        messages.error(request, str(fault))
        return redirect("archive:import", pk)
    return redirect(run)


@for_staff
@require_POST
def remove(request: HttpRequest, pk: int) -> HttpResponse:
    """Removes an uploaded file; what was imported from it stays."""
    _check(pk)
    try:
        uploads.remove_file(pk)
    except uploads.UploadFault as fault:
        messages.error(request, str(fault))
    else:
        messages.success(request, "The file is removed. What was imported from it stays.")
    return redirect("archive:import", pk)


def _check(pk: int) -> None:
    if not Import.objects.filter(pk=pk, volume__owner__isnull=True).exists():
        raise Http404("There is no such import.")


def _user(request: HttpRequest) -> User:
    assert isinstance(request.user, User)
    return request.user
