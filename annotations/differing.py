"""What differs between two states of a codebook, in words.

Pure: two states as plain values (see walking.py) in, plain values out.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from annotations.anchoring.shown import Piece, differences
from annotations.walking import Kept

LABELS = {
    "name": "Name",
    "definition": "Definition",
    "use_when": "When to use it",
    "not_when": "When not to use it",
    "example": "Example",
    "colour": "Colour",
    "line": "Underline",
}
TOP = "the top level"
GONE = "deleted"
Signs = Mapping[str, Mapping[int, str]]


@dataclass(frozen=True, slots=True)
class Both:
    """A field of a theme on both sides, with what differs marked."""

    label: str
    before: tuple[Piece, ...]
    after: tuple[Piece, ...]


@dataclass(slots=True)
class Told:
    """What became of one theme: ``name`` is its last one, ``theme`` its columns."""

    pk: int
    name: str
    theme: dict[str, Any]
    what: list[str] = field(default_factory=list)
    fields: list[Both] = field(default_factory=list)


@dataclass(slots=True)
class Differences:
    """All that differs, theme by theme; ``order`` says that others only changed places."""

    themes: list[Told]
    moved: list[str]

    def __bool__(self) -> bool:
        return bool(self.themes or self.moved)


def differing(before: Kept, after: Kept, signs: Signs) -> Differences:
    """What was made, deleted, reworded, moved, retired between two states of a codebook.

    ``signs`` are the names of colours and lines: column → value → word.
    """
    known = {**before, **after}
    told = []
    for pk in [*after, *(pk for pk in before if pk not in after)]:
        one = _told(pk, before.get(pk), after.get(pk), known, signs)
        if one.what or one.fields:
            told.append(one)
    named = {one.pk for one in told}
    moved = [after[pk]["name"] for pk in displaced(before, after) if pk not in named]
    return Differences(told, moved)


def _told(
    pk: int, old: dict[str, Any] | None, new: dict[str, Any] | None, known: Kept, signs: Signs
) -> Told:
    theme = new or old or {}
    told = Told(pk, theme["name"], theme)
    if old is None:
        above = theme["parent_id"]
        told.what.append(f"added {f'under {_name(above, known)}' if above else f'at {TOP}'}")
        # Its chip shows what it is called and its signs.
        old = dict.fromkeys(theme) | {name: theme[name] for name in ("name", *signs)}
    elif new is None:
        told.what.append(GONE)
        return told
    else:
        told.what += _acts(old, theme, known)
    told.fields += fields_of(old, theme, signs)
    return told


def _acts(old: dict[str, Any], new: dict[str, Any], known: Kept) -> list[str]:
    acts = []
    if old["parent_id"] != new["parent_id"]:
        places = _name(old["parent_id"], known), _name(new["parent_id"], known)
        acts.append(f"moved from {places[0]} to {places[1]}")
    if old["merged_into_id"] != new["merged_into_id"] and new["merged_into_id"]:
        acts.append(f"merged into {_name(new['merged_into_id'], known)}")
    elif new["retired_at"] and not old["retired_at"]:
        acts.append("retired")
    elif old["retired_at"] and not new["retired_at"]:
        acts.append("offered again")
    if (new["defined"] or 0) > (old["defined"] or 0):
        acts.append("means something else: what was coded before is to be looked at")
    return acts


def _name(pk: int | None, known: Kept) -> str:
    if pk is None:
        return TOP
    return f"“{known[pk]['name']}”" if pk in known else "a theme that is gone"


def fields_of(old: dict[str, Any], new: dict[str, Any], signs: Signs) -> list[Both]:
    """The words and signs of a theme that differ, each on both sides."""
    found = []
    for name, label in LABELS.items():
        before, after = old[name], new[name]
        if before == after or (not before and not after):
            continue
        if name in signs:
            before, after = (
                signs[name].get(value, "") if value else "" for value in (before, after)
            )
        found.append(Both(label, *_pieces(before or "", after or "")))
    return found


def _pieces(before: str, after: str) -> tuple[tuple[Piece, ...], tuple[Piece, ...]]:
    if before and after:
        return differences(before, after)
    left, right = ((Piece(text, True),) if text else () for text in (before, after))
    return left, right


def displaced(before: Iterable[int], after: Iterable[int]) -> list[int]:
    """The fewest themes that must have moved for the order to be another; of those on both sides,
    in their order after."""
    now = list(after)
    left = set(now)
    old = {pk: at for at, pk in enumerate(pk for pk in before if pk in left)}
    row = [pk for pk in now if pk in old]
    stayed = _longest([old[pk] for pk in row])
    return [pk for pk in row if old[pk] not in stayed]


def _longest(numbers: list[int]) -> set[int]:
    """The numbers of one longest ascending run, not of neighbours."""
    best: list[int] = []
    back: dict[int, int | None] = {}
    for number in numbers:
        at = bisect_left(best, number)
        back[number] = best[at - 1] if at else None
        best[at : at + 1] = [number]
    found: set[int] = set()
    here = best[-1] if best else None
    while here is not None:
        found.add(here)
        here = back[here]
    return found
