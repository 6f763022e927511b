"""Adding themes and giving them other words and signs; the tree's page is in codebook.py."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_http_methods, require_POST

from annotations.actions import codebook as actions
from annotations.actions.codebook import ThemeFault
from annotations.conflicts import Words, conflict_of
from annotations.forms_themes import NAME, SignsForm, ThemeForm
from annotations.models import Colour, Line, Theme
from annotations.stale import Stale, mark_of
from annotations.trees import SIGNS, themes_of
from annotations.views.codebook import (
    actor,
    conflict_page,
    edit_page,
    managed_theme,
    one_of,
    reason,
    refused,
    said,
)
from annotations.views.rooms import Room, changing_room, key_of, posted

FORM = "annotations/codebook/theme.html"
GONE = "This theme was deleted meanwhile."


@require_http_methods(["GET", "POST"])
def theme_new(request: HttpRequest, slug: str) -> HttpResponse:
    """Adds a theme: by a form of its own, or in the tree by its name alone."""
    room = changing_room(request, slug)
    themes = themes_of(room.annotation_set)
    if request.POST.get("here"):
        return _new_here(request, room, themes)
    initial = {"parent": request.GET.get("under", "")}
    form = ThemeForm(posted(request), themes=themes, initial=initial)
    if form.is_valid():
        why = form.cleaned_data["why"]
        parent = form.chosen_parent()
        try:
            made = actions.create_theme(
                room.annotation_set, actor=actor(request), parent=parent, why=why, **form.words()
            )
            return said(request, room, f"“{made.name}” is in the codebook.", made)
        except ThemeFault as fault:
            form.add_error("parent", str(fault))
    return _form_page(request, room, form, None)


def _new_here(request: HttpRequest, room: Room, themes: list[Theme]) -> HttpResponse:
    """A new theme ``after`` one of the tree or at the end of what is ``under`` one."""
    name = " ".join(request.POST.get("name", "").split())
    if not name or len(name) > NAME:
        return refused(request, room, f"A name has 1 to {NAME} characters. Nothing was added.")
    after = one_of(themes, request.POST.get("after", ""))
    under = after.parent_id if after else key_of(request.POST.get("under", ""))
    parent = next((one for one in themes if one.pk == under), None)
    colour, line = _next_signs(themes, parent)
    try:
        made = actions.create_theme(
            room.annotation_set,
            actor=actor(request),
            name=name,
            colour=colour,
            line=line,
            parent=parent,
            after=after,
            why=reason(request),
        )
    except ThemeFault as fault:
        return refused(request, room, str(fault))
    return said(request, room, f"“{made.name}” is in the codebook.", made)


def _next_signs(themes: list[Theme], parent: Theme | None) -> tuple[int, int]:
    """A colour and an underline that tell a new theme from those beside it: under another theme
    that one's colour, at the top the colour that the fewest have."""
    beside = [one for one in themes if one.parent_id == (parent.pk if parent else None)]
    if parent:
        lines = [one.line for one in beside] + [parent.line]
        return parent.colour, min(Line.values, key=lambda line: (lines.count(line), line))
    colours = [one.colour for one in beside]
    return min(Colour.values, key=lambda colour: (colours.count(colour), colour)), Line.SOLID


@require_http_methods(["GET", "POST"])
def theme_edit(request: HttpRequest, slug: str, theme: str) -> HttpResponse:
    """Another wording, colour, underline; by the theme's own page also a place under another."""
    room, themes, found = managed_theme(request, slug, theme)
    words = actions.words_of_theme(found)
    initial = words | {"parent": found.parent_id or ""}
    form = ThemeForm(posted(request), themes=themes, theme=found, initial=initial)
    if "shown" in request.POST:
        # Beside the tree themes are moved by the tree.
        del form.fields["parent"]
    if form.is_valid():
        try:
            return _saved(request, room, found, form)
        except ThemeFault as fault:
            form.add_error("parent" if "parent" in form.fields else None, str(fault))
    if "shown" in request.POST:
        return _beside(request, room, found, form)
    base = request.POST.get("base", mark_of(words))
    return _form_page(request, room, form, found, base=base)


