"""What somebody is told: notifications, and which kinds she wants."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone

from annotations.models.annotations import Annotation, Reply
from annotations.models.assignments import Assignment
from annotations.models.sets import AnnotationSet


class Kind(models.TextChoices):
    REPLY = "reply", "a reply to what I wrote"
    MENTION = "mention", "somebody mentions me"
    ANSWER = "answer", "my question is answered"
    PRIVATE = "private", "a private answer of an editor"
    MARK = "mark", "a mark for my work"
    ASSIGNMENT = "assignment", "a new assignment"
    REPORT = "report", "something is reported in a set that I manage"
    HIDDEN = "hidden", "something of mine is hidden"


class Notification(models.Model):
    """``actor`` did something that ``user`` is told of. What it is about is looked at again when it
    is shown: one is not told of what one may no longer see."""

    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="notifications"
    )
    kind = models.CharField(max_length=12, choices=Kind.choices)
    annotation_set = models.ForeignKey(AnnotationSet, on_delete=models.CASCADE, related_name="+")
    actor = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, null=True, blank=True, related_name="+"
    )
    annotation = models.ForeignKey(
        Annotation, on_delete=models.CASCADE, null=True, blank=True, related_name="+"
    )
    reply = models.ForeignKey(
        Reply, on_delete=models.CASCADE, null=True, blank=True, related_name="+"
    )
    assignment = models.ForeignKey(
        Assignment, on_delete=models.CASCADE, null=True, blank=True, related_name="+"
    )
    at = models.DateTimeField(default=timezone.now)
    read_at = models.DateTimeField(null=True, blank=True)
    mailed_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["-pk"]
        indexes = [
            models.Index(
                fields=["user"], condition=Q(read_at__isnull=True), name="notification_unread"
            ),
        ]
        constraints = [
            models.CheckConstraint(
                condition=Q(kind__in=Kind.values), name="notification_kind_known"
            )
        ]

    def __str__(self) -> str:
        return f"{self.kind} for {self.user_id}"


class NoticeChoice(models.Model):
    """Whether somebody wants a kind inside the app, and by mail; without a row she wants both."""

    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="notice_choices"
    )
    kind = models.CharField(max_length=12, choices=Kind.choices)
    in_app = models.BooleanField(default=True)
    by_mail = models.BooleanField(default=True)

    class Meta:
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(fields=["user", "kind"], name="notice_choice_once"),
            models.CheckConstraint(condition=Q(kind__in=Kind.values), name="notice_kind_known"),
        ]

    def __str__(self) -> str:
        return f"{self.kind} for {self.user_id}"
