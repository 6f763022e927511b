"""Names of persons and of terms: as they sort, and which may be those of one person.

A name is as the publisher's lists have it: ``Haig, Alexander M., Jr.``
"""

from __future__ import annotations

import hashlib
import re
import unicodedata
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from enum import IntEnum
from functools import lru_cache
from itertools import groupby

# As long as what one sorts by needs to be; PostgreSQL refuses to index what is very long.
MAX_FOLDED = 200
# Offices further apart than this are not of one life.
MAX_YEARS_APART = 40
_LETTERS = str.maketrans(
    {"ø": "o", "ł": "l", "đ": "d", "ħ": "h", "ı": "i", "æ": "ae", "œ": "oe", "þ": "th", "ð": "d"}
)
_SUFFIX = re.compile(r"jr|sr|ii|iii|iv|2nd|3rd|2d|3d")
_SUFFIXES = {"2nd": "ii", "2d": "ii", "3rd": "iii", "3d": "iii"}
_ASIDE = re.compile(r"\([^)]*\)|\[[^\]]*\]|[“\"][^”\"]*[”\"]")
_WORD = re.compile(r"[^\W_]+")
_YEAR = re.compile(r"(?<!\d)1[789]\d\d(?!\d)|(?<!\d)20\d\d(?!\d)")


def folded(text: str) -> str:
    """Words without case, accents and punctuation, parted by spaces: what one sorts and finds by.

    At most MAX_FOLDED characters of it.
    """
    # Twice: what looks like a capital in a formula becomes one first.
    plain = unicodedata.normalize("NFKD", text).casefold()
    plain = unicodedata.normalize("NFKD", plain).translate(_LETTERS)
    kept = (
        c if c.isalnum() else "" if unicodedata.combining(c) or c in "'’ʼ" else " " for c in plain
    )
    return " ".join("".join(kept).split())[:MAX_FOLDED].rstrip()


def letter_of(folded_name: str) -> str:
    """The letter from a to z under which a name stands in an index; ``0`` for any other."""
    first = folded_name[:1]
    return first if "a" <= first <= "z" else "0"


def sense_of(name: str, description: str) -> str:
    """The same for terms of one name and one expansion, whatever their case and punctuation."""
    said = "\n".join((folded(name), " ".join(_WORD.findall(description.casefold()))))
    return hashlib.sha256(said.encode("utf-8", "surrogatepass")).hexdigest()[:32]


class Likeness(IntEnum):
    """How two names agree: not, but for a Jr. that one has, but for initials, wholly."""

    NONE = 0
    SUFFIX = 1
    INITIALS = 2
    SAME = 3


@dataclass(frozen=True, slots=True)
class Name:
    """A name in its parts, folded."""

    surname: str
    given: tuple[str, ...]
    suffix: str


@dataclass(frozen=True, slots=True)
class Entry:
    """What one needs of an entry of a volume's list to look for the same person elsewhere."""

    pk: int
    volume: int
    name: str
    description: str


@lru_cache(maxsize=20_000)
def parts_of(name: str) -> Name:
    """The parts of a name: surname, given names and initials, Jr. or III."""
    surname, _, rest = _ASIDE.sub(" ", name).partition(",")
    given = folded(rest).split()
    suffix = ""
    for word in [word for word in given if _SUFFIX.fullmatch(word)]:
        given.remove(word)
        suffix = _SUFFIXES.get(word, word)
    return Name(folded(surname), tuple(given), suffix)


def likeness(one: Name, other: Name) -> Likeness:
    """How far two names may be those of one person.

    Surnames must be equal; given names, in order, equal or the initial of one another, and one may
    have more of them. A Jr. and a III are two persons; a name without either may be anyone's.
    """
    if one.surname != other.surname or bool(one.given) != bool(other.given):
        return Likeness.NONE
    if one.suffix and other.suffix and one.suffix != other.suffix:
        return Likeness.NONE
    pairs = list(zip(one.given, other.given, strict=False))
    if not all(a == b or (1 in (len(a), len(b)) and a[0] == b[0]) for a, b in pairs):
        return Likeness.NONE
    if one.suffix != other.suffix:
        return Likeness.SUFFIX
    return Likeness.SAME if one.given == other.given else Likeness.INITIALS


def years_in(description: str) -> tuple[int, int] | None:
    """The first and the last year that a description names, as of offices; None without any."""
    years = [int(year) for year in _YEAR.findall(description)]
    return (min(years), max(years)) if years else None


def years_apart(one: str, other: str) -> int:
    """How many years lie between the offices of two descriptions; 0 where one names no year."""
    first, second = years_in(one), years_in(other)
    if first is None or second is None:
        return 0
    return max(0, first[0] - second[1], second[0] - first[1])


def may_be_one(one: Entry, other: Entry) -> Likeness:
    """How far two entries may be one person: by name, and by when they held their offices.

    The editors of one volume know their persons: two entries of one volume are two.
    """
    if one.volume == other.volume:
        return Likeness.NONE
    if years_apart(one.description, other.description) > MAX_YEARS_APART:
        return Likeness.NONE
    return likeness(parts_of(one.name), parts_of(other.name))


def candidates(entries: Iterable[Entry]) -> list[list[Entry]]:
    """Groups of entries that may be one person, by name; each entry is in one group at most.

    In a group each may be each other's: ``Smith, J.`` joins ``Smith, John`` or ``Smith, James``,
    and never brings the two together.
    """
    found: list[list[Entry]] = []
    for _, same in groupby(sorted(entries, key=_order), key=_bucket):
        found += _clusters(list(same))
    return [group for group in found if len(group) > 1]


def _bucket(entry: Entry) -> tuple[str, str]:
    name = parts_of(entry.name)
    return name.surname, name.given[0][:1] if name.given else ""


def _order(entry: Entry) -> tuple[tuple[str, str], int, int, str, int]:
    # The fullest names first: what says less joins what says more.
    name = parts_of(entry.name)
    letters = sum(map(len, name.given))
    return _bucket(entry), -len(name.suffix), -letters, entry.name, entry.pk


def _clusters(entries: Sequence[Entry]) -> list[list[Entry]]:
    clusters: list[list[Entry]] = []
    for entry in entries:
        fits = [c for c in clusters if all(may_be_one(entry, one) for one in c)]
        if fits:
            max(fits, key=lambda c: min(may_be_one(entry, one) for one in c)).append(entry)
        else:
            clusters.append([entry])
    return clusters
