"""Every change to a codebook: under its lock, with its version and its rows of history.

A change adds one to ``Codebook.revision``, keeps ``Theme.position`` the place in the whole tree
read from top to bottom, and writes what it did as a ``CodebookVersion``.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

from django.contrib.auth.models import User
from django.db import transaction
from django.db.models import F

from annotations.actions.history import record
from annotations.actions.tree import Order, in_tree_order
from annotations.models import (
    Annotation,
    AnnotationSet,
    Codebook,
    CodebookVersion,
    History,
    Theme,
)
from archive.rows import update_rows

WORDS = ("name", "definition", "use_when", "not_when", "example", "colour", "line")
# What of a theme a version keeps; its place is kept as the order of all.
COLUMNS = (*WORDS, "slug", "parent_id", "defined", "retired_at", "merged_into_id")
CHUNK = 500
Kept = dict[int, dict[str, Any]]


class ThemeFault(ValueError):
    """Something that cannot be done to a theme; its message says why, in one sentence."""


@dataclass(slots=True)
class Change:
    """A change of a codebook that is being made. ``themes`` is what they were before, ``head`` the
    row of history that the rows of a change to many things are part of, ``moved`` the theme whose
    place is changed, where one is."""

    annotation_set: AnnotationSet
    actor: User
    action: str
    why: str
    number: int
    themes: Kept
    places: list[int]
    head: History | None = None
    moved: int | None = None
    state: dict[str, Any] = field(default_factory=dict)

    @property
    def order(self) -> Order:
        """The tree as it was when the change began."""
        return {pk: (self.themes[pk]["parent_id"], at) for at, pk in enumerate(self.places)}


@contextmanager
def changing(
    annotation_set: AnnotationSet,
    actor: User,
    action: str,
    *,
    why: str = "",
    many: bool = False,
    undoes: History | None = None,
) -> Iterator[Change]:
    """Change rows of Theme in its body; one transaction, which writers of one codebook wait for.

    With ``many`` the change has a head row of history, of kind "codebook", and what it does to
    themes and annotations is part of it; else each theme that it changes has a row of its own.
    """
    with transaction.atomic():
        number = _count(annotation_set)
        _renumber(annotation_set)
        themes = kept_themes(annotation_set.codebook_id)
        change = Change(annotation_set, actor, action, why, number, themes, list(themes))
        if many:
            change.head = record(
                "codebook",
                annotation_set.codebook_id,
                action,
                actor=actor,
                annotation_set=annotation_set,
                state={"version": number},
                why=why,
                undoes=undoes,
            )
        yield change
        _renumber(annotation_set)
        after = kept_themes(annotation_set.codebook_id)
        if [pk for pk in after if pk in themes] != [pk for pk in themes if pk in after]:
            _sort_theme_ids(annotation_set.codebook)
        _write(change, after, undoes)


def _count(annotation_set: AnnotationSet) -> int:
    """Adds one to the codebook's revision: also the lock for which its next writer waits."""
    books = Codebook.objects.filter(pk=annotation_set.codebook_id)
    books.update(revision=F("revision") + 1)
    annotation_set.codebook.refresh_from_db(fields=["revision"])
    return annotation_set.codebook.revision


def kept_themes(codebook_id: int) -> Kept:
    """What versions keep of a codebook's themes, in the order of the tree: one query."""
    rows = Theme.objects.of_codebook(codebook_id).values("pk", *COLUMNS)
    return {row.pop("pk"): _plain(row) for row in rows}


def kept_theme(theme: Theme) -> dict[str, Any]:
    """What versions keep of a theme as it was loaded."""
    return _plain({name: getattr(theme, name) for name in COLUMNS})


def _plain(row: dict[str, Any]) -> dict[str, Any]:
    if row["retired_at"] is not None:
        row["retired_at"] = row["retired_at"].isoformat()
    return row


