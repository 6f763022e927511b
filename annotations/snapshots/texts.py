"""The texts of a snapshot: as they were imported, as they are counted in, and as data."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from annotations.formats.times import iso
from annotations.formats.values import PartValue
from annotations.formats.zipped import Entry
from annotations.snapshots.canonical import dump

DECLARATION = '<?xml version="1.0" encoding="UTF-8"?>\n'


def files(part: PartValue) -> Iterator[Entry]:
    """The canonical text, the source where one is kept, and the text's parts with their offsets."""
    name = f"texts/{part.document.volume}/{part.document.slug}.edition-{part.edition.number}"
    yield f"{name}.txt", [part.text.text]
    if part.source and part.source_format == "tei":
        yield f"{name}.xml", [DECLARATION, part.source]
    elif part.source:
        yield f"{name}.source.txt", [part.source]
    yield f"{name}.json", [dump(_data(part)), "\n"]


def _data(part: PartValue) -> dict[str, Any]:
    document, edition, text = part.document, part.edition, part.text
    return {
        "volume": document.volume,
        "document": {
            "id": document.slug,
            "number": document.number,
            "title": document.title,
            "kind": document.kind,
            "date": {"text": document.date, "min": document.since, "max": document.until},
            "place": document.place,
            "source": document.public_address,
            "licence": document.licence,
        },
        "edition": {
            "number": edition.number,
            "digest": edition.digest,
            "imported": iso(edition.imported),
            "length": len(text.text),
        },
        "offsets": "Unicode code points of the text, half-open [start, end)",
        "blocks": [
            {"kind": b.kind, "start": b.start, "end": b.end, "note": b.note, "attrs": dict(b.attrs)}
            for b in text.blocks
        ],
        "spans": [
            {"kind": s.kind, "start": s.start, "end": s.end, "ref": s.ref} for s in text.spans
        ],
        "notes": [
            {"key": n.key, "label": n.label, "kind": n.kind, "call": n.call}
            | {"start": n.start, "end": n.end}
            for n in text.notes
        ],
    }
