"""A parsed document as the strings and rows that the database takes, each made once."""

from __future__ import annotations

import hashlib
from collections import Counter
from dataclasses import dataclass
from typing import Any

from archive.importers.markings import level_of
from archive.importers.parsed import ParsedDocument
from archive.rows import packed_json
from archive.text import SpanKind, Text, pack_blocks, pack_spans

DOCUMENT_FIELDS = (
    "number",
    "kind",
    "heading",
    "subject",
    "place",
    "date_min",
    "date_max",
    "date_text",
    "date_precision",
    "classification",
    "level",
    "first_page",
    "last_page",
)


@dataclass(frozen=True, slots=True)
class Packed:
    """A document ready to be written. ``digest`` covers text, blocks, spans and notes."""

    value: ParsedDocument
    blocks: str
    spans: str
    digest: str
    text_digest: str

    @property
    def text(self) -> Text:
        return self.value.text

    def fields(self) -> dict[str, Any]:
        """The particulars by the names of DOCUMENT_FIELDS."""
        value = self.value
        level = level_of(value.classification)
        return {n: level if n == "level" else getattr(value, n) for n in DOCUMENT_FIELDS}

    def mentions(self) -> tuple[Counter[str], Counter[str]]:
        """How often each person and each term is mentioned, by their keys."""
        persons = Counter(s.ref for s in self.text.spans if s.kind == SpanKind.PERSON)
        terms = Counter(s.ref for s in self.text.spans if s.kind == SpanKind.TERM)
        return persons, terms


def packed(value: ParsedDocument) -> Packed:
    text = value.text
    blocks, spans = packed_json(pack_blocks(text.blocks)), packed_json(pack_spans(text.spans))
    raw = text.text.encode("utf-8", "surrogatepass")
    return Packed(value, blocks, spans, _digest(text, raw, blocks, spans), _sha256(raw))


def digest_of(text: Text) -> str:
    """SHA-256, hexadecimal, over the text, its blocks, spans and notes."""
    blocks, spans = packed_json(pack_blocks(text.blocks)), packed_json(pack_spans(text.spans))
    return _digest(text, text.text.encode("utf-8", "surrogatepass"), blocks, spans)


def _digest(text: Text, raw: bytes, blocks: str, spans: str) -> str:
    notes = packed_json([[n.key, n.label, n.kind, n.call, n.start, n.end] for n in text.notes])
    marks = f"{len(raw)}\n{blocks}\n{spans}\n{notes}\n".encode("utf-8", "surrogatepass")
    return hashlib.sha256(marks + raw).hexdigest()


def _sha256(raw: bytes) -> str:
    return hashlib.sha256(raw).hexdigest()
