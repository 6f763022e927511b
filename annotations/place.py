"""Where a reader is: a document, the set that it is read in, and what she may do there."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

from django.db.models import F
from django.http import Http404, HttpRequest
from django.shortcuts import get_object_or_404
from django.urls import reverse

from annotations.models import AnnotationSet
from annotations.overlays import Palette
from annotations.palettes import palette_of
from annotations.permissions import Viewer, may_annotate, viewer_of
from archive.layouts import Reading, reading_of
from archive.models import Document, Edition

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

    @property
    def may_annotate(self) -> bool:
        return self.current is not None and may_annotate(self.current, self.role)

    @property
    def address(self) -> str:
        """The path of the reader's page, without its query."""
        return reverse("document", args=[self.document.volume.slug, self.document.slug])

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


def place_of(
    request: HttpRequest, volume: str, slug: str, set_slug: str | None = None
) -> Place:
    """Loads a document and the set that it is read in; two queries.

    Without ``set_slug`` a member's own set comes first, then a public one; an empty one reads without
    annotations. Raises Http404 for a document that is not here and a set that one may not see.
    """
    viewer = viewer_of(request)
    document = get_object_or_404(
        Document.objects.at(volume, slug)
        .select_related("current")
        .defer("current__text", "current__blocks", "current__spans", "current__source")
    )
    if document.current is None:
        raise Http404("This document has no text yet.")
    sets = tuple(
        AnnotationSet.objects.on_document(document.pk)
        .annotate(reading_revision=F("set_documents__revision"))
        .visible_to(viewer)
        .with_role(viewer)
        .select_related("codebook")
    )
    current = _choose(sets, set_slug)
    return Place(viewer, document, document.current, sets, current)


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
