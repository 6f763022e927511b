"""Names: how they sort, and which may be one person's."""

from __future__ import annotations

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from archive.names import (
    MAX_FOLDED,
    Entry,
    Likeness,
    Name,
    candidates,
    folded,
    letter_of,
    likeness,
    may_be_one,
    parts_of,
    sense_of,
    years_in,
)

HAIG = "Haig, Alexander M., Jr."


@pytest.mark.parametrize(
    ("name", "plain"),
    [
        (HAIG, "haig alexander m jr"),
        ("Ögmundsson,  Þór", "ogmundsson thor"),
        ("O’Neill, Thomas P. “Tip”", "oneill thomas p tip"),
        ("Łukasiewicz", "lukasiewicz"),
        ("SALT II", "salt ii"),
        ("…", ""),
    ],
)
def test_case_accents_and_punctuation_do_not_count_where_names_sort(name: str, plain: str) -> None:
    assert folded(name) == plain


@given(st.text(max_size=400))
@example("\U0001d468")
def test_any_name_folds_to_words_that_a_database_can_index(name: str) -> None:
    plain = folded(name)
    assert len(plain) <= MAX_FOLDED
    assert plain == plain.strip() and "  " not in plain
    assert folded(plain) == plain or not plain.isascii()
    assert letter_of(plain) in "abcdefghijklmnopqrstuvwxyz0"


def test_a_name_has_surname_given_names_and_suffix() -> None:
    assert parts_of(HAIG) == Name("haig", ("alexander", "m"), "jr")
    assert parts_of("Clark, William P. “Bill”").given == ("william", "p")
    assert parts_of("Deng Xiaoping").surname == "deng xiaoping"


@pytest.mark.parametrize(
    ("one", "other", "like"),
    [
        (HAIG, "Haig, Alexander Meigs, Jr.", Likeness.INITIALS),
        (HAIG, HAIG, Likeness.SAME),
        (HAIG, "Haig, Alexander, Jr.", Likeness.INITIALS),
        (HAIG, "Haig, Alexander M.", Likeness.SUFFIX),
        (HAIG, "Haig, Alexander M., Sr.", Likeness.NONE),
        (HAIG, "Haig, Alexander P., Jr.", Likeness.NONE),
        (HAIG, "Haigh, Alexander M., Jr.", Likeness.NONE),
        (HAIG, "Haig, Frank", Likeness.NONE),
        (HAIG, "Haig", Likeness.NONE),
        ("Smith, J.", "Smith, John", Likeness.INITIALS),
        ("Deng Xiaoping", "Deng Xiaoping", Likeness.SAME),
        ("Ford, Gerald, 3rd", "Ford, Gerald, III", Likeness.SAME),
    ],
)
def test_names_agree_by_surname_initials_and_suffix(one: str, other: str, like: Likeness) -> None:
    assert likeness(parts_of(one), parts_of(other)) is like
    assert likeness(parts_of(other), parts_of(one)) is like


def entry(pk: int, name: str = HAIG, description: str = "", volume: int | None = None) -> Entry:
    return Entry(pk, pk if volume is None else volume, name, description)


def test_offices_of_two_lives_part_what_one_name_would_join() -> None:
    late, early = "Secretary from January 22, 1981", "Minister in Peking, 1869–1880"
    assert may_be_one(entry(1, description=late), entry(2, description=early)) is Likeness.NONE
    assert may_be_one(entry(1, description=late), entry(2, description="until 1973"))
    assert may_be_one(entry(1, description=late), entry(2, description="General"))
    assert years_in("from January 22, 1981, until July 5, 1982") == (1981, 1982)
    assert years_in("Room 19811, General") is None


def test_two_entries_of_one_volume_are_two_persons() -> None:
    assert candidates([entry(1, volume=7), entry(2, volume=7)]) == []


def test_an_initial_never_brings_two_persons_together() -> None:
    names = ["Smith, J.", "Smith, John", "Smith, James", "Smyth, John", "Smith, John Q."]
    found = candidates([entry(n, name) for n, name in enumerate(names)])
    groups = [{one.name for one in group} for group in found]
    assert {"Smith, John", "Smith, John Q."} in [g - {"Smith, J."} for g in groups]
    assert not any({"Smith, John", "Smith, James"} <= g for g in groups)
    assert not any("Smyth, John" in g for g in groups)


NAMES = st.builds(
    "{}, {}{}".format,
    st.sampled_from(["Haig", "Smith"]),
    st.sampled_from(["A.", "Alexander", "Alexander M.", "Alan", "A. M."]),
    st.sampled_from(["", ", Jr.", ", Sr."]),
)


@given(st.lists(st.tuples(NAMES, st.integers(0, 5)), max_size=12))
def test_in_a_group_each_may_be_each_other(rows: list[tuple[str, int]]) -> None:
    entries = [entry(n, name, volume=volume) for n, (name, volume) in enumerate(rows)]
    found = candidates(entries)
    seen = [one.pk for group in found for one in group]
    assert len(seen) == len(set(seen))
    for group in found:
        assert all(may_be_one(a, b) for a in group for b in group if a is not b)


def test_terms_of_one_name_and_expansion_are_one_sense() -> None:
    start = sense_of("START", "Strategic Arms Reduction Talks")
    assert sense_of("start", "Strategic  arms reduction talks.") == start
    assert sense_of("START", "something else") != start
    assert sense_of("START Strategic", "Arms Reduction Talks") != start
