"""What stands in private sets was written for their members alone, and stays so."""

from django.db import migrations
from django.db.models import Exists, OuterRef

MEMBERS, EVERYONE, EDITOR = 1, 2, 3
EDITORS = ("owner", "editor")


def promise(apps, editor):
    Set = apps.get_model("annotations", "AnnotationSet")
    Annotation = apps.get_model("annotations", "Annotation")
    Reply = apps.get_model("annotations", "Reply")
    Membership = apps.get_model("annotations", "Membership")
    private = Set.objects.filter(visibility="private").values("pk")
    Annotation.objects.filter(annotation_set__in=private).update(audience=MEMBERS)
    Reply.objects.filter(annotation__annotation_set__in=private).update(audience=MEMBERS)
    for model, path in ((Annotation, "annotation_set"), (Reply, "annotation__annotation_set")):
        managing = Membership.objects.filter(
            user=OuterRef("author"), annotation_set=OuterRef(path), role__in=EDITORS
        )
        model.objects.filter(Exists(managing)).update(naming=EDITOR)


class Migration(migrations.Migration):
    dependencies = [("annotations", "0004_rooms")]

    operations = [migrations.RunPython(promise, migrations.RunPython.noop)]
