"""The write side of an import: parsed values to volumes, documents and editions.

Import adds and never deletes: what a file does not mention stays as it is, and a changed text is a
new edition beside the old ones.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass, field
from typing import Any

from django.db import transaction
from django.db.models import Max
from django.utils import timezone

from archive.importers.faults import Notice
from archive.importers.parsed import Parsed, ParsedDocument, ParsedEntry, ParsedVolume
from archive.models import Document, Edition, Footnote, Person, Term, Volume
from archive.text import Text, pack_blocks, pack_spans

Progress = Callable[[int, int], None]
VOLUME_FIELDS = (
    "title",
    "subtitle",
    "series",
    "number",
    "publisher",
    "place",
    "year",
    "source_url",
    "licence",
)
DOCUMENT_FIELDS = (
    "number",
    "kind",
    "heading",
    "subject",
    "place",
    "date_min",
    "date_max",
    "date_text",
    "first_page",
    "last_page",
)


@dataclass(frozen=True, slots=True)
class NewEdition:
    """A document whose text changed: primary keys, for whoever moves annotations to the new one."""

    document: str
    document_id: int
    old_id: int | None
    new_id: int


@dataclass(frozen=True, slots=True)
class IngestReport:
    """What an import did, by the slugs of documents; ``editions`` holds the new ones too."""

    volume: str
    new: tuple[str, ...] = ()
    changed: tuple[str, ...] = ()
    remarked: tuple[str, ...] = ()
    unchanged: tuple[str, ...] = ()
    editions: tuple[NewEdition, ...] = ()
    entries: int = 0
    notices: tuple[Notice, ...] = field(default=())

    def summary(self) -> str:
        """One line: how many documents were new, changed, changed in mark-up only, unchanged."""
        counts = (
            (self.new, "new"),
            (self.changed, "with a new edition"),
            (self.remarked, "with new mark-up only"),
            (self.unchanged, "unchanged"),
        )
        said = [f"{len(slugs)} {what}" for slugs, what in counts if slugs]
        total = sum(len(slugs) for slugs, _ in counts)
        documents = "document" if total == 1 else "documents"
        entries = (
            f"; {self.entries} entries of its lists are new or changed" if self.entries else ""
        )
        return f"{self.volume}: {total} {documents}: {', '.join(said)}{entries}."


def known_entries(volume: str) -> tuple[Collection[str], Collection[str]]:
    """The keys of the persons and of the terms that a volume has already; two queries."""
    return (
        set(Person.objects.filter(volume__slug=volume).values_list("key", flat=True)),
        set(Term.objects.filter(volume__slug=volume).values_list("key", flat=True)),
    )


def digest_of(text: Text) -> str:
    """SHA-256, hexadecimal, over the text, its blocks, spans and notes."""
    notes = [[n.key, n.label, n.kind, n.call, n.start, n.end] for n in text.notes]
    value = [text.text, pack_blocks(text.blocks), pack_spans(text.spans), notes]
    packed = json.dumps(value, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(packed.encode("utf-8", "surrogatepass")).hexdigest()


@transaction.atomic
def ingest(parsed: Parsed, progress: Progress | None = None) -> IngestReport:
    """Writes a parsed file in one transaction; ``progress`` is told (done, all) per document."""
    volume, altered = _volume(parsed.volume)
    entries = _entries(Person, volume, parsed.persons) + _entries(Term, volume, parsed.terms)
    there = {
        document.slug: document
        for document in volume.documents.filter(slug__isnull=False)
        .select_related("current")
        .defer("current__blocks", "current__spans")
    }
    done: dict[str, list[str]] = {"new": [], "changed": [], "remarked": [], "unchanged": []}
    editions: list[NewEdition] = []
    for count, item in enumerate(parsed.documents, start=1):
        document, other = _document(
            volume, item, there.get(item.slug), sparse=parsed.format == "text"
        )
        before = document.current
        outcome = _write(document, item, parsed)
        altered = altered or other or outcome != "unchanged"
        done[outcome].append(item.slug)
        if document.current is not None and document.current != before:
            old = before.pk if before else None
            editions.append(NewEdition(item.slug, document.pk, old, document.current.pk))
        if progress:
            progress(count, parsed.count)
    if altered or entries:
        # Pages show what the volume, its lists and its other documents say: none is kept beyond it.
        Volume.objects.filter(pk=volume.pk).update(imported_at=timezone.now())
    outcomes = {name: tuple(slugs) for name, slugs in done.items()}
    return IngestReport(
        volume.slug,
        **outcomes,
        editions=tuple(editions),
        entries=entries,
        notices=parsed.notices.all(),
    )


def _volume(value: ParsedVolume) -> tuple[Volume, bool]:
    """The volume, made or brought up to date, and whether it is new or changed."""
    fields = {name: getattr(value, name) for name in VOLUME_FIELDS}
    fields["editors"] = list(value.editors)
    # Locked: two imports of one volume follow each other, so that editions are numbered once.
    locked = Volume.objects.select_for_update()
    volume, made = locked.get_or_create(slug=value.slug, defaults=fields)
    changed = _set(volume, fields) if value.described else []
    return volume, made or bool(changed)


def _set(item: Volume | Document, fields: dict[str, Any]) -> list[str]:
    """Saves those fields that have other values now; their names."""
    changed = [name for name, new in fields.items() if getattr(item, name) != new]
    for name in changed:
        setattr(item, name, fields[name])
    if changed:
        item.save(update_fields=changed)
    return changed


def _entries(
    model: type[Person] | type[Term], volume: Volume, entries: Sequence[ParsedEntry]
) -> int:
    """Adds entries or brings them up to date; how many were new or changed."""
    said = {entry.key: {"name": entry.name, "description": entry.description} for entry in entries}
    there = {entry.key: entry for entry in model.objects.filter(volume=volume, key__in=said)}
    new = [model(volume=volume, key=key, **said[key]) for key in said if key not in there]
    changed = []
    for key, entry in there.items():
        if (entry.name, entry.description) != tuple(said[key].values()):
            entry.name, entry.description = said[key]["name"], said[key]["description"]
            changed.append(entry)
    rows: Any = model.objects
    rows.bulk_create(new)
    rows.bulk_update(changed, ["name", "description"], batch_size=200)
    return len(new) + len(changed)


def _document(
    volume: Volume, value: ParsedDocument, document: Document | None, *, sparse: bool
) -> tuple[Document, bool]:
    """The document, made or brought up to date, and whether it is new or changed.

    What a ``sparse`` source does not say stays.
    """
    fields = {name: getattr(value, name) for name in DOCUMENT_FIELDS}
    if value.position is not None:
        fields["position"] = value.position
    if document is None:
        if value.position is None:
            last = volume.documents.aggregate(last=Max("position"))["last"]
            fields["position"] = (last or 0) + 1
        return Document.objects.create(volume=volume, slug=value.slug, **fields), True
    if sparse:
        fields = {name: new for name, new in fields.items() if new and name != "kind"}
    return document, bool(_set(document, fields))


def _write(document: Document, value: ParsedDocument, parsed: Parsed) -> str:
    """Brings the text into the document; says what this was: a key of IngestReport."""
    edition, digest = document.current, digest_of(value.text)
    source = {
        "source": value.source,
        "source_format": parsed.format,
        "source_name": parsed.name,
    }
    if edition is None or edition.text != value.text.text:
        _new_edition(document, value.text, digest, source)
        return "changed" if edition else "new"
    if edition.digest == digest:
        if any(getattr(edition, name) != new for name, new in source.items()):
            Edition.objects.filter(pk=edition.pk).update(**source)
        return "unchanged"
    Edition.objects.filter(pk=edition.pk).update(
        blocks=pack_blocks(value.text.blocks),
        spans=pack_spans(value.text.spans),
        digest=digest,
        **source,
    )
    edition.footnotes.all().delete()
    _footnotes(edition, value.text)
    return "remarked"


def _new_edition(document: Document, text: Text, digest: str, source: dict[str, str]) -> None:
    last = document.editions.aggregate(last=Max("number"))["last"]
    edition = Edition.objects.create(
        document=document,
        number=(last or 0) + 1,
        text=text.text,
        blocks=pack_blocks(text.blocks),
        spans=pack_spans(text.spans),
        digest=digest,
        **source,
    )
    _footnotes(edition, text)
    document.current = edition
    document.save(update_fields=["current"])


def _footnotes(edition: Edition, text: Text) -> None:
    Footnote.objects.bulk_create(
        Footnote(
            edition=edition,
            position=position,
            key=note.key,
            label=note.label,
            kind=note.kind,
            call=note.call,
            start=note.start,
            end=note.end,
        )
        for position, note in enumerate(text.notes, start=1)
    )
