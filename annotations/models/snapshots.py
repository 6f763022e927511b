"""Snapshots: a set as it was on a day, in a file that never changes, at an address that lasts."""

from __future__ import annotations

import uuid
from pathlib import Path

from django.conf import settings
from django.db import models
from django.db.models import Exists, OuterRef, Q
from django.urls import reverse

from annotations.models.sets import AnnotationSet, Membership, Role
from annotations.viewers import Viewer


class Variant(models.TextChoices):
    AS_IS = "as-is", "as it is"
    PSEUDONYMISED = "pseudonymised", "pseudonymised"


class Reach(models.TextChoices):
    """Of whose words it is made; what was promised to fewer can never be published."""

    EVERYONE = "everyone", "what may be published"
    EDITORS = "editors", "all that is shared, for the editors"


class SnapshotState(models.TextChoices):
    MAKING = "making", "being made"
    READY = "ready", "ready"
    FAILED = "failed", "failed"


class SnapshotQuerySet(models.QuerySet["Snapshot"]):
    def published(self) -> SnapshotQuerySet:
        return self.filter(published_at__isnull=False)

    def in_hand(self) -> SnapshotQuerySet:
        """Those whose files are there."""
        return self.filter(state=SnapshotState.READY, withdrawn_at__isnull=True)

    def with_managed(self, viewer: Viewer) -> SnapshotQuerySet:
        """Each with ``managed``: whether the viewer leads the set that it was made of."""
        leading = Membership.objects.filter(
            annotation_set=OuterRef("annotation_set"),
            user_id=viewer.user_id or 0,
            role__in=(Role.OWNER, Role.EDITOR),
        )
        return self.annotate(managed=Exists(leading.order_by()))

    def visible_to(self, viewer: Viewer) -> SnapshotQuerySet:
        """What is published, and for those who lead a set all of its snapshots."""
        return self.with_managed(viewer).filter(Q(published_at__isnull=False) | Q(managed=True))


class Snapshot(models.Model):
    """One frozen state of a set. Of a set that was deleted the published ones stay.

    ``naming`` is that of the set when it was made, ``held`` one mark for each annotation and reply
    in it (freezing.marks), until it is published; ``keep`` the words that look like names and were
    found to be none. ``digest`` is the SHA-256 of the file.
    """

    uuid = models.UUIDField(unique=True, default=uuid.uuid4, editable=False)
    annotation_set = models.ForeignKey(
        AnnotationSet, on_delete=models.SET_NULL, null=True, related_name="snapshots"
    )
    slug = models.SlugField(max_length=80)
    title = models.CharField(max_length=200)
    number = models.PositiveIntegerField()
    name = models.CharField(max_length=120)
    note = models.TextField(blank=True)
    variant = models.CharField(max_length=15, choices=Variant.choices, default=Variant.AS_IS)
    reach = models.CharField(max_length=10, choices=Reach.choices, default=Reach.EDITORS)
    naming = models.PositiveSmallIntegerField()
    keep = models.JSONField(default=list)
    made_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, related_name="+"
    )
    made_at = models.DateTimeField()
    state = models.CharField(
        max_length=10, choices=SnapshotState.choices, default=SnapshotState.MAKING
    )
    tries = models.PositiveSmallIntegerField(default=0)
    fault = models.TextField(blank=True)
    size = models.PositiveBigIntegerField(default=0)
    digest = models.CharField(max_length=64, blank=True, db_index=True)
    counts = models.JSONField(default=dict)
    held = models.BinaryField(default=bytes)
    published_at = models.DateTimeField(null=True, blank=True)
    withdrawn_at = models.DateTimeField(null=True, blank=True)
    withdrawn_why = models.TextField(blank=True)

    objects = SnapshotQuerySet.as_manager()

    class Meta:
        ordering = ["slug", "-number"]
        constraints = [
            models.UniqueConstraint(
                fields=["annotation_set", "number"], name="snapshot_number_unique"
            ),
            models.CheckConstraint(
                condition=Q(state__in=SnapshotState.values), name="snapshot_state_known"
            ),
            models.CheckConstraint(
                condition=Q(variant__in=Variant.values, reach__in=Reach.values),
                name="snapshot_kind_known",
            ),
            models.CheckConstraint(
                condition=~Q(state="ready") | Q(digest__gt="", size__gt=0),
                name="snapshot_ready_has_its_digest",
            ),
            models.CheckConstraint(
                condition=Q(published_at__isnull=True) | Q(state="ready", reach="everyone"),
                name="snapshot_published_as_promised",
            ),
            models.CheckConstraint(
                condition=Q(withdrawn_at__isnull=True) | Q(withdrawn_why__gt=""),
                name="snapshot_withdrawn_with_reason",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.slug}, snapshot {self.number}"

    def get_absolute_url(self) -> str:
        return reverse("annotations:snapshot", args=[self.uuid])

    @property
    def address(self) -> str:
        """The lasting one, with the site's own."""
        return f"{settings.SITE_URL}/snapshots/{self.uuid}/"

    @property
    def path(self) -> Path:
        return Path(settings.SNAPSHOTS) / f"{self.uuid}.zip"

    @property
    def part(self) -> Path:
        """What it is written to until it is whole."""
        return self.path.with_suffix(".part")

    @property
    def is_ready(self) -> bool:
        return self.state == SnapshotState.READY

    @property
    def can_be_had(self) -> bool:
        return self.is_ready and self.withdrawn_at is None

    @property
    def may_be_published(self) -> bool:
        return self.can_be_had and self.reach == Reach.EVERYONE and self.published_at is None
