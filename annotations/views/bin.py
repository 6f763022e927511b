"""The bin of a set: what one deleted, with the way to bring it back."""

from __future__ import annotations

from django.conf import settings
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from annotations.binned import binned, binned_of_set
from annotations.http import Request
from annotations.permissions import may_annotate
from annotations.views.rooms import room_of


@login_required
@require_safe
def in_bin(request: Request, slug: str) -> HttpResponse:
    """What one deleted oneself; for editors also what went of the codebook and the assignments."""
    room = room_of(request, slug)
    if not room.is_member:
        raise PermissionDenied("Only members of this set have something in its bin.")
    found = binned(room.annotation_set, request.user)
    if room.may_manage:
        found |= binned_of_set(room.annotation_set)
    context = {
        "room": room,
        "set": room.annotation_set,
        "may_restore": may_annotate(room.annotation_set, room.role),
        "days": settings.BIN_DAYS,
        "empty": not any(found.values()),
        **found,
    }
    return render(request, "annotations/histories/bin.html", context)
