"""Words are counted as a reader counts them, in every writing system."""

from __future__ import annotations

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from annotations.notes import render_note
from annotations.wordcount import count_words, words_of


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("", 0),
        (" \n\u00a0 ", 0),
        ("… — !?", 0),
        ("We don't yield.", 3),
        ("a well-known arms-control talk", 4),
        ("either/or", 2),
        ("linkage—as he calls it—or not", 7),
        ("3.5 percent of 1,000", 4),
        ("Zażółć gęślą jaźń", 3),
        ("cafe\u0301 cre\u0300me", 2),
        ("हिन्दी में लिखा", 3),
        ("ما هي السياسة؟", 3),
        ("Сила и мир", 3),
        ("军备控制", 4),
        ("これは東京です。", 7),
        ("한국어 단어", 2),
        ("SALT II 条约", 4),
    ],
)
def test_words_are_counted_in_every_script(text: str, words: int) -> None:
    assert count_words(text) == words


@pytest.mark.parametrize(
    ("note", "words"),
    [
        ("", 0),
        ("Two *plain* words", 3),
        ("un*believ*able", 1),
        ("[the memo](https://example.org/a/very/long/address)", 2),
        ("first\n\nsecond\nthird", 3),
        ("- one\n- two\n- three", 3),
        ("> quoted words\n\nand mine", 4),
        ("<b>raw</b> & co", 3),
        ("a `b c` d", 4),
    ],
)
def test_of_a_note_what_its_reader_sees_is_counted(note: str, words: int) -> None:
    assert words_of(render_note(note)) == words


@given(st.lists(st.text(alphabet="abcäñжλע7", min_size=1), max_size=30), st.sampled_from(" \n\t"))
def test_words_with_space_between_are_as_many_as_they_are(words: list[str], gap: str) -> None:
    assert count_words(gap.join(words)) == len(words)


@given(st.text())
def test_counting_takes_whatever_was_typed(text: str) -> None:
    assert 0 <= count_words(text) <= len(text)
    assert words_of(render_note(text)) >= 0


def test_no_note_takes_long_to_count() -> None:
    begun = time.process_time()
    for text in ("." * 20_000, "<" * 20_000, ". " * 10_000, "漢" * 20_000, "a/" * 10_000):
        words_of(render_note(text))
        count_words(text)
    assert time.process_time() - begun < 2
