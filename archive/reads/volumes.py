"""What the pages of volumes and documents read."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.db.models import Count, QuerySet

from archive.models import Document, Person, Term, Volume


@dataclass(frozen=True, slots=True)
class VolumePage:
    """A volume with its documents in reading order and its lists of persons and terms."""

    volume: Volume
    documents: list[Document]
    persons: list[Person]
    terms: list[Term]


def volumes_with_counts(user: Any) -> QuerySet[Volume]:
    """The volumes that ``user`` finds, each with the number of its documents as
    ``document_count``; one query."""
    return Volume.objects.listed_for(user).annotate(document_count=Count("documents"))


def volume_page(slug: str) -> VolumePage | None:
    """All that a volume's page shows; four queries. None if there is no such volume."""
    volume = Volume.objects.filter(slug=slug).first()
    if volume is None:
        return None
    documents = list(volume.documents.order_by("position", "slug"))
    for document in documents:
        document.volume = volume
    return VolumePage(volume, documents, list(volume.persons.all()), list(volume.terms.all()))


def document_with_edition(volume: str, slug: str) -> Document | None:
    """A document with its volume and its current edition, source and all; one query."""
    found = Document.objects.at(volume, slug).select_related("current")
    return found.filter(current__isnull=False).first()
