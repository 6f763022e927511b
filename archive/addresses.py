"""What someone means who types where to go: a document's number, a page, an address.

The publisher's addresses are those of history.state.gov: ``/historicaldocuments/VOLUME/ELEMENT``.
"""

from __future__ import annotations

import re
from typing import NamedTuple

_PUBLIC = re.compile(r"(?:^|/)historicaldocuments/([^?]*)")
_OURS = re.compile(r"(?:^|/)volumes/([^?]*)")
_VOLUME = re.compile(r"frus[\w-]*\d[\w-]*", re.IGNORECASE)
_NAME = re.compile(r"[\w-]+")
_PAGE = re.compile(r"(?:pp?\.?|pages?|pg[ _.-]?)\s*(\d{1,5}|[ivxlcdm]{1,8})", re.IGNORECASE)
_NUMBER = re.compile(
    r"(?:documents?|docs?\.?|no\.?|nr\.?|#|d)?\s*(\d{1,6}[a-z]?)\.?", re.IGNORECASE
)
_NOTE = re.compile(r"(d\d+[a-z]?)fn\d+[a-z]?", re.IGNORECASE)
_NUMERALS = {"i": 1, "v": 5, "x": 10, "l": 50, "c": 100, "d": 500, "m": 1000}


class Wanted(NamedTuple):
    """Where to go: all that was understood, the rest empty. ``note`` is the key of a footnote."""

    volume: str = ""
    name: str = ""
    number: str = ""
    page: str = ""
    note: str = ""


class PageRange(NamedTuple):
    """The printed pages of a document."""

    slug: str
    first: str
    last: str


def wanted(text: str, volume: str = "") -> Wanted | None:
    """What ``text`` says, in the volume that one is in, if any; None for words of no address."""
    text = text.strip()
    for pattern in (_PUBLIC, _OURS):
        if found := pattern.search(text):
            return _address(found[1])
    first, _, rest = text.replace(",", " ").partition(" ")
    if "/" in first:
        return _address(text)
    if _VOLUME.fullmatch(first):
        return wanted(rest, first.lower()) if rest.strip() else Wanted(first.lower())
    return _in_volume(text, volume)


def _address(path: str) -> Wanted | None:
    """A volume, and an element of it: ``frus1981-88v03/d169``."""
    path = path.partition("#")[0]
    volume, *rest = [part for part in path.split("/") if part] or [""]
    name = re.sub(r"\.(?:txt|xml|json|html)$", "", rest[0]) if rest else ""
    if not _NAME.fullmatch(volume) or (name and not _NAME.fullmatch(name)):
        return None
    return _in_volume(name, volume) if name else Wanted(volume)


def _in_volume(text: str, volume: str) -> Wanted | None:
    if found := _PAGE.fullmatch(text):
        return Wanted(volume, page=found[1])
    if found := _NUMBER.fullmatch(text):
        return Wanted(volume, name=f"d{found[1].lower()}", number=found[1])
    if found := _NOTE.fullmatch(text):
        return Wanted(volume, name=found[1], note=text)
    if volume and _NAME.fullmatch(text):
        return Wanted(volume, name=text)
    return None


def page_number(label: str) -> tuple[int, int] | None:
    """A printed page's place in the order of pages: those of the front matter come first."""
    if label.isascii() and label.isdigit():
        return 1, int(label)
    values = [_NUMERALS.get(letter, 0) for letter in label.lower()]
    if not values or not all(values):
        return None
    pairs = zip(values, [*values[1:], 0], strict=True)
    return 0, sum(-value if value < following else value for value, following in pairs)


def with_page(documents: list[PageRange], page: str) -> str | None:
    """The first of these documents, in reading order, that stands on this page."""
    at = page_number(page)
    for slug, first, last in documents:
        low, high = page_number(first), page_number(last or first)
        if at and low and high and low <= at <= high:
            return slug
    return None
