"""Opening, closing and freezing a set."""

from __future__ import annotations

from django.contrib.auth.models import User
from django.db import transaction
from django.db.models import F

from annotations.actions.history import record
from annotations.actions.holding import hold
from annotations.actions.sets import SetFault
from annotations.models import AnnotationSet, State


@transaction.atomic
def set_state(annotation_set: AnnotationSet, *, actor: User, state: str) -> AnnotationSet:
    """Opens, closes or freezes a set; the caller has made sure that the actor leads it.

    Raises SetFault when it is frozen and the actor is not its owner: then nothing changes.
    """
    # Locked, so that the history tells what became of what.
    before = hold(annotation_set).state
    if before == State.FROZEN != state and annotation_set.owner_id != actor.pk:
        raise SetFault("Only its owner can thaw a frozen set.")
    annotation_set.state = state
    if state == before:
        return annotation_set
    annotation_set.save(update_fields=["state"])
    # A lock: who began to write before has ended, who comes later finds the state
    # (annotations.actions.changing.touch).
    annotation_set.set_documents.update(revision=F("revision") + 1)
    record(
        "annotationset",
        annotation_set.pk,
        {State.OPEN: "open", State.CLOSED: "close", State.FROZEN: "freeze"}[State(state)],
        actor=actor,
        annotation_set=annotation_set,
        before={"state": before},
        state={"state": state},
    )
    return annotation_set
