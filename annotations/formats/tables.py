"""Annotations as a table, whoever made it: a row is an annotation.

Rows with the same id are one annotation: some tools write a row for each of its tags. A passage is
found by its offsets, by its words, or by both.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from datetime import datetime

from annotations.formats.brought import (
    Brought,
    BroughtAnnotation,
    BroughtTheme,
    Doubt,
    FormatFault,
    Target,
)
from annotations.formats.table_cells import replies_of, split, time_of
from annotations.formats.table_columns import Row, columns_of, folded, is_offset
from annotations.formats.values import PersonValue

Line = tuple[str, list[str]]
"""A row's cells with its place before them: ``line 14``."""

MAX_ROWS = 500_000
MAX_THEMES = 5_000
MAX_DOUBTS = 200
_QUESTIONS = ("open", "answered")
_SHARED = frozenset(("", "shared", "public", "everyone", "group", "world"))
_NO = frozenset(("", "no", "false", "0", "n", "shared", "public"))


def brought(lines: Iterable[Line], doubts: Iterable[Doubt] = ()) -> Brought:
    """What a table holds, of which the first row that is not empty names the columns. Raises
    FormatFault, with the place."""
    filled = ((place, cells) for place, cells in lines if any(map(str.strip, cells)))
    place, heads = next(filled, ("", None))
    if heads is None:
        raise FormatFault("The table is empty.")
    return _Table(place, heads, list(doubts)).read(filled)


class _Table:
    def __init__(self, place: str, heads: list[str], lost: list[Doubt]) -> None:
        self._lost = lost
        self._columns, strange = columns_of(heads)
        if not self._columns.keys() & {"quote", "start"}:
            raise FormatFault(
                "The first row names the columns, and one must be “quote”, the words of the "
                "passage, or “start” and “end”, its offsets.",
                place,
            )
        if strange:
            named = ", ".join(f"“{one[:40]}”" for one in strange[:20])
            lost.append(Doubt(f"Not read: the column{'s' * (len(strange) > 1)} {named}.", place))
        self._width = len(heads)
        head = heads[self._columns["themes"]] if "themes" in self._columns else ""
        self._commas = folded(head).endswith("s")
        self._themes: dict[str, BroughtTheme] = {}
        self._found: list[BroughtAnnotation] = []
        self._by_id: dict[str, int] = {}
        self._sites: set[str] = set()
        self._sets: set[str] = set()

    def read(self, lines: Iterable[Line]) -> Brought:
        for count, (place, cells) in enumerate(lines, 1):
            if count > MAX_ROWS:
                raise FormatFault(f"More than {MAX_ROWS:,} rows cannot be read.", place)
            if any(cell.strip() for cell in cells[self._width :]):
                self._doubt("This row has more cells than there are columns.", place)
            self._take(place, Row(self._columns, cells, place))
        return Brought(
            themes=tuple(self._themes.values()),
            annotations=tuple(self._found),
            site=self._sites.pop() if len(self._sites) == 1 else "",
            slug=self._sets.pop() if len(self._sets) == 1 else "",
            lost=tuple(self._lost),
        )

    def _take(self, place: str, row: Row) -> None:
        target = row.target()
        if not target.quote and target.end is None:
            self._doubt("This row has no passage, and is not taken.", place)
            return
        one = self._annotation(place, row, target)
        known = self._by_id.get(one.id) if one.id else None
        if known is not None:
            self._add(known, one)
            return
        if one.id:
            self._by_id[one.id] = len(self._found)
        self._found.append(one)
        site, found, _ = row["address"].partition("/annotations/")
        self._sites.update([site] if found else [])
        self._sets.update([row["set"]] if row["set"] else [])

    def _add(self, known: int, one: BroughtAnnotation) -> None:
        """Another row of an annotation: its themes."""
        first = self._found[known]
        if (first.target, first.note) != (one.target, one.note):
            raise FormatFault(
                f"The id {one.id[:60]} is that of another annotation, too: see {first.place}.",
                one.place,
            )
        themes = dict.fromkeys(first.themes + one.themes)
        self._found[known] = replace(first, themes=tuple(themes))

    def _annotation(self, place: str, row: Row, target: Target) -> BroughtAnnotation:
        if row["anchor"] and not is_offset(row["anchor"]):
            self._doubt("That its passage is to be looked at is not taken.", place)
        author, name, question = row["author"], row["author_name"], row["question"].strip()
        return BroughtAnnotation(
            target=target,
            id=row["id"].strip(),
            place=place,
            themes=self._themes_of(place, row),
            note=row["note"],
            author=PersonValue(author, name) if author or name else None,
            private=self._is_private(place, row),
            question=question if question in _QUESTIONS else "",
            created=self._time(place, row["created"].strip()),
            modified=self._time(place, row["modified"].strip()),
            replies=replies_of(row["replies_json"], row["replies"], place),
        )

    def _is_private(self, place: str, row: Row) -> bool:
        """What is not surely shared is private."""
        seen, own = (row[name].strip().casefold() for name in ("visibility", "private"))
        if own not in _NO or seen == "private":
            return True
        if seen not in _SHARED:
            self._doubt(f"“{seen[:40]}” is taken for private.", place)
        return seen not in _SHARED

    def _time(self, place: str, cell: str) -> datetime | None:
        found = time_of(cell)
        if cell and found is None:
            self._doubt(f"This is not read as a time: “{cell[:40]}”.", place)
        return found

    def _themes_of(self, place: str, row: Row) -> tuple[str, ...]:
        slugs = split(row["theme_slugs"])
        names = split(row["themes"], commas=self._commas and not slugs)
        if slugs and len(names) != len(slugs):
            # A name has a semicolon in it: another row may have it alone.
            names = slugs
        for key, name in zip(slugs or names, names, strict=True):
            if key not in self._themes or (self._themes[key].name == key != name):
                slug = key if slugs else ""
                self._themes[key] = BroughtTheme(key, name, {"name": name}, slug=slug)
        if len(self._themes) > MAX_THEMES:
            raise FormatFault(f"More than {MAX_THEMES:,} themes cannot be read.", place)
        return tuple(dict.fromkeys(slugs or names))

    def _doubt(self, message: str, place: str) -> None:
        if len(self._lost) < MAX_DOUBTS:
            self._lost.append(Doubt(message, place))
        elif len(self._lost) == MAX_DOUBTS:
            self._lost.append(Doubt("There is more of the kind.", place))
