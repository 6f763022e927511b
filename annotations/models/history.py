"""Who changed what, and when: one row for every change, written in the change's transaction.

An act on many things at once has a head row, and a row for each thing, ``part_of`` it. What its
actor takes back keeps its row, with ``undone_at``; the undoing has a row of its own.
"""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import Q
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
    # The state before the change (nothing for what was made by it) and after, plain JSON values.
    before = models.JSONField(null=True, blank=True)
    state = models.JSONField(default=dict)
    # What its actor said of it.
    why = models.TextField(blank=True)
    part_of = models.ForeignKey(
        "self",
        on_delete=models.CASCADE,
        null=True,
        blank=True,
        related_name="parts",
        db_index=False,
    )
    undoes = models.ForeignKey(
        "self",
        on_delete=models.CASCADE,
        null=True,
        blank=True,
        related_name="undoings",
        db_index=False,
    )
    undone_at = models.DateTimeField(null=True, blank=True)
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
            models.Index(
                fields=["annotation_set", "actor", "id"],
                condition=Q(part_of__isnull=True),
                name="history_acts",
            ),
            models.Index(
                fields=["part_of"], condition=Q(part_of__isnull=False), name="history_parts"
            ),
            models.Index(fields=["undoes"], condition=Q(undoes__isnull=False), name="history_undo"),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.key}: {self.action}"
