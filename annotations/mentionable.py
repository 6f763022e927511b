"""Whom somebody can mention in a set, and by what: the names that hold there, and no other."""

from __future__ import annotations

from typing import NamedTuple

from django.db.models import Q

from annotations.models import (
    AnnotationSet,
    GroupMember,
    Membership,
    Naming,
    Pseudonym,
    Role,
)

MANAGING = (Role.OWNER, Role.EDITOR)


class Mentionable(NamedTuple):
    """A member: ``typed`` comes after the @, ``shown`` stands in the text, ``name`` is all that a
    list may say of her: the whole name, or the pseudonym."""

    user: int
    typed: str
    shown: str
    name: str


def mentionable(annotation_set: AnnotationSet, group: int | None) -> list[Mentionable]:
    """The members whom somebody can mention who writes in this group, or in none; two queries.

    Where the set does not name its members a student is mentioned by pseudonym alone, whoever
    writes: a user name then fits nobody, as if there were no such account. In a group one mentions
    its members and the editors.
    """
    members = Membership.objects.filter(annotation_set=annotation_set).order_by("joined", "pk")
    if group is not None:
        here = GroupMember.objects.current().filter(group=group)
        members = members.filter(Q(user__in=here.values("user")) | Q(role__in=MANAGING))
    aliases: dict[int, tuple[str, str]] = {}
    if annotation_set.naming == Naming.PSEUDONYM:
        rows = Pseudonym.objects.filter(annotation_set=annotation_set).order_by()
        aliases = {row[0]: row[1:] for row in rows.values_list("user", "slug", "name")}
    columns = ("user", "role", "user__username", "user__first_name", "user__last_name")
    found = []
    for user, role, username, first, last in members.values_list(*columns):
        if role in MANAGING or annotation_set.naming == Naming.NAME:
            found.append(Mentionable(user, username, username, f"{first} {last}".strip()))
        elif user in aliases:
            slug, name = aliases[user]
            found.append(Mentionable(user, slug, name, name))
    return found


def suggestions(
    annotation_set: AnnotationSet, group: int | None, typed: str, writer: int, most: int = 5
) -> list[Mentionable]:
    """Those of the mentionable, but for who writes, with a name that begins so; two queries."""
    start = typed.casefold().strip()
    others = [one for one in mentionable(annotation_set, group) if one.user != writer]
    found = [one for one in others if _fits(one, start)]
    return sorted(found, key=lambda one: one.typed)[:most]


def _fits(one: Mentionable, start: str) -> bool:
    words = (one.typed, one.name, *one.name.split())
    return any(word.casefold().startswith(start) for word in words)
