"""What a format is given: a set and its annotations as plain values.

Offsets are code points of the edition's canonical text, half-open. Times are aware datetimes.
Addresses are absolute IRIs; an empty string where there is none.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True)
class PersonValue:
    """An author: ``username`` is unique on its server, ``name`` is what people read."""

    username: str
    name: str


@dataclass(frozen=True, slots=True)
class ThemeValue:
    """A theme as a tag: ``address`` leads to its definition in the codebook."""

    slug: str
    name: str
    address: str


@dataclass(frozen=True, slots=True)
class SetValue:
    """An annotation set. ``site`` is the address of the server that wrote it, without a slash.

    ``total`` is about how many items follow, annotations and replies together: a format may lay out
    its pages by it, and counts what really came.
    """

    slug: str
    title: str
    description: str
    address: str
    rights: str
    owner: PersonValue
    site: str
    modified: datetime
    total: int = 0


@dataclass(frozen=True, slots=True)
class DocumentValue:
    """A document: ``address`` is its page here, ``public_address`` its publisher's page of it."""

    volume: str
    slug: str
    number: str
    title: str
    address: str
    public_address: str


@dataclass(frozen=True, slots=True)
class EditionValue:
    """The state of the document's text that the offsets count in."""

    number: int
    digest: str
    imported: datetime


@dataclass(frozen=True, slots=True)
class ReplyValue:
    address: str
    author: PersonValue
    note: str
    created: datetime
    modified: datetime


@dataclass(frozen=True, slots=True)
class AnnotationValue:
    """An annotation with all that hangs on it; ``themes`` in the codebook's order."""

    id: str
    address: str
    in_set: SetValue
    document: DocumentValue
    edition: EditionValue
    start: int
    end: int
    quote: str
    prefix: str
    suffix: str
    themes: tuple[ThemeValue, ...]
    note: str
    author: PersonValue
    private: bool
    created: datetime
    modified: datetime
    replies: tuple[ReplyValue, ...] = ()
