"""What the pages of documents of one's own read."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from typing import Any

from django.db.models import QuerySet

from archive.importers.faults import Notice
from archive.models import Document, Import, Volume
from archive.text import Text


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
