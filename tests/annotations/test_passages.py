"""Passages: what was seen is what is saved."""

from __future__ import annotations

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from annotations.passages import (
    CONTEXT,
    PassageFault,
    PassageMismatch,
    check_passage,
    find_words,
    passage_at,
    shorten,
)
from archive.text import Block, Text
from tests.strategies import texts


@given(texts(), st.data())
def test_a_passage_is_the_words_at_its_offsets_with_64_characters_around(
    text: Text, data: st.DataObject
) -> None:
    start = data.draw(st.integers(0, len(text.text) - 1))
    end = data.draw(st.integers(start + 1, len(text.text)))
    found = passage_at(text.text, start, end)
    assert found.quote == text.text[start:end]
    assert text.text.startswith(
        found.prefix + found.quote + found.suffix, start - len(found.prefix)
    )
    assert len(found.prefix) == min(CONTEXT, start)
    assert len(found.suffix) == min(CONTEXT, len(text.text) - end)


@given(texts(), st.data())
def test_other_words_than_those_at_the_offsets_are_refused_and_named(
    text: Text, data: st.DataObject
) -> None:
    start = data.draw(st.integers(0, len(text.text) - 1))
    end = data.draw(st.integers(start + 1, len(text.text)))
    quote = data.draw(st.text(max_size=10))
    assume(quote != text.text[start:end])
    with pytest.raises(PassageMismatch) as caught:
        check_passage(text, start, end, quote)
    assert caught.value.found == text.text[start:end]


@pytest.mark.parametrize(("start", "end"), [(-1, 3), (3, 3), (5, 2), (0, 10**9)])
def test_offsets_outside_of_the_text_are_refused(start: int, end: int) -> None:
    text = Text("some words", (Block("paragraph", 0, 10),))
    with pytest.raises(PassageFault):
        check_passage(text, start, end, "som")


def test_a_passage_over_the_body_and_a_note_is_refused() -> None:
    text = Text("body\nnote", (Block("paragraph", 0, 4), Block("note", 5, 9, "fn1")))
    with pytest.raises(PassageFault, match="one note"):
        check_passage(text, 2, 7, "dy\nno")
    assert check_passage(text, 5, 9, "note").prefix == "body\n"


def test_a_passage_of_nothing_but_space_is_refused() -> None:
    text = Text("a b", (Block("paragraph", 0, 3),))
    with pytest.raises(PassageFault, match="space"):
        check_passage(text, 1, 2, " ")


@given(texts(), st.data())
def test_the_words_of_a_passage_find_it_again(text: Text, data: st.DataObject) -> None:
    start = data.draw(st.integers(0, len(text.text) - 1))
    end = data.draw(st.integers(start + 1, len(text.text)))
    words = text.text[start:end]
    assume(words.strip() == words and words)
    found = find_words(text.text, words.replace("\n", "\r\n   "))
    assert any(p.quote.split() == words.split() for p in found)
    assert all(p.quote == text.text[p.start : p.end] for p in found)


def test_no_words_find_nothing() -> None:
    assert find_words("some words", "  ") == []


def test_a_long_quote_is_shortened_on_one_line() -> None:
    assert shorten("a\n" * 200, 20) == "a a a a a a a a a a…"
