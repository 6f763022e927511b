"""Databases of PostgreSQL beside the one that the tests run on."""

from __future__ import annotations

import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from urllib.parse import urlsplit

import dj_database_url
import psycopg


@contextmanager
def another(url: str, *, template: str) -> Iterator[str]:
    """A copy of a database in the cluster of this address, for as long as it is needed."""
    name = f"faults_{secrets.token_hex(4)}"
    known = dj_database_url.parse(url)
    options = {key.lower(): known[key] for key in ("USER", "PASSWORD", "HOST", "PORT")}  # type: ignore[literal-required]
    place = {key: value for key, value in options.items() if value}
    with psycopg.connect(dbname=known["NAME"], autocommit=True, **place) as server:
        _let_go(server, template)
        server.execute(f'CREATE DATABASE {name} TEMPLATE "{template}"')
        try:
            yield urlsplit(url)._replace(path=f"/{name}").geturl()
        finally:
            server.execute(f"DROP DATABASE {name} WITH (FORCE)")


def _let_go(server: psycopg.Connection, database: str) -> None:
    """Ends what still holds a database: PostgreSQL copies none that somebody is connected to, were
    it but its own cleaning."""
    found = "SELECT pg_terminate_backend(pid, 10000) FROM pg_stat_activity WHERE datname = %s"
    server.execute(found, [database])
