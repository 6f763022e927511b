"""brat: files that it shows, and back; others' files by their lines."""

from __future__ import annotations

import io
import re
from collections.abc import Mapping
from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from annotations.formats import brat, brat_lines
from annotations.formats.brat_names import fragments, lines_of, on_one_line, types_of
from annotations.formats.brought import Brought, FormatFault
from annotations.formats.package import Package
from annotations.formats.values import AnnotationValue, EditionValue, PersonValue
from tests.annotations.qda import archive, files_of, packages, part, project, theme
from tests.annotations.values import AT, annotation, texts

LINKAGE = theme("linkage", colour=3)
TACIT = theme("tacit", parent="linkage", name="Tacit | linkage")
T = "T1\tlinkage 0 3\tOne\n"


def files(package: Package) -> dict[str, str]:
    return {name: data.decode() for name, data in files_of(b"".join(brat.write(package))).items()}


def read(given_files: Mapping[str, str | bytes]) -> Brought:
    return brat.read(archive(given_files))


def back(package: Package) -> Brought:
    return brat.read(io.BytesIO(b"".join(brat.write(package))))


def one(**changes: object) -> AnnotationValue:
    value = annotation(1, start=0, end=3, themes=(), note="", author=PersonValue("", ""))
    return replace(value, **changes)  # type: ignore[arg-type]


def test_a_document_is_its_text_and_its_lines():
    made = [
        one(themes=(LINKAGE, TACIT), note="A\\b\nc", author=PersonValue("a b|c", "")),
        one(start=2, end=9, question="open", private=True),
    ]
    found = files(project([part("One\n𝄞two. Three", made)], (LINKAGE, TACIT)))
    assert list(found) == [
        "frus1981-88v03/d169.txt",
        "frus1981-88v03/d169.ann",
        "annotation.conf",
        "visual.conf",
    ]
    assert found["frus1981-88v03/d169.txt"] == "One\n𝄞two. Three"
    assert found["frus1981-88v03/d169.ann"].splitlines() == [
        "T1\tlinkage 0 3\tOne",
        "T2\ttacit 0 3\tOne",
        "*\tEquiv T1 T2",
        "A1\tAuthor T1 a%20b%7Cc",
        "#1\tAnnotatorNotes T1\tA\\\\b\\nc",
        "T3\tPassage 2 3;4 9\te 𝄞two.",
        "A2\tOpen_question T3",
        "A3\tPrivate T3",
    ]
    assert "[entities]\nPassage\nlinkage\n\ttacit\n" in found["annotation.conf"]
    assert "Author\tArg:<ENTITY>, Value:a%20b%7Cc\n" in found["annotation.conf"]
    assert "tacit | Tacit ¦ linkage\n" in found["visual.conf"]
    assert "linkage\tbgColor:#cadac7, borderColor:#2b691c\n" in found["visual.conf"]


def test_the_configuration_names_every_type_and_value_that_is_used():
    made = [one(themes=(LINKAGE,), author=PersonValue("bob@example.org", "")), one()]
    found = files(project([part("One", made)], (LINKAGE, TACIT)))
    ann, conf = found["frus1981-88v03/d169.ann"], found["annotation.conf"]
    entities = conf.partition("[entities]")[2].partition("[relations]")[0].split()
    assert set(re.findall(r"^T\d+\t(\S+)", ann, re.MULTILINE)) <= set(entities)
    assert all(re.fullmatch(r"[A-Za-z0-9_-]+", name) for name in entities)
    assert "Value:bob@example.org" in conf


@settings(max_examples=60)
@given(packages())
def test_a_set_comes_back(package: Package):
    parts = list(package.parts())
    found = back(package) if parts else Brought()
    values = [(each, value) for each in parts for value in each.annotations()]
    assert len(found.annotations) == len(values)
    for claim, (each, value) in zip(found.annotations, values, strict=True):
        pieces = fragments(each.text.text, value.start, value.end)
        target = claim.target
        assert (target.start, target.end) == (pieces[0][0], pieces[-1][1])
        assert target.quote == each.text.text[target.start : target.end]
        assert found.texts[target.text].text == each.text.text
        assert target.names == (f"{each.document.volume}/{each.document.slug}",)
        assert claim.themes == tuple(t.slug for t in value.themes)
        assert (claim.note, claim.private, claim.question) == (
            value.note,
            value.private,
            value.question,
        )
        assert claim.author == (PersonValue(value.author.username, ""))
    themes = package.codebook.themes if parts else ()
    assert [(t.slug, t.parent) for t in found.themes] == [(t.slug, t.parent) for t in themes]
    assert not found.lost


def test_an_earlier_edition_is_a_document_beside_the_other():
    early = EditionValue(1, "cd" * 32, AT, latest=False)
    parts = [part("One", [one()], edition=early), part("One two", [one()])]
    found = back(project(parts))
    assert list(found.texts) == ["frus1981-88v03/d169.edition-1", "frus1981-88v03/d169"]
    assert {text.names for text in found.texts.values()} == {("frus1981-88v03/d169",)}


