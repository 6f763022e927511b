"""Lets the reader lay thousands of annotations over a text from one index alone."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("annotations", "0001_initial")]

    operations = [
        migrations.AddField("annotation", "version", models.PositiveIntegerField(default=1)),
        migrations.AlterField(
            "annotation", "theme_ids", models.CharField(blank=True, max_length=2000)
        ),
        migrations.RemoveIndex("annotation", "annotation_place"),
        migrations.AddIndex(
            "annotation",
            models.Index(
                fields=["annotation_set", "edition", "start", "-end", "id"]
                + ["author", "theme_ids", "version", "visibility", "deleted_at"],
                name="annotation_place",
            ),
        ),
    ]
