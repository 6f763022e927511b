"""The reader: a document with its apparatus, its annotations inline and beside it."""

from __future__ import annotations

import hashlib
from typing import Any

from django.contrib.auth.models import User
from django.core.cache import cache
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.template.loader import render_to_string
from django.utils.cache import patch_vary_headers
from django.utils.safestring import mark_safe

from annotations.cards import (
    author_name,
    cards_of,
    filled,
    make_cards,
    palette_counts,
    rows_of,
    seen_at,
)
from annotations.overlays import Filters, Row, count_authors, count_themes, groups, segments
from annotations.place import Place, place_of
from annotations.query import ReaderQuery, labelled
from archive.citations import citation_of
from archive.citations import chicago

TEMPLATE = "annotations/reader.html"
KEEP_SECONDS = 3600
STACK_PAGE = 30


def reader(request: HttpRequest, volume: str, document: str) -> HttpResponse:
    """A document's page; for htmx its text and margin, or its filters, alone."""
    query = ReaderQuery.of(request.GET)
    place = place_of(request, volume, document, query.set_slug)
    parts = _parts(place, query)
    context = {"place": place, "query": query, **parts}
    target = request.htmx.target if request.htmx and not request.htmx.history_restore_request else None
    if target == "filters":
        response = HttpResponse(parts["filters"])
    elif target == "reading":
        response = HttpResponse(parts["reading"] + parts["filters_swap"])
    else:
        response = render(request, TEMPLATE, context)
    patch_vary_headers(response, ["HX-Request", "HX-Target"])
    return response


def _parts(place: Place, query: ReaderQuery) -> dict[str, str]:
    """The parts of the page that only a change of its revision changes."""
    names = tuple((one.slug, one.title) for one in place.sets)
    basis = repr((place.revision, names, query, place.address))
    key = "reader:" + hashlib.sha256(basis.encode()).hexdigest()
    parts = cache.get(key)
    if parts is None:
        parts = _render_parts(place, query)
        cache.set(key, parts, KEEP_SECONDS)
    # They were rendered by our own templates before they were kept.
    return {name: mark_safe(html) for name, html in parts.items()}  # noqa: S308


def _render_parts(place: Place, query: ReaderQuery) -> dict[str, str]:
    rows = [] if query.hidden else rows_of(place)
    readers = {
        user.pk: user for user in User.objects.filter(pk__in={row.author_id for row in rows})
    } if rows else {}
    kept = filters_of(place, query, readers).keep(rows, place.palette)
    context: dict[str, Any] = {"place": place, "query": query, "total": len(rows)}
    context["shown"] = len(kept)
    context |= _text_and_margin(place, kept)
    context |= _menus(place, query, rows, readers)
    context |= _colophon(place)
    return {
        "reading": render_to_string(f"{TEMPLATE}#reading", context),
        "filters": render_to_string(f"{TEMPLATE}#filters", context),
        "filters_swap": render_to_string(f"{TEMPLATE}#filters", {**context, "swap": True}),
    }


def filters_of(place: Place, query: ReaderQuery, readers: dict[int, User]) -> Filters:
    """The filters of an address; a name that fits nobody finds nothing."""
    themes = {theme.slug: theme.pk for theme in place.palette.themes}
    authors = {user.get_username(): pk for pk, user in readers.items()}
    return Filters(
        frozenset(themes.get(slug, 0) for slug in query.themes),
        frozenset(authors.get(name, 0) for name in query.authors),
    )


def _text_and_margin(place: Place, rows: list[Row]) -> dict[str, Any]:
    layout = place.reading.layout
    overlay = segments(rows, place.palette)
    found = groups(rows, layout.text.blocks, range(len(layout.blocks)), total=len(rows))
    found = [group for group in found if group.shown]
    cards = cards_of(place, (pk for group in found for pk in group.shown))
    return {
        "body": mark_safe(layout.body_html(overlay)),  # noqa: S308
        "notes": mark_safe(layout.notes_html(overlay)),  # noqa: S308
        "groups": filled(found, cards, place),
    }


def _menus(
    place: Place, query: ReaderQuery, rows: list[Row], readers: dict[int, User]
) -> dict[str, Any]:
    path = place.address
    themes = palette_counts(place.palette, count_themes(rows, place.palette))
    for item in themes:
        item["on"] = item["theme"].slug in query.themes
        item["href"] = query.toggle_theme(item["theme"].slug).address(path)
    counts = count_authors(rows)
    authors = [
        {
            "name": author_name(readers[pk]),
            "count": count,
            "on": readers[pk].get_username() in query.authors,
            "href": query.toggle_author(readers[pk].get_username()).address(path),
        }
        for pk, count in counts.most_common()
        if pk in readers
    ]
    names = {theme.slug: theme.name for theme in place.palette.themes}
    people = {user.get_username(): author_name(user) for user in readers.values()}
    return {
        "here": query.address(path),
        "set_links": [(one, query.in_set(one.slug).address(path)) for one in place.sets],
        "no_set_link": query.in_set("").address(path),
        "themes": themes,
        "themes_label": labelled(names, query.themes),
        "all_themes": query.all_themes().address(path),
        "authors": authors,
        "authors_label": labelled(people, query.authors),
        "all_authors": query.all_authors().address(path),
        "toggle_hidden": query.toggle_hidden().address(path),
    }


def _colophon(place: Place) -> dict[str, Any]:
    return {
        "document": place.document,
        "volume": place.document.volume,
        "entries": place.reading.entries,
        "citation": chicago(citation_of(place.document)),
    }


def stack(request: HttpRequest, volume: str, document: str) -> HttpResponse:
    """All annotations that lie at an offset (``at``), or in a range (``start``, ``end``).

    Offsets are code points of the edition's text.
    """
    query = ReaderQuery.of(request.GET)
    place = place_of(request, volume, document, query.set_slug)
    if place.current is None:
        raise Http404("There is no set here.")
    start, end = _range(request, len(place.reading.text.text))
    found = seen_at(place).overlapping(start, end).in_text_order().select_related("author")
    page = Paginator(found, STACK_PAGE).get_page(request.GET.get("page"))
    context = {
        "place": place,
        "cards": make_cards(page.object_list, place),
        "page": page,
        "address": f"{request.path}?set={place.current.slug}&start={start}&end={end}",
        "back": query.address(place.address),
        "words": place.reading.text.quote(start, end) if end - start > 1 else "",
    }
    template = "annotations/stack.html" + ("#panel" if request.htmx else "")
    response = render(request, template, context)
    patch_vary_headers(response, ["HX-Request"])
    return response


def _range(request: HttpRequest, length: int) -> tuple[int, int]:
    try:
        if "at" in request.GET:
            start = int(request.GET["at"])
            end = start + 1
        else:
            start, end = int(request.GET["start"]), int(request.GET["end"])
    except (KeyError, ValueError):
        raise Http404("Say the place as at=OFFSET or start=OFFSET&end=OFFSET.") from None
    if not 0 <= start < end <= length:
        raise Http404("There is no text at this place.")
    return start, end
