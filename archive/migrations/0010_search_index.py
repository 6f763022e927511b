"""The index of full text search, filled from the editions that are there.

It is made by the code of the release that runs it, not by code frozen here: a later release that
indexes otherwise makes it anew in a migration of its own.
"""

from django.db import migrations


def create(apps, schema_editor):
    from archive.search.index import rebuild

    rebuild()


def drop(apps, schema_editor):
    from archive.search.index import drop_index

    drop_index()


class Migration(migrations.Migration):
    dependencies = [("archive", "0004_volume_source")]

    operations = [migrations.RunPython(create, drop)]
