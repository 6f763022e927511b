"""What follows for annotations from a change to the people who wrote them."""

from __future__ import annotations

from django.contrib.auth.models import User
from django.db import transaction
from django.db.models import F, Q

from annotations.models import Annotation, SetDocument


@transaction.atomic
def renamed(person: User) -> None:
    """Tells the caches that pages and cards which name this person have changed."""
    written = Q(author=person) | Q(replies__author=person)
    named = Annotation.objects.filter(written).order_by()
    Annotation.objects.filter(pk__in=named.values("pk")).update(version=F("version") + 1)
    SetDocument.objects.filter(annotation_set__in=named.values("annotation_set")).update(
        revision=F("revision") + 1
    )
