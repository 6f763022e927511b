"""What the forms of sets and assignments show, as plain values; ``base`` is the mark of it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import UTC
from decimal import Decimal
from typing import Any

from annotations.gradebook import number
from annotations.models import AnnotationSet, Assignment

SET_WORDS = ("title", "description", "visibility", "rights")
_PLAIN = ("title", "prompt", "annotations", "replies", "words", "late_allowed")
_MOMENTS = ("opens_at", "due_at")


def words_of_set(annotation_set: AnnotationSet) -> dict[str, str]:
    """A set's details."""
    return {name: getattr(annotation_set, name) for name in SET_WORDS}


def words_of_assignment(assignment: Assignment) -> dict[str, Any]:
    """An assignment with its documents and themes; two queries unless it came ``with_parts``."""
    fields = {name: getattr(assignment, name) for name in (*_PLAIN, *_MOMENTS, "points")}
    fields["group"] = assignment.group_id
    rows = assignment.assignment_documents.all()
    parts = ((row.document_id, row.edition_id, row.start, row.end) for row in rows)
    return _words(fields, parts, (theme.pk for theme in assignment.themes.all()))


def words_given(given: Mapping[str, Any]) -> dict[str, Any]:
    """The same of what ``edit_assignment`` is given."""
    fields = dict(given) | {"group": given["group"] and given["group"].pk}
    return _words(fields, map(tuple, given["parts"]), (theme.pk for theme in given["themes"]))


def _words(
    fields: Mapping[str, Any], parts: Iterable[tuple[Any, ...]], themes: Iterable[int]
) -> dict[str, Any]:
    words = {name: fields[name] for name in (*_PLAIN, "group")}
    for name in _MOMENTS:
        moment = fields[name]
        words[name] = moment and moment.astimezone(UTC).isoformat()
    points = fields["points"]
    words["points"] = None if points is None else number(Decimal(points))
    words["documents"] = sorted(([*part] for part in parts), key=lambda part: part[0])
    return words | {"themes": sorted(themes)}
