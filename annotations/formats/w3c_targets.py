"""What a Web Annotation is about: which document, and which words of it.

Positions of other tools count in other texts, and often in UTF-16: without the digest of an edition
they are a hint, and the words are what counts.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import Any

from annotations.formats.brought import FormatFault, Target
from annotations.formats.w3c_given import Json, address, get, many, offset, types, words
from annotations.formats.w3c_words import DIGEST

MAX_DEPTH = 8
# RFC 5147: positions between the characters of a plain text.
_CHARS = re.compile(r"#?char=(\d{1,9}),(\d{1,9})(?:;.*)?\Z", re.S)
_OURS = re.compile(r"/volumes/([\w.-]+)/([\w.-]+?)(?:\.txt)?/?(?:[?#].*)?\Z")
_DIGEST = re.compile(r"[0-9a-f]{64}\Z")


@dataclass(slots=True)
class Passage:
    """Words and their place; ``others`` are the types of selectors that are not read."""

    quote: str = ""
    prefix: str = ""
    suffix: str = ""
    start: int | None = None
    end: int | None = None
    others: set[str] = field(default_factory=set)

    @property
    def is_found(self) -> bool:
        return bool(self.quote) or self.end is not None


def target_of(given: Any, place: str) -> tuple[Target, set[str]]:
    """A target, and which ways to give a passage it has that are not read. Raises FormatFault."""
    if isinstance(given, str):
        given = {"source": given}
    if not isinstance(given, dict):
        raise FormatFault("The target is neither an address nor an object.", place)
    source = address(get(given, "source", "id", "@id"), "source", place)
    page, _, fragment = source.partition("#")
    scope = address(given.get("scope"), "scope", place)
    passage = passage_of(given.get("selector"), place)
    if not passage.is_found and (found := _CHARS.match(fragment)):
        passage.start, passage.end = int(found[1]), int(found[2])
    target = Target(
        names=names_of(page, scope),
        digest=_digest(given, place),
        start=passage.start,
        end=passage.end,
        quote=passage.quote,
        prefix=passage.prefix,
        suffix=passage.suffix,
    )
    return target, passage.others


def names_of(*given: str) -> tuple[str, ...]:
    """These names of a document, and what it is called where it has an address like ours."""
    found = [one for one in given if one]
    found += ["/".join(ours.groups()) for one in given if (ours := _OURS.search(one))]
    return tuple(dict.fromkeys(found))


def passage_of(selector: Any, place: str, depth: int = 0) -> Passage:
    """The words that selectors select, and their position. Raises FormatFault."""
    found = Passage()
    if depth > MAX_DEPTH:
        raise FormatFault("Its selectors refine each other without end.", place)
    for one in many(selector):
        if not isinstance(one, dict):
            found.others.add("an address")
            continue
        kinds = types(one)
        if "TextQuoteSelector" in kinds and not found.quote:
            _take_quote(found, one, place)
        elif "TextPositionSelector" in kinds and found.end is None:
            # In a selector that refines another it counts from where that one begins.
            _take_position(found, {} if depth else one, place)
        elif "FragmentSelector" in kinds and (chars := _CHARS.match(_value(one, place))):
            _take_position(found, {"start": int(chars[1]), "end": int(chars[2])}, place)
        else:
            found.others |= kinds
        if one.get("refinedBy") is not None:
            inner = passage_of(one["refinedBy"], place, depth + 1)
            if inner.quote:
                found.quote, found.prefix, found.suffix = inner.quote, inner.prefix, inner.suffix
                found.start = found.end = None
            found.others |= inner.others
    return found


def _take_quote(found: Passage, given: Json, place: str) -> None:
    found.quote = words(given, "exact", place=place)
    found.prefix = words(given, "prefix", place=place)
    found.suffix = words(given, "suffix", place=place)


def _take_position(found: Passage, given: Json, place: str) -> None:
    start, end = offset(given, "start", place), offset(given, "end", place)
    if start is None or end is None:
        return
    if start > end:
        raise FormatFault(f"The passage begins at {start} and ends before, at {end}.", place)
    if start < end:
        found.start, found.end = start, end


def _value(given: Json, place: str) -> str:
    return words(given, "value", place=place)


def _digest(given: Json, place: str) -> str:
    """That of the edition in which positions count; of other tools nothing."""
    for state in many(given.get("state")):
        if isinstance(state, dict):
            digest = words(state, "dcterms:identifier", place=place).removeprefix(DIGEST)
            if _DIGEST.match(digest):
                return digest
    return ""
