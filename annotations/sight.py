"""What lies over a document for one viewer: rows, and the people who made them."""

from __future__ import annotations

from typing import Any, NamedTuple

from django.contrib.auth.models import User

from annotations.models import Annotation
from annotations.overlays import ALL_CARDS, ROW_FIELDS, Row
from annotations.permissions import ANYONE, Viewer
from annotations.place import Place
from archive.prepared import Prepared


def _rows(annotation_set: int, edition: int, viewer: Viewer) -> Any:
    return (
        Annotation.objects.in_set(annotation_set)
        .on_edition(edition)
        .shown_in_set(viewer)
        .in_text_order()
        .values_list(*ROW_FIELDS)
    )


_PLACE: dict[str, type] = {"annotation_set": int, "edition": int}
_RANGE: dict[str, type] = {"start": int, "end": int}
_all_of_guest = Prepared(lambda **place: _rows(**place, viewer=ANYONE), **_PLACE)
_all_of_account = Prepared(
    lambda user, **place: _rows(**place, viewer=Viewer(user)), **_PLACE, user=int
)
_some_of_account = Prepared(
    lambda user, start, end, **place: _rows(**place, viewer=Viewer(user)).overlapping(start, end),
    **_PLACE,
    **_RANGE,
    user=int,
)


def rows_of(place: Place) -> list[Row]:
    """The annotations that the viewer sees here, in the text's order; one query."""
    if place.current is None:
        return []
    where = {"annotation_set": place.current.pk, "edition": place.edition.pk}
    if place.viewer.user_id is None:
        return _all_of_guest(**where)
    return _all_of_account(**where, user=place.viewer.user_id)


def rows_touching(place: Place, start: int, end: int) -> list[Row]:
    """Those of an account's rows with a character in ``[start, end)`` (code points); one query."""
    assert place.current is not None
    return _some_of_account(
        annotation_set=place.current.pk,
        edition=place.edition.pk,
        user=place.viewer.user_id,
        start=start,
        end=end,
    )


_first_of_account = Prepared(
    lambda user, **place: _rows(**place, viewer=Viewer(user)).values_list("pk")[: ALL_CARDS + 1],
    **_PLACE,
    user=int,
)


def many_here(place: Place) -> bool:
    """Whether an account sees more annotations here than have all their cards shown; one query."""
    assert place.current is not None
    where = {"annotation_set": place.current.pk, "edition": place.edition.pk}
    return len(_first_of_account(**where, user=place.viewer.user_id)) > ALL_CARDS


def earlier_here(place: Place) -> int:
    """How many annotations that the viewer sees stand in earlier editions; one query, or none."""
    if place.current is None or place.edition.number == 1:
        return 0
    return (
        Annotation.objects.in_set(place.current.pk)
        .filter(edition__document_id=place.document.pk)
        .exclude(edition_id=place.edition.pk)
        .shown_in_set(place.viewer)
        .count()
    )


def seen_at(place: Place) -> Any:
    """The annotations of the place's set and edition that the viewer sees, as a queryset."""
    assert place.current is not None
    return (
        Annotation.objects.in_set(place.current.pk)
        .on_edition(place.edition.pk)
        .shown_in_set(place.viewer)
    )


class Person(NamedTuple):
    pk: int
    username: str
    name: str


def full_name(username: str, first: str, last: str) -> str:
    """How a person is called on a page."""
    return f"{first} {last}".strip() or username


_PERSON = ("pk", "username", "first_name", "last_name")
_members = Prepared(
    lambda annotation_set: User.objects.filter(
        memberships__annotation_set=annotation_set
    ).values_list(*_PERSON),
    annotation_set=int,
)


def people_of(place: Place, authors: set[int]) -> dict[int, Person]:
    """The people behind these rows; one query for members, one more for those who have left."""
    if place.current is None or not authors:
        return {}
    rows = _members(annotation_set=place.current.pk)
    missing = authors - {row[0] for row in rows}
    if missing:
        rows += list(User.objects.filter(pk__in=missing).values_list(*_PERSON))
    return {
        pk: Person(pk, username, full_name(username, first, last))
        for pk, username, first, last in rows
        if pk in authors
    }
