"""Reports: a member tells the editors that something should not stand."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone

from annotations.models.annotations import Annotation, Reply
from annotations.models.sets import AnnotationSet


class Report(models.Model):
    """About an annotation, or about one reply to it. ``outcome`` is what an editor made of it."""

    class Outcome(models.TextChoices):
        OPEN = "", "to be looked at"
        HIDDEN = "hidden", "hidden"
        KEPT = "kept", "left as it is"

    annotation_set = models.ForeignKey(
        AnnotationSet, on_delete=models.CASCADE, related_name="reports"
    )
    annotation = models.ForeignKey(Annotation, on_delete=models.CASCADE, related_name="+")
    reply = models.ForeignKey(
        Reply, on_delete=models.CASCADE, null=True, blank=True, related_name="+"
    )
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+")
    reason = models.CharField(max_length=1000, blank=True)
    at = models.DateTimeField(default=timezone.now)
    outcome = models.CharField(max_length=8, choices=Outcome.choices, blank=True, default="")
    settled_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    settled_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["-pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(outcome__in=["", "hidden", "kept"]), name="report_outcome_known"
            ),
            models.UniqueConstraint(
                fields=["annotation", "by"],
                condition=Q(reply__isnull=True, outcome=""),
                name="annotation_reported_once",
            ),
            models.UniqueConstraint(
                fields=["reply", "by"],
                condition=Q(reply__isnull=False, outcome=""),
                name="reply_reported_once",
            ),
        ]

    def __str__(self) -> str:
        return f"report {self.pk}"
