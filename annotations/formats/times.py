"""Times as every format writes them."""

from __future__ import annotations

from datetime import UTC, datetime


def iso(at: datetime) -> str:
    """An aware time in UTC, ISO 8601 with ``Z``: ``2026-01-02T03:04:05Z``; fractions if any."""
    utc = at if at.tzinfo is UTC else at.astimezone(UTC)
    return f"{utc.replace(tzinfo=None).isoformat()}Z"
