"""What differs between two snapshots of a set: counted, and told one by one as far as asked for."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from annotations.anchoring.shown import Piece, differences
from annotations.snapshots.canonical import id_of
from annotations.snapshots.reading import Reading

MOST = 100
Json = dict[str, Any]
Pair = tuple[str | None, str | None]
_ASKED = {"": "no question any more", "open": "a question", "answered": "answered"}


@dataclass(frozen=True, slots=True)
class Both:
    """Words on both sides, with what differs marked."""

    label: str
    before: tuple[Piece, ...]
    after: tuple[Piece, ...]


@dataclass(frozen=True, slots=True)
class Told:
    """One thing that was added, changed or removed: ``where`` and ``title`` say which, ``what`` is
    said in words of it, ``fields`` are shown on both sides."""

    id: str
    title: str
    where: str = ""
    what: tuple[str, ...] = ()
    fields: tuple[Both, ...] = ()


@dataclass
class Kind:
    """Counts of all, and the first of each."""

    added: int = 0
    changed: int = 0
    removed: int = 0
    same: int = 0
    lists: dict[str, list[Told]] = field(
        default_factory=lambda: {"added": [], "changed": [], "removed": []}
    )

    @property
    def differs(self) -> bool:
        return bool(self.added or self.changed or self.removed)


@dataclass
class Comparison:
    """From one snapshot to another; ``old`` and ``new`` are what they say of themselves."""

    old: Json
    new: Json
    themes: Kind
    editions: Kind
    annotations: Kind

    @property
    def differs(self) -> bool:
        return self.themes.differs or self.editions.differs or self.annotations.differs


def compare(old: Path, new: Path, most: int = MOST) -> Comparison:
    """Reads both side by side; memory grows with what is told (``most`` of each), not with them.

    Raises FormatFault for what is no snapshot. Those with pseudonyms have other identifiers each.
    """
    left, right = Reading(old), Reading(new)
    names: dict[str, str] = {}
    themes = _kind(_pairs(left, right, "themes"), _Themes(names), most)
    editions = _kind(_pairs(left, right, "editions"), _Editions(), most)
    annotations = _kind(_pairs(left, right, "annotations"), _Annotations(names), most)
    return Comparison(left.head, right.head, themes, editions, annotations)


def _pairs(left: Reading, right: Reading, name: str) -> Iterator[Pair]:
    """Lines of the same id together; what only one side has, alone."""
    olds, news = left.items(name), right.items(name)
    old, new = next(olds, None), next(news, None)
    while old is not None or new is not None:
        if new is None or (old is not None and id_of(old) < id_of(new)):
            yield old, None
            old = next(olds, None)
        elif old is None or id_of(new) < id_of(old):
            yield None, new
            new = next(news, None)
        else:
            yield old, new
            old, new = next(olds, None), next(news, None)


class _Themes:
    """Tells of themes, and keeps their names."""

    FIELDS = (
        ("name", "Name"),
        ("definition", "Definition"),
        ("use_when", "When to use it"),
        ("not_when", "When not to use it"),
        ("example", "Example"),
    )

    def __init__(self, names: dict[str, str]) -> None:
        self._names = names

    def seen(self, line: str) -> None:
        one = json.loads(line)
        self._names[one["id"]] = one["name"]

    def alone(self, one: Json) -> Told:
        return Told(one["id"], one["name"])

    def changed(self, old: Json, new: Json) -> Told:
        what = []
        if old["parent"] != new["parent"]:
            above = self._names.get(new["parent"], new["parent"])
            what.append(f"moved under “{above}”" if above else "moved to the top level")
        if new["merged_into"] and old["merged_into"] != new["merged_into"]:
            what.append(f"merged into “{self._names.get(new['merged_into'], new['merged_into'])}”")
        elif old["retired"] != new["retired"]:
            what.append("retired" if new["retired"] else "offered again")
        if (old["colour"], old["line"]) != (new["colour"], new["line"]):
            what.append("another colour or underline")
        return Told(new["id"], new["name"], "", tuple(what), _fields(old, new, self.FIELDS))


class _Editions:
    def seen(self, line: str) -> None:
        """Nothing is kept of them."""

    def alone(self, one: Json) -> Told:
        return Told(one["id"], one["title"], _place(one), (f"edition {one['number']}",))

    def changed(self, old: Json, new: Json) -> Told:
        what = []
        if old["digest"] != new["digest"]:
            what.append("its text or its mark-up was made anew")
        if old["latest"] != new["latest"]:
            what.append("no longer the latest" if old["latest"] else "the latest again")
        fields = _fields(old, new, (("title", "Title"),))
        return Told(new["id"], new["title"], _place(new), tuple(what), fields)


class _Annotations:
    def __init__(self, names: dict[str, str]) -> None:
        self._names = names

    def seen(self, line: str) -> None:
        """Nothing is kept of them."""

    def alone(self, one: Json) -> Told:
        what = [", ".join(self._name(slug) for slug in one["themes"])] if one["themes"] else []
        fields = (Both("Note", (), (Piece(one["note"], False),)),) if one["note"] else ()
        return Told(one["id"], one["quote"], one["document"], tuple(what), fields)

    def changed(self, old: Json, new: Json) -> Told:
        what = [*self._themes(old, new), *_replies(old, new)]
        places = [(one["document"], one["edition"], one["start"], one["end"]) for one in (old, new)]
        if places[0][:2] != places[1][:2]:
            what.append(f"in edition {new['edition']}, before in edition {old['edition']}")
        elif places[0] != places[1] and old["quote"] == new["quote"]:
            what.append("at another place")
        if old["author"] != new["author"]:
            what.append("its author is called otherwise")
        if old["question"] != new["question"]:
            what.append(_ASKED.get(new["question"], ""))
        if old["anchor"] != new["anchor"]:
            what.append("its passage is to be looked at" if new["anchor"] else "its place is sure")
        fields = _fields(old, new, (("quote", "Passage"), ("note", "Note")))
        if not what and not fields:
            what.append("saved again, with the same words")
        return Told(new["id"], new["quote"], new["document"], tuple(what), fields)

    def _themes(self, old: Json, new: Json) -> Iterator[str]:
        for slug in new["themes"]:
            if slug not in old["themes"]:
                yield f"+ {self._name(slug)}"
        for slug in old["themes"]:
            if slug not in new["themes"]:
                yield f"− {self._name(slug)}"

    def _name(self, slug: str) -> str:
        return self._names.get(slug, slug)


def _replies(old: Json, new: Json) -> Iterator[str]:
    before = {one["id"]: one["note"] for one in old["replies"]}
    after = {one["id"]: one["note"] for one in new["replies"]}
    counts = {
        "added": len(after.keys() - before.keys()),
        "removed": len(before.keys() - after.keys()),
        "changed": sum(before[key] != after[key] for key in after.keys() & before.keys()),
    }
    for what, count in counts.items():
        if count:
            yield f"{count} repl{'y' if count == 1 else 'ies'} {what}"


def _fields(old: Json, new: Json, fields: tuple[tuple[str, str], ...]) -> tuple[Both, ...]:
    return tuple(
        Both(label, *_pieces(old[name], new[name]))
        for name, label in fields
        if old[name] != new[name]
    )


def _pieces(before: str, after: str) -> tuple[tuple[Piece, ...], tuple[Piece, ...]]:
    if before and after:
        return differences(before, after)
    left, right = ((Piece(text, True),) if text else () for text in (before, after))
    return left, right


def _place(one: Json) -> str:
    return str(one["id"].rpartition("/")[0])


def _kind(pairs: Iterator[Pair], teller: _Themes | _Editions | _Annotations, most: int) -> Kind:
    kind = Kind()
    waiting: list[tuple[str, str]] = []
    for old, new in pairs:
        for line in (old, new):
            if line is not None:
                teller.seen(line)
        if old == new:
            kind.same += 1
        elif old is not None and new is not None:
            kind.changed += 1
            if len(waiting) < most:
                waiting.append((old, new))
        else:
            what = "added" if old is None else "removed"
            setattr(kind, what, getattr(kind, what) + 1)
            if len(kind.lists[what]) < most:
                alone = teller.alone(json.loads(new or old or "{}"))
                kind.lists[what].append(alone)
    # When all names are known.
    for old, new in waiting:
        kind.lists["changed"].append(teller.changed(json.loads(old), json.loads(new)))
    return kind
