"""The way by an address or a number: the form "Go to", and history.state.gov's own addresses."""

from __future__ import annotations

from urllib.parse import urlencode

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, HttpResponsePermanentRedirect
from django.shortcuts import redirect
from django.urls import reverse
from django.views.decorators.http import require_safe

from archive.addresses import wanted
from archive.reads.finding import address_of

MAX_TO = 300


@require_safe
def go(request: HttpRequest) -> HttpResponse:
    """To the document that ``to`` names (in ``volume``, if any); else to a search for it."""
    to = request.GET.get("to", "")[:MAX_TO].replace("\0", "").strip()
    volume = request.GET.get("volume", "")[:100].replace("\0", "")
    if not to:
        return redirect("archive:volumes")
    meant = wanted(to, volume)
    address = address_of(meant, request.user) if meant else None
    if address:
        return redirect(address)
    messages.info(request, f"No document here is “{to}”. This is what a search for it finds.")
    query = {"q": to} | ({"volume": volume} if volume else {})
    return redirect(f"{reverse('archive:search')}?{urlencode(query)}")


@require_safe
def mirrored(request: HttpRequest, path: str = "") -> HttpResponse:
    """Our page for an address of history.state.gov, so that one can change the host alone."""
    if not path.strip("/"):
        return HttpResponsePermanentRedirect(reverse("archive:volumes"))
    meant = wanted(f"historicaldocuments/{path}")
    address = address_of(meant, request.user) if meant else None
    if address is None:
        raise Http404("Nothing here has this address.")
    return HttpResponsePermanentRedirect(address)
