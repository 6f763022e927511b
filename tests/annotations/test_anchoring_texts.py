"""Passages carried from one text to another: none is lost, none that is sure is on other words."""

from __future__ import annotations

import time
from collections import Counter

import pytest
from hypothesis import given
from hypothesis import strategies as st

from annotations.anchoring import Anchored, Method, Verdict, anchor_all, regions_of
from annotations.anchoring.matching import matching_runs
from annotations.anchoring.shown import Piece, differences, side_by_side
from annotations.passages import Passage, passage_at
from tests.annotations.edits import EDITS, Draft, Editor
from tests.annotations.truth import Truth
from tests.strategies import texts

OLD = (
    "169. Memorandum From the Secretary\n"
    "With Afghanistan Day well behind us, we must decide what linkage means for the talks.\n"
    "The Soviets will watch the allies closely, and so will the Chinese in the spring.\n"
    "Nothing in the record suggests that Moscow meant to leave before the end of the year."
)


def anchored(new: str, words: str, old: str = OLD) -> Anchored:
    start = old.index(words)
    (found,) = anchor_all(old, new, [(0, len(new))], [passage_at(old, start, start + len(words))])
    return found


def said(new: str, found: Anchored) -> str:
    assert found.start is not None and found.end is not None
    return new[found.start : found.end]


def test_what_did_not_change_is_sure_and_unchanged():
    new = OLD.replace("Memorandum", "Paper")
    found = anchored(new, "before the end of the year")
    assert said(new, found) == "before the end of the year"
    assert found[2:] == (Method.UNCHANGED, 1.0, Verdict.SURE)


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("must decide what linkage", "must\u00a0decide what linkage"),
        ("behind us, we must decide", "behind us we must decide"),
        ("so will the Chinese", "so will the CHINESE"),
        ("Moscow meant to leave", "“Moscow” meant to leave"),
    ],
)
def test_other_white_space_punctuation_and_capitals_leave_it_sure(old: str, new: str):
    text = OLD.replace(old, new)
    words = old.split("“")[0]
    found = anchored(text, words)
    assert (found.method, found.verdict) == (Method.DIFF, Verdict.SURE)
    assert said(text, found).strip("“") == new.strip("“")


def test_an_edit_within_is_carried_along_for_review():
    new = OLD.replace("watch the allies closely", "watch the NATO allies very closely")
    found = anchored(new, "will watch the allies closely, and so")
    assert said(new, found) == "will watch the NATO allies very closely, and so"
    assert (found.method, found.verdict) == (Method.DIFF, Verdict.REVIEW)
    assert 0.5 < found.score < 1


def test_a_corrected_word_at_its_end_is_part_of_it():
    new = OLD.replace("linkage", "linkages")
    found = anchored(new, "we must decide what linkage")
    assert said(new, found) == "we must decide what linkages"
    assert found.verdict == Verdict.REVIEW


def test_a_paragraph_that_moved_takes_its_passages_along():
    lines = OLD.split("\n")
    new = "\n".join((lines[0], lines[3], lines[1], lines[2]))
    for words in ("Nothing in the record", "meant to leave", "the allies closely"):
        found = anchored(new, words)
        assert said(new, found) == words
        assert found.verdict == Verdict.SURE
    moved = {anchored(new, words).method for words in ("meant to leave", "the allies closely")}
    assert Method.SEARCH in moved


def test_what_was_deleted_is_an_orphan():
    lines = OLD.split("\n")
    found = anchored("\n".join((*lines[:2], lines[3])), "The Soviets will watch the allies")
    assert found == (None, None, Method.NONE, 0.0, Verdict.ORPHAN)


def test_a_short_quote_does_not_jump_to_another_place_of_its_words():
    new = OLD.replace("The Soviets will watch the allies closely, and so will the Chinese", "All")
    found = anchored(new, "the allies")
    assert found.verdict == Verdict.ORPHAN


