"""Acts on many annotations of a set at once: weighed, done, told, and to be taken back."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.http import HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_POST
from django_htmx.http import reswap, retarget

from annotations import listing_words as words
from annotations.actions import many as actions
from annotations.actions.many import Chosen, Done
from annotations.chosen import (
    Changed,
    Choice,
    chosen_by,
    themes_among,
    ticked,
    weigh,
)
from annotations.filters import Asked
from annotations.forms_listing import DeleteForm, HideManyForm, MoveForm, ThemesForm
from annotations.http import Request
from annotations.listed import offered
from annotations.models import Sharing, Theme
from annotations.overlays import ThemeStyle
from annotations.palettes import palette_of
from annotations.sights import Sight
from annotations.views.listing import (
    A_PAGE,
    ACTS,
    MOST_ROWS,
    PAGE,
    Act,
    acts_of,
    asked_in,
    found,
    query_of,
    sight_of,
)
from annotations.views.rooms import Room, key_of, room_of

PANEL = "annotations/listing/act.html"
KNOWN = frozenset(act.name for act in ACTS)
NOTHING = "Nothing is chosen: tick some annotations first."
UNKNOWN = "Say what is to be done with what you chose."
CHANGED = (
    "Nothing was done: what matches has changed since you looked. Look through the list again, and "
    "choose anew."
)


@dataclass(frozen=True)
class Asking:
    """What is to be done to what was chosen, and by whom."""

    request: Request
    room: Room
    sight: Sight
    asked: Asked
    choice: Choice
    act: Act

    @property
    def chosen(self) -> Chosen:
        room = self.room
        return Chosen(room.annotation_set, self.choice.rows, self.request.user, room.role)


@login_required
@require_POST
def many(request: Request, slug: str) -> HttpResponse:
    """POST ``act`` says what it would do to what was chosen; with ``do`` it is done."""
    room = room_of(request, slug)
    acts = {act.name: act for act in acts_of(room)}
    if not acts:
        raise PermissionDenied("You cannot change annotations in this set now.")
    sight, asked = sight_of(room), asked_in(QueryDict(request.POST.get("query", "")))
    try:
        choice = _choice(request, sight, asked)
    except Changed:
        return _listed(request, room, sight, asked, CHANGED, 409)
    name = request.POST.get("act", "")
    if not choice.number or name not in KNOWN:
        fault = UNKNOWN if choice.number else NOTHING
        return _listed(request, room, sight, asked, fault, 422)
    if name not in acts:
        raise PermissionDenied("You cannot do this to annotations in this set now.")
    asking = Asking(request, room, sight, asked, choice, acts[name])
    form = _form(asking)
    if "do" not in request.POST or (form is not None and not form.is_valid()):
        return _panel(asking, form)
    return _told(asking, _do(asking, form))


def _choice(request: Request, sight: Sight, asked: Asked) -> Choice:
    if token := request.POST.get("all", ""):
        return chosen_by(sight, asked, token)
    return ticked(sight, [*request.POST.getlist("a"), request.POST.get("ticked", "")])


def _form(asking: Asking) -> Any:
    data = asking.request.POST if "do" in asking.request.POST else None
    name = asking.act.name
    if name in ("themes", "move"):
        offered, among = _themes(asking)
        return (ThemesForm if name == "themes" else MoveForm)(data, offered=offered, among=among)
    plain = {"hide": HideManyForm, "delete": DeleteForm}.get(name)
    return plain(data) if plain else None


def _themes(asking: Asking) -> tuple[list[ThemeStyle], list[tuple[ThemeStyle, int]]]:
    """The themes that are offered, and those that the chosen carry, with how many."""
    codebook = asking.room.annotation_set.codebook
    themes = palette_of(codebook.pk, codebook.revision).themes
    counts = themes_among(asking.chosen.retaggable)
    among = [(theme, counts[theme.pk]) for theme in themes if theme.pk in counts]
    return [theme for theme in themes if not theme.retired], among


def _panel(asking: Asking, form: Any) -> HttpResponse:
    """What the act would do, in numbers, and what it asks for."""
    wrong = form is not None and form.is_bound
    weighed = weigh(asking.sight, asking.choice.rows)
    says = words.weighed(asking.act.name, weighed, moderates=asking.room.may_change)
    context = {
        "room": asking.room,
        "set": asking.room.annotation_set,
        "asked": asking.asked,
        "choice": asking.choice,
        "act": asking.act,
        "form": form,
        "says": says,
        "back": query_of(asking.asked),
    }
    part = "#panel" if asking.request.htmx else ""
    return render(asking.request, PANEL + part, context, status=422 if wrong else 200)


def _do(asking: Asking, form: Any) -> Done:
    chosen, given = asking.chosen, form.cleaned_data if form is not None else {}
    match asking.act.name:
        case "themes":
            add, remove = (_loaded(asking, given[name]) for name in ("add", "remove"))
            return actions.retag_many(chosen, add=add, remove=remove)
        case "move":
            (old,), (new,) = (_loaded(asking, [given[name]]) for name in ("old", "new"))
            return actions.move_many(chosen, old=old, new=new)
        case "review":
            return actions.review_many(chosen)
        case "hide":
            return actions.hide_many(chosen, reason=given["reason"])
        case "show":
            return actions.show_many(chosen)
        case "delete":
            hides = given["others"] and asking.room.may_change
            return actions.delete_many(chosen, hide_others=hides, reason=given["reason"])
        case "share":
            return actions.share_many(chosen, visibility=Sharing.SHARED)
    return actions.share_many(chosen, visibility=Sharing.PRIVATE)


def _loaded(asking: Asking, keys: list[int]) -> list[Theme]:
    rows = Theme.objects.of_codebook(asking.room.annotation_set.codebook_id)
    return list(rows.filter(pk__in=keys))


def _told(asking: Asking, done: Done) -> HttpResponse:
    """The list again, with what was done and a way to take it back."""
    room, asked = asking.room, asking.asked
    if asking.request.htmx:
        return _listed(asking.request, room, asking.sight, asked, "", 200, done)
    path = reverse("annotations:list", args=[room.annotation_set.slug])
    if done.row is None:
        messages.info(asking.request, words.said("", 0, done.left))
        return redirect(path + query_of(asked))
    return redirect(path + query_of(asked, done=str(done.row.pk)))


def _listed(
    request: Request,
    room: Room,
    sight: Sight,
    asked: Asked,
    fault: str,
    status: int,
    done: Done | None = None,
) -> HttpResponse:
    shown = key_of(request.POST.get("shown", "")) or A_PAGE
    size = min(max(shown, A_PAGE), MOST_ROWS)
    context = found(request, room, sight, asked, size=size) | {"fault": fault}
    if done is not None:
        said = words.said_of(done.row) if done.row else words.said("", 0, done.left)
        context |= {"done": done.row, "said": said}
    if not request.htmx:
        context["offered"] = offered(sight, asked)
        return render(request, PAGE, context, status=status)
    # Wherever the asking button wanted its answer.
    response = render(request, PAGE + "#answer", context, status=status)
    return reswap(retarget(response, "#found"), "outerHTML")
