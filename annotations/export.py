"""The way out of the database: sets and annotations as the plain values that formats write.

A set is read in chunks, so that memory does not grow with it, at two queries a chunk.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from functools import cache, lru_cache
from operator import attrgetter
from typing import TypeVar
from uuid import UUID

from django.conf import settings
from django.contrib.auth.models import User
from django.db.models import Max, Model, QuerySet
from django.urls import reverse

from annotations.formats.values import (
    AnnotationValue,
    DocumentValue,
    EditionValue,
    MarkValue,
    PersonValue,
    ReplyValue,
    SetValue,
    ThemeValue,
)
from annotations.models import Annotation, AnnotationSet, Reply, Sharing, Theme
from annotations.models.annotations import AnnotationQuerySet, ReplyQuerySet
from annotations.models.visibility import replies_anywhere
from annotations.naming import Names, Person
from annotations.permissions import Viewer
from annotations.rows_out import (
    Mark,
    ReplyRow,
    Row,
    marks_of,
    replies_to,
    row_of,
    rows_of,
    time_of,
    uuid_of,
)
from archive.citations import citation_of
from archive.models import Document, Edition

CHUNK = 1000
PRIVATE = Sharing.PRIVATE.value
# How many different choices of themes are kept as made.
KEPT = 4096
M = TypeVar("M", bound=Model)
_EDITIONS = Edition.objects.defer("text", "blocks", "spans", "source").select_related(
    "document__volume"
)


@dataclass(frozen=True, slots=True)
class Taker:
    """For whom a set is taken out: a viewer, or with None the operator of the server, who takes all
    that is shared. With ``names`` it names those whom the set's rules do not: for editors alone.
    With ``alone`` it takes nobody's replies but the viewer's: she sees the set no more."""

    viewer: Viewer | None = None
    names: bool = False
    alone: bool = False

    def replies(self) -> ReplyQuerySet:
        found = Reply.objects.alive().filter(hidden_at__isnull=True, visibility=Sharing.SHARED)
        if self.viewer is None:
            return found
        if self.alone:
            return found.filter(author_id=self.viewer.user_id or 0)
        return found.filter(replies_anywhere(self.viewer.user_id or 0))


OPERATOR = Taker()


def shared_of(annotation_set: AnnotationSet, taker: Taker = OPERATOR) -> AnnotationQuerySet:
    """What the taker sees in the set, without anybody's private annotations and hidden ones."""
    found = Annotation.objects.in_set(annotation_set.pk).alive()
    if taker.viewer is not None:
        found = found.shown_in_set(taker.viewer)
    return found.filter(visibility=Sharing.SHARED, hidden_at__isnull=True)


def private_of(annotation_set: AnnotationSet, viewer: Viewer) -> AnnotationQuerySet:
    """The viewer's own private annotations in the set."""
    hers = Annotation.objects.in_set(annotation_set.pk).alive()
    return hers.filter(author_id=viewer.user_id or 0, visibility=Sharing.PRIVATE)


def seen_of(annotation_set: AnnotationSet, viewer: Viewer) -> AnnotationQuerySet:
    """What the viewer, who has been found to see the set, takes out: her private ones too."""
    return shared_of(annotation_set, Taker(viewer)) | private_of(annotation_set, viewer)


def last_change(annotation_set: AnnotationSet, annotations: AnnotationQuerySet) -> datetime:
    """When the latest of these annotations of a set was changed, else when it was made. One
    query."""
    latest: datetime | None = annotations.order_by().aggregate(latest=Max("modified"))["latest"]
    return latest or annotation_set.created


def total(annotations: AnnotationQuerySet, taker: Taker = OPERATOR) -> int:
    """How many annotations and replies there are. Two queries."""
    replies = taker.replies().filter(annotation__in=annotations.order_by().values("pk"))
    return annotations.count() + replies.count()


def stream(
    annotations: AnnotationQuerySet, taker: Taker = OPERATOR, *, edition: int | None = None
) -> Iterator[AnnotationValue]:
    """The annotations as values, in the order of their documents and of the text; ``edition`` says
    that they are all on this one, and saves a query."""
    values = _Values(taker)
    for rows in rows_of(annotations, CHUNK, edition):
        yield from values.of(rows)


