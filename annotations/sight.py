"""What lies over a document for one viewer: rows, and the people who made them."""

from __future__ import annotations

from functools import cache
from typing import Any

from django.contrib.auth.models import User
from django.db.models import Case, F, IntegerField, Value, When

from annotations.models import Annotation, Naming, Pseudonym, Question, Scope
from annotations.naming import NOBODY, Person, full_name
from annotations.overlays import ALL_CARDS, ROW_FIELDS, Row
from annotations.permissions import Viewer
from annotations.place import Place
from archive.prepared import Prepared


class _Whole(Case):
    """An integer as the databases give it: Django would convert it for each of thousands."""

    def get_db_converters(self, connection: object) -> list[Any]:
        return []


def _who(naming: int) -> F | Case:
    """The author's key in a row: her id; negative, for a pseudonym; 0 for one without a name."""
    if naming == Naming.EDITOR:
        return F("author_id")
    named = When(naming=Naming.EDITOR, then=F("author_id"))
    if naming == Naming.NAME:
        named = When(naming__gte=Naming.NAME, then=F("author_id"))
    alias = When(naming__gte=Naming.PSEUDONYM, then=-F("author_id"))
    cases = [named, alias] if naming else [named]
    return _Whole(*cases, default=Value(0), output_field=IntegerField())


def _rows(scope: Scope, naming: int, annotation_set: int, edition: int, user: int) -> Any:
    return (
        Annotation.objects.in_set(annotation_set)
        .on_edition(edition)
        .within(scope, Viewer(user))
        .annotate(who=_who(naming))
        .in_text_order()
        .values_list(*ROW_FIELDS)
    )


_PLACE: dict[str, type] = {"annotation_set": int, "edition": int, "user": int}
_RANGE: dict[str, type] = {"start": int, "end": int}


@cache
def _all(scope: Scope, naming: int) -> Prepared:
    return Prepared(lambda **place: _rows(scope, naming, **place), **_PLACE)


@cache
def _some(scope: Scope, naming: int) -> Prepared:
    return Prepared(
        lambda start, end, **place: _rows(scope, naming, **place).overlapping(start, end),
        **_PLACE,
        **_RANGE,
    )


@cache
def _first_ones(scope: Scope) -> Prepared:
    return Prepared(
        lambda **place: _rows(scope, Naming.EDITOR, **place).values_list("pk")[: ALL_CARDS + 1],
        **_PLACE,
    )


def _where(place: Place) -> dict[str, int]:
    assert place.current is not None
    user = place.viewer.user_id or 0
    return {"annotation_set": place.current.pk, "edition": place.edition.pk, "user": user}


def rows_of(place: Place) -> list[Row]:
    """The annotations that the viewer sees here, in the text's order; one query."""
    if place.current is None:
        return []
    return _all(place.scope, place.naming)(**_where(place))


def rows_touching(place: Place, start: int, end: int) -> list[Row]:
    """Those of the rows with a character in ``[start, end)`` (code points); one query."""
    return _some(place.scope, place.naming)(**_where(place), start=start, end=end)


def many_here(place: Place) -> bool:
    """Whether the viewer sees more annotations here than have all their cards shown; one query."""
    return len(_first_ones(place.scope)(**_where(place))) > ALL_CARDS


def open_questions(place: Place) -> frozenset[int]:
    """The annotations here that ask something and are not answered; one query."""
    if place.current is None:
        return frozenset()
    asked = seen_at(place).filter(question=Question.OPEN)
    return frozenset(asked.order_by().values_list("pk", flat=True))


def earlier_here(place: Place) -> int:
    """How many annotations that the viewer sees stand in earlier editions; one query, or none."""
    if place.current is None or place.edition.number == 1:
        return 0
    return (
        Annotation.objects.in_set(place.current.pk)
        .filter(edition__document_id=place.document.pk)
        .exclude(edition_id=place.edition.pk)
        .within(place.scope, place.viewer)
        .count()
    )


def seen_at(place: Place) -> Any:
    """The annotations of the place's set and edition that the viewer sees, as a queryset."""
    assert place.current is not None
    return (
        Annotation.objects.in_set(place.current.pk)
        .on_edition(place.edition.pk)
        .within(place.scope, place.viewer)
    )


_PERSON = ("pk", "username", "first_name", "last_name")
_members = Prepared(
    lambda annotation_set: User.objects.filter(
        memberships__annotation_set=annotation_set
    ).values_list(*_PERSON),
    annotation_set=int,
)


def people_of(place: Place, authors: set[int]) -> dict[int, Person]:
    """The people behind the authors' keys of rows; one query for members, one more for those who
    have left, one for pseudonyms."""
    if place.current is None or not authors:
        return {}
    people = {0: NOBODY} if 0 in authors else {}
    if min(authors) < 0:
        rows = Pseudonym.objects.filter(
            annotation_set=place.current.pk, user__in=[-key for key in authors if key < 0]
        ).values_list("user_id", "slug", "name")
        people |= {-pk: Person(-pk, slug, name) for pk, slug, name in rows}
    named = {key for key in authors if key > 0}
    return people | _named(place.current.pk, named) if named else people


def _named(annotation_set: int, authors: set[int]) -> dict[int, Person]:
    rows = _members(annotation_set=annotation_set)
    missing = authors - {row[0] for row in rows}
    if missing:
        rows += list(User.objects.filter(pk__in=missing).values_list(*_PERSON))
    return {
        pk: Person(pk, username, full_name(username, first, last))
        for pk, username, first, last in rows
        if pk in authors
    }
