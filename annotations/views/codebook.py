"""A set's codebook: read as a tree, edited as a tree, and what an act on it answers."""

from __future__ import annotations

import json
from typing import Any

from django.contrib import messages
from django.contrib.auth.models import User
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.template.loader import render_to_string
from django.urls import reverse
from django.views.decorators.http import require_safe

from annotations.actions.planting import words_of_theme
from annotations.actions.undoing import undoable
from annotations.conflicts import Conflict
from annotations.counts import by_theme
from annotations.deeds import deed, named_in
from annotations.forms_themes import WHY, ThemeForm, places
from annotations.gathered import all_to_review
from annotations.models import AnnotationSet, History, Theme
from annotations.sights import Sight
from annotations.stale import mark_of
from annotations.trees import parted, themes_of, tree
from annotations.views.rooms import Room, changing_room, key_of, room_of

DELETED_SHOWN = 5
EDIT = "annotations/codebook/edit.html"
KINDS = ("theme", "codebook")
STEPS = (("up", "Up"), ("down", "Down"), ("out", "Out"), ("in", "In"))


@require_safe
def codebook(request: HttpRequest, slug: str) -> HttpResponse:
    """The codebook as a tree: each theme with its words, its signs, and how often it is used."""
    room = room_of(request, slug)
    context = _shown(room, themes_of(room.annotation_set))
    before = all_to_review(Sight(room.annotation_set, room.viewer, room.role))
    for node in context["nodes"]:
        node.before = before.get(node.theme.pk, 0)
    return render(request, "annotations/codebook/codebook.html", context)


@require_safe
def codebook_edit(request: HttpRequest, slug: str) -> HttpResponse:
    """The codebook with what its editors do to it; ``?theme=`` opens a theme beside the tree."""
    room = changing_room(request, slug)
    if getattr(request, "htmx", False) and request.GET.get("theme"):
        return _opened(request, room)
    return edit_page(request, room)


def _opened(request: HttpRequest, room: Room) -> HttpResponse:
    """One theme alone, to be put beside the tree."""
    themes = themes_of(room.annotation_set)
    context = _panel(room, themes, _named(themes, request.GET["theme"]))
    return render(request, f"{EDIT}#panel", context)


def _named(themes: list[Theme], slug: str) -> Theme | None:
    return next((one for one in themes if one.slug == slug), None)


def edit_page(
    request: HttpRequest, room: Room, status: int = 200, theme: Theme | None = None, **more: Any
) -> HttpResponse:
    """The tree with its tools, and the theme that is asked for beside it."""
    themes = themes_of(room.annotation_set)
    chosen = theme or _named(themes, request.GET.get("theme", ""))
    context = _tree(request, room, themes) | _panel(room, themes, chosen) | more
    return render(request, EDIT, context, status=status)


def _shown(room: Room, themes: list[Theme]) -> dict[str, Any]:
    counts = by_theme(room.viewer, room.annotation_set)
    standing, apart = parted(themes)
    return {
        "room": room,
        "set": room.annotation_set,
        "nodes": tree(standing, counts),
        "apart": [(one, counts.get(one.pk, 0)) for one in apart],
    }


def _tree(request: HttpRequest, room: Room, themes: list[Theme]) -> dict[str, Any]:
    row = undoable(actor(request), room.annotation_set)
    undo = row if row and row.kind in KINDS else None
    words = f"{deed(undo.kind, undo.action)} {named_in(undo.state)}".strip() if undo else ""
    return _shown(room, themes) | {
        "deleted": deleted_from(room.annotation_set, themes),
        "undo": undo,
        "undo_words": words,
    }


def _panel(room: Room, themes: list[Theme], theme: Theme | None) -> dict[str, Any]:
    """What stands beside the tree: the form of one theme, and what can be done with it."""
    context: dict[str, Any] = {"room": room, "set": room.annotation_set, "theme": theme}
    if theme is not None:
        words = words_of_theme(theme)
        context["form"] = ThemeForm(themes=themes, theme=theme, initial=words, auto_id="p_%s")
        context["base"] = mark_of(words)
        context["places"] = places(themes, theme)
        context["steps"] = STEPS
    return context


def deleted_from(
    annotation_set: AnnotationSet, themes: list[Theme], most: int = DELETED_SHOWN
) -> list[History]:
    """History rows of themes that were deleted here and are not back, the latest first."""
    rows = History.objects.filter(annotation_set=annotation_set, kind="theme", action="delete")
    here = [str(one.pk) for one in themes]
    found: dict[str, History] = {}
    for row in rows.exclude(key__in=here).order_by("-pk")[: most * 4]:
        found.setdefault(row.key, row)
    return list(found.values())[:most]


