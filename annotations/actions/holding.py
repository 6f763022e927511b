"""The lock of a whole set, under which it is changed as one: rules, state, members, groups."""

from __future__ import annotations

from django.core.exceptions import PermissionDenied
from django.db import connection

from annotations.models import Annotation, AnnotationSet, State


def hold(annotation_set: AnnotationSet | int) -> AnnotationSet:
    """The set as it is now, locked until the transaction ends; by whoever changes it as one, and
    before any annotation of it is locked."""
    # Not the whole row: who writes in the set refers to it, and would wait, while she holds what
    # is waited for here.
    sets = AnnotationSet.objects.select_for_update(no_key=True)
    return sets.get(pk=getattr(annotation_set, "pk", annotation_set))


def hold_unfrozen(annotation_set: AnnotationSet | int) -> AnnotationSet:
    """The same. Raises PermissionDenied when the set has been frozen meanwhile."""
    held = hold(annotation_set)
    if held.state == State.FROZEN:
        raise PermissionDenied("This set is frozen: nothing in it changes.")
    return held


def hold_written(annotation_set: AnnotationSet) -> None:
    """Locks all annotations of a set, and then its documents, in the order in which all lock them
    who change many; before any of them is changed. On SQLite one writes at a time anyhow."""
    if connection.features.has_select_for_update:
        written = Annotation.objects.in_set(annotation_set.pk).order_by("pk")
        list(written.select_for_update(no_key=True).values_list("pk"))
        documents = annotation_set.set_documents.order_by("pk")
        list(documents.select_for_update(no_key=True).values_list("pk"))
