"""What somebody did over all sets, and what was said to her, the latest first.

A page of it is found by where the last one ended, so that the thousandth costs what the first does.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from enum import IntEnum
from typing import Any, NamedTuple

from django.db.models import Exists, OuterRef, Q, QuerySet
from django.utils.safestring import SafeString

from annotations.models import (
    Annotation,
    AnnotationSet,
    Kind,
    Mark,
    Notification,
    Progress,
    Reply,
    Sharing,
)
from annotations.models.sets import sets_seen_by
from annotations.notices import Told, in_text, seen_by, told, with_place
from annotations.overlays import ThemeStyle
from annotations.palettes import palette_of
from annotations.passages import shorten
from annotations.viewers import Viewer
from archive.models import Document

QUOTE = 400
MOST_WORDS = 8
SAID = (Kind.REPLY, Kind.MENTION, Kind.PRIVATE, Kind.ANSWER, Kind.MARK)


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


@dataclass(frozen=True, slots=True)
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


def work_of(viewer: Viewer, asked: Asked, most: int) -> list[Line]:
    """What somebody wrote and finished reading, the latest first, at most so many; three queries,
    and one for each codebook until its themes are kept."""
    found = [
        *_lines(_annotations(viewer, asked), "created", What.ANNOTATION, asked, most, _annotated),
        *_lines(_replies(viewer, asked), "created", What.REPLY, asked, most, _replied),
        *_lines(_finished(viewer, asked), "finished_at", What.FINISHED, asked, most, _read),
    ]
    return sorted(found, key=lambda line: line.cursor, reverse=True)[:most]


def _annotations(viewer: Viewer, asked: Asked) -> QuerySet[Annotation]:
    hers = Annotation.objects.visible_to(viewer).filter(author=viewer.user_id)
    for word in asked.words:
        hers = hers.filter(Q(quote__icontains=word) | Q(note__icontains=word))
    return hers.with_place().select_related("annotation_set__codebook")


def _replies(viewer: Viewer, asked: Asked) -> QuerySet[Reply]:
    seen = Annotation.objects.order_by().visible_to(viewer).filter(pk=OuterRef("annotation"))
    hers = Reply.objects.alive().filter(Exists(seen), author=viewer.user_id)
    for word in asked.words:
        hers = hers.filter(Q(annotation__quote__icontains=word) | Q(note__icontains=word))
    return hers.with_place()


def _finished(viewer: Viewer, asked: Asked) -> QuerySet[Progress]:
    hers = Progress.objects.filter(
        sets_seen_by(viewer, "annotation_set__"),
        user=viewer.user_id,
        finished_at__isnull=False,
        document__current__isnull=False,
    )
    for word in asked.words:
        hers = hers.filter(document__heading__icontains=word)
    return hers.select_related("annotation_set", "document__volume")


def _lines(
    rows: QuerySet[Any],
    moment: str,
    what: What,
    asked: Asked,
    most: int,
    made: Callable[[Any], Line],
) -> list[Line]:
    path = "annotation__annotation_set__slug" if what == What.REPLY else "annotation_set__slug"
    if asked.set_slug:
        rows = rows.filter(**{path: asked.set_slug})
    if asked.since is not None:
        rows = rows.filter(**{f"{moment}__gte": asked.since})
    if asked.before is not None:
        rows = rows.filter(**{f"{moment}__lt": asked.before})
    if asked.after is not None:
        rows = rows.filter(_beyond(asked.after, moment, what))
    return [made(row) for row in rows.order_by(f"-{moment}", "-pk")[:most]]


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


@dataclass(frozen=True, slots=True)
class Said:
    """Something that was said to her: the notice of it, and the words as HTML."""

    notice: Told
    note: SafeString
    points: str = ""


def said_to(viewer: Viewer, most: int, before: int | None = None) -> list[Said]:
    """What was said to somebody, the latest first, at most so many, older than the notice
    ``before``: as far as she may still read it, under the names that hold for her. Five queries,
    one when there is nothing."""
    rows = seen_by(viewer).filter(kind__in=SAID)
    if before is not None:
        rows = rows.filter(pk__lt=before)
    notices = list(with_place(rows)[:most])
    if not notices:
        return []
    marks = _marks(viewer, notices)
    return [
        _said(one, notice, marks)
        for one, notice in zip(notices, told(notices, viewer), strict=True)
    ]


def _marks(viewer: Viewer, notices: Sequence[Notification]) -> dict[int, Mark]:
    asked = {one.assignment_id for one in notices if one.kind == Kind.MARK and one.assignment_id}
    rows = Mark.objects.filter(user=viewer.user_id, assignment__in=asked) if asked else ()
    return {one.assignment_id: one for one in rows}


def _said(one: Notification, notice: Told, marks: dict[int, Mark]) -> Said:
    if one.kind == Kind.MARK:
        mark = marks.get(one.assignment_id or 0)
        if mark is None:
            return Said(notice, SafeString(""))
        points = "" if mark.points is None else f"{mark.points.normalize():f}"
        return Said(notice, SafeString(mark.comment_html), points)
    if one.reply is not None:
        return Said(notice, SafeString(one.reply.note_html))
    theirs = one.kind == Kind.MENTION and one.annotation is not None
    return Said(notice, SafeString(one.annotation.note_html if theirs else ""))  # type: ignore[union-attr]


def sets_of(viewer: Viewer) -> list[AnnotationSet]:
    """The sets to choose from: those that she is a member of and sees; one query."""
    sets = AnnotationSet.objects.visible_to(viewer).filter(memberships__user=viewer.user_id)
    return list(sets.only("pk", "slug", "title").order_by("title", "pk"))
