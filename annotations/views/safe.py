"""What keeps a text that is being written: who is signed in now, and what a form carries."""

from __future__ import annotations

from typing import NamedTuple
from uuid import UUID, uuid4

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.middleware.csrf import get_token
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from annotations.writers import key_of


@never_cache
@require_safe
def here(request: HttpRequest) -> HttpResponse:
    """Who is signed in in this browser now, by the key that pages bear, and a token for forms."""
    return JsonResponse({"writer": key_of(request.user), "token": get_token(request)})


class Sent(NamedTuple):
    """What every form that is kept carries: under which ``uuid`` it is sent, so that it is done
    once however often it arrives, and ``base``, the mark of what it was opened on."""

    uuid: UUID
    base: str = ""


def sent(request: HttpRequest, base: str = "") -> Sent:
    """What was sent along with a form; a new uuid and ``base`` for one that is opened."""
    if request.method != "POST":
        return Sent(uuid4(), base)
    try:
        uuid = UUID(request.POST.get("uuid", ""))
    except ValueError:
        uuid = uuid4()
    return Sent(uuid, request.POST.get("base", ""))
