"""The classification that a source note states, and the level by which one searches.

The marking is the sentence that begins with a level, whole and as it stands there: with handling
("Nodis", "Eyes Only", "Specat"), precedence ("Immediate", "Flash") and what is left out of it in
brackets. A sentence that goes on in other words ("Confidential File, Box 3") is none.
"""

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
_LEVEL = "|".join(LEVELS.values())
_HANDLING = "sensitive|nodis|exdis|limdis|noforn|specat|stadis|eyes only|flash|immediate|priority"
_MARKING = re.compile(
    rf"(?:^|[.;:] |[.]\s?[”’)\]] )"
    rf"((?:{_LEVEL})(?=\s*[;,.:/–—\[(-]|\s*$|\s(?:{_HANDLING}))"
    # A full stop ends the sentence, unless it is one of "U.S." or inside of a number.
    r"(?:[^.]|(?<=\b[A-Z])\.(?=\s?[\w;,])|\.(?=\w))*)",
    re.IGNORECASE,
)


def marking_of(source_note: str) -> str:
    """The sentence of a source note that marks the document (``Secret; Sensitive``), or ""."""
    found = _MARKING.search(source_note)
    return found[1].strip() if found else ""


def level_of(marking: str) -> str:
    """The slug of a marking's level, one of LEVELS; "" where it has none."""
    lowered = marking.lower()
    return next((slug for slug, words in LEVELS.items() if lowered.startswith(words.lower())), "")
