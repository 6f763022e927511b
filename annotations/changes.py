"""What a change sends back: for htmx the blocks and cards that it touched, else the way back."""

from __future__ import annotations

import json
from collections.abc import Iterable
from typing import Any
from urllib.parse import urlsplit

from django.contrib.auth.models import User
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect
from django.template.loader import render_to_string

from annotations.cards import cards_of, filled, rows_of, seen_at
from annotations.models import Annotation
from annotations.overlays import Filters, groups, segments
from annotations.place import Place
from annotations.query import ReaderQuery

Range = tuple[int, int]


def current_query(request: HttpRequest) -> ReaderQuery:
    """The filters of the page that the request came from."""
    current = request.htmx.current_url if request.htmx else None
    return ReaderQuery.of(QueryDict(urlsplit(current or "").query))


def changed(
    request: HttpRequest,
    place: Place,
    annotation: Annotation,
    action: str,
    ranges: Iterable[Range],
    *,
    undo: str = "",
) -> HttpResponse:
    """The answer to a change of ``annotation`` that touched these ranges of code points.

    Without htmx it leads back to the annotation's place in the reader, or to its own page where it
    can be undone.
    """
    if not request.htmx:
        return redirect(undo and annotation.get_absolute_url() or anchor(place, annotation.start))
    fragments = []
    if annotation.edition_id == place.edition.pk:
        fragments = _fragments(place, current_query(request), list(ranges))
    toast = render_to_string(
        "annotations/toast.html", {"action": action, "undo": undo}, request=request
    )
    response = HttpResponse("".join([*fragments, toast, CLOSED_COMPOSER]))
    response["HX-Reswap"] = "none"
    response["HX-Trigger"] = json.dumps(
        {"apparatus:changed": {"uuid": str(annotation.uuid), "action": action}}
    )
    return response


CLOSED_COMPOSER = '<div id="composer" class="composer-slot" hx-swap-oob="true"></div>'


def anchor(place: Place, offset: int) -> str:
    """The address of the block in the reader that an offset lies in."""
    query = ReaderQuery(place.current.slug if place.current else None)
    return f"{query.address(place.address)}#b{place.reading.block_at(offset)}"


def _fragments(place: Place, query: ReaderQuery, ranges: list[Range]) -> list[str]:
    if query.hidden:
        return []
    layout, blocks = place.reading.layout, place.reading.text.blocks
    touched = sorted({i for start, end in ranges for i in place.reading.blocks_in(start, end)})
    rows = rows_of(place, blocks[touched[0]].start, blocks[touched[-1]].end)
    kept = _filters(place, query).keep(rows, place.palette)
    overlay = segments(kept, place.palette)
    found = groups(kept, blocks, touched, total=seen_at(place).count())
    cards = cards_of(place, (pk for group in found for pk in group.shown))
    html = [layout.block(index, overlay, swap=True) for index in touched]
    for group in filled(found, cards, place):
        context: dict[str, Any] = {"place": place, "group": group, "swap": True}
        html.append(render_to_string("annotations/reader.html#group", context))
    return html


def _filters(place: Place, query: ReaderQuery) -> Filters:
    if not query.filtered:
        return Filters()
    themes = {theme.slug: theme.pk for theme in place.palette.themes}
    authors: QuerySet[User] = User.objects.filter(username__in=query.authors)
    found = {user.pk for user in authors}
    return Filters(
        frozenset(themes.get(slug, 0) for slug in query.themes),
        frozenset(found) or frozenset({0} if query.authors else ()),
    )
