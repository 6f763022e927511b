"""Documents along their dates: of a volume, and of all."""

from __future__ import annotations

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from archive.reads import volume_at
from archive.reads.dates import series_time, volume_time


@require_safe
def volume_dates(request: HttpRequest, volume: str) -> HttpResponse:
    """A volume's documents by month, with a chart that leads to each."""
    found = volume_at(volume)
    if found is None:
        raise Http404("There is no such volume.")
    context = {"volume": found, "time": volume_time(found)}
    return render(request, "archive/volume_time.html", context)


@require_safe
def all_dates(request: HttpRequest) -> HttpResponse:
    """All documents that one finds by year, and which volumes have them."""
    return render(request, "archive/time.html", {"time": series_time(request.user)})
