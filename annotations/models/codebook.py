"""A codebook: a tree of themes, each defined so that two people would use it alike."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils import timezone


class Colour(models.IntegerChoices):
    """Eight hues that colour-blind readers can tell apart; the stylesheet holds their values."""

    BLUE = 1, "blue"
    ORANGE = 2, "orange"
    GREEN = 3, "green"
    PURPLE = 4, "purple"
    OCHRE = 5, "ochre"
    CRIMSON = 6, "crimson"
    TEAL = 7, "teal"
    SLATE = 8, "slate"


class Line(models.IntegerChoices):
    """The form of a theme's underline: its second sign beside the colour."""

    SOLID = 1, "solid"
    DASHED = 2, "dashed"
    DOTTED = 3, "dotted"
    DOUBLE = 4, "double"
    WAVY = 5, "wavy"


class Codebook(models.Model):
    title = models.CharField(max_length=200)
    description = models.TextField(blank=True)
    # Counts every change: caches and exports name it.
    revision = models.PositiveIntegerField(default=1)
    created = models.DateTimeField(auto_now_add=True)

    def __str__(self) -> str:
        return self.title


class ThemeQuerySet(models.QuerySet["Theme"]):
    def of_codebook(self, codebook_id: int) -> ThemeQuerySet:
        """A codebook's themes in the order of the tree, read from top to bottom."""
        return self.filter(codebook_id=codebook_id).order_by("position", "pk")

    def in_use(self) -> ThemeQuerySet:
        """Those that are offered for tagging: not retired."""
        return self.filter(retired_at__isnull=True)


class Theme(models.Model):
    codebook = models.ForeignKey(Codebook, on_delete=models.CASCADE, related_name="themes")
    parent = models.ForeignKey(
        "self", on_delete=models.PROTECT, null=True, blank=True, related_name="children"
    )
    slug = models.SlugField(max_length=80)
    name = models.CharField(max_length=80)
    definition = models.TextField(blank=True)
    use_when = models.TextField("when to use", blank=True)
    not_when = models.TextField("when not to use", blank=True)
    example = models.TextField(blank=True)
    colour = models.PositiveSmallIntegerField(choices=Colour.choices, default=Colour.BLUE)
    line = models.PositiveSmallIntegerField(choices=Line.choices, default=Line.SOLID)
    # The place in the whole tree, read from top to bottom.
    position = models.PositiveIntegerField(default=0)
    # Counts its meanings: passages that were coded under a smaller number are to be looked at.
    defined = models.PositiveIntegerField(default=1)
    # A retired theme is offered no more, and stays where it stands.
    retired_at = models.DateTimeField(null=True, blank=True)
    merged_into = models.ForeignKey(
        "self", on_delete=models.SET_NULL, null=True, blank=True, related_name="merged"
    )

    objects = ThemeQuerySet.as_manager()

    class Meta:
        ordering = ["codebook", "position"]
        constraints = [
            models.UniqueConstraint(fields=["codebook", "slug"], name="theme_slug_unique"),
            models.CheckConstraint(condition=~Q(parent=F("id")), name="theme_not_its_own_parent"),
            models.CheckConstraint(
                condition=Q(colour__in=Colour.values), name="theme_colour_of_palette"
            ),
            models.CheckConstraint(condition=Q(line__in=Line.values), name="theme_line_known"),
            models.CheckConstraint(
                condition=~Q(merged_into=F("id")), name="theme_not_merged_into_itself"
            ),
            models.CheckConstraint(
                condition=Q(merged_into__isnull=True) | Q(retired_at__isnull=False),
                name="theme_merged_is_retired",
            ),
        ]

    def __str__(self) -> str:
        return self.name


class CodebookVersion(models.Model):
    """What one change did to a codebook: its state at any number can be had by walking back.

    ``changes``: theme (its key as text) → column → ``[before, after]``; for a theme that was made
    or deleted by it all its columns, with None on the side where it was not there. ``order``: the
    themes (keys) in the order of the tree before and after, where that changed; and which one was
    ``moved``.
    """

    codebook = models.ForeignKey(Codebook, on_delete=models.CASCADE, related_name="versions")
    # The codebook's revision that the change made.
    number = models.PositiveIntegerField()
    at = models.DateTimeField(default=timezone.now)
    actor = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    action = models.CharField(max_length=20)
    why = models.TextField(blank=True)
    changes = models.JSONField(default=dict)
    order = models.JSONField(default=dict, blank=True)

    class Meta:
        ordering = ["codebook", "-number"]
        constraints = [
            models.UniqueConstraint(fields=["codebook", "number"], name="codebook_version_once")
        ]

    def __str__(self) -> str:
        return f"version {self.number} of codebook {self.codebook_id}"
