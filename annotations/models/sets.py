"""Annotation sets: the rooms that people work in, their members and documents."""

from __future__ import annotations

import secrets
from typing import Any

from django.conf import settings
from django.db import models
from django.db.models import OuterRef, Q, Subquery, Value
from django.urls import reverse

from annotations.models.codebook import Codebook
from annotations.viewers import Viewer
from archive.models import Document


class Visibility(models.TextChoices):
    PRIVATE = "private", "private: only its members see it"
    LINK = "link", "by link: whoever has the link can read it"
    PUBLIC = "public", "public: everyone can read it"


class State(models.TextChoices):
    OPEN = "open", "open"
    CLOSED = "closed", "closed"
    FROZEN = "frozen", "frozen"


class Role(models.TextChoices):
    OWNER = "owner", "owner"
    EDITOR = "editor", "editor"
    ANNOTATOR = "annotator", "annotator"
    READER = "reader", "reader"


class Rule(models.TextChoices):
    """When a member sees what the other members write."""

    OPEN = "open", "at once"
    AFTER = "after", "after her own work on the document"
    BLIND = "blind", "when the editors open the set"
    EDITORS = "editors", "never: only the editors see it"


class Naming(models.IntegerChoices):
    """How somebody who writes is called to the others; editors see names, and are named."""

    NOBODY = 0, "not at all"
    PSEUDONYM = 1, "by a pseudonym that stays the same in the set"
    NAME = 2, "by name"
    # Of what is written, not of sets: by an editor, whose name all see.
    EDITOR = 3, "by name, as an editor"


class Leaving(models.TextChoices):
    """What becomes of the work of a member who leaves."""

    KEEP = "keep", "it stays, under the same name"
    ANONYMISE = "anonymise", "it stays, with no trace of who wrote it"
    DELETE = "delete", "it is deleted for good"
    CHOOSE = "choose", "the member chooses"


def new_link_key() -> str:
    return secrets.token_urlsafe(16)


def sets_seen_by(viewer: Viewer, prefix: str = "") -> Q:
    """The condition for a set to be visible; ``prefix`` leads from another model to the set."""
    seen = Q(**{f"{prefix}visibility": Visibility.PUBLIC})
    if viewer.link_keys:
        seen |= Q(
            **{f"{prefix}visibility": Visibility.LINK, f"{prefix}link_key__in": viewer.link_keys}
        )
    if viewer.user_id is not None:
        mine = Membership.objects.filter(user_id=viewer.user_id).values("annotation_set")
        path = f"{prefix.removesuffix('__')}__in" if prefix else "pk__in"
        seen |= Q(**{path: mine})
    return seen


class AnnotationSetQuerySet(models.QuerySet["AnnotationSet"]):
    def visible_to(self, viewer: Viewer) -> AnnotationSetQuerySet:
        return self.filter(sets_seen_by(viewer))

    def with_role(self, viewer: Viewer) -> AnnotationSetQuerySet:
        """Each set with ``role``: the viewer's role in it, or None."""
        role: Value | Subquery = Value(None, output_field=models.CharField(null=True))
        if viewer.user_id is not None:
            role = Subquery(
                Membership.objects.filter(
                    annotation_set=OuterRef("pk"), user_id=viewer.user_id
                ).values("role")[:1]
            )
        return self.annotate(role=role)

    def on_document(self, document_id: int) -> AnnotationSetQuerySet:
        """The sets that read this document."""
        return self.filter(set_documents__document_id=document_id)


class AnnotationSet(models.Model):
    slug = models.SlugField(max_length=80, unique=True)
    title = models.CharField(max_length=200)
    description = models.TextField(blank=True)
    owner = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="owned_sets"
    )
    members: models.ManyToManyField[Any, Any] = models.ManyToManyField(
        settings.AUTH_USER_MODEL, through="Membership", related_name="annotation_sets"
    )
    documents: models.ManyToManyField[Any, Any] = models.ManyToManyField(
        Document, through="SetDocument", related_name="annotation_sets"
    )
    codebook = models.ForeignKey(Codebook, on_delete=models.PROTECT, related_name="sets")
    visibility = models.CharField(
        max_length=10, choices=Visibility.choices, default=Visibility.PRIVATE
    )
    link_key = models.CharField(max_length=40, unique=True, default=new_link_key)
    state = models.CharField(max_length=10, choices=State.choices, default=State.OPEN)
    rule = models.CharField(max_length=10, choices=Rule.choices, default=Rule.OPEN)
    # Under AFTER: how many annotations of her own on a document open it; 0: that she says that she
    # has finished reading.
    after_count = models.PositiveSmallIntegerField(default=1)
    naming = models.PositiveSmallIntegerField(choices=Naming.choices, default=Naming.NAME)
    # Whether members see the work of their own group alone, or groups are mere sections.
    groups_apart = models.BooleanField(default=True)
    leaving = models.CharField(max_length=10, choices=Leaving.choices, default=Leaving.CHOOSE)
    rights = models.URLField(max_length=300, blank=True)
    created = models.DateTimeField(auto_now_add=True)

    objects = AnnotationSetQuerySet.as_manager()

    class Meta:
        ordering = ["title"]
        constraints = [
            models.CheckConstraint(
                condition=Q(visibility__in=Visibility.values), name="set_visibility_known"
            ),
            models.CheckConstraint(condition=Q(state__in=State.values), name="set_state_known"),
            models.CheckConstraint(condition=Q(rule__in=Rule.values), name="set_rule_known"),
            models.CheckConstraint(condition=Q(naming__lt=Naming.EDITOR), name="set_naming_known"),
            models.CheckConstraint(
                condition=Q(leaving__in=Leaving.values), name="set_leaving_known"
            ),
        ]

    def __str__(self) -> str:
        return self.title

    @property
    def is_open(self) -> bool:
        return self.state == State.OPEN

    def get_absolute_url(self) -> str:
        return reverse("annotations:set", args=[self.slug])


class Membership(models.Model):
    annotation_set = models.ForeignKey(
        AnnotationSet, on_delete=models.CASCADE, related_name="memberships"
    )
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="memberships"
    )
    role = models.CharField(max_length=10, choices=Role.choices, default=Role.ANNOTATOR)
    joined = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ["annotation_set", "joined"]
        constraints = [
            models.UniqueConstraint(fields=["annotation_set", "user"], name="membership_unique"),
            models.UniqueConstraint(
                fields=["annotation_set"], condition=Q(role="owner"), name="set_has_one_owner"
            ),
            models.CheckConstraint(condition=Q(role__in=Role.values), name="membership_role_known"),
        ]

    def __str__(self) -> str:
        return f"{self.user_id} is {self.role} of {self.annotation_set_id}"


class SetDocument(models.Model):
    """A document in a set. ``revision`` counts every change to its annotations there."""

    annotation_set = models.ForeignKey(
        AnnotationSet, on_delete=models.CASCADE, related_name="set_documents"
    )
    document = models.ForeignKey(Document, on_delete=models.PROTECT, related_name="set_documents")
    position = models.PositiveIntegerField(default=0)
    revision = models.PositiveIntegerField(default=1)

    class Meta:
        ordering = ["annotation_set", "position"]
        constraints = [
            models.UniqueConstraint(
                fields=["annotation_set", "document"], name="set_document_unique"
            )
        ]

    def __str__(self) -> str:
        return f"document {self.document_id} in set {self.annotation_set_id}"
