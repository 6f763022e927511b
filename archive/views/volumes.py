"""The list of volumes, and a volume's page."""

from __future__ import annotations

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from archive.reads import by_subseries, volume_page, volumes_with_counts

MAX_WORDS = 200


@require_safe
def volumes(request: HttpRequest) -> HttpResponse:
    """The volumes that the viewer finds, by sub-series; ``q``: those with these words."""
    words = words_of(request)
    groups = by_subseries(volumes_with_counts(request.user, words))
    context = {"groups": groups, "words": words, "total": sum(len(some) for _, some in groups)}
    return render(request, "archive/volumes.html", context)


@require_safe
def volume(request: HttpRequest, volume: str) -> HttpResponse:
    """A volume: what it is, and its contents."""
    page = volume_page(volume)
    if page is None:
        raise Http404("There is no such volume.")
    context = {
        "page": page,
        "volume": page.volume,
        "contents": page.contents,
        "canonical": settings.SITE_URL + request.path,
    }
    return render(request, "archive/volume.html", context)


def words_of(request: HttpRequest) -> str:
    """The words that a list is to be narrowed to."""
    return request.GET.get("q", "")[:MAX_WORDS].replace("\0", "").strip()
