"""Codebooks made ready for reading, kept in the process by their revision."""

from __future__ import annotations

import threading
from collections import OrderedDict

from annotations.models import Codebook, Theme
from annotations.overlays import Palette, ThemeStyle

KEPT = 128
_kept: OrderedDict[tuple[int, int], Palette] = OrderedDict()
_lock = threading.Lock()


def palette_of(codebook: Codebook) -> Palette:
    """The themes of a codebook in its order: one query, or none."""
    key = (codebook.pk, codebook.revision)
    with _lock:
        if found := _kept.get(key):
            _kept.move_to_end(key)
            return found
    made = Palette(_styles(codebook))
    with _lock:
        _kept[key] = made
        while len(_kept) > KEPT:
            _kept.popitem(last=False)
    return made


def forget() -> None:
    """Empties the store, as a new process finds it: for benchmarks and tests."""
    with _lock:
        _kept.clear()


def _styles(codebook: Codebook) -> list[ThemeStyle]:
    styles: list[ThemeStyle] = []
    lineages: dict[int | None, tuple[int, ...]] = {None: ()}
    fields = ("pk", "parent_id", "slug", "name", "colour", "line")
    for pk, parent, slug, name, colour, line in (
        Theme.objects.of_codebook(codebook.pk).values_list(*fields)
    ):
        above = lineages.get(parent, ())
        lineages[pk] = (pk, *above)
        styles.append(ThemeStyle(pk, slug, name, colour, line, lineages[pk], len(above)))
    return styles
