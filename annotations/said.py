"""What was said to somebody: replies, mentions, private answers, answered questions, marks."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import NamedTuple

from django.utils.safestring import SafeString

from annotations.models import Kind, Mark, Notification
from annotations.notices import Told, seen_by, told, with_place
from annotations.viewers import Viewer

SAID = (Kind.REPLY, Kind.MENTION, Kind.PRIVATE, Kind.ANSWER, Kind.MARK)


@dataclass(frozen=True, slots=True)
class Said:
    """Something that was said to her: the notice of it, and the words as HTML."""

    notice: Told
    note: SafeString
    points: str = ""


class Page(NamedTuple):
    """Some of what was said, and the notice to go on from; None where there is nothing more."""

    rows: list[Said]
    further: int | None


def said_to(viewer: Viewer, size: int, before: int | None = None) -> Page:
    """What was said to somebody, the latest first, of at most so many notices older than the notice
    ``before``: as far as she may still read it, under the names that hold for her. Six queries, one
    when there is nothing.

    First hers, then those of them that she may still see: asked for both at once, PostgreSQL would
    look through all annotations of the server.
    """
    hers = Notification.objects.filter(user=viewer.user_id, kind__in=SAID)
    if before is not None:
        hers = hers.filter(pk__lt=before)
    found = list(hers.order_by("-pk").values_list("pk", flat=True)[: size + 1])
    if not found:
        return Page([], None)
    notices = list(with_place(seen_by(viewer).filter(pk__in=found[:size])))
    marks = _marks(viewer, notices)
    names = told(notices, viewer)
    rows = [_said(one, notice, marks) for one, notice in zip(notices, names, strict=True)]
    return Page(rows, found[size - 1] if len(found) > size else None)


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
