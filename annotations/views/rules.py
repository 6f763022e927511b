"""The rules of a set: for its editors to change, for everyone who sees it to read."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods, require_POST

from annotations.actions.promises import change_rules, finish_reading, open_blind_set
from annotations.actions.sets import SetFault
from annotations.actions.states import set_state
from annotations.forms_rules import RulesForm, StateForm, initial_of, state_choices
from annotations.http import Request
from annotations.meaning import Rules, blind_now, meaning_of, rules_of
from annotations.models import Rule
from annotations.place import place_of
from annotations.telling import GROUPS, LEAVING, NAMING, STATES, WHEN, when_of
from annotations.views.rooms import Room, managed_room, room_of

TEMPLATE = "annotations/rules/rules.html"


@require_http_methods(["GET", "HEAD", "POST"])
def rules(request: Request, slug: str) -> HttpResponse:
    """The rules that hold; editors change them, and are told first what it means."""
    if request.method == "POST":
        return _change(request, managed_room(request, slug))
    room = room_of(request, slug)
    return _page(request, room, RulesForm(initial=initial_of(room.annotation_set)))


def _change(request: Request, room: Room) -> HttpResponse:
    one = room.annotation_set
    form = RulesForm(request.POST)
    if not form.is_valid():
        return _page(request, room, form, status=422)
    new = Rules(**form.rules(one.after_count))
    # Saved alone what was looked at: the same rules, out of the same rules.
    seen = f"{rules_of(one).mark}>{new.mark}"
    if new == rules_of(one):
        return _page(request, room, form, same=True)
    if request.POST.get("seen") != seen:
        return _page(request, room, form, meaning=meaning_of(one, new), seen=seen)
    change_rules(one, actor=request.user, **new._asdict())
    messages.success(request, "The rules are changed. Members read in the text what holds now.")
    return redirect("annotations:rules", one.slug)


def _page(
    request: Request, room: Room, form: RulesForm, status: int = 200, **more: Any
) -> HttpResponse:
    one = room.annotation_set
    context = {"room": room, "set": one, "form": form, **more}
    if request.htmx.target == "meaning":
        return render(request, f"{TEMPLATE}#meaning", context, status=status)
    if room.may_manage:
        context["states"] = state_choices(one)
        context["may_thaw"] = one.owner_id == room.viewer.user_id
    if room.may_change:
        context["blind"] = blind_now(one)
    else:
        context["said"] = _said(room)
    return render(request, TEMPLATE, context, status=status)


def _said(room: Room) -> list[tuple[str, Any]]:
    """The rules of a set in words, for those who do not change them."""
    one = room.annotation_set
    said = [("Members see each other’s work", WHEN[when_of(one)])]
    said.append(("They are called", NAMING[one.naming]))  # type: ignore[index]
    if one.groups_apart and one.groups.exists():
        said.append(("Groups", GROUPS[True]))
    said.append(("When a member leaves", LEAVING[one.leaving]))  # type: ignore[index]
    return [*said, ("The set is", STATES[one.state])]  # type: ignore[index]


@require_POST
def state(request: Request, slug: str) -> HttpResponse:
    """Opens, closes, freezes or thaws a set."""
    room = managed_room(request, slug, though_frozen=True)
    one = room.annotation_set
    form = StateForm(request.POST)
    if not form.is_valid():
        raise Http404("There is no such state.")
    try:
        set_state(one, actor=request.user, state=form.cleaned_data["state"])
    except SetFault as fault:
        raise PermissionDenied(str(fault)) from fault
    messages.success(request, f"The set is {one.get_state_display()} now.")
    return redirect("annotations:rules", slug)


@require_POST
def open_set(request: Request, slug: str) -> HttpResponse:
    """Opens a set whose members worked blind."""
    room = managed_room(request, slug)
    one = room.annotation_set
    if one.rule == Rule.BLIND:
        open_blind_set(one, actor=request.user)
        messages.success(request, "The set is open: its members see what the others wrote.")
    return redirect(one)


@login_required
@require_POST
def finished(request: Request, slug: str, volume: str, document: str) -> HttpResponse:
    """A member says that she has finished reading a document."""
    place = place_of(request, volume, document, slug)
    one = place.current
    if one is None or place.role is None:
        raise PermissionDenied("Only members of this set can say that they have read it.")
    if finish_reading(one, request.user, place.document.pk):
        messages.success(request, "You now see what the others wrote.")
    else:
        messages.success(request, "It is noted that you have finished reading.")
    return redirect(f"{place.address}?set={one.slug}")
