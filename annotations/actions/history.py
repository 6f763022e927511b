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
    mark: Mark | None = None,
) -> None:
    """Writes who did what to which thing; call it inside the change's own transaction.

    With a ``mark`` those who read there are told of it (annotations.news).
    """
    row = History(
        kind=kind,
        key=str(key),
        action=action,
        actor=actor,
        annotation_set=annotation_set,
        state=state,
        place_id=mark and mark.place_id,
        revision=mark and mark.revision,
    )
    _insert.run(row)
