"""The sample's fixtures: whole, well defined, and read with a clear word where they are not."""

from __future__ import annotations

import json
import re
import shutil
from collections import Counter
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings

from annotations import sample as samples
from annotations.models import Colour, Line
from annotations.notes import render_note
from annotations.sample import SampleFault, find_quote, read_sample

FIXTURES = Path(settings.BASE_DIR) / "fixtures"
BOOK, SAMPLE = read_sample(FIXTURES)
TOP = [theme for theme in BOOK.themes if not theme.parent]


# The codebook


def test_the_codebook_is_a_tree_of_two_levels_with_10_to_14_themes() -> None:
    assert 10 <= len(BOOK.themes) <= 14
    tops = {theme.slug for theme in TOP}
    assert all(theme.parent in tops for theme in BOOK.themes if theme.parent)
    assert len({theme.slug for theme in BOOK.themes}) == len(BOOK.themes)


def test_every_theme_draws_its_borders_to_a_neighbour() -> None:
    names = [theme.name for theme in BOOK.themes]
    for theme in BOOK.themes:
        others = [name for name in names if name != theme.name]
        assert any(name in theme.not_when for name in others), theme.name


def test_no_two_chips_look_alike() -> None:
    signs = Counter((theme.colour, theme.line) for theme in BOOK.themes)
    assert signs.most_common(1)[0][1] == 1
    assert len({theme.colour for theme in TOP}) == len(TOP)
    assert {theme.colour for theme in BOOK.themes} <= set(Colour.values)
    assert {theme.line for theme in BOOK.themes} <= set(Line.values)


def test_a_theme_below_another_has_its_colour_and_another_line() -> None:
    by_slug = {theme.slug: theme for theme in BOOK.themes}
    for theme in BOOK.themes:
        if theme.parent:
            parent = by_slug[theme.parent]
            assert theme.colour == parent.colour
            assert theme.line != parent.line


def test_every_theme_is_used() -> None:
    used = {slug for one in SAMPLE.annotations for slug in one.themes}
    assert used == {theme.slug for theme in BOOK.themes}


# The set


def test_there_are_20_to_25_annotations_with_replies_by_every_reader() -> None:
    assert 20 <= len(SAMPLE.annotations) <= 25
    readers = {reader.username for reader in SAMPLE.readers}
    assert len(readers) == 5
    assert {one.author for one in SAMPLE.annotations} == readers
    replies = [reply for one in SAMPLE.annotations for reply in one.replies]
    assert len(replies) >= 8
    assert {reply.author for reply in replies} == readers


def test_some_annotations_have_only_themes_and_some_only_a_note() -> None:
    assert any(one.themes and not one.note for one in SAMPLE.annotations)
    assert any(one.note and not one.themes for one in SAMPLE.annotations)
    assert all(one.note or one.themes for one in SAMPLE.annotations)


def test_an_answer_comes_after_what_it_answers() -> None:
    for one in SAMPLE.annotations:
        times = [one.created, *(reply.created for reply in one.replies)]
        assert times == sorted(set(times))
        assert times[0] >= datetime(2026, 11, 1, tzinfo=UTC)
        assert times[-1] < datetime(2026, 11, 20, tzinfo=UTC)


def test_the_notes_show_what_markdown_can_do() -> None:
    html = "".join(render_note(one.note) for one in SAMPLE.annotations)
    for tag in ("<em>", "<blockquote>", "<ul>", '<a href="https://history.state.gov/'):
        assert tag in html


def test_a_document_that_is_named_is_the_one_that_its_link_opens() -> None:
    notes = [one.note for one in SAMPLE.annotations]
    notes += [reply.note for one in SAMPLE.annotations for reply in one.replies]
    links = re.findall(r"\[Document (\d+)\]\(([^)]+)\)", "\n".join(notes))
    assert len(links) >= 20
    for number, address in links:
        assert address == f"https://history.state.gov/historicaldocuments/frus1981-88v03/d{number}"


def test_the_page_about_the_sample_counts_it_right() -> None:
    replies = sum(len(one.replies) for one in SAMPLE.annotations)
    page = (Path(settings.BASE_DIR) / "docs" / "sample.md").read_text("utf-8")
    assert f"{len(SAMPLE.annotations)} annotations and {replies} replies" in page
    for reader in SAMPLE.readers:
        assert f"{reader.first_name} {reader.last_name}" in page


# Reading the fixtures


def test_a_quote_is_found_between_its_prefix_and_its_suffix() -> None:
    assert find_quote("talks about talks", "talks", suffix=" about") == (0, 5)
    assert find_quote("talks about talks", "talks", prefix="about ") == (12, 17)
    assert find_quote("😀 talks", "talks") == (2, 7)


@pytest.mark.parametrize(
    ("quote", "said"), [("talks", "more than once"), ("silence", "not in the text"), ("", "not in")]
)
def test_a_quote_that_is_not_there_exactly_once_is_refused(quote: str, said: str) -> None:
    with pytest.raises(SampleFault, match=said):
        find_quote("talks about talks", quote)


def test_overlapping_repeats_of_a_quote_count_as_more_than_one() -> None:
    with pytest.raises(SampleFault, match="more than once"):
        find_quote("aaa", "aa")


def broken(change: str) -> tuple[Any, Any]:
    """The two fixtures as JSON values, one thing in them wrong."""
    book = json.loads((FIXTURES / samples.CODEBOOK).read_text())
    room = json.loads((FIXTURES / samples.SET).read_text())
    first = room["annotations"][0]
    match change:
        case "no quote":
            del first["quote"]
        case "strange theme":
            first["themes"] = ["linkages"]
        case "strange author":
            first["author"] = "nobody"
        case "no zone":
            first["created"] = "2026-11-03T09:00:00"
        case "no time":
            first["created"] = "yesterday"
        case "two documents":
            room["documents"].append("frus1981-88v03/d170")
        case "colour in words":
            book["themes"][0]["colour"] = "blue"
        case "no definition":
            book["themes"][0]["children"][0]["definition"] = " "
        case "themes are no list":
            book["themes"] = {}
    return book, room


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ("no quote", "annotation 1 has no “quote”"),
        ("strange theme", "no theme “linkages”"),
        ("strange author", "“nobody” is not one of the readers"),
        ("no zone", "annotation 1: “created” must say its time zone"),
        ("no time", "annotation 1: “created” must be a time"),
        ("two documents", "must name one document"),
        ("colour in words", "theme 1: “colour” must be a whole number"),
        ("no definition", "linkage 1: “definition” must be a text"),
        ("themes are no list", "“themes” must be a list"),
    ],
)
def test_a_fault_of_the_fixtures_is_said_with_its_place(
    tmp_path: Path, change: str, said: str
) -> None:
    book, room = broken(change)
    (tmp_path / samples.CODEBOOK).write_text(json.dumps(book))
    (tmp_path / samples.SET).write_text(json.dumps(room))
    with pytest.raises(SampleFault, match=said):
        read_sample(tmp_path)


def test_a_fixture_that_is_missing_or_no_json_is_named(tmp_path: Path) -> None:
    with pytest.raises(SampleFault, match=samples.CODEBOOK):
        read_sample(tmp_path)
    shutil.copy(FIXTURES / samples.CODEBOOK, tmp_path)
    (tmp_path / samples.SET).write_text("{")
    with pytest.raises(SampleFault, match=f"{samples.SET} is not JSON"):
        read_sample(tmp_path)
