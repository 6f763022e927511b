"""Where somebody stopped reading. It is hers alone: nobody else is shown it, whatever her role."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import Q

from annotations.models.sets import AnnotationSet
from archive.models import Document, Edition


class ReadingPosition(models.Model):
    """How far somebody is with a document, in a set or, without one, with the document alone.

    ``offset`` is the start of the paragraph that stood at the top when she stopped; ``furthest`` is
    up to where she has ever read. Both are code points of the edition's text.
    """

    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+")
    document = models.ForeignKey(Document, on_delete=models.CASCADE, related_name="+")
    annotation_set = models.ForeignKey(
        AnnotationSet, on_delete=models.CASCADE, null=True, blank=True, related_name="+"
    )
    edition = models.ForeignKey(Edition, on_delete=models.CASCADE, related_name="+")
    offset = models.PositiveIntegerField()
    furthest = models.PositiveIntegerField()
    at = models.DateTimeField()

    class Meta:
        ordering = ["-at", "-pk"]
        indexes = [models.Index(fields=["user", "-at", "-id"], name="position_latest")]
        constraints = [
            # Two, since no value is equal to a missing one: neither database would find a second
            # row without a set to be the same.
            models.UniqueConstraint(
                fields=["user", "document", "annotation_set"],
                condition=Q(annotation_set__isnull=False),
                name="position_once_in_set",
            ),
            models.UniqueConstraint(
                fields=["user", "document"],
                condition=Q(annotation_set__isnull=True),
                name="position_once_alone",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.user_id} at {self.offset} of document {self.document_id}"


class NoPositions(models.Model):
    """Says that somebody does not want it kept where she stops reading."""

    user = models.OneToOneField(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+"
    )

    class Meta:
        ordering = ["pk"]
        verbose_name_plural = "no positions"

    def __str__(self) -> str:
        return f"nothing for {self.user_id}"
