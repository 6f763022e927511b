"""The members of a set: who they are, and for its owner and editors who they shall be."""

from __future__ import annotations

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_http_methods, require_POST

from annotations.actions import sets as actions
from annotations.forms import MemberForm, MemberRole, RoleForm
from annotations.views.rooms import Room, managed_room, page_of, room_of

MEMBERS_A_PAGE = 50


@require_http_methods(["GET", "POST"])
def members(request: HttpRequest, slug: str) -> HttpResponse:
    """Who is in the set; a POST adds a member by user name."""
    if request.method == "POST":
        return _add(request, managed_room(request, slug))
    room = room_of(request, slug)
    if not room.is_member:
        raise PermissionDenied("Only the members of this set see who they are.")
    return _page(request, room, MemberForm())


def _add(request: HttpRequest, room: Room) -> HttpResponse:
    form = MemberForm(request.POST)
    if form.is_valid():
        try:
            added = actions.add_member(
                room.annotation_set,
                actor=request.user,  # type: ignore[arg-type]
                **form.cleaned_data,
            )
            messages.success(request, f"{added.user.get_username()} is a member now.")
            return redirect("annotations:members", room.annotation_set.slug)
        except actions.SetFault as fault:
            form.add_error("username", str(fault))
    return _page(request, room, form, status=422)


def _page(request: HttpRequest, room: Room, form: MemberForm, status: int = 200) -> HttpResponse:
    rows = room.annotation_set.memberships.select_related("user").order_by("joined", "pk")
    context = {
        "room": room,
        "set": room.annotation_set,
        "page": page_of(request, rows, MEMBERS_A_PAGE),
        "form": form if room.may_manage else None,
        "roles": MemberRole.choices,
    }
    return render(request, "annotations/sets/members.html", context, status=status)


@require_POST
def member_role(request: HttpRequest, slug: str, pk: int) -> HttpResponse:
    """Gives a member another role."""
    room = managed_room(request, slug)
    membership = get_object_or_404(room.annotation_set.memberships.select_related("user"), pk=pk)
    form = RoleForm(request.POST)
    if not form.is_valid():
        messages.error(request, "Choose one of the roles.")
        return _page(request, room, MemberForm(), status=422)
    try:
        actions.change_role(membership, actor=request.user, **form.cleaned_data)  # type: ignore[arg-type]
    except actions.SetFault as fault:
        messages.error(request, str(fault))
        return _page(request, room, MemberForm(), status=422)
    messages.success(request, f"{membership.user.get_username()} is {membership.role} now.")
    return redirect("annotations:members", slug)


@require_POST
def member_remove(request: HttpRequest, slug: str, pk: int) -> HttpResponse:
    """Ends a membership; what the member wrote stays."""
    room = managed_room(request, slug)
    membership = get_object_or_404(room.annotation_set.memberships.select_related("user"), pk=pk)
    try:
        actions.remove_member(membership, actor=request.user)  # type: ignore[arg-type]
    except actions.SetFault as fault:
        messages.error(request, str(fault))
        return _page(request, room, MemberForm(), status=422)
    name = membership.user.get_username()
    messages.success(request, f"{name} is no longer a member; what they wrote stays.")
    if membership.user_id == request.user.pk:
        return redirect("annotations:sets")
    return redirect("annotations:members", slug)
