"""Cells that hold more than one thing: themes, times, replies."""

from __future__ import annotations

import json
import re
from datetime import UTC, datetime
from typing import Any

from annotations.formats.brought import BroughtReply, FormatFault
from annotations.formats.sound import unsound
from annotations.formats.values import PersonValue

MAX_REPLIES = 1_000
# How a reply begins in the cell that people read.
_REPLY = re.compile(
    r"(?:\A|\n\n)(?P<author>[^\n]*?), (?P<at>\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d+)?Z): "
)
_KEYS = ("id", "author", "name", "created", "modified", "note")


def split(cell: str, *, commas: bool = False) -> tuple[str, ...]:
    """The parts of a cell between semicolons or bars; between commas if there are neither."""
    signs = r"[;|\n]" if not commas or re.search(r"[;|\n]", cell) else ","
    return tuple(one for part in re.split(signs, cell) if (one := " ".join(part.split())))


def time_of(cell: str) -> datetime | None:
    """An ISO time as an aware one, UTC where it says nothing else; None when it is none."""
    try:
        found = datetime.fromisoformat(cell)
        return found.astimezone(UTC) if found.tzinfo else found.replace(tzinfo=UTC)
    except (ValueError, OverflowError):
        return None


def replies_of(data: str, words: str, place: str) -> tuple[BroughtReply, ...]:
    """The replies of a row, of its ``data`` in JSON, else of the cell that people read. Raises
    FormatFault."""
    if data.strip():
        return tuple(_reply(one, place) for one in _list(data, place))
    if not words.strip():
        return ()
    heads = list(_REPLY.finditer(words))
    if not heads or heads[0].start():
        return (BroughtReply(note=words.strip(), place=place),)
    ends = [head.start() for head in heads[1:]] + [len(words)]
    return tuple(
        BroughtReply(
            note=words[head.end() : end],
            author=PersonValue(head["author"], ""),
            created=time_of(head["at"]),
            place=place,
        )
        for head, end in zip(heads, ends, strict=True)
    )


def _list(data: str, place: str) -> list[Any]:
    try:
        found = json.loads(data)
    except (ValueError, RecursionError):
        raise FormatFault("The replies are no JSON.", place) from None
    if not isinstance(found, list) or len(found) > MAX_REPLIES:
        raise FormatFault(f"The replies are no list of at most {MAX_REPLIES:,}.", place)
    return found


def _reply(given: Any, place: str) -> BroughtReply:
    if not isinstance(given, dict) or not isinstance(given.get("note"), str):
        raise FormatFault("A reply has no note.", place)
    if not all(isinstance(given.get(key, ""), str) for key in _KEYS):
        raise FormatFault("A reply has something else than words in it.", place)
    if any(unsound(one) for one in given.values() if isinstance(one, str)):
        raise FormatFault("A reply has half of a character in it, or NUL.", place)
    id_, author, name, created, modified, note = (given.get(key, "") for key in _KEYS)
    return BroughtReply(
        note=note,
        id=id_,
        author=PersonValue(author, name) if author or name else None,
        created=time_of(created),
        modified=time_of(modified),
        place=place,
    )
