"""What lies over a text: flat highlighted segments, and which cards have room beside it.

Pure: takes rows of plain values, gives plain values. The cost grows with the rows and the
boundaries between them, never with rows × depth.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from archive.render import Segment
from archive.text import Block

# With up to this many annotations every card is on the page; beyond it each block shows as many as
# fit beside its lines.
ALL_CARDS = 60
CHARACTERS_A_CARD = 250
DEEPEST = 4


class Row(NamedTuple):
    """An annotation as the overlay needs it; ``theme_ids`` as it is stored ("3 12")."""

    pk: int
    start: int
    end: int
    author_id: int
    theme_ids: str


class ThemeStyle(NamedTuple):
    """A theme as pages need it; ``lineage`` holds its own id and those of the themes above it."""

    pk: int
    slug: str
    name: str
    colour: int
    line: int
    lineage: tuple[int, ...]
    depth: int = 0


class Palette:
    """The themes of a codebook in its order: ranks for the sweep, classes for a segment."""

    def __init__(self, themes: Sequence[ThemeStyle]) -> None:
        self.themes = themes
        self.by_id: Mapping[int, ThemeStyle] = {theme.pk: theme for theme in themes}
        self._rank = {str(theme.pk): rank for rank, theme in enumerate(themes)}
        self._ranks: dict[str, tuple[int, ...]] = {"": ()}
        self._classes: dict[tuple[int, int], str] = {}
        self._families: dict[str, frozenset[int]] = {}

    def ranks(self, theme_ids: str) -> tuple[int, ...]:
        """The places in the codebook of the themes in a stored list."""
        found = self._ranks.get(theme_ids)
        if found is None:
            rank = self._rank
            found = tuple(rank[pk] for pk in theme_ids.split() if pk in rank)
            self._ranks[theme_ids] = found
        return found

    def chosen(self, theme_ids: str) -> list[ThemeStyle]:
        return [self.themes[rank] for rank in self.ranks(theme_ids)]

    def family(self, theme_ids: str) -> frozenset[int]:
        """The ids of the themes in a stored list and of all themes above them."""
        found = self._families.get(theme_ids)
        if found is None:
            found = frozenset(pk for theme in self.chosen(theme_ids) for pk in theme.lineage)
            self._families[theme_ids] = found
        return found

    def classes(self, mask: int, depth: int) -> str:
        """The classes of a segment: ``mask`` has a bit for each theme's rank that lies on it."""
        depth = min(depth, DEEPEST)
        found = self._classes.get((mask, depth))
        if found is None:
            found = self._classes[mask, depth] = self._compose(mask, depth)
        return found

    def _compose(self, mask: int, depth: int) -> str:
        names = []
        for colour, line in (("c", "f"), ("s", "g")):
            if mask:
                lowest = mask & -mask
                theme = self.themes[lowest.bit_length() - 1]
                names += [f"{colour}{theme.colour}", f"{line}{theme.line}"]
                mask ^= lowest
        if mask:
            names.append("m")
        return " ".join([*names, f"d{depth}"])


def segments(rows: Iterable[Row], palette: Palette) -> list[Segment]:
    """Disjoint ranges in the order of the text with their classes, cut at the rows' boundaries.

    Neighbours that look the same are one segment.
    """
    opening: defaultdict[int, list[str]] = defaultdict(list)
    closing: defaultdict[int, list[str]] = defaultdict(list)
    for row in rows:
        opening[row[1]].append(row[4])
        closing[row[2]].append(row[4])
    ranks, classes = palette.ranks, palette.classes
    counts = [0] * len(palette.themes)
    depth = mask = before = 0
    found: list[Segment] = []
    for place in sorted(opening.keys() | closing.keys()):
        if depth:
            style = classes(mask, depth)
            if found and found[-1][1] == before and found[-1][2] == style:
                found[-1] = (found[-1][0], place, style)
            else:
                found.append((before, place, style))
        for theme_ids in closing.get(place, ()):
            depth -= 1
            for rank in ranks(theme_ids):
                counts[rank] -= 1
                if not counts[rank]:
                    mask ^= 1 << rank
        for theme_ids in opening.get(place, ()):
            depth += 1
            for rank in ranks(theme_ids):
                if not counts[rank]:
                    mask |= 1 << rank
                counts[rank] += 1
        before = place
    return found


@dataclass(frozen=True, slots=True)
class Group:
    """The cards beside one block: the annotations shown, and how many more start in it."""

    block: int
    start: int
    end: int
    shown: tuple[int, ...]
    folded: int


def groups(
    rows: Sequence[Row], blocks: Sequence[Block], indexes: Iterable[int], *, total: int
) -> list[Group]:
    """The annotations that start in each of the blocks named by ``indexes``, in the text's order.

    ``rows`` come in the order of the text; ``total`` is how many the whole document has, which
    decides whether all cards are shown. A block without annotations has an empty group.
    """
    found, position, count = [], 0, len(rows)
    for index in indexes:
        block = blocks[index]
        # The line feed before a block counts with it, so that no annotation falls between two.
        while position < count and rows[position].start < block.start - 1:
            position += 1
        first = position
        while position < count and rows[position].start < block.end:
            position += 1
        inside = position - first
        room = 1 + (block.end - block.start) // CHARACTERS_A_CARD
        shown = rows[first:position] if total <= ALL_CARDS else rows[first : first + room][:inside]
        found.append(
            Group(index, block.start, block.end, tuple(r.pk for r in shown), inside - len(shown))
        )
    return found


@dataclass(frozen=True, slots=True)
class Filters:
    """Which annotations are asked for: any of the themes (or one below them) by any of the authors."""

    themes: frozenset[int] = frozenset()
    authors: frozenset[int] = frozenset()

    def __bool__(self) -> bool:
        return bool(self.themes or self.authors)

    def keep(self, rows: Sequence[Row], palette: Palette) -> list[Row]:
        kept = list(rows)
        if self.authors:
            kept = [row for row in kept if row.author_id in self.authors]
        if self.themes:
            family, themes = palette.family, self.themes
            kept = [row for row in kept if not themes.isdisjoint(family(row.theme_ids))]
        return kept


def count_themes(rows: Iterable[Row], palette: Palette) -> Counter[int]:
    """How many annotations carry each theme or one below it."""
    counts: Counter[int] = Counter()
    for theme_ids, times in Counter(row.theme_ids for row in rows).items():
        for pk in palette.family(theme_ids):
            counts[pk] += times
    return counts


def count_authors(rows: Iterable[Row]) -> Counter[int]:
    return Counter(row.author_id for row in rows)
