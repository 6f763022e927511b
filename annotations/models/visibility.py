"""Who sees what was written in a set, and under what name: the one place that says so.

What is written keeps the promise that was made when it was written (``Promised``): a set's rules
may show less of it later, never more. Only its author can widen it.
"""

from __future__ import annotations

from typing import NamedTuple

from django.db.models import Exists, OuterRef, Q

from annotations.models.people import GroupMember
from annotations.models.progress import Progress
from annotations.models.promised import Audience, Sharing
from annotations.models.sets import AnnotationSet, Membership, Naming, Role, Rule, Visibility


class Promise(NamedTuple):
    """What is promised to somebody who writes in a set now."""

    audience: int
    naming: int
    group_id: int | None


def promise_of(annotation_set: AnnotationSet, role: str | None, group_id: int | None) -> Promise:
    """The promise under the set's present rules, for somebody of this role and group."""
    audience = Audience.EVERYONE
    if annotation_set.visibility == Visibility.PRIVATE:
        audience = Audience.MEMBERS
    if role in (Role.OWNER, Role.EDITOR):
        return Promise(audience, Naming.EDITOR, None)
    if annotation_set.rule == Rule.EDITORS:
        audience = Audience.EDITORS
    group = group_id if annotation_set.groups_apart else None
    return Promise(audience, annotation_set.naming, group)


def naming_of(written: int, of_set: int) -> Naming:
    """How the author of something is called to readers who are no editors: NAME, PSEUDONYM or
    NOBODY, by what was promised and by what the set says now."""
    return Naming.NAME if written == Naming.EDITOR else Naming(min(written, of_set))


class Scope(NamedTuple):
    """What of a set, on one document, a viewer sees beside her own.

    ``all``: everything shared, as editors do. ``others``: what the other members wrote, as far as
    it was promised; else only ``taught``, what editors wrote for all to read, or nothing.
    ``member``: whether she is one; strangers see what was promised to everyone.
    """

    all: bool
    others: bool
    taught: bool
    member: bool

    @property
    def floor(self) -> int:
        return Audience.MEMBERS if self.member else Audience.EVERYONE


def scope_of(rule: str, role: str | None, opened: bool) -> Scope:
    """The scope under a set's rule, for a role, and whether the document has opened for her."""
    manages = role in (Role.OWNER, Role.EDITOR)
    member = role is not None
    others = manages or rule == Rule.OPEN or (rule == Rule.AFTER and opened and member)
    return Scope(manages, others, others or rule == Rule.EDITORS, member)


def _in_her_groups(user_id: int) -> Q:
    """What was written in no group, in hers, or in one that was hers at that time."""
    hers = GroupMember.objects.order_by().filter(user_id=user_id)
    then = hers.filter(group=OuterRef("group"), left_at__gte=OuterRef("created"))
    now = hers.current().values("group")
    return Q(group__isnull=True) | Q(group__in=now) | Q(Exists(then))


def within(scope: Scope, user_id: int, *, hidden: bool = False, unshared: bool = False) -> Q:
    """The condition for an annotation of a set and document of this scope; 0 is nobody's id.

    With ``hidden`` also what she would see if no editor had hidden it; with ``unshared`` also what
    she would see if its author shared it, as she may have done before.
    """
    own = Q(author_id=user_id)
    shared = Q() if unshared else Q(visibility=Sharing.SHARED)
    if scope.all:
        return own | shared if shared else Q()
    if not scope.taught:
        return own
    reaching = _reaching(scope, scope.others, user_id, hidden=hidden)
    return own | (shared & reaching)


def replies_within(scope: Scope, user_id: int, *, hidden: bool = False) -> Q:
    """The condition for a reply to an annotation that the viewer sees; ``hidden`` as in ``within``.

    Editors answer also those who see nobody else; a private reply is between an annotation's author
    and the editors.
    """
    if scope.all:
        return Q()
    hers = Q(visibility=Sharing.SHARED) | Q(annotation__author_id=user_id)
    return Q(author_id=user_id) | (hers & _reaching(scope, scope.others, user_id, hidden=hidden))


def plain_within(scope: Scope) -> Q:
    """The condition for a reply that all viewers of this scope see alike."""
    if scope.all:
        return Q()
    plain = Q(visibility=Sharing.SHARED, group__isnull=True)
    return plain & Q(hidden_at__isnull=True, audience__gte=scope.floor) & _by(scope.others)


def _by(others: bool) -> Q:
    return Q() if others else Q(naming=Naming.EDITOR)


def _reaching(scope: Scope, others: bool, user_id: int, *, hidden: bool = False) -> Q:
    reaches = Q(audience__gte=scope.floor)
    if not hidden:
        reaches &= Q(hidden_at__isnull=True)
    groups = _in_her_groups(user_id) if scope.member else Q(group__isnull=True)
    return reaches & groups & _by(others)


def anywhere(user_id: int) -> Q:
    """``within`` for annotations of any sets and documents, which the viewer has been found to see
    (``sets_seen_by``); the scope of each is looked up by the database."""
    memberships = Membership.objects.order_by().filter(user_id=user_id)
    member = Q(annotation_set__in=memberships.values("annotation_set"))
    managing = memberships.filter(role__in=(Role.OWNER, Role.EDITOR))
    manages = Q(annotation_set__in=managing.values("annotation_set"))
    opened = Exists(
        Progress.objects.order_by().filter(
            user_id=user_id,
            opened_at__isnull=False,
            annotation_set=OuterRef("annotation_set"),
            document=OuterRef("edition__document"),
        )
    )
    is_open = Q(annotation_set__rule=Rule.OPEN)
    taught = Q(annotation_set__rule=Rule.EDITORS, naming=Naming.EDITOR)
    after = Q(opened, annotation_set__rule=Rule.AFTER)
    inside = Q(audience__gte=Audience.MEMBERS) & member & _in_her_groups(user_id)
    outside = Q(audience=Audience.EVERYONE, group__isnull=True)
    reached = (inside & (is_open | taught | after)) | (outside & (is_open | taught))
    shared = Q(visibility=Sharing.SHARED)
    return Q(author_id=user_id) | (shared & (manages | (Q(hidden_at__isnull=True) & reached)))


def replies_anywhere(user_id: int) -> Q:
    """``replies_within`` for replies of any sets, to annotations that the viewer sees."""
    memberships = Membership.objects.order_by().filter(user_id=user_id)
    member = Q(annotation__annotation_set__in=memberships.values("annotation_set"))
    managing = memberships.filter(role__in=(Role.OWNER, Role.EDITOR))
    manages = Q(annotation__annotation_set__in=managing.values("annotation_set"))
    opened = Exists(
        Progress.objects.order_by().filter(
            user_id=user_id,
            opened_at__isnull=False,
            annotation_set=OuterRef("annotation__annotation_set"),
            document=OuterRef("annotation__edition__document"),
        )
    )
    is_open = Q(annotation__annotation_set__rule=Rule.OPEN)
    taught = Q(naming=Naming.EDITOR)
    after = Q(opened, annotation__annotation_set__rule=Rule.AFTER)
    inside = Q(audience__gte=Audience.MEMBERS) & member & _in_her_groups(user_id)
    outside = Q(audience=Audience.EVERYONE, group__isnull=True)
    reached = (inside & (is_open | taught | after)) | (outside & (is_open | taught))
    hers = Q(visibility=Sharing.SHARED) | Q(annotation__author_id=user_id)
    return Q(author_id=user_id) | manages | (hers & Q(hidden_at__isnull=True) & reached)
