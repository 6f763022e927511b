"""A set frozen: what goes into a snapshot, how its file is made, and whether it may be published.

What may be published is what a guest would see if the set were public, by the same conditions that
decide it everywhere (``export.Taker``): so a promise that was made to an author holds here too.
"""

from __future__ import annotations

import hashlib
import logging
import os
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from functools import partial

from django.conf import settings
from django.contrib.auth.models import User
from django.db import transaction
from django.db.models import Count

from annotations.actions.holding import hold, hold_written
from annotations.actions.snapshots import Made, begin, fail, finish, publish
from annotations.export import OPERATOR, Taker, shared_of
from annotations.formats.brought import FormatFault
from annotations.formats.features import lost
from annotations.formats.package import Package
from annotations.formats.values import PartValue
from annotations.known import known_in
from annotations.models import AnnotationSet, Naming, Reach, Snapshot, Variant
from annotations.models.annotations import AnnotationQuerySet
from annotations.models.visibility import naming_of
from annotations.packing import counts, package
from annotations.permissions import ANYONE
from annotations.snapshots.payload import FormatBroke, zip_of
from annotations.snapshots.stated import Stated
from annotations.snapshots.veil import Veil
from annotations.snapshots.words import snapshot_formats
from annotations.steady import one_sight
from archive.models import Volume

logger = logging.getLogger(__name__)
TRIES = 3
MARK = 12
UNEXPECTED = "Something went wrong that nobody had foreseen ({}); the server's log says more."


@dataclass(frozen=True, slots=True)
class Content:
    """What of a set a snapshot holds: the annotations, and for whom they are read."""

    annotation_set: AnnotationSet
    annotations: AnnotationQuerySet
    taker: Taker
    # Volumes whose documents stay out: brought by readers and in no list.
    unlisted: frozenset[str]

    def package(self) -> Package:
        whole = package(self.annotation_set, self.annotations, self.taker)
        return replace(whole, parts=partial(_listed, whole, self.unlisted))


def content_of(annotation_set: AnnotationSet, reach: str) -> Content:
    """What of a set goes into a snapshot of this reach. One query where it may be published."""
    if reach != Reach.EVERYONE:
        return Content(annotation_set, shared_of(annotation_set), OPERATOR, frozenset())
    taker = Taker(ANYONE)
    found = shared_of(annotation_set, taker).filter(edition__document__volume__is_listed=True)
    here = Volume.objects.filter(documents__annotation_sets=annotation_set, is_listed=False)
    unlisted = frozenset(here.order_by().values_list("slug", flat=True))
    return Content(annotation_set, found, taker, unlisted)


def _listed(whole: Package, unlisted: frozenset[str]) -> Iterator[PartValue]:
    return (part for part in whole.parts() if part.document.volume not in unlisted)


def veil_of(content: Content, address: str, keep: Iterable[str]) -> Veil:
    """What makes of it something that names nobody."""
    known = partial(known_in, content.annotation_set)
    return Veil(content.package(), address, known, frozenset(keep))


def make(pk: int) -> None:
    """Makes the file of a snapshot that was ordered, and says in its row what came of it. Can be
    broken off at any point and done again."""
    snapshot = begin(pk, TRIES)
    if snapshot is None:
        return
    one = snapshot.annotation_set
    if one is None:
        fail(pk, "The set was deleted before it was made.")
        return
    try:
        with one_sight():
            made = _made(snapshot, AnnotationSet.objects.get(pk=one.pk))
        if not finish(pk, made):
            snapshot.path.unlink(missing_ok=True)
    except (FormatBroke, FormatFault) as fault:
        logger.exception("Snapshot %s could not be made.", snapshot.uuid)
        fail(pk, str(fault))
    except OSError as error:
        logger.exception("Snapshot %s could not be made.", snapshot.uuid)
        fail(pk, f"The file could not be written: {error.strerror or error}.")
    except Exception as error:
        logger.exception("Snapshot %s could not be made.", snapshot.uuid)
        fail(pk, UNEXPECTED.format(type(error).__name__))
    finally:
        snapshot.part.unlink(missing_ok=True)


