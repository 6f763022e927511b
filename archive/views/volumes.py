"""The list of volumes, and a volume's page."""

from __future__ import annotations

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from archive.reads import volume_page, volumes_with_counts


@require_safe
def volumes(request: HttpRequest) -> HttpResponse:
    """The volumes that the viewer finds: all that are listed, and her own."""
    context = {"volumes": volumes_with_counts(request.user)}
    return render(request, "archive/volumes.html", context)


@require_safe
def volume(request: HttpRequest, volume: str) -> HttpResponse:
    """A volume: its documents, persons and terms."""
    page = volume_page(volume)
    if page is None:
        raise Http404("There is no such volume.")
    return render(request, "archive/volume.html", {"page": page, "volume": page.volume})
