"""A plan of what a file would bring, as its page shows it: groups of rows, long ones folded."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from annotations.bringing import CHANGED, DELETED, KEPT, LOST, NEW, SAME, Plan
from annotations.bringing import Row as Planned
from annotations.incoming import DIFFERS
from annotations.passages import shorten

FIRST, MORE = 6, 200
QUOTE, NOTE = 240, 160


@dataclass(frozen=True, slots=True)
class Line:
    """One thing of the file: its words, what is said of it, and where it stands in the file."""

    quote: str = ""
    note: str = ""
    says: str = ""
    place: str = ""
    where: str = ""
    themes: str = ""
    author: str = ""


@dataclass(frozen=True, slots=True)
class Group:
    """Things of the file that have the same fate. ``first`` are shown, ``more`` are folded, and
    ``rest`` are counted only."""

    kind: str
    title: str
    short: str
    says: str
    count: int
    lines: list[Line] = field(default_factory=list)

    @property
    def first(self) -> list[Line]:
        return self.lines[:FIRST]

    @property
    def more(self) -> list[Line]:
        return self.lines[FIRST:]

    @property
    def rest(self) -> int:
        return self.count - len(self.lines) if self.lines else 0


_FATES = (
    (NEW, "added", "New", "new", ""),
    (CHANGED, "changed", "Changed", "changed", "These are here already; the file has later words."),
    (KEPT, "kept", "Stay as they are here", "stay as they are", ""),
    (DELETED, "gone", "Deleted here", "deleted here", "They stay deleted: the bin has them."),
)


def groups_of(made: Plan) -> list[Group]:
    """What would become of everything, what needs a look first."""
    names = {item.theme.key: item.theme.name for item in made.themes}
    found = [_doubtful(made, names), _lost(made, names)]
    for fate, kind, title, short, says in _FATES:
        rows = [row for row in made.rows if row.fate == fate]
        found.append(Group(kind, title, short, says, len(rows), _lines(rows, names)))
    found += [_themes(made), _documents(made), _people(made)]
    same = made.counts.get(SAME, 0)
    said = "Nothing of them is another than in the file."
    found.append(Group("same", "Here already", "here already", said, same))
    return [group for group in found if group.count]


def _doubtful(made: Plan, names: dict[str, str]) -> Group:
    says = "They would be brought in, and are among those below."
    lines = _lines(made.doubtful, names)
    return Group("doubtful", "To look at", "to look at", says, len(made.doubtful), lines)


def _lost(made: Plan, names: dict[str, str]) -> Group:
    rows = [row for row in made.rows if row.fate == LOST]
    lines = [Line(says=message, place=place) for place, message in made.lost[:MORE]]
    lines = [*_lines(rows, names), *lines][: FIRST + MORE]
    says = "This of the file cannot be taken."
    return Group("lost", "Left out", "left out", says, len(rows) + len(made.lost), lines)


def _themes(made: Plan) -> Group:
    new = made.new_themes
    lines = [
        Line(
            quote=one.name,
            note=shorten(str(one.words.get("definition", "")), NOTE),
            place=f"line {one.line}" if one.line else "",
        )
        for one in new[: FIRST + MORE]
    ]
    return Group("themes", "New themes", "new themes", "", len(new), lines)


def _documents(made: Plan) -> Group:
    lines = [Line(says=one.heading) for one in made.documents[: FIRST + MORE]]
    says = "They would come onto the set’s list."
    return Group("documents", "Documents", "documents", says, len(made.documents), lines)


def _people(made: Plan) -> Group:
    lines = [
        Line(says=one.name or one.username, place=f"as {name}") for name, one in made.people.items()
    ]
    says = "The file names them as authors. Each becomes an account that nobody can sign in to."
    count = len(made.people)
    return Group("people", "People", "people", says, count, lines[: FIRST + MORE])


def _lines(rows: Sequence[Planned], names: dict[str, str]) -> list[Line]:
    return [_line(row, names) for row in rows[: FIRST + MORE]]


def _line(row: Planned, names: dict[str, str]) -> Line:
    one = row.brought
    claimed = one.author
    return Line(
        quote=shorten(row.quote, QUOTE),
        note=shorten(one.note, NOTE),
        says=" ".join(row.says),
        place=one.place,
        where=row.document.heading if row.document else next(iter(one.target.names), ""),
        themes=", ".join(names[key] for key in one.themes if key in names),
        author=(claimed.name or claimed.username) if claimed else "",
    )


def differing(made: Plan) -> list[str]:
    """The names of themes that are here with other words than in the file."""
    return [item.theme.name for item in made.themes if item.what == DIFFERS]


def button(made: Plan) -> str:
    """What the button does, in words."""
    counts = made.counts
    parts: list[str] = []
    if counts.get(NEW):
        parts.append(_many(counts[NEW], "annotation"))
    elif made.replies:
        parts.append(_many(made.replies, "reply", "replies"))
    elif made.new_themes:
        parts.append(_many(len(made.new_themes), "theme"))
    if counts.get(CHANGED):
        parts.append(f"change {counts[CHANGED]}")
    said = " and ".join(parts)
    return said[:1].upper() + said[1:] if said.startswith("change") else f"Bring in {said}"


def _many(number: int, one: str, several: str = "") -> str:
    return f"{number} {one if number == 1 else several or one + 's'}"


def told(state: dict[str, int]) -> str:
    """What an import did, of its row of history."""
    parts = [
        f"{_many(state.get('count', 0), 'annotation')} brought in",
        f"{state['changed']} changed" if state.get("changed") else "",
        f"with {_many(state['replies'], 'reply', 'replies')}" if state.get("replies") else "",
    ]
    return ", ".join(part for part in parts if part) + "."
