"""What is asked of the members of a set, and what their editors say of it."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.urls import reverse
from django.utils import timezone

from annotations.models.codebook import Theme
from annotations.models.people import Group, GroupMember
from annotations.models.sets import AnnotationSet
from archive.models import Document


class AssignmentQuerySet(models.QuerySet["Assignment"]):
    def alive(self) -> AssignmentQuerySet:
        return self.filter(deleted_at__isnull=True)

    def in_order(self) -> AssignmentQuerySet:
        return self.order_by("annotation_set", "position", "pk")

    def asked_of(self, user_id: int) -> AssignmentQuerySet:
        """Those that are for everyone in their set, or for the group that somebody is in."""
        hers = GroupMember.objects.order_by().current().filter(user_id=user_id)
        return self.filter(Q(group__isnull=True) | Q(group__in=hers.values("group")))

    def with_parts(self) -> AssignmentQuerySet:
        """With set, codebook and group, documents and themes: two queries more."""
        rows = AssignmentDocument.objects.select_related("document__volume")
        return self.select_related("annotation_set__codebook", "group").prefetch_related(
            models.Prefetch("assignment_documents", rows.order_by("position", "pk")),
            models.Prefetch("themes", Theme.objects.order_by("position", "pk")),
        )


class Assignment(models.Model):
    """A task: read these documents, with this prompt, and write so much, from when to when."""

    annotation_set = models.ForeignKey(
        AnnotationSet, on_delete=models.CASCADE, related_name="assignments"
    )
    title = models.CharField(max_length=200)
    prompt = models.TextField(blank=True)
    prompt_html = models.TextField(blank=True, editable=False)
    documents: models.ManyToManyField[Any, Any] = models.ManyToManyField(
        Document, through="AssignmentDocument", related_name="+"
    )
    # What to use; none means that every theme is as good.
    themes: models.ManyToManyField[Any, Any] = models.ManyToManyField(
        Theme, blank=True, related_name="+"
    )
    # For this group alone, or for all.
    group = models.ForeignKey(
        Group, on_delete=models.PROTECT, null=True, blank=True, related_name="assignments"
    )
    # What is asked of each; zero asks for none.
    annotations = models.PositiveSmallIntegerField(default=0)
    replies = models.PositiveSmallIntegerField(default=0)
    words = models.PositiveIntegerField(default=0)
    opens_at = models.DateTimeField(null=True, blank=True)
    due_at = models.DateTimeField(null=True, blank=True)
    # What comes after ``due_at`` counts, and is shown as late.
    late_allowed = models.BooleanField(default=True)
    points = models.DecimalField(max_digits=6, decimal_places=2, null=True, blank=True)
    position = models.PositiveIntegerField(default=0)
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+"
    )
    created = models.DateTimeField(default=timezone.now)
    deleted_at = models.DateTimeField(null=True, blank=True)

    objects = AssignmentQuerySet.as_manager()

    class Meta:
        ordering = ["annotation_set", "position", "pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(opens_at__isnull=True)
                | Q(due_at__isnull=True)
                | Q(due_at__gt=F("opens_at")),
                name="assignment_ends_after_it_begins",
            ),
            models.CheckConstraint(
                condition=Q(points__isnull=True) | Q(points__gt=0),
                name="assignment_points_positive",
            ),
        ]

    def __str__(self) -> str:
        return self.title

    def has_opened(self, at: datetime) -> bool:
        return self.opens_at is None or self.opens_at <= at

    def has_ended(self, at: datetime) -> bool:
        """Whether nothing more is taken: it was due, and late work does not count."""
        return self.is_due(at) and not self.late_allowed

    def is_due(self, at: datetime) -> bool:
        return self.due_at is not None and self.due_at < at

    def get_absolute_url(self) -> str:
        return reverse("annotations:assignment", args=[self.annotation_set.slug, self.pk])


class AssignmentDocument(models.Model):
    """A document to read: whole, or a range of code points of the edition that it was chosen in."""

    assignment = models.ForeignKey(
        Assignment, on_delete=models.CASCADE, related_name="assignment_documents"
    )
    document = models.ForeignKey(Document, on_delete=models.PROTECT, related_name="+")
    position = models.PositiveIntegerField(default=0)
    edition = models.ForeignKey(
        "archive.Edition", on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    start = models.PositiveIntegerField(null=True, blank=True)
    end = models.PositiveIntegerField(null=True, blank=True)

    class Meta:
        ordering = ["assignment", "position", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["assignment", "document"], name="assignment_document_once"
            ),
            models.CheckConstraint(
                condition=Q(edition__isnull=True, start__isnull=True, end__isnull=True)
                | Q(edition__isnull=False, start__isnull=False, end__gt=F("start")),
                name="assignment_range_whole",
            ),
        ]

    def __str__(self) -> str:
        return f"document {self.document_id} of assignment {self.assignment_id}"


class Mark(models.Model):
    """What an editor says of a member's work on an assignment; she alone reads it."""

    assignment = models.ForeignKey(Assignment, on_delete=models.CASCADE, related_name="marks")
    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    points = models.DecimalField(max_digits=6, decimal_places=2, null=True, blank=True)
    comment = models.TextField(blank=True)
    comment_html = models.TextField(blank=True, editable=False)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    modified = models.DateTimeField(default=timezone.now)

    class Meta:
        ordering = ["assignment", "pk"]
        constraints = [
            models.UniqueConstraint(fields=["assignment", "user"], name="mark_once"),
            models.CheckConstraint(
                condition=Q(points__isnull=True) | Q(points__gte=0), name="mark_not_negative"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.points} for {self.user_id} on assignment {self.assignment_id}"
