"""The list of a set's annotations: filtered, sorted, page by page."""

from __future__ import annotations

from typing import Any, NamedTuple

from django.http import HttpResponse, QueryDict
from django.shortcuts import render
from django.views.decorators.http import require_safe

from annotations import listing_words as words
from annotations.chosen import all_of
from annotations.filters import Asked
from annotations.http import Request
from annotations.listed import lines_of, narrowings, offered
from annotations.listing import Listed, page_of
from annotations.models import History
from annotations.permissions import may_annotate
from annotations.sights import Sight
from annotations.views.rooms import Room, key_of, room_of

A_PAGE, MOST_ROWS = 50, 500
PAGE = "annotations/listing/list.html"
ROWS = "annotations/listing/rows.html"


class Act(NamedTuple):
    """Something that can be done to many: its word in a form, its button, and for whom it is."""

    name: str
    button: str
    moderates: bool = False


ACTS = (
    Act("themes", "Themes"),
    Act("move", "Replace a theme"),
    Act("review", "Themes still fit"),
    Act("share", "Share"),
    Act("unshare", "Make private"),
    Act("delete", "Delete"),
    Act("hide", "Hide", moderates=True),
    Act("show", "Show again", moderates=True),
)


def sight_of(room: Room) -> Sight:
    return Sight(room.annotation_set, room.viewer, room.role)


def acts_of(room: Room) -> list[Act]:
    """What the viewer may do to many annotations in this set now."""
    writes = may_annotate(room.annotation_set, room.role)
    return [act for act in ACTS if (room.may_change if act.moderates else writes)]


def asked_in(query: QueryDict) -> Asked:
    return Asked.of(dict(query.lists()))


@require_safe
def annotation_list(request: Request, slug: str) -> HttpResponse:
    """A set's annotations; what is asked for stands in the address and can be shared."""
    room = room_of(request, slug)
    asked, sight = asked_in(request.GET), sight_of(room)
    after = request.GET.get("after", "")
    if request.htmx and request.htmx.target == "further":
        return _further(request, room, sight, asked, after)
    context = found(request, room, sight, asked, after)
    part = "#found" if request.htmx and request.htmx.target == "found" else ""
    if not part:
        context["offered"] = offered(sight, asked)
    if request.GET.get("all") and context["acts"]:
        context["choice"] = all_of(sight, asked)
        context["chosen"] = words.chosen(context["choice"].number)
    response = render(request, PAGE + part, context)
    # With and without htmx the same address answers otherwise.
    response["Vary"] = "HX-Request, Cookie"
    return response


def _further(request: Request, room: Room, sight: Sight, asked: Asked, after: str) -> HttpResponse:
    listed = page_of(sight, asked, A_PAGE, after)
    context = _rows(room, sight, asked, listed)
    return render(request, ROWS, context)


def _rows(room: Room, sight: Sight, asked: Asked, listed: Listed) -> dict[str, Any]:
    return {
        "room": room,
        "set": room.annotation_set,
        "asked": asked,
        "listed": listed,
        "lines": lines_of(sight, listed.pks),
        "acts": acts_of(room),
        "further": query_of(asked, after=listed.further) if listed.further else "",
    }


def found(
    request: Request, room: Room, sight: Sight, asked: Asked, after: str = "", size: int = A_PAGE
) -> dict[str, Any]:
    """What the page and its part are rendered with."""
    listed = page_of(sight, asked, size, after)
    done = _done(request, room)
    return _rows(room, sight, asked, listed) | {
        "after": after,
        "matching": words.matching(listed.total, narrowed=asked.narrowed),
        "narrowings": narrowings(sight, asked),
        "done": done,
        "said": words.said_of(done) if done else "",
        "everything": query_of(Asked(sort=asked.sort, zone=asked.zone)),
        "first": query_of(asked),
        "all": query_of(asked, all="1"),
    }


def query_of(asked: Asked, **more: str) -> str:
    """The address of the list, after its path."""
    query = QueryDict(mutable=True)
    for name, value in [*asked.pairs(), *more.items()]:
        query.appendlist(name, value)
    return f"?{query.urlencode()}" if query else "?"


def _done(request: Request, room: Room) -> History | None:
    """What one has just done here, which can be taken back."""
    pk = key_of(request.GET.get("done", ""))
    if pk is None or not request.user.is_authenticated:
        return None
    rows = History.objects.filter(
        annotation_set=room.annotation_set, actor=request.user, undone_at__isnull=True, kind="many"
    )
    return rows.filter(pk=pk).first()
