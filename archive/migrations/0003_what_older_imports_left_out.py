"""Fills in what the columns and tables of 0002 hold, from what older imports wrote."""

import hashlib
from collections import Counter

from django.db import migrations
from django.db.models import F


def positions_by_thousands(apps, schema_editor):
    apps.get_model("archive", "Document").objects.update(position=F("position") * 1000)


def positions_by_ones(apps, schema_editor):
    apps.get_model("archive", "Document").objects.update(position=F("position") / 1000)


def digests_of_texts(apps, schema_editor):
    editions = apps.get_model("archive", "Edition").objects
    for edition in editions.only("text").iterator(chunk_size=50):
        packed = edition.text.encode("utf-8", "surrogatepass")
        digest = hashlib.sha256(packed).hexdigest()
        editions.filter(pk=edition.pk).update(text_digest=digest)


def mentions(apps, schema_editor):
    for kind in ("Person", "Term"):
        keys = {
            (volume, key): pk
            for pk, volume, key in apps.get_model("archive", kind).objects.values_list(
                "pk", "volume_id", "key"
            )
        }
        model = apps.get_model("archive", f"{kind}Mention")
        for document in (
            apps.get_model("archive", "Document")
            .objects.filter(current__isnull=False)
            .select_related("current")
            .only("volume_id", "current__spans")
            .iterator(chunk_size=50)
        ):
            counts = Counter(s[3] for s in document.current.spans if s[0] == kind.lower())
            model.objects.bulk_create(
                model(
                    document_id=document.pk,
                    count=count,
                    **{f"{kind.lower()}_id": keys[document.volume_id, key]},
                )
                for key, count in counts.items()
                if (document.volume_id, key) in keys
            )


class Migration(migrations.Migration):
    dependencies = [("archive", "0002_sections_entries_and_imports")]

    operations = [
        migrations.RunPython(positions_by_thousands, positions_by_ones),
        migrations.RunPython(digests_of_texts, migrations.RunPython.noop),
        migrations.RunPython(mentions, migrations.RunPython.noop),
    ]
