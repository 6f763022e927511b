"""A set's codebook: read as a tree, and changed theme by theme."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.contrib import messages
from django.contrib.auth.models import User
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from annotations.actions import codebook as actions
from annotations.actions.codebook import ThemeFault
from annotations.actions.tree import Order, lineage
from annotations.counts import Counts, by_theme
from annotations.forms_themes import ThemeForm
from annotations.models import AnnotationSet, History, Theme
from annotations.views.rooms import Room, changing_room, posted, room_of

DELETED_SHOWN = 5


@dataclass(slots=True)
class Node:
    """A theme in the tree as a template walks it: whether a list opens below, how many close."""

    theme: Theme
    count: int
    opens: bool = False
    closes: range = range(0)
    first: bool = False
    last: bool = False


def tree(themes: list[Theme], counts: Counts) -> list[Node]:
    """The themes, given in their order, as nodes."""
    order: Order = {one.pk: (one.parent_id, one.position) for one in themes}
    depths = [len(lineage(order, one.pk)) for one in themes]
    siblings: dict[int | None, list[int]] = {}
    for one in themes:
        siblings.setdefault(one.parent_id, []).append(one.pk)
    nodes = []
    for one, depth, following in zip(themes, depths, [*depths[1:], 1], strict=False):
        row = siblings[one.parent_id]
        nodes.append(
            Node(
                one,
                counts.get(one.pk, 0),
                opens=following > depth,
                closes=range(max(0, depth - following)),
                first=one.pk == row[0],
                last=one.pk == row[-1],
            )
        )
    return nodes


def _themes(annotation_set: AnnotationSet) -> list[Theme]:
    return list(Theme.objects.of_codebook(annotation_set.codebook_id))


@require_safe
def codebook(request: HttpRequest, slug: str) -> HttpResponse:
    """The codebook as a tree: each theme with its words, its signs, and how often it is used."""
    return _render(request, room_of(request, slug), "annotations/codebook/codebook.html")


@require_safe
def codebook_edit(request: HttpRequest, slug: str) -> HttpResponse:
    """The codebook with what its editors do to it."""
    return _edit_page(request, changing_room(request, slug))


def _edit_page(request: HttpRequest, room: Room, status: int = 200) -> HttpResponse:
    template = "annotations/codebook/edit.html"
    return _render(request, room, template, status, deleted=_deleted(room.annotation_set))


def _render(
    request: HttpRequest, room: Room, template: str, status: int = 200, **more: Any
) -> HttpResponse:
    one = room.annotation_set
    nodes = tree(_themes(one), by_theme(room.viewer, one))
    context = {"room": room, "set": one, "nodes": nodes, **more}
    return render(request, template, context, status=status)


def _deletions(annotation_set: AnnotationSet) -> Any:
    """History rows of themes that were deleted here and are not back."""
    rows = History.objects.filter(annotation_set=annotation_set, kind="theme")
    back = rows.filter(action="restore").values("key")
    return rows.filter(action="delete").exclude(key__in=back).order_by("-pk")


def _deleted(annotation_set: AnnotationSet) -> list[History]:
    return list(_deletions(annotation_set)[:DELETED_SHOWN])


@require_http_methods(["GET", "POST"])
def theme_new(request: HttpRequest, slug: str) -> HttpResponse:
    """Adds a theme."""
    room = changing_room(request, slug)
    initial = {"parent": request.GET.get("under", "")}
    form = ThemeForm(posted(request), themes=_themes(room.annotation_set), initial=initial)
    if form.is_valid():
        try:
            made = actions.create_theme(
                room.annotation_set,
                actor=_actor(request),
                parent=form.chosen_parent(),
                **form.words(),
            )
            messages.success(request, f"“{made.name}” is in the codebook.")
            return redirect("annotations:codebook_edit", slug)
        except ThemeFault as fault:
            form.add_error("parent", str(fault))
    return _form_page(request, room, form, None)


@require_http_methods(["GET", "POST"])
def theme_edit(request: HttpRequest, slug: str, theme: str) -> HttpResponse:
    """Another wording, colour, underline, or place under another theme."""
    room, found = _managed_theme(request, slug, theme)
    initial = {field: getattr(found, field) for field in actions.WORDS}
    initial["parent"] = found.parent_id or ""
    themes = _themes(room.annotation_set)
    form = ThemeForm(posted(request), themes=themes, theme=found, initial=initial)
    if form.is_valid():
        try:
            _save(room.annotation_set, found, form, _actor(request))
            messages.success(request, f"“{found.name}” is saved.")
            return redirect("annotations:codebook_edit", slug)
        except ThemeFault as fault:
            form.add_error("parent", str(fault))
    return _form_page(request, room, form, found)


def _save(annotation_set: AnnotationSet, theme: Theme, form: ThemeForm, actor: User) -> None:
    # The move first: it is what can be refused, and then nothing has been saved.
    parent = form.chosen_parent()
    if (parent.pk if parent else None) != theme.parent_id:
        actions.move_theme(annotation_set, theme, actor=actor, parent=parent)
    if any(getattr(theme, field) != value for field, value in form.words().items()):
        actions.edit_theme(annotation_set, theme, actor=actor, **form.words())


def _form_page(
    request: HttpRequest, room: Room, form: ThemeForm, theme: Theme | None
) -> HttpResponse:
    context = {"room": room, "set": room.annotation_set, "form": form, "theme": theme}
    status = 422 if form.is_bound else 200
    return render(request, "annotations/codebook/theme.html", context, status=status)


@require_POST
def theme_move(request: HttpRequest, slug: str, theme: str) -> HttpResponse:
    """One place up or down among the themes beside it."""
    room, found = _managed_theme(request, slug, theme)
    step = {"up": -1, "down": 1}.get(request.POST.get("to", ""))
    if step is None:
        messages.error(request, "Choose up or down.")
        return _edit_page(request, room, status=422)
    actions.move_theme(room.annotation_set, found, actor=_actor(request), step=step)
    return redirect("annotations:codebook_edit", slug)


@require_POST
def theme_delete(request: HttpRequest, slug: str, theme: str) -> HttpResponse:
    """Deletes a theme that nothing uses; the codebook's page offers to bring it back."""
    room, found = _managed_theme(request, slug, theme)
    try:
        actions.delete_theme(room.annotation_set, found, actor=_actor(request))
    except ThemeFault as fault:
        messages.error(request, str(fault))
        return _edit_page(request, room, status=422)
    messages.success(request, f"“{found.name}” is deleted. You can bring it back below.")
    return redirect("annotations:codebook_edit", slug)


@require_POST
def theme_restore(request: HttpRequest, slug: str, pk: int) -> HttpResponse:
    """Brings a deleted theme back; ``pk`` is that of its deletion in the history."""
    room = changing_room(request, slug)
    deleted = get_object_or_404(_deletions(room.annotation_set), pk=pk)
    try:
        made = actions.restore_theme(room.annotation_set, deleted, actor=_actor(request))
    except ThemeFault as fault:
        messages.error(request, str(fault))
        return _edit_page(request, room, status=422)
    messages.success(request, f"“{made.name}” is back.")
    return redirect("annotations:codebook_edit", slug)


def _managed_theme(request: HttpRequest, slug: str, theme: str) -> tuple[Room, Theme]:
    room = changing_room(request, slug)
    themes = Theme.objects.of_codebook(room.annotation_set.codebook_id)
    return room, get_object_or_404(themes, slug=theme)


def _actor(request: HttpRequest) -> User:
    return request.user  # type: ignore[return-value]
