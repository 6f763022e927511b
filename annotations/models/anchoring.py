"""What became of annotations when their document got a new edition: how each was found again."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import F, Q

from annotations.anchoring import Method, Verdict
from annotations.models.annotations import Anchor, Annotation
from annotations.viewers import Viewer
from archive.models import Edition, Import

METHODS = [
    (Method.UNCHANGED.value, "unchanged"),
    (Method.DIFF.value, "by comparing the texts"),
    (Method.SEARCH.value, "by a search for its words"),
    (Method.NONE.value, "not found"),
    (Method.HAND.value, "by hand"),
]
VERDICTS = [
    (Verdict.SURE.value, "sure"),
    (Verdict.REVIEW.value, "needs review"),
    (Verdict.ORPHAN.value, "orphaned"),
]
_ORPHAN = Verdict.ORPHAN.value


class AnchoringQuerySet(models.QuerySet["Anchoring"]):
    def latest_ones(self) -> AnchoringQuerySet:
        """Of each annotation only what was last said of its place."""
        return self.filter(latest=True)

    def waiting(self) -> AnchoringQuerySet:
        """Those that somebody has still to look at."""
        return self.latest_ones().exclude(annotation__anchor=Anchor.SURE)

    def shown_in_set(self, annotation_set_id: int, viewer: Viewer) -> AnchoringQuerySet:
        """Of living annotations that the viewer sees in a set that she has been found to see."""
        return self.filter(
            annotation__in=Annotation.objects.order_by()
            .in_set(annotation_set_id)
            .shown_in_set(viewer)
        )

    def visible_to(self, viewer: Viewer) -> AnchoringQuerySet:
        """Of annotations that the viewer sees, in whatever set."""
        return self.filter(annotation__in=Annotation.objects.visible_to(viewer))

    def with_place(self) -> AnchoringQuerySet:
        """With annotation, author, set and document; the texts stay in the database."""
        places = ("annotation__author", "annotation__annotation_set")
        heavy = ("text", "blocks", "spans", "source")
        return self.select_related(
            *places, "from_edition", "to_edition__document__volume", "decided_by"
        ).defer(*(f"{one}__{name}" for one in ("from_edition", "to_edition") for name in heavy))


class Anchoring(models.Model):
    """One annotation carried, or not, from one edition to a later one.

    ``old_start`` and ``old_end`` are code points of ``from_edition``, of which ``old_quote`` are
    the words; ``start`` and ``end`` are code points of ``to_edition``, None for an orphan.
    ``verdict`` is what was found; whether it is still open says the annotation's own ``anchor``.
    """

    annotation = models.ForeignKey(Annotation, on_delete=models.CASCADE, related_name="anchorings")
    run = models.ForeignKey(
        Import, on_delete=models.SET_NULL, null=True, blank=True, related_name="+"
    )
    from_edition = models.ForeignKey(Edition, on_delete=models.PROTECT, related_name="+")
    to_edition = models.ForeignKey(Edition, on_delete=models.PROTECT, related_name="+")
    old_start = models.PositiveIntegerField()
    old_end = models.PositiveIntegerField()
    old_quote = models.TextField()
    start = models.PositiveIntegerField(null=True, blank=True)
    end = models.PositiveIntegerField(null=True, blank=True)
    method = models.CharField(max_length=10, choices=METHODS)
    score = models.FloatField()
    verdict = models.CharField(max_length=10, choices=VERDICTS)
    # Each annotation has one row that counts; the ones before it say how it came there.
    latest = models.BooleanField(default=True)
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    decided_at = models.DateTimeField(null=True, blank=True)
    created = models.DateTimeField()

    objects = AnchoringQuerySet.as_manager()

    class Meta:
        ordering = ["pk"]
        indexes = [models.Index(fields=["run", "verdict"], name="anchoring_of_run")]
        constraints = [
            models.UniqueConstraint(
                fields=["annotation"], condition=Q(latest=True), name="anchoring_latest_once"
            ),
            models.CheckConstraint(
                condition=Q(method__in=[m for m, _ in METHODS])
                & Q(verdict__in=[v for v, _ in VERDICTS]),
                name="anchoring_known",
            ),
            models.CheckConstraint(
                condition=Q(verdict=_ORPHAN, start=None, end=None)
                | (~Q(verdict=_ORPHAN) & Q(end__gt=F("start"))),
                name="anchoring_has_place",
            ),
        ]

    def __str__(self) -> str:
        return f"annotation {self.annotation_id}: {self.method}, {self.verdict}"

    @property
    def is_open(self) -> bool:
        """Whether somebody has still to look at it; the annotation is to be loaded."""
        return self.latest and self.annotation.anchor != Anchor.SURE

    @property
    def percent(self) -> int:
        return round(self.score * 100)
