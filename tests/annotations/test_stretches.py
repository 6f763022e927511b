"""A range of paragraphs is found again in another edition by its two ends."""

from __future__ import annotations

from random import Random
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from annotations.anchoring import Verdict
from annotations.anchoring.stretch import carry_stretch
from annotations.stretches import stretches
from archive.text import Block, Text
from tests.factories import EditionFactory

WORDS = (
    *("treaty", "missile", "senator", "linkage", "border", "harvest", "embassy", "cable"),
    *("winter", "ministry", "pipeline", "ceasefire", "tariff", "garrison", "envoy", "summit"),
)


def paragraphs(count: int, seed: int) -> list[str]:
    """So many paragraphs of which no two are alike."""
    chance = Random(seed)
    return [f"Point {i}: " + " ".join(chance.choices(WORDS, k=14)) + "." for i in range(count)]


def as_text(lines: list[str]) -> Text:
    blocks, at = [], 0
    for line in lines:
        blocks.append(Block("paragraph", at, at + len(line)))
        at += len(line) + 1
    return Text("\n".join(lines), tuple(blocks))


def span(lines: list[str], first: int, last: int) -> tuple[int, int]:
    """The offsets of the paragraphs from ``first`` to ``last``."""
    blocks = as_text(lines).blocks
    return blocks[first].start, blocks[last].end


@st.composite
def edits(draw: st.DrawFn) -> tuple[list[str], int, int, list[str]]:
    """Paragraphs, a range of them, and the paragraphs of a new edition, where others came and
    went and those in the middle of the range were written anew; its two ends stayed."""
    count = draw(st.integers(3, 9))
    old = paragraphs(count, draw(st.integers(0, 10_000)))
    first = draw(st.integers(0, count - 1))
    last = draw(st.integers(first, count - 1))
    new: list[str] = []
    for i, line in enumerate(old):
        for k in range(draw(st.integers(0, 2))):
            new.append(f"Added {i} {k}: nothing of this stood in the earlier edition at all.")
        if i in (first, last) or draw(st.booleans()):
            new.append(line)
    return old, first, last, new


@given(edits())
def test_a_range_goes_from_its_first_paragraph_to_its_last_whatever_became_of_the_rest(
    edit: tuple[list[str], int, int, list[str]],
) -> None:
    old, first, last, new = edit
    start, end = span(old, first, last)
    found = carry_stretch("\n".join(old), as_text(new), start, end)
    assert (found.start, found.end) == span(new, new.index(old[first]), new.index(old[last]))


def test_a_range_in_the_same_words_is_sure() -> None:
    lines = paragraphs(6, 1)
    found = carry_stretch("\n".join(lines), as_text(lines), *span(lines, 2, 4))
    assert (found.start, found.end) == span(lines, 2, 4)
    assert found.verdict == Verdict.SURE


def test_a_range_whose_end_is_gone_is_not_guessed() -> None:
    lines = paragraphs(6, 2)
    found = carry_stretch("\n".join(lines), as_text(lines[:4]), *span(lines, 2, 5))
    assert (found.start, found.verdict) == (None, Verdict.ORPHAN)


def test_a_range_whose_ends_changed_places_is_not_guessed() -> None:
    lines = paragraphs(5, 3)
    turned = [lines[4], lines[1], lines[2], lines[3], lines[0]]
    found = carry_stretch("\n".join(lines), as_text(turned), *span(lines, 0, 4))
    assert (found.start, found.verdict) == (None, Verdict.ORPHAN)


@pytest.mark.django_db
def test_ranges_cost_one_query_and_none_the_next_time(django_assert_num_queries: Any) -> None:
    lines = paragraphs(6, 4)
    old = EditionFactory(paragraphs=tuple(lines))
    new = EditionFactory(document=old.document, paragraphs=("New.", *lines))
    wanted = {((old.pk, *span(lines, i, i + 1)), new.pk) for i in range(4)}
    own = ((old.pk, *span(lines, 0, 2)), old.pk)
    with django_assert_num_queries(1):
        found = stretches([*wanted, own])
    moved = len("New.") + 1
    for one in wanted:
        assert (found[one].start, found[one].end) == (one[0][1] + moved, one[0][2] + moved)
    assert found[own][:2] == own[0][1:]
    with django_assert_num_queries(0):
        assert stretches([*wanted, own]) == found
