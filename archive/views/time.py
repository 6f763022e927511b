"""Documents along their dates: of a volume, and of all."""

from __future__ import annotations

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.template.loader import render_to_string
from django.views.decorators.http import require_safe

from archive.kept import Kept
from archive.models import Volume
from archive.reads import volume_at
from archive.reads.dates import series_time, volume_time

_kept: Kept[str] = Kept(50)


@require_safe
def volume_dates(request: HttpRequest, volume: str) -> HttpResponse:
    """A volume's documents by month, with a chart that leads to each."""
    found = volume_at(volume)
    if found is None:
        raise Http404("There is no such volume.")
    parts = _kept.made((found.pk, found.imported_at), lambda: _parts(found))
    return render(request, "archive/volume_time.html", {"volume": found, "parts": parts})


def _parts(volume: Volume) -> str:
    """The chart and its lists: the same until the next import."""
    context = {"time": volume_time(volume), "base": volume.get_absolute_url()}
    return render_to_string("archive/volume_time.html#parts", context)


@require_safe
def all_dates(request: HttpRequest) -> HttpResponse:
    """All documents that one finds by year, and which volumes have them."""
    return render(request, "archive/time.html", {"time": series_time(request.user)})
