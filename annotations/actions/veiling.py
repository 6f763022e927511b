"""Mentions by user name, where a set names its members no more."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.contrib.auth.models import User
from django.db.models import Q, TextField, Value
from django.db.models.functions import Cast, Coalesce, Concat

from annotations.actions.unnaming import at, changed_json
from annotations.mentionable import MANAGING, mentionable
from annotations.models import Annotation, AnnotationSet, History, Kind, Naming, Notification, Reply
from annotations.notes import render_note

# As pages call one without a name (annotations.naming.NOBODY).
NAMELESS = "a member"


def veil_mentions(annotation_set: AnnotationSet) -> int:
    """Puts pseudonyms for user names after each @ in what was written in a set that goes over to
    them, or "a member" where it names nobody; also in what its history keeps, so that nothing
    brings a name back. The editors stay named. Gives the number of notes that it changed.

    Call it inside the transaction that changes the rule, when all have their pseudonyms.
    """
    names = _instead(annotation_set)
    if not names:
        return 0
    found = at(*names)

    def veil(text: str) -> str:
        return found.sub(lambda match: names[match[1].lower()], text)

    people: dict[int | None, Mapping[str, str]] = {}
    count = 0
    for model, way in ((Annotation, "annotation_set"), (Reply, "annotation__annotation_set")):
        rows: Any = model._default_manager.filter(**{way: annotation_set}, note__contains="@")
        # Locked, so that no change that is being made is written over.
        for row in rows.order_by("pk").select_for_update(of=("self",), no_key=True):
            note = veil(row.note)
            if note == row.note:
                continue
            if row.group_id not in people:
                those = mentionable(annotation_set, row.group_id)
                people[row.group_id] = {one.typed.lower(): one.shown for one in those}
            html = render_note(note, people[row.group_id])
            rows.filter(pk=row.pk).update(note=note, note_html=html)
            count += 1
    _veil_past(annotation_set, veil)
    return count


def _instead(annotation_set: AnnotationSet) -> dict[str, str]:
    """What stands for an @ with a user name, in small letters, of whoever may have been mentioned
    and is no editor."""
    written = Annotation.objects.order_by().in_set(annotation_set.pk).values("author")
    replied = Reply.objects.order_by().filter(annotation__annotation_set=annotation_set)
    known = Q(memberships__annotation_set=annotation_set) | Q(pk__in=written)
    known |= Q(pk__in=replied.values("author"))
    known |= Q(pk__in=_told(annotation_set)) | Q(pk__in=annotation_set.pseudonyms.values("user"))
    managing = annotation_set.memberships.filter(role__in=MANAGING).values("user")
    users = User.objects.filter(known).exclude(pk__in=managing).distinct()
    called: dict[int, str] = {}
    if annotation_set.naming == Naming.PSEUDONYM:
        called = dict(annotation_set.pseudonyms.order_by().values_list("user", "slug"))
    return {
        username.lower(): f"@{called[pk]}" if pk in called else NAMELESS
        for pk, username in users.order_by().values_list("pk", "username")
    }


def _told(annotation_set: AnnotationSet) -> Any:
    rows = Notification.objects.order_by().filter(kind=Kind.MENTION)
    return rows.filter(annotation_set=annotation_set).values("user")


def _veil_past(annotation_set: AnnotationSet, veil: Any) -> None:
    past = History.objects.filter(annotation_set=annotation_set, kind__in=("annotation", "reply"))
    text = TextField()
    before = Coalesce(Cast("before", text), Value("", output_field=text))
    told = Concat(Cast("state", text), before, output_field=text)
    for row in past.annotate(words=told).filter(words__contains="@"):
        state, then = changed_json(row.state, veil), changed_json(row.before, veil)
        if (state, then) != (row.state, row.before):
            past.filter(pk=row.pk).update(state=state, before=then)