def test_of_two_equal_paragraphs_the_one_that_is_left_is_not_sure():
    lines = OLD.split("\n")
    old = "\n".join((*lines[:3], lines[2], lines[3]))
    for start in (old.index("the allies"), old.rindex("the allies")):
        passage = passage_at(old, start, start + len("the allies closely"))
        (found,) = anchor_all(old, OLD, [(0, len(OLD))], [passage])
        assert said(OLD, found) == "the allies closely"
        assert found.verdict == Verdict.REVIEW


def test_a_passage_of_punctuation_stays_between_its_neighbours():
    new = OLD.replace("169. Memorandum", "169. A Memorandum")
    found = anchored(new, ", and so"[:1])
    assert said(new, found) == ","
    assert new[found.end or 0 :].startswith(" we must decide")
    assert found.verdict == Verdict.SURE


def test_a_passage_never_runs_from_the_text_into_a_note():
    old = "The first line of the text is here.\nThe note says more about it than the text does."
    new = "The first line of the text is here, and more.\nA note says more about it than the text."
    split = new.index("\n")
    passage = passage_at(old, 4, len(old) - 4)
    (found,) = anchor_all(old, new, [(0, split), (split + 1, len(new))], [passage])
    assert "\n" not in said(new, found)
    assert found.verdict == Verdict.REVIEW


@given(texts())
def test_the_body_and_each_note_are_regions(text):
    for start, end in regions_of(text):
        notes = {b.note for b in text.blocks if b.start < end and b.end > start}
        assert len(notes) <= 1
    starts = [start for start, _ in regions_of(text)]
    assert starts == sorted(set(starts))


LETTERS = st.lists(st.sampled_from("abcd"), max_size=30)


@given(LETTERS, LETTERS, st.sampled_from([(1,), (3, 1), (4, 1)]))
def test_runs_are_equal_and_in_order(old, new, widths):
    at, place = 0, 0
    for run in matching_runs(old, new, widths):
        assert run.length > 0
        assert run.old >= at and run.new >= place
        at, place = run.old + run.length, run.new + run.length
        assert old[run.old : at] == new[run.new : place]
    assert at <= len(old) and place <= len(new)


@given(texts(), texts(), st.data())
def test_any_passage_of_any_text_gets_an_answer_that_holds(old, new, data):
    if not old.text.strip():
        return
    ends = st.integers(0, len(old.text))
    pairs = data.draw(st.lists(st.tuples(ends, ends), min_size=1, max_size=4))
    passages = [passage_at(old.text, min(p), max(p)) for p in pairs if min(p) < max(p)]
    regions = regions_of(new)
    for found in anchor_all(old.text, new.text, regions, passages):
        if found.start is None or found.end is None:
            assert found.verdict == Verdict.ORPHAN
            continue
        assert new.text[found.start : found.end].strip()
        assert any(a <= found.start < found.end <= b for a, b in regions)
        assert 0 <= found.score <= 1


def edited(seed: int, paragraphs: int, notes: int, edits: int) -> tuple[list[Passage], Truth]:
    """Passages of a text, and what became of it after so many edits."""
    editor = Editor(seed)
    draft = editor.draft(paragraphs, notes)
    old, passages = draft.text, editor.passages(draft.text, draft.regions, 60)
    editor.edit(draft, edits)
    return passages, Truth(old, draft)


@given(st.integers(0, 10**9), st.integers(1, 15), st.integers(0, 6), st.integers(0, 40))
def test_none_is_lost_and_none_that_is_sure_is_on_other_words(seed, paragraphs, notes, edits):
    passages, truth = edited(seed, paragraphs, notes, edits)
    found = anchor_all(truth.old, truth.text, truth.regions, passages)
    assert len(found) == len(passages)
    assert [f for p, a in zip(passages, found, strict=True) if (f := truth.fault(p, a))] == []


