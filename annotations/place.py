"""Where a reader is: a document, the set that it is read in, and what she may do there."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache, cached_property
from typing import Any, NamedTuple

from django.db.models import F, OuterRef, QuerySet, Subquery
from django.http import Http404, HttpRequest
from django.urls import reverse

from annotations.models import (
    AnnotationSet,
    GroupMember,
    Naming,
    Progress,
    Promise,
    Rule,
    Scope,
)
from annotations.models.visibility import promise_of, scope_of
from annotations.overlays import Palette
from annotations.palettes import palette_of
from annotations.permissions import Viewer, may_annotate, may_change_set, viewer_of
from annotations.telling import mark_of
from archive.layouts import Reading, reading_of
from archive.models import Document, Edition, Volume
from archive.prepared import Prepared, instance

EMPTY = Palette([])


@cache
def _pattern() -> str:
    # reverse() takes a tenth of a view that finds its page kept.
    return reverse("document", args=["V", "D"])


class SetLink(NamedTuple):
    """A set that one could change to."""

    pk: int
    slug: str
    title: str


@dataclass(frozen=True)
class Place:
    """A document as one viewer reads it: ``current`` is the set, ``sets`` all she could choose."""

    viewer: Viewer
    row: tuple[Any, ...]
    sets: tuple[SetLink, ...]
    current: AnnotationSet | None

    @cached_property
    def document(self) -> Document:
        """The document with its volume and its current edition, of which the text is deferred."""
        middle = len(_DOCUMENT) + len(_VOLUME)
        document = instance(Document, _DOCUMENT, self.row[: len(_DOCUMENT)])
        document.volume = instance(Volume, _VOLUME, self.row[len(_DOCUMENT) : middle])
        document.current = instance(Edition, _EDITION, self.row[middle:])
        return document

    @property
    def edition(self) -> Edition:
        assert self.document.current is not None
        return self.document.current

    @property
    def edition_key(self) -> tuple[object, ...]:
        """The edition, its digest, and when its volume, with its lists, was last imported."""
        return self.row[-len(_EDITION)], self.row[-1], self.row[_IMPORTED]

    @cached_property
    def reading(self) -> Reading:
        return reading_of(self.document)

    @cached_property
    def palette(self) -> Palette:
        return palette_of(*self.codebook_key) if self.codebook_key else EMPTY

    @property
    def role(self) -> str | None:
        return self.current.role if self.current else None  # type: ignore[attr-defined]

    @cached_property
    def scope(self) -> Scope:
        """What of the current set's annotations here the viewer sees beside her own."""
        current: Any = self.current
        if current is None:
            return scope_of(Rule.OPEN, None, False)
        return scope_of(current.rule, self.role, current.opened is not None)

    @property
    def naming(self) -> int:
        """How authors are called to the viewer; EDITOR for those who see all names."""
        if self.current is None or self.scope.all:
            return Naming.EDITOR
        return self.current.naming

    @property
    def promise(self) -> Promise:
        """What is promised to the viewer if she writes here now."""
        current: Any = self.current
        return promise_of(current, self.role, current.group)

    @property
    def promised(self) -> str:
        """The same as a form carries it."""
        return mark_of(self.promise)

    @cached_property
    def may_annotate(self) -> bool:
        return self.current is not None and may_annotate(self.current, self.role)

    @cached_property
    def may_moderate(self) -> bool:
        """Whether she may hide what others wrote here, and lock their threads."""
        return self.current is not None and may_change_set(self.current, self.role)

    @cached_property
    def address(self) -> str:
        """The path of the reader's page, without its query."""
        return _pattern().replace("/V/D/", f"/{self.row[_VOLUME_SLUG]}/{self.row[_SLUG]}/")

    @property
    def stack_address(self) -> str:
        """Where annotations at a place are listed; the place is still to be added."""
        return f"{self.address}at/?set={self.current.slug if self.current else ''}"

    @property
    def codebook_key(self) -> tuple[int, int] | None:
        """The codebook and its revision."""
        current: Any = self.current
        return (current.codebook_id, current.codebook_revision) if current else None

    @property
    def revision(self) -> tuple[object, ...]:
        """What a page of this place depends on, besides its query: the key of its cache."""
        if self.current is None:
            return self.edition_key
        return (
            self.edition_key,
            self.current.pk,
            self.current.reading_revision,  # type: ignore[attr-defined]
            self.codebook_key,
            self.current.state,
            self.current.visibility,
            self.role,
            self.scope,
            self.naming,
            self.viewer.user_id,
        )


