"""Snapshots made by the worker."""

from __future__ import annotations

from django.contrib.auth.models import User
from django.db import transaction
from django_tasks import task

from annotations import freezing
from annotations.actions.snapshots import Wish, order
from annotations.models import AnnotationSet, Snapshot


@task()
def make_snapshot(pk: int) -> None:
    """Makes the file of a snapshot, unless that is done."""
    freezing.make(pk)


@transaction.atomic
def order_and_make(annotation_set: AnnotationSet, wish: Wish, *, actor: User) -> Snapshot:
    """Orders a snapshot, and has the worker make it."""
    snapshot = order(annotation_set, wish, actor=actor)
    make_snapshot.enqueue(snapshot.pk)
    return snapshot
