"""The members of a set: who they are, and for its owner and editors who they shall be."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_POST

from annotations.actions import groups
from annotations.actions import members as leaving
from annotations.actions import sets as actions
from annotations.forms import MemberForm, MemberRole, RoleForm
from annotations.limits import allowed
from annotations.models import Block, Group, GroupMember, Membership, Role
from annotations.naming import person
from annotations.rosters import groups_of, roster
from annotations.views.rooms import Room, key_of, managed_room, room_of, words_of

MEMBERS_A_PAGE = 50
# Who adds by name learns whether there is such an account: enough for a class, too few to guess.
NAMES = "100/h/user"
TOO_MANY = "You have named many people in this hour. A join link lets in as many as you like."
# What a session remembers of the last removal, so that it can be undone.
REMOVED = "removed"


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
    status = 422
    if not allowed(request, "member_add", NAMES):
        form.add_error("username", TOO_MANY)
        status = 429
    elif form.is_valid():
        try:
            added = actions.add_member(
                room.annotation_set,
                actor=request.user,  # type: ignore[arg-type]
                **form.cleaned_data,
            )
            _back_into_group(request, added)
            messages.success(request, f"{added.user.get_username()} is a member now.")
            return redirect("annotations:members", room.annotation_set.slug)
        except actions.SetFault as fault:
            form.add_error("username", str(fault))
    return _page(request, room, form, status=status)


def _back_into_group(request: HttpRequest, added: Membership) -> None:
    """Undoes what a removal did to the member's group."""
    wanted = key_of(request.POST.get("group", ""))
    if wanted is not None:
        group = Group.objects.filter(annotation_set=added.annotation_set, pk=wanted).first()
        groups.move(added.annotation_set, [added.user_id], group, actor=request.user)  # type: ignore[arg-type]


def _page(request: HttpRequest, room: Room, form: MemberForm, status: int = 200) -> HttpResponse:
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
    )
    context: dict[str, Any] = {
        "room": room,
        "set": one,
        "page": shown.page,
        "total": shown.total,
        "nameless": shown.nameless,
        "q": words,
    }
    if room.may_manage:
        context |= _for_managers(request, room, form, group)
    return render(request, "annotations/sets/members.html", context, status=status)


def _for_managers(request: HttpRequest, room: Room, form: MemberForm, group: str) -> dict[str, Any]:
    one = room.annotation_set
    context: dict[str, Any] = {
        "form": form,
        "roles": MemberRole.choices,
        "groups": groups_of(one),
        "group": group,
        "blocks": one.blocks.select_related("user", "by").order_by("pk"),
    }
    undo = request.session.get(REMOVED)
    if undo and undo["set"] == one.slug:
        context["removed"] = request.session.pop(REMOVED)
    if room.role == Role.OWNER:
        editors = one.memberships.filter(role=Role.EDITOR, user__is_active=True)
        rows = editors.select_related("user").order_by("joined", "pk")
        context["editors"] = [(row.pk, person(row.user).name) for row in rows]
    return context


def _member(room: Room, pk: int) -> Membership:
    rows = room.annotation_set.memberships.select_related("user", "annotation_set")
    return get_object_or_404(rows, pk=pk)


def _back(request: HttpRequest, slug: str) -> HttpResponse:
    """To the page of the list, and the search, from which something was done."""
    asked = QueryDict(request.POST.get("at", ""), mutable=True)
    for name in set(asked) - {"q", "group", "page"}:
        del asked[name]
    query = asked.urlencode()
    return redirect(reverse("annotations:members", args=[slug]) + (f"?{query}" if query else ""))


def _refused(request: HttpRequest, room: Room, fault: Exception | str) -> HttpResponse:
    messages.error(request, str(fault))
    return _page(request, room, MemberForm(), status=422)


@require_POST
def member_role(request: HttpRequest, slug: str, pk: int) -> HttpResponse:
    """Gives a member another role."""
    room = managed_room(request, slug)
    membership = _member(room, pk)
    form = RoleForm(request.POST)
    if not form.is_valid():
        return _refused(request, room, "Choose one of the roles.")
    try:
        actions.change_role(membership, actor=request.user, **form.cleaned_data)  # type: ignore[arg-type]
    except actions.SetFault as fault:
        return _refused(request, room, fault)
    messages.success(request, f"{person(membership.user).name} is {membership.role} now.")
    return _back(request, slug)


@require_POST
def member_remove(request: HttpRequest, slug: str, pk: int) -> HttpResponse:
    """Ends a membership; what the member wrote stays."""
    room = managed_room(request, slug, though_frozen=True)
    membership = _member(room, pk)
    role, user = membership.role, membership.user
    now_in = GroupMember.objects.current().filter(annotation_set=room.annotation_set, user=user)
    group = now_in.values_list("group", flat=True).first()
    try:
        leaving.remove_member(membership, actor=request.user)  # type: ignore[arg-type]
    except actions.SetFault as fault:
        return _refused(request, room, fault)
    if user.pk == request.user.pk:
        messages.success(request, "You are no longer a member; what you wrote stays.")
        return redirect("annotations:sets")
    request.session[REMOVED] = {
        "set": slug,
        "name": person(user).name,
        "username": user.get_username(),
        "role": role,
        "group": group or "",
    }
    return _back(request, slug)


@require_POST
def member_block(request: HttpRequest, slug: str, pk: int) -> HttpResponse:
    """Ends a membership for good: no link leads back."""
    room = managed_room(request, slug, though_frozen=True)
    membership = _member(room, pk)
    try:
        leaving.block_member(membership, actor=request.user)  # type: ignore[arg-type]
    except actions.SetFault as fault:
        return _refused(request, room, fault)
    name = person(membership.user).name
    messages.success(request, f"{name} is kept out now; what they wrote stays.")
    return _back(request, slug)


@require_POST
def member_unblock(request: HttpRequest, slug: str, pk: int) -> HttpResponse:
    """Lets somebody come back by a link."""
    room = managed_room(request, slug, though_frozen=True)
    rows = Block.objects.filter(annotation_set=room.annotation_set)
    block = get_object_or_404(rows.select_related("user", "annotation_set"), pk=pk)
    leaving.unblock(block, actor=request.user)  # type: ignore[arg-type]
    name = person(block.user).name
    messages.success(request, f"{name} can come back by a link, or be added by name.")
    return redirect("annotations:members", slug)


@require_POST
def set_hand_over(request: HttpRequest, slug: str) -> HttpResponse:
    """Makes an editor the owner of the set."""
    room = managed_room(request, slug, though_frozen=True)
    wanted = key_of(request.POST.get("member", ""))
    if wanted is None:
        return _refused(request, room, "Choose the editor who shall own the set.")
    membership = _member(room, wanted)
    try:
        leaving.hand_over(room.annotation_set, membership, actor=request.user)  # type: ignore[arg-type]
    except actions.SetFault as fault:
        return _refused(request, room, fault)
    messages.success(request, f"{person(membership.user).name} owns this set now.")
    return redirect("annotations:members", slug)
