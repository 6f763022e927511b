"""How an import is taken back: what it made goes, as far as nobody has changed it since."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from typing import Any

from django.core.exceptions import PermissionDenied
from django.db.models import Exists, F, OuterRef, Q
from django.utils import timezone

from annotations.actions.flags import Held, as_it_was, hold, set_flags
from annotations.actions.putting_back import Back, put_annotation
from annotations.actions.replies import state_of_reply
from annotations.actions.retagging import chunks
from annotations.actions.turning_back import head_of
from annotations.models import Annotation, History, Reply, SetDocument
from annotations.permissions import may_change_set
from archive.rows import insert_rows, packed_json

_LARGE = tuple(f"annotation__edition__{name}" for name in ("text", "blocks", "spans", "source"))


def put_brought(back: Back) -> tuple[int, int, History | None]:
    """Takes away the annotations and replies that an import made, and gives those that it changed
    their words again; or, forward, the other way round. What others have answered stays, and its
    themes too: they have a row of their own. Raises PermissionDenied when the actor does not lead
    the set any more."""
    if not may_change_set(back.annotation_set, back.role):
        raise PermissionDenied("You do not lead this set any more, or it is frozen.")
    head = head_of(back)
    parts = History.objects.filter(part_of=back.row)
    later = History.objects.filter(
        kind=OuterRef("kind"), key=OuterRef("key"), pk__gt=OuterRef("pk")
    )
    # What taking it back and doing it again wrote is no change of somebody's.
    later = later.exclude(Q(part_of__undoes=back.row) | Q(undoes=back.row))
    made = parts.filter(action="create").exclude(Exists(later))
    keys = list(made.filter(kind="annotation").values_list("key", flat=True))
    replies = list(made.filter(kind="reply").values_list("key", flat=True))
    done = _flag(back, head, keys, set(replies))
    done += _answers(back, head, replies)
    for part in parts.exclude(action="create").order_by("pk"):
        done += put_annotation(back, part, head, asked=False) is not None
    return done, parts.count() - done, head


def _flag(back: Back, head: History, keys: list[str], replies: Collection[str]) -> int:
    values: dict[str, Any] = {"deleted": not back.forward}
    held = []
    for some in chunks(keys):
        rows = Annotation.objects.in_set(back.annotation_set.pk).filter(uuid__in=list(some))
        found = hold(rows, as_it_was({"deleted": back.forward}))
        kept = set() if back.forward else _answered(found, replies)
        held += [one for one in found if one.pk not in kept]
    action = "restore" if back.forward else "delete"
    return set_flags(back.annotation_set, held, values, action, head=head)


def _answered(held: Sequence[Held], replies: Collection[str]) -> set[int]:
    """Those of them with an answer that is none of these ``replies``. Asked under their lock, for
    which whoever answers waits too."""
    alive = Reply.objects.alive().filter(annotation__in=[one.pk for one in held]).order_by()
    found = alive.values_list("annotation", "uuid")
    return {annotation for annotation, uuid in found if str(uuid) not in replies}


def _answers(back: Back, head: History, keys: list[str]) -> int:
    now = timezone.now()
    action = "restore" if back.forward else "delete"
    done = 0
    documents: set[int] = set()
    for some in chunks(keys):
        rows = Reply.objects.filter(uuid__in=list(some), deleted_at__isnull=not back.forward)
        held = rows.order_by("pk").select_for_update(of=("self",))
        found = list(held.select_related("annotation__edition").defer(*_LARGE))
        changed = Reply.objects.filter(pk__in=[one.pk for one in found])
        changed.update(deleted_at=None if back.forward else now)
        answered = Annotation.objects.filter(pk__in=[one.annotation_id for one in found])
        answered.update(version=F("version") + 1)
        insert_rows(
            History,
            ("at", "actor", "annotation_set", "kind", "key", "action", "before", "state", "why")
            + ("part_of",),
            (
                (now, back.actor.pk, back.annotation_set.pk, "reply", str(one.uuid), action)
                + (packed_json({"deleted": back.forward}),)
                + (packed_json(state_of_reply(one) | {"deleted": not back.forward}), "", head.pk)
                for one in found
            ),
        )
        done += len(found)
        documents |= {one.annotation.edition.document_id for one in found}
    # The caches of these documents, where no annotation of the import has told them.
    places = SetDocument.objects.filter(annotation_set=back.annotation_set, document__in=documents)
    places.update(revision=F("revision") + 1)
    return done
