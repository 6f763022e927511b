"""What an import did, as plain values."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from archive.importers.faults import Notice

OUTCOMES = {
    "new": "new",
    "changed": "with a new edition",
    "remarked": "with new mark-up only",
    "unchanged": "unchanged",
}


@dataclass(frozen=True, slots=True)
class NewEdition:
    """A document whose text changed: primary keys, for whoever moves annotations to the new one."""

    document: str
    document_id: int
    old_id: int | None
    new_id: int


@dataclass(frozen=True, slots=True)
class IngestReport:
    """What an import did, by the slugs of documents; ``editions`` holds the new ones too.

    ``followed`` is what others said who moved what refers to the old editions. ``run_id`` is the
    key of the Import that keeps all this, None where the same bytes were imported before.
    """

    volume: str
    new: tuple[str, ...] = ()
    changed: tuple[str, ...] = ()
    remarked: tuple[str, ...] = ()
    unchanged: tuple[str, ...] = ()
    editions: tuple[NewEdition, ...] = ()
    entries: int = 0
    notices: tuple[Notice, ...] = field(default=())
    followed: tuple[str, ...] = ()
    run_id: int | None = None

    @property
    def total(self) -> int:
        return sum(len(getattr(self, name)) for name in OUTCOMES)

    def summary(self) -> str:
        """One line: how many documents were new, changed, changed in mark-up only, unchanged."""
        said = [f"{len(s)} {what}" for n, what in OUTCOMES.items() if (s := getattr(self, n))]
        documents = "document" if self.total == 1 else "documents"
        entries = (
            f"; {self.entries} entries of its lists are new or changed" if self.entries else ""
        )
        return f"{self.volume}: {self.total} {documents}: {', '.join(said)}{entries}."

    def as_json(self) -> dict[str, Any]:
        """What the Import keeps of it."""
        return {
            **{name: list(getattr(self, name)) for name in OUTCOMES},
            "entries": self.entries,
            "notices": [[n.message, n.count, n.line] for n in self.notices],
            "followed": list(self.followed),
        }
