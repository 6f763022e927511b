"""Who is in a set and under what name: groups, pseudonyms, join links, those who are kept out."""

from __future__ import annotations

import secrets

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils import timezone

from annotations.models.sets import AnnotationSet, Role

# Neither vowels nor what is mistaken for another sign: a code is read out and typed on a phone.
CODE_SIGNS = "BCDFGHJKLMNPQRSTVWXZ23456789"
CODE_LENGTH = 8


def new_token() -> str:
    return secrets.token_urlsafe(16)


def new_code() -> str:
    return "".join(secrets.choice(CODE_SIGNS) for _ in range(CODE_LENGTH))


class Group(models.Model):
    """A section or reading group of a set. What a member writes in one is its own for good."""

    annotation_set = models.ForeignKey(
        AnnotationSet, on_delete=models.CASCADE, related_name="groups"
    )
    name = models.CharField(max_length=80)
    position = models.PositiveIntegerField(default=0)

    class Meta:
        ordering = ["annotation_set", "position", "pk"]
        constraints = [
            models.UniqueConstraint(fields=["annotation_set", "name"], name="group_name_unique")
        ]

    def __str__(self) -> str:
        return self.name


class GroupMemberQuerySet(models.QuerySet["GroupMember"]):
    def current(self) -> GroupMemberQuerySet:
        return self.filter(left_at__isnull=True)


class GroupMember(models.Model):
    """Somebody's time in a group: she sees what it wrote until she left it."""

    annotation_set = models.ForeignKey(AnnotationSet, on_delete=models.CASCADE, related_name="+")
    group = models.ForeignKey(Group, on_delete=models.CASCADE, related_name="group_members")
    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+")
    since = models.DateTimeField(default=timezone.now)
    left_at = models.DateTimeField(null=True, blank=True)

    objects = GroupMemberQuerySet.as_manager()

    class Meta:
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["annotation_set", "user"],
                condition=Q(left_at__isnull=True),
                name="in_one_group_at_a_time",
            )
        ]

    def __str__(self) -> str:
        return f"{self.user_id} in group {self.group_id}"


class Pseudonym(models.Model):
    """What somebody is called in a set whose members are not named; it outlives membership."""

    annotation_set = models.ForeignKey(
        AnnotationSet, on_delete=models.CASCADE, related_name="pseudonyms"
    )
    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+")
    name = models.CharField(max_length=60)
    slug = models.SlugField(max_length=60)

    class Meta:
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(fields=["annotation_set", "user"], name="pseudonym_stable"),
            models.UniqueConstraint(fields=["annotation_set", "slug"], name="pseudonym_unique"),
        ]

    def __str__(self) -> str:
        return self.name


class LinkState(models.TextChoices):
    OPEN = "open", "lets people in"
    REVOKED = "revoked", "revoked"
    ENDED = "ended", "over"
    FULL = "full", "used up"


class JoinLinkQuerySet(models.QuerySet["JoinLink"]):
    def alive(self) -> JoinLinkQuerySet:
        """Those that still let somebody in: not revoked, not over, not used up."""
        in_time = Q(ends_at__isnull=True) | Q(ends_at__gt=timezone.now())
        room = Q(limit__isnull=True) | Q(uses__lt=F("limit"))
        return self.filter(in_time & room, revoked_at__isnull=True)


class JoinLink(models.Model):
    """A way into a set, as an address (``token``) and as a short ``code`` to type."""

    annotation_set = models.ForeignKey(
        AnnotationSet, on_delete=models.CASCADE, related_name="join_links"
    )
    token = models.CharField(max_length=40, unique=True, default=new_token)
    code = models.CharField(max_length=12, unique=True, default=new_code)
    role = models.CharField(max_length=10, choices=Role.choices, default=Role.ANNOTATOR)
    group = models.ForeignKey(
        Group, on_delete=models.SET_NULL, null=True, blank=True, related_name="+"
    )
    # Whether whoever has no account here gets one by a name and a password alone.
    without_mail = models.BooleanField(default=True)
    ends_at = models.DateTimeField(null=True, blank=True)
    limit = models.PositiveIntegerField(null=True, blank=True)
    uses = models.PositiveIntegerField(default=0)
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+"
    )
    created = models.DateTimeField(default=timezone.now)
    revoked_at = models.DateTimeField(null=True, blank=True)

    objects = JoinLinkQuerySet.as_manager()

    class Meta:
        ordering = ["pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(role__in=[Role.EDITOR, Role.ANNOTATOR, Role.READER]),
                name="join_role_known",
            ),
            models.CheckConstraint(
                condition=Q(limit__isnull=True) | Q(uses__lte=F("limit")), name="join_within_limit"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.code} into {self.annotation_set_id} as {self.role}"

    @property
    def state(self) -> LinkState:
        """Whether it lets somebody in now; if not, the first reason why."""
        if self.revoked_at is not None:
            return LinkState.REVOKED
        if self.ends_at is not None and self.ends_at <= timezone.now():
            return LinkState.ENDED
        if self.limit is not None and self.uses >= self.limit:
            return LinkState.FULL
        return LinkState.OPEN


class Block(models.Model):
    """Somebody who was put out of a set and may not come back by a link."""

    annotation_set = models.ForeignKey(
        AnnotationSet, on_delete=models.CASCADE, related_name="blocks"
    )
    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+")
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField(default=timezone.now)

    class Meta:
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(fields=["annotation_set", "user"], name="blocked_once")
        ]

    def __str__(self) -> str:
        return f"{self.user_id} kept out of {self.annotation_set_id}"
