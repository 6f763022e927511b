"""What every importer hands on: plain values of a volume and its documents, without a database."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date

from archive.importers.faults import Notice
from archive.text import Text


@dataclass(frozen=True, slots=True)
class ParsedVolume:
    """A volume's own particulars. ``described`` is False where the source knows its id alone."""

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
    described: bool = True


@dataclass(frozen=True, slots=True)
class ParsedEntry:
    """An entry of the volume's lists; ``key`` is the xml:id that mentions point to."""

    key: str
    name: str
    description: str


@dataclass(frozen=True, slots=True)
class ParsedDocument:
    """One document: its particulars, its canonical text, and its own part of the source.

    ``position`` counts the documents of the file from 1; None means after those already there.
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
    first_page: str = ""
    last_page: str = ""


@dataclass(frozen=True, slots=True)
class Parsed:
    """A whole file, ready to be written. ``format`` is ``tei`` or ``text``; ``name`` the file's."""

    name: str
    format: str
    volume: ParsedVolume
    documents: tuple[ParsedDocument, ...]
    persons: tuple[ParsedEntry, ...] = ()
    terms: tuple[ParsedEntry, ...] = ()
    notices: tuple[Notice, ...] = field(default=())
