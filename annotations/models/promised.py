"""The promise that was made when something was written in a set."""

from __future__ import annotations

from django.db import models

from annotations.models.sets import Naming


class Sharing(models.TextChoices):
    PRIVATE = "private", "private: only I see it"
    SHARED = "shared", "shared with the set"


class Audience(models.IntegerChoices):
    """Who, at most, sees what was shared, as it was promised when it was written."""

    EDITORS = 0, "its author and the editors"
    MEMBERS = 1, "the members of the set"
    EVERYONE = 2, "everyone who sees the set"


class Promised(models.Model):
    """What annotations and replies have in common: who sees them and how their author is called.

    ``naming`` is a value of Naming; EDITOR marks what was written in that role, always with a name.
    ``group`` is the group in which it was written, and in which it stays.
    """

    audience = models.PositiveSmallIntegerField(
        choices=Audience.choices, default=Audience.EVERYONE, editable=False
    )
    naming = models.PositiveSmallIntegerField(
        choices=Naming.choices, default=Naming.NAME, editable=False
    )
    group = models.ForeignKey(
        "annotations.Group",
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        editable=False,
        related_name="+",
    )
    hidden_at = models.DateTimeField(null=True, blank=True, editable=False)
    hidden_reason = models.CharField(max_length=500, blank=True, editable=False)

    class Meta:
        abstract = True
