"""Documents, editions, footnotes and mentions of a volume, written a batch at a time."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.db.models import Max
from django.utils import timezone

from archive.importers.parsed import Parsed
from archive.ingest.packing import DOCUMENT_FIELDS, Packed
from archive.ingest.report import OUTCOMES, NewEdition
from archive.models import (
    Document,
    Edition,
    Footnote,
    Import,
    Person,
    PersonMention,
    Term,
    TermMention,
    Volume,
)
from archive.rows import execute_many, insert_rows, update_rows
from archive.search.index import insert_index

_KEPT = ("pk", "slug", "position", "section_id", *DOCUMENT_FIELDS)
_EDITION = (
    *("document", "number", "text", "blocks", "spans", "digest", "text_digest"),
    *("source", "source_format", "source_name", "made_by", "imported_at"),
)
_FOOTNOTE = ("edition", "position", "key", "label", "kind", "call", "start", "end")


@dataclass(slots=True)
class _There:
    """A document that the volume has: its particulars, and the digests of its current edition.

    One that this import has made has no ``fields``, and no edition.
    """

    pk: int
    fields: dict[str, Any]
    edition: int | None = None
    digest: str = ""
    text_digest: str = ""


class Writer:
    """Writes batches into one volume; ``outcomes`` and ``editions`` say what became of them."""

    def __init__(
        self, volume: Volume, run: Import, parsed: Parsed, sections: dict[str, int]
    ) -> None:
        self.volume, self.run, self.sections = volume, run, sections
        self.form, self.name = parsed.format, parsed.name
        self.outcomes: dict[str, list[str]] = {name: [] for name in OUTCOMES}
        self.editions: list[NewEdition] = []
        self.altered = False
        self._last_edition = 0
        self._persons = dict(Person.objects.filter(volume=volume).values_list("key", "pk"))
        self._terms = dict(Term.objects.filter(volume=volume).values_list("key", "pk"))
        self._there = self._load()

    def _load(self) -> dict[str, _There]:
        rows = Document.objects.filter(volume=self.volume).values_list(
            *_KEPT, "current_id", "current__digest", "current__text_digest"
        )
        found = {}
        for row in rows:
            fields = dict(zip(_KEPT[2:], row[2:-3], strict=True))
            found[row[1]] = _There(row[0], fields, row[-3], row[-2] or "", row[-1] or "")
        return found

    def write(self, batch: Sequence[Packed]) -> None:
        self._documents(batch)
        by_outcome: dict[str, list[Packed]] = {name: [] for name in OUTCOMES}
        for item in batch:
            name = _outcome(self._there[item.slug], item)
            by_outcome[name].append(item)
            self.outcomes[name].append(item.slug)
        self.altered = self.altered or len(by_outcome["unchanged"]) < len(batch)
        self._same(by_outcome["unchanged"])
        self._remark(by_outcome["remarked"])
        self._new_editions(by_outcome["new"] + by_outcome["changed"])
        self._mentions([i for name in OUTCOMES if name != "unchanged" for i in by_outcome[name]])

    def _documents(self, batch: Sequence[Packed]) -> None:
        """Makes the documents of a batch, or brings their particulars up to date."""
        new: list[tuple[Any, ...]] = []
        for item in batch:
            fields = item.fields | {"section_id": self.sections.get(item.section)}
            there = self._there.get(item.slug)
            if item.position is not None:
                fields["position"] = item.position
            if there is not None:
                if fields["section_id"] is None:
                    # A part of a volume may come without the sections around it.
                    del fields["section_id"]
                self._update(there, fields)
                continue
            if item.position is None:
                last = self.volume.documents.aggregate(last=Max("position"))["last"]
                fields["position"] = (last or 0) + 1
            new.append((self.volume.pk, item.slug, *(fields[n] for n in _KEPT[2:])))
        insert_rows(Document, ("volume", "slug", "position", "section", *DOCUMENT_FIELDS), new)
        if new:
            # Keys ascend: those of a batch are beyond all that are known.
            last = max((one.pk for one in self._there.values()), default=0)
            made = Document.objects.filter(volume=self.volume, pk__gt=last)
            for slug, pk in made.values_list("slug", "pk"):
                self._there[slug] = _There(pk, {})

    def _update(self, there: _There, fields: dict[str, Any]) -> None:
        if self.form != "tei":
            # What a source without mark-up does not say stays.
            fields = {name: new for name, new in fields.items() if new and name != "kind"}
        changed = {name: new for name, new in fields.items() if there.fields.get(name) != new}
        if changed:
            Document.objects.filter(pk=there.pk).update(**changed)
            self.altered = True

    def _source(self, item: Packed) -> tuple[str, str, str]:
        return item.source, self.form, self.name

    def _same(self, items: Sequence[Packed]) -> None:
        """The source may differ in what is no text: its indentation."""
        execute_many(
            "UPDATE archive_edition SET source = %s, source_format = %s, source_name = %s"
            " WHERE id = %s AND (source <> %s OR source_format <> %s OR source_name <> %s)",
            ((*self._source(i), self._there[i.slug].edition, *self._source(i)) for i in items),
        )

    def _remark(self, items: Sequence[Packed]) -> None:
        """New mark-up over the same text: the edition is brought up to date in its place."""
        editions = [(item, self._there[item.slug].edition) for item in items]
        execute_many(
            "UPDATE archive_edition SET blocks = %s, spans = %s, digest = %s, text_digest = %s,"
            " source = %s, source_format = %s, source_name = %s WHERE id = %s",
            (
                (i.blocks, i.spans, i.digest, i.text_digest, *self._source(i), pk)
                for i, pk in editions
            ),
        )
        Footnote.objects.filter(edition__in=[pk for _, pk in editions]).delete()
        self._footnotes([(item, pk) for item, pk in editions if pk is not None])

    def _new_editions(self, items: Sequence[Packed]) -> None:
        there = {item.slug: self._there[item.slug] for item in items}
        old = [one.pk for one in there.values() if one.fields]
        last: dict[int, int] = {}
        if old:
            numbered = Edition.objects.filter(document__in=old).values_list("document")
            last = dict(numbered.annotate(last=Max("number")).order_by())
        now = timezone.now()
        insert_rows(
            Edition,
            _EDITION,
            (
                (
                    *(there[i.slug].pk, last.get(there[i.slug].pk, 0) + 1),
                    *(i.text, i.blocks, i.spans, i.digest, i.text_digest),
                    *(*self._source(i), self.run.pk, now),
                )
                for i in items
            ),
        )
        made = Edition.objects.filter(made_by=self.run, pk__gt=self._last_edition)
        new = dict(made.order_by("pk").values_list("document", "pk"))
        self._last_edition = max(new.values(), default=self._last_edition)
        update_rows(Document, "current", ((edition, pk) for pk, edition in new.items()))
        for slug, one in there.items():
            self.editions.append(NewEdition(slug, one.pk, one.edition, new[one.pk]))
        self._footnotes([(item, new[there[item.slug].pk]) for item in items])
        insert_index(i.searchable._replace(edition=new[there[i.slug].pk]) for i in items)

    def _footnotes(self, items: Sequence[tuple[Packed, int]]) -> None:
        insert_rows(
            Footnote,
            _FOOTNOTE,
            ((edition, *footnote) for item, edition in items for footnote in item.footnotes),
        )

    def _mentions(self, items: Sequence[Packed]) -> None:
        pks = [self._there[item.slug].pk for item in items]
        persons, terms = [], []
        for item, pk in zip(items, pks, strict=True):
            persons += [(pk, self._persons[key], n) for key, n in item.persons.items()]
            terms += [(pk, self._terms[key], n) for key, n in item.terms.items()]
        old = [self._there[i.slug].pk for i in items if self._there[i.slug].edition]
        if old:
            PersonMention.objects.filter(document__in=old).delete()
            TermMention.objects.filter(document__in=old).delete()
        insert_rows(PersonMention, ("document", "person", "count"), persons)
        insert_rows(TermMention, ("document", "term", "count"), terms)


def _outcome(there: _There, item: Packed) -> str:
    if there.edition is None:
        return "new"
    if there.digest == item.digest:
        return "unchanged"
    return "remarked" if there.text_digest == item.text_digest else "changed"
