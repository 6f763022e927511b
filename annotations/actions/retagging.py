"""Other themes for many annotations at once, and back: a few queries for each thousand.

Call these inside a transaction, with the head row of history that the parts belong to. What a part
keeps before and after is ``theme_ids``, and under which meaning each theme that came or went stood.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from typing import Any, NamedTuple

from django.core.exceptions import PermissionDenied
from django.db import connection
from django.db.models import F, QuerySet
from django.utils import timezone

from annotations.actions.tree import Order, in_tree_order
from annotations.actions.versions import sorted_ids
from annotations.models import (
    Annotation,
    AnnotationSet,
    AnnotationTheme,
    History,
    SetDocument,
    State,
    Theme,
)
from archive.rows import execute_many, insert_rows, packed_json

CHUNK = 1000
# Theme (its key) → the number of its meaning under which an annotation stands.
Links = dict[int, int]


class Retagged(NamedTuple):
    """One annotation that gets other themes."""

    pk: int
    uuid: str
    document: int
    before: Links
    after: Links
    # What the annotation's list of themes said; the new one is made in the codebook's order.
    ids: str


Choice = Callable[[Links], Links]


def swap(add: Sequence[Theme], remove: Iterable[int], *, review: bool = False) -> Choice:
    """The themes of an annotation with some added and some (keys) taken off; with ``review`` what
    is added is to be looked at again. Themes that it has already stay as they were coded."""
    gone = set(remove)

    def choose(links: Links) -> Links:
        kept = {pk: defined for pk, defined in links.items() if pk not in gone}
        new = {theme.pk: 0 if review else theme.defined for theme in add}
        return new | kept

    return choose


def retag(
    annotation_set: AnnotationSet,
    rows: QuerySet[Annotation],
    choose: Choice,
    *,
    head: History,
    by: int | None = None,
) -> int:
    """Gives the annotations of ``rows`` the themes that ``choose`` says; gives how many changed.

    ``head`` says who does it, unless it is somebody else now (``by``, a user's key). Raises
    PermissionDenied in a frozen set.
    """
    places = _places(annotation_set)
    changed = 0
    documents: set[int] = set()
    keys = list(rows.order_by("pk").values_list("pk", flat=True))
    for some in chunks(keys):
        found = [one for one in _read(some, choose) if one.after != one.before]
        _write(annotation_set, found, places, head, by)
        documents |= {one.document for one in found}
        changed += len(found)
    _tell(annotation_set, documents)
    return changed


def take_back(
    annotation_set: AnnotationSet,
    parts: Sequence[History],
    *,
    head: History,
    forward: bool = False,
    author: int | None = None,
) -> int:
    """Gives annotations the themes that they had before these rows of history, those that still
    have the ones after, and ``forward`` the other way round; gives how many. ``head`` is the row of
    the taking back. With ``author`` only hers (a user's key)."""
    places = _places(annotation_set)
    known = set(places)
    done = 0
    documents: set[int] = set()
    for some in chunks(parts):
        wanted = {part.key: part for part in some}
        rows = Annotation.objects.in_set(annotation_set.pk).filter(uuid__in=list(wanted))
        if author is not None:
            rows = rows.filter(author=author)
        keys = list(rows.order_by("pk").values_list("pk", flat=True))
        found = []
        for one in _read(keys, lambda links: links):
            part = wanted[one.uuid]
            target, expected = _links(part.before or {}), _links(part.state)
            if forward:
                target, expected = expected, target
            if one.before.keys() == expected.keys():
                back = {pk: defined for pk, defined in target.items() if pk in known}
                found.append(one._replace(after=back))
        _write(annotation_set, found, places, head)
        documents |= {one.document for one in found}
        done += len(found)
    _tell(annotation_set, documents)
    return done


def _links(state: dict[str, Any]) -> Links:
    return {int(pk): defined for pk, defined in state.get("defined", {}).items()}


def chunks(items: Sequence[Any]) -> Iterable[Sequence[Any]]:
    """The items, CHUNK at a time."""
    return (items[at : at + CHUNK] for at in range(0, len(items), CHUNK))


def check_thawed(annotation_set: AnnotationSet) -> None:
    """Raises PermissionDenied when the set has been frozen."""
    state = AnnotationSet.objects.filter(pk=annotation_set.pk).values_list("state", flat=True)
    if state.get() == State.FROZEN:
        raise PermissionDenied("This set is frozen: nothing in it changes.")


def _places(annotation_set: AnnotationSet) -> dict[int, int]:
    # Within a change themes may have been moved, and get their new numbers at its end.
    rows = Theme.objects.of_codebook(annotation_set.codebook_id)
    order: Order = {
        pk: (above, at) for pk, above, at in rows.values_list("pk", "parent_id", "position")
    }
    return {pk: at for at, pk in enumerate(in_tree_order(order))}


def _read(keys: Sequence[int], choose: Choice) -> list[Retagged]:
    """These annotations, locked, with the themes that they have and those that they get."""
    rows = Annotation.objects.select_for_update(of=("self",)).filter(pk__in=keys).order_by("pk")
    columns = rows.values_list("pk", "uuid", "edition__document", "theme_ids")
    held = list(columns)
    links: dict[int, Links] = {}
    taggings = AnnotationTheme.objects.filter(annotation__in=keys)
    for pk, theme, defined in taggings.values_list("annotation", "theme", "defined"):
        links.setdefault(pk, {})[theme] = defined
    found = []
    for pk, uuid, document, ids in held:
        before = links.get(pk, {})
        found.append(Retagged(pk, str(uuid), document, before, choose(before), ids))
    return found


def _write(
    annotation_set: AnnotationSet,
    found: Sequence[Retagged],
    places: dict[int, int],
    head: History,
    by: int | None = None,
) -> None:
    after = [sorted_ids([str(pk) for pk in one.after], places) for one in found]
    keys = [one.pk for one in found]
    # Of each: the themes that go, and those that came or stand under another meaning.
    gone = {pk for one in found for pk in one.before if one.after.get(pk) != one.before[pk]}
    for theme in gone:
        off = [one.pk for one in found if one.before.get(theme, -1) != one.after.get(theme, -1)]
        AnnotationTheme.objects.filter(theme=theme, annotation__in=off).delete()
    insert_rows(
        AnnotationTheme,
        ("annotation", "theme", "defined"),
        (
            (one.pk, theme, defined)
            for one in found
            for theme, defined in one.after.items()
            if one.before.get(theme) != defined
        ),
    )
    now = connection.ops.adapt_datetimefield_value(timezone.now())
    execute_many(
        "UPDATE annotations_annotation SET theme_ids = %s, version = version + 1, modified = %s"
        " WHERE id = %s",
        [(ids, now, pk) for ids, pk in zip(after, keys, strict=True)],
    )
    _record(annotation_set.pk, found, after, head, by or head.actor_id)


def _record(
    annotation_set_id: int,
    found: Sequence[Retagged],
    after: Sequence[str],
    head: History,
    actor: int | None,
) -> None:
    now = timezone.now()
    insert_rows(
        History,
        ("at", "actor", "annotation_set", "kind", "key", "action")
        + ("before", "state", "why", "part_of"),
        (
            (now, actor, annotation_set_id, "annotation", one.uuid, "retag")
            + (packed_json({"theme_ids": one.ids, "defined": one.before}),)
            + (packed_json({"theme_ids": ids, "defined": one.after}), "", head.pk)
            for one, ids in zip(found, after, strict=True)
        ),
    )


def _tell(annotation_set: AnnotationSet, documents: set[int]) -> None:
    """Tells the caches of the documents whose reading has changed."""
    rows = SetDocument.objects.filter(annotation_set=annotation_set, document__in=documents)
    for pk in rows.order_by("pk").values_list("pk", flat=True):
        SetDocument.objects.filter(pk=pk).update(revision=F("revision") + 1)
    # Asked under the lock, for which whoever freezes the set waits too.
    check_thawed(annotation_set)
