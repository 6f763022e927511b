"""Annotations and replies. Offsets are code points of the edition's canonical text."""

from __future__ import annotations

import uuid
from typing import Any

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.urls import reverse

from annotations.models.codebook import Theme
from annotations.models.promised import Audience, Promised, Sharing
from annotations.models.sets import AnnotationSet, Naming, sets_seen_by
from annotations.models.visibility import Scope, anywhere, replies_anywhere, within
from annotations.viewers import Viewer
from archive.models import Edition


class Anchor(models.TextChoices):
    """Whether a passage was surely found again in its document's latest edition."""

    SURE = "", "sure"
    REVIEW = "review", "needs review"
    ORPHAN = "orphan", "orphaned"


class AnnotationQuerySet(models.QuerySet["Annotation"]):
    def alive(self) -> AnnotationQuerySet:
        return self.filter(deleted_at__isnull=True)

    def shown_in_set(self, viewer: Viewer) -> AnnotationQuerySet:
        """What the viewer sees inside sets that she has been found to see."""
        return self.alive().filter(anywhere(viewer.user_id or 0))

    def within(self, scope: Scope, viewer: Viewer) -> AnnotationQuerySet:
        """The same in one set and on one document, of which the scope is known."""
        return self.alive().filter(within(scope, viewer.user_id or 0))

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


class Question(models.TextChoices):
    NONE = "", "no question"
    OPEN = "open", "a question"
    ANSWERED = "answered", "an answered question"


class Annotation(Promised):
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
    question = models.CharField(
        max_length=8, choices=Question.choices, blank=True, default=Question.NONE
    )
    # A thread that an editor has locked takes no more replies.
    locked_at = models.DateTimeField(null=True, blank=True)
    # Counts every change to the annotation and its replies: its kept card is keyed by it.
    version = models.PositiveIntegerField(default=1)
    created = models.DateTimeField()
    modified = models.DateTimeField()
    deleted_at = models.DateTimeField(null=True, blank=True)
    # Whether the annotations of the others have just opened for its author; not a column.
    opens = False
    # Whether it was there already when it was sent for the second time; not a column.
    already = False
    # The row of history of its last change in this process, by which it is taken back.
    logged: Any = None

    objects = AnnotationQuerySet.as_manager()

    class Meta:
        ordering = ["edition", "start", "-end", "pk"]
        indexes = [
            # Holds all that the reader needs to lay thousands of annotations over a text, in the
            # order of the text: the query is answered from the index alone.
            models.Index(
                fields=["annotation_set", "edition", "start", "-end", "id"]
                + ["author", "theme_ids", "version", "visibility", "deleted_at"]
                + ["audience", "naming", "group", "hidden_at", "created"],
                name="annotation_place",
            ),
            # What somebody wrote over all sets, the latest first.
            models.Index(fields=["author", "-created", "-id"], name="annotation_latest"),
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
            models.CheckConstraint(
                condition=Q(question__in=Question.values), name="annotation_question_known"
            ),
            models.CheckConstraint(
                condition=Q(audience__in=Audience.values, naming__in=Naming.values),
                name="annotation_promise_known",
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
    theme = models.ForeignKey(
        Theme, on_delete=models.PROTECT, related_name="annotation_themes", db_index=False
    )
    # The number of the theme's meaning (``Theme.defined``) under which it was coded, or looked at.
    defined = models.PositiveIntegerField(default=1)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["annotation", "theme"], name="theme_once_an_annotation")
        ]
        # The annotations of a theme are had from the index alone.
        indexes = [models.Index(fields=["theme", "annotation"], name="annotations_of_theme")]

    def __str__(self) -> str:
        return f"theme {self.theme_id} of annotation {self.annotation_id}"


class ReplyQuerySet(models.QuerySet["Reply"]):
    def alive(self) -> ReplyQuerySet:
        return self.filter(deleted_at__isnull=True)

    def visible_to(self, viewer: Viewer) -> ReplyQuerySet:
        """Those that reach the viewer, of annotations that she sees."""
        seen = Annotation.objects.order_by().visible_to(viewer)
        return self.alive().filter(replies_anywhere(viewer.user_id or 0), annotation__in=seen)

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


class Reply(Promised):
    """An answer under an annotation."""

    uuid = models.UUIDField(unique=True, default=uuid.uuid4, editable=False)
    annotation = models.ForeignKey(Annotation, on_delete=models.CASCADE, related_name="replies")
    author = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="replies"
    )
    note = models.TextField()
    note_html = models.TextField(editable=False)
    # Private: between the author of the annotation and the editors.
    visibility = models.CharField(max_length=10, choices=Sharing.choices, default=Sharing.SHARED)
    created = models.DateTimeField()
    modified = models.DateTimeField()
    deleted_at = models.DateTimeField(null=True, blank=True)
    # Whether it was there already when it was sent for the second time; not a column.
    already = False

    objects = ReplyQuerySet.as_manager()

    class Meta:
        ordering = ["annotation", "created", "pk"]
        indexes = [
            # What somebody answered over all sets, the latest first.
            models.Index(fields=["author", "-created", "-id"], name="reply_latest"),
        ]
        constraints = [
            models.CheckConstraint(condition=~Q(note=""), name="reply_not_empty"),
            models.CheckConstraint(
                condition=Q(visibility__in=Sharing.values), name="reply_visibility_known"
            ),
            models.CheckConstraint(
                condition=Q(audience__in=Audience.values, naming__in=Naming.values),
                name="reply_promise_known",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.uuid}: {self.note[:60]}"

    @property
    def in_set(self) -> AnnotationSet:
        return self.annotation.annotation_set
