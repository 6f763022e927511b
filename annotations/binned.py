"""What lies in the bin of a set: deleted, and to be brought back for some days."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from django.conf import settings
from django.contrib.auth.models import User
from django.db.models import Exists, OuterRef
from django.utils import timezone

from annotations.models import (
    Annotation,
    AnnotationSet,
    Assignment,
    History,
    Reply,
    Theme,
)
from annotations.viewers import Viewer

MOST = 200


def kept_since(now: datetime | None = None) -> datetime:
    """What was deleted before this is gone for good."""
    return (now or timezone.now()) - timedelta(days=settings.BIN_DAYS)


def binned(annotation_set: AnnotationSet, user: User) -> dict[str, Any]:
    """One's own deleted annotations and replies, the latest first: two queries."""
    late = {"deleted_at__gte": kept_since(), "author": user}
    annotations = Annotation.objects.in_set(annotation_set.pk).filter(**late).with_place()
    replies = Reply.objects.filter(annotation__annotation_set=annotation_set, **late)
    # What one answered may be gone, or be seen no more: then the answer waits for it.
    seen = Annotation.objects.order_by().shown_in_set(Viewer(user.pk))
    replies = replies.filter(annotation__in=seen).with_place()
    return {
        "annotations": [_dated(one) for one in annotations.order_by("-deleted_at", "-pk")[:MOST]],
        "replies": [_dated(one) for one in replies.order_by("-deleted_at", "-pk")[:MOST]],
    }


def binned_of_set(annotation_set: AnnotationSet) -> dict[str, Any]:
    """What editors deleted of the set itself, its themes and assignments: two queries."""
    assignments = Assignment.objects.filter(
        annotation_set=annotation_set, deleted_at__gte=kept_since()
    )
    return {
        "themes": list(deleted_themes(annotation_set)[:MOST]),
        "assignments": [_dated(one) for one in assignments.order_by("-deleted_at", "-pk")[:MOST]],
    }


def deleted_themes(annotation_set: AnnotationSet) -> Any:
    """The rows of history by which themes went that are not back, each theme's last one."""
    rows = History.objects.filter(annotation_set=annotation_set, kind="theme", action="delete")
    later = rows.filter(key=OuterRef("key"), pk__gt=OuterRef("pk")).order_by()
    there = {
        str(pk)
        for pk in Theme.objects.of_codebook(annotation_set.codebook_id).values_list("pk", flat=True)
    }
    rows = rows.filter(~Exists(later), at__gte=kept_since()).exclude(key__in=there)
    return rows.select_related("actor").order_by("-pk")


def _dated(item: Any) -> Any:
    """With the days that are left to bring it back."""
    left = item.deleted_at + timedelta(days=settings.BIN_DAYS) - timezone.now()
    item.days_left = max(0, left.days)
    return item