_VOLUME = (
    *("id", "slug", "title", "source_url", "licence", "publisher", "place", "year", "editors"),
    *("source", "is_listed", "imported_at"),
)
_DOCUMENT = (
    *("id", "slug", "number", "heading", "place", "date_text", "current_id"),
    *("first_page", "last_page", "date_min", "date_max"),
)
_EDITION = ("id", "document_id", "number", "source_format", "digest")
_SLUG, _VOLUME_SLUG = _DOCUMENT.index("slug"), len(_DOCUMENT) + _VOLUME.index("slug")
_IMPORTED = len(_DOCUMENT) + _VOLUME.index("imported_at")
_SET = (
    *("id", "slug", "title", "state", "visibility", "codebook_id"),
    *("rule", "after_count", "naming", "groups_apart"),
)
_MORE = ("role", "reading_revision", "codebook__revision", "opened", "group")

_document_at = Prepared(
    lambda volume, slug: Document.objects.filter(
        volume__slug=volume, slug=slug, current__isnull=False
    ).values_list(
        *_DOCUMENT, *(f"volume__{f}" for f in _VOLUME), *(f"current__{f}" for f in _EDITION)
    ),
    volume=str,
    slug=str,
)


def _of_viewer(document: int, user: int) -> dict[str, Subquery]:
    """When the others' annotations opened for her here, and her group."""
    opened = Progress.objects.order_by().filter(
        annotation_set=OuterRef("pk"), document_id=document, user_id=user
    )
    groups = GroupMember.objects.order_by().current()
    group = groups.filter(annotation_set=OuterRef("pk"), user_id=user)
    return {
        "opened": Subquery(opened.values("opened_at")[:1]),
        "group": Subquery(group.values("group")[:1]),
    }


def _sets_on(document: int, viewer: Viewer) -> QuerySet[AnnotationSet, Any]:
    return (
        AnnotationSet.objects.on_document(document)
        .annotate(reading_revision=F("set_documents__revision"))
        .visible_to(viewer)
        .with_role(viewer)
        .annotate(**_of_viewer(document, viewer.user_id or 0))
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
    pk = rows[0][0]
    if viewer.link_keys:
        found = list(_sets_on(pk, viewer))
    elif viewer.user_id is not None:
        found = _sets_of_account(document=pk, user=viewer.user_id)
    else:
        found = _sets_of_guest(document=pk)
    sets = tuple(SetLink(*row[:3]) for row in found)
    chosen = _choose(found, set_slug)
    return Place(viewer, rows[0], sets, _loaded_set(chosen) if chosen else None)


def _loaded_set(row: tuple[Any, ...]) -> AnnotationSet:
    found: Any = instance(AnnotationSet, _SET, row[: len(_SET)])
    found.role, found.reading_revision, found.codebook_revision, *more = row[len(_SET) :]
    found.opened, found.group = more
    return found


def _choose(rows: list[tuple[Any, ...]], slug: str | None) -> tuple[Any, ...] | None:
    if slug == "":
        return None
    if slug:
        for row in rows:
            if row[1] == slug:
                return row
        raise Http404("No such set on this document.")
    mine = [row for row in rows if row[len(_SET)]]
    return next(iter(mine or rows), None)
