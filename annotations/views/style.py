"""The style page: every component of the app in one place, for whoever works on its looks."""

from __future__ import annotations

from django.conf import settings
from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from annotations.http import Request
from annotations.models.codebook import Colour, Line


@require_safe
def style(request: Request) -> HttpResponse:
    """Every component, in debug mode alone: elsewhere there is no such page."""
    if not settings.DEBUG:
        raise Http404
    return render(request, "annotations/style.html", {"colours": Colour, "lines": Line})
