"""The list of a set's annotations: what of it somebody sees, narrowed, counted, page by page.

A page is found by where the last one ended (a cursor), so the last costs what the first does.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import cached_property
from typing import Any, NamedTuple

from django.contrib.auth.models import User
from django.db.models import (
    Case,
    Count,
    F,
    IntegerField,
    OuterRef,
    Q,
    Subquery,
    Sum,
    Value,
    When,
)
from django.db.models.functions import Coalesce

from annotations.days import Days, zone_of
from annotations.filters import NONE, Asked
from annotations.models import (
    Anchor,
    Annotation,
    AnnotationSet,
    AnnotationTheme,
    GroupMember,
    Progress,
    Reply,
    Rule,
    SetDocument,
)
from annotations.models.annotations import AnnotationQuerySet
from annotations.models.visibility import replies_within, scope_of, within
from annotations.naming import NOBODY, Names
from annotations.palettes import palette_of
from annotations.permissions import may_manage
from annotations.viewers import Viewer
from archive.kept import Kept
from archive.models import Document, Edition

# Up to here matches are counted one by one; beyond, "more than" is said.
CAP = 10_000
# So few matches are named one by one where their page is looked for.
FEW = 2_000
EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
TICK = timedelta(microseconds=1)
LAST = 2**31 - 1
# So many documents are looked through first, and then so many, before all are.
WALKS = (4, 40)
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


def asked_for(sight: Sight, asked: Asked) -> AnnotationQuerySet:
    """What the viewer sees of the set and is asked for; up to five queries to know what is meant,
    none without filters."""
    rows = sight.rows()
    for condition in _conditions(sight, asked):
        rows = rows.filter(condition)
    return rows


def _conditions(sight: Sight, asked: Asked) -> list[Q]:
    found = [*_plain(asked), *_dated(asked)]
    if asked.theme:
        found.append(_themed(sight.annotation_set, asked))
    if asked.author:
        wanted = [one for key, one in sight.authors.items() if key in asked.author]
        found.append(_any(one.condition for one in wanted))
    if asked.group:
        found.append(_grouped(sight, asked.group))
    if asked.document:
        found.append(_on_document(asked.document))
    if asked.mine:
        found.append(Q(author=sight.viewer.user_id or 0))
    if asked.state == "before":
        found.append(coded_before(sight.annotation_set))
    if asked.replies:
        answered = Q(pk__in=Reply.objects.order_by().filter(sight.replies()).values("annotation"))
        found.append(answered if asked.replies == "some" else ~answered)
    return found + [Q(quote__icontains=one) | Q(note__icontains=one) for one in asked.words]


def _any(conditions: Iterable[Q]) -> Q:
    found = Q(pk__in=())
    for one in conditions:
        found |= one
    return found


def _plain(asked: Asked) -> list[Q]:
    found = []
    if asked.question:
        found.append(Q(question=asked.question))
    if asked.sharing:
        found.append(Q(visibility=asked.sharing))
    if asked.state == "hidden":
        found.append(Q(hidden_at__isnull=False))
    if asked.state == "review":
        found.append(Q(anchor__in=(Anchor.REVIEW, Anchor.ORPHAN)))
    return found


def _dated(asked: Asked) -> list[Q]:
    since, before = Days(*asked.days).moments(zone_of(asked.zone))
    found = [] if since is None else [Q(created__gte=since)]
    return found if before is None else [*found, Q(created__lt=before)]


def _themed(annotation_set: AnnotationSet, asked: Asked) -> Q:
    codebook = annotation_set.codebook
    themes = palette_of(codebook.pk, codebook.revision).themes
    keys = {theme.slug: theme.pk for theme in themes}
    conditions = []
    for slug in asked.theme:
        if slug == NONE:
            conditions.append(Q(theme_ids=""))
            continue
        family = [theme.pk for theme in themes if keys.get(slug) in theme.lineage]
        links = AnnotationTheme.objects.order_by().filter(theme__in=family)
        conditions.append(Q(pk__in=links.values("annotation")) if family else Q(pk__in=()))
    if asked.match != "all":
        return _any(conditions)
    found = Q()
    for one in conditions:
        found &= one
    return found


def _grouped(sight: Sight, group: str) -> Q:
    """What was written in a group. For those who know who is in which, also what her members wrote
    in none."""
    known = group.isascii() and group.isdigit() and len(group) < 10
    here = Q(group=int(group)) if known else Q(group__isnull=True)
    if not known and group != NONE:
        return Q(pk__in=())
    if not sight.manages:
        return here
    members = GroupMember.objects.current().order_by().filter(annotation_set=sight.annotation_set)
    if not known:
        return here & ~Q(author__in=members.values("user"))
    hers = members.filter(group=int(group)).values("user")
    return here | Q(group__isnull=True, author__in=hers)


def _on_document(address: str) -> Q:
    volume, _, slug = address.partition("/")
    documents = Document.objects.filter(volume__slug=volume, slug=slug)
    pk = documents.values_list("pk", flat=True).first()
    return Q(edition__document=pk) if pk else Q(pk__in=())


def coded_before(annotation_set: AnnotationSet) -> Q:
    """The condition for annotations with a theme whose meaning has changed since."""
    links = AnnotationTheme.objects.order_by().filter(
        theme__codebook=annotation_set.codebook_id, defined__lt=F("theme__defined")
    )
    return Q(pk__in=links.values("annotation"))


class Total(NamedTuple):
    """How many match: exactly, or (``more``) more than so many."""

    number: int
    more: bool = False


class Listed(NamedTuple):
    """A page: the keys of its annotations in order, where the next one begins ("": there is none),
    and how many match in all."""

    pks: list[int]
    further: str
    total: Total


def page_of(sight: Sight, asked: Asked, size: int, after: str = "") -> Listed:
    """So many of what is asked for, after a cursor: two queries more than ``asked_for``, in the
    order of the text up to five, by author four."""
    rows = asked_for(sight, asked)
    few = False
    if asked.narrowed:
        # What a filter lets through is looked for once, not for the page and for the count.
        pks = list(rows.values_list("pk", flat=True)[: CAP + 1])
        total, few = _total(len(pks)), len(pks) <= FEW
        if few:
            rows = Annotation.objects.order_by().filter(pk__in=pks)
    else:
        total = total_of(rows)
    if asked.order == "author":
        return _by_author(sight, rows, size, after)
    order = _ORDERS[asked.order]
    values = _numbers(after, len(order.columns))
    if asked.order == "text" and not few:
        found = _walked(sight, order, rows, values, size + 1)
    else:
        found = _sorted(sight, order, rows, values, size + 1)
    return _listed(found, size, total)


def _sorted(
    sight: Sight, order: Order, rows: AnnotationQuerySet, values: Sequence[int], most: int
) -> list[tuple[Any, ...]]:
    listed = order.annotated(sight, rows)
    if values:
        listed = listed.filter(_beyond(order, values))
    sorting = [f"-{name}" if down else name for name, down in order.columns]
    return list(listed.order_by(*sorting).values_list(*order.names)[:most])


def _walked(
    sight: Sight, order: Order, rows: AnnotationQuerySet, values: Sequence[int], most: int
) -> list[tuple[Any, ...]]:
    """The same in the order of the text, where there is much of it: a few documents are sorted
    before the rest is."""
    documents = sight.annotation_set.set_documents.order_by("position", "pk")
    if values:
        documents = documents.filter(position__gte=values[0])
    places = list(documents.values_list("document", "position"))
    for many in WALKS:
        first, rest = places[:many], places[many:]
        if not rest:
            break
        # All at one place, or none of them.
        first = [one for one in first if one[1] < rest[0][1]]
        editions = Edition.objects.order_by().filter(document__in=[one[0] for one in first])
        some = rows.filter(edition__in=editions.values("pk"))
        found = _sorted(sight, order, some, values, most)
        if len(found) == most:
            return found
    return _sorted(sight, order, rows, values, most)


def total_of(rows: AnnotationQuerySet) -> Total:
    """How many there are, counted up to CAP; one query."""
    return _total(rows.values("pk")[: CAP + 1].count())


def _total(number: int) -> Total:
    return Total(min(number, CAP), number > CAP)


def _listed(found: Sequence[tuple[Any, ...]], size: int, total: Total, prefix: str = "") -> Listed:
    page = found[:size]
    further = ""
    if len(found) > size:
        further = "~".join([*([prefix] if prefix else []), *map(_packed, page[-1])])
    return Listed([row[-1] for row in page], further, total)


class Order(NamedTuple):
    """The columns of an order, each with whether it goes down; the last is the primary key."""

    columns: tuple[tuple[str, bool], ...]

    @property
    def names(self) -> list[str]:
        return [name for name, _ in self.columns]

    def annotated(self, sight: Sight, rows: AnnotationQuerySet) -> AnnotationQuerySet:
        if "place" in self.names:
            rows = rows.annotate(place=_place(sight.annotation_set))
        return rows.annotate(length=F("end") - F("start")) if "length" in self.names else rows


_ORDERS = {
    # Of a document its latest edition comes first, then what was left on an earlier one.
    "text": Order(
        (("place", False), ("edition_id", True), ("start", False), ("end", True), ("pk", False))
    ),
    "newest": Order((("created", True), ("pk", True))),
    "oldest": Order((("created", False), ("pk", False))),
    "changed": Order((("modified", True), ("pk", True))),
    "length": Order((("length", True), ("pk", False))),
}


def _place(annotation_set: AnnotationSet) -> Coalesce:
    """Where a document stands in the set's list."""
    rows = SetDocument.objects.order_by().filter(
        annotation_set=annotation_set.pk, document=OuterRef("edition__document")
    )
    return Coalesce(Subquery(rows.values("position")[:1]), Value(LAST))


