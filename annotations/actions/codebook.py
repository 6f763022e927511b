"""What people do to the themes of a codebook: each one transaction, with its version and history.

``versions.changing`` holds the lock, keeps the tree in order and writes what was done.
"""

from __future__ import annotations

from typing import Any, Final

from django.contrib.auth.models import User
from django.db import transaction
from django.utils import timezone

from annotations.actions.planting import (
    MAX_LEVELS,
    MEANING,
    add_theme,
    check_parent,
    place_theme,
    remove_theme,
    reread,
    revive_theme,
    reword_theme,
    swap,
    words_of_theme,
)
from annotations.actions.tree import Order, lineage
from annotations.actions.versions import CHUNK, WORDS, Change, ThemeFault, changing
from annotations.models import AnnotationSet, Codebook, Colour, History, Line, Theme
from annotations.stale import check

__all__ = [
    "MAX_LEVELS",
    "MEANING",
    "WORDS",
    "ThemeFault",
    "add_theme",
    "check_parent",
    "place_theme",
    "remove_theme",
    "revive_theme",
    "reword_theme",
    "words_of_theme",
]


class Stays:
    """That a theme stays under the theme that it stands under."""


STAYS: Final = Stays()


@transaction.atomic
def copy_codebook(codebook: Codebook, *, title: str) -> Codebook:
    """A codebook of its own with the same themes, without the retired ones that have none below
    them that are in use."""
    copy = Codebook.objects.create(title=title, description=codebook.description)
    originals = _needed(list(Theme.objects.of_codebook(codebook.pk)))
    copies = Theme.objects.bulk_create(
        Theme(
            codebook=copy,
            slug=one.slug,
            position=place,
            retired_at=one.retired_at,
            **words_of_theme(one),
        )
        for place, one in enumerate(originals)
    )
    by_original = {one.pk: new for one, new in zip(originals, copies, strict=True)}
    for one, new in zip(originals, copies, strict=True):
        new.parent = by_original[one.parent_id] if one.parent_id else None
    Theme.objects.bulk_update(copies, ["parent"], batch_size=CHUNK)
    return copy


def _needed(themes: list[Theme]) -> list[Theme]:
    """Those in use, and what stands above them; in their order."""
    order: Order = {one.pk: (one.parent_id, one.position) for one in themes}
    needed = {pk for one in themes if one.retired_at is None for pk in lineage(order, one.pk)}
    return [one for one in themes if one.pk in needed]


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
    after: Theme | None = None,
    slug: str = "",
    why: str = "",
) -> Theme:
    """A new theme of the set's codebook: right ``after`` the one that is given, beside it; else the
    last one under ``parent``, or of the whole tree.

    Its slug is ``slug`` or made from its name, with a number where that is taken. Raises ThemeFault
    when the parent is of another codebook, the tree would grow too deep, or a theme in use has this
    name there: a form that is sent twice makes one theme.
    """
    with changing(annotation_set, actor, "create", why=why) as change:
        above = _above(after, change) if after else parent
        if _is_there(change, above, name):
            raise ThemeFault(f"There is a theme “{name}” here already.")
        theme = add_theme(
            change,
            above,
            slug=slug or name,
            name=name,
            definition=definition,
            use_when=use_when,
            not_when=not_when,
            example=example,
            colour=colour,
            line=line,
        )
        if after:
            place_theme(change, theme, above, after, behind=True)
    theme.refresh_from_db(fields=["position"])
    return theme


def _is_there(change: Change, above: Theme | None, name: str) -> bool:
    """Whether a theme in use stands under this one, or at the top, with this name."""
    place = above.pk if above else None
    beside = (row for row in change.themes.values() if row["parent_id"] == place)
    used = {row["name"].casefold() for row in beside if not row["retired_at"]}
    return name.casefold() in used


def edit_theme(
    annotation_set: AnnotationSet,
    theme: Theme,
    *,
    actor: User,
    meaning: bool | None = None,
    base: str = "",
    parent: Theme | None | Stays = STAYS,
    why: str = "",
    **words: Any,
) -> Theme:
    """Gives the theme other words, another colour or line (any of ``WORDS``); its slug stays.

    ``meaning`` says whether it means something else by it, so that what was coded before is to be
    looked at again; None: if its definition or its rules of use are others. ``base`` is the mark of
    these words as they were when the form was opened: raises Stale when they are others by now.
    With ``parent`` it also comes to stand under that theme, as by ``move_theme``.
    """
    if strange := words.keys() - set(WORDS):
        raise TypeError(f"a theme has no {', '.join(sorted(strange))}")
    with changing(annotation_set, actor, "edit", why=why) as change:
        reread(theme, change)
        check(base, words_of_theme(theme, words))
        reword_theme(theme, words, meaning)
        if not isinstance(parent, Stays):
            place_theme(change, theme, parent, None, behind=True)
    if not isinstance(parent, Stays):
        theme.refresh_from_db(fields=["parent", "position"])
    return theme


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
        change.moved = theme.pk
        if step:
            swap(change.order, theme, step)
        else:
            beside = before or after
            above = _above(beside, change) if beside else parent
            place_theme(change, theme, above, beside, behind=before is None)
    theme.refresh_from_db(fields=["parent", "position"])
    return theme


def _above(theme: Theme, change: Change) -> Theme | None:
    """What a theme stands under now, under the lock."""
    if theme.pk not in change.themes:
        raise ThemeFault(f"“{theme.name}” is not there any more.")
    theme.refresh_from_db(fields=["parent"])
    return theme.parent


def delete_theme(
    annotation_set: AnnotationSet, theme: Theme, *, actor: User, why: str = ""
) -> None:
    """Takes an unused theme out of the codebook; ``restore_theme`` brings it back.

    Raises ThemeFault when themes stand below it or annotations carry it.
    """
    with changing(annotation_set, actor, "delete", why=why):
        remove_theme(theme)


def restore_theme(
    annotation_set: AnnotationSet, deleted: History, *, actor: User, why: str = ""
) -> Theme:
    """Brings a deleted theme back as it was, at the end of its level.

    ``deleted`` is the history row of its deletion. Raises ThemeFault when it is back already.
    """
    with changing(annotation_set, actor, "restore", why=why) as change:
        theme = revive_theme(change, int(deleted.key), deleted.state)
    theme.refresh_from_db(fields=["position"])
    return theme


def retire_theme(
    annotation_set: AnnotationSet, theme: Theme, *, actor: User, why: str = ""
) -> Theme:
    """Offers the theme no more; it stays on what carries it."""
    with changing(annotation_set, actor, "retire", why=why) as change:
        reread(theme, change)
        theme.retired_at = theme.retired_at or timezone.now()
        theme.save(update_fields=["retired_at"])
    return theme


def unretire_theme(
    annotation_set: AnnotationSet, theme: Theme, *, actor: User, why: str = ""
) -> Theme:
    """Offers a retired theme again."""
    with changing(annotation_set, actor, "unretire", why=why) as change:
        reread(theme, change)
        theme.retired_at, theme.merged_into = None, None
        theme.save(update_fields=["retired_at", "merged_into"])
    return theme
