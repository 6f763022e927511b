"""What is told of a file, the like of it once it is too often."""

from __future__ import annotations

from annotations.formats.brought import Doubt

EACH = 20


class Told:
    """Doubts by their kind: the first ones of each kind with their places, the others counted."""

    def __init__(self) -> None:
        self._found: dict[str, list[Doubt]] = {}
        self._more: dict[str, int] = {}
        self._counted: dict[str, int] = {}

    def say(self, kind: str, message: str, place: str = "") -> None:
        """``message`` is a sentence, ``place`` where in the file it is true."""
        found = self._found.setdefault(kind, [])
        if len(found) < EACH:
            found.append(Doubt(message, place))
        else:
            self._more[kind] = self._more.get(kind, 0) + 1

    def count(self, message: str) -> None:
        """``message`` has a place for how often it was true."""
        self._counted[message] = self._counted.get(message, 0) + 1

    def doubts(self) -> tuple[Doubt, ...]:
        """All that was said, what is alike together."""
        told: list[Doubt] = []
        for kind, found in self._found.items():
            told += found
            if more := self._more.get(kind):
                told.append(Doubt(f"And {more:,} more times: {found[-1].message}"))
        told += [Doubt(message.format(f"{n:,}")) for message, n in self._counted.items()]
        return tuple(told)
