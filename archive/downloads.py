"""An edition as the plain values that its ``.json`` address gives."""

from __future__ import annotations

from typing import Any

from archive.models import Document, Edition
from archive.text import Text


def edition_value(document: Document, edition: Edition, text: Text) -> dict[str, Any]:
    """Volume, document, edition, blocks, spans and notes; all offsets count code points."""
    return {
        "volume": {"id": document.volume.slug, "title": document.volume.title},
        "document": {
            "id": document.slug,
            "number": document.number,
            "heading": document.heading,
            "kind": document.kind,
            "date": {
                "text": document.date_text,
                "min": document.date_min.isoformat() if document.date_min else None,
                "max": document.date_max.isoformat() if document.date_max else None,
            },
            "place": document.place,
            "source": document.public_url,
        },
        "edition": {
            "number": edition.number,
            "digest": edition.digest,
            "length": len(text.text),
            "imported": edition.imported_at.isoformat(),
        },
        "offsets": "Unicode code points of the text, half-open [start, end)",
        "text": text.text,
        "blocks": [
            {
                "kind": block.kind,
                "start": block.start,
                "end": block.end,
                "note": block.note or None,
                "attrs": dict(block.attrs),
            }
            for block in text.blocks
        ],
        "spans": [
            {"kind": span.kind, "start": span.start, "end": span.end, "ref": span.ref}
            for span in text.spans
        ],
        "notes": [
            {
                "key": note.key,
                "label": note.label,
                "kind": note.kind,
                "call": note.call,
                "start": note.start,
                "end": note.end,
            }
            for note in text.notes
        ],
    }
