"""What the archive's pages read, each in a stated number of queries."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from typing import Any

from django.db.models import Count, QuerySet

from archive.importers.faults import Notice
from archive.models import Document, Import, Person, Term, Volume
from archive.text import Text


@dataclass(frozen=True, slots=True)
class VolumePage:
    """A volume with its documents in reading order and its lists of persons and terms."""

    volume: Volume
    documents: list[Document]
    persons: list[Person]
    terms: list[Term]


@dataclass(frozen=True, slots=True)
class OwnPage:
    """A document that someone brought, and what was read of its file."""

    document: Document
    text: Text
    run: Import | None
    notices: tuple[Notice, ...]

    @property
    def counts(self) -> list[tuple[str, int]]:
        """How many blocks there are of each kind in the body, in the order that they come in."""
        return list(Counter(b.kind for b in self.text.blocks if not b.note).items())

    @property
    def blocks(self) -> list[tuple[str, str]]:
        """Each block of the body: its kind and its words."""
        text = self.text
        return [(b.kind, text.quote(b.start, b.end)) for b in text.blocks if not b.note]

    @property
    def notes(self) -> list[tuple[str, str, bool]]:
        """Each note: its label, its words, and whether the text calls it."""
        text = self.text
        return [(n.label, text.quote(n.start, n.end), n.call is not None) for n in text.notes]


def volumes_with_counts(user: Any) -> QuerySet[Volume]:
    """The volumes that ``user`` finds, each with the number of its documents as
    ``document_count``; one query."""
    return Volume.objects.listed_for(user).annotate(document_count=Count("documents"))


def own_volumes(user: Any) -> QuerySet[Document]:
    """The documents that ``user`` brought, each with its volume, the last one first; one query."""
    hers = Document.objects.filter(volume__owner=user, volume__is_listed=False)
    return hers.select_related("volume").order_by("-volume__pk")


def own_page(volume: Volume) -> OwnPage:
    """What was read of a document that someone brought; three queries."""
    document = volume.documents.select_related("current").get()
    document.volume = volume
    assert document.current is not None
    run = volume.imports.first()
    said = run.report.get("notices", ()) if run else ()
    notices = tuple(Notice(*row) for row in said)
    return OwnPage(document, document.current.as_text(), run, notices)


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
