"""The groups of a set: for members their own, for owner and editors all, to make and to deal."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_POST

from annotations.actions import groups as actions
from annotations.forms_groups import DealForm, GroupForm, MoveForm
from annotations.grouping import told, unwritten
from annotations.models import Group
from annotations.rosters import groups_of, own_group, roster
from annotations.views.rooms import Room, key_of, managed_room, room_of, words_of

MEMBERS_A_PAGE = 100


@require_http_methods(["GET", "POST"])
def groups(request: HttpRequest, slug: str) -> HttpResponse:
    """The groups; a POST makes one."""
    if request.method == "POST":
        return _make(request, managed_room(request, slug))
    room = room_of(request, slug)
    if not room.is_member or room.viewer.user_id is None:
        raise PermissionDenied("Only the members of this set see its groups.")
    if room.may_manage:
        return _page(request, room)
    context = {
        "room": room,
        "set": room.annotation_set,
        "own": own_group(room.annotation_set, room.viewer.user_id),
        "told": told(room.annotation_set),
    }
    return render(request, "annotations/groups/own.html", context)


def _make(request: HttpRequest, room: Room) -> HttpResponse:
    form = GroupForm(request.POST)
    if form.is_valid():
        try:
            made = actions.make_group(
                room.annotation_set,
                actor=request.user,  # type: ignore[arg-type]
                name=form.cleaned_data["name"],
            )
            messages.success(request, f"There is a group “{made.name}” now.")
            return _back(request, room)
        except actions.GroupFault as fault:
            form.add_error("name", str(fault))
    return _page(request, room, form=form, status=422)


def _page(
    request: HttpRequest,
    room: Room,
    *,
    form: GroupForm | None = None,
    deal: DealForm | None = None,
    status: int = 200,
) -> HttpResponse:
    one = room.annotation_set
    words, group = words_of(request), request.GET.get("group", "")
    shown = roster(
        one,
        room.role,
        room.viewer.user_id,
        words=words,
        group=key_of(group),
        number=request.GET.get("page"),
        size=MEMBERS_A_PAGE,
        grouped=True,
    )
    found = groups_of(one)
    context: dict[str, Any] = {
        "room": room,
        "set": one,
        "groups": found,
        "unwritten": unwritten(one),
        "page": shown.page,
        "total": shown.total,
        "loose": shown.total - sum(one.size for one in found),  # type: ignore[attr-defined]
        "q": words,
        "group": group,
        "form": form or GroupForm(),
        "deal": deal or DealForm(initial={"count": len(found) or 4, "whom": "rest"}),
        "told": told(one),
    }
    return render(request, "annotations/groups/groups.html", context, status=status)


def _back(request: HttpRequest, room: Room) -> HttpResponse:
    """To the page of the list, and the search, from which something was done."""
    asked = QueryDict(request.POST.get("at", ""), mutable=True)
    for name in set(asked) - {"q", "group", "page"}:
        del asked[name]
    query = asked.urlencode()
    path = reverse("annotations:groups", args=[room.annotation_set.slug])
    return redirect(path + (f"?{query}#who" if query else ""))


@require_POST
def groups_deal(request: HttpRequest, slug: str) -> HttpResponse:
    """Deals the annotators into groups, by chance and evenly."""
    room = managed_room(request, slug)
    form = DealForm(request.POST)
    if not form.is_valid():
        return _page(request, room, deal=form, status=422)
    moved = actions.deal(
        room.annotation_set,
        actor=request.user,  # type: ignore[arg-type]
        count=form.cleaned_data["count"],
        all_anew=form.cleaned_data["whom"] == "all",
    )
    if moved:
        messages.success(request, f"{moved} member{'s' * (moved != 1)} dealt into groups.")
    else:
        messages.info(request, "Nobody was to be dealt: every annotator is in a group.")
    return _back(request, room)


@require_POST
def groups_move(request: HttpRequest, slug: str) -> HttpResponse:
    """Moves members into a group, or out of theirs."""
    room = managed_room(request, slug)
    one = room.annotation_set
    members = dict(one.memberships.order_by().values_list("pk", "user"))
    form = MoveForm(request.POST, members=members, groups=groups_of(one))
    if not form.is_valid():
        faults = [fault for errors in form.errors.values() for fault in errors]
        messages.error(request, str(faults[0]))
        return _page(request, room, status=422)
    users, group = form.chosen()
    moved = actions.move(one, users, group, actor=request.user)  # type: ignore[arg-type]
    where = f"moved to “{group.name}”" if group else "taken out of their groups"
    messages.success(request, f"{moved} member{'s' * (moved != 1)} {where}.")
    return _back(request, room)


def _group(room: Room, pk: int) -> Group:
    rows = Group.objects.filter(annotation_set=room.annotation_set)
    return get_object_or_404(rows.select_related("annotation_set"), pk=pk)


@require_POST
def group_rename(request: HttpRequest, slug: str, pk: int) -> HttpResponse:
    """Gives a group another name."""
    room = managed_room(request, slug)
    group = _group(room, pk)
    form = GroupForm(request.POST)
    try:
        if not form.is_valid():
            raise actions.GroupFault("A group needs a name of at most 80 letters.")
        actions.rename_group(group, actor=request.user, name=form.cleaned_data["name"])  # type: ignore[arg-type]
    except actions.GroupFault as fault:
        messages.error(request, str(fault))
        return _page(request, room, status=422)
    messages.success(request, f"It is called “{group.name}” now.")
    return _back(request, room)


@require_POST
def group_empty(request: HttpRequest, slug: str, pk: int) -> HttpResponse:
    """Takes all members out of a group."""
    room = managed_room(request, slug)
    group = _group(room, pk)
    moved = actions.empty_group(group, actor=request.user)  # type: ignore[arg-type]
    messages.success(request, f"“{group.name}” is empty: {moved} taken out, nothing lost.")
    return _back(request, room)


@require_POST
def group_delete(request: HttpRequest, slug: str, pk: int) -> HttpResponse:
    """Deletes a group in which nothing was written."""
    room = managed_room(request, slug)
    group = _group(room, pk)
    try:
        actions.delete_group(group, actor=request.user)  # type: ignore[arg-type]
    except actions.GroupFault as fault:
        messages.error(request, str(fault))
        return _page(request, room, status=422)
    messages.success(request, f"There is no group “{group.name}” any more.")
    return _back(request, room)
