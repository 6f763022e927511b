"""The real excerpt, and the fixture that is cut from it: what a scholar expects to find."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from archive.importers.parsed import Parsed, ParsedDocument
from archive.importers.tei import parse_tei
from archive.text import NoteKind, SpanKind
from tests.archive.tei import FIXTURE, documents_of, kept, letters, quotes, read

HISTORY = [
    ("1980-rereview-transcript.xml", 18, 59),
    ("1981-06-kogan-fgi-study-rp1261.xml", 1, 36),
    ("1984-07-slany-report-to-congress.xml", 1, 2),
]


@pytest.fixture(scope="module")
def excerpt(shared: Path) -> Parsed:
    path = shared / "data" / "frus1981-88v03-excerpt.xml"
    return kept(parse_tei(path.read_bytes(), path.name))


@pytest.fixture(scope="module")
def sample() -> ParsedDocument:
    return documents_of(parse_tei(Path(FIXTURE).read_bytes(), FIXTURE))[0]


def words_before(document: ParsedDocument, key: str) -> str:
    note = next(n for n in document.text.notes if n.key == key)
    assert note.call is not None
    return document.text.text[: note.call].rsplit(maxsplit=1)[-1]


def test_each_document_has_its_particulars(excerpt: Parsed) -> None:
    rows = [
        (d.slug, d.number, d.date_min, d.date_max, d.date_text, d.place, d.first_page, d.last_page)
        for d in excerpt.documents
    ]
    day = [date(1982, 5, 10), date(1982, 5, 14), date(1982, 5, 22)]
    assert rows == [
        ("d169", "169", day[0], day[0], "May 10, 1982", "Washington", "545", "546"),
        ("d170", "170", day[1], day[1], "May 14, 1982", "Washington", "547", "548"),
        ("d171", "171", day[2], day[2], "May 22, 1982", "Washington", "548", "552"),
    ]


def test_the_volume_is_described_by_its_header(excerpt: Parsed) -> None:
    volume = excerpt.volume
    assert volume.slug == "frus1981-88v03"
    assert volume.title.endswith("Volume III, Soviet Union, January 1981–January 1983")
    assert volume.editors == ("James Graham Wilson", "Adam M. Howard")
    assert (volume.place, volume.year) == ("Washington", "2016")
    assert volume.source_url == "https://history.state.gov/historicaldocuments/frus1981-88v03"
    assert volume.licence == "Public domain: a work of the United States government"


def test_persons_and_terms_have_name_and_description(excerpt: Parsed) -> None:
    assert (len(excerpt.persons), len(excerpt.terms)) == (12, 8)
    haig = next(p for p in excerpt.persons if p.key == "p_HAM_1")
    assert haig.name == "Haig, Alexander M., Jr."
    assert haig.description.startswith("General, USA (ret.), Secretary of State")
    hyland = next(p for p in excerpt.persons if p.key == "p_HWG_1")
    assert hyland.description.endswith("editor of Foreign Affairs magazine from 1983")
    start = next(t for t in excerpt.terms if t.key == "t_START_1")
    assert (start.name, start.description) == ("START", "Strategic Arms Reductions Talks")


def test_every_note_is_found_and_called(excerpt: Parsed) -> None:
    counts = [len(d.text.notes) for d in excerpt.documents]
    assert counts == [3, 1, 12]
    for document in excerpt.documents:
        calls = [n.call for n in document.text.notes]
        assert None not in calls and calls == sorted(calls, key=int)
        assert document.text.notes[0].kind == NoteKind.SOURCE
        assert [n.label for n in document.text.notes] == [str(i + 1) for i in range(len(calls))]


def test_notes_are_called_from_the_word_before_them(sample: ParsedDocument) -> None:
    found = [words_before(sample, f"d169fn{n}") for n in (1, 2, 3)]
    assert found == ["Reagan", "Day", "Afghanistan."]


def test_notes_are_called_from_headings_and_signatures(excerpt: Parsed) -> None:
    document = excerpt.documents[2]
    kinds = {}
    for note in document.text.notes:
        block = next(b for b in document.text.blocks if b.start <= (note.call or 0) <= b.end)
        kinds[note.label] = (block.kind, block.attrs.get("attachment", ""))
    assert kinds["1"] == ("heading", "")
    assert kinds["4"] == ("heading", "1")
    assert kinds["12"] == ("signature", "1")


def test_the_attachment_is_told_apart(excerpt: Parsed) -> None:
    made = excerpt.documents[2].text
    inside = [b for b in made.blocks if b.attrs.get("attachment") == "1"]
    assert made.quote(inside[0].start, inside[0].end) == "Tab A"
    assert made.quote(inside[-1].start, inside[-1].end) == "L. Brezhnev"
    assert [made.quote(b.start, b.end) for b in inside if b.kind == "dateline"] == [
        "Moscow, May 20, 1982"
    ]
    levels = [b.attrs.get("level") for b in made.blocks if b.kind == "heading"]
    assert levels == ["1", "2", "2"]


def test_a_page_break_may_fall_inside_a_sentence(sample: ParsedDocument) -> None:
    made = sample.text
    first, second = (s for s in made.spans if s.kind == SpanKind.PAGE)
    assert (first.ref, first.start, first.end) == ("545", 0, 0)
    assert second.ref == "546"
    assert second.start == second.end
    assert made.text[: second.start].endswith("While we would not directly ")
    assert made.text[second.start :].startswith("link the Afghanistan")


def test_italics_persons_terms_and_dates_lie_on_their_words(sample: ParsedDocument) -> None:
    made = sample.text
    said = [(s.kind, made.quote(s.start, s.end), s.ref) for s in made.spans if s.start < s.end]
    assert ("italic", "not", "") in said
    assert ("person", "Haig", "p_HAM_1") in said
    assert said.count(("term", "START", "t_START_1")) == 3
    assert ("date", "May 10, 1982", "1982-05-10") in said
    assert ("place", "Washington", "") in said


def test_references_to_documents_that_are_not_here_stay(excerpt: Parsed) -> None:
    made = excerpt.documents[2].text
    refs = [(made.quote(s.start, s.end), s.ref) for s in made.spans if s.kind == "ref"]
    assert refs == [("Document 166", "#d166"), ("Document 173", "#d173")]


def test_loose_ends_are_said_once_and_survive_as_text(excerpt: Parsed) -> None:
    said = {n.message.split()[2]: n for n in excerpt.notices.all() if "has no entry" in n.message}
    assert {key: n.count for key, n in said.items()} == {
        "#t_ASEAN_1": 1,
        "#t_NSC_1": 2,
        "#p_BJA_1": 1,
    }
    assert all(n.line for n in said.values())
    made = excerpt.documents[0].text
    at = made.text.index("the ASEAN countries") + 4
    assert not any(s.start <= at < s.end for s in made.spans)
    assert sum("not included" in n.message for n in excerpt.notices.all()) == 1


def test_an_entry_that_the_volume_has_already_is_no_loose_end(shared: Path) -> None:
    data = (shared / "data" / "frus1981-88v03-excerpt.xml").read_bytes()
    given = ["p_BJA_1"], ["t_NSC_1", "t_ASEAN_1"]
    made = kept(parse_tei(data, known_entries=lambda slug: given))
    assert not [n for n in made.notices.all() if "has no entry" in n.message]
    assert ("person", "p_BJA_1") in {(s.kind, s.ref) for s in made.documents[2].text.spans}


def test_the_fixture_is_document_169_of_the_excerpt(
    excerpt: Parsed, sample: ParsedDocument
) -> None:
    assert sample == excerpt.documents[0]


def test_the_indentation_of_the_file_is_not_text(sample: ParsedDocument) -> None:
    assert quotes(sample.text)[:4] == [
        "169. Memorandum From Secretary of State Haig to President Reagan",
        "Washington, May 10, 1982",
        "SUBJECT",
        "Afghanistan “Experts’ Talks” with the Soviet Union",
    ]
    assert "  " not in sample.text.text


def test_a_documents_own_source_can_be_read_alone(sample: ParsedDocument) -> None:
    from lxml import etree

    alone = etree.fromstring(sample.source)
    assert alone.get("n") == "169"
    assert len(alone.findall(".//{*}note")) == 3


@pytest.mark.parametrize(("name", "documents", "notes"), HISTORY)
def test_other_files_of_the_publisher_import_too(
    shared: Path, name: str, documents: int, notes: int
) -> None:
    data = (shared / "data" / "frus-history" / name).read_bytes()
    made = kept(parse_tei(data, name))
    assert len(made.documents) == documents
    assert sum(len(d.text.notes) for d in made.documents) == notes
    assert all(not list(d.text.problems()) for d in made.documents)
    assert made == kept(parse_tei(data, name))


@pytest.mark.parametrize(
    "name", ["frus1981-88v03-excerpt.xml", *(f"frus-history/{row[0]}" for row in HISTORY)]
)
def test_no_letter_is_lost_added_or_moved(shared: Path, name: str) -> None:
    from lxml import etree

    data = (shared / "data" / name).read_bytes()
    sources = etree.fromstring(data).findall(".//{*}div[@type='document']")
    for source, made in zip(sources, documents_of(parse_tei(data, name)), strict=True):
        expected = read(source)
        assert letters(made.text.text) == expected.body + "".join(expected.notes)
        calls = [len(letters(made.text.text[: n.call])) for n in made.text.notes]
        assert calls[: len(expected.calls)] == expected.calls


@pytest.mark.parametrize(
    "name", ["frus1981-88v03-excerpt.xml", *(f"frus-history/{row[0]}" for row in HISTORY)]
)
def test_no_word_is_glued_or_torn(shared: Path, name: str) -> None:
    """Every paragraph without blocks in it is a block of the same words, parted the same way."""
    from lxml import etree

    tei = "{http://www.tei-c.org/ns/1.0}"
    data = (shared / "data" / name).read_bytes()
    sources = etree.fromstring(data).findall(".//{*}div[@type='document']")
    for source, made in zip(sources, documents_of(parse_tei(data, name)), strict=True):
        blocks = set(quotes(made.text))
        for paragraph in list(source.iter(f"{tei}p")):
            if paragraph.find(".//{*}list") is not None:
                continue
            for note in list(paragraph.iter(f"{tei}note")):
                note.tag, note.text = f"{tei}gone", None
                del note[:]
            for line_break in paragraph.iter(f"{tei}lb"):
                line_break.text = " "
            assert " ".join("".join(paragraph.itertext()).split()) in blocks
