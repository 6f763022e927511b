"""How people are called in a set, to somebody who looks: by name, by pseudonym, or not at all."""

from __future__ import annotations

from collections.abc import Iterable
from typing import NamedTuple

from django.contrib.auth.models import User

from annotations.models import Annotation, AnnotationSet, Naming, Pseudonym, Reply
from annotations.models.visibility import naming_of


class Person(NamedTuple):
    """Somebody as a page shows her; ``username`` is a pseudonym's slug where she has one."""

    pk: int
    username: str
    name: str


NOBODY = Person(0, "-", "a member")


def full_name(username: str, first: str, last: str) -> str:
    """How a person is called on a page."""
    return f"{first} {last}".strip() or username


def person(user: User) -> Person:
    """Somebody under her own name."""
    username = user.get_username()
    return Person(user.pk, username, full_name(username, user.first_name, user.last_name))


class Names:
    """The names that hold in some sets for one viewer; one query.

    ``managed`` are the sets whose editor she is: there she sees all names. Of the sets of members
    and of what is written ``author`` and ``user`` are to be loaded.
    """

    def __init__(self, sets: Iterable[AnnotationSet], managed: Iterable[int] = ()) -> None:
        seen = set(managed)
        self._naming: dict[int, int] = {
            one.pk: Naming.EDITOR if one.pk in seen else one.naming for one in sets
        }
        self._aliases: dict[tuple[int, int], Person] = {}
        veiled = [pk for pk, naming in self._naming.items() if naming != Naming.EDITOR]
        rows = Pseudonym.objects.filter(annotation_set__in=veiled).order_by()
        for pk, user, slug, name in rows.values_list("annotation_set", "user", "slug", "name"):
            self._aliases[pk, user] = Person(-user, slug, name)

    def author(self, written: Annotation | Reply, annotation_set: int) -> Person:
        """Who wrote something, as was promised to her and as the set says now."""
        return self.called(written.author, annotation_set, written.naming)

    def called(self, user: User, annotation_set: int, promised: int) -> Person:
        """How somebody is called under what she wrote, where this naming was promised to her."""
        naming = self._naming[annotation_set]
        if naming != Naming.EDITOR:
            naming = naming_of(promised, naming)
        return self._called(user, annotation_set, naming)

    def member(self, user: User, annotation_set: int, *, manages: bool) -> Person:
        """How a member is called as such; those who manage the set have their names."""
        naming = Naming.NAME if manages else self._naming[annotation_set]
        return self._called(user, annotation_set, naming)

    def _called(self, user: User, annotation_set: int, naming: int) -> Person:
        if naming >= Naming.NAME:
            return person(user)
        if naming == Naming.PSEUDONYM:
            return self._aliases.get((annotation_set, user.pk), NOBODY)
        return NOBODY
