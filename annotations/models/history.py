"""Who changed what, and when: one row for every change, written in the change's transaction."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.utils import timezone

from annotations.models.sets import AnnotationSet, SetDocument


class History(models.Model):
    at = models.DateTimeField(default=timezone.now)
    actor = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
    )
    annotation_set = models.ForeignKey(
        AnnotationSet, on_delete=models.CASCADE, null=True, blank=True, related_name="history"
    )
    # What was changed: its model's name in lower case and its uuid or primary key.
    kind = models.CharField(max_length=30)
    key = models.CharField(max_length=40)
    action = models.CharField(max_length=20)
    # The state after the change, as plain JSON values.
    state = models.JSONField(default=dict)
    # Where it can be seen in the reader, and the revision of that place which it made. Those who
    # read there are told of what came after the revision of their page.
    place = models.ForeignKey(
        SetDocument,
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        related_name="+",
        db_index=False,
    )
    revision = models.PositiveIntegerField(null=True, blank=True)

    class Meta:
        ordering = ["pk"]
        verbose_name_plural = "history"
        indexes = [
            models.Index(fields=["kind", "key"], name="history_of"),
            models.Index(fields=["place", "revision"], name="history_at"),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.key}: {self.action}"
