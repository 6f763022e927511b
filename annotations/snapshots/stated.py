"""What a snapshot says of itself."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True)
class Stated:
    """``name`` is that of the bag, ``address`` the lasting one; ``holds`` says in a sentence whose
    words are in it. ``lost`` says for each format what it does not carry."""

    uuid: str
    address: str
    name: str
    number: int
    note: str
    made: datetime
    holds: str
    software: str
    pseudonymised: bool = False
    lost: Mapping[str, list[str]] | None = None

    @property
    def day(self) -> str:
        """The date of the snapshot, ISO 8601, UTC."""
        return self.made.date().isoformat()
