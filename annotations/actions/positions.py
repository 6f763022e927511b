"""Keeping where somebody stopped reading. It changes nothing that is shown to anybody else: no
history row, no revision."""

from __future__ import annotations

from bisect import bisect_right
from collections import defaultdict
from collections.abc import Iterable
from typing import NamedTuple

from django.contrib.auth.models import User
from django.db import connection, transaction
from django.utils import timezone

from annotations.anchoring import Anchorer, regions_of
from annotations.models import NoPositions, ReadingPosition
from annotations.passages import passage_at
from archive.ingest import NewEdition
from archive.models import Edition
from archive.rows import execute_many
from archive.text import Block, Text, unpack_blocks

# A paragraph is known again by so many of its first characters.
KNOWN_BY = 240


class Stop(NamedTuple):
    """Where a reader is: the start of the paragraph at the top, and up to where she has read."""

    document: int
    annotation_set: int | None
    edition: int
    offset: int
    furthest: int


def keep(user: int, stop: Stop) -> bool:
    """Keeps where somebody is, in one query; gives whether it was kept, which it is not for those
    who do not want it."""
    alone = stop.annotation_set is None
    same = "user_id, document_id" + ("" if alone else ", annotation_set_id")
    condition = f"annotation_set_id IS {'' if alone else 'NOT '}NULL"
    table, unwilling = ReadingPosition._meta.db_table, NoPositions._meta.db_table
    now = connection.ops.adapt_datetimefield_value(timezone.now())
    # ON CONFLICT wants the condition of the index, which Django's upsert does not know. The bare
    # WHERE tells SQLite where the SELECT ends.
    sql = f"""
        INSERT INTO {table} AS here
            (user_id, document_id, annotation_set_id, edition_id, "offset", furthest, at)
        SELECT %s, %s, CAST(%s AS bigint), %s, %s, %s, CAST(%s AS {_moment()})
        WHERE NOT EXISTS (SELECT 1 FROM {unwilling} WHERE user_id = %s)
        ON CONFLICT ({same}) WHERE {condition} DO UPDATE SET
            edition_id = excluded.edition_id, "offset" = excluded."offset", at = excluded.at,
            furthest = CASE WHEN here.edition_id = excluded.edition_id
                AND here.furthest > excluded.furthest
                THEN here.furthest ELSE excluded.furthest END
    """  # noqa: S608 (names of ours)
    given = [user, stop.document, stop.annotation_set, stop.edition, stop.offset, stop.furthest]
    with connection.cursor() as cursor:
        cursor.execute(sql, [*given, now, user])
        return cursor.rowcount > 0


def _moment() -> str:
    return "timestamptz" if connection.vendor == "postgresql" else "text"


def forget(user: User, pk: int | None = None) -> int:
    """Forgets one place where somebody stopped, or all of them; gives how many there were."""
    hers = ReadingPosition.objects.filter(user=user)
    if pk is not None:
        hers = hers.filter(pk=pk)
    return hers.delete()[0]


@transaction.atomic
def switch(user: User, *, on: bool) -> None:
    """Keeps from now on where somebody stops, or keeps it no more and forgets what was kept."""
    if on:
        NoPositions.objects.filter(user=user).delete()
        return
    NoPositions.objects.get_or_create(user=user)
    forget(user)


@transaction.atomic
def follow(editions: Iterable[NewEdition]) -> None:
    """Carries the places where people stopped to new editions; where a paragraph is gone, to about
    the same place of the text. One query, and two for each edition on which somebody stopped."""
    newest = {one.document_id: one.new_id for one in editions}
    found: defaultdict[tuple[int, int], list[Kept]] = defaultdict(list)
    # Locked, or whoever reads on meanwhile would be put back to where she was before.
    rows = ReadingPosition.objects.filter(document__in=newest).order_by("pk").select_for_update()
    for document, edition, *kept in rows.values_list("document", "edition", *Kept._fields):
        if edition != newest[document]:
            found[edition, newest[document]].append(Kept(*kept))
    for (old, new), some in found.items():
        _carry(old, new, some)


class Kept(NamedTuple):
    pk: int
    offset: int
    furthest: int


def _carry(old: int, new: int, some: list[Kept]) -> None:
    texts = {
        pk: Text(text, unpack_blocks(blocks))
        for pk, text, blocks in Edition.objects.filter(pk__in=(old, new)).values_list(
            "pk", "text", "blocks"
        )
    }
    offsets = {at for one in some for at in (one.offset, max(one.furthest - 1, 0))}
    there = carried(texts[old], texts[new], offsets)
    table = ReadingPosition._meta.db_table
    execute_many(
        f'UPDATE {table} SET edition_id = %s, "offset" = %s, furthest = %s WHERE id = %s',  # noqa: S608 (names of ours)
        [
            (new, there[one.offset].start, there[max(one.furthest - 1, 0)].end, one.pk)
            for one in some
        ],
    )


def carried(old: Text, new: Text, offsets: Iterable[int]) -> dict[int, Block]:
    """Each offset of an old text → the paragraph of the new one that has the words of the old
    paragraph; where it is gone, the one that stands at the same place."""
    anchorer = Anchorer(old.text, new.text, regions_of(new))
    found: dict[int, Block] = {}
    for offset in offsets:
        before = _block_at(old, offset)
        at = offset
        if old.text[before.start : before.end].strip():
            end = min(before.end, before.start + KNOWN_BY)
            place = anchorer.anchor(passage_at(old.text, before.start, end))
            at = offset if place.start is None else place.start
        found[offset] = _block_at(new, at)
    return found


def _block_at(text: Text, offset: int) -> Block:
    """The block at an offset, the last one beyond them all."""
    index = bisect_right([block.start for block in text.blocks], offset) - 1
    whole = Block("paragraph", 0, len(text.text))
    return text.blocks[max(index, 0)] if text.blocks else whole
