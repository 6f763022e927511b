"""JSON Lines: texts with labelled ranges that language tools read, and back."""

from __future__ import annotations

import io
import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from annotations.formats import jsonl, jsonl_read
from annotations.formats.brought import Brought, FormatFault
from annotations.formats.package import Package
from tests.annotations.qda import packages, part, project, theme
from tests.annotations.values import annotation

LINKAGE, RISK = theme("linkage"), theme("risk")


def written(package: Package) -> str:
    return "".join(jsonl.write(package))


def read(data: str | bytes) -> Brought:
    return jsonl.read(io.BytesIO(data.encode() if isinstance(data, str) else data))


def spans(found: Brought) -> list[tuple[Any, ...]]:
    return [
        (one.target.start, one.target.end, one.target.quote, one.themes)
        for one in found.annotations
    ]


def test_a_line_has_the_shape_that_language_tools_read():
    made = [
        annotation(1, start=0, end=5, themes=(LINKAGE, RISK)),
        annotation(2, start=0, end=3, themes=()),
        annotation(3, start=2, end=9, themes=(RISK,)),
    ]
    (line,) = written(project([part("𝄞 words here", made)])).splitlines()
    assert json.loads(line) == {
        "text": "𝄞 words here",
        "label": [[0, 5, "linkage"], [0, 5, "risk"], [2, 9, "risk"]],
        "meta": {
            "document": "frus1981-88v03/d169",
            "title": "Memorandum",
            "source": "https://history.state.gov/historicaldocuments/frus1981-88v03/d169",
            "edition": 1,
            "digest": "ab" * 32,
            "set": "seminar",
            "site": "https://example.org",
            "themes": [2, 1],
        },
    }


@given(packages())
def test_what_has_a_theme_comes_back_where_it_was(package: Package):
    found = read(written(package)) if list(package.parts()) else Brought()
    values = [one for each in package.parts() for one in each.annotations() if one.themes]
    assert spans(found) == [
        (one.start, one.end, one.quote, tuple(theme.slug for theme in one.themes)) for one in values
    ]
    for one, value in zip(found.annotations, values, strict=True):
        assert one.target.digest == value.edition.digest
        assert f"{value.document.volume}/{value.document.slug}" in one.target.names
        assert found.texts[one.target.text].text[value.start : value.end] == value.quote
    assert {each.slug for each in found.themes} == {t.slug for v in values for t in v.themes}


@pytest.mark.parametrize(
    "line",
    [
        {"text": "one two", "label": [[4, 7, "X"]]},
        {"text": "one two", "labels": [[4, 7, "X"]], "id": 3},
        {
            "text": "one two",
            "entities": [{"id": 1, "label": "X", "start_offset": 4, "end_offset": 7}],
        },
        {"text": "one two", "spans": [{"start": 4, "end": 7, "label": "X"}], "tokens": []},
        ["one two", {"entities": [[4, 7, "X"]]}],
    ],
)
def test_what_other_tools_write_is_read(line: object):
    for data in (json.dumps(line), json.dumps([line, line], indent=1)):
        found = read(data)
        assert set(spans(found)) == {(4, 7, "two", ("X",))}
        assert [(one.name, one.slug) for one in found.themes] == [("X", "")]
        assert found.annotations[0].target.prefix == "one "


def test_what_is_no_range_is_said_to_be_left_out():
    line = {"text": "a", "label": ["positive"], "relations": [{"id": 1}], "entities": []}
    assert [str(doubt) for doubt in read(json.dumps(line)).lost] == [
        "line 1: Not read: 1 of its relations.",
        "line 1: Not read: “positive”, a label of all of it.",
    ]


@pytest.mark.parametrize(
    ("data", "said"),
    [
        ("", "The file is empty."),
        ("\n\n", "The file is empty."),
        ('{"text": "a"}\n{"text": "b"', "line 2: This is no JSON: "),
        ("[\n1,\n", "line 3: This is no JSON: "),
        ("[1, 2]", "item 1: This is no document: it has no “text”."),
        ("[" * 100_000, "This is no JSON that can be read."),
        ('{"text": 7}', "line 1: This is no document: it has no “text”."),
        ('{"text": "\\ud800"}', "line 1: The text has half of a character in it, or NUL."),
        ('{"text": "a\\u0000"}', "line 1: The text has half of a character in it, or NUL."),
        ('{"text": "ab", "label": {"a": 1}}', "line 1: “label” is no list."),
        ('{"text": "ab", "label": [[0, 3, "x"]]}', "line 1, label 1: 0–3 is no range of the text"),
        ('{"text": "ab", "label": [[-1, 1, "x"]]}', "line 1, label 1: -1–1 is no range of the"),
        ('{"text": "ab", "label": [[1, 1, "x"]]}', "line 1, label 1: 1–1 is no range of the text"),
        (f'{{"text": "ab", "label": [[0, {"9" * 5000}, "x"]]}}', "line 1: This is no JSON that"),
        (f'{{"text": "ab", "label": [[0, {"9" * 400}, "x"]]}}', "line 1, label 1: This is no"),
        ('{"text": "ab", "label": [[0, 1.5, "x"]]}', "line 1, label 1: A label is a start, an end"),
        ('{"text": "ab", "label": [[0, true, "x"]]}', "line 1, label 1: A label is a start, an"),
        ('{"text": "ab", "label": [[0, 1]]}', "line 1, label 1: A label is a start, an end and"),
        ('{"text": "ab", "label": [7]}', "line 1, label 1: A label is a start, an end and a name."),
        ('{"text": "ab", "label": [[0, 1, " "]]}', "line 1, label 1: A label has no name that"),
        (
            '{"text": "ab", "label": [[0, 1, "x"]], "meta": {"themes": [2]}}',
            "line 1: “themes” does not say how many labels each annotation has.",
        ),
        (
            '{"text": "ab", "label": [[0, 1, "x"], [1, 2, "y"]], "meta": {"themes": [2]}}',
            "line 1: The labels of one annotation have several ranges.",
        ),
        (b"{}\n\xff", "line 2: This is not text in UTF-8."),
    ],
)
def test_what_cannot_be_read_is_one_sentence_with_its_line(data: str | bytes, said: str):
    with pytest.raises(FormatFault) as found:
        read(data)
    assert str(found.value).startswith(said)
    assert "\n" not in str(found.value) and len(str(found.value)) < 300


def test_what_is_too_much_is_refused(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(jsonl_read, "MAX_LINES", 1)
    with pytest.raises(FormatFault, match="line 2: More than 1 documents"):
        read('{"text": "a"}\n{"text": "b"}')
    monkeypatch.setattr(jsonl_read, "MAX_LABELS", 1)
    with pytest.raises(FormatFault, match="line 1: More than 1 labels"):
        read('{"text": "ab", "label": [[0, 1, "x"], [1, 2, "x"]]}')
    monkeypatch.setattr(jsonl_read, "MAX_BYTES", 1 << 20)
    with pytest.raises(FormatFault, match="at most 1 MB"):
        read(" " * ((1 << 20) + 1))


@given(packages(), st.data())
def test_a_file_that_was_cut_or_changed_is_read_or_refused(package: Package, data: st.DataObject):
    whole = written(package).encode()
    at = data.draw(st.integers(0, len(whole)))
    for damaged in (whole[:at], whole[:at] + data.draw(st.binary(max_size=3)) + whole[at + 1 :]):
        try:
            read(damaged)
        except FormatFault as found:
            assert found.message
