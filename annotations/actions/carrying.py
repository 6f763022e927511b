"""Annotations carried along when documents get new editions: whole editions at a time.

The set's state does not matter here: a frozen set is frozen against people's changes, and its
annotations would be out of sight if they stayed behind.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, NamedTuple

from django.db import connection, transaction
from django.db.models import Exists, F, OuterRef
from django.utils import timezone

from annotations.anchoring import Anchored, Verdict, anchor_all, regions_of
from annotations.models import Anchor, Anchoring, Annotation, History, SetDocument
from annotations.passages import Passage, passage_at
from archive.ingest import NewEdition
from archive.models import Edition, Import
from archive.rows import execute_many, insert_rows, packed_json

ANCHORS = {
    Verdict.SURE: Anchor.SURE.value,
    Verdict.REVIEW: Anchor.REVIEW.value,
    Verdict.ORPHAN: Anchor.ORPHAN.value,
}


class _Row(NamedTuple):
    pk: int
    uuid: Any
    annotation_set_id: int
    start: int
    end: int
    quote: str
    prefix: str
    suffix: str
    visibility: str
    anchor: str

    def passage(self) -> Passage:
        return Passage(self.start, self.end, self.quote, self.prefix, self.suffix)


@dataclass(slots=True)
class Outcome:
    """How many annotations were carried along, by what became of them."""

    counts: Counter[str] = field(default_factory=Counter)

    @property
    def total(self) -> int:
        return self.counts.total()

    def __str__(self) -> str:
        if not self.total:
            return ""
        names = {
            Verdict.SURE: "found again",
            Verdict.REVIEW: "to be reviewed",
            Verdict.ORPHAN: "not found",
        }
        said = [f"{n:,} {what}" for verdict, what in names.items() if (n := self.counts[verdict])]
        noun = "annotation" if self.total == 1 else "annotations"
        return f"{self.total:,} {noun} on changed texts: {', '.join(said)}."


def follow(editions: Sequence[NewEdition], run: Import | None) -> Outcome:
    """Carries all annotations of these documents to the new editions, those also that stayed on
    still earlier ones; one query more for each edition that has any than ``reanchor`` makes."""
    outcome = Outcome()
    newest = {one.document_id: one.new_id for one in editions}
    with transaction.atomic():
        _lock(list(newest))
        for old, document in _annotated(list(newest)):
            if old != newest[document]:
                outcome.counts += reanchor(old, newest[document], run).counts
    return outcome


def _lock(documents: Sequence[int]) -> None:
    """Nobody annotates these documents, or moves an annotation of theirs, until this ends.

    In the order that people's changes lock in: annotations, then the document in its set. Who was
    before is waited for, and her annotation is seen by what follows.
    """
    for at in range(0, len(documents), 500):
        some = documents[at : at + 500]
        held = Annotation.objects.filter(edition__document__in=some).order_by("pk")
        list(held.select_for_update(of=("self",)).values_list("pk"))
        held_sets = SetDocument.objects.filter(document__in=some).order_by("pk")
        list(held_sets.select_for_update().values_list("pk"))


def left_behind() -> list[NewEdition]:
    """The documents with annotations on earlier editions: made before they could follow, made while
    an import ran, or not found; one query."""
    rows = (
        Annotation.objects.exclude(edition=F("edition__document__current"))
        .order_by("edition__document")
        .values_list("edition__document__slug", "edition__document", "edition__document__current")
        .distinct()
    )
    return [NewEdition(slug, pk, None, current) for slug, pk, current in rows if current]


def _annotated(documents: Sequence[int]) -> list[tuple[int, int]]:
    """The editions of these documents that have annotations, oldest first."""
    found: list[tuple[int, int]] = []
    for at in range(0, len(documents), 500):
        some = Edition.objects.filter(
            document__in=documents[at : at + 500],
            pk__in=Annotation.objects.order_by().values("edition"),
        )
        found += some.order_by("document", "number").values_list("pk", "document")
    return found


@transaction.atomic
def reanchor(old_edition: int, new_edition: int, run: Import | None = None) -> Outcome:
    """Carries the annotations of one edition to another of the same document, with history.

    Those that were carried there once, and not found, stay as they are. The same few queries for
    however many there are.
    """
    # In the order in which writers lock: annotations, then the set's documents.
    held = Annotation.objects.select_for_update().filter(edition=old_edition).order_by("pk")
    list(held.values_list("pk"))
    # First, for it locks: nobody annotates here until the transaction ends.
    SetDocument.objects.filter(document__editions=old_edition).update(revision=F("revision") + 1)
    rows = [_Row(*row) for row in _rows_on(old_edition, new_edition)]
    if not rows:
        return Outcome()
    text = Edition.objects.without_source().get(pk=new_edition).as_text()
    old_text = Edition.objects.values_list("text", flat=True).get(pk=old_edition)
    passages = [row.passage() for row in rows]
    found = anchor_all(old_text, text.text, regions_of(text), passages)
    found = [_still_open(row, one) for row, one in zip(rows, found, strict=True)]
    now = timezone.now()
    before = Anchoring.objects.filter(annotation__edition=old_edition, latest=True)
    before.exclude(to_edition=new_edition).update(latest=False)
    _keep_how(rows, found, old_edition, new_edition, run, now)
    passages = [_new_passage(text.text, row, one) for row, one in zip(rows, found, strict=True)]
    _move(rows, found, passages, old_edition, new_edition)
    editions = [old_edition if o.verdict == Verdict.ORPHAN else new_edition for o in found]
    after = [
        _place(edition, ANCHORS[one.verdict], passage)
        for edition, one, passage in zip(editions, found, passages, strict=True)
    ]
    before_it = [_place(old_edition, row.anchor, row.passage()) for row in rows]
    _record(rows, before_it, after, now)
    return Outcome(Counter(one.verdict for one in found))


def _still_open(row: _Row, found: Anchored) -> Anchored:
    """A place that nobody has looked at yet does not become sure by a further edition."""
    if row.anchor == Anchor.REVIEW and found.verdict == Verdict.SURE:
        return found._replace(verdict=Verdict.REVIEW)
    return found


def _rows_on(edition: int, new_edition: int) -> Any:
    # The deleted ones too: they can be brought back.
    tried = Anchoring.objects.filter(annotation=OuterRef("pk"), latest=True, to_edition=new_edition)
    rows = Annotation.objects.on_edition(edition).filter(~Exists(tried.order_by()))
    return rows.in_text_order().values_list(*_Row._fields)


def _new_passage(text: str, row: _Row, found: Anchored) -> Passage:
    if found.start is None or found.end is None:
        return row.passage()
    return passage_at(text, found.start, found.end)


def _keep_how(
    rows: Sequence[_Row],
    found: Sequence[Anchored],
    old_edition: int,
    new_edition: int,
    run: Import | None,
    now: datetime,
) -> None:
    names = ("annotation", "run", "from_edition", "to_edition", "old_start", "old_end")
    insert_rows(
        Anchoring,
        (*names, "old_quote", *Anchored._fields, "latest", "created"),
        (
            (row.pk, run.pk if run else None, old_edition, new_edition, row.start, row.end)
            + (row.quote, one.start, one.end, str(one.method), one.score, str(one.verdict))
            + (True, now)
            for row, one in zip(rows, found, strict=True)
        ),
    )


def _move(
    rows: Sequence[_Row],
    found: Sequence[Anchored],
    passages: Sequence[Passage],
    old_edition: int,
    new_edition: int,
) -> None:
    names = ("edition_id", "start", "end", "quote", "prefix", "suffix", "anchor")
    quote: Any = connection.ops.quote_name
    columns = ", ".join(f"{quote(name)} = %s" for name in names)
    execute_many(
        f"UPDATE annotations_annotation SET {columns}, version = version + 1 WHERE id = %s",  # noqa: S608 (names of ours)
        (
            (
                old_edition if one.verdict == Verdict.ORPHAN else new_edition,
                *(passage.start, passage.end, passage.quote, passage.prefix, passage.suffix),
                ANCHORS[one.verdict],
                row.pk,
            )
            for row, one, passage in zip(rows, found, passages, strict=True)
        ),
    )


def _place(edition: int, anchor: str, passage: Passage) -> dict[str, Any]:
    """What of an annotation's state is changed by this, as ``changing.state_of`` names it."""
    return {
        **{"edition_id": edition, "anchor": str(anchor)},
        **{"start": passage.start, "end": passage.end, "quote": passage.quote},
    }


def _record(
    rows: Sequence[_Row],
    before: Sequence[dict[str, Any]],
    after: Sequence[dict[str, Any]],
    now: datetime,
) -> None:
    """A history row for each, as ``history.record`` writes it."""
    insert_rows(
        History,
        ("at", "annotation_set", "kind", "key", "action", "before", "state", "why"),
        (
            (
                *(now, row.annotation_set_id, "annotation", str(row.uuid), "reanchor"),
                *(packed_json(old), packed_json(new | {"visibility": row.visibility}), ""),
            )
            for row, old, new in zip(rows, before, after, strict=True)
        ),
    )
