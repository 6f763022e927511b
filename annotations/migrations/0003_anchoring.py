"""What became of annotations when their document got a new edition."""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

METHODS = [
    ("unchanged", "unchanged"),
    ("diff", "by comparing the texts"),
    ("search", "by a search for its words"),
    ("none", "not found"),
    ("hand", "by hand"),
]
VERDICTS = [("sure", "sure"), ("review", "needs review"), ("orphan", "orphaned")]


def to(model, on_delete, **more):
    return models.ForeignKey(model, on_delete, related_name="+", **more)


class Migration(migrations.Migration):
    dependencies = [
        ("annotations", "0002_annotation_version"),
        ("archive", "0002_sections_entries_and_imports"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.AddField(
            "annotation",
            "anchor",
            models.CharField(
                blank=True,
                choices=[("", "sure"), ("review", "needs review"), ("orphan", "orphaned")],
                default="",
                max_length=6,
            ),
        ),
        migrations.AddConstraint(
            "annotation",
            models.CheckConstraint(
                condition=models.Q(anchor__in=["", "review", "orphan"]),
                name="annotation_anchor_known",
            ),
        ),
        migrations.CreateModel(
            name="Anchoring",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "annotation",
                    models.ForeignKey(
                        "annotations.annotation",
                        django.db.models.deletion.CASCADE,
                        related_name="anchorings",
                    ),
                ),
                (
                    "run",
                    to(
                        "archive.import",
                        django.db.models.deletion.SET_NULL,
                        null=True,
                        blank=True,
                    ),
                ),
                ("from_edition", to("archive.edition", django.db.models.deletion.PROTECT)),
                ("to_edition", to("archive.edition", django.db.models.deletion.PROTECT)),
                ("old_start", models.PositiveIntegerField()),
                ("old_end", models.PositiveIntegerField()),
                ("old_quote", models.TextField()),
                ("start", models.PositiveIntegerField(blank=True, null=True)),
                ("end", models.PositiveIntegerField(blank=True, null=True)),
                ("method", models.CharField(choices=METHODS, max_length=10)),
                ("score", models.FloatField()),
                ("verdict", models.CharField(choices=VERDICTS, max_length=10)),
                ("latest", models.BooleanField(default=True)),
                (
                    "decided_by",
                    to(
                        settings.AUTH_USER_MODEL,
                        django.db.models.deletion.PROTECT,
                        null=True,
                        blank=True,
                    ),
                ),
                ("decided_at", models.DateTimeField(blank=True, null=True)),
                ("created", models.DateTimeField()),
            ],
            options={
                "ordering": ["pk"],
                "indexes": [models.Index(fields=["run", "verdict"], name="anchoring_of_run")],
                "constraints": [
                    models.UniqueConstraint(
                        fields=["annotation"],
                        condition=models.Q(latest=True),
                        name="anchoring_latest_once",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(method__in=[m for m, _ in METHODS])
                        & models.Q(verdict__in=[v for v, _ in VERDICTS]),
                        name="anchoring_known",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(verdict="orphan", start=None, end=None)
                        | (~models.Q(verdict="orphan") & models.Q(end__gt=models.F("start"))),
                        name="anchoring_has_place",
                    ),
                ],
            },
        ),
    ]
