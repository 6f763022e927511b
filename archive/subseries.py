"""The sub-series that a volume belongs to: the years that it covers, and who was President."""

from __future__ import annotations

import re
from typing import NamedTuple

OTHER = "Other volumes"
_YEARS = re.compile(r"(?<!\d)(1[789]\d\d|20\d\d)(?:\s*[–—-]\s*(\d{4}|\d\d)(?!\d))?")
# Since 1952 a sub-series of Foreign Relations covers a term, or half of one.
_PRESIDENTS = {
    (1952, 1954): "Eisenhower",
    (1955, 1957): "Eisenhower",
    (1958, 1960): "Eisenhower",
    (1961, 1963): "Kennedy",
    (1964, 1968): "Johnson",
    (1969, 1972): "Nixon",
    (1969, 1976): "Nixon and Ford",
    (1973, 1976): "Nixon and Ford",
    (1977, 1980): "Carter",
    (1981, 1988): "Reagan",
    (1989, 1992): "George H. W. Bush",
    (1993, 2000): "Clinton",
}


class Subseries(NamedTuple):
    """The years of a sub-series, in order, and its name; years of 9999 where it has none."""

    first: int
    last: int
    name: str


def subseries_of(series: str, title: str) -> Subseries:
    """The sub-series of a volume of Foreign Relations; ``Other volumes`` for any other."""
    if "Foreign Relations" not in f"{series} {title}":
        return Subseries(9999, 9999, OTHER)
    found = _YEARS.search(series) or _YEARS.search(title)
    if not found:
        return Subseries(9999, 9999, OTHER)
    first = int(found[1])
    last = int(found[2] or first)
    if last < 100:
        last += first - first % 100
    if not first <= last <= first + 30:
        last = first
    years = f"{first}–{last}" if last > first else str(first)
    president = _PRESIDENTS.get((first, last))
    return Subseries(first, last, f"{years}: {president}" if president else years)
