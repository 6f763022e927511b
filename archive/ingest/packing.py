"""A parsed document as the strings and rows that the database takes, each made once."""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Sequence
from functools import lru_cache
from typing import Any, NamedTuple

from archive.importers.markings import level_of
from archive.importers.parsed import ParsedDocument
from archive.rows import packed_json
from archive.search.index import Searchable, searchable
from archive.text import Block, Span, SpanKind, Text

_PERSON, _TERM = str(SpanKind.PERSON.value), str(SpanKind.TERM.value)
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


class Packed(NamedTuple):
    """A document ready to be written: strings and numbers, so that it can wait outside memory.

    ``fields`` are the particulars by the names of DOCUMENT_FIELDS, ``section`` a slug or empty.
    ``digest`` covers text, blocks, spans and notes. ``footnotes`` are rows without their edition;
    ``persons`` and ``terms`` say how often each is mentioned, by their keys. ``searchable`` is what
    search finds, not yet of an edition.
    """

    slug: str
    section: str
    position: int | None
    fields: dict[str, Any]
    text: str
    blocks: str
    spans: str
    digest: str
    text_digest: str
    source: str
    footnotes: list[tuple[Any, ...]]
    persons: dict[str, int]
    terms: dict[str, int]
    searchable: Searchable

    @property
    def size(self) -> int:
        """About how many characters it holds."""
        return 2 * len(self.text) + len(self.blocks) + len(self.spans) + len(self.source)


def packed(value: ParsedDocument) -> Packed:
    text = value.text
    blocks, spans = _json_of_blocks(text.blocks), _json_of_spans(text.spans)
    raw = text.text.encode("utf-8", "surrogatepass")
    fields = {name: getattr(value, name) for name in DOCUMENT_FIELDS if name != "level"}
    fields["level"] = level_of(value.classification)
    return Packed(
        slug=value.slug,
        section=value.section,
        position=value.position,
        fields=fields,
        text=text.text,
        blocks=blocks,
        spans=spans,
        digest=_digest(text, raw, blocks, spans),
        text_digest=hashlib.sha256(raw).hexdigest(),
        source=value.source,
        footnotes=[
            (position, n.key, n.label, n.kind, n.call, n.start, n.end)
            for position, n in enumerate(text.notes, start=1)
        ],
        persons=Counter(s.ref for s in text.spans if s.kind == _PERSON),
        terms=Counter(s.ref for s in text.spans if s.kind == _TERM),
        searchable=searchable(0, text.text, text.blocks),
    )


def digest_of(text: Text) -> str:
    """SHA-256, hexadecimal, over the text, its blocks, spans and notes."""
    blocks, spans = _json_of_blocks(text.blocks), _json_of_spans(text.spans)
    return _digest(text, text.text.encode("utf-8", "surrogatepass"), blocks, spans)


# The same kinds, keys and pages come again and again.
_quoted = lru_cache(maxsize=8192)(packed_json)


def _json_of_blocks(blocks: Sequence[Block]) -> str:
    """As ``packed_json`` gives them, in a third of its time: they are half of what is stored."""
    rows = [
        f"[{_quoted(kind)},{start},{end},{_quoted(note)},{packed_json(attrs) if attrs else '{}'}]"
        for kind, start, end, note, attrs in blocks
    ]
    return f"[{','.join(rows)}]"


def _json_of_spans(spans: Sequence[Span]) -> str:
    rows = [f"[{_quoted(kind)},{start},{end},{_quoted(ref)}]" for kind, start, end, ref in spans]
    return f"[{','.join(rows)}]"


def _digest(text: Text, raw: bytes, blocks: str, spans: str) -> str:
    notes = packed_json([[n.key, n.label, n.kind, n.call, n.start, n.end] for n in text.notes])
    marks = f"{len(raw)}\n{blocks}\n{spans}\n{notes}\n".encode("utf-8", "surrogatepass")
    return hashlib.sha256(marks + raw).hexdigest()
