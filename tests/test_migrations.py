"""The database follows the models, and every migration leads back as well as forth."""

from __future__ import annotations

from importlib import import_module
from typing import Any

import pytest
from django.apps import apps
from django.core.management import call_command
from django.db import connection
from django.db.migrations.executor import MigrationExecutor
from django.utils import timezone

from annotations.integrity import problems
from annotations.models import Annotation, Audience, Naming
from archive.models import Edition
from tests.annotations.traces import leaver

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


def migrate(*targets: tuple[str, str | None]) -> Any:
    """Straight to these states; gives the models as they were then. The command would make all
    permissions anew after each step, which takes as long again."""
    executor = MigrationExecutor(connection)
    return executor.migrate(list(targets)).apps


# The last state before sets had rooms for their members.
BEFORE_ROOMS = ("annotations", "0003_anchoring")


def write_before_rooms(then: Any) -> None:
    """A private set and a public one, in each of which a lead and a student wrote."""
    model = then.get_model
    volume = model("archive", "Volume").objects.create(slug="v", title="V")
    document = model("archive", "Document").objects.create(volume=volume, slug="d1", position=1)
    edition = model("archive", "Edition").objects.create(
        document=document, number=1, text="Words.", blocks=[], spans=[], source_format="text"
    )
    document.current = edition
    document.save()
    users = [model("auth", "User").objects.create(username=name) for name in ("lead", "student")]
    for slug in ("private", "public"):
        here = model("annotations", "AnnotationSet").objects.create(
            slug=slug,
            title=slug,
            owner=users[0],
            visibility=slug,
            codebook=model("annotations", "Codebook").objects.create(title=slug),
        )
        model("annotations", "SetDocument").objects.create(annotation_set=here, document=document)
        for user, role in zip(users, ("owner", "annotator"), strict=True):
            model("annotations", "Membership").objects.create(
                annotation_set=here, user=user, role=role
            )
            model("annotations", "Annotation").objects.create(
                annotation_set=here,
                author=user,
                edition=edition,
                start=0,
                end=5,
                quote="Words",
                suffix=".",
                created=timezone.now(),
                modified=timezone.now(),
            )


@pytest.mark.django_db(transaction=True)
def test_every_migration_leads_back_and_forth_with_what_is_written() -> None:
    before = columns()
    assert "archive_edition" in before
    latest = MigrationExecutor(connection).loader.graph.leaf_nodes()
    count = len(leaver().here.set.annotations.all())
    try:
        migrate(BEFORE_ROOMS)
        assert "naming" not in columns()["annotations_annotation"]
        with connection.cursor() as cursor:
            cursor.execute("SELECT COUNT(*) FROM annotations_annotation")
            assert cursor.fetchone() == (count,)
        migrate(*((app, None) for app in OURS))
        assert tables() == set()
        write_before_rooms(migrate(BEFORE_ROOMS))
        migrate(*latest)
        assert columns() == before
        promised = Annotation.objects.values_list(
            "annotation_set__slug", "author__username", "audience", "naming"
        )
        assert set(promised) == {
            ("private", "lead", Audience.MEMBERS, Naming.EDITOR),
            ("private", "student", Audience.MEMBERS, Naming.NAME),
            ("public", "lead", Audience.EVERYONE, Naming.EDITOR),
            ("public", "student", Audience.EVERYONE, Naming.NAME),
        }
        assert [str(fault) for fault in problems()] == []
    finally:
        call_command("migrate", verbosity=0)


@pytest.mark.django_db
def test_an_older_databases_digests_become_those_of_an_import() -> None:
    migration = import_module("archive.migrations.0012_digests_as_imports_make_them")
    call_command("import_tei", "fixtures/frus1981-88v03-d169.xml", verbosity=0)
    made = dict(Edition.objects.values_list("pk", "digest"))
    Edition.objects.update(digest="0" * 64)
    migration.digests(apps, None)
    assert dict(Edition.objects.values_list("pk", "digest")) == made
