"""What lies over a text: flat highlighted segments, and which cards have room beside it.

Pure: takes rows of plain values, gives plain values. The cost grows with the rows and the
boundaries between them, never with rows × depth.
"""

from __future__ import annotations

from bisect import bisect_left
from collections import Counter
from collections.abc import Collection, Iterable, Mapping, Sequence
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
# author (negative: known by a pseudonym; 0: without a name), theme ids as they are stored ("3 12"),
# version. A plain tuple: there are thousands a page.
Row = tuple[int, int, int, int, str, int]
ROW_FIELDS = ("pk", "start", "end", "who", "theme_ids", "version")


class ThemeStyle(NamedTuple):
    """A theme as pages need it; ``lineage`` holds its own id and those of the themes above it,
    ``heir`` is the id of the theme that it was merged into."""

    pk: int
    slug: str
    name: str
    colour: int
    line: int
    lineage: tuple[int, ...]
    depth: int = 0
    retired: bool = False
    heir: int | None = None


class Palette:
    """The themes of a codebook in its order: weights for the sweep, classes for a segment."""

    def __init__(self, themes: Sequence[ThemeStyle], doubtful: Collection[int] = ()) -> None:
        """``doubtful``: themes with which something may be coded before their meaning changed."""
        self.themes = themes
        self.doubtful = frozenset(str(pk) for pk in doubtful)
        # An address with the slug of a theme that was merged leads on to what it has become.
        self.by_slug = {theme.slug: theme.heir or theme.pk for theme in themes}
        names = {theme.pk: theme.name for theme in themes}
        self.names = {slug: names.get(pk, slug) for slug, pk in self.by_slug.items()}
        self._rank = {str(theme.pk): rank for rank, theme in enumerate(themes)}
        self.weights = _Weights(self._rank)
        self._classes: dict[tuple[int, int, bool, int], str] = {}
        self._families: dict[str, frozenset[int]] = {}

    def chosen(self, theme_ids: str) -> list[ThemeStyle]:
        """The themes of a stored list."""
        return [self.themes[self._rank[pk]] for pk in theme_ids.split() if pk in self._rank]

    def family(self, theme_ids: str) -> frozenset[int]:
        """The ids of the themes in a stored list and of all themes above them."""
        found = self._families.get(theme_ids)
        if found is None:
            found = frozenset(pk for theme in self.chosen(theme_ids) for pk in theme.lineage)
            self._families[theme_ids] = found
        return found

    def classes(self, load: int) -> str:
        """The classes of a segment under the sum of the weights that lie on it."""
        # The two lowest fields that are not zero, written out: this runs for every segment.
        first, second, rest = -1, -1, load >> _BITS
        if rest:
            first = ((rest & -rest).bit_length() - 1) // _BITS
            rest >>= _BITS * (first + 1)
            if rest:
                second = first + 1 + ((rest & -rest).bit_length() - 1) // _BITS
                rest >>= _BITS * (second - first)
        depth = load & _FIELD
        key = (first, second, rest != 0, depth if depth < DEEPEST else DEEPEST)
        found = self._classes.get(key)
        if found is None:
            found = self._classes[key] = self._compose(*key)
        return found

    def _compose(self, first: int, second: int, more: bool, depth: int) -> str:
        names = []
        for rank, colour, line in ((first, "c", "f"), (second, "s", "g")):
            if rank >= 0:
                theme = self.themes[rank]
                names += [f"{colour}{theme.colour}", f"{line}{theme.line}"]
        return " ".join([*names, *["m"][: int(more)], f"d{depth}"])


# A weight is one number with a field for how many lie there, then one for each theme's rank, so
# that what lies on a segment is one sum. A field counts a million.
_BITS = 20
_FIELD = (1 << _BITS) - 1


class _Weights(dict[str, int]):
    """The weight of an annotation by its stored list of themes."""

    def __init__(self, rank: Mapping[str, int]) -> None:
        super().__init__()
        self._rank = rank

    def __missing__(self, theme_ids: str) -> int:
        ranks = {self._rank[pk] for pk in theme_ids.split() if pk in self._rank}
        self[theme_ids] = weight = 1 + sum(1 << _BITS * (rank + 1) for rank in ranks)
        return weight


def segments(rows: Iterable[Row], palette: Palette) -> list[Segment]:
    """Disjoint ranges in the order of the text with their classes, cut at the rows' boundaries.

    Neighbours that look the same are one segment.
    """
    changes: dict[int, int] = {}
    at, weights = changes.get, palette.weights
    for _, start, end, _, theme_ids, _ in rows:
        weight = weights[theme_ids]
        changes[start] = at(start, 0) + weight
        changes[end] = at(end, 0) - weight
    load = before = 0
    found: list[Segment] = []
    for place in sorted(changes):
        if load:
            style = palette.classes(load)
            if found and found[-1][1] == before and found[-1][2] == style:
                found[-1] = (found[-1][0], place, style)
            else:
                found.append((before, place, style))
        load += changes[place]
        before = place
    return found


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
    """Which annotations are asked for: with any of these themes, or below one, by any of these;
    ``only`` these, by their primary keys, if it is given."""

    themes: frozenset[int] = frozenset()
    authors: frozenset[int | None] = frozenset()
    only: frozenset[int] | None = None

    def __bool__(self) -> bool:
        return bool(self.themes or self.authors or self.only is not None)

    def keep(self, rows: Sequence[Row], palette: Palette) -> list[Row]:
        kept = list(rows)
        if self.authors:
            kept = [row for row in kept if row[3] in self.authors]
        if self.themes:
            family, themes = palette.family, self.themes
            kept = [row for row in kept if not themes.isdisjoint(family(row[4]))]
        if self.only is not None:
            kept = [row for row in kept if row[0] in self.only]
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
