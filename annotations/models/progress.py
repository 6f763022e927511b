"""How far somebody is with a document in a set."""

from __future__ import annotations

from django.conf import settings
from django.db import models

from annotations.models.sets import AnnotationSet
from archive.models import Document


class Progress(models.Model):
    """``opened_at`` is when the annotations of the others opened for her here, under the rule
    "after one's own"; it stays, whatever becomes of the rule's numbers."""

    annotation_set = models.ForeignKey(
        AnnotationSet, on_delete=models.CASCADE, related_name="progress"
    )
    document = models.ForeignKey(Document, on_delete=models.CASCADE, related_name="+")
    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+")
    finished_at = models.DateTimeField(null=True, blank=True)
    opened_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["pk"]
        verbose_name_plural = "progress"
        constraints = [
            models.UniqueConstraint(
                fields=["annotation_set", "user", "document"], name="progress_once"
            )
        ]

    def __str__(self) -> str:
        return f"{self.user_id} with document {self.document_id} in set {self.annotation_set_id}"
