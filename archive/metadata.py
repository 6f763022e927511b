"""What the head of a document's page says of it to machines.

Dublin Core and Highwire tags (Zotero reads them), schema.org as JSON-LD. Plain text throughout:
the template escapes the tags; the JSON is safe inside a ``script`` element.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from typing import Any

from archive.citations import Citation

# In JSON these are the same characters; in HTML none of them can end the element.
_ESCAPES = {ord(c): f"\\u{ord(c):04x}" for c in "<>&\u2028\u2029"}
LANGUAGE = "en"
FILES = (
    ("txt", "text/plain", "Plain text"),
    ("xml", "application/xml", "Source"),
    ("json", "application/json", "Text, mark-up and notes with offsets"),
    ("bib", "application/x-bibtex", "BibTeX"),
    ("ris", "application/x-research-info-systems", "RIS"),
    ("csl.json", "application/vnd.citationstyles.csl+json", "CSL-JSON"),
)
# What the text itself is in; the others are citations of it.
_TEXTS = ("txt", "xml", "json")


@dataclass(frozen=True, slots=True)
class Alternate:
    """The same document in another form."""

    href: str
    media_type: str
    title: str


@dataclass(frozen=True, slots=True)
class Described:
    """What a page says of its document beside the citation. ``address`` is the page's own.

    ``is_tei`` says that the source beside it is XML; the source of any other is shown as text.
    """

    citation: Citation
    address: str
    volume_address: str
    written_at: str = ""
    first: date | None = None
    last: date | None = None
    licence: str = ""
    is_tei: bool = True

    @property
    def dates(self) -> str:
        """The day, or the first and the last, as ISO 8601 has them."""
        if self.first is None:
            return ""
        if self.last is None or self.last == self.first:
            return self.first.isoformat()
        return f"{self.first.isoformat()}/{self.last.isoformat()}"

    @property
    def alternates(self) -> list[Alternate]:
        base = self.address.rstrip("/")
        return [
            Alternate(f"{base}.{end}", kind if self.is_tei or end != "xml" else "text/plain", title)
            for end, kind, title in FILES
        ]

    @property
    def tags(self) -> list[tuple[str, str]]:
        """The names and contents of ``meta`` elements; what is not known has none."""
        return [(name, value) for name, value in (*self._core(), *self._highwire()) if value]

    def _core(self) -> Iterator[tuple[str, str]]:
        cited = self.citation
        yield "DC.title", cited.title
        yield "DC.type", "Text"
        yield "DC.format", "text/html"
        yield "DC.language", LANGUAGE
        yield "DC.date", self.dates
        yield "DC.coverage", self.written_at
        yield "DC.identifier", self.address
        yield "DC.source", cited.url
        yield "DCTERMS.isPartOf", cited.volume
        yield "DC.publisher", cited.publisher
        for editor in cited.editors:
            yield "DC.contributor", editor
        yield "DC.rights", self.licence

    def _highwire(self) -> Iterator[tuple[str, str]]:
        cited = self.citation
        yield "citation_title", cited.title
        yield "citation_inbook_title", cited.volume
        for editor in cited.editors:
            yield "citation_editor", editor
        yield "citation_publisher", cited.publisher
        yield "citation_publication_date", cited.year
        yield "citation_firstpage", cited.first_page
        yield "citation_lastpage", cited.last_page if cited.first_page else ""
        yield "citation_language", LANGUAGE
        yield "citation_public_url", cited.url or self.address

    @property
    def json_ld(self) -> str:
        """The document as schema.org describes it; safe inside a ``script`` element."""
        packed = json.dumps(_known(self._schema()), ensure_ascii=False, sort_keys=True)
        return packed.translate(_ESCAPES)

    def _schema(self) -> dict[str, Any]:
        cited = self.citation
        pages = dict.fromkeys(p for p in (cited.first_page, cited.last_page) if p)
        return {
            "@context": "https://schema.org",
            "@type": "CreativeWork",
            "@id": self.address,
            "url": self.address,
            "name": cited.title,
            "position": cited.number,
            "dateCreated": self.dates,
            "locationCreated": {"@type": "Place", "name": self.written_at},
            "inLanguage": LANGUAGE,
            "license": self.licence,
            "pagination": "–".join(pages) if cited.first_page else "",
            "sameAs": cited.url,
            "isPartOf": {
                "@type": "Book",
                "name": cited.volume,
                "url": self.volume_address,
                "editor": [{"@type": "Person", "name": name} for name in cited.editors],
                "publisher": {"@type": "Organization", "name": cited.publisher},
                "datePublished": cited.year,
            },
            "encoding": [
                {"@type": "MediaObject", "contentUrl": one.href, "encodingFormat": one.media_type}
                for one, (end, _, _) in zip(self.alternates, FILES, strict=True)
                if end in _TEXTS
            ],
        }


def _known(value: dict[str, Any]) -> dict[str, Any]:
    """``value`` without what is empty, and without things of which the name is not known."""
    found = {}
    for key, one in value.items():
        if isinstance(one, dict):
            one = _known(one) if one.get("name") else None
        if one:
            found[key] = one
    return found
