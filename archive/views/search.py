"""The search page."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.cache import patch_vary_headers
from django.views.decorators.http import require_safe

from archive.models import Volume
from archive.search.asked import Asked
from archive.search.page import search_page


@require_safe
def search(request: HttpRequest) -> HttpResponse:
    """Full text search; for htmx the form with its results alone."""
    visible = Volume.objects.listed_for(request.user)
    page = search_page(Asked.of(request.GET), visible)
    htmx = getattr(request, "htmx", None)
    whole = not htmx or htmx.history_restore_request
    template = "archive/search.html" + ("" if whole else "#search")
    response = render(request, template, {"page": page, "asked": page.asked, "found": page.found})
    patch_vary_headers(response, ["HX-Request"])
    return response
