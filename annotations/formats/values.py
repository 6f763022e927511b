"""What a format is given: a set and its annotations as plain values.

Offsets are code points of the edition's canonical text, half-open. Times are aware datetimes.
Addresses are absolute IRIs; an empty string where there is none.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import NamedTuple

from archive.citations import Citation
from archive.text import Text


@dataclass(frozen=True, slots=True)
class PersonValue:
    """An author: ``username`` is unique on its server, ``name`` is what people read."""

    username: str
    name: str


# Of a theme: the characters of its name, and its signs.
MAX_NAME, COLOURS, LINES = 80, range(1, 9), range(1, 6)


@dataclass(frozen=True, slots=True)
class ThemeValue:
    """A theme: ``address`` leads to its definition in the codebook. ``parent`` is the slug of the
    theme above it, ``merged_into`` that of the one that it has become; ``colour`` (1 to 8) and
    ``line`` (1 to 5) are its signs."""

    slug: str
    name: str
    address: str
    definition: str = ""
    use_when: str = ""
    not_when: str = ""
    example: str = ""
    colour: int = 1
    line: int = 1
    parent: str = ""
    retired: bool = False
    merged_into: str = ""


@dataclass(frozen=True, slots=True)
class CodebookValue:
    """A codebook: ``themes`` in the order of the tree, read from top to bottom; ``revision`` is
    the number of its version."""

    title: str
    description: str
    address: str
    revision: int
    themes: tuple[ThemeValue, ...]


@dataclass(frozen=True, slots=True)
class SetValue:
    """An annotation set. ``site`` is the address of the server that wrote it, without a slash."""

    slug: str
    title: str
    description: str
    address: str
    rights: str
    owner: PersonValue
    site: str


@dataclass(frozen=True, slots=True)
class DocumentValue:
    """A document: ``address`` is its page here, ``public_address`` its publisher's page of it;
    ``title`` is without the number. ``date`` is as the source has it, ``since`` and ``until`` are
    its ISO dates. ``licence`` is its volume's, an address or words."""

    volume: str
    slug: str
    number: str
    title: str
    address: str
    public_address: str
    kind: str = ""
    date: str = ""
    since: str = ""
    until: str = ""
    place: str = ""
    licence: str = ""
    citation: Citation | None = None


@dataclass(frozen=True, slots=True)
class EditionValue:
    """The state of the document's text that the offsets count in. Another than the ``latest`` one
    still has annotations that were not found again in it."""

    number: int
    digest: str
    imported: datetime
    latest: bool = True


@dataclass(frozen=True, slots=True)
class ReplyValue:
    address: str
    author: PersonValue
    note: str
    created: datetime
    modified: datetime
    id: str = ""


@dataclass(frozen=True, slots=True)
class AnnotationValue:
    """An annotation with all that hangs on it; ``themes`` in the codebook's order. ``question`` is
    empty, ``open`` or ``answered``; ``anchor`` is empty, or ``review`` or ``orphan`` where its
    passage was not surely found again in a later edition."""

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
    question: str = ""
    anchor: str = ""


class MarkValue(NamedTuple):
    """Where an annotation stands, and the slugs of its themes."""

    start: int
    end: int
    themes: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class PartValue:
    """One edition of a document, with its text and the annotations on it.

    ``source`` is what it was imported from (of a TEI volume the document's own elements), in the
    ``source_format`` ``tei``, ``text``, ``html`` or ``docx``. ``annotations`` gives them anew each
    time, in the order of the text, longer ones first; there are about ``count``. ``marks`` gives
    as many, each with its place and its themes alone, in a tenth of the time.
    """

    document: DocumentValue
    edition: EditionValue
    text: Text
    source: str
    source_format: str
    source_name: str
    count: int
    annotations: Callable[[], Iterator[AnnotationValue]]
    brief: Callable[[], Iterator[MarkValue]] | None = None

    def marks(self) -> Iterator[MarkValue]:
        if self.brief is not None:
            return self.brief()
        return (
            MarkValue(one.start, one.end, tuple(theme.slug for theme in one.themes))
            for one in self.annotations()
        )
