"""A set as somebody sees it: which annotations, which replies, and who wrote them."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property
from typing import NamedTuple

from django.contrib.auth.models import User
from django.db.models import Count, Q, Sum

from annotations.filters import NONE
from annotations.models import Annotation, AnnotationSet, GroupMember, Progress, Rule
from annotations.models.annotations import AnnotationQuerySet
from annotations.models.visibility import replies_within, scope_of, within
from annotations.naming import NOBODY, Names
from annotations.permissions import may_manage
from annotations.viewers import Viewer
from archive.kept import Kept

Pairs = dict[int, set[int]]
# Who wrote what somebody sees in a set, and under which promise: by all that changes it.
_pairs: Kept[frozenset[tuple[int, int]]] = Kept(500)


@dataclass(frozen=True)
class Sight:
    """A set as one viewer sees it: ``role`` is hers in it, None for a mere visitor."""

    annotation_set: AnnotationSet
    viewer: Viewer
    role: str | None

    @property
    def manages(self) -> bool:
        return may_manage(self.role)

    @cached_property
    def _opened(self) -> list[int] | None:
        """The documents that have opened for her, where that matters; else None. One query."""
        if self.annotation_set.rule != Rule.AFTER or self.role is None or self.manages:
            return None
        rows = Progress.objects.order_by().filter(
            annotation_set=self.annotation_set, user=self.viewer.user_id, opened_at__isnull=False
        )
        return list(rows.values_list("document", flat=True))

    def rows(self) -> AnnotationQuerySet:
        """The annotations of the set that she sees."""
        everything = Annotation.objects.in_set(self.annotation_set.pk).order_by()
        rule, user = self.annotation_set.rule, self.viewer.user_id or 0
        closed = scope_of(rule, self.role, False)
        if not self._opened:
            return everything.within(closed, self.viewer)
        there = Q(edition__document__in=self._opened)
        opened = within(scope_of(rule, self.role, True), user)
        return everything.alive().filter((there & opened) | within(closed, user))

    def replies(self) -> Q:
        """The condition for the replies that reach her, to annotations that she sees."""
        rule, user = self.annotation_set.rule, self.viewer.user_id or 0
        reach = replies_within(scope_of(rule, self.role, False), user)
        if self._opened:
            there = Q(annotation__edition__document__in=self._opened)
            reach |= there & replies_within(scope_of(rule, self.role, True), user)
        return reach & Q(deleted_at__isnull=True)

    @cached_property
    def names(self) -> Names:
        """How people are called to her here; one query."""
        one = self.annotation_set
        return Names([one], [one.pk] if self.manages else ())

    @cached_property
    def authors(self) -> dict[str, Author]:
        """Who wrote what she sees, by the names that hold for her: five queries."""
        return self.called(_pairs.made(self._revision, self._pairs))

    @property
    def _revision(self) -> tuple[object, ...]:
        """What the annotations that she sees depend on; two queries."""
        one, user = self.annotation_set, self.viewer.user_id
        revisions = one.set_documents.aggregate(sum=Sum("revision"), many=Count("pk"))
        groups = GroupMember.objects.filter(annotation_set=one, user=user or 0).order_by("pk")
        hers = (*(self._opened or ()), *groups.values_list("group", "left_at"))
        return (one.pk, *revisions.values(), one.rule, self.role, user, *hers)

    def _pairs(self) -> frozenset[tuple[int, int]]:
        return frozenset(self.rows().values_list("author", "naming").distinct())

    def called(self, pairs: Iterable[tuple[int, int]]) -> dict[str, Author]:
        """Authors (key, and the naming they were promised) by the names that hold."""
        given = set(pairs)
        users = User.objects.in_bulk({user for user, _ in given})
        found: dict[str, Author] = {}
        for user, naming in given:
            written = Annotation(author=users[user], naming=naming)
            person = self.names.author(written, self.annotation_set.pk)
            key = NONE if person is NOBODY else person.username
            one = found.setdefault(key, Author(key, person.name, {}))
            one.pairs.setdefault(naming, set()).add(user)
        return dict(sorted(found.items(), key=lambda item: item[1].rank))


class Author(NamedTuple):
    """Somebody under the name that holds; ``pairs``: promised naming → the accounts behind it."""

    key: str
    name: str
    pairs: Pairs

    @property
    def rank(self) -> tuple[bool, str, str]:
        return self.key == NONE, self.name.casefold(), self.key

    @property
    def condition(self) -> Q:
        wrote = Q(pk__in=())
        for naming, users in self.pairs.items():
            wrote |= Q(naming=naming, author__in=sorted(users))
        return wrote
