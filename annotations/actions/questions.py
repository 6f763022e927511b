"""Questions: an annotation that asks something, until it is answered."""

from __future__ import annotations

from django.contrib.auth.models import User
from django.db import transaction

from annotations.actions.changing import bump, fresh, log
from annotations.actions.notices import notify
from annotations.models import Annotation, Kind, Question


@transaction.atomic
def settle_question(annotation: Annotation, *, actor: User, answered: bool) -> Annotation:
    """Marks a question as answered, or takes that back; nothing happens to what asks nothing."""
    before = fresh(annotation)
    now = Question.ANSWERED if answered else Question.OPEN
    if annotation.question in (Question.NONE, now):
        return annotation
    annotation.question = now
    annotation.save(update_fields=["question"])
    action = "answered" if answered else "asked again"
    log(annotation, action, actor, bump(annotation), before=before)
    if answered:
        notify(
            Kind.ANSWER,
            users={annotation.author_id},
            annotation_set=annotation.annotation_set,
            actor=actor,
            annotation=annotation,
        )
    return annotation
