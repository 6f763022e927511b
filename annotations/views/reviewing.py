"""Looking, one by one, at what was coded before a theme got its present meaning."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods

from annotations.actions import reviewing as actions
from annotations.actions.replies import ThreadLocked, create_reply
from annotations.gathered import Spot, in_order_of_text, passages_of, to_review
from annotations.http import Request
from annotations.meanings import since
from annotations.models import Annotation, History, Theme
from annotations.models.annotations import AnnotationQuerySet
from annotations.permissions import may_annotate
from annotations.views.listing import sight_of
from annotations.views.rooms import Room, key_of, room_of
from annotations.views.theme import theme_of

PAGE = "annotations/themes/review.html"
LONGEST = 5000


@login_required
@require_http_methods(["GET", "POST"])
def review(request: Request, slug: str, theme: str) -> HttpResponse:
    """The next passage, with what the theme meant then and means now; POST decides about it."""
    room = room_of(request, slug)
    if not may_annotate(room.annotation_set, room.role):
        raise PermissionDenied("Only members who annotate do this, while the set is open.")
    one = theme_of(room, theme)
    waiting = to_review(sight_of(room), one)
    if request.method == "POST":
        return _decided(request, room, one, waiting)
    return _page(request, room, one, waiting)


def _page(
    request: Request,
    room: Room,
    theme: Theme,
    waiting: AnnotationQuerySet,
    status: int = 200,
    **more: Any,
) -> HttpResponse:
    spots = in_order_of_text(room.annotation_set, waiting)
    context: dict[str, Any] = {
        "room": room,
        "set": room.annotation_set,
        "theme": theme,
        "left": len(spots),
        "done": _done(request, room),
        **more,
    }
    if spots:
        found = waiting.get(pk=_next(request, room, spots))
        ((document, passage),) = passages_of(sight_of(room), theme, [found.pk])
        link = found.annotation_themes.get(theme=theme)
        context |= {
            "document": document,
            "passage": passage,
            "meaning": since(theme, link.defined),
            "others": _others(room, theme, passage.chips),
            "locked": found.locked_at is not None,
        }
    return render(request, PAGE, context, status=status)


def _next(request: Request, room: Room, spots: list[Spot]) -> int:
    """The one behind what was decided about last, or the first again."""
    after = key_of(request.GET.get("after", "")) or 0
    last = Annotation.objects.in_set(room.annotation_set.pk).filter(pk=after)
    stood = in_order_of_text(room.annotation_set, last) if after else []
    return next((spot.pk for spot in spots if stood and spot > stood[0]), spots[0].pk)


def _others(room: Room, theme: Theme, chips: Any) -> list[Theme]:
    had = {theme.pk, *(chip.pk for chip in chips)}
    themes = Theme.objects.of_codebook(room.annotation_set.codebook_id).in_use()
    return [one for one in themes if one.pk not in had]


def _done(request: Request, room: Room) -> History | None:
    """What was decided last, to be taken back."""
    pk = key_of(request.GET.get("done", "")) or 0
    rows = History.objects.filter(annotation_set=room.annotation_set, actor=request.user)
    return rows.filter(pk=pk, undone_at__isnull=True).first()


def _decided(
    request: Request, room: Room, theme: Theme, waiting: AnnotationQuerySet
) -> HttpResponse:
    pk = key_of(request.POST.get("one", ""))
    found = waiting.with_place().filter(pk=pk or 0).first()
    if found is None:
        messages.info(request, "Somebody has decided about that passage meanwhile.")
        return _on(room, theme, 0, None)
    decision, row = request.POST.get("decision", ""), None
    room_set, user = room.annotation_set, request.user
    if decision == "keep":
        row = actions.keep(room_set, found, theme, actor=user)
    elif decision == "off":
        row = actions.take_off(room_set, found, theme, actor=user)
    elif decision == "instead":
        themes = Theme.objects.of_codebook(room_set.codebook_id).in_use()
        other = get_object_or_404(themes, pk=key_of(request.POST.get("other", "")) or 0)
        row = actions.instead(room_set, found, theme, other, actor=user)
    elif decision == "ask":
        if fault := _ask(request, found):
            return _page(request, room, theme, waiting, 422, fault=fault)
    elif decision != "skip":
        return _page(request, room, theme, waiting, 422, fault="Choose one of the answers.")
    return _on(room, theme, found.pk, row)


def _ask(request: Request, found: Annotation) -> str:
    """Asks the coder by a reply; why not, if that cannot be."""
    words = request.POST.get("words", "").replace("\0", "").strip()[:LONGEST]
    if not words:
        return "Write what you want to ask."
    try:
        create_reply(found, author=request.user, note=words)
    except ThreadLocked as fault:
        return str(fault)
    messages.success(request, "Asked. The passage stays on this list.")
    return ""


def _on(room: Room, theme: Theme, after: int, row: History | None) -> HttpResponse:
    """On to the next one."""
    where = reverse("annotations:theme_review", args=[room.annotation_set.slug, theme.slug])
    return redirect(f"{where}?after={after}" + (f"&done={row.pk}" if row else ""))