@given(texts)
def test_a_note_stands_on_one_line_and_comes_back(words: str):
    line = on_one_line(words)
    assert not set(line) & set("\n\r\t")
    assert lines_of(line) == words


@given(st.lists(texts.map(theme), max_size=5, unique_by=lambda t: t.slug))
def test_every_theme_has_a_type_of_its_own_that_brat_takes(themes: list):
    types = types_of(themes)
    assert len(set(types.values())) == len(themes)
    assert all(re.fullmatch(r"[A-Za-z0-9_-]+", name) for name in types.values())


def test_files_of_brat_itself_are_read():
    conf = "[entities]\n# what there is\nPlace\n\t!City\n-\n<X>\n[relations]\nIn Arg1:Place\n"
    ann = (
        "T1\tPlace 0 3;4 7\tOne two\r\n"
        "T2\tPerson 4 7\ttwo\n"
        "R1\tIn Arg1:T1 Arg2:T2\n"
        "E1\tPlace:T1\n"
        "A1\tCertain T1\n"
        "#1\tAnnotatorNotes T1\tC:\\new\n"
        "#2\tAnnotatorNotes R1\tof the relation\n"
        "*\tEquiv T1 T2\n"
    )
    found = read({"a/x.txt": "One two", "a/x.ann": ann, "a/annotation.conf": conf})
    first, second = found.annotations
    assert (first.target.start, first.target.end, first.target.names) == (0, 7, ("a/x",))
    assert (first.note, first.themes, first.place) == ("C:\\new", ("Place",), "a/x.ann, line 1")
    assert (second.target.quote, second.target.prefix) == ("two", "One ")
    assert [(t.key, t.parent, t.slug) for t in found.themes] == [
        ("Place", "", ""),
        ("City", "Place", ""),
        ("Person", "", ""),
    ]
    assert sorted(map(str, found.lost)) == [
        "a/x.ann, line 1: Not read: the attribute Certain.",
        "a/x.ann: Not read: 1 equivalences.",
        "a/x.ann: Not read: 1 events.",
        "a/x.ann: Not read: 1 notes and attributes of what is not read.",
        "a/x.ann: Not read: 1 relations.",
    ]


def test_without_its_text_a_passage_goes_by_its_words():
    found = read({"x.ann": T, "__MACOSX/._x.ann": "\x00"})
    assert found.annotations[0].target.quote == "One"
    assert found.annotations[0].target.start is None
    assert [str(doubt) for doubt in found.lost] == [
        "x: Its text is missing: passages go by their words."
    ]


@pytest.mark.parametrize(
    ("ann", "said"),
    [
        ("Z1\t\n", "x.ann, line 1: A line begins with T, A, M, R, E, N, * or #"),
        ("T1\n", "x.ann, line 1: This is no passage:"),
        ("T1\tA 0\tO\n", "x.ann, line 1: This is no passage:"),
        ("T1\tA 0 -3\tO\n", "x.ann, line 1: This is no passage:"),
        (f"T1\tA 0 {'9' * 5000}\tO\n", "x.ann, line 1: This is no passage:"),
        ("T1\tA 2 2\tO\n", "x.ann, line 1: A fragment ends before or where it begins."),
        ("T1\tA 4 6;0 3\tO\n", "x.ann, line 1: The fragments are not in the order of the text."),
        ("T1\tA 0 900\tO\n", "x.ann, line 1: The passage ends at 900, and the text has 7 char"),
        ("T1\tA 1 4\tOne\n", "x.ann, line 1: These words are not those at 1–4 of the text."),
        (T + T, "x.ann, line 2: There are two lines T1."),
        (T + "A1\tX\n", "x.ann, line 2: This line does not say what it is about."),
        (T.encode() + b"\xff", "x.ann, line 2: This is not text in UTF-8."),
        (T + "\0", "x.ann, line 2: This is not text: it has a NUL in it."),
    ],
)
def test_what_cannot_be_read_is_one_sentence_with_its_line(ann: str | bytes, said: str):
    with pytest.raises(FormatFault) as found:
        read({"x.txt": "One two", "x.ann": ann})
    assert str(found.value).startswith(said)
    assert "\n" not in str(found.value) and len(str(found.value)) < 300


def test_what_is_no_such_archive_is_refused(monkeypatch: pytest.MonkeyPatch):
    with pytest.raises(FormatFault, match="not a ZIP archive"):
        brat.read(io.BytesIO(b"T1\tA 0 1\tO"))
    with pytest.raises(FormatFault, match=r"There is no \.ann file"):
        read({"x.txt": "One"})
    with pytest.raises(FormatFault, match="leads out of it"):
        read({"../x.ann": T})
    monkeypatch.setattr(brat_lines, "MAX_LINES", 1)
    with pytest.raises(FormatFault, match="x.ann, line 2: More than 1 lines"):
        read({"x.ann": T + T})


@given(st.binary(max_size=80), st.integers(0, 80))
def test_any_lines_are_read_or_refused(data: bytes, at: int):
    line = T.encode()
    try:
        read({"x.txt": "One two", "x.ann": line[: at % len(line)] + data})
    except FormatFault as found:
        assert found.message
