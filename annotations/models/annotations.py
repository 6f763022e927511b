"""Annotations and replies. Offsets are code points of the edition's canonical text."""

from __future__ import annotations

import uuid
from typing import Any

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.urls import reverse

from annotations.models.codebook import Theme
from annotations.models.sets import AnnotationSet, sets_seen_by
from annotations.viewers import Viewer
from archive.models import Edition


class Sharing(models.TextChoices):
    PRIVATE = "private", "private: only I see it"
    SHARED = "shared", "shared with the set"


class Anchor(models.TextChoices):
    """Whether a passage was surely found again in its document's latest edition."""

    SURE = "", "sure"
    REVIEW = "review", "needs review"
    ORPHAN = "orphan", "orphaned"


def sharing_of(viewer: Viewer, prefix: str = "") -> Q:
    """The condition under which a viewer sees an annotation of a set that she sees: shared, or her
    own. ``prefix`` leads to the annotation."""
    shown = Q(**{f"{prefix}visibility": Sharing.SHARED})
    if viewer.user_id is not None:
        shown |= Q(**{f"{prefix}author_id": viewer.user_id})
    return shown


class AnnotationQuerySet(models.QuerySet["Annotation"]):
    def alive(self) -> AnnotationQuerySet:
        return self.filter(deleted_at__isnull=True)

    def shown_in_set(self, viewer: Viewer) -> AnnotationQuerySet:
        """What the viewer sees inside a set that she has been found to see: shared, and her own."""
        return self.alive().filter(sharing_of(viewer))

    def visible_to(self, viewer: Viewer) -> AnnotationQuerySet:
        return self.shown_in_set(viewer).filter(sets_seen_by(viewer, "annotation_set__"))

    def in_set(self, annotation_set_id: int) -> AnnotationQuerySet:
        return self.filter(annotation_set_id=annotation_set_id)

    def on_edition(self, edition_id: int) -> AnnotationQuerySet:
        return self.filter(edition_id=edition_id)

    def overlapping(self, start: int, end: int) -> AnnotationQuerySet:
        """Those with at least one character in ``[start, end)``."""
        return self.filter(start__lt=end, end__gt=start)

    def with_place(self) -> AnnotationQuerySet:
        """With author, set, document and volume; the edition's text stays in the database."""
        return self.select_related("author", "annotation_set", "edition__document__volume").defer(
            "edition__text", "edition__blocks", "edition__spans", "edition__source"
        )

    def in_text_order(self) -> AnnotationQuerySet:
        """In the order of the text, longer passages first, then as they were made."""
        return self.order_by("start", "-end", "pk")