def test_thousands_of_passages_find_their_place_again(capsys):
    counts: Counter[str] = Counter()
    for seed in range(120):
        passages, truth = edited(seed, 30, 8, edits=(1, 3, 10, 30)[seed % 4])
        found = anchor_all(truth.old, truth.text, truth.regions, passages)
        for passage, one in zip(passages, found, strict=True):
            assert truth.fault(passage, one) == "", (seed, passage)
            if truth.survives(passage):
                counts["there"] += 1
                counts["found"] += truth.is_found(passage, one)
                counts["sure"] += one.verdict == Verdict.SURE
    with capsys.disabled():
        share, sure = (100 * counts[name] / counts["there"] for name in ("found", "sure"))
        print(
            f"\nOf {counts['there']} passages whose words are still there, {share:.1f} % "
            f"find their place again, {sure:.1f} % surely; none is on wrong words."
        )
    assert counts["found"] > 0.95 * counts["there"]
    assert counts["sure"] > 0.88 * counts["there"]


@pytest.mark.parametrize("edit", EDITS, ids=lambda edit: edit.__name__)
def test_one_edit_leaves_nearly_all_where_they_are(edit):
    editor = Editor(7)
    draft = editor.draft(40, 6)
    old, passages = draft.text, editor.passages(draft.text, draft.regions[:1], 200)
    edit(editor, draft)
    truth = Truth(old, draft)
    found = anchor_all(old, truth.text, truth.regions, passages)
    there = [(p, a) for p, a in zip(passages, found, strict=True) if truth.survives(p)]
    assert sum(truth.is_found(p, a) for p, a in there) >= 0.96 * len(there)


def test_a_long_text_and_thousands_of_passages_take_seconds_at_most():
    editor = Editor(3)
    draft = editor.draft(2200, 100)
    old, passages = draft.text, editor.passages(draft.text, draft.regions, 2000)
    editor.edit(draft, 300)
    truth = Truth(old, draft)
    begun = time.perf_counter()
    anchor_all(old, truth.text, truth.regions, passages)
    assert len(old) > 400_000
    assert time.perf_counter() - begun < 20


def test_the_draft_knows_where_each_letter_is():
    draft = Draft.of(["One two", "Three"], ["A note"])
    assert draft.text == "One two\nThree\nA note"
    assert draft.regions == [(0, 13), (14, 20)]
    assert [i for i in draft.ids if i >= 0] == [i for i in range(20) if draft.text[i] != "\n"]


def joined(pieces: tuple[Piece, ...]) -> str:
    return "".join(piece.text for piece in pieces)


@given(texts(), texts(), st.data())
def test_both_sides_show_the_passages_and_their_surroundings_as_they_are(old, new, data):
    places = []
    for text in (old.text, new.text):
        ends = sorted(data.draw(st.tuples(*[st.integers(0, len(text))] * 2)))
        places.append((ends[0], ends[1]))
    sides = side_by_side(old.text, places[0], new.text, places[1])
    for side, text, (start, end) in zip(sides, (old.text, new.text), places, strict=True):
        assert joined(side.inside) == text[start:end]
        shown = joined(side.before) + joined(side.inside) + joined(side.after)
        assert shown in text
        assert side.cut_after or text.endswith(shown)
        assert side.cut_before or text.startswith(shown)


def test_what_the_other_side_has_not_is_marked():
    old, new = differences("We must speak of linkage now.", "We must speak openly of it now.")
    assert [piece.text for piece in old if piece.differs] == ["linkage"]
    assert [piece.text for piece in new if piece.differs] == ["openly ", "it"]


def test_the_same_words_around_two_windows_of_different_reach_are_no_difference():
    old = "Word. " * 10 + "We must speak of linkage. " + "More of the same text follows here. " * 20
    new = old.replace("speak of", "speak very openly and at length of")
    place = (old.index("speak"), old.index("linkage"))
    found = (new.index("speak"), new.index("linkage"))
    for side in side_by_side(old, place, new, found):
        assert not any(piece.differs for piece in side.after)
