"""What lies over a text: flat highlighted segments, and which cards have room beside it.

Pure: takes rows of plain values, gives plain values. The cost grows with the rows and the
boundaries between them, never with rows × depth.
"""

from __future__ import annotations

from bisect import bisect_left
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from operator import itemgetter
from typing import NamedTuple

from archive.render import Segment
from archive.text import Block

# With up to this many annotations every card is on the page; beyond it each block shows as many as
# fit beside its lines.
ALL_CARDS = 60
CHARACTERS_A_CARD = 250
DEEPEST = 4


# An annotation as the overlay needs it, as it comes from the database: primary key, start, end,
# author, theme ids as they are stored ("3 12"), version. A plain tuple: there are thousands a page.
Row = tuple[int, int, int, int, str, int]
ROW_FIELDS = ("pk", "start", "end", "author_id", "theme_ids", "version")


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
    for _, start, end, _, theme_ids, _ in rows:
        opening[start].append(theme_ids)
        closing[end].append(theme_ids)
    stack = _Stack(palette)
    before = 0
    found: list[Segment] = []
    for place in sorted(opening.keys() | closing.keys()):
        if stack.depth:
            style = palette.classes(stack.mask, stack.depth)
            if found and found[-1][1] == before and found[-1][2] == style:
                found[-1] = (found[-1][0], place, style)
            else:
                found.append((before, place, style))
        if place in closing:
            stack.take_off(closing[place])
        if place in opening:
            stack.lay_on(opening[place])
        before = place
    return found


class _Stack:
    """What lies at a place: how deep, and a bit for each theme that is there at least once."""

    def __init__(self, palette: Palette) -> None:
        self.depth = self.mask = 0
        self._ranks = palette.ranks
        self._counts = [0] * len(palette.themes)

    def lay_on(self, many: list[str]) -> None:
        self.depth += len(many)
        counts = self._counts
        for theme_ids in many:
            for rank in self._ranks(theme_ids):
                if not counts[rank]:
                    self.mask |= 1 << rank
                counts[rank] += 1

    def take_off(self, many: list[str]) -> None:
        self.depth -= len(many)
        counts = self._counts
        for theme_ids in many:
            for rank in self._ranks(theme_ids):
                counts[rank] -= 1
                if not counts[rank]:
                    self.mask ^= 1 << rank


def rows_by_block(
    rows: Sequence[Row], blocks: Sequence[Block], indexes: range
) -> list[tuple[list[Row], list[Row]]]:
    """For each block named by ``indexes``: the rows that touch it, and those that start in it.

    ``rows`` come in the order of the text. A line feed counts with the block after it, so that no
    annotation falls between two.
    """
    starts = [row[1] for row in rows]
    found = []
    before = blocks[indexes.start].start - 1 if indexes else 0
    low = bisect_left(starts, before)
    running = [row for row in rows[:low] if row[2] > before]
    for index in indexes:
        block = blocks[index]
        end = block.end
        high = bisect_left(starts, end, low)
        inside = list(rows[low:high])
        over = [row for row in running if row[2] > block.start] if running else running
        found.append((over + inside, inside))
        running = [row for row in running if row[2] > end] + [r for r in inside if r[2] > end]
        low = high
    return found


def cards_with_room(inside: Sequence[Row], block: Block, *, crowded: bool) -> int:
    """How many of a block's annotations have their cards: all, unless the document is crowded."""
    if not crowded:
        return len(inside)
    return min(len(inside), 1 + (block.end - block.start) // CHARACTERS_A_CARD)


@dataclass(frozen=True, slots=True)
class Filters:
    """Which annotations are asked for: with any of these themes, or below one, by any of these."""

    themes: frozenset[int] = frozenset()
    authors: frozenset[int] = frozenset()

    def __bool__(self) -> bool:
        return bool(self.themes or self.authors)

    def keep(self, rows: Sequence[Row], palette: Palette) -> list[Row]:
        kept = list(rows)
        if self.authors:
            kept = [row for row in kept if row[3] in self.authors]
        if self.themes:
            family, themes = palette.family, self.themes
            kept = [row for row in kept if not themes.isdisjoint(family(row[4]))]
        return kept


def count_themes(rows: Iterable[Row], palette: Palette) -> Counter[int]:
    """How many annotations carry each theme or one below it."""
    counts: Counter[int] = Counter()
    for theme_ids, times in Counter(map(itemgetter(4), rows)).items():
        for pk in palette.family(theme_ids):
            counts[pk] += times
    return counts


def count_authors(rows: Iterable[Row]) -> Counter[int]:
    return Counter(map(itemgetter(3), rows))
