"""The app's addresses and the floors: the least that a Django view of this kind must do."""

from __future__ import annotations

from json import dumps

from django.core.exceptions import PermissionDenied
from django.db import connection, transaction
from django.http import HttpRequest, HttpResponse
from django.urls import path
from django.utils import timezone

from annotations.models import History
from archive.rows import insert_rows, packed_json
from config.urls import urlpatterns as app

FILLING = b"0123456789abcde\n" * 65536
_OUT = """SELECT uuid, edition_id, author_id, start, "end", quote, prefix, suffix, theme_ids, note,
visibility, created, modified FROM annotations_annotation
WHERE annotation_set_id = %s AND deleted_at IS NULL ORDER BY edition_id, start, "end" DESC, id"""


def view_floor(request: HttpRequest) -> HttpResponse:
    """So many bytes, and nothing else."""
    wanted = int(request.GET["bytes"])
    times, rest = divmod(wanted, len(FILLING))
    return HttpResponse(FILLING * times + FILLING[:rest])


def create_floor(request: HttpRequest) -> HttpResponse:
    """Checks the session, inserts one row and commits."""
    if not request.user.is_authenticated:
        raise PermissionDenied
    row = History.objects.create(actor_id=request.user.pk, kind="bench", key="1", action="create")
    return HttpResponse(str(row.pk))


def rows_floor(request: HttpRequest) -> HttpResponse:
    """So many rows of history, as an act on many writes them, in one transaction."""
    if not request.user.is_authenticated:
        raise PermissionDenied
    now, state = timezone.now(), packed_json({"theme_ids": "1 2", "defined": {"1": 1, "2": 1}})
    with transaction.atomic():
        insert_rows(
            History,
            ("at", "actor", "kind", "key", "action", "before", "state", "why"),
            (
                (now, request.user.pk, "bench", str(number), "rows", state, state, "")
                for number in range(int(request.GET["rows"]))
            ),
        )
    return HttpResponse("")


def out_floor(request: HttpRequest) -> HttpResponse:
    """The rows of a set's annotations in the order of the text, each as a line of JSON."""
    with connection.cursor() as cursor:
        cursor.execute(_OUT, [int(request.GET["set"])])
        lines = [dumps(row, ensure_ascii=False, default=str) for row in cursor.fetchall()]
    return HttpResponse("\n".join(lines))


urlpatterns = [
    path("bench/out/", out_floor),
    path("bench/view/", view_floor),
    path("bench/create/", create_floor),
    path("bench/rows/", rows_floor),
    *app,
]
