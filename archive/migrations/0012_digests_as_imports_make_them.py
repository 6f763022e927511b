"""Digests of editions as imports make them since 0002: older ones had another order of parts."""

import hashlib
import json

from django.db import migrations


def packed(value):
    return json.dumps(value, ensure_ascii=False, sort_keys=True, separators=(",", ":"))


def digests(apps, schema_editor):
    editions = apps.get_model("archive", "Edition").objects
    wanted = editions.defer("source").prefetch_related("footnotes").order_by("pk")
    for edition in wanted.iterator(chunk_size=50):
        raw = edition.text.encode("utf-8", "surrogatepass")
        notes = [
            [n.key, n.label, n.kind, n.call, n.start, n.end]
            for n in sorted(edition.footnotes.all(), key=lambda note: note.position)
        ]
        parts = (str(len(raw)), packed(edition.blocks), packed(edition.spans), packed(notes))
        marks = "".join(f"{part}\n" for part in parts).encode("utf-8", "surrogatepass")
        digest = hashlib.sha256(marks + raw).hexdigest()
        if digest != edition.digest:
            editions.filter(pk=edition.pk).update(digest=digest)


class Migration(migrations.Migration):
    dependencies = [("archive", "0011_folded_names")]

    operations = [migrations.RunPython(digests, migrations.RunPython.noop)]
