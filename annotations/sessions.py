"""Django's database sessions, with the one query that every request makes compiled once."""

from __future__ import annotations

from datetime import datetime

from django.contrib.sessions.backends import db
from django.contrib.sessions.models import Session
from django.utils import timezone

from archive.prepared import Prepared, instance

_alive = Prepared(
    lambda key, now: Session.objects.filter(session_key=key, expire_date__gt=now).values_list(
        "session_key", "session_data"
    ),
    key=str,
    now=datetime,
)


class SessionStore(db.SessionStore):
    def _get_session_from_db(self) -> Session | None:
        rows = _alive(key=self.session_key, now=timezone.now())
        if not rows:
            self._session_key = None
            return None
        return instance(Session, ("session_key", "session_data"), rows[0])
