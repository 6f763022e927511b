"""Per request, on demand: a cold start of every store, and the number of queries."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.db import connection
from django.http import HttpRequest, HttpResponse

from archive.kept import forget_all

Handler = Callable[[HttpRequest], HttpResponse]


def measured(get_response: Handler) -> Handler:
    def handle(request: HttpRequest) -> HttpResponse:
        if "X-Bench-Cold" in request.headers:
            forget_all()
        if "X-Bench-Queries" not in request.headers:
            return get_response(request)
        count = 0

        def counted(execute: Callable[..., Any], *args: Any) -> Any:
            nonlocal count
            count += 1
            return execute(*args)

        with connection.execute_wrapper(counted):
            response = get_response(request)
        response["X-Bench-Queries"] = str(count)
        return response

    return handle
