"""Imports: what was brought in, by whom, how far it is, and what was said of it."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.urls import reverse

from archive.models.volumes import Volume


class ImportState(models.TextChoices):
    WAITING = "waiting", "waiting"
    RUNNING = "running", "running"
    DONE = "done", "done"
    FAILED = "failed", "failed"


class ImportQuerySet(models.QuerySet["Import"]):
    def done(self) -> ImportQuerySet:
        return self.filter(state=ImportState.DONE)


class Import(models.Model):
    """One file brought in, or to be brought in.

    ``digest`` is the SHA-256 of its bytes, ``reader`` the version of the importers that read it.
    ``report`` holds the slugs of documents under ``new``, ``changed``, ``remarked`` and
    ``unchanged``, the number of ``entries``, the ``notices`` as ``[message, count, line]``, and
    what was said of the annotations that followed (``followed``).
    """

    name = models.TextField()
    format = models.CharField(max_length=10, default="tei")
    size = models.PositiveBigIntegerField(default=0)
    digest = models.CharField(max_length=64, blank=True)
    reader = models.CharField(max_length=10, blank=True)
    file = models.FileField(upload_to="uploads", blank=True, max_length=300)
    volume = models.ForeignKey(
        Volume, on_delete=models.SET_NULL, null=True, blank=True, related_name="imports"
    )
    brought_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, blank=True, related_name="+"
    )
    state = models.CharField(
        max_length=10, choices=ImportState.choices, default=ImportState.WAITING
    )
    fault = models.TextField(blank=True)
    report = models.JSONField(default=dict, blank=True)
    created = models.DateTimeField(auto_now_add=True)
    finished = models.DateTimeField(null=True, blank=True)

    objects = ImportQuerySet.as_manager()

    class Meta:
        ordering = ["-pk"]
        indexes = [models.Index(fields=["digest"], name="import_digest")]
        constraints = [
            models.CheckConstraint(
                condition=Q(state__in=ImportState.values), name="import_state_known"
            )
        ]

    def __str__(self) -> str:
        return f"{self.name}: {self.state}"

    def get_absolute_url(self) -> str:
        return reverse("archive:import", args=[self.pk])
