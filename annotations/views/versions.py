"""The versions of a codebook: who changed what and why, how it was, and the way back."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods, require_safe

from annotations.actions.past import go_back
from annotations.forms_themes import WHY
from annotations.models import CodebookVersion
from annotations.pasts import between, earliest, nodes_of, since, told, versions_of
from annotations.stale import Stale
from annotations.views.codebook import actor
from annotations.views.rooms import Room, changing_room, key_of, page_of, room_of

A_PAGE = 40


def _member_room(request: HttpRequest, slug: str) -> Room:
    room = room_of(request, slug)
    if not room.is_member:
        raise PermissionDenied("Only members of this set read how its codebook came about.")
    return room


def _told(room: Room, rows: Any) -> Any:
    one = room.annotation_set
    return told(one, rows, viewer_id=room.viewer.user_id, manages=room.may_manage)


@require_safe
def versions(request: HttpRequest, slug: str) -> HttpResponse:
    """Every change of the codebook, the latest first: who, when, what, why."""
    room = _member_room(request, slug)
    page = page_of(request, versions_of(room.annotation_set), A_PAGE)
    context = {
        "room": room,
        "set": room.annotation_set,
        "page": page,
        "versions": _told(room, page.object_list),
        "earliest": earliest(room.annotation_set),
    }
    return render(request, "annotations/codebook/versions.html", context)


@require_safe
def version(request: HttpRequest, slug: str, number: int) -> HttpResponse:
    """What one change did, and the whole codebook as it was then."""
    room = _member_room(request, slug)
    one = room.annotation_set
    row = _known(room, number)
    _, after, differences = between(one, number - 1 if row else number, number)
    context = {
        "room": room,
        "set": one,
        "number": number,
        "version": _told(room, [row])[0] if row else None,
        "differences": differences,
        "nodes": nodes_of(after),
        "now": number == one.codebook.revision,
        "older": number - 1 if row else None,
        "newer": number + 1 if number < one.codebook.revision else None,
    }
    return render(request, "annotations/codebook/version.html", context)


def _known(room: Room, number: int) -> CodebookVersion | None:
    """The version's row; None for the state before the first one. Raises Http404 for others."""
    row = versions_of(room.annotation_set).filter(number=number).first()
    if row is None and number != earliest(room.annotation_set):
        raise Http404("This version was not recorded.")
    return row


@require_safe
def compare(request: HttpRequest, slug: str) -> HttpResponse:
    """What differs between two versions, ``?from=`` and ``&to=``; else all."""
    room = _member_room(request, slug)
    one = room.annotation_set
    first, last = earliest(one), one.codebook.revision
    old, new = (
        min(max(key_of(request.GET.get(name, "")) or otherwise, first), last)
        for name, otherwise in (("from", first), ("to", last))
    )
    if old > new:
        old, new = new, old
    context = {
        "room": room,
        "set": one,
        "old": old,
        "new": new,
        "first": first,
        "last": last,
        "differences": between(one, old, new)[2],
    }
    return render(request, "annotations/codebook/compare.html", context)


@require_http_methods(["GET", "POST"])
def back(request: HttpRequest, slug: str, number: int) -> HttpResponse:
    """What bringing the codebook back to a version would change; POST does it."""
    room = changing_room(request, slug)
    one = room.annotation_set
    _known(room, number)
    status = 200
    if request.method == "POST":
        seen = key_of(request.POST.get("seen", "")) or 0
        why = request.POST.get("why", "").strip()[:WHY]
        try:
            done = go_back(one, number, seen=seen, actor=actor(request), why=why)
        except Stale:
            one.codebook.refresh_from_db()
            messages.error(request, "Somebody changed the codebook meanwhile: look at it again.")
            status = 409
        else:
            messages.success(request, _words(number, done.stayed))
            return redirect("annotations:codebook_edit", slug)
    context = {
        "room": room,
        "set": one,
        "number": number,
        "differences": since(one, number),
        "seen": one.codebook.revision,
    }
    return render(request, "annotations/codebook/back.html", context, status=status)


def _words(number: int, stayed: list[str]) -> str:
    words = f"The codebook is as it was at version {number}."
    if stayed:
        names = ", ".join(f"“{name}”" for name in stayed)
        words += f" Annotations carry {names}: retired, not deleted."
    return words
