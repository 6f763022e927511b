"""Whether somebody else changed a thing since a form on it was opened."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from typing import Any

LENGTH = 12


class Stale(Exception):
    """What was to be changed is not what the form was opened on any more."""


def mark_of(values: Mapping[str, Any]) -> str:
    """A short sign of these values (plain JSON ones): another one where any of them is another.

    A form carries it from when it was opened to when it is sent.
    """
    text = json.dumps(values, sort_keys=True, ensure_ascii=False)
    return hashlib.sha256(text.encode()).hexdigest()[:LENGTH]


def check(base: str, values: Mapping[str, Any]) -> None:
    """Raises Stale when ``base`` is the mark of other values than these; empty asks nothing."""
    if base and base != mark_of(values):
        raise Stale("This was changed meanwhile.")
