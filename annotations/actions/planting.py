"""The steps that changes of a codebook are made of: each is to be called inside ``changing``."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django.db import IntegrityError, transaction
from django.utils.dateparse import parse_datetime

from annotations.actions.slugs import free_slug
from annotations.actions.tree import Order, levels, lineage
from annotations.actions.versions import COLUMNS, WORDS, Change, ThemeFault, put_in_order
from annotations.models import AnnotationSet, Theme
from annotations.stale import Stale

# A theme means what these say: passages coded before they changed are to be looked at again.
MEANING = ("definition", "use_when", "not_when")
MAX_LEVELS = 8
# Pages of a codebook that stand where a theme's name would.
RESERVED = frozenset(
    ("bring", "compare", "csv", "edit", "history", "merge", "new", "passages", "restore")
    + ("review", "sample", "split", "themes", "undo", "versions")
)


def add_theme(change: Change, parent: Theme | None, *, slug: str, **words: Any) -> Theme:
    """Adds a theme in a change of the codebook, as the last under ``parent``; as create_theme."""
    order = order_now(change)
    check_parent(order, change.annotation_set, parent, height=1)
    return Theme.objects.create(
        codebook=change.annotation_set.codebook,
        parent=parent,
        slug=new_slug(change.annotation_set, slug),
        position=len(order),
        **words,
    )


def reword_theme(theme: Theme, words: dict[str, Any], meaning: bool | None = None) -> None:
    """Gives a theme other words, inside a change of its codebook; as edit_theme."""
    if meaning is None:
        meaning = any(name in words and words[name] != getattr(theme, name) for name in MEANING)
    for name, value in words.items():
        setattr(theme, name, value)
    theme.defined += bool(meaning)
    theme.save(update_fields=[*WORDS, "defined"])


def words_of_theme(theme: Theme, names: Iterable[str] = WORDS) -> dict[str, Any]:
    """What the form for editing a theme shows, or these of its words; the form's ``base`` is the
    mark of it."""
    return {name: getattr(theme, name) for name in names}


def place_theme(
    change: Change, theme: Theme, parent: Theme | None, beside: Theme | None, *, behind: bool
) -> None:
    """Puts a theme, with all below it, under ``parent``: right before or behind the one beside
    which it is to stand, else at the end; inside a change. Raises ThemeFault."""
    order = order_now(change)
    if parent is not None and theme.pk in lineage(order, parent.pk):
        raise ThemeFault(f"“{theme.name}” cannot stand below itself.")
    check_parent(order, change.annotation_set, parent, height=levels(order, theme.pk))
    Theme.objects.filter(pk=theme.pk).update(parent=parent, position=len(order))
    if beside is None or beside.pk == theme.pk:
        return
    places = sorted((pk for pk in order if pk != theme.pk), key=lambda pk: order[pk][1])
    places.insert(places.index(beside.pk) + behind, theme.pk)
    put_in_order(change.annotation_set, places)


def remove_theme(theme: Theme) -> None:
    """Takes an unused theme out, inside a change of its codebook; as delete_theme."""
    if below := theme.children.count():
        many = "1 theme stands" if below == 1 else f"{below} themes stand"
        raise ThemeFault(f"“{theme.name}” stays: {many} below it. Move or delete them first.")
    if used := theme.annotation_themes.count():
        many = "1 annotation carries" if used == 1 else f"{used} annotations carry"
        raise ThemeFault(f"“{theme.name}” stays: {many} it (private and deleted ones count too).")
    theme.delete()


def revive_theme(change: Change, pk: int, state: dict[str, Any]) -> Theme:
    """Makes a theme again that was deleted, under the key that it had, inside a change."""
    order = order_now(change)
    if pk in order:
        raise ThemeFault(f"“{state['name']}” is back already.")
    above = state.get("parent_id", state.get("parent"))
    parent = Theme.objects.filter(pk=above).first() if above in order else None
    check_parent(order, change.annotation_set, parent, height=1)
    words = {name: state[name] for name in WORDS}
    retired = parse_datetime(state.get("retired_at") or "")
    theme = Theme(
        pk=pk,
        codebook=change.annotation_set.codebook,
        parent=parent,
        slug=new_slug(change.annotation_set, state["slug"]),
        position=len(order),
        defined=state.get("defined", 1),
        retired_at=retired,
        **words,
    )
    try:
        with transaction.atomic():
            theme.save(force_insert=True)
    except IntegrityError as fault:
        raise ThemeFault(f"“{theme.name}” cannot be brought back.") from fault
    return theme


def reread(theme: Theme, change: Change) -> None:
    """What it is now, under the lock. Raises Stale when it is not there any more."""
    if theme.pk not in change.themes:
        raise Stale("This theme was deleted meanwhile.")
    theme.refresh_from_db(fields=[*COLUMNS, "position"])


def new_slug(annotation_set: AnnotationSet, name: str) -> str:
    """A free address for a theme of this name, which is no page's of the codebook."""
    themes = Theme.objects.of_codebook(annotation_set.codebook_id)
    return free_slug(name, themes, "theme", RESERVED)


def order_now(change: Change) -> Order:
    """The tree as it is in the middle of a change."""
    rows = Theme.objects.of_codebook(change.annotation_set.codebook_id)
    return {pk: (parent, at) for pk, parent, at in rows.values_list("pk", "parent_id", "position")}


def check_parent(
    order: Order, annotation_set: AnnotationSet, parent: Theme | None, *, height: int
) -> None:
    """Raises ThemeFault when a theme of this many levels cannot stand under ``parent``."""
    if parent is None:
        return
    if parent.codebook_id != annotation_set.codebook_id or parent.pk not in order:
        raise ThemeFault("The theme above must be one of the same codebook.")
    if len(lineage(order, parent.pk)) + height > MAX_LEVELS:
        raise ThemeFault(f"A codebook is at most {MAX_LEVELS} levels deep.")


def swap(order: Order, theme: Theme, step: int) -> None:
    """Trades places with the sibling above or below; at the end of the row nothing happens."""
    parent = order[theme.pk][0]
    row = sorted((at, pk) for pk, (above, at) in order.items() if above == parent)
    siblings = [pk for _, pk in row]
    here = siblings.index(theme.pk)
    there = here + (1 if step > 0 else -1)
    if not 0 <= there < len(siblings):
        return
    other = siblings[there]
    Theme.objects.filter(pk=theme.pk).update(position=order[other][1])
    Theme.objects.filter(pk=other).update(position=order[theme.pk][1])
