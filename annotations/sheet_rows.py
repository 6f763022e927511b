"""The rows of a table of themes, made into a tree.

Pure: plain values in, plain values out.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

from annotations.formats.brought import BroughtTheme
from annotations.formats.values import MAX_NAME
from annotations.incoming import looped
from annotations.walking import Kept

WORDS = ("definition", "use_when", "not_when", "example")
COLOURS = ("blue", "orange", "green", "purple", "ochre", "crimson", "teal", "slate")
LINES = ("solid", "dashed", "dotted", "double", "wavy")
_YES = ("yes", "y", "true", "1", "x", "retired")


class SheetFault(ValueError):
    """Why a table cannot be read; its message says it in one sentence, with the line."""


@dataclass(slots=True)
class Row:
    """A row as it was read; ``above`` is what it says of the theme above it, ``steps`` where that
    is a path."""

    line: int
    cells: dict[str, str]
    name: str
    above: str = ""
    steps: tuple[str, ...] = ()


def themes_of(rows: list[Row], now: Kept) -> list[BroughtTheme]:
    """The themes of a table's rows, each under the one that its row names; ``now`` are those of the
    codebook that it is for. Raises SheetFault for what is no tree."""
    made = [_theme(row) for row in rows if row.name]
    if not made:
        raise SheetFault(f"Line {rows[0].line}: a theme needs a name.")
    slugs = [one.slug for one in made if one.slug]
    for one in made:
        if one.slug and slugs.count(one.slug) > 1:
            raise SheetFault(f"Line {one.line}: “{one.slug}” is the slug of two themes.")
    found = _placed(made, [row for row in rows if row.name], now)
    if loop := looped(found):
        raise SheetFault(f"Line {loop.line}: “{loop.name}” would stand below itself.")
    return found


def _theme(row: Row) -> BroughtTheme:
    doubts: list[str] = []
    words: dict[str, object] = {"name": row.name}
    words |= {name: row.cells[name] for name in WORDS if name in row.cells}
    for head, known in (("colour", COLOURS), ("line", LINES)):
        given = row.cells.get(head, "").casefold()
        if not given:
            continue
        if given in known or (given.isascii() and given.isdigit() and 0 < int(given) <= len(known)):
            words[head] = known.index(given) + 1 if given in known else int(given)
        else:
            named = "colour" if head == "colour" else "underline"
            doubts.append(f"The {named} “{given}” is not known and is left out.")
    return BroughtTheme(
        key=f"line {row.line}",
        name=row.name,
        words=words,
        slug=row.cells.get("slug", ""),
        retired=row.cells.get("retired", "").casefold() in _YES,
        line=row.line,
        doubts=tuple(doubts),
    )


def _placed(made: list[BroughtTheme], rows: list[Row], now: Kept) -> list[BroughtTheme]:
    """Each under the theme that its row names; those that a path names and nobody makes, too."""
    places: dict[tuple[str, str], str] = {}
    more: list[BroughtTheme] = []
    found = list(made)
    # First what says who is above it by name, so that paths can go through it.
    for at, row in enumerate(rows):
        if row.above:
            found[at] = _under(found[at], row.above, made, now)
    for at in sorted(range(len(rows)), key=lambda at: len(rows[at].steps)):
        if rows[at].above:
            continue
        parent = ""
        for name in rows[at].steps:
            parent = _step(parent, name, rows[at].line, places, more)
        found[at] = replace(found[at], parent=parent)
        places.setdefault((parent, found[at].name.casefold()), found[at].key)
    return _once([*more, *found])


def _step(
    parent: str, name: str, line: int, places: dict[tuple[str, str], str], more: list[BroughtTheme]
) -> str:
    """The key of the theme of this name under another one, made where no row makes it."""
    known = (parent, name.casefold())
    if known not in places:
        key = f"path {len(more)}"
        doubts = ("No line of the table has this theme itself: it is made for its path.",)
        name = name[:MAX_NAME]
        more.append(BroughtTheme(key, name, {"name": name}, parent, line=line, doubts=doubts))
        places[known] = key
    return places[known]


def _under(one: BroughtTheme, above: str, made: list[BroughtTheme], now: Kept) -> BroughtTheme:
    folded = above.casefold()
    by_slug = [other.key for other in made if other.slug and other.slug.casefold() == folded]
    by_name = [other.key for other in made if other.name.casefold() == folded]
    keys = by_slug or by_name
    if keys:
        many = (
            "" if len(keys) == 1 else f"{len(keys)} themes are called “{above}”: the first is it."
        )
        return replace(one, parent=keys[0], doubts=(*one.doubts, many) if many else one.doubts)
    here = [pk for pk, it in now.items() if folded in (it["slug"], it["name"].casefold())]
    if here:
        return replace(one, under=here[0])
    doubt = f"No theme is called “{above}”: it comes to stand at the top level."
    return replace(one, doubts=(*one.doubts, doubt))


def _once(found: list[BroughtTheme]) -> list[BroughtTheme]:
    """What stands twice under one theme is told of."""
    seen: dict[tuple[str, int | None, str], int] = {}
    told = []
    for one in found:
        place = (one.parent, one.under, one.name.casefold())
        if place in seen:
            doubt = f"Line {seen[place]} has the same name in the same place."
            one = replace(one, doubts=(*one.doubts, doubt))
        seen.setdefault(place, one.line)
        told.append(one)
    return told
