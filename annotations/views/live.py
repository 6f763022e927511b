"""What is new while one reads: every open page asks every few seconds, so it costs little."""

from __future__ import annotations

import json

from django.http import Http404, HttpResponse
from django.template.loader import render_to_string
from django.views.decorators.http import require_safe

from annotations.changes import fragments_of
from annotations.http import Request
from annotations.news import blocks_since, is_told, news_of, since_now, since_of
from annotations.place import Place, place_of
from annotations.query import ReaderQuery

NEWS = "annotations/live/news.html"


@require_safe
def news(request: Request, volume: str, document: str) -> HttpResponse:
    """What others did since the page with the token ``since`` was made: 204 when there is nothing
    for its reader, else a few words. With ``show`` the blocks and cards that changed."""
    query = ReaderQuery.of(request.GET)
    place = place_of(request, volume, document, query.set_slug)
    if not is_told(place):
        raise Http404("There is no news here.")
    since, now = since_of(request.GET.get("since", "")), since_now(place)
    if since == now:
        return HttpResponse(status=204)
    if since is None or since.frame != now.frame:
        return HttpResponse(render_to_string(f"{NEWS}#stale"))
    if "show" in request.GET:
        indexes = blocks_since(place, since)
        return _shown(place, query, indexes) if indexes else HttpResponse(status=204)
    found = news_of(place, since)
    if not any(found):
        return HttpResponse(status=204)
    return HttpResponse(render_to_string(f"{NEWS}#told", {"news": found}))


def _shown(place: Place, query: ReaderQuery, indexes: list[int]) -> HttpResponse:
    token = since_now(place).token
    response = HttpResponse("".join(fragments_of(place, query, indexes)))
    response["HX-Trigger"] = json.dumps({"apparatus:news": {"since": token}})
    return response
