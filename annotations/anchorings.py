"""What is read of annotations that were carried to new editions: lists, counts, both sides."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any

from django.db.models import Count

from annotations.anchoring import LEAST_SCORE, Anchorer, Verdict, regions_of
from annotations.anchoring.shown import Piece, Range, Side, differences, side_by_side
from annotations.models import Anchor, Anchoring, Annotation, Membership, Role
from annotations.models.anchoring import AnchoringQuerySet
from annotations.naming import Names, person
from annotations.passages import Passage, passage_at
from annotations.permissions import Viewer
from archive.models import Edition
from archive.text import Text

CANDIDATES = 6
# What a list can be asked for, and how it is called.
SHOWN = {
    "open": "To look at",
    "review": "Needs review",
    "orphan": "Not found",
    "settled": "Found or settled",
}


@dataclass(frozen=True, slots=True)
class Summary:
    """What an import did to annotations; ``open`` are those that still wait for somebody."""

    sure: int = 0
    review: int = 0
    orphan: int = 0
    open: int = 0

    @property
    def total(self) -> int:
        return self.sure + self.review + self.orphan


def anchoring_summary(run_id: int) -> Summary:
    """How many annotations an import carried along, by what became of them; two queries."""
    rows = Anchoring.objects.filter(run_id=run_id).order_by()
    counts = dict(rows.values_list("verdict").annotate(Count("pk")))
    still = rows.waiting().count() if set(counts) - {"sure"} else 0
    sure, review, orphan = (counts.get(str(one), 0) for one in Verdict)
    return Summary(sure, review, orphan, still)


def asked(rows: AnchoringQuerySet, shown: str) -> AnchoringQuerySet:
    """The latest rows that a list was asked for, by one of SHOWN."""
    rows = rows.latest_ones()
    if shown == "open":
        return rows.waiting()
    anchor = {"review": Anchor.REVIEW, "orphan": Anchor.ORPHAN}.get(shown, Anchor.SURE)
    return rows.filter(annotation__anchor=anchor)


def in_order(rows: AnchoringQuerySet) -> AnchoringQuerySet:
    """In the order of volumes, documents and texts, with all that a list shows."""
    document = "to_edition__document"
    return rows.with_place().order_by(
        f"{document}__volume__slug", f"{document}__position", "old_start", "pk"
    )


def counts_of(rows: AnchoringQuerySet) -> dict[str, int]:
    """How many rows each of SHOWN has; one query."""
    found = rows.latest_ones().order_by().values_list("annotation__anchor")
    by = Counter(dict(found.annotate(Count("pk"))))
    counts = {"review": by[Anchor.REVIEW], "orphan": by[Anchor.ORPHAN], "settled": by[Anchor.SURE]}
    return {"open": counts["review"] + counts["orphan"], **counts}


def documents_of(rows: AnchoringQuerySet) -> list[tuple[str, str, str]]:
    """Volume, document and heading of every document with such rows; one query."""
    document = "to_edition__document"
    names = ("volume__slug", "position", "slug", "heading")
    found = rows.latest_ones().order_by(*(f"{document}__{name}" for name in names))
    listed = found.values_list(*(f"{document}__{name}" for name in names)).distinct()
    return [(volume, slug, heading) for volume, _, slug, heading in listed]


@dataclass(frozen=True, slots=True)
class Line:
    """A row of a list with both quotes in pieces; an orphan has no new one. ``author`` and
    ``decider`` are called as they are to the viewer."""

    row: Anchoring
    author: str
    decider: str
    old: tuple[Piece, ...]
    new: tuple[Piece, ...]


def lines_of(rows: Iterable[Anchoring], viewer: Viewer) -> list[Line]:
    """Without reading a text: from what is kept of the passages. Two queries for the names."""
    found = list(rows)
    sets = {row.annotation.annotation_set_id: row.annotation.annotation_set for row in found}
    managed = Membership.objects.filter(
        user=viewer.user_id or 0, role__in=(Role.OWNER, Role.EDITOR), annotation_set__in=sets
    )
    names = Names(sets.values(), managed.values_list("annotation_set", flat=True))
    return [_line(row, names) for row in found]


def _line(row: Anchoring, names: Names) -> Line:
    people = people_of(row, row.annotation, names)
    if row.annotation.anchor == Anchor.ORPHAN:
        return Line(row, *people, (Piece(row.old_quote, False),), ())
    return Line(row, *people, *differences(row.old_quote, row.annotation.quote))


def people_of(row: Anchoring, annotation: Annotation, names: Names) -> tuple[str, str]:
    """How its author and who decided about its place are called; nobody may have decided."""
    author = names.author(annotation, annotation.annotation_set_id).name
    if row.decided_by is None:
        return author, ""
    # Others than the author decide as editors, and editors are named.
    hers = row.decided_by_id == annotation.author_id
    return author, author if hers else person(row.decided_by).name


@dataclass(frozen=True, slots=True)
class Sides:
    """An annotation's old and new place in their texts, and where else it may belong."""

    old: Side
    new: Side
    places: tuple[Passage, ...] = ()


def sides_of(row: Anchoring, new: Text, *, candidates: bool) -> Sides:
    """Both sides of an annotation whose row is the latest; ``new`` is its new edition's text.

    One query, for the old text. With ``candidates`` the places where it may belong are looked for.
    """
    old = Edition.objects.values_list("text", flat=True).get(pk=row.from_edition_id)
    passage = passage_at(old, row.old_start, row.old_end)
    annotation = row.annotation
    anchorer = None
    if candidates or annotation.anchor == Anchor.ORPHAN:
        anchorer = Anchorer(old, new.text, regions_of(new))
    if annotation.anchor == Anchor.ORPHAN:
        assert anchorer is not None
        near = anchorer.expected(passage)
        place = (near, near)
    else:
        place = (annotation.start, annotation.end)
    left, right = side_by_side(old, (row.old_start, row.old_end), new.text, place)
    if anchorer is None or not candidates:
        return Sides(left, right)
    found = [*_places(anchorer, passage, place)][:CANDIDATES]
    return Sides(left, right, tuple(passage_at(new.text, *one) for one in found))


def _places(anchorer: Anchorer, passage: Passage, here: Range) -> Iterator[Range]:
    """Where the passage may belong but where it stands: what replaced it, then like words."""
    replaced = anchorer.replacement(passage)
    if replaced and not _overlap(replaced, here):
        yield replaced
    for one in anchorer.candidates(passage):
        alike = one.exact or one.score >= LEAST_SCORE
        if alike and not any(_overlap(one[:2], other) for other in (here, replaced or (0, 0))):
            yield one[:2]


def _overlap(one: Range, other: Range) -> bool:
    return one[0] < other[1] and other[0] < one[1]


def latest_of(annotation: Annotation) -> Anchoring | None:
    """What was last said of an annotation's place, None where it never moved; one query."""
    rows = Anchoring.objects.latest_ones().filter(annotation=annotation)
    found = rows.select_related("decided_by", "from_edition", "to_edition", "run").defer(
        *(f"{one}__{name}" for one in ("from_edition", "to_edition") for name in _HEAVY)
    )
    return found.first()


_HEAVY = ("text", "blocks", "spans", "source")


def next_open(annotation_set_id: int, viewer: Viewer, row: Anchoring) -> Any:
    """The next annotation of the set that waits for somebody, None after the last; one query."""
    waiting = Anchoring.objects.waiting().shown_in_set(annotation_set_id, viewer)
    return waiting.exclude(pk=row.pk).select_related("annotation").order_by("pk").first()
