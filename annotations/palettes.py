"""Codebooks made ready for reading, kept in the process by their revision."""

from __future__ import annotations

from annotations.models import Theme
from annotations.overlays import Palette, ThemeStyle
from archive.kept import Kept

_kept: Kept[Palette] = Kept(128)


def palette_of(codebook: int, revision: int) -> Palette:
    """The themes of a codebook (its key) in its order: one query, or none."""
    return _kept.made((codebook, revision), lambda: Palette(_styles(codebook)))


def _styles(codebook: int) -> list[ThemeStyle]:
    styles: list[ThemeStyle] = []
    lineages: dict[int | None, tuple[int, ...]] = {None: ()}
    fields = ("pk", "parent_id", "slug", "name", "colour", "line", "retired_at")
    rows = Theme.objects.of_codebook(codebook).values_list(*fields)
    for pk, parent, slug, name, colour, line, retired_at in rows:
        above = lineages.get(parent, ())
        lineages[pk] = (pk, *above)
        gone = retired_at is not None
        styles.append(ThemeStyle(pk, slug, name, colour, line, lineages[pk], len(above), gone))
    return styles
