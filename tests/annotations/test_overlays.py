"""Overlays: flat segments that say truly what lies at each place."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from annotations.overlays import (
    CHARACTERS_A_CARD,
    DEEPEST,
    Filters,
    Row,
    cards_with_room,
    count_themes,
    rows_by_block,
    segments,
)
from archive.render import Segment
from archive.text import Block
from tests.strategies import palette, rows_over, texts


@given(rows_over(60))
def test_segments_are_disjoint_in_order_and_nowhere_empty(rows: list[Row]) -> None:
    found = segments(rows, palette())
    assert all(start < end for start, end, _ in found)
    assert all(a[1] <= b[0] for a, b in zip(found, found[1:], strict=False))


@given(rows_over(60))
def test_each_character_says_how_deep_it_is_and_its_first_two_themes(rows: list[Row]) -> None:
    colours = palette()
    at = {i: classes for start, end, classes in segments(rows, colours) for i in range(start, end)}
    for place in range(61):
        here = [row for row in rows if row[1] <= place < row[2]]
        if not here:
            assert place not in at
            continue
        ids = {int(pk) for row in here for pk in row[4].split()}
        themes = [theme for theme in colours.themes if theme.pk in ids]
        names = at[place].split()
        assert f"d{min(len(here), DEEPEST)}" in names
        assert (
            (f"c{themes[0].colour}" in names and f"f{themes[0].line}" in names)
            if themes
            else (not any(name.startswith("c") for name in names))
        )
        if len(themes) > 1:
            assert f"s{themes[1].colour}" in names and f"g{themes[1].line}" in names
        assert ("m" in names) == (len(themes) > 2)


@given(rows_over(60))
def test_neighbours_that_look_alike_are_one_segment(rows: list[Row]) -> None:
    found = segments(rows, palette())
    assert not any(a[1] == b[0] and a[2] == b[2] for a, b in zip(found, found[1:], strict=False))


@given(st.data())
def test_every_annotation_stands_in_one_block_and_touches_those_it_covers(
    data: st.DataObject,
) -> None:
    text = data.draw(texts())
    rows = data.draw(rows_over(len(text.text)))
    parted = rows_by_block(rows, text.blocks, range(len(text.blocks)))
    assert sorted(row for _, inside in parted for row in inside) == sorted(
        row for row in rows if row[1] < len(text.text)
    )
    for block, (touching, _) in zip(text.blocks, parted, strict=True):
        covering = [row for row in rows if row[1] < block.end and row[2] > block.start]
        assert set(covering) <= set(touching)
        assert segments_in(touching, block) == segments_in(covering, block)


def segments_in(rows: list[Row], block: Block) -> list[Segment]:
    """The segments of these rows, clipped to the block."""
    return [
        (max(start, block.start), min(end, block.end), classes)
        for start, end, classes in segments(rows, palette())
        if start < block.end and end > block.start
    ]


@given(st.data())
def test_some_blocks_have_what_they_have_in_the_whole(data: st.DataObject) -> None:
    text = data.draw(texts())
    rows = data.draw(rows_over(len(text.text)))
    first = data.draw(st.integers(0, len(text.blocks) - 1))
    last = data.draw(st.integers(first, len(text.blocks) - 1))
    low, high = text.blocks[first].start - 1, text.blocks[last].end
    near = [row for row in rows if row[1] < high and row[2] > low]
    whole = rows_by_block(rows, text.blocks, range(len(text.blocks)))
    assert rows_by_block(near, text.blocks, range(first, last + 1)) == whole[first : last + 1]


def test_a_crowded_document_shows_as_many_cards_as_have_room() -> None:
    rows = [(pk, 0, 5, 1, "", 1) for pk in range(1, 9)]
    block = Block("paragraph", 0, 3 * CHARACTERS_A_CARD)
    assert cards_with_room(rows, block, crowded=False) == 8
    assert cards_with_room(rows, block, crowded=True) == 4
    assert cards_with_room(rows[:2], block, crowded=True) == 2


def test_a_filter_by_a_theme_finds_those_of_the_themes_below_it() -> None:
    rows = [(1, 0, 5, 1, "3", 1), (2, 0, 5, 2, "1", 1), (3, 0, 5, 1, "", 1)]
    assert [r[0] for r in Filters(themes=frozenset({2})).keep(rows, palette())] == [1]
    assert [r[0] for r in Filters(authors=frozenset({1})).keep(rows, palette())] == [1, 3]
    assert [r[0] for r in Filters().keep(rows, palette())] == [1, 2, 3]
    assert Filters(authors=frozenset({0})).keep(rows, palette()) == []


def test_an_annotation_with_a_theme_and_its_parent_counts_once_for_each() -> None:
    assert count_themes([(1, 0, 5, 1, "2 3", 1)], palette()) == {2: 1, 3: 1}
