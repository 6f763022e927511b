"""Where a reader is: a document, the set that it is read in, and what she may do there."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import Any

from django.db.models import F, QuerySet
from django.http import Http404, HttpRequest
from django.urls import reverse

from annotations.models import AnnotationSet, Codebook
from annotations.overlays import Palette
from annotations.palettes import palette_of
from annotations.permissions import Viewer, may_annotate, viewer_of
from archive.layouts import Reading, reading_of
from archive.models import Document, Edition, Volume
from archive.prepared import Prepared, instance

EMPTY = Palette([])


@dataclass(frozen=True)
class Place:
    """A document as one viewer reads it: ``current`` is the set, ``sets`` all she could choose."""

    viewer: Viewer
    document: Document
    edition: Edition
    sets: tuple[AnnotationSet, ...]
    current: AnnotationSet | None

    @cached_property
    def reading(self) -> Reading:
        return reading_of(self.document)

    @cached_property
    def palette(self) -> Palette:
        return palette_of(self.current.codebook) if self.current else EMPTY

    @property
    def role(self) -> str | None:
        return self.current.role if self.current else None  # type: ignore[attr-defined]

    @cached_property
    def may_annotate(self) -> bool:
        return self.current is not None and may_annotate(self.current, self.role)

    @cached_property
    def address(self) -> str:
        """The path of the reader's page, without its query."""
        return reverse("document", args=[self.document.volume.slug, self.document.slug])

    @property
    def stack_address(self) -> str:
        """Where annotations at a place are listed; the place is still to be added."""
        return f"{self.address}at/?set={self.current.slug if self.current else ''}"

    @property
    def codebook_key(self) -> tuple[int, int] | None:
        book = self.current.codebook if self.current else None
        return (book.pk, book.revision) if book else None

    @property
    def revision(self) -> tuple[object, ...]:
        """What a page of this place depends on, besides its query: the key of its cache."""
        if self.current is None:
            return (self.edition.pk, self.edition.digest)
        return (
            self.edition.pk,
            self.edition.digest,
            self.current.pk,
            self.current.reading_revision,  # type: ignore[attr-defined]
            self.current.codebook.revision,
            self.current.state,
            self.role,
            self.viewer.user_id,
        )


_VOLUME = ("id", "slug", "title", "source_url", "licence", "publisher", "place", "year", "editors")
_DOCUMENT = (
    *("id", "slug", "number", "heading", "place", "date_text", "current_id"),
    *("first_page", "last_page"),
)
_EDITION = ("id", "document_id", "number", "digest")
_SET = ("id", "slug", "title", "state", "visibility", "codebook_id")
_MORE = ("role", "reading_revision", "codebook__revision")

_document_at = Prepared(
    lambda volume, slug: Document.objects.filter(
        volume__slug=volume, slug=slug, current__isnull=False
    ).values_list(
        *_DOCUMENT, *(f"volume__{f}" for f in _VOLUME), *(f"current__{f}" for f in _EDITION)
    ),
    volume=str,
    slug=str,
)


def _sets_on(document: int, viewer: Viewer) -> QuerySet[AnnotationSet, Any]:
    return (
        AnnotationSet.objects.on_document(document)
        .annotate(reading_revision=F("set_documents__revision"))
        .visible_to(viewer)
        .with_role(viewer)
        .values_list(*_SET, *_MORE)
    )


_sets_of_guest = Prepared(lambda document: _sets_on(document, Viewer()), document=int)
_sets_of_account = Prepared(
    lambda document, user: _sets_on(document, Viewer(user)), document=int, user=int
)


def place_of(request: HttpRequest, volume: str, slug: str, set_slug: str | None = None) -> Place:
    """Loads a document and the set that it is read in; two queries.

    Without ``set_slug`` a member's own set comes first, then a public one; an empty one reads
    without annotations. Raises Http404 for a document that is not here and for a set that one may
    not see.
    """
    viewer = viewer_of(request)
    rows = _document_at(volume=volume, slug=slug)
    if not rows:
        raise Http404("No such document.")
    document, edition = _loaded(rows[0])
    if viewer.link_keys:
        found = list(_sets_on(document.pk, viewer))
    elif viewer.user_id is not None:
        found = _sets_of_account(document=document.pk, user=viewer.user_id)
    else:
        found = _sets_of_guest(document=document.pk)
    sets = tuple(_loaded_set(row) for row in found)
    return Place(viewer, document, edition, sets, _choose(sets, set_slug))


def _loaded(row: tuple[Any, ...]) -> tuple[Document, Edition]:
    middle = len(_DOCUMENT) + len(_VOLUME)
    document = instance(Document, _DOCUMENT, row[: len(_DOCUMENT)])
    document.volume = instance(Volume, _VOLUME, row[len(_DOCUMENT) : middle])
    edition = instance(Edition, _EDITION, row[middle:])
    document.current = edition
    return document, edition


def _loaded_set(row: tuple[Any, ...]) -> AnnotationSet:
    found = instance(AnnotationSet, _SET, row[: len(_SET)])
    found.role, found.reading_revision, revision = row[len(_SET) :]  # type: ignore[attr-defined]
    found.codebook = instance(Codebook, ("id", "revision"), (found.codebook_id, revision))
    return found


def _choose(sets: tuple[AnnotationSet, ...], slug: str | None) -> AnnotationSet | None:
    if slug == "":
        return None
    if slug:
        for one in sets:
            if one.slug == slug:
                return one
        raise Http404("No such set on this document.")
    mine = [one for one in sets if one.role]  # type: ignore[attr-defined]
    return next(iter(mine or sets), None)
