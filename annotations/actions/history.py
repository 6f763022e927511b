"""The one place that writes history rows."""

from __future__ import annotations

from typing import Any, NamedTuple

from django.contrib.auth.models import User

from annotations.models import AnnotationSet, History
from archive.prepared import PreparedInsert

_insert = PreparedInsert(History)


class Mark(NamedTuple):
    """What a change did to the reader: the SetDocument that it touched, and its new revision."""

    place_id: int
    revision: int


def record(
    kind: str,
    key: object,
    action: str,
    *,
    actor: User | None,
    annotation_set: AnnotationSet | None,
    state: dict[str, Any],
    before: dict[str, Any] | None = None,
    why: str = "",
    mark: Mark | None = None,
    part_of: History | None = None,
    undoes: History | None = None,
) -> History:
    """Writes who did what to which thing; call it inside the change's own transaction.

    ``before`` and ``state`` are the thing before and after; what was made has no before. With a
    ``mark`` those who read there are told of it (annotations.news).
    """
    row = History(
        kind=kind,
        key=str(key),
        action=action,
        actor=actor,
        annotation_set=annotation_set,
        before=before,
        state=state,
        why=why,
        part_of=part_of,
        undoes=undoes,
        place_id=mark and mark.place_id,
        revision=mark and mark.revision,
    )
    return _insert.run(row)
