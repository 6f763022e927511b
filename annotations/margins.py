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
    reading, palette = place.reading, place.palette
    parted = rows_by_block(rows, reading.text.blocks, indexes)
    basis = (place.edition.pk, place.edition.digest, place.codebook_key)
    look = (basis, place.current and place.current.slug, place.may_annotate)
    texts: list[str] = []
    wanted: list[tuple[tuple[Any, ...], int, list[Row]]] = []
    keys: list[tuple[Any, ...]] = []
    found: dict[tuple[Any, ...], str] = {}
    key: tuple[Any, ...]
    for index, (touching, inside) in zip(indexes, parted, strict=True):
        mark = _mark(touching)
        key = ("text", basis, index, mark)
        html = _kept.get(key)
        if html is None:
            html = reading.layout.block(index, segments(touching, palette))
            _kept.put(key, html)
        texts.append(html)
        if not inside:
            key = ("none", index)
            keys.append(key)
            found[key] = (
                f'<section class="cards" id="cards-{index}" data-block="{index}"></section>'
            )
            continue
        shown = cards_with_room(inside, reading.text.blocks[index], crowded=crowded)
        key = ("cards", look, index, _mark(inside[:shown]), len(inside))
        keys.append(key)
        html = _kept.get(key)
        if html is None:
            wanted.append((key, index, inside[:shown]))
        else:
            found[key] = html
    found |= _groups(place, look, wanted)
    me = place.viewer.user_id
    groups = [for_viewer(found[key], me) for key in keys]
    return ([*map(_swapped, texts)], [*map(_swapped, groups)]) if swap else (texts, groups)


def _swapped(html: str) -> str:
    return html.replace(">", ' hx-swap-oob="true">', 1)


def _groups(
    place: Place, look: object, wanted: Sequence[tuple[tuple[Any, ...], int, list[Row]]]
) -> dict[tuple[Any, ...], str]:
    cards = _cards(place, look, [row for _, _, shown in wanted for row in shown])
    made = {}
    for key, index, shown in wanted:
        block = place.reading.text.blocks[index]
        folded = key[-1] - len(shown)
        group = {
            "block": index,
            "cards": [cards[row[0]] for row in shown if row[0] in cards],
            "folded": folded,
            "more": f"{place.stack_address}&start={block.start}&end={block.end}" if folded else "",
        }
        html = render_to_string("annotations/reader.html#group", {"group": group})
        made[key] = _kept.put(key, html)
    return made


def _cards(place: Place, look: object, rows: Sequence[Row]) -> dict[int, str]:
    """The cards of these rows by primary key, made for anyone; a row's version names its card."""
    keys = {row[0]: ("card", look, row[0], row[5]) for row in rows}
    found = {pk: html for pk, key in keys.items() if (html := _kept.get(key)) is not None}
    for pk, card in cards_of(
        place, [pk for pk in keys if pk not in found], for_anyone=True
    ).items():
        html = render_to_string("annotations/card.html#card", {"place": place, "card": card})
        found[pk] = _kept.put(keys[pk], SafeString(html))
    return found
