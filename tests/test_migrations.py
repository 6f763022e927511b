"""The database follows the models, and every migration leads back as well as forth."""

from __future__ import annotations

import pytest
from django.core.management import call_command
from django.db import connection

OURS = ("annotations", "archive")


@pytest.mark.django_db
def test_no_migration_is_missing() -> None:
    call_command("makemigrations", "--check", "--dry-run", verbosity=0)


def tables() -> set[str]:
    return {name for name in connection.introspection.table_names() if name.startswith(OURS)}


def columns() -> dict[str, list[str]]:
    found = {}
    with connection.cursor() as cursor:
        for name in sorted(tables()):
            cursor.execute(f"SELECT * FROM {name} WHERE 1 = 0")
            found[name] = sorted(column[0] for column in cursor.description)
    return found


@pytest.mark.django_db(transaction=True)
def test_every_migration_can_be_taken_back() -> None:
    before = columns()
    assert "archive_edition" in before
    try:
        for app in OURS:
            call_command("migrate", app, "zero", verbosity=0)
        assert tables() == set()
    finally:
        call_command("migrate", verbosity=0)
    assert columns() == before
