"""The rules of the canonical text, each on the smallest TEI that shows it."""

from __future__ import annotations

import pytest

from archive.importers.faults import Notices
from archive.importers.tei import parse_tei
from archive.importers.teitext import Known, text_of
from tests.archive.tei import div, document, documents_of, quotes, text, volume


@pytest.mark.parametrize(
    ("inner", "expected"),
    [
        ("<p> a\n\t b </p>", "a b"),
        ('<p>en<pb n="2"/>gaged</p>', "engaged"),
        ('<p>of <pb n="2"/> <gloss>SALT</gloss></p>', "of SALT"),
        ("<p>wo<!-- c -->rd<?pi?>s</p>", "words"),
        ("<p>a<hi rend='italic'> b </hi> c</p>", "a b c"),
        ("<p>a\u00a0 \u00a0b</p>", "a\u00a0 \u00a0b"),
        ("<p>\u00a0a\u00a0</p>", "\u00a0a\u00a0"),
        ("<p>a<lb/>b</p>", "a b"),
        ("<p>a <lb/> b<lb/></p>", "a b"),
        ("<p>a &#13;&#10;b</p>", "a b"),
        ("<p>1<gap><desc>[illegible]</desc></gap>2</p>", "1[illegible]2"),
        ("<p>a <note rend='inline'>[kept]</note> b</p>", "a [kept] b"),
        ("<p>a</p><p> <hi rend='italic'/> </p><p>b</p>", "a\nb"),
        ("bare <hi rend='strong'>text</hi><p>p</p>tail", "bare text\np\ntail"),
        ("<p>before<list><item>i</item></list>after</p>", "before\ni\nafter"),
        ("<p>a <quote>said</quote> b</p>", "a said b"),
        ("<p>a <quote><p>said</p></quote> b</p>", "a\nsaid\nb"),
        ("<list><item><label>1.</label>one</item></list>", "1. one"),
        ("<list><label>1.</label><item>one</item><label>2.</label><item>two</item></list>",
         "1. one\n2. two"),
        ("<list><item>a<list><item>b</item></list>c</item></list>", "a\nb\nc"),
        ("<table><row><cell>a</cell><cell><p>b</p><p>c</p></cell></row></table>", "a\nb c"),
        ("<figure><head>Map</head><figDesc>A map</figDesc></figure>", "Map\nA map"),
        ("<lg><l>one</l><l>two</l></lg>", "one\ntwo"),
        ("<closer>Yours,<signed>A. B.</signed></closer>", "Yours,\nA. B."),
        ("<p>a<note n='1'>n</note></p><p>b</p>", "a\nb\nn"),
        ("<p>a<note n='1'><p>n</p><p>m</p></note></p>", "a\nn\nm"),
    ],
)  # fmt: skip
def test_text_and_its_blocks(inner: str, expected: str) -> None:
    assert text(inner).text == expected


@pytest.mark.parametrize(
    ("inner", "expected"),
    [
        ("<p>of <pb n='2'/>SALT</p>", 3),
        ("<p>of<pb n='2'/> SALT</p>", 2),
        ("<p>of <pb n='2'/> <gloss>SALT</gloss></p>", 3),
        ("<p>a</p><pb n='2'/><p>b</p>", 2),
        ("<p>a</p><p> <pb n='2'/> </p><p>b</p>", 2),
        ("<p>a <pb n='2'/> </p><p>b</p>", 1),
        ("<p>a</p><pb n='2'/>", 1),
        ("<pb n='2'/><p>a</p>", 0),
    ],
)
def test_where_a_page_breaks(inner: str, expected: int) -> None:
    spans = [(s.kind, s.start, s.end, s.ref) for s in text(inner).spans]
    assert spans == [("page", expected, expected, "2")]


@pytest.mark.parametrize(
    ("inner", "expected"),
    [
        ("<p>Day<note>n</note> well</p>", 3),
        ("<p>Day <note>n</note> well</p>", 3),
        ("<head>Day\n<note>n</note>\n</head>", 3),
        ("<p>Day <pb n='2'/><note>n</note></p>", 3),
        ("<p>Day <hi rend='italic'><note>n</note>well</hi></p>", 3),
        ("<p><note>n</note>Day</p>", 0),
        ("<p>a</p><note>n</note><p>b</p>", 1),
        ("<p>a</p><p><note>n</note> </p><p>b</p>", 1),
        ("<p>a</p><p><note>n</note>b</p>", 2),
        ("<note>n</note>", 0),
    ],
)
def test_where_a_note_is_called(inner: str, expected: int) -> None:
    made = text(inner)
    assert [n.call for n in made.notes] == [expected]
    calls = [(s.start, s.end, s.ref) for s in made.spans if s.kind == "call"]
    assert calls == [(expected, expected, made.notes[0].key)]


