"""What a list of a set's annotations is asked for: the words behind the ``?`` of its address.

Pure: what the words mean for a set and a viewer, ``annotations.listing`` says.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, fields, replace
from datetime import date
from typing import Any
from urllib.parse import urlencode

from annotations.days import day_of

# The word that stands for having no theme, no group, or a name that nobody is told.
NONE = "-"
MOST_VALUES = 50
MOST_WORDS = 8
LONGEST = 100
SORTS = {
    "text": "in the order of the text",
    "newest": "newest first",
    "oldest": "oldest first",
    "changed": "changed last",
    "author": "by author",
    "length": "longest passage first",
}
QUESTIONS = {"open": "open questions", "answered": "answered questions"}
REPLIES = {"none": "without replies", "some": "with replies"}
SHARING = {"private": "only I see it", "shared": "shared"}
STATES = {
    "hidden": "hidden by an editor",
    "review": "to be looked at after a new edition",
    "before": "coded before a definition changed",
}
_MANY = ("theme", "author")


@dataclass(frozen=True, slots=True)
class Asked:
    """``theme`` and ``author`` take several values: one of them is enough, or with ``match`` "all"
    every theme has to be there. A theme stands for those below it too."""

    theme: tuple[str, ...] = ()
    match: str = ""
    author: tuple[str, ...] = ()
    group: str = ""
    document: str = ""
    since: str = ""
    until: str = ""
    q: str = ""
    question: str = ""
    replies: str = ""
    mine: str = ""
    sharing: str = ""
    state: str = ""
    sort: str = ""
    zone: str = ""

    @classmethod
    def of(cls, query: Mapping[str, Iterable[str]]) -> Asked:
        """What a query says (name → its values); what it cannot say is left out."""
        one = {name: _plain(query.get(name, ())) for name in _NAMES}
        given = {name: "".join(values[:1]) for name, values in one.items() if name not in _MANY}
        for name, known in _KNOWN.items():
            if given[name] not in known:
                given[name] = ""
        for name in ("since", "until"):
            day = day_of(given[name])
            given[name] = day.isoformat() if day else ""
        theme, author = (tuple(dict.fromkeys(one[name]))[:MOST_VALUES] for name in _MANY)
        return cls(theme=theme, author=author, **given)

    @property
    def words(self) -> tuple[str, ...]:
        """The words that are looked for: each has to stand in the passage or in the note."""
        return tuple(self.q.split()[:MOST_WORDS])

    @property
    def days(self) -> tuple[date | None, date | None]:
        return day_of(self.since), day_of(self.until)

    @property
    def order(self) -> str:
        return self.sort or "text"

    @property
    def narrowed(self) -> bool:
        """Whether it asks for less than everything."""
        return self != Asked(sort=self.sort, zone=self.zone, match=self.match)

    @property
    def count(self) -> int:
        """How many filters are on."""
        named = [f.name for f in fields(self) if f.name not in ("sort", "zone", "match")]
        days = 1 if self.since and self.until else 0
        return sum(1 for name in named if getattr(self, name)) - days

    def without(self, *names: str) -> Asked:
        """The same without these filters."""
        empty: dict[str, Any] = {name: () if name in _MANY else "" for name in names}
        return replace(self, **empty)

    def pairs(self) -> list[tuple[str, str]]:
        """Names and values, as an address or a form has them."""
        found: list[tuple[str, str]] = []
        for name in _NAMES:
            value = getattr(self, name)
            found += [(name, one) for one in (value if name in _MANY else (value,)) if one]
        return found

    @property
    def query(self) -> str:
        return urlencode(self.pairs())


_NAMES = tuple(f.name for f in fields(Asked))
_KNOWN = {
    "match": ("all",),
    "question": QUESTIONS,
    "replies": REPLIES,
    "mine": ("1",),
    "sharing": SHARING,
    "state": STATES,
    "sort": SORTS,
}


def _plain(values: Iterable[str]) -> list[str]:
    # PostgreSQL compares no NUL, and nothing has one.
    return [one for value in values if (one := value.replace("\0", "").strip()[:LONGEST])]
