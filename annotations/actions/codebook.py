"""What people do to the themes of a codebook: each one transaction, with its history row.

Every change adds one to ``Codebook.revision`` and keeps ``Theme.position`` the place in the whole
tree, read from top to bottom: a theme, then what is below it, then its next sibling.
"""

from __future__ import annotations

from typing import Any

from django.contrib.auth.models import User
from django.db import transaction
from django.db.models import F

from annotations.actions.history import record
from annotations.actions.slugs import free_slug
from annotations.actions.tree import Order, in_tree_order, levels, lineage
from annotations.models import Annotation, AnnotationSet, Codebook, Colour, History, Line, Theme

WORDS = ("name", "definition", "use_when", "not_when", "example", "colour", "line")
MAX_LEVELS = 8
CHUNK = 500


class ThemeFault(ValueError):
    """Something that cannot be done to a theme; its message says why, in one sentence."""


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


@transaction.atomic
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
) -> Theme:
    """A new theme of the set's codebook: the last one under ``parent``, or of the whole tree.

    Its slug is ``slug`` or made from its name, with a number where that is taken. Raises ThemeFault
    when the parent is of another codebook or the tree would grow too deep.
    """
    order = _lock(annotation_set)
    _check_parent(order, annotation_set, parent, height=1)
    theme = Theme.objects.create(
        codebook=annotation_set.codebook,
        parent=parent,
        slug=_free_slug(annotation_set, slug or name),
        name=name,
        definition=definition,
        use_when=use_when,
        not_when=not_when,
        example=example,
        colour=colour,
        line=line,
        position=len(order),
    )
    _renumber(annotation_set)
    theme.refresh_from_db(fields=["position"])
    _log(annotation_set, theme, "create", actor)
    return theme


@transaction.atomic
def edit_theme(annotation_set: AnnotationSet, theme: Theme, *, actor: User, **words: Any) -> Theme:
    """Gives the theme other words, another colour or line (any of ``WORDS``); its slug stays."""
    _lock(annotation_set)
    for field in WORDS:
        if field in words:
            setattr(theme, field, words.pop(field))
    if words:
        raise TypeError(f"a theme has no {', '.join(words)}")
    theme.save(update_fields=WORDS)
    _log(annotation_set, theme, "edit", actor)
    return theme


@transaction.atomic
def move_theme(
    annotation_set: AnnotationSet,
    theme: Theme,
    *,
    actor: User,
    step: int = 0,
    parent: Theme | None = None,
) -> Theme:
    """Moves a theme with all below it: up (``step=-1``) or down (1) among its siblings, else to the
    end of what is under ``parent`` (None: the top level).

    Raises ThemeFault when it would stand below itself or in another codebook, or too deep.
    """
    order = _lock(annotation_set)
    if step:
        _swap(order, theme, step)
    else:
        if parent is not None and theme.pk in lineage(order, parent.pk):
            raise ThemeFault(f"“{theme.name}” cannot stand below itself.")
        _check_parent(order, annotation_set, parent, height=levels(order, theme.pk))
        Theme.objects.filter(pk=theme.pk).update(parent=parent, position=len(order))
    if _renumber(annotation_set):
        _sort_theme_ids(annotation_set.codebook)
    theme.refresh_from_db(fields=["parent", "position"])
    _log(annotation_set, theme, "move", actor)
    return theme


@transaction.atomic
def delete_theme(annotation_set: AnnotationSet, theme: Theme, *, actor: User) -> None:
    """Takes an unused theme out of the codebook; ``restore_theme`` brings it back.

    Raises ThemeFault when themes stand below it or annotations carry it.
    """
    _lock(annotation_set)
    if below := theme.children.count():
        many = "1 theme stands" if below == 1 else f"{below} themes stand"
        raise ThemeFault(f"“{theme.name}” stays: {many} below it. Move or delete them first.")
    if used := theme.annotation_themes.count():
        many = "1 annotation carries" if used == 1 else f"{used} annotations carry"
        raise ThemeFault(f"“{theme.name}” stays: {many} it (private and deleted ones count too).")
    _log(annotation_set, theme, "delete", actor)
    theme.delete()
    _renumber(annotation_set)


@transaction.atomic
def restore_theme(annotation_set: AnnotationSet, deleted: History, *, actor: User) -> Theme:
    """Brings a deleted theme back as it was, at the end of its level.

    ``deleted`` is the history row of its deletion.
    """
    state = deleted.state
    parent = Theme.objects.of_codebook(annotation_set.codebook_id).filter(pk=state["parent"])
    words = {field: state[field] for field in (*WORDS, "slug")}
    theme = create_theme(annotation_set, actor=actor, parent=parent.first(), **words)
    record(
        "theme",
        deleted.key,
        "restore",
        actor=actor,
        annotation_set=annotation_set,
        state={"as": theme.pk},
    )
    return theme


def _words(theme: Theme) -> dict[str, Any]:
    return {field: getattr(theme, field) for field in WORDS}


def _log(annotation_set: AnnotationSet, theme: Theme, action: str, actor: User) -> None:
    state = {**_words(theme), "slug": theme.slug, "parent": theme.parent_id}
    state["position"] = theme.position
    record("theme", theme.pk, action, actor=actor, annotation_set=annotation_set, state=state)


def _free_slug(annotation_set: AnnotationSet, name: str) -> str:
    return free_slug(name, Theme.objects.of_codebook(annotation_set.codebook_id), "theme")


def _lock(annotation_set: AnnotationSet) -> Order:
    """Counts the change, which makes writers of one codebook follow each other; then its tree."""
    books = Codebook.objects.filter(pk=annotation_set.codebook_id)
    books.update(revision=F("revision") + 1)
    annotation_set.codebook.refresh_from_db(fields=["revision"])
    _renumber(annotation_set)
    return _order(annotation_set)


def _order(annotation_set: AnnotationSet) -> Order:
    rows = Theme.objects.of_codebook(annotation_set.codebook_id)
    return {pk: (parent, at) for pk, parent, at in rows.values_list("pk", "parent_id", "position")}


def _check_parent(
    order: Order, annotation_set: AnnotationSet, parent: Theme | None, *, height: int
) -> None:
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


def _renumber(annotation_set: AnnotationSet) -> bool:
    """Makes every position the place in the tree; whether any was another."""
    order = _order(annotation_set)
    changed = [
        Theme(pk=pk, position=place)
        for place, pk in enumerate(in_tree_order(order))
        if order[pk][1] != place
    ]
    Theme.objects.bulk_update(changed, ["position"], batch_size=CHUNK)
    return bool(changed)


def _sort_theme_ids(codebook: Codebook) -> None:
    """Brings ``theme_ids`` of the annotations with several themes into the codebook's order."""
    places = dict(Theme.objects.of_codebook(codebook.pk).values_list("pk", "position"))
    rows = Annotation.objects.filter(annotation_set__codebook=codebook, theme_ids__contains=" ")
    # Locked: an edit that came between reading and writing would lose its themes from the list.
    rows = rows.select_for_update(of=("self",)).only("pk", "theme_ids")
    changed: list[Annotation] = []
    for annotation in rows.order_by("pk").iterator(CHUNK):
        ids = sorted(annotation.theme_ids.split(), key=lambda pk: (places.get(int(pk), 0), int(pk)))
        if " ".join(ids) != annotation.theme_ids:
            annotation.theme_ids = " ".join(ids)
            changed.append(annotation)
    Annotation.objects.bulk_update(changed, ["theme_ids"], batch_size=CHUNK)