def said(
    request: HttpRequest,
    room: Room,
    words: str,
    theme: Theme | None = None,
    *,
    row: bool = False,
    moved: bool = False,
    panel: bool = False,
) -> HttpResponse:
    """The answer to an act that was done, said in ``words``.

    For htmx the tree as it is now, what can be done with the theme that is open beside it (with
    ``panel`` all of that), and how to take it back. Where the page says that it has ``seen`` all
    but this act, ``row`` brings the row of the theme alone, and ``moved`` nothing of the tree.
    """
    if not getattr(request, "htmx", False):
        messages.success(request, words)
        at = f"?theme={theme.slug}#t-{theme.pk}" if theme and theme.pk else ""
        return redirect(reverse("annotations:codebook_edit", args=[room.annotation_set.slug]) + at)
    known = _seen(request, room)
    row, moved = row and known, moved and known
    return _fragments(request, room, words, theme, row=row, moved=moved, panel=panel)


def _seen(request: HttpRequest, room: Room) -> bool:
    """Whether the page shows all that was done before this act."""
    seen = key_of(request.POST.get("seen", ""))
    return seen is not None and room.annotation_set.codebook.revision - seen in (0, 1)


def refused(
    request: HttpRequest, room: Room, words: str, theme: Theme | None = None, status: int = 422
) -> HttpResponse:
    """The answer to an act that was not done, and why; the tree as it is."""
    if not getattr(request, "htmx", False):
        messages.error(request, words)
        return edit_page(request, room, status, theme)
    return _fragments(request, room, words, theme, status=status, done=False)


def _fragments(
    request: HttpRequest,
    room: Room,
    words: str,
    theme: Theme | None,
    *,
    row: bool = False,
    moved: bool = False,
    panel: bool = False,
    status: int = 200,
    done: bool = True,
) -> HttpResponse:
    themes = themes_of(room.annotation_set)
    open_beside = request.POST.get("shown", "")
    beside = next((one for one in themes if str(one.pk) == open_beside), None)
    context = _tree(request, room, themes) | _panel(room, themes, beside)
    acted = theme.pk if theme else 0
    # What is being written about another theme stays as it is.
    mine = beside is None or (panel and (theme is None or theme.pk == beside.pk))
    context |= {"words": words, "done": done, "fragment": True, "panel_too": open_beside and mine}
    context["tree_too"] = not row and not moved
    if row:
        context["node"] = next(one for one in context["nodes"] if one.theme.pk == acted)
    html = render_to_string("annotations/codebook/changed.html", context, request=request)
    response = HttpResponse(html, status=status)
    response["HX-Reswap"] = "none"
    event = {"theme": acted, "done": done}
    response["HX-Trigger-After-Swap"] = json.dumps({"apparatus:codebook": event})
    return response


def conflict_page(
    request: HttpRequest, room: Room, theme: Theme, form: ThemeForm, conflict: Conflict
) -> HttpResponse:
    """Both wordings of a theme that two people changed, beside the tree; nothing is saved."""
    themes = themes_of(room.annotation_set)
    more = _panel(room, themes, theme) | {"form": form, "conflict": conflict}
    if not getattr(request, "htmx", False):
        return edit_page(request, room, 409, theme, **more)
    html = render_to_string(f"{EDIT}#panel", more | {"fragment": True}, request=request)
    response = HttpResponse(html, status=409)
    response["HX-Reswap"] = "none"
    return response


def actor(request: HttpRequest) -> User:
    """Who acts: these pages are for members alone."""
    return request.user  # type: ignore[return-value]


def managed_theme(request: HttpRequest, slug: str, theme: str) -> tuple[Room, list[Theme], Theme]:
    """The set, its themes and the one of this slug, for an editor. Raises Http404."""
    room = changing_room(request, slug)
    themes = themes_of(room.annotation_set)
    found = next((one for one in themes if one.slug == theme), None)
    if found is None:
        raise Http404("This theme was deleted meanwhile.")
    return room, themes, found


def one_of(themes: list[Theme], given: str) -> Theme | None:
    """The theme whose key was sent."""
    pk = key_of(given)
    return next((one for one in themes if one.pk == pk), None) if pk else None


def reason(request: HttpRequest) -> str:
    """Why it is done, as far as it was said."""
    return request.POST.get("why", "").strip()[:WHY]
