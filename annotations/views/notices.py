"""Notifications: what one is told, and of which kinds one wants to be told."""

from __future__ import annotations

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.contrib.auth.models import User
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from annotations import digests
from annotations.actions.notices import choose, mark_read, switch_mail_off
from annotations.http import Request
from annotations.models import Kind
from annotations.notices import choices_of, in_app, seen_by, target, told, unread_count, with_place
from annotations.permissions import viewer_of
from annotations.views.rooms import page_of

PAGE = 30


@login_required
@require_safe
def notices(request: Request) -> HttpResponse:
    """What one was told, the latest first."""
    viewer = viewer_of(request)
    page = page_of(request, with_place(in_app(viewer)), PAGE)
    rows = told(page.object_list, viewer)
    context = {"page": page, "rows": rows, "unread": unread_count(viewer)}
    return render(request, "annotations/notices/list.html", context)


@never_cache
@require_safe
def count(request: Request) -> HttpResponse:
    """How many one has not read: what the bar of every page asks for, also of one who has signed
    out elsewhere meanwhile."""
    if not request.user.is_authenticated:
        return HttpResponse(status=204)
    number = unread_count(viewer_of(request))
    return render(request, "annotations/notices/count.html", {"number": number})


@login_required
@require_safe
def notice(request: Request, pk: int) -> HttpResponse:
    """Leads to what a notification is about; it is read by that."""
    found = get_object_or_404(with_place(seen_by(viewer_of(request))), pk=pk)
    mark_read(request.user, found.pk)
    return redirect(target(found))


@login_required
@require_POST
def read(request: Request, pk: int) -> HttpResponse:
    """Marks one notification as read."""
    found = get_object_or_404(seen_by(viewer_of(request)), pk=pk)
    mark_read(request.user, found.pk)
    return redirect("annotations:notices")


@login_required
@require_POST
def all_read(request: Request) -> HttpResponse:
    """Marks all as read."""
    mark_read(request.user)
    return redirect("annotations:notices")


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def choices(request: Request) -> HttpResponse:
    """Which kinds one wants in the app, and which by mail."""
    if request.method == "POST":
        app, mail = (set(request.POST.getlist(name)) for name in ("app", "mail"))
        choose(request.user, {kind.value: (kind in app, kind in mail) for kind in Kind})
        messages.success(request, "Your choices are kept.")
        return redirect("annotations:notice_choices")
    context = {
        "rows": choices_of(request.user),
        "mail_is_on": digests.are_sent(),
        "address": digests.address_of(request.user),
    }
    return render(request, "annotations/notices/choices.html", context)


@csrf_exempt
@require_http_methods(["GET", "HEAD", "POST"])
def mail_off(request: Request, token: str) -> HttpResponse:
    """Switches mail off, by the link of a mail: without signing in, by one press of a button or by
    the mail program itself (RFC 8058). The link can do nothing else."""
    user = get_object_or_404(User, pk=digests.user_of(token))
    if request.method == "POST":
        switch_mail_off(user)
    context = {"done": request.method == "POST"}
    return render(request, "annotations/notices/mail_off.html", context)
