"""Words from elsewhere that no database could keep."""

from __future__ import annotations

import re

# JSON and spreadsheets can name halves of characters, and NUL.
_UNSOUND = re.compile("[\0\ud800-\udfff]")


def unsound(words: str) -> bool:
    """Whether there is a NUL or half of a character in it."""
    return _UNSOUND.search(words) is not None
