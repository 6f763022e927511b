from django.core.management import call_command
from django.db import migrations

TABLE = "archive_cache"


def make(apps, schema_editor):
    database = schema_editor.connection.alias
    call_command("createcachetable", TABLE, database=database, verbosity=0)


def drop(apps, schema_editor):
    schema_editor.execute(f"DROP TABLE {TABLE}")


class Migration(migrations.Migration):
    dependencies = [("archive", "0012_digests_as_imports_make_them")]

    operations = [migrations.RunPython(make, drop)]
