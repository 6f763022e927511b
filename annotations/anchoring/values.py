"""What anchoring gives back. Offsets are code points of the new edition's text."""

from __future__ import annotations

from enum import StrEnum
from typing import NamedTuple


class Method(StrEnum):
    """How a passage was found again."""

    UNCHANGED = "unchanged"
    DIFF = "diff"
    SEARCH = "search"
    NONE = "none"
    HAND = "hand"


class Verdict(StrEnum):
    """Whether it needs to be looked at."""

    SURE = "sure"
    REVIEW = "review"
    ORPHAN = "orphan"


class Anchored(NamedTuple):
    """Where a passage stands in the new edition; ``start`` and ``end`` are None for an orphan."""

    start: int | None
    end: int | None
    method: Method
    score: float
    verdict: Verdict


class Candidate(NamedTuple):
    """A place where a passage may stand. ``score`` is from 0 to 1; ``exact``: its very words."""

    start: int
    end: int
    score: float
    exact: bool


ORPHAN = Anchored(None, None, Method.NONE, 0.0, Verdict.ORPHAN)
