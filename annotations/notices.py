"""What somebody is told: her notifications as far as she may still see what they are about, each
with the names that hold for her in its set."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.contrib.auth.models import User
from django.db.models import Exists, OuterRef, Q, QuerySet
from django.urls import reverse

from annotations.models import (
    Annotation,
    AnnotationSet,
    Kind,
    Membership,
    NoticeChoice,
    Notification,
    Reply,
    Role,
)
from annotations.models.sets import sets_seen_by
from annotations.models.visibility import replies_anywhere
from annotations.naming import NOBODY, Names
from annotations.passages import shorten
from annotations.viewers import Viewer
from archive.prepared import Prepared

MOST_COUNTED = 100
MANAGING = (Role.OWNER, Role.EDITOR)
# What concerns her as a member, or as an editor, and is over when she is that no more.
OF_MEMBERS = (Kind.MARK, Kind.ASSIGNMENT)
SAYS = {
    Kind.MENTION: "mentioned you",
    Kind.ANSWER: "marked your question as answered",
    Kind.PRIVATE: "answered you in private",
    Kind.MARK: "marked your work on “{assignment}”",
    Kind.ASSIGNMENT: "set an assignment: “{assignment}”",
    Kind.REPORT: "reported something to the editors",
    Kind.HIDDEN: "hid something of yours",
}


@dataclass(frozen=True, slots=True)
class Told:
    """A notification as a page or a mail shows it. ``who`` did ``what``; ``words`` are those of the
    passage, ``room`` is the set's title, ``page`` the annotation's own page."""

    pk: int
    who: str
    what: str
    words: str
    room: str
    at: datetime
    unread: bool
    page: str

    @property
    def url(self) -> str:
        return reverse("annotations:notice", args=[self.pk])


def seen_by(viewer: Viewer) -> QuerySet[Notification]:
    """A viewer's notifications of what she may still see, the latest first."""
    user = viewer.user_id or 0
    annotations = Annotation.objects.order_by().shown_in_set(viewer)
    replies = Reply.objects.order_by().alive().filter(replies_anywhere(user))
    member = Membership.objects.filter(user=user, annotation_set=OuterRef("annotation_set"))
    managing = Exists(member.filter(role__in=MANAGING))
    of_members = Exists(member) & Q(assignment__deleted_at__isnull=True)
    return (
        Notification.objects.filter(sets_seen_by(viewer, "annotation_set__"), user=user)
        .filter(Q(annotation=None) | Exists(annotations.filter(**_one("annotation"))))
        .filter(Q(reply=None) | Exists(replies.filter(**_one("reply"))))
        .filter(~Q(kind__in=OF_MEMBERS) | of_members)
        .filter(~Q(kind=Kind.REPORT) | managing)
        .order_by("-pk")
    )


def _one(name: str) -> dict[str, OuterRef]:
    """The condition for the one row that a notification is about. The second part says nothing
    more, but PostgreSQL, which may find all rows that somebody sees to look for this one among
    them, then looks at this one alone."""
    return {"pk": OuterRef(name), "pk__gte": OuterRef(name)}


def in_app(viewer: Viewer) -> QuerySet[Notification]:
    """Those of the kinds that she wants to be told of in the app."""
    off = NoticeChoice.objects.filter(user=viewer.user_id, in_app=False)
    return seen_by(viewer).exclude(kind__in=off.values("kind"))


def _unread(viewer: Viewer) -> QuerySet[Notification, Any]:
    return in_app(viewer).filter(read_at__isnull=True).values_list("pk")[:MOST_COUNTED]


# Every page asks for it, and Django takes far longer to make this query than a database to answer.
_unread_of = Prepared(lambda user: _unread(Viewer(user)), user=int)


def unread_count(viewer: Viewer) -> int:
    """How many she has not read, up to MOST_COUNTED; one query."""
    if viewer.user_id is None or viewer.link_keys:
        return len(_unread(viewer))
    return len(_unread_of(user=viewer.user_id))


def with_place(rows: QuerySet[Notification]) -> QuerySet[Notification]:
    """With all that ``told`` and ``target`` look at."""
    texts = [f"annotation__edition__{name}" for name in ("text", "blocks", "spans", "source")]
    return rows.select_related(
        "annotation_set",
        "actor",
        "annotation__author",
        "annotation__edition__document__volume",
        "reply__author",
        "assignment",
    ).defer(*texts)


def told(rows: Iterable[Notification], viewer: Viewer) -> list[Told]:
    """These notifications (``with_place``) as they are shown; three queries."""
    notices = list(rows)
    sets = {one.annotation_set_id: one.annotation_set for one in notices}
    people = {one.actor_id for one in notices} | {viewer.user_id}
    managing = set(
        Membership.objects.filter(
            annotation_set__in=sets, user__in=people - {None}, role__in=MANAGING
        ).values_list("annotation_set", "user")
    )
    names = Names(sets.values(), [pk for pk, user in managing if user == viewer.user_id])
    return [_told(one, names, managing) for one in notices]


def _told(one: Notification, names: Names, managing: set[tuple[int, int]]) -> Told:
    annotation = one.annotation
    return Told(
        one.pk,
        _who(one, names, managing),
        _what(one),
        shorten(annotation.quote) if annotation else "",
        one.annotation_set.title,
        one.at,
        one.read_at is None,
        annotation.get_absolute_url() if annotation else "",
    )


def _who(one: Notification, names: Names, managing: set[tuple[int, int]]) -> str:
    """Who did it, under the name that holds for what she wrote, or for her as a member."""
    if one.actor is None:
        return NOBODY.name
    written = one.reply or (one.annotation if one.kind == Kind.MENTION else None)
    if written is not None and written.author_id == one.actor_id:
        return names.author(written, one.annotation_set_id).name
    manages = (one.annotation_set_id, one.actor.pk) in managing
    return names.member(one.actor, one.annotation_set_id, manages=manages).name


def _what(one: Notification) -> str:
    if one.kind == Kind.REPLY:
        hers = one.annotation is not None and one.annotation.author_id == one.user_id
        return "replied to you" if hers else "replied in a thread of yours"
    title = one.assignment.title if one.assignment else ""
    return SAYS[Kind(one.kind)].format(assignment=title)


def target(one: Notification) -> str:
    """Where a notification (``with_place``) leads: to the passage with its card in the reader, to
    the annotation's own page where its passage is not in the present text, or to the assignment."""
    if one.annotation is None:
        if one.assignment is not None:
            return one.assignment.get_absolute_url()
        return one.annotation_set.get_absolute_url()
    return in_text(one.annotation, one.annotation_set, one.reply)


def in_text(
    annotation: Annotation, annotation_set: AnnotationSet, reply: Reply | None = None
) -> str:
    """The way to a passage with its card in the reader, or to the annotation's own page where its
    passage is not in the present text. With the edition's document and volume loaded."""
    document = annotation.edition.document
    if document.current_id != annotation.edition_id:
        return annotation.get_absolute_url()
    place = f"?set={annotation_set.slug}&find={annotation.start}-{annotation.end}"
    shown = f"r-{reply.uuid}" if reply else f"a-{annotation.uuid}"
    return f"{document.get_absolute_url()}{place}#{shown}"


def choices_of(user: User) -> list[tuple[Kind, bool, bool]]:
    """Each kind, whether she wants it in the app, and whether by mail; one query."""
    rows = NoticeChoice.objects.filter(user=user).values_list("kind", "in_app", "by_mail")
    chosen = {kind: (app, mail) for kind, app, mail in rows}
    return [(kind, *chosen.get(kind, (True, True))) for kind in Kind]
