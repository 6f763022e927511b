"""The way out of the database: sets and annotations as the plain values that formats write.

A set is read in chunks, so that memory does not grow with it, at six queries a chunk.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from itertools import islice
from uuid import UUID

from django.conf import settings
from django.contrib.auth.models import User
from django.db.models import Max, Prefetch, prefetch_related_objects
from django.urls import reverse

from annotations.formats.values import (
    AnnotationValue,
    DocumentValue,
    EditionValue,
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
from archive.citations import citation_of
from archive.models import Document, Edition

CHUNK = 500
_PLACE = (
    "author",
    "annotation_set__owner",
    Prefetch(
        "edition",
        Edition.objects.defer("text", "blocks", "spans", "source").select_related(
            "document__volume"
        ),
    ),
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


def set_value(
    annotation_set: AnnotationSet, annotations: AnnotationQuerySet, taker: Taker = OPERATOR
) -> SetValue:
    """The set as a value; ``annotations`` are those that will follow. Two queries."""
    replies = taker.replies().filter(annotation__in=annotations.order_by().values("pk"))
    latest = annotations.aggregate(latest=Max("modified"))["latest"]
    total = annotations.count() + replies.count()
    return _set_value(annotation_set, latest=latest, total=total)


def stream(
    annotations: AnnotationQuerySet, taker: Taker = OPERATOR, chunk: int = CHUNK
) -> Iterator[AnnotationValue]:
    """The annotations as values, in the order of their documents and of the text."""
    rows = annotations.defer("note_html").order_by(
        "edition__document__volume__slug",
        "edition__document__position",
        "edition__number",
        "start",
        "-end",
        "pk",
    )
    remaining = rows.iterator(chunk_size=chunk)
    while found := list(islice(remaining, chunk)):
        # Not select_related: it would make each author and document anew for every row.
        prefetch_related_objects(found, *_PLACE)
        yield from annotation_values(found, taker)


def annotation_values(
    annotations: Iterable[Annotation], taker: Taker = OPERATOR
) -> list[AnnotationValue]:
    """A few annotations, loaded ``with_place``, as values with their themes and replies."""
    found = list(annotations)
    themes = _themes(found)
    shared = _Shared()
    people = _People(found, taker)
    replies = _replies(found, taker, people)
    return [_annotation(one, shared, people, themes, replies[one.pk]) for one in found]


class _People:
    """The authors in these annotations' sets as values, each once."""

    def __init__(self, annotations: list[Annotation], taker: Taker) -> None:
        sets = {a.annotation_set_id: a.annotation_set for a in annotations}
        self._names = Names(sets.values(), sets if taker.names else ())
        self._value = cache(_person_value)

    def author_of(self, written: Annotation | Reply, annotation_set: int) -> PersonValue:
        return self._value(self._names.author(written, annotation_set))


class _Shared:
    """One value for all annotations that share an edition, a document, a set."""

    def __init__(self) -> None:
        self.set = cache(_set_value)
        self.edition = cache(edition_value)
        self.document = cache(document_value)


def _absolute(path: str) -> str:
    return f"{settings.SITE_URL}{path}"


@cache
def _pattern(site: str) -> str:
    """An annotation's address with a place for its uuid: reverse() costs more than all the rest."""
    nil = UUID(int=0)
    return (site + reverse("annotations:annotation", args=[nil])).replace(str(nil), "{}")


def _address(annotation: Annotation) -> str:
    return _pattern(settings.SITE_URL).format(annotation.uuid)


def _themes(annotations: list[Annotation]) -> dict[tuple[int, int], ThemeValue]:
    """The themes of these annotations by set and theme: they have their address in the set."""
    wanted = {(a.annotation_set, int(pk)) for a in annotations for pk in a.theme_ids.split()}
    found = Theme.objects.in_bulk({pk for _, pk in wanted})
    values = {}
    for annotation_set, pk in wanted:
        if theme := found.get(pk):
            book = reverse("annotations:codebook", args=[annotation_set.slug])
            address = _absolute(f"{book}#{theme.slug}")
            values[annotation_set.pk, pk] = ThemeValue(theme.slug, theme.name, address)
    return values


def _replies(
    annotations: list[Annotation], taker: Taker, people: _People
) -> defaultdict[int, list[ReplyValue]]:
    addresses = {a.pk: _address(a) for a in annotations}
    sets = {a.pk: a.annotation_set_id for a in annotations}
    values: defaultdict[int, list[ReplyValue]] = defaultdict(list)
    rows = taker.replies().filter(annotation__in=list(addresses)).in_order()
    for reply in rows.select_related("author").defer("note_html"):
        values[reply.annotation_id].append(
            ReplyValue(
                address=f"{addresses[reply.annotation_id]}#r-{reply.uuid}",
                author=people.author_of(reply, sets[reply.annotation_id]),
                note=reply.note,
                created=reply.created,
                modified=reply.modified,
                id=str(reply.uuid),
            )
        )
    return values


def _annotation(
    a: Annotation,
    shared: _Shared,
    people: _People,
    themes: dict[tuple[int, int], ThemeValue],
    replies: list[ReplyValue],
) -> AnnotationValue:
    keys = [(a.annotation_set_id, int(pk)) for pk in a.theme_ids.split()]
    return AnnotationValue(
        id=str(a.uuid),
        address=_address(a),
        in_set=shared.set(a.annotation_set),
        document=shared.document(a.edition.document),
        edition=shared.edition(a.edition),
        start=a.start,
        end=a.end,
        quote=a.quote,
        prefix=a.prefix,
        suffix=a.suffix,
        themes=tuple(themes[key] for key in keys if key in themes),
        note=a.note,
        author=people.author_of(a, a.annotation_set_id),
        private=a.visibility == Sharing.PRIVATE,
        created=a.created,
        modified=a.modified,
        replies=tuple(replies),
        question=a.question,
        anchor=a.anchor,
    )


def _set_value(one: AnnotationSet, latest: datetime | None = None, total: int = 0) -> SetValue:
    return SetValue(
        slug=one.slug,
        title=one.title,
        description=one.description,
        address=_absolute(one.get_absolute_url()),
        rights=one.rights,
        owner=_person(one.owner),
        site=settings.SITE_URL,
        modified=latest or one.created,
        total=total,
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
