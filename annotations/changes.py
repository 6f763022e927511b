"""What a change sends back: for htmx the blocks and cards that it touched, else the way back."""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from urllib.parse import urlsplit

from django.contrib import messages
from django.http import HttpResponse, QueryDict
from django.middleware.csrf import get_token
from django.shortcuts import redirect
from django.template.loader import render_to_string
from django.urls import reverse
from django_htmx.http import HttpResponseClientRedirect, HttpResponseClientRefresh

from annotations.actions.undoing import can_be_undone
from annotations.http import Request
from annotations.margins import laid_out
from annotations.models import Annotation
from annotations.overlays import ALL_CARDS
from annotations.page import filters_of
from annotations.place import Place
from annotations.query import ReaderQuery
from annotations.sight import many_here, people_of, rows_of, rows_touching
from annotations.standing import standing_html

Range = tuple[int, int]


def current_query(request: Request) -> ReaderQuery:
    """The filters of the page that the request came from."""
    current = request.htmx.current_url if request.htmx else None
    return ReaderQuery.of(QueryDict(urlsplit(current or "").query))


def changed(
    request: Request,
    place: Place,
    annotation: Annotation,
    action: str,
    ranges: Iterable[Range],
    *,
    undo: str = "",
) -> HttpResponse:
    """The answer to a change of ``annotation`` that touched these ranges of code points.

    Anywhere but in the reader made live it leads back to the annotation's place in the reader, or
    to its own page where it can be undone.
    """
    back = undo and annotation.get_absolute_url() or anchor(place, annotation.start)
    if annotation.opens:
        messages.success(request, "Saved. You now see what the others wrote.")
    if not request.htmx:
        return redirect(back)
    if urlsplit(request.htmx.current_url or place.address).path != place.address:
        return HttpResponseClientRedirect(back)
    if annotation.opens:
        # The address may differ in its fragment alone, and then no redirect loads the page again.
        return HttpResponseClientRefresh()
    fragments = []
    if annotation.edition_id == place.edition.pk:
        fragments = _fragments(place, current_query(request), list(ranges))
    undo = undo or _undo(annotation)
    toast = render_to_string(
        "annotations/toast.html", {"action": action, "undo": undo}, request=request
    )
    standing = standing_html(place, get_token(request), swap=True)
    response = HttpResponse("".join([*fragments, standing, toast, CLOSED_COMPOSER]))
    response["HX-Reswap"] = "none"
    response["HX-Trigger"] = json.dumps(
        {"apparatus:changed": {"uuid": str(annotation.uuid), "action": action}}
    )
    return response


def _undo(annotation: Annotation) -> str:
    """Where its last change is taken back, if it is one that can be; empty for none."""
    row = annotation.logged
    if row is None or not can_be_undone(row):
        return ""
    return f"{reverse('annotations:undo', args=[annotation.annotation_set.slug])}?row={row.pk}"


CLOSED_COMPOSER = '<div id="composer" class="composer-slot" hx-swap-oob="true"></div>'


def anchor(place: Place, offset: int) -> str:
    """The address of the block in the reader that an offset lies in."""
    query = ReaderQuery(place.current.slug if place.current else None)
    return f"{query.address(place.address)}#b{place.reading.block_at(offset)}"


def fragments_of(place: Place, query: ReaderQuery, indexes: Sequence[int]) -> list[str]:
    """These blocks and their cards as the page with these filters shows them now, to be swapped in;
    the queries of a page that is made anew."""
    if query.hidden or not indexes:
        return []
    rows = rows_of(place)
    if query.filtered:
        people = people_of(place, {row[3] for row in rows})
        rows = filters_of(place, query, people).keep(rows, place.palette)
    crowded = len(rows) > ALL_CARDS
    texts, groups = [], []
    for run in _runs(indexes):
        made = laid_out(place, rows, run, crowded=crowded, swap=True)
        texts += made[0]
        groups += made[1]
    return texts + groups


def _runs(indexes: Sequence[int]) -> list[range]:
    """Ascending numbers as ranges of neighbours."""
    runs: list[range] = []
    for index in indexes:
        if runs and runs[-1].stop == index:
            runs[-1] = range(runs[-1].start, index + 1)
        else:
            runs.append(range(index, index + 1))
    return runs


def _fragments(place: Place, query: ReaderQuery, ranges: list[Range]) -> list[str]:
    """The blocks from the first to the last that the ranges touch, and their cards."""
    if query.hidden:
        return []
    reading = place.reading
    touched = [i for start, end in ranges for i in reading.blocks_in(start, end)]
    indexes = range(min(touched), max(touched) + 1)
    blocks = reading.text.blocks
    rows = rows_touching(place, blocks[indexes[0]].start - 1, blocks[indexes[-1]].end)
    if query.filtered:
        everywhere = rows_of(place)
        people = people_of(place, {row[3] for row in everywhere})
        filters = filters_of(place, query, people)
        rows = filters.keep(rows, place.palette)
        crowded = len(filters.keep(everywhere, place.palette)) > ALL_CARDS
    else:
        crowded = many_here(place)
    texts, groups = laid_out(place, rows, indexes, crowded=crowded, swap=True)
    return texts + groups
