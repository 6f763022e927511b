"""A codebook's past: what it was at a version, and bringing it back to one."""

from __future__ import annotations

from typing import Any, NamedTuple

from django.contrib.auth.models import User
from django.utils import timezone
from django.utils.dateparse import parse_datetime

from annotations.actions.planting import remove_theme, revive_theme
from annotations.actions.versions import (
    COLUMNS,
    WORDS,
    Change,
    ThemeFault,
    changing,
    kept_themes,
    put_in_order,
)
from annotations.models import AnnotationSet, AnnotationTheme, CodebookVersion, Theme
from annotations.stale import Stale
from annotations.walking import Kept, Turn, walked_back


class BroughtBack(NamedTuple):
    """The version that a codebook was brought back to, and the themes that were made since and had
    to stay, since annotations carry them: they are retired."""

    number: int
    stayed: list[str]


def turns_after(codebook_id: int, number: int) -> list[Turn]:
    """What was changed after a version, the latest first: one query."""
    rows = CodebookVersion.objects.filter(codebook=codebook_id, number__gt=number)
    found = rows.order_by("-number").values_list("number", "changes", "order")
    return [Turn(*row) for row in found]


def state_at(codebook_id: int, number: int) -> Kept:
    """The themes as they were at a version, one of those that ``first_known`` begins."""
    now = kept_themes(codebook_id)
    return walked_back(now, turns_after(codebook_id, number), COLUMNS)


def first_known(codebook_id: int) -> int | None:
    """The number of the earliest state that can be had: before the first recorded version."""
    first = CodebookVersion.objects.filter(codebook=codebook_id).order_by("number")
    number = first.values_list("number", flat=True).first()
    return None if number is None else number - 1


def go_back(
    annotation_set: AnnotationSet, number: int, *, seen: int, actor: User, why: str = ""
) -> BroughtBack:
    """Makes the codebook what it was at a version; annotations keep the themes that they have.

    Themes that were deleted since come back. Those that were made since go, or are retired where
    annotations carry them. What means something else by it is to be looked at again. ``seen`` is
    the revision whose difference was shown: raises Stale when the codebook has changed since.
    """
    with changing(annotation_set, actor, "back", why=why, many=True) as change:
        if change.number - 1 != seen:
            raise Stale("The codebook was changed meanwhile.")
        turns = turns_after(annotation_set.codebook_id, number)
        target = walked_back(change.themes, turns, COLUMNS)
        change.state["to"] = number
        for pk, columns in target.items():
            if pk not in change.themes:
                revive_theme(change, pk, columns | {"parent_id": None, "parent": None})
        for pk, columns in target.items():
            _make(pk, columns)
        stayed = _leave(change, [pk for pk in change.themes if pk not in target])
        put_in_order(annotation_set, list(target))
    return BroughtBack(number, stayed)


def _make(pk: int, columns: dict[str, Any]) -> None:
    """Gives a theme all that it had."""
    theme = Theme.objects.get(pk=pk)
    for name in (*WORDS, "parent_id", "defined", "merged_into_id"):
        setattr(theme, name, columns[name])
    theme.retired_at = parse_datetime(columns["retired_at"] or "")
    theme.save()
    links = AnnotationTheme.objects.filter(theme=theme, defined__gt=theme.defined)
    links.update(defined=0)


def _leave(change: Change, themes: list[int]) -> list[str]:
    """Takes out what was made since, from below; the names of those that are retired instead."""
    stayed = []
    for pk in reversed(themes):
        theme = Theme.objects.get(pk=pk)
        try:
            remove_theme(theme)
        except ThemeFault:
            theme.retired_at = theme.retired_at or timezone.now()
            theme.save(update_fields=["retired_at"])
            stayed.append(theme.name)
    return stayed[::-1]
