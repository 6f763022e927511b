"""How a name is taken out of words: hers everywhere, and nobody else's with it."""

from __future__ import annotations

import re

import pytest
from django.contrib.auth.models import User
from hypothesis import assume, given
from hypothesis import strategies as st

from annotations.actions.former import Words
from annotations.notes import render_note

NAMES = st.from_regex(r"[A-Za-z0-9]([\w.+-]{0,6}[A-Za-z0-9])?", fullmatch=True)
INSTEAD = "former-member-bcdfgh"
BETWEEN = st.text(st.sampled_from(" ,;:!?\n\t()[]*`é日x"), max_size=4)


def mentions(text: str, people: list[str]) -> list[str]:
    """Who is mentioned, in their order."""
    shown = {name.lower(): f"mark{number}mark" for number, name in enumerate(people)}
    found = re.findall(r"<span>@mark(\d+)mark</span>", render_note(text, shown))
    return [people[int(number)] for number in found]


@given(st.data(), st.lists(NAMES, min_size=2, max_size=4, unique_by=str.lower))
def test_her_mentions_go_and_those_of_others_stay(data: st.DataObject, people: list[str]):
    assume(not any(name.lower().startswith("former") for name in people))
    hers = people[0]
    named = st.sampled_from(people)
    parts = data.draw(st.lists(st.tuples(BETWEEN, named), max_size=6))
    text = "".join(f"{gap} @{name}" for gap, name in parts) + data.draw(BETWEEN)
    words = Words(User(username=hers), INSTEAD)
    after = words.of_others(text)
    others = [name for name in mentions(text, people) if name != hers]
    assert mentions(after, people) == others
    assert words.of_others(after) == after


@pytest.mark.parametrize(
    ("text", "after"),
    [
        ("Zoë Marsh wrote this", f"{INSTEAD} wrote this"),
        ("ask zoe@mill.example or @zoe.", f"ask {INSTEAD} or @{INSTEAD}."),
        ("zoe is a name, and zoe-2 too: @zoe-2", "zoe is a name, and zoe-2 too: @zoe-2"),
    ],
)
def test_her_own_words_lose_what_tells_of_her_and_no_more(text: str, after: str):
    user = User(username="zoe", first_name="Zoë", last_name="Marsh", email="zoe@mill.example")
    words = Words(user, INSTEAD)
    assert words.of_hers(text) == after
    assert words.of_records("zoe") == INSTEAD
