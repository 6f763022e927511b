"""A mention in a note marks a known member, and nothing else about the note changes."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from annotations.notes import mentioned, render_note

PEOPLE = {"ines": "ines", "crested-heron": "Crested Heron", "j.doe": "J.Doe"}


@pytest.mark.parametrize(
    ("source", "html"),
    [
        ("See @ines.", "<p>See <span>@ines</span>.</p>"),
        ("@Crested-Heron, no", "<p><span>@Crested Heron</span>, no</p>"),
        ("(@j.doe)...", "<p>(<span>@J.Doe</span>)...</p>"),
        ("*@ines*", "<p><em><span>@ines</span></em></p>"),
        ("@ines@crested-heron", "<p>@ines@crested-heron</p>"),
        ("write to a@ines", "<p>write to a@ines</p>"),
        ("@nobody and @", "<p>@nobody and @</p>"),
        ("`@ines`", "<p><code>@ines</code></p>"),
        (
            "[@ines](https://a.org)",
            '<p><a href="https://a.org" rel="nofollow noopener">@ines</a></p>',
        ),
        ("<span>@ines</span>", "<p>&lt;span&gt;<span>@ines</span>&lt;/span&gt;</p>"),
    ],
)
def test_a_known_name_after_an_at_is_marked(source: str, html: str) -> None:
    assert render_note(source, PEOPLE) == html


def test_what_may_be_a_name_is_found_outside_code_and_links() -> None:
    assert mentioned("no names here") == set()
    assert mentioned("`@a` [@b](https://c.org) x@d.org") == set()
    assert mentioned("@Ines. and @crested-heron") == {"ines.", "ines", "crested-heron"}


def test_what_a_member_is_called_cannot_bring_in_mark_up() -> None:
    assert "<b>" not in render_note("@x", {"x": "<b>bold</b>"})


@given(st.text(alphabet="@ab. `*_<>[]()\n-", max_size=40))
def test_without_people_a_note_is_what_it_was(source: str) -> None:
    assert "<span>" not in render_note(source)
    plain = render_note(source, {"a": "a", "b": "b"}).replace("<span>", "").replace("</span>", "")
    assert plain == render_note(source)


@given(st.text(alphabet="@ab. `*_-", max_size=40))
def test_whoever_is_marked_was_found_as_mentioned(source: str) -> None:
    for name in ("a", "b", "ab"):
        if "<span>" in render_note(source, {name: name}):
            assert name in mentioned(source)
