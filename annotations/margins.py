"""The blocks of a text under their highlights and the cards beside them, kept block by block.

A block's HTML depends on the annotations that touch it and on nothing else; so what was made for
these very rows is used again, and a change costs the blocks that it touches, not the page.
"""

from __future__ import annotations

import marshal
from collections.abc import Sequence
from hashlib import blake2b
from typing import Any

from django.template.loader import render_to_string
from django.utils.safestring import SafeString

from annotations.cards import cards_of, for_viewer
from annotations.overlays import Row, cards_with_room, rows_by_block, segments
from annotations.place import Place
from archive.kept import Kept

_kept: Kept[str] = Kept(6000)


# A group that is to be made: its key, its block, the rows shown, how many are folded away.
Wanted = tuple[tuple[Any, ...], int, list[Row], int]


def _mark(rows: Sequence[Row]) -> bytes:
    return blake2b(marshal.dumps(list(rows), 2), digest_size=16).digest() if rows else b""


def laid_out(
    place: Place, rows: Sequence[Row], indexes: range, *, crowded: bool, swap: bool = False
) -> tuple[list[str], list[str]]:
    """The elements of these blocks, and their groups of cards: an empty one where there is no card,
    so that a change finds its place in the page.

    ``rows`` come in the order of the text; ``crowded`` says that the document has too many for all
    their cards. With ``swap`` both are out-of-band fragments.
    """
    parted = rows_by_block(rows, place.reading.text.blocks, indexes)
    basis = (place.edition_key, place.codebook_key)
    texts = [
        _text(place, basis, index, touching)
        for index, (touching, _) in zip(indexes, parted, strict=True)
    ]
    groups = _groups(place, basis, indexes, [inside for _, inside in parted], crowded=crowded)
    return ([*map(_swapped, texts)], [*map(_swapped, groups)]) if swap else (texts, groups)


def _text(place: Place, basis: object, index: int, touching: list[Row]) -> str:
    def make() -> str:
        return place.reading.layout.block(index, segments(touching, place.palette))

    return _kept.made(("text", basis, index, _mark(touching)), make)


def _groups(
    place: Place, basis: object, indexes: range, starting: Sequence[list[Row]], *, crowded: bool
) -> list[str]:
    """The group of each block, out of the rows that start in it."""
    slug = place.current and place.current.slug
    shown_to = place.current and place.current.visibility
    may = (place.may_annotate, place.may_moderate)
    look = (basis, slug, may, place.scope, place.naming, shown_to)
    me = place.viewer.user_id
    wanted: list[Wanted] = []
    found: dict[int, str] = {}
    for index, inside in zip(indexes, starting, strict=True):
        if not inside:
            found[index] = (
                f'<section class="cards" id="cards-{index}" data-block="{index}"></section>'
            )
            continue
        room = cards_with_room(inside, place.reading.text.blocks[index], crowded=crowded)
        shown = inside[:room]
        key = ("cards", look, index, _mark(shown), len(inside))
        html = _kept.get(key) or _kept.get((me, key))
        if html is None:
            wanted.append((key, index, shown, len(inside) - room))
        else:
            found[index] = html
    found |= _make_groups(place, look, wanted)
    return [for_viewer(found[index], me) for index in indexes]


def _swapped(html: str) -> str:
    return html.replace(">", ' hx-swap-oob="true">', 1)


def _make_groups(place: Place, look: object, wanted: Sequence[Wanted]) -> dict[int, str]:
    cards, personal = _cards(place, look, [row for _, _, shown, _ in wanted for row in shown])
    made: dict[int, str] = {}
    for key, index, shown, folded in wanted:
        block = place.reading.text.blocks[index]
        there = [cards[row[0]] for row in shown if row[0] in cards]
        group = {
            "block": index,
            "cards": there,
            "folded": folded,
            "more": f"{place.stack_address}&start={block.start}&end={block.end}" if folded else "",
        }
        html = render_to_string("annotations/reader.html#group", {"group": group})
        if any(row[0] in personal for row in shown):
            key = (place.viewer.user_id, key)
        made[index] = html
        # A group that does without a card is for this one answer.
        if len(there) == len(shown):
            _kept.put(key, html)
    return made


def _cards(place: Place, look: object, rows: Sequence[Row]) -> tuple[dict[int, str], set[int]]:
    """The cards of these rows by primary key, and which of them are for this viewer alone; the
    others are made for anyone. A row's version names its card."""
    me = place.viewer.user_id
    keys = {row[0]: ("card", look, row[0], row[5]) for row in rows}
    found = {pk: html for pk, key in keys.items() if (html := _kept.get(key)) is not None}
    personal = {pk for pk in keys if pk not in found}
    for pk in list(personal):
        if (html := _kept.get((me, keys[pk]))) is not None:
            found[pk] = html
    for pk, card in cards_of(
        place, [pk for pk in keys if pk not in found], for_anyone=True
    ).items():
        # One that was changed since its row was read must not be kept as what it was then: it may
        # be private now. This page is out of date already, and does without it.
        if card["version"] == keys[pk][-1]:
            html = render_to_string("annotations/card.html#card", {"place": place, "card": card})
            key = (me, keys[pk]) if card["personal"] else keys[pk]
            found[pk] = _kept.put(key, SafeString(html))
            if not card["personal"]:
                personal.discard(pk)
    return found, personal
