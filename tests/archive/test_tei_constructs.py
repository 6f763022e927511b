"""Every construct of the publisher's TEI, one by one: the blocks and spans that it becomes."""

from __future__ import annotations

import pytest

from archive.importers.faults import Notices
from archive.importers.teiline import Known
from archive.importers.teitext import text_of
from archive.text import Text
from tests.archive.tei import div, parsed, text
from tests.archive.tei import document as in_document


def blocks(made: Text) -> list[tuple[str, str, str]]:
    """What each block says, its kind, and what it lies in."""
    return [(made.quote(b.start, b.end), b.kind, b.attrs.get("in", "")) for b in made.blocks]


def spans(made: Text) -> list[tuple[str, str]]:
    return [(s.kind, made.quote(s.start, s.end)) for s in made.spans]


def test_lists_nest_to_any_depth_and_each_says_which_it_is() -> None:
    made = text(
        "<list type='participants'><head>PARTICIPANTS</head><item>U.S.<list><item>Haig</item>"
        "<item><list><item>Deep</item></list></item></list></item><item>USSR</item></list>"
        "<list type='to'><item>x</item></list>"
    )
    assert blocks(made) == [
        ("PARTICIPANTS", "heading", ""),
        ("U.S.", "item", "l1.1"),
        ("Haig", "item", "l1.1 l2.2"),
        ("Deep", "item", "l1.1 l2.3 l3.4"),
        ("USSR", "item", "l1.5"),
        ("x", "item", "l4.6"),
    ]
    assert [b.attrs.get("list", "") for b in made.blocks[1:]] == [
        *("participants", "", "", "participants", "to")
    ]


@pytest.mark.parametrize("form", ["participants", "subject", "to", "references", "simple", "any"])
def test_a_list_of_any_type_keeps_it(form: str) -> None:
    made = text(f"<list type='{form}'><head>H</head><item>a</item></list>")
    assert (made.blocks[0].kind, made.blocks[1].attrs["list"]) == ("heading", form)


def test_labels_belong_to_their_items_at_each_depth() -> None:
    made = text(
        "<list><label>1.</label><item>one<list><label>a.</label><item>in</item></list></item>"
        "<item><label>2.</label> two</item></list>"
    )
    assert blocks(made) == [
        ("1. one", "item", "l1.1"),
        ("a. in", "item", "l1.1 l2.2"),
        ("2. two", "item", "l1.3"),
    ]
    assert spans(made) == [("label", "1."), ("label", "a."), ("label", "2.")]


def test_what_an_item_holds_lies_in_it() -> None:
    made = text(
        "<list><item><p>a</p><p>b</p><quote><p>q</p></quote><table><row><cell>c</cell></row>"
        "</table></item><item>d</item></list>"
    )
    assert blocks(made) == [
        ("a", "item", "l1.1"),
        ("b", "item", "l1.1"),
        ("q", "quotation", "l1.1 q2"),
        ("c", "cell", "l1.1 t3.1"),
        ("d", "item", "l1.2"),
    ]
    assert made.blocks[1].attrs["continued"] == "1"


def test_two_tables_are_two() -> None:
    made = text(
        "<table><head>One</head><row><cell rows='2' cols='3'>a</cell></row></table>"
        "<table><row role='label'><cell>b</cell></row></table>"
    )
    assert blocks(made) == [("One", "caption", "t1"), ("a", "cell", "t1.1"), ("b", "cell", "t2.1")]
    assert (made.blocks[1].attrs["rows"], made.blocks[1].attrs["cols"]) == ("2", "3")
    assert made.blocks[2].attrs["head"] == "1"


def test_the_paragraphs_of_a_quotation_are_blocks_of_one_quotation() -> None:
    made = text("<quote><p>a</p><p>b</p></quote><quote><p>c</p></quote><p>d</p>")
    assert blocks(made) == [
        ("a", "quotation", "q1"),
        ("b", "quotation", "q1"),
        ("c", "quotation", "q2"),
        ("d", "paragraph", ""),
    ]


@pytest.mark.parametrize(
    "around", ["p", "item", "cell", "head", "signed", "note rend='inline'", "note"]
)
def test_a_quotation_in_a_line_is_part_of_it(around: str) -> None:
    made = text(f"<{around}>He said (<quote>x</quote>), <q>y</q>.</{around.split()[0]}>")
    assert made.text == "He said (x), y."


def test_a_quotation_beside_marked_words_of_a_note_is_part_of_the_line() -> None:
    made = text("<p>a<note><hi rend='italic'>See</hi> <quote>x</quote></note></p>")
    assert blocks(made)[1:] == [("See x", "note", "")]


def test_a_line_break_is_a_space_with_a_span() -> None:
    made = text("<p>one<lb/>two <lb/> three<lb/></p>")
    assert made.text == "one two three"
    assert [s.start for s in made.spans if s.kind == "lb"] == [3, 7]