def _saved(request: HttpRequest, room: Room, theme: Theme, form: ThemeForm) -> HttpResponse:
    given, words = form.cleaned_data, form.words()
    parent: Any = form.chosen_parent() if "parent" in form.fields else actions.STAYS
    moves = "parent" in form.fields and (parent.pk if parent else None) != theme.parent_id
    if not moves and words == actions.words_of_theme(theme):
        return said(request, room, "Nothing was to be changed.", theme, row=True)
    try:
        actions.edit_theme(
            room.annotation_set,
            theme,
            actor=actor(request),
            base=request.POST.get("base", ""),
            meaning=False if given["reworded"] else None,
            parent=parent if moves else actions.STAYS,
            why=given["why"],
            **words,
        )
    except Stale:
        return _stale(request, room, theme, form)
    return said(request, room, f"“{theme.name}” is saved.", theme, row=not moves, panel=True)


def _beside(request: HttpRequest, room: Room, theme: Theme, form: ThemeForm) -> HttpResponse:
    """The form beside the tree again, with what is wrong in it."""
    if getattr(request, "htmx", False):
        return refused(request, room, _faults(form), theme)
    return edit_page(request, room, 422, theme, form=form)


def _faults(form: SignsForm) -> str:
    """What is wrong in a form, in one line."""
    faults = (
        f"{form.fields[name].label or name.capitalize()}: {' '.join(str(one) for one in errors)}"
        for name, errors in form.errors.items()
    )
    return f"Nothing was saved. {' '.join(faults)}"


@require_POST
def theme_signs(request: HttpRequest, slug: str, theme: str) -> HttpResponse:
    """Another name, colour or underline, changed in the tree; what is not sent stays."""
    room, _, found = managed_theme(request, slug, theme)
    was = actions.words_of_theme(found, SIGNS)
    form = SignsForm(was | {name: value for name, value in request.POST.items() if value})
    if not form.is_valid():
        return refused(request, room, _faults(form), found)
    words = form.words()
    if words == was:
        return said(request, room, "Nothing was to be changed.", found, row=True)
    base = request.POST.get("base", "")
    try:
        why = form.cleaned_data["why"]
        actions.edit_theme(
            room.annotation_set, found, actor=actor(request), base=base, why=why, **words
        )
    except Stale:
        return _stale(request, room, found, form)
    return said(request, room, _changed(was, words), found, row=True, panel=True)


def _changed(was: dict[str, Any], now: dict[str, Any]) -> str:
    if was["name"] != now["name"]:
        return f"“{was['name']}” is now “{now['name']}”."
    if was["colour"] != now["colour"]:
        return f"“{now['name']}” is {Colour(now['colour']).label} now."
    return f"“{now['name']}” has a {Line(now['line']).label} underline now."


def _stale(
    request: HttpRequest, room: Room, theme: Theme, sent: ThemeForm | SignsForm
) -> HttpResponse:
    """409: what somebody else made of the theme beside what was sent, to choose from."""
    if not Theme.objects.filter(pk=theme.pk).exists():
        return refused(request, room, GONE, status=409)
    theme.refresh_from_db()
    themes = themes_of(room.annotation_set)
    now = actions.words_of_theme(theme)
    mine = now | sent.words()
    if mine == now:
        # Sent twice, it is what it is to be.
        return said(request, room, f"“{theme.name}” is saved.", theme, row=True, panel=True)
    form = ThemeForm(initial=mine, themes=themes, theme=theme, auto_id="p_%s")
    conflict = conflict_of(
        ("theme", theme.pk),
        _labelled(form, now),
        _labelled(form, mine),
        annotation_set=room.annotation_set,
        viewer_id=actor(request).pk,
        manages=True,
        keep=f"{_tree_address(room)}?theme={theme.slug}",
    )
    if "parent" in sent.fields:
        page = ThemeForm(initial=mine | sent.cleaned_data, themes=themes, theme=theme)
        more = {"conflict": conflict, "base": mark_of(now)}
        return _form_page(request, room, page, theme, status=409, **more)
    return conflict_page(request, room, theme, form, conflict)


def _labelled(form: ThemeForm, words: dict[str, Any]) -> Words:
    said_as = {"colour": Colour, "line": Line}
    return {
        str(form.fields[name].label or name.capitalize()): (
            said_as[name](value).label if name in said_as else value
        )
        for name, value in words.items()
    }


def _tree_address(room: Room) -> str:
    return f"{room.annotation_set.get_absolute_url()}codebook/edit/"


def _form_page(
    request: HttpRequest,
    room: Room,
    form: ThemeForm,
    theme: Theme | None,
    status: int = 0,
    **more: Any,
) -> HttpResponse:
    context = {"room": room, "set": room.annotation_set, "form": form, "theme": theme} | more
    return render(request, FORM, context, status=status or (422 if form.is_bound else 200))
