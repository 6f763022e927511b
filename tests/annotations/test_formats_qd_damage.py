"""Damaged projects and codebooks are read, or refused with a sentence; nothing else happens."""

from __future__ import annotations

import io
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from annotations.formats import qdc, qdpx, refi_counting, refi_gathered, refi_reading
from annotations.formats.brought import FormatFault
from tests.annotations.qda import archive, bytes_of, files_of, part, project, theme
from tests.annotations.qda_foreign import WORDS, read, selection
from tests.annotations.test_formats_qd_unzipped import damage
from tests.annotations.values import annotation

THEMES = (theme("risk"), theme("tacit", parent="risk"))
WHOLE = bytes_of(
    project(
        [part(WORDS, [annotation(n, start=n, end=n + 5, themes=THEMES) for n in range(4)])], THEMES
    )
)
FILES = files_of(WHOLE)
CODEBOOK = "".join(qdc.write(project([], THEMES))).encode()


@given(st.data())
def test_a_damaged_archive_is_read_or_refused(data: st.DataObject):
    damage(WHOLE, data.draw, qdpx.read)


@given(st.data())
def test_a_damaged_project_in_a_sound_archive_is_read_or_refused(data: st.DataObject):
    name = data.draw(st.sampled_from(sorted(FILES)))

    def again(file: io.BytesIO) -> Any:
        return qdpx.read(archive(FILES | {name: file.getvalue()}))

    damage(FILES[name], data.draw, again)


@given(st.data())
def test_a_damaged_codebook_is_read_or_refused(data: st.DataObject):
    damage(CODEBOOK, data.draw, qdc.read)


@given(st.data())
def test_attributes_of_any_kind_are_read_or_refused(data: st.DataObject):
    """Whole XML, with values that no tool writes."""
    text = FILES["project.qde"].decode()
    values = st.sampled_from(["", "x", "-1", "0", "9" * 30, "{}", "#", "NaN", "1e9", "0000-00-00"])
    for _ in range(data.draw(st.integers(1, 5))):
        places = [at for at in range(len(text)) if text.startswith('="', at)]
        start = data.draw(st.sampled_from(places)) + 2
        text = text[:start] + data.draw(values) + text[text.index('"', start) :]
    try:
        qdpx.read(archive(FILES | {"project.qde": text}))
    except FormatFault as caught:
        assert str(caught)


@given(
    st.text("ab \r\n\ufeff𝄞", max_size=40),
    st.lists(st.tuples(st.integers(-3, 60), st.integers(-3, 60), st.text("ab …", max_size=5))),
    st.booleans(),
)
def test_any_positions_in_any_text_have_a_way_to_be_counted(
    raw: str, places: list[tuple[int, int, str]], ends_are_one: bool
):
    given_ones = [refi_counting.Given(*one) for one in places]
    way, _ = refi_counting.found_way(raw, given_ones, ends_are_one=ends_are_one)
    text = refi_counting.unix(raw)
    for one in given_ones:
        start, end = way.place(one.start, one.end)
        assert start <= max(one.start, 0)
        assert not (one.start < one.end and start > end)
    assert "\r" not in text


@given(st.text("ab \r\n𝄞", max_size=40), st.data())
def test_each_way_finds_the_passage_that_was_counted_in_it(raw: str, data: st.DataObject):
    """Counted here by hand: in code points or UTF-16 units of the file, or of the file with LF."""
    unix = refi_counting.unix(raw)
    start = data.draw(st.integers(0, len(unix)))
    end = data.draw(st.integers(start, len(unix)))
    for way in refi_counting.ways(raw, ends_are_one=False):
        if not way.odd:
            counted = _counted(raw, unix, (start, end), way.said)
            assert way.place(*counted) == (start, end), way.said


def _counted(raw: str, unix: str, span: tuple[int, int], said: str) -> tuple[int, int]:
    made = []
    for at in span:
        before = unix[:at]
        if "as two" in said:
            # So many characters of the file as give these when CR LF is one.
            count, left = 0, at
            while left:
                count += 2 if raw[count : count + 2] == "\r\n" else 1
                left -= 1
            before = raw[:count]
        made.append(len(before.encode("utf-16-le")) // 2 if "UTF-16" in said else len(before))
    return made[0], made[1]


@pytest.mark.parametrize("what", ["selections", "notes", "users", "variables", "links"])
def test_too_many_are_refused(what: str, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setitem(refi_reading._MOST, what, 1)
    rest = {
        "notes": "<Notes><Note guid='a'/><Note guid='b'/></Notes>",
        "users": "<Users><User guid='a'/><User guid='b'/></Users>",
        "variables": "<Variables><Variable guid='a'/><Variable guid='b'/></Variables>",
        "links": "<Links><Link guid='a'/><Link guid='b'/></Links>",
    }
    with pytest.raises(FormatFault, match=f"more than 1 {what}"):
        read(selection(0, 5, n=1) + selection(0, 5, n=2), rest=rest.get(what, ""))


def test_passages_that_are_too_long_together_are_refused(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(refi_gathered, "ROOM", 12)
    with pytest.raises(FormatFault, match="selection 2 .*too long"):
        read(selection(0, 10, n=1) + selection(1, 10, n=2))
