"""What people do to the themes of a codebook: each one transaction, with its version and history.

``versions.changing`` holds the lock, keeps the tree in order and writes what was done.
"""

from __future__ import annotations

from typing import Any

from django.contrib.auth.models import User
from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.dateparse import parse_datetime

from annotations.actions.slugs import free_slug
from annotations.actions.tree import Order, levels, lineage
from annotations.actions.versions import (
    CHUNK,
    COLUMNS,
    WORDS,
    Change,
    ThemeFault,
    changing,
    put_in_order,
)
from annotations.models import AnnotationSet, Codebook, Colour, History, Line, Theme
from annotations.stale import Stale, check

__all__ = ["WORDS", "ThemeFault"]
# A theme means what these say: passages coded before they changed are to be looked at again.
MEANING = ("definition", "use_when", "not_when")
MAX_LEVELS = 8


@transaction.atomic
def copy_codebook(codebook: Codebook, *, title: str) -> Codebook:
    """A codebook of its own with the same themes."""
    copy = Codebook.objects.create(title=title, description=codebook.description)
    originals = list(Theme.objects.of_codebook(codebook.pk))
    copies = Theme.objects.bulk_create(
        Theme(codebook=copy, slug=one.slug, position=place, **_words(one))
        for place, one in enumerate(originals)
    )
    by_original = {one.pk: new for one, new in zip(originals, copies, strict=True)}
    for one, new in zip(originals, copies, strict=True):
        new.parent = by_original[one.parent_id] if one.parent_id else None
    Theme.objects.bulk_update(copies, ["parent"], batch_size=CHUNK)
    return copy


def create_theme(
    annotation_set: AnnotationSet,
    *,
    actor: User,
    name: str,
    definition: str = "",
    use_when: str = "",
    not_when: str = "",
    example: str = "",
    colour: int = Colour.BLUE,
    line: int = Line.SOLID,
    parent: Theme | None = None,
    slug: str = "",
    why: str = "",
) -> Theme:
    """A new theme of the set's codebook: the last one under ``parent``, or of the whole tree.

    Its slug is ``slug`` or made from its name, with a number where that is taken. Raises ThemeFault
    when the parent is of another codebook or the tree would grow too deep.
    """
    with changing(annotation_set, actor, "create", why=why) as change:
        theme = add_theme(
            change,
            parent,
            slug=slug or name,
            name=name,
            definition=definition,
            use_when=use_when,
            not_when=not_when,
            example=example,
            colour=colour,
            line=line,
        )
    theme.refresh_from_db(fields=["position"])
    return theme


def add_theme(change: Change, parent: Theme | None, *, slug: str, **words: Any) -> Theme:
    """Adds a theme in a change of the codebook, as the last under ``parent``; as create_theme."""
    order = _order_now(change)
    check_parent(order, change.annotation_set, parent, height=1)
    return Theme.objects.create(
        codebook=change.annotation_set.codebook,
        parent=parent,
        slug=_free_slug(change.annotation_set, slug),
        position=len(order),
        **words,
    )


def edit_theme(
    annotation_set: AnnotationSet,
    theme: Theme,
    *,
    actor: User,
    meaning: bool | None = None,
    base: str = "",
    why: str = "",
    **words: Any,
) -> Theme:
    """Gives the theme other words, another colour or line (any of ``WORDS``); its slug stays.

    ``meaning`` says whether it means something else by it, so that what was coded before is to be
    looked at again; None: if its definition or its rules of use are others. ``base`` is the mark of
    its words when the form was opened: raises Stale when they are others by now.
    """
    if strange := words.keys() - set(WORDS):
        raise TypeError(f"a theme has no {', '.join(sorted(strange))}")
    with changing(annotation_set, actor, "edit", why=why) as change:
        _reread(theme, change)
        check(base, words_of_theme(theme))
        reword_theme(theme, words, meaning)
    return theme


def reword_theme(theme: Theme, words: dict[str, Any], meaning: bool | None = None) -> None:
    """Gives a theme other words, inside a change of its codebook; as edit_theme."""
    if meaning is None:
        meaning = any(name in words and words[name] != getattr(theme, name) for name in MEANING)
    for name, value in words.items():
        setattr(theme, name, value)
    theme.defined += bool(meaning)
    theme.save(update_fields=[*WORDS, "defined"])


def words_of_theme(theme: Theme) -> dict[str, Any]:
    """What the form for editing a theme shows; the form's ``base`` is the mark of it."""
    return {name: getattr(theme, name) for name in WORDS}