def test_an_empty_note_is_an_entry_without_a_block() -> None:
    made = text("<p>a<note xml:id='x' n='1'> </note>b<note xml:id='y'>m</note></p>")
    assert made.text == "ab\nm"
    first, second = made.notes
    assert (first.key, first.start, first.end, first.call) == ("x", 2, 2, 1)
    assert (second.start, second.end) == (3, 4)
    assert [b.note for b in made.blocks] == ["", "y"]


def test_notes_of_notes_follow_in_the_order_of_their_calls() -> None:
    made = text(
        "<p>a<note xml:id='n1'>one<note xml:id='n1a'>deep</note></note> b<note xml:id='n2'>two"
        "</note></p>"
    )
    assert made.text == "a b\none\ntwo\ndeep"
    assert [n.key for n in made.notes] == ["n1", "n2", "n1a"]
    calls = [n.call for n in made.notes]
    assert calls == sorted(calls)
    assert made.text[: calls[2]].endswith("one")


def test_a_reference_without_words_calls_a_note_again() -> None:
    made = text("<p>a<note xml:id='x' n='1'>n</note> b<ref target='#x'/></p>")
    assert [s.start for s in made.spans if s.kind == "call"] == [1, 3]
    assert made.notes[0].call == 1


def test_a_note_that_stands_apart_is_called_where_it_is_referred_to() -> None:
    made = text("<p>a<ref target='#x'/> b</p><note xml:id='x' n='1'>n</note>")
    assert [s.start for s in made.spans if s.kind == "call"] == [1]
    assert (made.text, made.notes[0].call) == ("a b\nn", 1)


def test_a_reference_with_words_to_a_note_keeps_them() -> None:
    made = text("<p>a<note xml:id='x'>n</note> see <ref target='#x'>note 1</ref></p>")
    ref = next(s for s in made.spans if s.kind == "ref")
    assert (made.quote(ref.start, ref.end), ref.ref) == ("note 1", "#x")


def test_notes_without_an_id_are_named_the_same_on_every_import() -> None:
    source = "<p>a<note>1</note><note xml:id='d1-note-1'>2</note><note>3</note></p>"
    keys = [n.key for n in text(source).notes]
    assert len(set(keys)) == 3
    assert keys == [n.key for n in text(source).notes]
    assert keys[2] == "d1-note-3"


def test_the_source_note_is_told_apart() -> None:
    made = text("<head>H<note type='source' n='1'>Source</note></head><p>a<note n='2'>b</note></p>")
    assert [n.kind for n in made.notes] == ["source", "editorial"]


def test_a_line_break_is_one_space_under_a_span() -> None:
    made = text("<p>a <lb/> b<lb/></p>")
    assert [(s.kind, s.start, s.end) for s in made.spans] == [("lb", 1, 2)]


def test_spans_stop_at_the_end_of_their_block() -> None:
    made = text("<p>a <hi rend='italic'>b </hi></p><hi rend='strong'><p>c</p><p>d</p></hi>")
    assert [(s.kind, made.quote(s.start, s.end)) for s in made.spans] == [
        ("italic", "b"),
        ("bold", "c"),
        ("bold", "d"),
    ]


def test_one_element_may_have_several_forms() -> None:
    made = text("<p><hi rend='italic smallcaps'>x</hi><hi rend='superscript'>2</hi></p>")
    assert [(s.kind, s.start, s.end) for s in made.spans] == [
        ("italic", 0, 1),
        ("smallcaps", 0, 1),
        ("superscript", 1, 2),
    ]


def test_lists_carry_their_type_and_depth() -> None:
    made = text("<list type='to'><head>TO</head><item>a<list><item>b</item></list>c</item></list>")
    assert [(b.kind, dict(b.attrs)) for b in made.blocks] == [
        ("heading", {"level": "2"}),
        ("item", {"in": "l1.1", "list": "to", "depth": "1"}),
        ("item", {"in": "l1.1 l2.2", "depth": "2"}),
        ("item", {"in": "l1.1", "list": "to", "depth": "1", "continued": "1"}),
    ]


def test_a_label_is_marked_in_its_item() -> None:
    made = text("<list><label>1.</label><item>one</item></list>")
    assert len(made.blocks) == 1
    assert [(s.kind, made.quote(s.start, s.end)) for s in made.spans] == [("label", "1.")]


