"""Overlays: flat segments that say truly what lies at each place."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from annotations.overlays import ALL_CARDS, DEEPEST, Filters, Row, count_themes, groups, segments
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
        here = [row for row in rows if row.start <= place < row.end]
        if not here:
            assert place not in at
            continue
        ids = {int(pk) for row in here for pk in row.theme_ids.split()}
        themes = [theme for theme in colours.themes if theme.pk in ids]
        names = at[place].split()
        assert f"d{min(len(here), DEEPEST)}" in names
        assert (f"c{themes[0].colour}" in names and f"f{themes[0].line}" in names) if themes else (
            not any(name.startswith("c") for name in names)
        )
        if len(themes) > 1:
            assert f"s{themes[1].colour}" in names and f"g{themes[1].line}" in names
        assert ("m" in names) == (len(themes) > 2)


@given(rows_over(60))
def test_neighbours_that_look_alike_are_one_segment(rows: list[Row]) -> None:
    found = segments(rows, palette())
    assert not any(a[1] == b[0] and a[2] == b[2] for a, b in zip(found, found[1:], strict=False))


@given(st.data())
def test_every_annotation_is_on_a_card_or_counted_as_folded(data: st.DataObject) -> None:
    text = data.draw(texts())
    rows = data.draw(rows_over(len(text.text)))
    for total in (len(rows), ALL_CARDS + 1):
        found = groups(rows, text.blocks, range(len(text.blocks)), total=total)
        assert sum(len(group.shown) + group.folded for group in found) == len(
            [row for row in rows if row.start < len(text.text)]
        )
        if total <= ALL_CARDS:
            assert not any(group.folded for group in found)


@given(st.data())
def test_the_groups_of_some_blocks_are_those_of_the_whole(data: st.DataObject) -> None:
    text = data.draw(texts())
    rows = data.draw(rows_over(len(text.text)))
    whole = groups(rows, text.blocks, range(len(text.blocks)), total=len(rows))
    for index, block in enumerate(text.blocks):
        near = [row for row in rows if row.start < block.end and row.end > block.start]
        assert groups(near, text.blocks, [index], total=len(rows)) == [whole[index]]


def test_a_filter_by_a_theme_finds_those_of_the_themes_below_it() -> None:
    rows = [Row(1, 0, 5, 1, "3"), Row(2, 0, 5, 2, "1"), Row(3, 0, 5, 1, "")]
    assert [r.pk for r in Filters(themes=frozenset({2})).keep(rows, palette())] == [1]
    assert [r.pk for r in Filters(authors=frozenset({1})).keep(rows, palette())] == [1, 3]
    assert [r.pk for r in Filters().keep(rows, palette())] == [1, 2, 3]
    assert Filters(authors=frozenset({0})).keep(rows, palette()) == []


def test_an_annotation_with_a_theme_and_its_parent_counts_once_for_each() -> None:
    assert count_themes([Row(1, 0, 5, 1, "2 3")], palette()) == {2: 1, 3: 1}
