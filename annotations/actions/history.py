"""The one place that writes history rows."""

from __future__ import annotations

from typing import Any

from django.contrib.auth.models import User

from annotations.models import AnnotationSet, History
from archive.prepared import PreparedInsert

_insert = PreparedInsert(History)


def record(
    kind: str,
    key: object,
    action: str,
    *,
    actor: User | None,
    annotation_set: AnnotationSet | None,
    state: dict[str, Any],
) -> None:
    """Writes who did what to which thing; call it inside the change's own transaction."""
    row = History(
        kind=kind,
        key=str(key),
        action=action,
        actor=actor,
        annotation_set=annotation_set,
        state=state,
    )
    _insert.run(row)