def test_cells_know_their_place() -> None:
    made = text(
        "<table><head>T</head><row role='label'><cell cols='2'>h</cell><cell>i</cell></row>"
        "<row><cell>a</cell><cell/><cell rows='2'>c</cell></row></table>"
    )
    assert [(b.kind, dict(b.attrs)) for b in made.blocks] == [
        ("caption", {"in": "t1"}),
        ("cell", {"in": "t1.1", "row": "1", "col": "1", "cols": "2", "head": "1"}),
        ("cell", {"in": "t1.1", "row": "1", "col": "3", "head": "1"}),
        ("cell", {"in": "t1.2", "row": "2", "col": "1"}),
        ("cell", {"in": "t1.2", "row": "2", "col": "3", "rows": "2"}),
    ]


def test_what_is_in_a_note_is_a_note() -> None:
    made = text(
        "<p>a<note xml:id='x'>b<list><item>c</item></list><quote><p>d</p></quote></note></p>"
    )
    assert {(b.kind, b.note) for b in made.blocks[1:]} == {("note", "x")}
    assert quotes(made) == ["a", "b", "c", "d"]


def test_headings_of_parts_are_below_the_documents_own() -> None:
    made = text("<head>1. A</head><div><head>I</head><div><head>i</head></div></div><head>B</head>")
    assert [b.attrs["level"] for b in made.blocks] == ["1", "2", "3", "2"]


def test_what_is_unknown_is_said_once_and_its_text_stays() -> None:
    notices = Notices()
    made = text_of(
        div("<p>a<spam>b</spam>c<spam>d</spam><hi rend='wavy'>e</hi></p>"), "d1", Known(), notices
    )
    assert made.text == "abcde"
    assert [(n.message.split(";")[0], n.count) for n in notices.all()] == [
        ("The element <spam> is not known", 2),
        ("The form “wavy” of <hi> is not known", 1),
    ]


@pytest.mark.parametrize(
    ("attributes", "expected"),
    [
        ("when='1982-05-10'", ("1982-05-10", "1982-05-10")),
        ("when='1982-05'", ("1982-05-01", "1982-05-31")),
        ("when='1982'", ("1982-01-01", "1982-12-31")),
        ("from='1982-05-10' to='1982-05-12'", ("1982-05-10", "1982-05-12")),
        ("notBefore='1982-05-10' notAfter='1982-06'", ("1982-05-10", "1982-06-30")),
        ("when='1982-05-10T10:00:00-05:00'", ("1982-05-10", "1982-05-10")),
        ("from='1982-05-12' to='1982-05-10'", ("1982-05-10", "1982-05-12")),
        ("when='1982-02-30'", ("None", "None")),
        ("when='soon'", ("None", "None")),
    ],
)
def test_dates_are_ranges(attributes: str, expected: tuple[str, str]) -> None:
    source = document(f"<head>A</head><dateline><date {attributes}>then</date></dateline>")
    made = documents_of(parse_tei(volume(source)))[0]
    assert (str(made.date_min), str(made.date_max)) == expected
    assert made.date_text == "then"


def test_the_documents_own_date_goes_before_that_of_its_dateline() -> None:
    source = document("<dateline><date when='1900-01-01'>x</date></dateline>").replace(
        "<div ",
        "<div subtype='editorial-note' frus:doc-dateTime-min='1982-05-10T00:00:00-05:00' "
        "frus:doc-dateTime-max='1982-05-11T23:59:59-05:00' ",
    )
    made = documents_of(parse_tei(volume(source)))[0]
    assert (str(made.date_min), str(made.date_max)) == ("1982-05-10", "1982-05-11")
    assert made.kind == "editorial-note"


def test_files_and_documents_without_an_id_are_named_after_the_file() -> None:
    source = volume("<div type='document'><p>a</p></div>").replace(b' xml:id="frus1900v01"', b"")
    made = parse_tei(source, "some/dir/A report, 1984.xml")
    assert (made.volume.slug, documents_of(made)[0].slug) == ("A-report-1984", "A-report-1984-1")


def test_a_page_is_not_crossed_by_a_break_before_or_after_the_text() -> None:
    source = (
        "<div type='document' n='1' xml:id='d1'><pb n='5'/><p>a<pb n='6'/>b</p><pb n='7'/></div>"
        "<div type='document' n='2' xml:id='d2'><p>c</p></div>"
    )
    made = parse_tei(volume(source))
    assert [(d.first_page, d.last_page) for d in documents_of(made)] == [("5", "6"), ("7", "7")]
