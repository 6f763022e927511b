"""What importers say of their sources: the fault that stops an import, the notices that do not."""

from __future__ import annotations

from dataclasses import dataclass


class ImportFault(Exception):
    """A source that cannot be imported. ``str()`` is one line: path, line where known, sentence."""

    def __init__(self, message: str, path: str = "", line: int | None = None) -> None:
        self.message, self.path, self.line = " ".join(message.split()), path, line
        place = path if line is None else f"{path or 'line'}:{line}"
        super().__init__(f"{place}: {self.message}" if place else self.message)


@dataclass(frozen=True, slots=True)
class Notice:
    """Something that an import survived: said once, with its count and the line of the first."""

    message: str
    count: int
    line: int | None

    def __str__(self) -> str:
        place = f"line {self.line}: " if self.line else ""
        times = f" ({self.count} times)" if self.count > 1 else ""
        return f"{place}{self.message}{times}"


class Notices:
    """Collects notices of one file; the same message is kept once and counted."""

    def __init__(self) -> None:
        self._found: dict[str, tuple[int, int | None]] = {}

    def add(self, message: str, line: int | None = None) -> None:
        count, first = self._found.get(message, (0, line))
        self._found[message] = (count + 1, first)

    def __contains__(self, message: str) -> bool:
        return message in self._found

    def all(self) -> tuple[Notice, ...]:
        return tuple(Notice(m, count, line) for m, (count, line) in self._found.items())
