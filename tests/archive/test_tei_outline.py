"""What becomes of a file's divisions: sections, documents of every kind, and their order."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from archive.importers import xml
from archive.importers.faults import ImportFault
from archive.importers.parsed import Parsed, ParsedDocument
from archive.importers.tei import parse_tei, parse_tei_file
from tests.archive.tei import FIXTURE, document, letters, volume

NESTED = (
    '<div type="compilation" xml:id="comp1"><head>One<note n="1">of the editor</note></head>'
    '<div type="chapter" xml:id="ch1"><head>First</head><p>An <hi rend="italic">intro</hi>.</p>'
    f"{document('<head>1. A</head>', 1)}{document('<p>b</p>', 2)}</div>"
    f'<div type="chapter" xml:id="ch2"><head>Second</head>{document("<p>c</p>", 3)}</div></div>'
    f'<div type="compilation"><head>Two</head>{document("<p>d</p>", 4)}</div>'
)
FRONT = (
    '<titlePage><titlePart>A Volume</titlePart></titlePage><div xml:id="toc"><head>Contents</head>'
    '</div><div type="section" xml:id="preface"><head>Preface</head><p>p</p><div><head>Its part'
    '</head></div></div><div xml:id="empty"> </div><div><head>Unnamed</head></div>'
)
BACK = '<back><div type="section" xml:id="index"><head>Index</head></div></back>'


def made(body: str, front: str = "", path: str = "v.xml") -> Parsed:
    return parse_tei(volume(body, front=front), path)


def rows(parsed: Parsed) -> list[tuple[str, str, int | None, str]]:
    """Slug, kind, position and section of the documents in the order of the volume."""
    found = [(d.slug, d.kind, d.position, d.section) for d in parsed.documents]
    return sorted(found, key=lambda row: row[2] or 0)


def test_sections_are_a_tree_in_order_with_headings_without_notes() -> None:
    parsed = made(NESTED, path="A volume.xml")
    assert [(s.slug, s.kind, s.heading, s.parent, s.position) for s in parsed.sections] == [
        ("comp1", "compilation", "One", "", 500),
        ("ch1", "chapter", "First", "comp1", 501),
        ("ch2", "chapter", "Second", "comp1", 3000),
        ("A-volume-section-4", "compilation", "Two", "", 4000),
    ]


def test_what_a_section_says_outside_of_its_documents_is_its_introduction() -> None:
    parsed = made(NESTED)
    found = {d.slug: d for d in parsed.documents}
    assert [d.slug for d in found.values() if d.kind == "introduction"] == [
        "ch1-intro",
        "comp1-intro",
    ]
    assert found["ch1-intro"].text.text == "First\nAn intro."
    assert (found["ch1-intro"].heading, found["ch1-intro"].section) == ("First", "ch1")
    assert found["comp1-intro"].text.text == "One\nof the editor"
    assert parsed.count == len(found) == 6


def test_documents_know_the_innermost_section_around_them() -> None:
    found = {slug: section for slug, _, _, section in rows(made(NESTED, path="v.xml"))}
    assert (found["d1"], found["d3"], found["d4"]) == ("ch1", "ch2", "v-section-4")


def test_front_and_back_matter_are_documents_but_for_what_the_app_makes() -> None:
    parsed = made(document("<p>a</p>") + "</body>" + BACK + "<body>", FRONT)
    found = {d.slug: d for d in parsed.documents}
    assert {d.slug: (d.kind, d.number, d.position) for d in found.values()} == {
        "preface": ("front-matter", "", 1),
        "v-front-2": ("front-matter", "", 2),
        "d1": ("historical-document", "1", 1000),
        "index": ("back-matter", "", 2_000_000_000),
    }
    assert found["preface"].text.text == "Preface\np\nIts part"
    levels = [b.attrs.get("level") for b in found["preface"].text.blocks]
    assert levels == ["1", None, "2"]


def test_a_monograph_has_its_chapters_as_documents() -> None:
    chapters = "".join(
        f'<div type="chapter" xml:id="chapter-{n}"><head>Chapter {n}</head><p>a</p>'
        f"<div><head>Part</head><p>b<note xml:id='c{n}fn1'>n</note></p></div></div>"
        for n in (1, 2)
    )
    parsed = made(f'<div type="part" xml:id="part-1"><head>P</head>{chapters}</div>')
    found = list(parsed.documents)
    assert [(d.slug, d.kind, d.heading, d.section) for d in found] == [
        ("chapter-1", "chapter", "Chapter 1", "part-1"),
        ("chapter-2", "chapter", "Chapter 2", "part-1"),
    ]
    assert found[0].text.text == "Chapter 1\na\nPart\nb\nn"
    assert [d.position for d in found] == [1, 2]


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        ("<div><head>A</head></div><div><p>b</p></div>", ["A", "b"]),
        ("<head>A</head><p>b</p>", ["A\nb"]),
        ("<p>before</p><div><p>a</p></div>", ["before", "a"]),
    ],
)
def test_a_file_without_documents_has_its_outermost_divisions_or_the_whole(
    body: str, expected: list[str]
) -> None:
    found = sorted(made(body).documents, key=lambda d: d.position or 0)
    assert [d.text.text for d in found] == expected


def test_a_chapter_without_documents_stands_among_them() -> None:
    body = document("<p>a</p>", 1) + "<div><p>Not printed.</p></div>" + document("<p>b</p>", 2)
    assert rows(made(body)) == [
        ("d1", "historical-document", 1000, ""),
        ("v-chapter-1", "chapter", 1001, ""),
        ("d2", "historical-document", 2000, ""),
    ]


@pytest.mark.parametrize(
    ("numbers", "expected"),
    [
        (["1", "2", "5"], [1000, 2000, 5000]),
        (["7", "", "", "8"], [7000, 7001, 7002, 8000]),
        (["12", "12a", "13"], [12000, 12001, 13000]),
        (["", ""], [1, 2]),
        (["2", "1", ""], [1000, 2000, 3000]),
        (["1", "1"], [1000, 2000]),
    ],
)
def test_positions_follow_numbers_that_ascend(numbers: list[str], expected: list[int]) -> None:
    body = "".join(
        f'<div type="document" n="{number}" xml:id="x{index}"><p>a</p></div>'
        for index, number in enumerate(numbers)
    )
    assert [position for _, _, position, _ in rows(made(body))] == expected


def test_a_part_of_a_volume_gives_the_positions_of_the_whole() -> None:
    whole = {row[0]: row for row in rows(made(NESTED, FRONT))}
    at = NESTED.index('<div type="chapter" xml:id="ch2"')
    end = NESTED.index('<div type="compilation"><head>Two')
    part = rows(made('<div type="compilation" xml:id="comp1">' + NESTED[at:end]))
    assert part and all(whole[row[0]] == row for row in part)


def test_a_document_in_another_is_part_of_it_and_stands_alone_too() -> None:
    inner = document("<p>b</p>", 2)
    found = {d.slug: d.text.text for d in made(document(f"<p>a</p>{inner}<p>c</p>", 1)).documents}
    assert found == {"d1": "a\nb\nc", "d2": "b"}


def test_what_is_referred_to_is_known_wherever_it_stands() -> None:
    places = "<pb n='1' xml:id='pg_1'/><p xml:id='x'><hi xml:id='y'>a</hi></p>"
    refs = "".join(f"<ref target='#{key}'>r</ref>" for key in ("ch", "pg_1", "x", "y", "d2"))
    body = f"<div xml:id='ch'>{places}{document(f'<p>{refs}</p>')}{document('<p>b</p>', 2)}</div>"
    parsed = made(body)
    assert list(parsed.documents) and parsed.notices.all() == ()


def test_ids_that_are_taken_part_what_has_none_of_its_own() -> None:
    body = '<div xml:id="d1"><head>S<note>n</note></head>' + document("<p>a</p>", 2) + "</div>"
    parsed = made(body + '<div xml:id="d1-intro"><p>c</p></div>')
    assert sorted(d.slug for d in parsed.documents) == ["d1-intro", "d1-intro-x", "d2"]


def test_a_list_as_a_text_to_read_leaves_its_address_to_the_app() -> None:
    """The index of persons, with the documents that mention them, is at …/persons/."""
    lists = "".join(f'<div xml:id="{name}"><p>a</p></div>' for name in ("persons", "terms", "time"))
    parsed = parse_tei(volume(document("<p>b</p>"), front=lists), "v.xml")
    slugs = [d.slug for d in parsed.documents]
    assert slugs == ["persons-list", "terms-list", "time-list", "d1"]


def in_pieces(monkeypatch: pytest.MonkeyPatch) -> None:
    """Reads every file as one that is too large to be kept."""
    monkeypatch.setattr(xml, "MAX_TREE_BYTES", 0)
    monkeypatch.setattr(xml, "_PIECE", 100)


def same(parse: Callable[[], Parsed], monkeypatch: pytest.MonkeyPatch) -> list[ParsedDocument]:
    whole = parse()
    documents = list(whole.documents)
    in_pieces(monkeypatch)
    large = parse()
    assert list(large.documents) == documents
    assert large.count == whole.count == len(documents)
    for name in ("volume", "sections", "persons", "terms"):
        assert getattr(large, name) == getattr(whole, name)
    assert large.notices.all() == whole.notices.all()
    return documents


@pytest.mark.parametrize("body", [NESTED, "<div><p>a</p><div><p>b</p></div></div>", "<p>a</p>"])
def test_a_large_file_is_read_as_a_small_one_is(body: str, monkeypatch: pytest.MonkeyPatch) -> None:
    assert same(lambda: made(body, FRONT), monkeypatch)


def test_real_files_are_read_the_same_in_pieces(
    shared: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for path in sorted((shared / "data").rglob("*.xml")):
        with monkeypatch.context() as patch:
            assert same(lambda path=path: parse_tei_file(path), patch)


def test_no_letter_of_a_file_is_lost_between_its_documents(shared: Path) -> None:
    """All that its text says is in a document, or is the heading of a section."""
    from lxml import etree

    for path in sorted((shared / "data").rglob("*.xml")):
        parsed = parse_tei_file(path)
        found = "".join(letters(d.text.text) for d in parsed.documents)
        found += "".join(letters(s.heading) for s in parsed.sections)
        root = etree.parse(path).getroot()
        source = "".join(letters("".join(t.itertext("{*}*"))) for t in root.iter("{*}text"))
        assert sorted(found) == sorted(source)


def test_a_file_on_disk_is_read_as_its_bytes_are() -> None:
    data = Path(FIXTURE).read_bytes()
    assert list(parse_tei_file(FIXTURE).documents) == list(parse_tei(data, FIXTURE).documents)
    assert parse_tei_file(FIXTURE, name="sent.xml").name == "sent.xml"


def test_a_file_that_cannot_be_opened_is_one_line(tmp_path: Path) -> None:
    with pytest.raises(ImportFault, match="cannot be read"):
        parse_tei_file(tmp_path / "nowhere.xml")


def test_a_file_that_changes_while_it_is_read_is_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    in_pieces(monkeypatch)
    path = tmp_path / "v.xml"
    path.write_bytes(volume(NESTED))
    parsed = parse_tei_file(path)
    path.write_bytes(volume(document("<p>a</p>")))
    with pytest.raises(ImportFault, match="has changed"):
        list(parsed.documents)
