"""What somebody has in a set, and in all sets: what she wrote and what is kept about her."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from django.contrib.auth.models import User
from django.db.models import Count, Exists, OuterRef, Q

from annotations.actions.promises import narrower
from annotations.models import (
    Annotation,
    AnnotationSet,
    Audience,
    GroupMember,
    History,
    Mark,
    Membership,
    Naming,
    Notification,
    Progress,
    Promise,
    Pseudonym,
    ReadingPosition,
    Reply,
    Report,
    Sharing,
)
from annotations.models.annotations import AnnotationQuerySet, ReplyQuerySet
from annotations.positions import with_places
from annotations.viewers import Viewer


@dataclass(frozen=True, slots=True)
class Holding:
    """Somebody's part in a set. ``membership`` is None when she is no member any more."""

    user: User
    annotation_set: AnnotationSet
    membership: Membership | None

    def annotations(self) -> AnnotationQuerySet:
        """All that she wrote, in the order of documents and text; deleted ones too."""
        hers = Annotation.objects.in_set(self.annotation_set.pk).filter(author=self.user)
        return hers.order_by("edition__document", "start", "-end", "pk")

    def replies(self) -> ReplyQuerySet:
        """All that she answered, privately too; deleted ones too. ``sees`` is whether what she
        answered is in her sight now: its author may have made it private since, or she left."""
        seen = Annotation.objects.order_by().visible_to(Viewer(self.user.pk))
        hers = Reply.objects.filter(
            author=self.user, annotation__annotation_set=self.annotation_set
        )
        sees = Q(annotation__author=self.user) | Exists(seen.filter(pk=OuterRef("annotation")))
        return hers.annotate(sees=sees).order_by("created", "pk")

    def answers(self) -> ReplyQuerySet:
        """What editors answered her privately."""
        private = Reply.objects.alive().filter(
            annotation__annotation_set=self.annotation_set,
            annotation__author=self.user,
            visibility=Sharing.PRIVATE,
            hidden_at__isnull=True,
        )
        return private.exclude(author=self.user).order_by("created", "pk")

    def marks(self) -> list[Mark]:
        rows = Mark.objects.filter(user=self.user, assignment__annotation_set=self.annotation_set)
        return list(rows.select_related("assignment").order_by("assignment__position", "pk"))

    def groups(self) -> list[GroupMember]:
        rows = GroupMember.objects.filter(user=self.user, annotation_set=self.annotation_set)
        return list(rows.select_related("group").order_by("since", "pk"))

    def progress(self) -> list[Progress]:
        rows = Progress.objects.filter(user=self.user, annotation_set=self.annotation_set)
        return list(rows.select_related("document__volume").order_by("document", "pk"))

    def positions(self) -> list[ReadingPosition]:
        """Where she stopped reading."""
        rows = ReadingPosition.objects.filter(user=self.user, annotation_set=self.annotation_set)
        return list(with_places(rows))

    def pseudonym(self) -> str:
        rows = Pseudonym.objects.filter(user=self.user, annotation_set=self.annotation_set)
        return rows.values_list("name", flat=True).first() or ""

    def reports(self) -> list[Report]:
        rows = Report.objects.filter(by=self.user, annotation_set=self.annotation_set)
        return list(rows.select_related("annotation", "reply").order_by("pk"))

    def notifications(self) -> list[Notification]:
        rows = Notification.objects.filter(user=self.user, annotation_set=self.annotation_set)
        return list(rows.select_related("annotation", "assignment").order_by("pk"))

    def history(self) -> list[History]:
        """What she did in the set, of which a row is kept."""
        return list(History.objects.filter(actor=self.user, annotation_set=self.annotation_set))


def written_by(user: User, slug: str) -> Holding | None:
    """Somebody's part in the set of this name, though she may have left it; None when she has none
    there. At most four queries."""
    found = AnnotationSet.objects.select_related("owner", "codebook").filter(slug=slug).first()
    if found is None:
        return None
    membership = Membership.objects.filter(annotation_set=found, user=user).first()
    holding = Holding(user, found, membership)
    if membership or holding.annotations().exists() or holding.replies().exists():
        return holding
    return None


def all_of(user: User, sets: Iterable[AnnotationSet]) -> list[tuple[Holding, int, int]]:
    """Somebody's part in each of these sets, with how many annotations and replies of hers are
    there, deleted ones too. Three queries."""
    memberships = {one.annotation_set_id: one for one in Membership.objects.filter(user=user)}
    hers = Annotation.objects.filter(author=user).order_by()
    answered = Reply.objects.filter(author=user).order_by()
    way = "annotation__annotation_set"
    annotations = dict(hers.values_list("annotation_set").annotate(Count("pk")))
    replies = dict(answered.values_list(way).annotate(Count("pk")))
    return [
        (
            Holding(user, one, memberships.get(one.pk)),
            annotations.get(one.pk, 0),
            replies.get(one.pk, 0),
        )
        for one in sets
    ]


@dataclass(frozen=True, slots=True)
class Narrower:
    """What somebody shared under a narrower promise than the present one, and what that says."""

    count: int
    now: Promise
    group: str

    @property
    def who(self) -> str:
        """Who will see it when she releases it, under what name; a sentence's middle part."""
        readers = {
            Audience.EDITORS: "the editors of the set",
            Audience.MEMBERS: "the members of the set",
            Audience.EVERYONE: "everyone who can see the set",
        }[Audience(self.now.audience)]
        if self.group:
            readers = f"the members of {self.group} and the editors"
        named = {
            Naming.NOBODY: "without a name",
            Naming.PSEUDONYM: "under your pseudonym",
            Naming.NAME: "under your name",
            Naming.EDITOR: "under your name",
        }[Naming(self.now.naming)]
        return f"{readers}, {named}"


def narrower_of(holding: Holding) -> Narrower | None:
    """What a member could show to more readers than she was promised, by the set's rules of now;
    None when there is nothing. At most five queries."""
    if holding.membership is None:
        return None
    less, now = narrower(holding.annotation_set, holding.user)
    shared = Q(visibility=Sharing.SHARED)
    count = holding.annotations().alive().filter(less, shared).count()
    count += holding.replies().alive().filter(less, shared).count()
    if not count:
        return None
    group = ""
    if now.group_id is not None:
        group = holding.annotation_set.groups.values_list("name", flat=True).get(pk=now.group_id)
    return Narrower(count, now, group)
