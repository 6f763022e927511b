"""What somebody did over all sets, the latest first.

A page of it is found by where the last one ended, so that the thousandth costs what the first does.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from enum import IntEnum
from typing import Any, NamedTuple, TypeVar

from django.db.models import Exists, OuterRef, Q, QuerySet
from django.utils.safestring import SafeString

from annotations.models import (
    Annotation,
    AnnotationSet,
    Progress,
    Reply,
    Sharing,
)
from annotations.models.sets import sets_seen_by
from annotations.notices import in_text
from annotations.overlays import ThemeStyle
from annotations.palettes import palette_of
from annotations.passages import shorten
from annotations.viewers import Viewer
from archive.models import Document

QUOTE = 400
MOST_WORDS = 8
# So many of somebody's annotations, and of her replies, are looked through for words at a time.
MOST_READ = 5000
QS = TypeVar("QS", bound="QuerySet[Any]")


class What(IntEnum):
    """Of things of one moment, the greater number comes first."""

    FINISHED = 1
    REPLY = 2
    ANNOTATION = 3


class Cursor(NamedTuple):
    """Where a page ended: the next one begins after this."""

    at: datetime
    what: int
    pk: int


@dataclass(frozen=True)
class Asked:
    """What is looked for: in one set (its slug), from a moment on, before a moment, with words."""

    set_slug: str = ""
    since: datetime | None = None
    before: datetime | None = None
    words: tuple[str, ...] = ()
    after: Cursor | None = None

    @property
    def narrowed(self) -> bool:
        return bool(self.set_slug or self.since or self.before or self.words)


@dataclass(frozen=True, slots=True)
class Line:
    """One thing that somebody did. ``href`` leads to its place in the text, ``page`` to its own."""

    what: What
    pk: int
    at: datetime
    annotation_set: AnnotationSet
    document: Document
    href: str
    page: str = ""
    quote: str = ""
    note: SafeString = SafeString("")
    chips: Sequence[ThemeStyle] = field(default_factory=tuple)
    private: bool = False
    hidden: bool = False
    question: str = ""

    @property
    def cursor(self) -> Cursor:
        return Cursor(self.at, self.what, self.pk)


class Page(NamedTuple):
    """Some lines, the latest first, and where to go on; None where there is nothing more."""

    lines: list[Line]
    further: Cursor | None


class _Found(NamedTuple):
    """Lines of one kind, and how far back was looked if there may be more behind that."""

    lines: list[Line]
    horizon: Cursor | None


def work_of(viewer: Viewer, asked: Asked, size: int) -> Page:
    """What somebody wrote and finished reading, the latest first, at most so many.

    Four queries, two more where words are asked for, and one for each codebook until its themes are
    kept. For words no more than MOST_READ of each kind are looked through at a time: then a page
    has fewer lines, though not all was looked at.
    """
    kinds = (_annotations, _replies, _finished)
    found = [kind(viewer, asked, size + 1) for kind in kinds]
    lines = sorted((line for one in found for line in one.lines), key=_cursor, reverse=True)
    # What lies behind the nearest horizon may be out of order: others of its time are not known.
    horizon = max((one.horizon for one in found if one.horizon), default=None)
    near = [line for line in lines if horizon is None or line.cursor >= horizon]
    if len(near) > size:
        return Page(near[:size], near[size - 1].cursor)
    return Page(near, horizon)


def _cursor(line: Line) -> Cursor:
    return line.cursor


def _annotations(viewer: Viewer, asked: Asked, most: int) -> _Found:
    mine = Annotation.objects.alive().filter(author=viewer.user_id)
    hers, floor = _narrowed(mine, "created", What.ANNOTATION, asked)
    for word in asked.words:
        hers = hers.filter(Q(quote__icontains=word) | Q(note__icontains=word))
    seen = hers.visible_to(viewer).with_place().select_related("annotation_set__codebook")
    rows = list(seen.order_by("-created", "-pk")[:most])
    last = rows[-1].pk if len(rows) == most else None
    horizon = Cursor(rows[-1].created, What.ANNOTATION, last) if last else floor
    return _Found([_annotated(row) for row in rows], horizon)


def _replies(viewer: Viewer, asked: Asked, most: int) -> _Found:
    """First hers, then those of them that she sees: asked for both at once, PostgreSQL would look
    through all annotations of the server."""
    mine = Reply.objects.alive().filter(author=viewer.user_id)
    hers, floor = _narrowed(mine, "created", What.REPLY, asked, "annotation__")
    for word in asked.words:
        hers = hers.filter(Q(annotation__quote__icontains=word) | Q(note__icontains=word))
    found = list(hers.order_by("-created", "-pk").values_list("created", "pk")[:most])
    last = found[-1] if len(found) == most else None
    horizon = Cursor(last[0], What.REPLY, last[1]) if last else floor
    if not found:
        return _Found([], horizon)
    seen = Annotation.objects.order_by().visible_to(viewer).filter(pk=OuterRef("annotation"))
    rows = Reply.objects.filter(Exists(seen), pk__in=[pk for _, pk in found]).with_place()
    return _Found([_replied(row) for row in rows], horizon)


def _finished(viewer: Viewer, asked: Asked, most: int) -> _Found:
    mine = Progress.objects.filter(
        sets_seen_by(viewer, "annotation_set__"),
        user=viewer.user_id,
        finished_at__isnull=False,
        document__current__isnull=False,
    )
    # There is one of a document at most: all can be looked through.
    hers, _ = _narrowed(mine, "finished_at", What.FINISHED, replace(asked, words=()))
    for word in asked.words:
        hers = hers.filter(document__heading__icontains=word)
    rows = hers.select_related("annotation_set", "document__volume")
    lines = [_read(row) for row in rows.order_by("-finished_at", "-pk")[:most]]
    return _Found(lines, lines[-1].cursor if len(lines) == most else None)


def _narrowed(
    rows: QS, moment: str, what: What, asked: Asked, way: str = ""
) -> tuple[QS, Cursor | None]:
    """The rows of the set and time asked for, after its cursor; where words are to be looked for in
    them, the latest MOST_READ alone, with the last of these. One query then, or none."""
    if asked.set_slug:
        rows = rows.filter(**{f"{way}annotation_set__slug": asked.set_slug})
    if asked.since is not None:
        rows = rows.filter(**{f"{moment}__gte": asked.since})
    if asked.before is not None:
        rows = rows.filter(**{f"{moment}__lt": asked.before})
    if asked.after is not None:
        rows = rows.filter(_beyond(asked.after, moment, what))
    if not asked.words:
        return rows, None
    ordered = rows.order_by(f"-{moment}", "-pk").values_list(moment, "pk")
    last = ordered[MOST_READ - 1 : MOST_READ].first()
    if last is None:
        return rows, None
    floor = Cursor(last[0], what, last[1])
    here = Q(**{f"{moment}__gt": floor.at}) | Q(**{moment: floor.at, "pk__gte": floor.pk})
    return rows.filter(here, **{f"{moment}__gte": floor.at}), floor


def _beyond(after: Cursor, moment: str, what: What) -> Q:
    """The condition for what comes after a cursor in the order of all kinds together."""
    at, before = Q(**{moment: after.at}), Q(**{f"{moment}__lt": after.at})
    if what > after.what:
        return before
    # The first part says nothing more, but lets the index find where to begin.
    here = at if what < after.what else at & Q(pk__lt=after.pk)
    return Q(**{f"{moment}__lte": after.at}) & (before | here)


def _annotated(one: Annotation) -> Line:
    room = one.annotation_set
    return Line(
        What.ANNOTATION,
        one.pk,
        one.created,
        room,
        one.edition.document,
        in_text(one, room),
        one.get_absolute_url(),
        shorten(one.quote, QUOTE),
        # Cleaned when it was written: annotations.notes.render_note.
        SafeString(one.note_html),
        palette_of(room.codebook.pk, room.codebook.revision).chosen(one.theme_ids),
        private=one.visibility == Sharing.PRIVATE,
        hidden=one.hidden_at is not None,
        question=one.question,
    )


def _replied(one: Reply) -> Line:
    to = one.annotation
    return Line(
        What.REPLY,
        one.pk,
        one.created,
        to.annotation_set,
        to.edition.document,
        in_text(to, to.annotation_set, one),
        f"{to.get_absolute_url()}#r-{one.uuid}",
        shorten(to.quote, QUOTE),
        SafeString(one.note_html),
        private=one.visibility == Sharing.PRIVATE,
        hidden=one.hidden_at is not None,
    )


def _read(one: Progress) -> Line:
    assert one.finished_at is not None
    room, document = one.annotation_set, one.document
    href = f"{document.get_absolute_url()}?set={room.slug}"
    return Line(What.FINISHED, one.pk, one.finished_at, room, document, href)


def sets_of(viewer: Viewer) -> list[AnnotationSet]:
    """The sets to choose from: those that she is a member of and sees; one query."""
    sets = AnnotationSet.objects.visible_to(viewer).filter(memberships__user=viewer.user_id)
    return list(sets.only("pk", "slug", "title").order_by("title", "pk"))
