"""The list of volumes, and a volume's page."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.template.loader import render_to_string
from django.views.decorators.http import require_safe

from archive.kept import Kept
from archive.models import Volume
from archive.reads import by_subseries, volume_at, volume_contents, volumes_with_counts

MAX_WORDS = 200
_kept: Kept[dict[str, Any]] = Kept(50)


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
    found = volume_at(volume)
    if found is None:
        raise Http404("There is no such volume.")
    context: dict[str, Any] = {
        "volume": found,
        "canonical": settings.SITE_URL + request.path,
        **_kept.made((found.pk, found.imported_at), lambda: _parts(found)),
    }
    return render(request, "archive/volume.html", context)


def _parts(volume: Volume) -> dict[str, Any]:
    """What a volume's page says of its documents: the same until the next import."""
    read = volume_contents(volume)
    context = {"contents": read.contents, "base": volume.get_absolute_url()}
    parts = render_to_string("archive/volume.html#parts", context)
    return {"parts": parts, "total": read.contents.total, "dates": read.dates}


def words_of(request: HttpRequest) -> str:
    """The words that a list is to be narrowed to."""
    return request.GET.get("q", "")[:MAX_WORDS].replace("\0", "").strip()