def _write(change: Change, after: Kept, undoes: History | None) -> None:
    changes: dict[str, dict[str, list[Any]]] = {}
    for pk in change.themes.keys() | after.keys():
        old, new = change.themes.get(pk, {}), after.get(pk, {})
        differing = {
            name: [old.get(name), new.get(name)]
            for name in COLUMNS
            if old.get(name) != new.get(name)
        }
        if differing:
            changes[str(pk)] = differing
    places = list(after)
    moved = places != change.places
    CodebookVersion.objects.create(
        codebook_id=change.annotation_set.codebook_id,
        number=change.number,
        actor=change.actor,
        action=change.action,
        why=change.why,
        changes=changes,
        order=_order(change, places) if moved else {},
    )
    _record_themes(change, after, undoes, {int(pk) for pk in changes} or _carried(change, places))
    if change.head is not None and change.state:
        change.head.state |= change.state
        change.head.save(update_fields=["state"])


def _order(change: Change, places: list[int]) -> dict[str, Any]:
    order: dict[str, Any] = {"before": change.places, "after": places}
    return order if change.moved is None else order | {"moved": change.moved}


def _carried(change: Change, places: list[int]) -> set[int]:
    """The theme whose place alone was changed; where nobody says which, the first."""
    if change.moved is not None:
        return {change.moved} if change.places != places else set()
    moved = [new for old, new in zip(change.places, places, strict=False) if old != new]
    return set(moved[:1])


def _record_themes(change: Change, after: Kept, undoes: History | None, themes: set[int]) -> None:
    at = {pk: place for place, pk in enumerate(after)}
    was = {pk: place for place, pk in enumerate(change.places)}
    for pk in sorted(themes):
        old, new = change.themes.get(pk), after.get(pk)
        state: dict[str, Any] = {**(new or old or {}), "version": change.number}
        state |= {"position": at.get(pk, was.get(pk)), "deleted": new is None}
        state["parent"] = state["parent_id"]
        record(
            "theme",
            pk,
            change.action,
            actor=change.actor,
            annotation_set=change.annotation_set,
            before=old and {**old, "position": was[pk], "deleted": False},
            state=state,
            why=change.why,
            part_of=change.head,
            undoes=None if change.head else undoes,
        )


def put_in_order(annotation_set: AnnotationSet, places: list[int]) -> None:
    """Gives themes the places of this list, as far as it names them; inside a change."""
    now = list(Theme.objects.of_codebook(annotation_set.codebook_id).values_list("pk", flat=True))
    rank = {pk: place for place, pk in enumerate(places)}
    known = sorted((pk for pk in now if pk in rank), key=lambda pk: rank[pk])
    following = iter(known)
    wanted = [next(following) if pk in rank else pk for pk in now]
    update_rows(Theme, "position", [(place, pk) for place, pk in enumerate(wanted)])


def _renumber(annotation_set: AnnotationSet) -> None:
    """Makes every position the place in the tree."""
    rows = Theme.objects.of_codebook(annotation_set.codebook_id)
    order: Order = {
        pk: (above, at) for pk, above, at in rows.values_list("pk", "parent_id", "position")
    }
    places = enumerate(in_tree_order(order))
    update_rows(Theme, "position", [(at, pk) for at, pk in places if order[pk][1] != at])


def _sort_theme_ids(codebook: Codebook) -> None:
    """Brings ``theme_ids`` of the annotations with several themes into the codebook's order."""
    places = dict(Theme.objects.of_codebook(codebook.pk).values_list("pk", "position"))
    rows = Annotation.objects.filter(annotation_set__codebook=codebook, theme_ids__contains=" ")
    # Locked: an edit that came between reading and writing would lose its themes from the list.
    rows = rows.select_for_update(of=("self",)).order_by("pk")
    sorted_already: dict[str, str] = {}
    changed: list[tuple[str, int]] = []
    for pk, ids in rows.values_list("pk", "theme_ids"):
        if ids not in sorted_already:
            sorted_already[ids] = sorted_ids(ids.split(), places)
        if sorted_already[ids] != ids:
            changed.append((sorted_already[ids], pk))
    update_rows(Annotation, "theme_ids", changed)


def sorted_ids(ids: list[str], places: dict[int, int]) -> str:
    """What ``theme_ids`` says of these themes, whose places in the tree are given."""
    return " ".join(sorted(ids, key=lambda pk: (places.get(int(pk), 0), int(pk))))
