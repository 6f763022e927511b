"""The reader: a document with its apparatus, its annotations inline and beside it."""

from __future__ import annotations

from django.contrib.messages import get_messages
from django.core.paginator import Paginator
from django.http import Http404, HttpResponse
from django.middleware.csrf import get_token
from django.shortcuts import render
from django.utils.cache import patch_vary_headers
from django.utils.html import escape
from django.views.decorators.http import require_safe

from annotations.cards import cards_of
from annotations.http import Request
from annotations.page import Personal, parts_of, shell_of, whole_page
from annotations.place import Place, place_of
from annotations.query import ReaderQuery
from annotations.sight import seen_at
from annotations.standing import standing_html
from annotations.views.hints import hint_of

STACK_PAGE = 30


@require_safe
def reader(request: Request, volume: str, document: str) -> HttpResponse:
    """A document's page; for htmx its text and margin, or its filters, alone."""
    query = ReaderQuery.of(request.GET)
    place = place_of(request, volume, document, query.set_slug)
    parts = parts_of(place, query)
    wanted = "" if request.htmx.history_restore_request else request.htmx.target
    if wanted == "filters":
        html = parts["filters"]
    elif wanted == "reading":
        standing = standing_html(place, get_token(request), swap=True)
        html = parts["reading"] + parts["filters_swap"] + standing
    else:
        shell = shell_of(place, request.user)
        html = whole_page(shell, parts, _personal(request, place))
    response = HttpResponse(html)
    patch_vary_headers(response, ["HX-Request", "HX-Target"])
    return response


def _personal(request: Request, place: Place) -> Personal:
    token = get_token(request)
    said = " ".join(escape(message) for message in get_messages(request))
    return Personal(token, hint_of(request, place), standing_html(place, token), said)


@require_safe
def stack(request: Request, volume: str, document: str) -> HttpResponse:
    """All annotations that lie at an offset (``at``), or in a range (``start``, ``end``).

    Offsets are code points of the edition's text.
    """
    query = ReaderQuery.of(request.GET)
    place = place_of(request, volume, document, query.set_slug)
    if place.current is None:
        raise Http404("There is no set here.")
    start, end = _range(request, len(place.reading.text.text))
    found = seen_at(place).overlapping(start, end).in_text_order().values_list("pk", flat=True)
    page = Paginator(found, STACK_PAGE).get_page(request.GET.get("page"))
    cards = cards_of(place, list(page.object_list))
    context = {
        "place": place,
        "cards": [cards[pk] for pk in page.object_list if pk in cards],
        "page": page,
        "address": f"{request.path}?set={place.current.slug}&start={start}&end={end}",
        "back": query.address(place.address),
        "words": place.reading.text.quote(start, end) if end - start > 1 else "",
    }
    template = "annotations/stack.html" + ("#panel" if request.htmx else "")
    response = render(request, template, context)
    patch_vary_headers(response, ["HX-Request"])
    return response


def _range(request: Request, length: int) -> tuple[int, int]:
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