class Annotation(models.Model):
    """A passage with themes and a note, by one author, in one set.

    ``quote`` always equals ``edition.text[start:end]``; ``prefix`` and ``suffix`` are up to 64
    characters on either side of it.
    """

    uuid = models.UUIDField(unique=True, default=uuid.uuid4, editable=False)
    annotation_set = models.ForeignKey(
        AnnotationSet, on_delete=models.PROTECT, related_name="annotations"
    )
    author = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="annotations"
    )
    edition = models.ForeignKey(Edition, on_delete=models.PROTECT, related_name="annotations")
    start = models.PositiveIntegerField()
    end = models.PositiveIntegerField()
    quote = models.TextField()
    prefix = models.CharField(max_length=64, blank=True)
    suffix = models.CharField(max_length=64, blank=True)
    themes: models.ManyToManyField[Any, Any] = models.ManyToManyField(
        Theme, through="AnnotationTheme", related_name="annotations"
    )
    # The ids of its themes in the codebook's order, "3 12": the reader needs them for thousands of
    # rows in one query. actions keep it equal to ``themes``; check_integrity compares the two.
    theme_ids = models.CharField(max_length=2000, blank=True)
    note = models.TextField(blank=True)
    note_html = models.TextField(blank=True, editable=False)
    visibility = models.CharField(max_length=10, choices=Sharing.choices, default=Sharing.SHARED)
    # Review: it was carried to a new edition, but somebody should look. Orphan: it was not found
    # there, and stays on the edition before. Anchoring rows say how and why.
    anchor = models.CharField(max_length=6, choices=Anchor.choices, blank=True, default=Anchor.SURE)
    # Counts every change to the annotation and its replies: its kept card is keyed by it.
    version = models.PositiveIntegerField(default=1)
    created = models.DateTimeField()
    modified = models.DateTimeField()
    deleted_at = models.DateTimeField(null=True, blank=True)

    objects = AnnotationQuerySet.as_manager()

    class Meta:
        ordering = ["edition", "start", "-end", "pk"]
        indexes = [
            # Holds all that the reader needs to lay thousands of annotations over a text, in the
            # order of the text: the query is answered from the index alone.
            models.Index(
                fields=["annotation_set", "edition", "start", "-end", "id"]
                + ["author", "theme_ids", "version", "visibility", "deleted_at"],
                name="annotation_place",
            )
        ]
        constraints = [
            models.CheckConstraint(condition=Q(end__gt=F("start")), name="passage_not_empty"),
            models.CheckConstraint(condition=~Q(quote=""), name="quote_not_empty"),
            models.CheckConstraint(
                condition=Q(visibility__in=Sharing.values), name="annotation_visibility_known"
            ),
            models.CheckConstraint(
                condition=Q(anchor__in=Anchor.values), name="annotation_anchor_known"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.uuid}: {self.quote[:60]}"

    def get_absolute_url(self) -> str:
        return reverse("annotations:annotation", args=[self.uuid])

    @property
    def in_set(self) -> AnnotationSet:
        return self.annotation_set


class AnnotationTheme(models.Model):
    annotation = models.ForeignKey(
        Annotation, on_delete=models.CASCADE, related_name="annotation_themes"
    )
    theme = models.ForeignKey(Theme, on_delete=models.PROTECT, related_name="annotation_themes")

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["annotation", "theme"], name="theme_once_an_annotation")
        ]

    def __str__(self) -> str:
        return f"theme {self.theme_id} of annotation {self.annotation_id}"


class ReplyQuerySet(models.QuerySet["Reply"]):
    def alive(self) -> ReplyQuerySet:
        return self.filter(deleted_at__isnull=True)

    def visible_to(self, viewer: Viewer) -> ReplyQuerySet:
        """A reply is seen by whoever sees the annotation that it answers."""
        return self.alive().filter(annotation__in=Annotation.objects.visible_to(viewer))

    def with_place(self) -> ReplyQuerySet:
        """With author, annotation, set, document and volume; the edition's text stays out."""
        return self.select_related(
            "author",
            "annotation__author",
            "annotation__annotation_set",
            "annotation__edition__document__volume",
        ).defer(*(f"annotation__edition__{name}" for name in ("text", "blocks", "spans", "source")))

    def in_order(self) -> ReplyQuerySet:
        return self.order_by("created", "pk")


class Reply(models.Model):
    """An answer under an annotation."""

    uuid = models.UUIDField(unique=True, default=uuid.uuid4, editable=False)
    annotation = models.ForeignKey(Annotation, on_delete=models.CASCADE, related_name="replies")
    author = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="replies"
    )
    note = models.TextField()
    note_html = models.TextField(editable=False)
    created = models.DateTimeField()
    modified = models.DateTimeField()
    deleted_at = models.DateTimeField(null=True, blank=True)

    objects = ReplyQuerySet.as_manager()

    class Meta:
        ordering = ["annotation", "created", "pk"]
        constraints = [models.CheckConstraint(condition=~Q(note=""), name="reply_not_empty")]

    def __str__(self) -> str:
        return f"{self.uuid}: {self.note[:60]}"

    @property
    def in_set(self) -> AnnotationSet:
        return self.annotation.annotation_set
