"""A theme's page: what it means, and every passage under it."""

from __future__ import annotations

from django.http import HttpResponse, QueryDict
from django.shortcuts import get_object_or_404, render
from django.views.decorators.http import require_safe

from annotations.deeds import deed
from annotations.gathered import gather, how_many_to_review, kin_of, offered
from annotations.http import Request
from annotations.listed import narrowings
from annotations.listed import offered as choices
from annotations.models import History, Theme
from annotations.pasts import Version, told, versions_of
from annotations.permissions import may_annotate
from annotations.views.listing import asked_in, sight_of
from annotations.views.rooms import Room, key_of, room_of

A_PAGE, CHANGES = 40, 3
PAGE = "annotations/themes/theme.html"


def theme_of(room: Room, slug: str) -> Theme:
    """A theme of the set's codebook; one query. Raises Http404."""
    themes = Theme.objects.of_codebook(room.annotation_set.codebook_id)
    return get_object_or_404(themes.select_related("merged_into"), slug=slug)


@require_safe
def theme(request: Request, slug: str, theme: str) -> HttpResponse:
    """Its definition, its place in the codebook, and the passages that carry it, by document."""
    room = room_of(request, slug)
    one = theme_of(room, theme)
    sight, asked = sight_of(room), asked_in(request.GET).without("theme", "state", "question")
    below = request.GET.get("below", "1") != "0"
    after = request.GET.get("after", "")
    groups, listed = gather(sight, one, asked, A_PAGE, after, below=below)
    context = {
        "room": room,
        "set": room.annotation_set,
        "theme": one,
        "groups": groups,
        "listed": listed,
        "by_document": asked.order == "text",
        "further": _query(request, listed.further) if listed.further else "",
        "after": after,
    }
    if request.htmx and request.htmx.target == "further":
        return render(request, f"{PAGE}#passages", context)
    done = _done(request, room)
    context |= {
        "asked": asked,
        "below": below,
        "kin": kin_of(sight, one),
        "past": _past(room, one),
        "offered": offered(choices(sight, asked)),
        "narrowings": narrowings(sight, asked),
        "before": how_many_to_review(sight, one),
        "done": done,
        "deed": deed(done.kind, done.action) if done else "",
        "may_review": may_annotate(room.annotation_set, room.role),
    }
    part = "#found" if request.htmx and request.htmx.target == "found" else ""
    response = render(request, PAGE + part, context)
    # With and without htmx the same address answers otherwise.
    response["Vary"] = "HX-Request, Cookie"
    return response


def _past(room: Room, theme: Theme) -> list[Version]:
    """What was changed about the theme last, for members: up to three queries."""
    if not room.is_member:
        return []
    rows = versions_of(room.annotation_set).filter(changes__has_key=str(theme.pk))[:CHANGES]
    viewer = room.viewer.user_id
    return told(room.annotation_set, rows, viewer_id=viewer, manages=room.may_manage)


def _query(request: Request, further: str) -> str:
    query = QueryDict(mutable=True)
    query.update(request.GET)
    query["after"] = further
    return f"?{query.urlencode()}"


def _done(request: Request, room: Room) -> History | None:
    """The merge or split that has just led here, to be taken back by whoever did it."""
    pk = key_of(request.GET.get("merged", ""))
    if pk is None or not request.user.is_authenticated:
        return None
    rows = History.objects.filter(annotation_set=room.annotation_set, kind="codebook", pk=pk)
    return rows.filter(actor=request.user, undone_at__isnull=True).first()
