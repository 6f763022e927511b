"""In what other tools count the positions of passages: found out by the words they give."""

from __future__ import annotations

import pytest

from tests.annotations.qda_foreign import (
    CRLF,
    PLAIN,
    THIRD,
    WORDS,
    one,
    read,
    said,
    selection,
    span,
    utf16,
)


@pytest.mark.parametrize(
    ("text", "counted", "origin"),
    [
        # The standard: code points of the file.
        (CRLF, span(THIRD, CRLF), "Tool 1"),
        # ATLAS.ti: a file with CR LF, counted as one.
        (CRLF, span(THIRD, WORDS), "ATLAS.ti 23.2"),
        # UTF-16 units, as programs for Windows and browsers count; with either line end.
        (CRLF, utf16(THIRD, CRLF), "NVivo 14"),
        (CRLF, utf16(THIRD, WORDS), "NVivo 14"),
        (WORDS, utf16(THIRD, WORDS), "MAXQDA 24"),
        # Written with LF, counted with CR LF.
        (WORDS, span(THIRD, CRLF), "NVivo for Mac"),
        # CR alone.
        (WORDS.replace("\n", "\r"), span(THIRD, WORDS), "Tool 1"),
        # A mark at the beginning, as QualCoder writes it, counted or not.
        ("\ufeff" + WORDS, span(THIRD, WORDS), "QualCoder"),
        ("\ufeff" + CRLF, span(THIRD, "\ufeff" + CRLF), "MAXQDA"),
        ("\ufeff" + PLAIN, span(THIRD, "\ufeff" + PLAIN), "MAXQDA"),
        # The last character instead of the one behind it.
        (WORDS, (span(THIRD, WORDS)[0], span(THIRD, WORDS)[1] - 1), "Tool 1"),
    ],
)
def test_the_way_of_counting_is_found_by_the_words_in_names(
    text: str, counted: tuple[int, int], origin: str
):
    found = read(selection(*counted, name=THIRD), text, origin)
    target = one(found).target
    assert target.quote == THIRD
    assert target.prefix.endswith("of others.\n")
    kept = found.texts[target.text].text
    assert kept in (WORDS, PLAIN)
    assert (target.start, target.end) == span(THIRD, kept)
    assert said(found) == []


def test_without_names_words_that_are_whole_show_how_positions_are_counted():
    phrases = ("line 𝄞 of", "Second line", "of others", "third one")
    marked = "".join(
        selection(*span(words, WORDS), n=n) for n, words in enumerate(phrases, start=1)
    )
    found = read(marked, CRLF)
    assert [a.target.quote for a in found.annotations] == list(phrases)
    assert said(found) == []


def test_when_it_is_not_plain_how_positions_are_counted_it_is_said():
    found = read(selection(13, 19), "aa bb cc\r\ndd ee ff gg\r\nhh ii jj kk")
    assert one(found).target.quote == "ee ff "
    assert said(found) == [
        "line 2: How positions in “frus1981-88v03_d169.docx” are counted is not said and not"
        " plain: they are taken as code points, line ends as two. Look at its passages."
    ]


def test_of_atlas_ti_it_is_known_how_it_counts_line_ends():
    text = "aa bb cc\r\ndd ee ff gg\r\nhh ii jj kk"
    made = one(read(selection(13, 19), text, "ATLAS.ti 23")).target
    assert (made.quote, made.start, made.end) == ("e ff g", 13, 19)


def test_without_line_ends_or_astral_characters_there_is_nothing_to_doubt():
    found = read(selection(2, 5), "plain words")
    assert one(found).target.quote == "ain"
    assert said(found) == []