def test_a_figure_leaves_its_captions_and_no_more() -> None:
    made = text(
        "<p>a<figure><graphic url='f'/><head>Map 1</head><figDesc>A map</figDesc></figure>b</p>"
        "<figure><graphic url='g'/></figure>"
    )
    assert blocks(made) == [
        ("a", "paragraph", ""),
        ("Map 1", "caption", "f1"),
        ("A map", "caption", "f1"),
        ("b", "paragraph", ""),
    ]


@pytest.mark.parametrize(
    ("tag", "kind"),
    [
        ("hi rend='underline'", "underline"),
        ("hi rend='strike'", "strike"),
        ("hi rend='smallcaps'", "smallcaps"),
        ("hi rend='superscript'", "superscript"),
        ("hi rend='italic'", "italic"),
        ("add", "added"),
        ("del", "strike"),
        ("gap", "gap"),
        ("supplied", "supplied"),
        ("unclear", "unclear"),
        ("sic", "sic"),
        ("corr", "correction"),
    ],
)
def test_what_was_done_to_words_is_a_span_over_them(tag: str, kind: str) -> None:
    made = text(f"<p>a<{tag}>b <emph>c</emph></{tag.split()[0]}>d</p>")
    assert made.text == "ab cd"
    assert (kind, "b c") in spans(made)


def test_a_gap_without_words_leaves_nothing_and_parts_nothing() -> None:
    made = text("<p>a<gap reason='illegible'/>b <gap><desc>[2 lines]</desc></gap></p>")
    assert (made.text, spans(made)) == ("ab [2 lines]", [("gap", "[2 lines]")])


@pytest.mark.parametrize("between", ["", " ", "\n    "])
def test_both_readings_of_a_choice_stay_each_a_word(between: str) -> None:
    inner = between.join(["", "<sic>recieve</sic>", "<corr>receive</corr>", ""])
    made = text(f"<p>to “<choice>{inner}</choice>”</p>")
    assert made.text == "to “recieve receive”"
    assert spans(made) == [("sic", "recieve"), ("correction", "receive")]


def test_notes_in_notes_tables_and_heads_are_called_from_there() -> None:
    made = text(
        "<head>T<note xml:id='h'>in head</note></head><table><head>C<note xml:id='i'>cap</note>"
        "</head><row><cell>c<note xml:id='c'>in cell<note xml:id='n'>in note</note></note></cell>"
        "</row></table><p>z<note>no number</note></p>"
    )
    assert made.text == "T\nC\nc\nz\nin head\ncap\nin cell\nno number\nin note"
    found = [(n.key, n.call, made.quote(n.start, n.end)) for n in made.notes]
    assert found == [
        ("h", 1, "in head"),
        ("i", 3, "cap"),
        ("c", 5, "in cell"),
        ("d1-note-5", 7, "no number"),
        ("n", 27, "in note"),
    ]
    assert made.notes[3].label == ""


def test_a_note_called_twice_is_one_note_with_two_calls() -> None:
    made = text("<p>a<note n='1' xml:id='x'>one</note> b<ref target='#x'/> c</p>")
    assert made.text == "a b c\none"
    assert [(s.start, s.ref) for s in made.spans] == [(1, "x"), (3, "x")]
    assert [n.call for n in made.notes] == [1]


def test_references_lead_to_documents_notes_volumes_and_the_web() -> None:
    targets = ["#d166", "#d1fn2", "frus1981-88v05#d3", "frus1981-88v05", "https://example.org/a"]
    made = text("<p>" + " ".join(f"<ref target='{t}'>x</ref>" for t in targets) + "</p>")
    assert [s.ref for s in made.spans if s.kind == "ref"] == targets


def test_what_is_in_a_note_says_what_it_would_be_elsewhere() -> None:
    made = text(
        "<p>x<note><p>one</p><list><item>it</item></list><quote><p>q</p></quote>"
        "<table><row><cell>c</cell></row></table></note></p>"
    )
    assert blocks(made)[1:] == [
        ("one", "note", ""),
        ("it", "note", "l1.1"),
        ("q", "note", "q2"),
        ("c", "note", "t3.1"),
    ]
    assert [b.attrs.get("as", "") for b in made.blocks[1:]] == ["", "item", "quotation", "cell"]


def test_what_is_in_an_attachment_lies_in_it() -> None:
    made = parsed(
        in_document(
            "<p>a</p><frus:attachment><head>Tab A</head><list><item>b</item></list>"
            "</frus:attachment><frus:attachment><p>c</p></frus:attachment>"
        )
    )
    assert blocks(made) == [
        ("a", "paragraph", ""),
        ("Tab A", "heading", "a1"),
        ("b", "item", "a1 l1.1"),
        ("c", "paragraph", "a2"),
    ]


def test_an_unknown_element_leaves_its_words_and_is_named_once_with_count_and_place() -> None:
    notices = Notices()
    made = text_of(div("<p>a<spam>b</spam>\n<spam>c <eggs/></spam></p>"), "d1", Known(), notices)
    assert made.text == "ab c"
    assert [str(n) for n in notices.all()] == [
        "line 1: The element <spam> is not known; its text is kept. (2 times)",
        "line 2: The element <eggs> is not known; its text is kept.",
    ]
