"""Snapshots ordered, made, published, withdrawn: each one transaction.

What is in one never changes.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.contrib.auth.models import User
from django.db import transaction
from django.db.models import F, Max
from django.utils import timezone

from annotations.actions.history import record
from annotations.actions.holding import hold
from annotations.models import AnnotationSet, Snapshot, SnapshotState


class SnapshotFault(ValueError):
    """Why something cannot be done with a snapshot, in one sentence."""


@dataclass(frozen=True, slots=True)
class Wish:
    """What a snapshot is to be: ``keep`` are the words, in small letters, that are no names."""

    reach: str
    variant: str
    note: str = ""
    keep: Collection[str] = ()


@dataclass(frozen=True, slots=True)
class Made:
    """What a file has become."""

    name: str
    title: str
    size: int
    digest: str
    counts: dict[str, int]
    held: bytes


@transaction.atomic
def order(annotation_set: AnnotationSet, wish: Wish, *, actor: User | None) -> Snapshot:
    """A snapshot that is still to be made; its number is the next one of the set."""
    one = hold(annotation_set)
    last = Snapshot.objects.filter(annotation_set=one).aggregate(last=Max("number"))["last"] or 0
    snapshot = Snapshot.objects.create(
        annotation_set=one,
        slug=one.slug,
        title=one.title,
        number=last + 1,
        name=f"snapshot-v{last + 1}",
        note=wish.note,
        variant=wish.variant,
        reach=wish.reach,
        naming=one.naming,
        keep=sorted(wish.keep),
        made_by=actor,
        made_at=timezone.now(),
    )
    _log(snapshot, "create", actor)
    return snapshot


@transaction.atomic
def begin(pk: int, tries: int) -> Snapshot | None:
    """A snapshot that is to be made now; None where there is nothing to do. One that was begun so
    often fails: it takes the worker down with it."""
    snapshot = Snapshot.objects.select_for_update().filter(pk=pk).first()
    if snapshot is None or snapshot.state != SnapshotState.MAKING:
        return None
    if snapshot.tries >= tries:
        fail(pk, "It was broken off again and again: the server may have too little room for it.")
        return None
    snapshot.made_at = timezone.now()
    Snapshot.objects.filter(pk=pk).update(tries=F("tries") + 1, made_at=snapshot.made_at)
    return snapshot


def finish(pk: int, made: Made) -> bool:
    """Says that the file stands there whole; whether anybody still wants it."""
    rows = Snapshot.objects.filter(pk=pk, state=SnapshotState.MAKING).update(
        state=SnapshotState.READY,
        name=made.name,
        title=made.title,
        size=made.size,
        digest=made.digest,
        counts=made.counts,
        held=made.held,
        keep=[],
    )
    return rows > 0


def fail(pk: int, fault: str) -> None:
    """Says what went wrong, in one sentence."""
    Snapshot.objects.filter(pk=pk, state=SnapshotState.MAKING).update(
        state=SnapshotState.FAILED, fault=fault, keep=[]
    )


@transaction.atomic
def publish(snapshot: Snapshot, *, actor: User, why_not: str = "") -> datetime:
    """Lets everybody read it, from now on. Raises SnapshotFault where that must not be, as with
    ``why_not`` (freezing.publish_checked)."""
    now = Snapshot.objects.select_for_update(of=("self",)).get(pk=snapshot.pk)
    if now.published_at is not None:
        return now.published_at
    if not now.may_be_published:
        raise SnapshotFault("This snapshot cannot be published.")
    if why_not:
        raise SnapshotFault(why_not)
    at = timezone.now()
    # Nobody needs to know any more what exactly was in it.
    Snapshot.objects.filter(pk=now.pk).update(published_at=at, held=b"")
    _log(now, "publish", actor)
    return at


@transaction.atomic
def withdraw(snapshot: Snapshot, *, actor: User, why: str) -> None:
    """Takes it back: its page stays and says why, its file is deleted."""
    if not why.strip():
        raise SnapshotFault("Say why: the reason stands at its address from now on.")
    now = Snapshot.objects.select_for_update(of=("self",)).get(pk=snapshot.pk)
    if now.withdrawn_at is not None or now.state == SnapshotState.MAKING:
        raise SnapshotFault("This snapshot cannot be withdrawn now.")
    Snapshot.objects.filter(pk=now.pk).update(
        withdrawn_at=timezone.now(), withdrawn_why=why.strip(), held=b""
    )
    _log(now, "withdraw", actor, why)
    forget_file(now)


def forget_unpublished(annotation_set: AnnotationSet) -> None:
    """Deletes those of a set's snapshots that nobody else has seen, before the set is deleted."""
    here = Snapshot.objects.filter(annotation_set=annotation_set)
    for snapshot in here.filter(published_at__isnull=True):
        forget_file(snapshot)
        snapshot.delete()


def forget_file(snapshot: Snapshot) -> None:
    """Deletes its file once the transaction has ended well."""
    for path in (snapshot.path, snapshot.part):
        transaction.on_commit(lambda path=path: path.unlink(missing_ok=True))  # type: ignore[misc]


def _log(snapshot: Snapshot, action: str, actor: User | None, why: str = "") -> None:
    state: dict[str, Any] = {"name": f"Snapshot {snapshot.number}", "variant": snapshot.variant}
    record(
        "snapshot",
        snapshot.uuid,
        action,
        actor=actor,
        annotation_set=snapshot.annotation_set,
        state=state,
        why=why,
    )
