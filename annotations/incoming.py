"""Themes that come from elsewhere, laid beside those of a codebook: what is new, the same, differs.

Pure: plain values in, plain values out. The codebook's own themes are given as versions keep them
(theme → columns).
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any

from annotations.differing import LABELS, Both, Signs, fields_of
from annotations.formats.brought import BroughtTheme
from annotations.walking import Kept

NEW, SAME, DIFFERS = "new", "same", "differs"


@dataclass(slots=True)
class Item:
    """One of them beside the codebook: ``match`` is the theme there that it is, if any."""

    number: int
    theme: BroughtTheme
    level: int
    what: str
    match: int | None = None
    fields: list[Both] = field(default_factory=list)

    @property
    def ticked(self) -> bool:
        """Whether it is taken unless one says otherwise."""
        return self.what == NEW and not self.theme.doubts


def planned(now: Kept, incoming: Sequence[BroughtTheme], signs: Signs) -> list[Item]:
    """What each of them would do here, in the order of their tree. What has the address of a theme
    here is that theme; else what has its name, if one alone has it."""
    slugs = {one["slug"]: pk for pk, one in now.items()}
    taken: set[int] = set()
    places: dict[str, int | None] = {}
    names = Counter(one.name.casefold() for one in incoming)
    items = []
    for number, level in _in_order(incoming):
        one = incoming[number]
        match = slugs.get(one.slug) if one.slug else None
        match = match or _named(now, one, taken, places, names[one.name.casefold()])
        item = Item(number, one, level, NEW, match if match not in taken else None)
        if item.match:
            taken.add(item.match)
            item.fields = _differing(now[item.match], one, signs)
            item.what = DIFFERS if item.fields else SAME
        places[one.key] = item.match
        items.append(item)
    return items


def _named(
    now: Kept, one: BroughtTheme, taken: set[int], places: dict[str, int | None], alike: int
) -> int | None:
    """The theme of this name: the only one, or the only one under the same theme; or the first
    where as many come, ``alike``, as there are."""
    name = one.name.casefold()
    every = [pk for pk, here in now.items() if here["name"].casefold() == name]
    found = [pk for pk in every if pk not in taken]
    above = places.get(one.parent)
    beside = [pk for pk in found if now[pk]["parent_id"] == above]
    if len(every) == 1 or len(beside) == 1:
        return next(iter(beside or found), None)
    return found[0] if found and len(every) <= alike else None


def _differing(here: dict[str, Any], one: BroughtTheme, signs: Signs) -> list[Both]:
    before = {name: even(here[name]) for name in LABELS}
    return fields_of(before, before | {k: even(v) for k, v in one.words.items()}, signs)


def even(value: Any) -> Any:
    """Text with line ends of one kind, however it was sent."""
    return value.replace("\r\n", "\n").replace("\r", "\n") if isinstance(value, str) else value


def _in_order(incoming: Sequence[BroughtTheme]) -> Iterable[tuple[int, int]]:
    """Each with its level, what stands below a theme right after it; first come first."""
    known = {one.key for one in incoming}
    below: dict[str, list[int]] = {}
    for number, one in enumerate(incoming):
        below.setdefault(one.parent if one.parent in known else "", []).append(number)
    waiting = [(number, 1) for number in reversed(below.get("", []))]
    while waiting:
        number, level = waiting.pop()
        yield number, level
        children = below.get(incoming[number].key, [])
        waiting += [(child, level + 1) for child in reversed(children)]


def looped(incoming: Sequence[BroughtTheme]) -> BroughtTheme | None:
    """One that stands below itself, if there is one."""
    reached = {number for number, _ in _in_order(incoming)}
    return next((one for at, one in enumerate(incoming) if at not in reached), None)
