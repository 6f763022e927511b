"""Who looks at a page: plain values, known to the models' querysets."""

from __future__ import annotations

from dataclasses import dataclass

from django.http import HttpRequest

LINK_KEYS = "link_keys"


@dataclass(frozen=True, slots=True)
class Viewer:
    """Who looks: an account or nobody, and the secret links that were opened in this session."""

    user_id: int | None = None
    link_keys: frozenset[str] = frozenset()

    @property
    def signed_in(self) -> bool:
        return self.user_id is not None


ANYONE = Viewer()


def viewer_of(request: HttpRequest) -> Viewer:
    """The viewer behind a request."""
    user_id = request.user.pk if request.user.is_authenticated else None
    return Viewer(user_id, frozenset(request.session.get(LINK_KEYS, ())))