def move_theme(
    annotation_set: AnnotationSet,
    theme: Theme,
    *,
    actor: User,
    step: int = 0,
    parent: Theme | None = None,
    before: Theme | None = None,
    after: Theme | None = None,
    why: str = "",
) -> Theme:
    """Moves a theme with all below it: up (``step=-1``) or down (1) among its siblings; right
    ``before`` or ``after`` another theme, beside it; else to the end of what is under ``parent``
    (None: the top level).

    Raises ThemeFault when it would stand below itself or in another codebook, or too deep.
    """
    with changing(annotation_set, actor, "move", why=why) as change:
        if step:
            _swap(change.order, theme, step)
        else:
            beside = before or after
            above = beside.parent if beside else parent
            place_theme(change, theme, above, beside, behind=before is None)
    theme.refresh_from_db(fields=["parent", "position"])
    return theme


def place_theme(
    change: Change, theme: Theme, parent: Theme | None, beside: Theme | None, *, behind: bool
) -> None:
    """Puts a theme, with all below it, under ``parent``: right before or behind the one beside
    which it is to stand, else at the end; inside a change. Raises ThemeFault."""
    order = _order_now(change)
    if parent is not None and theme.pk in lineage(order, parent.pk):
        raise ThemeFault(f"“{theme.name}” cannot stand below itself.")
    check_parent(order, change.annotation_set, parent, height=levels(order, theme.pk))
    Theme.objects.filter(pk=theme.pk).update(parent=parent, position=len(order))
    if beside is None or beside.pk == theme.pk:
        return
    places = sorted((pk for pk in order if pk != theme.pk), key=lambda pk: order[pk][1])
    places.insert(places.index(beside.pk) + behind, theme.pk)
    put_in_order(change.annotation_set, places)


def delete_theme(annotation_set: AnnotationSet, theme: Theme, *, actor: User) -> None:
    """Takes an unused theme out of the codebook; ``restore_theme`` brings it back.

    Raises ThemeFault when themes stand below it or annotations carry it.
    """
    with changing(annotation_set, actor, "delete"):
        remove_theme(theme)


def remove_theme(theme: Theme) -> None:
    """Takes an unused theme out, inside a change of its codebook; as delete_theme."""
    if below := theme.children.count():
        many = "1 theme stands" if below == 1 else f"{below} themes stand"
        raise ThemeFault(f"“{theme.name}” stays: {many} below it. Move or delete them first.")
    if used := theme.annotation_themes.count():
        many = "1 annotation carries" if used == 1 else f"{used} annotations carry"
        raise ThemeFault(f"“{theme.name}” stays: {many} it (private and deleted ones count too).")
    theme.delete()


def restore_theme(annotation_set: AnnotationSet, deleted: History, *, actor: User) -> Theme:
    """Brings a deleted theme back as it was, at the end of its level.

    ``deleted`` is the history row of its deletion. Raises ThemeFault when it is back already.
    """
    with changing(annotation_set, actor, "restore") as change:
        theme = revive_theme(change, int(deleted.key), deleted.state)
    theme.refresh_from_db(fields=["position"])
    return theme


def revive_theme(change: Change, pk: int, state: dict[str, Any]) -> Theme:
    """Makes a theme again that was deleted, under the key that it had, inside a change."""
    order = _order_now(change)
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
        slug=_free_slug(change.annotation_set, state["slug"]),
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


def retire_theme(
    annotation_set: AnnotationSet, theme: Theme, *, actor: User, why: str = ""
) -> Theme:
    """Offers the theme no more; it stays on what carries it."""
    with changing(annotation_set, actor, "retire", why=why) as change:
        _reread(theme, change)
        theme.retired_at = theme.retired_at or timezone.now()
        theme.save(update_fields=["retired_at"])
    return theme


def unretire_theme(
    annotation_set: AnnotationSet, theme: Theme, *, actor: User, why: str = ""
) -> Theme:
    """Offers a retired theme again."""
    with changing(annotation_set, actor, "unretire", why=why) as change:
        _reread(theme, change)
        theme.retired_at, theme.merged_into = None, None
        theme.save(update_fields=["retired_at", "merged_into"])
    return theme


def _reread(theme: Theme, change: Change) -> None:
    """What it is now, under the lock. Raises Stale when it is not there any more."""
    if theme.pk not in change.themes:
        raise Stale("This theme was deleted meanwhile.")
    theme.refresh_from_db(fields=[*COLUMNS, "position"])


def _words(theme: Theme) -> dict[str, Any]:
    return {field: getattr(theme, field) for field in WORDS}


def _free_slug(annotation_set: AnnotationSet, name: str) -> str:
    return free_slug(name, Theme.objects.of_codebook(annotation_set.codebook_id), "theme")


def _order_now(change: Change) -> Order:
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


def _swap(order: Order, theme: Theme, step: int) -> None:
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
