"""What clients were told was saved, and whether it is there.

A change is a row of history that must be there once: if it was acknowledged, exactly once, however
often it was sent; if its answer never came, once or not at all.
"""

from __future__ import annotations

import threading
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from annotations.models import Annotation, CodebookVersion, History, Reply


@dataclass(eq=False)
class Write:
    """One change that a client asks for: the row of history that it makes."""

    kind: str
    key: str
    action: str
    # What of the row's state tells it from the others of its thing; nothing: they are counted.
    state: dict[str, Any] = field(default_factory=dict)
    sent: int = 0
    acknowledged: bool = False

    @property
    def counted(self) -> tuple[str, str, str]:
        return self.kind, self.key, self.action


@dataclass(eq=False)
class Thing:
    """An annotation or reply of one client alone: the values that it may have now."""

    kind: str
    uuid: str
    notes: set[str]
    deleted: set[bool] = field(default_factory=lambda: {False})

    @property
    def is_surely_alive(self) -> bool:
        return self.deleted == {False}


class Ledger:
    """What all clients sent. Its methods may be called by several threads."""

    def __init__(self) -> None:
        self.writes: list[Write] = []
        self.things: list[Thing] = []
        self._lock = threading.Lock()

    def add(self, write: Write) -> Write:
        with self._lock:
            self.writes.append(write)
        return write

    def keep(self, thing: Thing) -> Thing:
        with self._lock:
            self.things.append(thing)
        return thing

    @property
    def acknowledged(self) -> int:
        return sum(one.acknowledged for one in self.writes)

    def faults(self) -> Iterator[str]:
        """What was acknowledged and is not there, or there twice; a sentence each."""
        yield from self._told_apart()
        yield from self._counted()
        yield from self._things()

    def _told_apart(self) -> Iterator[str]:
        for one in self.writes:
            if not one.state or one.kind == "version":
                continue
            rows = History.objects.filter(kind=one.kind, key=one.key, action=one.action)
            found = sum(
                all(row.get(name) == value for name, value in one.state.items())
                for row in rows.values_list("state", flat=True)
            )
            yield from _wrong(one.counted, one.state, found, one.acknowledged, one.sent > 0)
        versions = list(CodebookVersion.objects.values_list("action", "changes"))
        for one in self.writes:
            if one.kind == "version" and one.state:
                found = sum(
                    action == one.action and self._made(changes, one)
                    for action, changes in versions
                )
                yield from _wrong(one.counted, one.state, found, one.acknowledged, one.sent > 0)

    @staticmethod
    def _made(changes: dict[str, Any], one: Write) -> bool:
        """Whether a version gave some theme these values."""
        themes = [changes.get(one.key, {})] if one.key else list(changes.values())
        return any(
            all(sides.get(name, [None, None])[1] == value for name, value in one.state.items())
            for sides in themes
        )

    def _counted(self) -> Iterator[str]:
        least, most = Counter[tuple[str, str, str]](), Counter[tuple[str, str, str]]()
        for one in self.writes:
            if not one.state and one.sent:
                most[one.counted] += 1
                least[one.counted] += one.acknowledged
        for (kind, key, action), highest in most.items():
            if kind == "version":
                found = CodebookVersion.objects.filter(action=action).count()
            else:
                found = History.objects.filter(kind=kind, key=key, action=action).count()
            lowest = least[kind, key, action]
            if not lowest <= found <= highest:
                yield f"{kind} {key}: {found} × {action}, not {lowest} to {highest}"

    def _things(self) -> Iterator[str]:
        for one in self.things:
            model: Any = Annotation if one.kind == "annotation" else Reply
            row = model.objects.filter(uuid=one.uuid).first()
            if row is None:
                if any(w.acknowledged and w.key == one.uuid for w in self.writes):
                    yield f"{one.kind} {one.uuid} is not there"
            elif row.note not in one.notes or (row.deleted_at is not None) not in one.deleted:
                yield f"{one.kind} {one.uuid} is “{row.note}”, not one of {sorted(one.notes)}"


def _wrong(
    what: tuple[str, str, str], state: dict[str, Any], found: int, sure: bool, sent: bool
) -> Iterator[str]:
    if found > int(sent) or found < int(sure):
        yield f"{' '.join(what)} {state}: there {found} times, acknowledged: {sure}"
