"""Mentions: who is meant by an @ in what is being written, and telling them."""

from __future__ import annotations

from django.contrib.auth.models import User

from annotations.actions.notices import notify
from annotations.mentionable import mentionable
from annotations.models import Annotation, AnnotationSet, Kind, Reply
from annotations.notes import mentioned, render_note


def rendered(note: str, annotation_set: AnnotationSet, group: int | None) -> tuple[str, set[int]]:
    """The HTML of a note written in a group of the set, or in none, and whom it mentions.

    Three queries where there is an @ in it, none elsewhere.
    """
    typed = mentioned(note)
    if not typed:
        return render_note(note), set()
    people = {one.typed.lower(): one for one in mentionable(annotation_set, group)}
    meant = {name: people[name] for name in typed if name in people}
    html = render_note(note, {name: one.shown for name, one in meant.items()})
    return html, {one.user for one in meant.values()}


def tell_mentioned(
    mentioned_now: set[int], annotation: Annotation, actor: User, reply: Reply | None = None
) -> set[int]:
    """Tells those who are mentioned, each once for what was written; gives who was told now."""
    return notify(
        Kind.MENTION,
        users=mentioned_now,
        annotation_set=annotation.annotation_set,
        actor=actor,
        annotation=annotation,
        reply=reply,
    )
