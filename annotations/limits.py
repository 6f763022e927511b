"""How often something may be tried: one way for all of it, counted for every process together."""

from __future__ import annotations

from allauth.core.internal.ratelimit import consume
from django.http import HttpRequest


def allowed(request: HttpRequest, action: str, amount: str) -> bool:
    """Counts one try of ``action`` and says whether it is within ``amount``.

    ``amount`` is as in allauth: "10/m/ip" (ten a minute from one address), "100/d/user" (of one
    account, which must be signed in), or several of them parted by commas. What is over the limit
    is not counted, so it ends by itself. Any method of a request counts, GET too.
    """
    limits = {action: amount}
    return bool(consume(request, app="apparatus", action=action, config=limits, limit_get=True))