def marks(annotations: AnnotationQuerySet, *, edition: int | None = None) -> Iterator[MarkValue]:
    """Where the annotations stand, in the same order."""
    themes: dict[int, Theme | None] = {}

    @lru_cache(KEPT)
    def slugs(theme_ids: str) -> tuple[str, ...]:
        found = (themes[int(pk)] for pk in theme_ids.split())
        return tuple(theme.slug for theme in found if theme)

    for found in marks_of(annotations, CHUNK, edition):
        _learn_themes(themes, found)
        for start, end, theme_ids in found:
            yield MarkValue(start, end, slugs(theme_ids))


def annotation_values(
    annotations: Iterable[Annotation], taker: Taker = OPERATOR
) -> list[AnnotationValue]:
    """A few annotations, loaded ``with_place``, as values with their themes and replies."""
    found = list(annotations)
    values = _Values(taker)
    values.sets.update((one.annotation_set_id, one.annotation_set) for one in found)
    values.users.update((one.author_id, one.author) for one in found)
    values.editions.update((one.edition_id, one.edition) for one in found)
    return values.of([row_of(one) for one in found])


class _Values:
    """Makes values of rows. What many of them share is loaded when the first of them comes, and
    made once: it grows with people, themes and documents, not with annotations."""

    def __init__(self, taker: Taker) -> None:
        self._taker, self._replies = taker, taker.replies()
        self.sets: dict[int, AnnotationSet] = {}
        self.users: dict[int, User] = {}
        self.editions: dict[int, Edition] = {}
        self._themes: dict[int, Theme | None] = {}
        self._names: dict[int, Names] = {}
        self._set = cache(lambda pk: set_value(self.sets[pk]))
        self._edition = cache(lambda pk: edition_value(self.editions[pk]))
        self._document = cache(lambda pk: document_value(self.editions[pk].document))
        self._person = cache(self._called)
        self._theme = cache(self._theme_value)
        self._book = cache(self._book_of)
        self._themes_of = lru_cache(KEPT)(self._themes_named)

    def of(self, rows: list[Row]) -> list[AnnotationValue]:
        """These rows as values, in their order, with their replies."""
        answered = [row.pk for row in rows if row.answered]
        replies = list(replies_to(self._replies, answered)) if answered else []
        self._learn(rows, replies)
        answers = self._answers(rows, replies)
        return [self._annotation(row, answers.get(row.pk, ())) for row in rows]

    def _learn(self, rows: list[Row], replies: list[ReplyRow]) -> None:
        _learn(
            self.sets,
            AnnotationSet.objects.select_related("owner"),
            _keys(rows, "annotation_set_id"),
        )
        _learn(self.users, User.objects.all(), _keys([*rows, *replies], "author_id"))
        _learn(self.editions, _EDITIONS, _keys(rows, "edition_id"))
        _learn_themes(self._themes, rows)
        if new := [one for pk, one in self.sets.items() if pk not in self._names]:
            names = Names(new, [one.pk for one in new] if self._taker.names else ())
            self._names.update((one.pk, names) for one in new)

    def _called(self, annotation_set: int, author: int, naming: int) -> PersonValue:
        names = self._names[annotation_set]
        return _person_value(names.called(self.users[author], annotation_set, naming))

    def _themes_named(self, annotation_set: int, theme_ids: str) -> tuple[ThemeValue, ...]:
        found = (self._theme(annotation_set, int(pk)) for pk in theme_ids.split())
        return tuple(theme for theme in found if theme)

    def _theme_value(self, annotation_set: int, pk: int) -> ThemeValue | None:
        """A theme has its address in the set."""
        theme = self._themes[pk]
        if theme is None:
            return None
        return ThemeValue(theme.slug, theme.name, f"{self._book(annotation_set)}#{theme.slug}")

    def _book_of(self, annotation_set: int) -> str:
        slug = self.sets[annotation_set].slug
        return _absolute(reverse("annotations:codebook", args=[slug]))

    def _answers(self, rows: list[Row], replies: list[ReplyRow]) -> dict[int, list[ReplyValue]]:
        if not replies:
            return {}
        answered = {row.pk: row for row in rows}
        found: defaultdict[int, list[ReplyValue]] = defaultdict(list)
        for reply in replies:
            row, uuid = answered[reply.annotation_id], uuid_of(reply.uuid)
            value = ReplyValue(
                address=f"{_address(uuid_of(row.uuid))}#r-{uuid}",
                author=self._person(row.annotation_set_id, reply.author_id, reply.naming),
                note=reply.note,
                created=time_of(reply.created),
                modified=time_of(reply.modified),
                id=uuid,
            )
            found[row.pk].append(value)
        return found

    def _annotation(self, row: Row, replies: Iterable[ReplyValue]) -> AnnotationValue:
        # By their places: this is done for every annotation, and names take as long as the rest.
        (_, raw, annotation_set, author, naming, edition, start, end, quote, prefix, suffix) = row[
            :11
        ]
        (theme_ids, note, visibility, question, anchor, created, modified, _) = row[11:]
        uuid, at = uuid_of(raw), time_of(created)
        return AnnotationValue(
            uuid,
            _address(uuid),
            self._set(annotation_set),
            self._document(edition),
            self._edition(edition),
            start,
            end,
            quote,
            prefix,
            suffix,
            self._themes_of(annotation_set, theme_ids),
            note,
            self._person(annotation_set, author, naming),
            visibility == PRIVATE,
            at,
            at if modified == created else time_of(modified),
            tuple(replies),
            question,
            anchor,
        )


