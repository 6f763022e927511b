"""Where somebody stopped reading: read for nobody but her."""

from __future__ import annotations

from bisect import bisect_right
from dataclasses import dataclass
from datetime import datetime
from typing import Any, NamedTuple
from urllib.parse import quote

from django.db.models import Exists, F, OuterRef, Q, QuerySet
from django.db.models.functions import Substr

from annotations.models import AnnotationSet, NoPositions, ReadingPosition, SetDocument
from annotations.models.sets import sets_seen_by
from annotations.passages import shorten
from annotations.viewers import Viewer
from archive.models import Document
from archive.text import Block, unpack_blocks

WORDS = 200
_TEXTS = tuple(f"edition__{name}" for name in ("text", "spans", "source"))


class Cursor(NamedTuple):
    """The last position of a page: the next one begins after it."""

    at: datetime
    pk: int


@dataclass(frozen=True, slots=True)
class Stopped:
    """Where somebody stopped. ``href`` leads to the very paragraph, which begins with ``words``;
    ``percent`` is how far she ever came, and ``further`` leads there where it is further on."""

    pk: int
    document: Document
    annotation_set: AnnotationSet | None
    at: datetime
    href: str
    words: str
    percent: int
    further: str

    @property
    def cursor(self) -> Cursor:
        return Cursor(self.at, self.pk)

    @property
    def done(self) -> bool:
        return self.percent >= 100


def hers(viewer: Viewer) -> QuerySet[ReadingPosition]:
    """A viewer's positions in what she may still read, the latest first."""
    inside = SetDocument.objects.order_by().filter(
        annotation_set=OuterRef("annotation_set"), document=OuterRef("document")
    )
    seen = Q(Exists(inside), sets_seen_by(viewer, "annotation_set__"))
    return ReadingPosition.objects.filter(
        seen | Q(annotation_set__isnull=True),
        user=viewer.user_id or 0,
        document__current__isnull=False,
    ).order_by("-at", "-pk")


def stopped(viewer: Viewer, most: int, after: Cursor | None = None) -> list[Stopped]:
    """The places where somebody stopped, the latest first, at most so many, from ``after`` on; one
    query."""
    rows = hers(viewer).select_related("document__volume", "annotation_set", "edition")
    if after is not None:
        rows = rows.filter(Q(at__lt=after.at) | Q(at=after.at, pk__lt=after.pk))
    begins = rows.defer(*_TEXTS).annotate(begins=Substr("edition__text", F("offset") + 1, WORDS))
    return [_stopped(row) for row in begins[:most]]


def _stopped(row: Any) -> Stopped:
    blocks = unpack_blocks(row.edition.blocks)
    index = _index(blocks, row.offset)
    body = max((block.end for block in blocks if not block.note), default=0)
    length = blocks[index].end - row.offset if blocks else WORDS
    further = _index(blocks, max(row.furthest - 1, 0))
    percent = min(100, 100 * row.furthest // body) if body else 100
    current = row.edition_id == row.document.current_id
    page = f"{row.document.get_absolute_url()}?set={_slug(row)}"
    return Stopped(
        row.pk,
        row.document,
        row.annotation_set,
        row.at,
        f"{page}#b{index}" if current else page,
        shorten(row.begins[: max(length, 0)], WORDS),
        percent,
        f"{page}#b{further}" if current and further > index and percent < 100 else "",
    )


def _slug(row: ReadingPosition) -> str:
    return quote(row.annotation_set.slug) if row.annotation_set else ""


def _index(blocks: tuple[Block, ...], offset: int) -> int:
    """The index of the block at an offset."""
    return max(0, bisect_right([block.start for block in blocks], offset) - 1)


def with_places(rows: QuerySet[ReadingPosition]) -> QuerySet[ReadingPosition]:
    """With document, volume and set, and nothing of the text, in the order of the documents."""
    return rows.select_related("document__volume", "annotation_set").order_by("document", "pk")


class Kept(NamedTuple):
    """A position as the reader's page takes it; offsets are those of its edition."""

    edition: int
    offset: int
    furthest: int
    at: datetime


def kept_at(viewer: Viewer, volume: str, document: str, set_slug: str) -> Kept | None:
    """Where somebody stopped in a document, read in a set or (an empty slug) alone; one query."""
    rows = hers(viewer).filter(document__volume__slug=volume, document__slug=document)
    if set_slug:
        rows = rows.filter(annotation_set__slug=set_slug)
    else:
        rows = rows.filter(annotation_set__isnull=True)
    found = rows.values_list("edition", "offset", "furthest", "at").first()
    return Kept(*found) if found else None


def is_kept(viewer: Viewer) -> bool:
    """Whether somebody wants it kept where she stops; one query."""
    return not NoPositions.objects.filter(user=viewer.user_id).exists()
