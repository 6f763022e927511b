"""What every importer hands on: plain values of a volume and its documents, without a database."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date

from archive.importers.faults import Notices
from archive.text import Text


@dataclass(frozen=True, slots=True)
class ParsedVolume:
    """A volume's own particulars. ``described`` is False where the source knows its id alone.

    ``source_url`` is the publisher's address, below which each document has its own; ``source`` is
    where a text that someone brought was found, in words or as an address.
    """

    slug: str
    title: str
    subtitle: str = ""
    series: str = ""
    number: str = ""
    editors: tuple[str, ...] = ()
    publisher: str = ""
    place: str = ""
    year: str = ""
    source_url: str = ""
    licence: str = ""
    source: str = ""
    described: bool = True


@dataclass(frozen=True, slots=True)
class ParsedEntry:
    """An entry of the volume's lists; ``key`` is the xml:id that mentions point to."""

    key: str
    name: str
    description: str


@dataclass(frozen=True, slots=True)
class ParsedSection:
    """A compilation, chapter or subchapter: what holds documents, and others of its kind.

    ``kind`` is the source's word for it (``compilation``, ``chapter``, ``subchapter``, …),
    ``parent`` the slug of the section around it, or empty. ``position`` is that of the first
    document in it: sections and documents share one order.
    """

    slug: str
    kind: str
    heading: str
    parent: str
    position: int


@dataclass(frozen=True, slots=True)
class ParsedDocument:
    """One document: its particulars, its canonical text, and its own part of the source.

    ``position`` orders documents and sections of a volume; None means after those already there.
    ``section`` is the slug of the innermost section around it, or empty. ``date_precision`` says
    how exactly the source dates it: ``time``, ``day``, ``month``, ``year``, ``range``, or empty
    where there is no date. ``classification`` is the marking of the source note as it stands
    there, e.g. ``Secret; Sensitive``.
    """

    slug: str
    number: str
    position: int | None
    heading: str
    text: Text
    source: str
    kind: str = "historical-document"
    subject: str = ""
    place: str = ""
    date_min: date | None = None
    date_max: date | None = None
    date_text: str = ""
    date_precision: str = ""
    classification: str = ""
    section: str = ""
    first_page: str = ""
    last_page: str = ""


@dataclass(frozen=True, slots=True)
class Parsed:
    """A whole file, ready to be written; ``name`` is the file's.

    ``format`` is ``tei``, ``text``, ``html`` or ``docx``. ``documents`` may be read once only, and
    makes each document when it is asked for, so that a volume of any size takes little memory;
    ``count`` is how many there are. ``notices`` is complete when ``documents`` has been read.
    """

    name: str
    format: str
    volume: ParsedVolume
    documents: Iterable[ParsedDocument]
    count: int
    sections: tuple[ParsedSection, ...] = ()
    persons: tuple[ParsedEntry, ...] = ()
    terms: tuple[ParsedEntry, ...] = ()
    notices: Notices = field(default_factory=Notices, compare=False)