def _keys(rows: Iterable[Row | ReplyRow], name: str) -> set[int]:
    return set(map(attrgetter(name), rows))


def _learn(known: dict[int, M], found: QuerySet[M], wanted: set[int]) -> None:
    if missing := wanted - known.keys():
        known.update(found.in_bulk(missing))


def _learn_themes(known: dict[int, Theme | None], rows: Iterable[Row | Mark]) -> None:
    """Those that are no more are known as None."""
    named = {pk for ids in {row.theme_ids for row in rows} for pk in ids.split()}
    if missing := set(map(int, named)) - known.keys():
        known.update(dict.fromkeys(missing))
        known.update(Theme.objects.only("slug", "name").in_bulk(missing))


def _absolute(path: str) -> str:
    return f"{settings.SITE_URL}{path}"


@cache
def _pattern(site: str) -> tuple[str, str]:
    """What stands around the uuid in an annotation's address: reverse() costs more than all the
    rest."""
    nil = UUID(int=0)
    before, _, after = reverse("annotations:annotation", args=[nil]).partition(str(nil))
    return site + before, after


def _address(uuid: str) -> str:
    before, after = _pattern(settings.SITE_URL)
    return f"{before}{uuid}{after}"


def set_value(one: AnnotationSet) -> SetValue:
    """A set, loaded with its owner, as a value."""
    return SetValue(
        slug=one.slug,
        title=one.title,
        description=one.description,
        address=_absolute(one.get_absolute_url()),
        rights=one.rights,
        owner=_person(one.owner),
        site=settings.SITE_URL,
    )


def _person_value(person: Person) -> PersonValue:
    return PersonValue(person.username, "" if person.name == person.username else person.name)


def _person(user: User) -> PersonValue:
    return PersonValue(user.get_username(), user.get_full_name())


def document_value(document: Document) -> DocumentValue:
    """A document, loaded with its volume, as a value."""
    return DocumentValue(
        volume=document.volume.slug,
        slug=document.slug,
        number=document.number,
        title=document.title,
        address=_absolute(document.get_absolute_url()),
        public_address=document.public_url,
        kind=document.kind,
        date=document.date_text,
        since=document.date_min.isoformat() if document.date_min else "",
        until=document.date_max.isoformat() if document.date_max else "",
        place=document.place,
        licence=document.volume.licence,
        citation=citation_of(document),
    )


def edition_value(edition: Edition) -> EditionValue:
    """An edition, loaded with its document, as a value."""
    latest = edition.document.current_id in (None, edition.pk)
    return EditionValue(edition.number, edition.digest, edition.imported_at, latest)


def people(
    annotation_set: AnnotationSet, annotations: AnnotationQuerySet, taker: Taker = OPERATOR
) -> tuple[PersonValue, ...]:
    """Who wrote these annotations and their replies, as they are called there, by username.

    Three queries; of the same person there are several where promises to her differ.
    """
    replies = taker.replies().filter(annotation__in=annotations.order_by().values("pk"))
    written = {*_written_by(annotations), *_written_by(replies)}
    names = Names([annotation_set], [annotation_set.pk] if taker.names else ())
    users = User.objects.in_bulk({author for author, _ in written})
    found = {
        _person_value(names.called(users[author], annotation_set.pk, naming))
        for author, naming in written
    }
    return tuple(sorted(found, key=lambda one: (one.username, one.name)))


def _written_by(rows: AnnotationQuerySet | ReplyQuerySet) -> Iterable[tuple[int, int]]:
    return rows.order_by().values_list("author", "naming").distinct()
