"""What editors do to the themes of a codebook, one act each; the tree's page is in codebook.py."""

from __future__ import annotations

from typing import Any

from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.views.decorators.http import require_http_methods, require_POST

from annotations.actions import codebook as actions
from annotations.actions.codebook import ThemeFault
from annotations.actions.undoing import UndoFault, undo, undoable
from annotations.conflicts import Words, conflict_of
from annotations.forms_themes import NAME, WHY, SignsForm, ThemeForm
from annotations.models import Colour, History, Line, Theme
from annotations.stale import Stale, mark_of
from annotations.trees import SIGNS, Step, parted, step, themes_of
from annotations.views.codebook import (
    KINDS,
    actor,
    conflict_page,
    deleted_from,
    edit_page,
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
    after = _of(themes, request.POST.get("after", ""))
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
            why=_why(request),
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
    room, themes, found = _managed_theme(request, slug, theme)
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
    room, _, found = _managed_theme(request, slug, theme)
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


@require_POST
def theme_move(request: HttpRequest, slug: str, theme: str) -> HttpResponse:
    """Moves a theme with all below it: a step (``to=up``, ``down``, ``in``, ``out``), right
    ``before`` or ``after`` another, or to the end of what is ``under`` one (0: the top level)."""
    room, themes, found = _managed_theme(request, slug, theme)
    try:
        where = _where(request, parted(themes)[0], found)
        if where is None:
            return refused(request, room, "Choose where it is to go.", found)
        if not _stays(themes, found, where):
            one = room.annotation_set
            actions.move_theme(one, found, actor=actor(request), why=_why(request), **where)
    except (Step, ThemeFault) as fault:
        return refused(request, room, str(fault), found)
    return said(request, room, f"“{found.name}” is moved.", found, moved=True)


def _where(request: HttpRequest, themes: list[Theme], theme: Theme) -> dict[str, Any] | None:
    to = request.POST.get("to", "")
    if to in ("up", "down", "in", "out"):
        return step(themes, theme, to)
    for name, key in (("before", "before"), ("after", "after"), ("under", "parent")):
        given = request.POST.get(name, "")
        if name == "under" and given == "0":
            return {"parent": None}
        if one := _of(themes, given):
            return {key: one}
    return None


def _stays(themes: list[Theme], theme: Theme, where: dict[str, Any]) -> bool:
    """Whether it stands there already, so that there is nothing to do."""
    row = [one.pk for one in themes if one.parent_id == theme.parent_id]
    here = row.index(theme.pk)
    if beside := where.get("before") or where.get("after"):
        if beside.pk == theme.pk:
            return True
        there = here + 1 if "before" in where else here - 1
        return 0 <= there < len(row) and row[there] == beside.pk
    above = where["parent"]
    return (above.pk if above else None) == theme.parent_id and here + 1 == len(row)


@require_POST
def theme_retire(request: HttpRequest, slug: str, theme: str) -> HttpResponse:
    """Offers a theme no more; it stays where it stands."""
    room, _, found = _managed_theme(request, slug, theme)
    if found.retired_at is None:
        actions.retire_theme(room.annotation_set, found, actor=actor(request), why=_why(request))
    return said(request, room, f"“{found.name}” is retired: it is offered no more.", found)


@require_POST
def theme_unretire(request: HttpRequest, slug: str, theme: str) -> HttpResponse:
    """Offers a retired theme again."""
    room, _, found = _managed_theme(request, slug, theme)
    if found.retired_at is not None:
        actions.unretire_theme(room.annotation_set, found, actor=actor(request), why=_why(request))
    return said(request, room, f"“{found.name}” is offered again.", found)


@require_POST
def theme_delete(request: HttpRequest, slug: str, theme: str) -> HttpResponse:
    """Deletes a theme that nothing uses; the codebook's page offers to bring it back."""
    room, _, found = _managed_theme(request, slug, theme)
    name = found.name
    try:
        actions.delete_theme(room.annotation_set, found, actor=actor(request), why=_why(request))
    except ThemeFault as fault:
        return refused(request, room, f"{fault} You can retire it instead.", found)
    return said(request, room, f"“{name}” is deleted. You can bring it back below.")


@require_POST
def theme_restore(request: HttpRequest, slug: str, pk: int) -> HttpResponse:
    """Brings a deleted theme back; ``pk`` is that of its deletion in the history."""
    room = changing_room(request, slug)
    rows = deleted_from(room.annotation_set, themes_of(room.annotation_set), most=100)
    deleted = next((row for row in rows if row.pk == pk), None)
    if deleted is None:
        raise Http404("No deleted theme of this codebook.")
    why = _why(request)
    try:
        made = actions.restore_theme(room.annotation_set, deleted, actor=actor(request), why=why)
    except ThemeFault as fault:
        return refused(request, room, str(fault))
    return said(request, room, f"“{made.name}” is back.", made)


@require_POST
def codebook_undo(request: HttpRequest, slug: str) -> HttpResponse:
    """Takes back one's act on the codebook that is named (``row``), else the last one."""
    room = changing_room(request, slug)
    row = _act(request, room)
    if row is None:
        return refused(request, room, "There is nothing to take back.")
    try:
        done = undo(row, actor=actor(request))
    except (UndoFault, PermissionDenied) as fault:
        return refused(request, room, str(fault))
    words = "Taken back."
    if done.left:
        words += f" {done.left} of {done.done + done.left} were changed since and stay as they are."
    return said(request, room, words, panel=True)


def _act(request: HttpRequest, room: Room) -> History | None:
    pk = key_of(request.POST.get("row", ""))
    if pk is None:
        row = undoable(actor(request), room.annotation_set)
        return row if row and row.kind in KINDS else None
    rows = History.objects.filter(annotation_set=room.annotation_set, kind__in=KINDS)
    return get_object_or_404(rows, pk=pk, actor=actor(request))


def _managed_theme(request: HttpRequest, slug: str, theme: str) -> tuple[Room, list[Theme], Theme]:
    room = changing_room(request, slug)
    themes = themes_of(room.annotation_set)
    found = next((one for one in themes if one.slug == theme), None)
    if found is None:
        raise Http404(GONE)
    return room, themes, found


def _of(themes: list[Theme], given: str) -> Theme | None:
    pk = key_of(given)
    return next((one for one in themes if one.pk == pk), None) if pk else None


def _why(request: HttpRequest) -> str:
    return request.POST.get("why", "").strip()[:WHY]
