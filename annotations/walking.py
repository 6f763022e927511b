"""A codebook as it was: from what it is now, back through what its versions say was changed.

Pure: versions and themes as plain values in, plain values out.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, NamedTuple

# Theme → its columns, in the order of the tree.
Kept = dict[int, dict[str, Any]]


class Turn(NamedTuple):
    """What one version changed: ``changes`` is theme (its key as text) → column →
    ``[before, after]``; ``order`` the themes ``before`` and ``after``, empty where none moved."""

    number: int
    changes: dict[str, dict[str, list[Any]]]
    order: dict[str, Any]


def walked_back(now: Kept, turns: Iterable[Turn], columns: Iterable[str]) -> Kept:
    """The themes as they were before these turns, which are given the latest first.

    ``columns`` are those that a version keeps: what is brought back by it has all of them.
    """
    themes = {pk: dict(columns) for pk, columns in now.items()}
    places = list(themes)
    names = tuple(columns)
    for turn in turns:
        for key, sides in turn.changes.items():
            _undo(themes, int(key), sides, names)
        # Whatever makes or deletes a theme changes the order, so it is always told then.
        places = turn.order.get("before", places)
    return {pk: themes[pk] for pk in places}


def _undo(themes: Kept, pk: int, sides: dict[str, list[Any]], columns: tuple[str, ...]) -> None:
    made = "slug" in sides and sides["slug"][0] is None
    deleted = "slug" in sides and sides["slug"][1] is None
    if made:
        themes.pop(pk, None)
        return
    if deleted:
        themes[pk] = dict.fromkeys(columns)
    themes[pk] |= {name: both[0] for name, both in sides.items()}
