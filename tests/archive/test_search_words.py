"""Words, queries and hits in context: what search makes of text before any database."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from archive.search.compiled import to_condition, to_match, to_tsquery
from archive.search.kwic import LINES, in_context
from archive.search.query import (
    CUT,
    INSIDE,
    MAX_LENGTH,
    OTHER,
    PLAIN,
    All,
    Either,
    Query,
    Term,
    Without,
    parse,
)
from archive.search.words import BREAK, aligned, folded, indexed, words_of

# What queries are made of, so that generated ones are well formed more often than not.
TYPED = st.lists(
    st.sampled_from(
        ["a", "arms", "Haig", "U.S.", "link*", "AND", "OR", "NOT", "(", ")", '"', "-", "+", "*"]
        + ["~2", "^3", ":", "/", "[a TO b]", "\\", "’", "“", "”", "é", "?", "0e1x", "{", ">=", "&&"]
    ),
    max_size=14,
).map(" ".join)
ANYTHING = st.text(max_size=60) | TYPED | TYPED.map(lambda t: t.replace(" ", ""))


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("Reagan’s arms-control talks", ["reagan", "s", "arms", "control", "talks"]),
        ("don't DON’T", ["don", "t", "don", "t"]),
        ("déjà vu, Düsseldorf, cafe\u0301", ["deja", "vu", "dusseldorf", "cafe"]),
        ("ﬁssile, Straße, 3½", ["fissile", "strasse", "31", "2"]),
        ("dis\u00adarmament", ["disarmament"]),
        ("U.S.–Soviet\u00a0talks\nNo. 12e5x", ["u", "s", "soviet", "talks", "no", "12e5x"]),
        ("snake_case", ["snake", "case"]),
    ],
)
def test_case_accents_apostrophes_and_hyphens_follow_one_rule(text: str, words: list[str]) -> None:
    assert words_of(text) == words


def test_letters_of_other_scripts_are_found_by_themselves_and_by_their_beginning() -> None:
    moscow, moscows = words_of("Москва МОСКВА Москвы")[0::2]
    assert words_of("москва") == [moscow] != [moscows]
    assert moscows.startswith(words_of("москв")[0])
    assert re.fullmatch("[a-z0-9]+", moscow)


@given(st.text())
def test_whatever_is_indexed_is_letters_digits_and_spaces(text: str) -> None:
    assert re.fullmatch("[a-z0-9 \n]*", folded(text))
    assert re.fullmatch("[a-z0-9 ]*", indexed(text))


@given(st.text(), st.text())
def test_a_break_stands_between_blocks(one: str, other: str) -> None:
    one, other = one.replace("\n", ""), other.replace("\n", "")
    assert indexed(f"{one}\n{other}").split() == [*words_of(one), BREAK, *words_of(other)]


@given(st.text(alphabet=st.characters() | st.sampled_from("aé½…ﬁß\u0301\u00ad 😀я")))
def test_every_position_leads_back_to_the_character_that_it_comes_from(text: str) -> None:
    found = aligned(text)
    assert found.words == folded(text)
    position = 0
    for offset, character in enumerate(text):
        for _ in folded(character):
            assert found.offset(position) == offset
            position += 1


QUERIES = {
    "arms control": All((Term(("arms",)), Term(("control",)))),
    '"Arms Control"': Term(("arms", "control")),
    "“arms control”": Term(("arms", "control")),
    "arms-control": Term(("arms", "control")),
    "link*": Term(("link",), prefix=True),
    '"arms contr*"': Term(("arms", "contr"), prefix=True),
    "a OR b AND c": Either((Term(("a",)), All((Term(("b",)), Term(("c",)))))),
    "a -b": All((Term(("a",)), Without(Term(("b",))))),
    "NOT a": Without(Term(("a",))),
    "NOT NOT a": Term(("a",)),
    "((a))": Term(("a",)),
    "Reagan - Brezhnev": All((Term(("reagan",)), Term(("brezhnev",)))),
    "SUBJECT: Linkage": All((Term(("subject",)), Term(("linkage",)))),
    "a and b": All((Term(("a",)), Term(("and",)), Term(("b",)))),
}


@pytest.mark.parametrize("typed", QUERIES)
def test_words_phrases_operators_and_beginnings_are_read(typed: str) -> None:
    assert parse(typed) == Query(QUERIES[typed])


@pytest.mark.parametrize(
    ("typed", "words", "notice"),
    [
        ('"arms control', ["arms", "control"], PLAIN),
        ("(linkage", ["linkage"], PLAIN),
        ("AND", [], PLAIN),
        ("AND linkage OR", ["linkage"], PLAIN),
        ("grain OR OR link*)", ["grain", "link"], PLAIN),
        ("link~2", ["link"], OTHER),
        ("li*k", ["li", "k"], INSIDE),
        ("(" * 30 + "a b" + ") c" * 30, ["a", "b", *["c"] * 30], PLAIN),
        ("x " * 300, ["x"] * 40, CUT),
    ],
)
def test_what_does_not_fit_is_read_as_plain_words_and_said(
    typed: str, words: list[str], notice: str
) -> None:
    found = parse(typed)
    assert notice in found.notices
    parts = found.tree.parts if isinstance(found.tree, All) else filter(None, [found.tree])
    assert [w for p in parts if isinstance(p, Term) for w in p.words] == words


@pytest.mark.parametrize("typed", ["", " ", "*", "***", "—", '""', "-"])
def test_a_query_without_a_word_looks_for_nothing(typed: str) -> None:
    assert parse(typed).tree is None


@given(ANYTHING)
def test_no_query_is_an_error(typed: str) -> None:
    tree = parse(typed).tree
    if tree is not None:
        assert to_match(tree) and to_tsquery(tree)
        sql, values = to_condition(tree, "words")
        assert sql.count("%s") == len(values)


def test_a_long_query_is_cut() -> None:
    assert parse("a" * 1000).sought()[0].words == ("a" * MAX_LENGTH,)


def _blocks(*paragraphs: str, notes: tuple[str, ...] = ()) -> tuple[str, list[list[object]]]:
    text = "\n".join([*paragraphs, *notes])
    blocks, at = [], 0
    for number, words in enumerate([*paragraphs, *notes]):
        note = f"n{number}" if number >= len(paragraphs) else ""
        blocks.append(["paragraph", at, at + len(words), note, {}])
        at += len(words) + 1
    return text, blocks


def test_a_hit_says_where_it_stands_and_marks_its_words() -> None:
    text, blocks = _blocks("1. Über Linkage", "No hit here.", notes=("See “linkage’s” end.",))
    found = in_context(text, blocks, parse("LINKAGE").sought())
    assert [text[line.start : line.end] for line in found.lines] == ["Linkage", "linkage"]
    assert [(line.block, line.note) for line in found.lines] == [(0, ""), (2, "n2")]
    assert [p.words for p in found.lines[1].pieces if p.marked] == ["linkage"]
    assert "".join(p.words for p in found.lines[1].pieces) == "See “linkage’s” end."
    assert found.places == 2


def test_no_phrase_goes_across_two_blocks() -> None:
    text, blocks = _blocks("of arms", "control of arms, control")
    found = in_context(text, blocks, parse('"arms control"').sought())
    assert [text[line.start : line.end] for line in found.lines] == ["arms, control"]


def test_each_term_has_a_line_before_any_has_two() -> None:
    text, blocks = _blocks(*["grain " + "and " * 60] * 5, "linkage")
    found = in_context(text, blocks, parse("grain linkage -wheat").sought())
    marked = [p.words for line in found.lines for p in line.pieces if p.marked]
    assert marked == ["grain", "grain", "linkage"] and len(found.lines) == LINES
    assert found.places == 6


def test_long_paragraphs_are_cut_between_words() -> None:
    text, blocks = _blocks("word " * 100 + "linkage " + "word " * 100)
    (line,) = in_context(text, blocks, parse("linkage").sought()).lines
    words = "".join(p.words for p in line.pieces)
    assert words.startswith("… word ") and words.endswith("word …") and len(words) < 170


def test_accents_after_a_letter_belong_to_the_hit() -> None:
    text, blocks = _blocks("the cafe\u0301 … ﬁne")
    for typed, words in (("café", "cafe\u0301"), ("fin*", "ﬁne")):
        (line,) = in_context(text, blocks, parse(typed).sought()).lines
        assert text[line.start : line.end] == words


@given(
    st.lists(st.text("ab éﬁß\u0301-’. x", max_size=30), min_size=1, max_size=5),
    st.sampled_from(["a", "ab", "a*", '"a b"', "a OR x", "ss", "e", "NOT a", "fi* a"]),
)
def test_hits_are_the_words_that_were_sought_and_lines_are_the_text(
    paragraphs: list[str], typed: str
) -> None:
    text, blocks = _blocks(*paragraphs)
    terms = parse(typed).sought()
    for line in in_context(text, blocks, terms).lines:
        found = words_of(text[line.start : line.end])
        assert any(
            found[: len(t.words) - 1] == list(t.words[:-1])
            and (found[-1].startswith(t.words[-1]) if t.prefix else found[-1] == t.words[-1])
            for t in terms
        )
        shown = "".join(p.words for p in line.pieces).removeprefix("… ").removesuffix(" …")
        _, start, end, *_ = blocks[line.block]
        assert shown in text[start:end]  # type: ignore[misc]
