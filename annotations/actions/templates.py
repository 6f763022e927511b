"""Themes that come from elsewhere: the sample, another set's codebook, a table."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from pathlib import Path
from typing import Any, NamedTuple

from django.conf import settings
from django.contrib.auth.models import User
from django.db import transaction
from django.utils import timezone

from annotations.actions.planting import add_theme, reword_theme
from annotations.actions.sets import create_set
from annotations.actions.versions import Change, changing, kept_themes
from annotations.formats.brought import BroughtTheme
from annotations.incoming import DIFFERS, NEW, Item, even, planned
from annotations.models import AnnotationSet, Colour, Line, Theme
from annotations.sample import CODEBOOK, CodebookSample, read_codebook
from annotations.stale import Stale

SIGNS = {"colour": dict(Colour.choices), "line": dict(Line.choices)}
WORDS = ("name", "definition", "use_when", "not_when", "example", "colour", "line")
SAMPLE = Path(settings.BASE_DIR) / "fixtures" / CODEBOOK


class Brought(NamedTuple):
    """How many themes were added, and how many got other words."""

    added: int
    changed: int


def sample_codebook() -> CodebookSample:
    """The sample codebook that comes with the app."""
    return read_codebook(SAMPLE)


def of_sample() -> list[BroughtTheme]:
    """The themes of the sample codebook."""
    return [
        BroughtTheme(
            key=one.slug,
            name=one.name,
            words={name: getattr(one, name) for name in WORDS},
            parent=one.parent,
            slug=one.slug,
        )
        for one in sample_codebook().themes
    ]


def of_set(annotation_set: AnnotationSet) -> list[BroughtTheme]:
    """The themes of a set's codebook, which whoever asks has been found to see."""
    themes = kept_themes(annotation_set.codebook_id)
    return [
        BroughtTheme(
            key=str(pk),
            name=one["name"],
            words={name: even(one[name]) for name in WORDS},
            parent=str(one["parent_id"] or ""),
            slug=one["slug"],
            retired=one["retired_at"] is not None,
        )
        for pk, one in themes.items()
    ]


def plan(annotation_set: AnnotationSet, incoming: Sequence[BroughtTheme]) -> list[Item]:
    """What each of these themes would do in a set's codebook: one query."""
    return planned(kept_themes(annotation_set.codebook_id), incoming, SIGNS)


def bring_in(
    annotation_set: AnnotationSet,
    incoming: Sequence[BroughtTheme],
    take: Collection[int],
    *,
    seen: int,
    actor: User,
    action: str,
    why: str = "",
) -> Brought:
    """Adds the new themes of those that are taken, and gives their words to those that are there.

    ``take`` are their numbers among ``incoming``; ``seen`` is the revision of the codebook beside
    which they were shown: raises Stale when it is another by now. ``action`` is ``import`` or
    ``copy``. Raises ThemeFault when the tree would grow too deep; then nothing is changed.
    """
    with changing(annotation_set, actor, action, why=why, many=True) as change:
        if change.number - 1 != seen:
            raise Stale("The codebook was changed meanwhile.")
        done = _brought(change, planned(change.themes, incoming, SIGNS), take)
        change.state |= {"added": done.added, "changed": done.changed}
    return done


def _brought(change: Change, items: list[Item], take: Collection[int]) -> Brought:
    here = {one.pk: one for one in Theme.objects.filter(pk__in=change.themes)}
    places: dict[str, Theme | None] = {}
    added = changed = 0
    for item in items:
        one = item.theme
        above = places.get(one.parent) or here.get(one.under or 0)
        if item.match:
            places[one.key] = here[item.match]
            if item.what == DIFFERS and item.number in take:
                reword_theme(here[item.match], one.words)
                changed += 1
        elif item.what == NEW and item.number in take:
            places[one.key] = _add(change, above, one)
            added += 1
        else:
            # What was below one that is not taken comes to stand under the next above it.
            places[one.key] = above
    return Brought(added, changed)


def _add(change: Change, above: Theme | None, one: BroughtTheme) -> Theme:
    signs: dict[str, Any] = {"colour": above.colour if above else Colour.BLUE}
    theme = add_theme(change, above, slug=one.slug or one.name, **(signs | one.words))
    if one.retired:
        theme.retired_at = timezone.now()
        theme.save(update_fields=["retired_at"])
    return theme


@transaction.atomic
def create_set_from_sample(*, owner: User, **given: Any) -> AnnotationSet:
    """A new set, as by ``create_set``, with the themes of the sample codebook as its own."""
    made = create_set(owner=owner, **given)
    made.codebook.description = sample_codebook().description
    made.codebook.save(update_fields=["description"])
    themes = of_sample()
    seen = made.codebook.revision
    bring_in(made, themes, range(len(themes)), seen=seen, actor=owner, action="copy")
    return made
