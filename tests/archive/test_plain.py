"""Transcriptions scraped as plain text: notes tied to their markers, no other digit touched."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from archive.importers.faults import ImportFault
from archive.importers.parsed import Parsed
from archive.importers.plain import parse_text
from archive.importers.tei import parse_tei
from tests.archive.tei import FIXTURE, documents_of, quotes

HEADING = "169. Memorandum"
# What the scrape lost: the dateline and two sub-headings.
LOST = ["Washington, May 10, 1982", "SUBJECT", "Recommendation"]


def parsed(source: str) -> Parsed:
    made = parse_text(source.encode(), "a.txt", volume="frus1981-88v03", number="169")
    assert list(made.documents[0].text.problems()) == []
    return made


def calls(made: Parsed) -> dict[str, str | None]:
    """By label: the word that a note is called from."""
    text = made.documents[0].text
    return {
        n.label: None if n.call is None else (text.text[: n.call].split() or [""])[-1]
        for n in text.notes
    }


def body(made: Parsed) -> str:
    text = made.documents[0].text
    return "\n".join(text.quote(b.start, b.end) for b in text.blocks if not b.note)


@pytest.fixture
def real(shared: Path) -> bytes:
    return (shared / "data" / "frus1981-88v03-d169.txt").read_bytes()


def test_the_scrape_of_169_gives_the_text_of_its_tei_but_for_what_it_lost(real: bytes) -> None:
    scraped = parse_text(real, "d169.txt", volume="frus1981-88v03", number="169").documents[0]
    encoded = documents_of(parse_tei(Path(FIXTURE).read_bytes(), FIXTURE))[0]
    wanted = [encoded.text.quote(b.start, b.end) for b in encoded.text.blocks if not b.note]
    kept = [words for words in wanted if words not in LOST]
    assert len(wanted) - len(kept) == len(LOST)
    found = [scraped.text.quote(b.start, b.end) for b in scraped.text.blocks if not b.note]
    assert found == kept
    assert list(scraped.text.problems()) == []
    assert scraped.slug == encoded.slug
    assert scraped.heading == encoded.heading
    assert scraped.subject == encoded.subject
    assert (scraped.first_page, scraped.last_page) == (encoded.first_page, encoded.last_page)


def test_the_notes_of_169_are_those_of_its_tei_and_called_from_the_same_words(real: bytes) -> None:
    scraped = parse_text(real, "d169.txt", volume="v", number="169").documents[0].text
    encoded = documents_of(parse_tei(Path(FIXTURE).read_bytes(), FIXTURE))[0].text
    assert [(n.key, n.label, n.kind) for n in scraped.notes] == [
        (n.key, n.label, n.kind) for n in encoded.notes
    ]
    for mine, theirs in zip(scraped.notes, encoded.notes, strict=True):
        assert scraped.text[: mine.call].split()[-1] == encoded.text[: theirs.call].split()[-1]
    # The TEI has a space before a comma where an element ends on a line of its own.
    assert [scraped.quote(n.start, n.end) for n in scraped.notes] == [
        encoded.quote(n.start, n.end).replace("Reagan ,", "Reagan,") for n in encoded.notes
    ]


def test_the_page_of_169_breaks_where_it_does_in_its_tei(real: bytes) -> None:
    scraped = parse_text(real, "d169.txt", volume="v", number="169").documents[0].text
    (page,) = (s for s in scraped.spans if s.kind == "page")
    assert (page.ref, page.start) == ("546", page.end)
    assert scraped.text[: page.start].endswith("not directly ")
    assert scraped.text[page.start :].startswith("link the")


@pytest.mark.parametrize(
    ("sentence", "word", "left"),
    [
        ("Of Day1 he spoke.", "Day", "Of Day he spoke."),
        ("Of the day.1 He spoke.", "day.", "Of the day. He spoke."),
        ("He said “no.”1", "“no.”", "He said “no.”"),
        ("The plan (see Tab A)1 failed.", "A)", "The plan (see Tab A) failed."),
        ("In May 1982.1 He spoke.", "1982.", "In May 1982. He spoke."),
        ("In May 19821 he spoke.", "1982", "In May 1982 he spoke."),
        ("May 1, 1982, Day1 passed.", "Day", "May 1, 1982, Day passed."),
        ("The EC–10 and EC–101 met.", "EC–10", "The EC–10 and EC–10 met."),
        ("Of SALT and SALT1 he spoke.", "SALT", "Of SALT and SALT he spoke."),
        ("A U–2, a U1 and B1 over Day1 here.", "Day", "A U–2, a U1 and B1 over Day here."),
        ("No.1 of 1.1 and $3.1 on the 1st at 1:1 in a day1", "day",
         "No.1 of 1.1 and $3.1 on the 1st at 1:1 in a day"),
    ],
)  # fmt: skip
def test_a_marker_is_found_and_taken_out_and_nothing_else(
    sentence: str, word: str, left: str
) -> None:
    made = parsed(f"{HEADING}\n\n{sentence}\n\n  1. A note of 1982.")
    assert calls(made) == {"1": word}
    assert body(made) == f"{HEADING}\n{left}"
    assert made.notices.all() == ()


@pytest.mark.parametrize(
    "sentence",
    [
        "A U1 flew.",
        "On page 1 of 11.",
        "See No.1 and p.1.",
        "It cost 2.1 or 1,1.",
        "He left Geneva1:30 late.",
        "The EC–1 met.",
        "On 5/1 and 1/1/11.",
        "It is 1.",
        "G1 and G1 met.",
        "Tab A1 is here.",
        "SALT1 and SALT1 again.",
    ],
)
def test_a_digit_that_is_no_marker_stays_and_the_missing_one_is_said(sentence: str) -> None:
    made = parsed(f"{HEADING}\n\n{sentence}\n\n  1. Source: Library.")
    assert body(made) == f"{HEADING}\n{sentence}"
    assert calls(made) == {"1": None}
    assert [n.message for n in made.notices.all()] == [
        "The marker of note 1 was not found in the text."
    ]
    assert made.notices.all()[0].line == 5


def test_markers_are_taken_in_the_order_of_their_numbers() -> None:
    made = parsed(f"{HEADING}\n\nA day2 and Day1 and night2 and noon1.\n\n  1. One.\n  2. Two.")
    assert calls(made) == {"1": "Day", "2": "night"}
    assert body(made).endswith("A day2 and Day and night and noon1.")


def test_numbers_may_have_more_digits() -> None:
    words = " ".join(f"word{n}" for n in range(1, 121))
    notes = "\n".join(f"  {n}. Note {n}." for n in range(1, 121))
    made = parsed(f"{HEADING}\n\n{words}\n\n{notes}")
    assert set(calls(made).values()) == {"word"}
    assert len(calls(made)) == 120
    assert "1" not in body(made).removeprefix(HEADING)


def test_one_marker_may_be_missing_among_others() -> None:
    made = parsed(f"{HEADING}1\n\nA day here, and night.3\n\n  1. One.\n  2. Two.\n  3. Three.")
    assert calls(made) == {"1": "Memorandum", "2": None, "3": "night."}
    text = made.documents[0].text
    assert quotes(text)[-3:] == ["One.", "Two.", "Three."]


def test_notes_listed_from_the_last_to_the_first_are_read() -> None:
    made = parsed(f"{HEADING}\n\nA day1 and night2 and noon.3\n\n3. Three.\n2. Two.\n1. One.")
    assert calls(made) == {"1": "day", "2": "night", "3": "noon."}
    assert quotes(made.documents[0].text)[-3:] == ["One.", "Two.", "Three."]


def test_a_numbered_list_before_the_notes_stays_in_the_text() -> None:
    source = f"{HEADING}\n\nWe ask:\n\n1. Peace.\n\n2. Bread.1\n\n  1. One."
    made = parsed(source)
    assert body(made) == f"{HEADING}\nWe ask:\n1. Peace.\n2. Bread."
    assert calls(made) == {"1": "Bread."}


def test_a_numbered_list_before_notes_listed_backwards_stays_in_the_text() -> None:
    source = f"{HEADING}\n\nA day1 and night2:\n\n1. Peace.\n2. Bread.\n2. Two.\n1. One."
    made = parsed(source)
    assert body(made) == f"{HEADING}\nA day and night:\n1. Peace.\n2. Bread."
    assert calls(made) == {"1": "day", "2": "night"}


def test_a_no_break_space_at_a_wrapped_line_stays() -> None:
    made = parsed(f"{HEADING}\n\nMay\u00a0\n\u00a010, 1982")
    assert body(made) == f"{HEADING}\nMay\u00a0 \u00a010, 1982"


def test_a_numbered_list_without_any_marker_is_text() -> None:
    made = parsed(f"{HEADING}\n\nWe ask:\n\n1. Peace.\n\n2. Bread.")
    assert body(made) == f"{HEADING}\nWe ask:\n1. Peace.\n2. Bread."
    assert made.documents[0].text.notes == ()
    assert "no markers" in made.notices.all()[0].message


def test_a_text_may_have_no_notes() -> None:
    made = parsed(f"{HEADING}\n\nA day in 1982.")
    assert body(made) == f"{HEADING}\nA day in 1982."
    assert made.documents[0].text.notes == () and made.notices.all() == ()


def test_a_note_may_have_more_paragraphs() -> None:
    made = parsed(f"{HEADING}1\n\nA day.2\n\n  1. Source: A.\n\n  And B.\n\n  2. Two.")
    text = made.documents[0].text
    first, second = text.notes
    assert text.quote(first.start, first.end) == "Source: A.\nAnd B."
    assert [first.kind, second.kind] == ["source", "editorial"]


@pytest.mark.parametrize(
    ("source", "text", "page"),
    [
        ("a [Page 5] b", "a b", 2),
        ("en[Page 5]gaged", "engaged", 2),
        ("a[Page 5] b", "a b", 1),
        ("a [Page 5]b", "a b", 2),
        ("a\n\n[Page 5]\n\nb", "a\nb", 2),
        ("a [Page 5]\n\nb", "a\nb", 1),
    ],
)
def test_a_page_break_leaves_no_space_or_one(source: str, text: str, page: int) -> None:
    made = parsed(f"H\n\n{source}").documents[0].text
    assert made.text == f"H\n{text}"
    assert [(s.ref, s.start, s.end) for s in made.spans] == [("5", page + 2, page + 2)]


@pytest.mark.parametrize("ending", ["\r\n", "\r", "\n"])
def test_line_ends_and_a_byte_order_mark_change_nothing(real: bytes, ending: str) -> None:
    plain = parse_text(real, "a.txt", volume="v", number="169").documents[0].text
    other = b"\xef\xbb\xbf" + real.replace(b"\n", ending.encode())
    assert parse_text(other, "a.txt", volume="v", number="169").documents[0].text == plain


def test_wrapped_lines_are_one_paragraph() -> None:
    assert body(parsed("H\n\nA day\nin May.\n\nB.")) == "H\nA day in May.\nB."


@pytest.mark.parametrize(
    ("data", "words", "line"),
    [
        ("169. Memo\n\nA caf\u00e9.".encode("latin-1"), "not UTF-8", 3),
        ("169. Memo".encode("utf-16"), "not UTF-8", 1),
        (b"169. Memo\n\0", "NUL", 2),
        (b" \n\n\t", "no text", None),
        (b"", "no text", None),
    ],
)
def test_what_is_no_text_is_refused_in_one_line(data: bytes, words: str, line: int | None) -> None:
    with pytest.raises(ImportFault) as caught:
        parse_text(data, "a.txt", volume="v", number="1")
    assert words in str(caught.value)
    assert caught.value.line == line
    assert "\n" not in str(caught.value)


WORDS = st.text("abcdeגש\U0001d54f", min_size=2, max_size=8)


@given(st.lists(st.lists(st.tuples(WORDS, st.booleans()), min_size=1, max_size=6), max_size=5))
def test_markers_that_are_run_into_words_are_all_found(
    paragraphs: list[list[tuple[str, bool]]],
) -> None:
    """Whatever is written as a scrape would write it comes back as it was."""
    count, lines = 0, []
    for words in paragraphs:
        line = []
        for word, has_note in words:
            count += has_note
            line.append(word + (f".{count}" if has_note else ""))
        lines.append(" ".join(line))
    notes = "\n".join(f"  {n}. Note." for n in range(1, count + 1))
    made = parsed("\n\n".join(["Heading", *lines, notes]))
    expected = [" ".join(w + "." * has for w, has in words) for words in paragraphs]
    assert body(made) == "\n".join(["Heading", *expected])
    marked = [w + "." for words in paragraphs for w, has in words if has]
    assert list(calls(made).values()) == marked
