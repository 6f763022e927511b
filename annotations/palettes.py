"""Codebooks made ready for reading, kept in the process by their revision."""

from __future__ import annotations

from django.db.models import F

from annotations.models import AnnotationTheme, Theme
from annotations.overlays import Palette, ThemeStyle
from archive.kept import Kept

_kept: Kept[Palette] = Kept(128)


def palette_of(codebook: int, revision: int) -> Palette:
    """The themes of a codebook (its key) in its order: one query, or none."""
    return _kept.made((codebook, revision), lambda: Palette(*_styles(codebook)))


def _styles(codebook: int) -> tuple[list[ThemeStyle], set[int]]:
    styles: list[ThemeStyle] = []
    lineages: dict[int | None, tuple[int, ...]] = {None: ()}
    fields = ("pk", "parent_id", "slug", "name", "colour", "line")
    more = ("retired_at", "defined", "merged_into_id")
    rows = Theme.objects.of_codebook(codebook).values_list(*fields, *more)
    redefined: set[int] = set()
    for pk, parent, slug, name, colour, line, retired_at, defined, merged in rows:
        redefined |= {pk} if defined > 1 else set()
        redefined |= {merged} if merged is not None else set()
        above = lineages.get(parent, ())
        lineages[pk] = (pk, *above)
        signs = (pk, slug, name, colour, line, lineages[pk], len(above))
        styles.append(ThemeStyle(*signs, retired=retired_at is not None, heir=merged))
    # These too where nothing is doubtful now: a review may be taken back, which is no revision.
    return styles, redefined | _doubtful(codebook) if redefined else set()


def _doubtful(codebook: int) -> set[int]:
    """Themes with which something was coded before they got their present meaning. What is coded
    later has it, so a codebook's revision tells all of them; one query."""
    links = AnnotationTheme.objects.order_by().filter(
        theme__codebook=codebook, defined__lt=F("theme__defined")
    )
    return set(links.values_list("theme", flat=True).distinct())
