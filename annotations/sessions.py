"""Django's database sessions, with the one query that every request makes compiled once."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

from django.conf import settings
from django.contrib.sessions.backends import db
from django.contrib.sessions.models import Session
from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.utils import timezone

from archive.prepared import Prepared, instance

Handler = Callable[[HttpRequest], HttpResponseBase]
_alive = Prepared(
    lambda key, now: Session.objects.filter(session_key=key, expire_date__gt=now).values_list(
        "session_key", "session_data"
    ),
    key=str,
    now=datetime,
)


def private_pages(get_response: Handler) -> Handler:
    """Middleware: what was made for a session is asked for again before a browser shows it."""

    def handle(request: HttpRequest) -> HttpResponseBase:
        response = get_response(request)
        if settings.SESSION_COOKIE_NAME in request.COOKIES and "Cache-Control" not in response:
            response["Cache-Control"] = "private, no-cache"
        return response

    return handle


class SessionStore(db.SessionStore):
    def _get_session_from_db(self) -> Session | None:
        rows = _alive(key=self.session_key, now=timezone.now())
        if not rows:
            self._session_key = None
            return None
        return instance(Session, ("session_key", "session_data"), rows[0])
