"""What a search asks for: the words, and the filters of the form."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date
from urllib.parse import urlencode

from archive.importers.dates import first_day, last_day

RELEVANCE, DATE = "relevance", "date"
SORTS = {RELEVANCE: "Relevance", DATE: "Date"}
FIELDS = ("q", "volume", "since", "until", "person", "place", "kind", "level", "sort")
MAX_LENGTH = 300


@dataclass(frozen=True, slots=True)
class Asked:
    """The values of the form as they were typed; an empty string asks for nothing."""

    q: str = ""
    volume: str = ""
    since: str = ""
    until: str = ""
    person: str = ""
    place: str = ""
    kind: str = ""
    level: str = ""
    sort: str = ""
    page: int = 1

    @classmethod
    def of(cls, values: Mapping[str, str]) -> Asked:
        """The values of an address; what nobody can have meant is left out."""
        given = {n: (values.get(n) or "").replace("\0", "").strip() for n in FIELDS}
        for name in FIELDS[1:]:
            given[name] = given[name][:MAX_LENGTH]
        if given["sort"] not in SORTS:
            given["sort"] = ""
        page = values.get("page") or ""
        number = int(page) if page.isascii() and page.isdigit() and len(page) < 6 else 1
        return cls(**given, page=max(number, 1))

    @property
    def days(self) -> tuple[date | None, date | None]:
        """The first and the last day asked for; a year or a month covers all of it."""
        return first_day(self.since), last_day(self.until)

    @property
    def problems(self) -> dict[str, str]:
        """What cannot be used of the form, by the name of its field."""
        found = {}
        first, last = self.days
        for name, day in (("since", first), ("until", last)):
            if getattr(self, name) and day is None:
                found[name] = "Write a date as 1982, 1982-04 or 1982-04-07."
        if first and last and first > last:
            found["until"] = "This is before the beginning."
        return found

    @property
    def is_filtered(self) -> bool:
        return any(getattr(self, name) for name in FIELDS[1:-1])

    @property
    def is_empty(self) -> bool:
        return not self.q and not self.is_filtered

    def address(self, **changes: str | int) -> str:
        """This search with some values changed, as the part of an address behind ``?``.

        It begins at the first page again unless the page is what changes.
        """
        changed = replace(self, **{"page": 1, **changes})  # type: ignore[arg-type]
        parts = [(n, v) for n in FIELDS if (v := getattr(changed, n))]
        if changed.page > 1:
            parts.append(("page", str(changed.page)))
        return f"?{urlencode(parts)}"
