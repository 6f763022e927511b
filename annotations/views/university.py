"""The way to a university's sign-in page and back; not there where no university is set."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any

from allauth.core.ratelimit import respond_429
from allauth.socialaccount import views
from allauth.socialaccount.adapter import get_adapter
from allauth.socialaccount.helpers import render_authentication_error
from allauth.socialaccount.providers.oauth2.views import OAuth2CallbackView, OAuth2LoginView
from django.conf import settings
from django.db import IntegrityError
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods
from requests import RequestException

from annotations.limits import allowed
from annotations.university import UniversityOAuth

View = Callable[..., HttpResponse]


def with_a_university(view: View) -> View:
    """404 where the settings name no provider."""

    @wraps(view)
    def wrapped(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if not settings.OIDC_ISSUER:
            raise Http404
        return view(request, *args, **kwargs)

    return wrapped


connections = with_a_university(views.connections)
signup = with_a_university(views.signup)
cancelled = with_a_university(views.login_cancelled)
error = with_a_university(views.login_error)


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@with_a_university
def login(request: HttpRequest) -> HttpResponse:
    """Leads to the provider, by a page of ours that goes on by itself.

    A form's answer that redirects to another site is stopped by form-action 'self', and which sites
    a provider passes on to is not known here.
    """
    if request.method == "POST" and not allowed(request, "university", "120/m/ip"):
        return respond_429(request)
    response = _asked(OAuth2LoginView, request)
    if response.status_code == 302:
        address = response.headers["Location"]
        context = {"name": settings.OIDC_NAME, "address": address}
        response = render(request, "socialaccount/leave.html", context)
    return response


@never_cache
@require_GET
@with_a_university
def callback(request: HttpRequest) -> HttpResponse:
    """Where the provider sends people back to."""
    return _asked(OAuth2CallbackView, request)


def _asked(kind: Any, request: HttpRequest) -> HttpResponse:
    """What allauth answers, or our page of errors where the provider is away or talks nonsense."""
    provider = get_adapter().list_providers(request)[0]
    try:
        view = kind.adapter_view(UniversityOAuth(request, provider.app.provider_id))
        answer: HttpResponse = view(request)
    except (RequestException, IntegrityError, KeyError, ValueError) as fault:
        return render_authentication_error(request, provider, exception=fault)
    return answer
