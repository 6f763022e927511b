"""A codebook: a tree of themes, each defined so that two people would use it alike."""

from __future__ import annotations

from django.db import models
from django.db.models import F, Q


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
        ]

    def __str__(self) -> str:
        return self.name
