"""For those who read by machine: robots.txt and the sitemaps."""

from __future__ import annotations

from django.contrib.sitemaps import views
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.views.decorators.http import require_safe

from archive.sitemaps import SECTIONS

# Searches and forms have no end, and annotations belong to those who wrote them.
_REFUSED = ("/accounts/", "/admin/", "/annotations/", "/go/", "/imports/", "/own/", "/search/")


@require_safe
def robots(request: HttpRequest) -> HttpResponse:
    """What robots leave alone, and where the sitemap is."""
    lines = ["User-agent: *", *(f"Disallow: {path}" for path in _REFUSED)]
    lines.append(f"Sitemap: {request.build_absolute_uri(reverse('archive:sitemaps'))}")
    return HttpResponse("\n".join(lines) + "\n", content_type="text/plain; charset=utf-8")


@require_safe
def sitemaps(request: HttpRequest) -> HttpResponse:
    """The index of the sitemaps: the documents are in several."""
    return views.index(request, SECTIONS, sitemap_url_name="archive:sitemap")


@require_safe
def sitemap(request: HttpRequest, section: str) -> HttpResponse:
    """One sitemap; ``p`` is its page."""
    return views.sitemap(request, SECTIONS, section)
