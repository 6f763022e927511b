"""What editors do with a theme as a whole: moved, retired, deleted, brought back, taken back."""

from __future__ import annotations

from typing import Any

from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.views.decorators.http import require_POST

from annotations.actions import codebook as actions
from annotations.actions.codebook import ThemeFault
from annotations.actions.undoing import UndoFault, undo, undoable
from annotations.models import History, Theme
from annotations.trees import Step, parted, step, themes_of
from annotations.views.codebook import (
    KINDS,
    actor,
    deleted_from,
    managed_theme,
    one_of,
    reason,
    refused,
    said,
)
from annotations.views.rooms import Room, changing_room, key_of


@require_POST
def theme_move(request: HttpRequest, slug: str, theme: str) -> HttpResponse:
    """Moves a theme with all below it: a step (``to=up``, ``down``, ``in``, ``out``), right
    ``before`` or ``after`` another, or to the end of what is ``under`` one (0: the top level)."""
    room, themes, found = managed_theme(request, slug, theme)
    try:
        where = _where(request, parted(themes)[0], found)
        if where is None:
            return refused(request, room, "Choose where it is to go.", found)
        if not _stays(themes, found, where):
            one = room.annotation_set
            actions.move_theme(one, found, actor=actor(request), why=reason(request), **where)
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
        if one := one_of(themes, given):
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
    room, _, found = managed_theme(request, slug, theme)
    if found.retired_at is None:
        actions.retire_theme(room.annotation_set, found, actor=actor(request), why=reason(request))
    return said(request, room, f"“{found.name}” is retired: it is offered no more.", found)


@require_POST
def theme_unretire(request: HttpRequest, slug: str, theme: str) -> HttpResponse:
    """Offers a retired theme again."""
    room, _, found = managed_theme(request, slug, theme)
    if found.retired_at is not None:
        one, why = room.annotation_set, reason(request)
        actions.unretire_theme(one, found, actor=actor(request), why=why)
    return said(request, room, f"“{found.name}” is offered again.", found)


@require_POST
def theme_delete(request: HttpRequest, slug: str, theme: str) -> HttpResponse:
    """Deletes a theme that nothing uses; the codebook's page offers to bring it back."""
    room, _, found = managed_theme(request, slug, theme)
    name = found.name
    try:
        actions.delete_theme(room.annotation_set, found, actor=actor(request), why=reason(request))
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
    why = reason(request)
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