def _beyond(order: Order, values: Sequence[Any]) -> Q:
    """The condition for what comes after these values of the order's columns."""
    beyond, same = Q(pk__in=()), Q()
    for (name, down), value in zip(order.columns, values, strict=True):
        given = EPOCH + value * TICK if name in ("created", "modified") else value
        beyond |= same & Q(**{f"{name}__{'lt' if down else 'gt'}": given})
        same &= Q(**{name: given})
    return beyond


def _packed(value: Any) -> str:
    return str((value - EPOCH) // TICK if isinstance(value, datetime) else value)


def _numbers(cursor: str, size: int) -> list[int]:
    """The numbers of a cursor of ours; none where it is not one."""
    parts = cursor.split("~")
    if len(parts) != size or not all(_is_number(part) for part in parts):
        return []
    return [int(part) for part in parts]


def _is_number(part: str) -> bool:
    # Within the range of every column and of every date.
    return part.isascii() and part.isdigit() and int(part[:19]) < 2**57 and len(part) < 19


def _by_author(sight: Sight, rows: AnnotationQuerySet, size: int, after: str) -> Listed:
    """By the names that hold, each one's latest first: those who have none stand together, so that
    the order says nothing of who wrote what."""
    counts = rows.values_list("author", "naming").annotate(n=Count("pk"))
    numbers = {(author, naming): n for author, naming, n in counts}
    authors = list(sight.called(numbers).values())
    key, _, rest = after.partition("~")
    values = _numbers(rest, 2)
    first = _place_of(sight, authors, key) if values else 0
    wanted, many = [], 0
    for one in authors[first:]:
        # Of whom the last page ended with, all may have been shown.
        if wanted or not values:
            many += sum(numbers[user, naming] for naming in one.pairs for user in one.pairs[naming])
        wanted.append(one)
        if many > size:
            break
    total = sum(numbers.values())
    if not wanted:
        return Listed([], "", Total(total))
    rank = Case(
        *(When(one.condition, then=Value(at)) for at, one in enumerate(wanted)),
        default=Value(len(wanted)),
        output_field=IntegerField(),
    )
    listed = rows.filter(_any(one.condition for one in wanted)).annotate(rank=rank)
    if values and wanted[0].key == key:
        shown = _beyond(_ORDERS["newest"], values)
        listed = listed.filter(Q(rank__gt=0) | shown)
    found = listed.order_by("rank", "-created", "-pk").values_list("rank", "created", "pk")
    page = list(found[: size + 1])
    last = wanted[page[size - 1][0]].key if len(page) > size else ""
    return _listed([row[1:] for row in page], size, Total(total), last)


def _place_of(sight: Sight, authors: Sequence[Author], key: str) -> int:
    """The place of the author of this key, or of who comes next where she is no more."""
    known = sight.authors.get(key)
    if known is None:
        return next((at for at, one in enumerate(authors) if one.key == key), 0)
    return next((at for at, one in enumerate(authors) if one.rank >= known.rank), len(authors))
