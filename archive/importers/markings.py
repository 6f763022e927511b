"""The classification that a source note states, and the level by which one searches."""

from __future__ import annotations

import re

# From the highest; the words as source notes begin a marking with them.
LEVELS = {
    "top-secret": "Top Secret",
    "secret": "Secret",
    "confidential": "Confidential",
    "limited-official-use": "Limited Official Use",
    "unclassified": "Unclassified",
    "none-marked": "No classification marking",
}
_MARKING = re.compile(rf"(?:^|[.;] )((?:{'|'.join(LEVELS.values())})\b[^.]*)\.")


def marking_of(source_note: str) -> str:
    """The sentence of a source note that marks the document (``Secret; Sensitive``), or ""."""
    found = _MARKING.search(source_note)
    return found[1] if found else ""


def level_of(marking: str) -> str:
    """The slug of a marking's level, one of LEVELS; "" where it has none."""
    return next((slug for slug, words in LEVELS.items() if marking.startswith(words)), "")
