"""The database follows the models, and every migration leads back as well as forth."""

from __future__ import annotations

from importlib import import_module

import pytest
from django.apps import apps
from django.core.management import call_command
from django.db import connection

from archive.models import Edition

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


@pytest.mark.django_db
def test_an_older_databases_digests_become_those_of_an_import() -> None:
    migration = import_module("archive.migrations.0012_digests_as_imports_make_them")
    call_command("import_tei", "fixtures/frus1981-88v03-d169.xml", verbosity=0)
    made = dict(Edition.objects.values_list("pk", "digest"))
    Edition.objects.update(digest="0" * 64)
    migration.digests(apps, None)
    assert dict(Edition.objects.values_list("pk", "digest")) == made
