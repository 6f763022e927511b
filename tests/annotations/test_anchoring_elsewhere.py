"""Passages from elsewhere: found by their words, told apart by what stands around them."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from annotations.anchoring.elsewhere import Finder
from annotations.passages import Passage, passage_at

WORDS = ["talks", "on", "the", "𝔸fghan", "cafe\u0301", "שלום", "START", "we", "must", "—", "1982,"]
texts = st.lists(st.sampled_from(WORDS), min_size=1, max_size=60).map(" ".join)


@st.composite
def passages(draw: st.DrawFn) -> tuple[str, int, int]:
    text = draw(texts)
    start = draw(st.integers(0, len(text) - 1))
    return text, start, draw(st.integers(start + 1, len(text)))


@given(passages())
def test_a_passage_of_the_same_text_is_found_where_it_is(case: tuple[str, int, int]) -> None:
    text, start, end = case
    one = passage_at(text, start, end)
    found = Finder(text).find(one.quote, one.prefix, one.suffix, start)
    if not one.quote.strip():
        assert found is None
        return
    assert found is not None
    assert text[found.start : found.end] == one.quote
    around = passage_at(text, found.start, found.end)
    assert found.start == start or (around.prefix, around.suffix) == (one.prefix, one.suffix)


@given(passages(), texts, texts, st.none() | st.integers(-50, 10**9))
def test_what_is_sure_has_the_very_words_in_the_very_context(
    case: tuple[str, int, int], before: str, after: str, hint: int | None
) -> None:
    text, start, end = case
    one = passage_at(text, start, end)
    longer = f"{before}\n{text}\n{after}"
    found = Finder(longer).find(one.quote, one.prefix, one.suffix, hint)
    if not one.quote.strip():
        return
    assert found is not None
    at = len(before) + 1 + start
    places = [n for n in range(len(longer)) if longer.startswith(one.quote, n)]
    assert found.start in places
    if found.sure and len(places) > 1:
        # No other place has more of what stood around it.
        assert _shared(longer, found.start, one) >= _shared(longer, at, one)


def _shared(text: str, at: int, one: Passage) -> int:
    quote, prefix, suffix = one.quote, one.prefix, one.suffix
    before, after = text[:at][::-1], text[at + len(quote) :]
    count = 0
    for kept, found in ((prefix[::-1], before), (suffix, after)):
        for a, b in zip(kept, found, strict=False):
            if a != b:
                break
            count += 1
    return count


@given(texts, st.text(max_size=40), st.text(max_size=20), st.text(max_size=20))
def test_words_that_are_not_there_are_never_sure(
    text: str, quote: str, prefix: str, suffix: str
) -> None:
    found = Finder(text).find(quote, prefix, suffix, 3)
    if found is not None and found.sure:
        letters = "".join(filter(str.isalnum, text[found.start : found.end])).casefold()
        assert letters == "".join(filter(str.isalnum, quote)).casefold() or quote in text


def test_odd_spaces_and_an_edited_word_are_found_and_not_all_sure() -> None:
    text = "With Afghanistan Day behind us, we must speak of linkage between the two."
    finder = Finder(text)
    found = finder.find("must  speak\nof linkage")
    assert found is not None
    assert text[found.start : found.end] == "must speak of linkage"
    other = finder.find("we must talk of linkage between the two", "behind us, ")
    assert other is not None
    assert not other.sure
    assert text[other.start : other.end] == "we must speak of linkage between the two"
    assert finder.find("nothing of this kind was ever written") is None