def _made(snapshot: Snapshot, one: AnnotationSet) -> Made:
    content = content_of(one, snapshot.reach)
    whole, note = content.package(), snapshot.note
    hidden = snapshot.variant == Variant.PSEUDONYMISED
    if hidden:
        veil = veil_of(content, snapshot.address, snapshot.keep)
        whole, note = veil.package(), veil.scrub.clean(note)
    whole = replace(whole, made=snapshot.made_at)
    found = counts(one, content.annotations, content.taker)
    stated = Stated(
        uuid=str(snapshot.uuid),
        address=snapshot.address,
        name=f"{whole.set.slug}-v{snapshot.number}{'-pseudonymised' if hidden else ''}",
        number=snapshot.number,
        note=note,
        made=snapshot.made_at.replace(microsecond=0),
        holds=_holds(snapshot, one),
        software="Apparatus",
        pseudonymised=hidden,
        lost={name: lost(form.LOSES, found) for name, form in snapshot_formats().items()},
    )
    size, digest = _write(snapshot, zip_of(whole, stated))
    return Made(
        name=stated.name,
        title=whole.set.title,
        size=size,
        digest=digest,
        counts=counted(content) | {"people": len(whole.people())},
        held=b"".join(sorted(marks(content))) if snapshot.reach == Reach.EVERYONE else b"",
    )


def _write(snapshot: Snapshot, pieces: Iterable[bytes]) -> tuple[int, str]:
    """Writes the file beside its place and renames it at the end; gives its size and digest."""
    settings.SNAPSHOTS.mkdir(parents=True, exist_ok=True)
    part, size, digest = snapshot.part, 0, hashlib.sha256()
    part.unlink(missing_ok=True)
    with part.open("xb") as file:
        for piece in pieces:
            file.write(piece)
            digest.update(piece)
            size += len(piece)
        file.flush()
        os.fsync(file.fileno())
    part.chmod(0o400)
    part.replace(snapshot.path)
    folder = os.open(settings.SNAPSHOTS, os.O_RDONLY)
    try:
        os.fsync(folder)
    finally:
        os.close(folder)
    return size, digest.hexdigest()


def _holds(snapshot: Snapshot, one: AnnotationSet) -> str:
    """Whose words are in it, in a sentence."""
    if snapshot.reach == Reach.EVERYONE:
        said = "It holds what its authors wrote for everyone to read, with the replies."
    else:
        said = "It holds all that was shared in the set, with the replies, for its editors."
    if snapshot.variant == Variant.PSEUDONYMISED or one.naming == Naming.NAME:
        return said
    naming = "stand under pseudonyms" if one.naming == Naming.PSEUDONYM else "are not named"
    return f"{said} Its members {naming}, as they were promised; editors are named."


def counted(content: Content) -> dict[str, int]:
    """How many annotations, replies, documents and themes: four queries."""
    rows = content.annotations.order_by()
    replies = content.taker.replies().filter(annotation__in=rows.values("pk"))
    documents = content.annotation_set.documents.exclude(volume__slug__in=content.unlisted)
    themes = content.annotation_set.codebook.themes.aggregate(count=Count("pk"))
    return {
        "annotations": rows.count(),
        "replies": replies.count(),
        "documents": documents.count(),
        "themes": themes["count"],
    }


def marks(content: Content) -> Iterator[bytes]:
    """A mark for each annotation and reply in it, by who wrote it and how she is called: what has
    none any more must not be published. Two queries."""
    rows = content.annotations.order_by()
    replies = content.taker.replies().order_by().filter(annotation__in=rows.values("pk"))
    naming = content.annotation_set.naming
    for found in (rows, replies):
        columns = found.values_list("uuid", "author_id", "naming")
        for uuid, author, written in columns.iterator(chunk_size=2_000):
            called = f"{uuid.hex} {author} {naming_of(written, naming)}"
            yield hashlib.blake2b(called.encode(), digest_size=MARK).digest()


@transaction.atomic
def publish_checked(snapshot: Snapshot, *, actor: User) -> None:
    """Publishes it, unless somebody's words in it have been taken back since; whoever does that
    now waits. Raises SnapshotFault."""
    one = snapshot.annotation_set
    if one is not None:
        hold(one)
        hold_written(one)
    publish(snapshot, actor=actor, why_not=why_not(snapshot))


def why_not(snapshot: Snapshot) -> str:
    """Why a snapshot must not be published now, in a sentence; empty where it may be.

    Between its making and now an author may have taken her words back, or been promised that
    nothing leads to her any more.
    """
    one = snapshot.annotation_set
    if not snapshot.may_be_published or one is None:
        return "This snapshot cannot be published."
    now = set(marks(content_of(one, Reach.EVERYONE)))
    held = Snapshot.objects.values_list("held", flat=True).get(pk=snapshot.pk)
    held = bytes(held)
    gone = sum(held[at : at + MARK] not in now for at in range(0, len(held), MARK))
    if not gone:
        return ""
    what = "1 annotation or reply" if gone == 1 else f"{gone:,} annotations or replies"
    return (
        f"Since it was made {what} in it may not be shown to everyone any more, or not under the "
        "same name: make a new snapshot, and publish that."
    )
