"""Who is in a set, as far as somebody may know it: names, pseudonyms, or only how many."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from django.core.paginator import Page, Paginator
from django.db.models import Count, OuterRef, Q, QuerySet, Subquery

from annotations.models import (
    AnnotationSet,
    Group,
    GroupMember,
    Membership,
    Naming,
    Pseudonym,
    Role,
)
from annotations.naming import person
from annotations.permissions import may_manage

MANAGERS = (Role.OWNER, Role.EDITOR)


class Entry(NamedTuple):
    """A member as a page shows her. ``pk`` is her membership's and, like ``pseudonym`` and
    ``group``, for those alone who manage the set; ``username`` is empty where it is not told."""

    name: str
    role: str
    username: str = ""
    pk: int = 0
    pseudonym: str = ""
    group: str = ""
    you: bool = False


class Roster(NamedTuple):
    """A page of the members, how many there are, and how many of them are not called anything."""

    page: Page[Entry]
    total: int
    nameless: int


def roster(
    annotation_set: AnnotationSet,
    role: str | None,
    viewer: int | None,
    *,
    words: str = "",
    group: int | None = None,
    number: str | None = None,
    size: int = 50,
    grouped: bool = False,
) -> Roster:
    """The members for a viewer of this role, narrowed to ``words`` of what she is shown of them.

    ``group`` (0: none) narrows further for those who manage the set; ``grouped`` leaves out who can
    be in no group. Three queries at most.
    """
    members = annotation_set.memberships.all()
    if grouped:
        members = members.exclude(role__in=MANAGERS)
    total = members.count()
    if may_manage(role):
        rows = _managed(members, annotation_set, words, group)
        return Roster(_page(rows, viewer, number, size, manages=True), total, 0)
    if annotation_set.naming == Naming.NAME:
        rows = members.filter(_named(words)).select_related("user").order_by("joined", "pk")
        return Roster(_page(rows, viewer, number, size, manages=False), total, 0)
    entries = _veiled(annotation_set, viewer)
    found = [one for one in entries if _matches(words, one.name)]
    return Roster(Paginator(found, size).get_page(number), total, total - len(entries))


def _managed(
    members: QuerySet[Membership], annotation_set: AnnotationSet, words: str, group: int | None
) -> QuerySet[Membership]:
    alias = Pseudonym.objects.filter(annotation_set=annotation_set, user=OuterRef("user"))
    now_in = GroupMember.objects.current().filter(
        annotation_set=annotation_set, user=OuterRef("user")
    )
    rows = members.select_related("user").annotate(
        pseudonym=Subquery(alias.values("name")[:1]),
        group_id=Subquery(now_in.values("group")[:1]),
        group_name=Subquery(now_in.values("group__name")[:1]),
    )
    found = rows.filter(_named(words, "pseudonym"))
    if group is not None:
        found = found.filter(group_id=group) if group else found.filter(group_id__isnull=True)
    return found.order_by("joined", "pk")


def _named(words: str, *more: str) -> Q:
    """The condition that each of the words stands in one of a member's names."""
    found = Q()
    for word in words.split():
        one = Q()
        for field in ("user__username", "user__first_name", "user__last_name", *more):
            one |= Q(**{f"{field}__icontains": word})
        found &= one
    return found


def _matches(words: str, name: str) -> bool:
    return all(word.casefold() in name.casefold() for word in words.split())


def _page(
    rows: QuerySet[Membership], viewer: int | None, number: str | None, size: int, *, manages: bool
) -> Page[Entry]:
    found = Paginator(rows, size).get_page(number)
    page: Page[Entry] = found  # type: ignore[assignment]
    page.object_list = [_entry(row, viewer, manages=manages) for row in found]
    return page


def _entry(row: Membership, viewer: int | None, *, manages: bool) -> Entry:
    who = person(row.user)
    username = who.username if who.username != who.name else ""
    entry = Entry(who.name, row.role, username, you=row.user_id == viewer)
    if not manages:
        return entry
    pseudonym, group = getattr(row, "pseudonym", ""), getattr(row, "group_name", "")
    return entry._replace(pk=row.pk, pseudonym=pseudonym or "", group=group or "")


def _veiled(annotation_set: AnnotationSet, viewer: int | None) -> list[Entry]:
    """Those whom members may know of: who manages the set, by name, then the pseudonyms in an
    order that says nothing of when their owners came."""
    members = annotation_set.memberships.order_by("joined", "pk").select_related("user")
    known = [_entry(row, viewer, manages=False) for row in members.filter(role__in=MANAGERS)]
    if annotation_set.naming != Naming.PSEUDONYM:
        return known
    others = members.exclude(role__in=MANAGERS).order_by().values("user")
    aliases = annotation_set.pseudonyms.filter(user__in=others).order_by("name")
    rows = aliases.values_list("name", "user")
    return known + [Entry(name, "member", you=user == viewer) for name, user in rows]


class Reading(NamedTuple):
    """A group as its members see it."""

    name: str
    people: Sequence[Entry]
    nameless: int


def own_group(annotation_set: AnnotationSet, viewer: int) -> Reading | None:
    """The group that somebody who does not manage the set is in, and who else; three queries."""
    current = GroupMember.objects.current().filter(annotation_set=annotation_set)
    hers = current.filter(user=viewer).select_related("group").first()
    if hers is None:
        return None
    users = list(current.filter(group=hers.group_id).values_list("user", flat=True))
    if annotation_set.naming == Naming.NAME:
        rows = annotation_set.memberships.filter(user__in=users).select_related("user")
        people = [_entry(row, viewer, manages=False) for row in rows.order_by("joined", "pk")]
    elif annotation_set.naming == Naming.PSEUDONYM:
        aliases = annotation_set.pseudonyms.filter(user__in=users).order_by("name")
        named = aliases.values_list("name", "user")
        people = [Entry(name, "member", you=user == viewer) for name, user in named]
    else:
        people = []
    return Reading(hers.group.name, people, len(users) - len(people))


def groups_of(annotation_set: AnnotationSet) -> list[Group]:
    """The groups in their order, each with ``size``: how many are in it now. One query."""
    now_in = Q(group_members__left_at__isnull=True)
    return list(
        annotation_set.groups.annotate(size=Count("group_members", filter=now_in)).order_by(
            "position", "pk"
        )
    )
