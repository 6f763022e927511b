from django.db import migrations, models


def fold(apps, schema_editor):
    from archive.names import folded, sense_of

    for name in ("Person", "Term"):
        entries = apps.get_model("archive", name).objects
        changed = []
        for entry in entries.only("name", "description").iterator(chunk_size=500):
            entry.folded = folded(entry.name)
            entry.sense = sense_of(entry.name, entry.description)
            changed.append(entry)
        fields = ["folded", "sense"] if name == "Term" else ["folded"]
        entries.bulk_update(changed, fields, batch_size=200)


def folded_field():
    return models.CharField(db_index=True, default="", editable=False, max_length=200)


class Migration(migrations.Migration):
    dependencies = [("archive", "0010_search_index")]

    operations = [
        migrations.AddField("person", "folded", folded_field()),
        migrations.AddField("term", "folded", folded_field()),
        migrations.AddField(
            "term",
            "sense",
            models.CharField(db_index=True, default="", editable=False, max_length=32),
        ),
        migrations.RunPython(fold, migrations.RunPython.noop),
    ]
