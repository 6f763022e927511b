"""Who writes in a page, and what is answered when she is not signed in any more.

A page gives its forms an opaque key of the account that opened it; what is sent bears the key
again, and is done for that account alone. A script is told by a header what is the matter, and
keeps the words; without one, the answer is a page with the words in it, to be sent again.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any
from urllib.parse import urlsplit

from django.conf import settings
from django.contrib.auth.base_user import AbstractBaseUser
from django.contrib.auth.models import AnonymousUser
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import render, resolve_url
from django.utils.crypto import constant_time_compare, salted_hmac
from django.utils.functional import SimpleLazyObject

# Sent by our scripts: whose words these are; that the answer is for a script (a way, no redirect).
WRITER, KEPT = "Apparatus-Writer", "Apparatus-Kept"
# Answered to them: why nothing was done; where a form's answer leads.
SESSION, GO = "Apparatus-Session", "Apparatus-Go"
SIGNED_OUT, OTHER, OLD_TOKEN = "signed-out", "other", "old-token"
FORM = "application/x-www-form-urlencoded"
# What is typed into these is never shown again.
UNSHOWN = ("/accounts/", "/admin/", "/account/", "/signin/")

Handler = Callable[[HttpRequest], HttpResponseBase]


def key_of(user: AbstractBaseUser | AnonymousUser) -> str:
    """A sign of an account that tells nothing of it; empty for nobody."""
    if not user.is_authenticated:
        return ""
    return salted_hmac("apparatus.writer", str(user.pk), algorithm="sha256").hexdigest()[:20]


def writer(request: HttpRequest) -> dict[str, object]:
    """For templates: the key of whoever looks at the page."""
    # What is refused before anybody is asked who she is, as a wrong host, has no user.
    return {"writer": SimpleLazyObject(lambda: key_of(getattr(request, "user", AnonymousUser())))}


def for_script(request: HttpRequest) -> bool:
    """Whether a script reads the answer, and can be told by a header."""
    return KEPT in request.headers or "HX-Request" in request.headers


def same_writer(get_response: Handler) -> Handler:
    """Middleware: what one account wrote is not done for another, nor lost where it cannot be."""

    def handle(request: HttpRequest) -> HttpResponseBase:
        posted = request.method == "POST"
        claimed = _claimed(request) if posted else ""
        if claimed and not constant_time_compare(claimed, key_of(request.user)):
            return refused(request, OTHER if request.user.is_authenticated else SIGNED_OUT)
        response = get_response(request)
        if response.status_code == 302:
            return _led(request, response)
        return response

    return handle


def _claimed(request: HttpRequest) -> str:
    """Whose words are sent, as the page said that made the form; empty where nobody says."""
    if given := request.headers.get(WRITER):
        return given
    return request.POST.get("writer", "") if request.content_type == FORM else ""


def _led(request: HttpRequest, response: HttpResponseBase) -> HttpResponseBase:
    """A redirect, as whoever asked can use it."""
    to = response.headers["Location"]
    signing_in = resolve_url(settings.LOGIN_URL)
    if urlsplit(to).path == signing_in and not request.path.startswith(UNSHOWN):
        if for_script(request) or (request.method == "POST" and _claimed(request)):
            return refused(request, SIGNED_OUT)
    elif KEPT in request.headers and "HX-Request" not in request.headers:
        answer = HttpResponse(status=204, headers={GO: to})
        answer.cookies = response.cookies
        return answer
    return response


def refused(request: HttpRequest, why: str) -> HttpResponse:
    """The answer to what cannot be done for this session; what was sent is in it."""
    status = 403 if why == OLD_TOKEN else 401
    if for_script(request):
        return HttpResponse(status=status, headers={SESSION: why})
    context = {
        "why": why,
        "action": request.get_full_path(),
        "sent": list(sent_in(request)),
        "again": _from_here(request),
        "claimed": _claimed(request),
    }
    response = render(request, "annotations/unsent.html", context, status=status)
    response["Cache-Control"] = "no-store"
    return response


def sent_in(request: HttpRequest) -> Iterable[tuple[str, str, bool]]:
    """What a form sent, to be sent again: name, value, whether somebody wrote it as a text."""
    if request.content_type != FORM or request.path.startswith(UNSHOWN):
        return
    for name, values in request.POST.lists():
        if name in ("csrfmiddlewaretoken", "writer") or "password" in name:
            continue
        for value in values:
            yield name, value, name in TEXTS


TEXTS = frozenset(
    ["note", "title", "description", "name", "definition", "use_when", "not_when", "example"]
    + ["prompt", "comment", "reason", "why"]
)


def _from_here(request: HttpRequest) -> bool:
    """Whether the form was one of ours: else nobody is invited to send it again."""
    origin = request.headers.get("Origin") or request.headers.get("Referer") or ""
    return urlsplit(origin).netloc == request.get_host()


def old_token(request: HttpRequest, reason: str = "") -> HttpResponse:
    """Django's answer to a form whose token is not that of the session."""
    if request.path.startswith(UNSHOWN):
        context: dict[str, Any] = {"reason": reason}
        return render(request, "403_csrf.html", context, status=403)
    return refused(request, OLD_TOKEN)
