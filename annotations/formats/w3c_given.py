"""JSON of strangers, taken with care: each value is what it is said to be, or a fault."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from annotations.formats.brought import Doubt, FormatFault, Target
from annotations.formats.sound import unsound
from annotations.formats.values import PersonValue

Json = dict[str, Any]

MAX_DOUBTS = 200
MAX_OFFSET = 2**31
_END = re.compile(r"[#:/]")


@dataclass(slots=True)
class Item:
    """An annotation or a reply as one file gives it. ``names`` are all its ids; ``answers`` those
    that it answers, of which the first that is in the file is meant."""

    place: str
    id: str = ""
    names: tuple[str, ...] = ()
    is_reply: bool = False
    answers: tuple[str, ...] = ()
    target: Target | None = None
    themes: tuple[str, ...] = ()
    note: str = ""
    author: PersonValue | None = None
    private: bool = False
    question: str = ""
    created: datetime | None = None
    modified: datetime | None = None


class Told:
    """What is not taken: each thing that is left out, and what is the same of many but once."""

    def __init__(self) -> None:
        self._said: dict[tuple[str, str], tuple[str, int]] = {}
        self._is_full = False

    def say(self, message: str, place: str) -> None:
        """Something that many may have: it is said once, with its first place and how many."""
        self._add((message, ""), place)

    def drop(self, message: str, place: str) -> None:
        """Something that is not taken at all."""
        self._add((message, place), place)

    def rest(self, given: Json, known: frozenset[str], what: str, place: str) -> None:
        """Says which keys are not known."""
        if given.keys() <= known:
            return
        for key in given:
            if key not in known:
                self.say(f"Not read: “{short(key)}” of {what}.", place)

    def doubts(self) -> Iterator[Doubt]:
        for (message, _), (place, count) in self._said.items():
            times = f" ({count:,} times)." if count > 1 else "."
            yield Doubt(message.removesuffix(".") + times, place)
        if self._is_full:
            yield Doubt("There is more of the kind.")

    def _add(self, key: tuple[str, str], place: str) -> None:
        if key not in self._said and len(self._said) >= MAX_DOUBTS:
            self._is_full = True
            return
        first, count = self._said.get(key, (place, 0))
        self._said[key] = first, count + 1


def short(words: object) -> str:
    """The beginning of words that are shown, on one line and without what cannot be shown."""
    return "".join(one if one.isprintable() else " " for one in str(words)[:60])


def many(value: Any) -> list[Any]:
    """A list as it is, nothing as an empty one, all else as a list of it."""
    if value is None:
        return []
    return value if isinstance(value, list) else [value]


def get(given: Json, *keys: str) -> Any:
    """The value under the first of these keys that is there."""
    for key in keys:
        value = given.get(key)
        if value is not None:
            return value
    return None


def words(given: Json, *keys: str, place: str) -> str:
    """The text under the first of these keys that is there, else nothing; of several the first.
    Raises FormatFault when it is no text."""
    value = get(given, *keys)
    if value is None or value == []:
        return ""
    if isinstance(value, list):
        value = value[0]
    if isinstance(value, dict):
        value = get(value, "@value", "value")
    if not isinstance(value, str):
        raise FormatFault(f"“{keys[0]}” is no text.", place)
    if unsound(value):
        raise FormatFault(f"“{keys[0]}” has half of a character in it, or NUL.", place)
    return value


def address(value: Any, key: str, place: str) -> str:
    """An address, or the id of a thing; nothing where it has none. Raises FormatFault."""
    if value is None:
        return ""
    if isinstance(value, list) and value:
        value = value[0]
    if isinstance(value, dict):
        return words(value, "id", "@id", place=place).strip()
    return words({key: value}, key, place=place).strip()


def offset(given: Json, key: str, place: str) -> int | None:
    """A position in a text. Raises FormatFault."""
    value = given.get(key)
    if value is None:
        return None
    if isinstance(value, float) and value.is_integer():
        value = int(value)
    if type(value) is not int or not 0 <= value < MAX_OFFSET:
        raise FormatFault(f"“{key}” is no position in a text: {shown(value)}.", place)
    return value


def shown(value: Any) -> str:
    """A value that is none, in a few letters."""
    if type(value) is int and abs(value) >= MAX_OFFSET:
        return "a number beyond any text"
    return short(value) if isinstance(value, str | int | float) else f"a {type(value).__name__}"


def moment(given: Json, *keys: str, told: Told, place: str) -> datetime | None:
    """A time, UTC where it says nothing else; what is none is said."""
    found = many(get(given, *keys))
    value = found[0] if found else None
    if isinstance(value, dict):
        value = get(value, "@value", "value")
    if value is None or value == "":
        return None
    try:
        at = datetime.fromisoformat(value.strip())
        return at.astimezone(UTC) if at.tzinfo else at.replace(tzinfo=UTC)
    except (AttributeError, ValueError, OverflowError):
        told.say(f"“{keys[0]}” is no time that can be read, and is left out.", place)
        return None


def types(given: Json) -> set[str]:
    """The names of a thing's types, without their vocabularies."""
    return names(get(given, "type", "@type"))


def names(value: Any) -> set[str]:
    """The last part of each name: ``oa:commenting`` is ``commenting``."""
    if isinstance(value, str):
        return {_END.split(value)[-1]}
    found = (get(one, "id", "@id") if isinstance(one, dict) else one for one in many(value))
    return {_END.split(one)[-1] for one in found if isinstance(one, str)}
