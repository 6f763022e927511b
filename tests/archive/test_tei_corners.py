"""What real volumes hold in their corners: attachments with heads of their own, slips in ids."""

from __future__ import annotations

from archive.importers.tei import parse_tei
from archive.render import prepare
from tests.archive.tei import document, documents_of, parsed, text, volume

INNER = (
    "<opener><dateline><placeName>Moscow</placeName>, <date when='1982-05-20'>May 20</date>"
    "</dateline></opener><list type='subject'><item>Theirs</item></list>"
)


def test_the_particulars_of_an_attachment_are_not_the_documents() -> None:
    source = document(f"<head>1. A</head><p>a</p><frus:attachment>{INNER}</frus:attachment>")
    made = documents_of(parse_tei(volume(source)))[0]
    assert (made.place, made.date_text, made.date_min, made.subject) == ("", "", None, "")


def test_the_documents_own_particulars_are_found_before_those_of_its_attachment() -> None:
    own = INNER.replace("Moscow", "Washington").replace("Theirs", "Ours").replace("May 20", "now")
    source = document(f"<head>1. A</head>{own}<frus:attachment>{INNER}</frus:attachment>")
    made = documents_of(parse_tei(volume(source)))[0]
    assert (made.place, made.date_text, made.subject) == ("Washington", "now", "Ours")


def test_two_notes_with_one_id_are_both_kept() -> None:
    source = "<p>a<note xml:id='x' n='1'>one</note> b<note xml:id='x' n='2'>two</note></p>"
    made = parsed(document(source))
    assert made.text == "a b\none\ntwo"
    assert [(n.label, n.call, made.quote(n.start, n.end)) for n in made.notes] == [
        ("1", 1, "one"),
        ("2", 3, "two"),
    ]
    assert made.notes[0].key == "x" != made.notes[1].key


def test_the_comma_after_an_entrys_name_belongs_to_neither_name_nor_description() -> None:
    front = (
        "<list type='persons'><item><persName xml:id='p_H'>Haig, Alexander,</persName> Secretary"
        "</item></list><list type='terms'><item><term xml:id='t_A'>ABM</term>, a missile</item>"
        "</list>"
    )
    made = parse_tei(volume(document("<p>a</p>"), front=front))
    assert [(e.name, e.description) for e in made.persons + made.terms] == [
        ("Haig, Alexander", "Secretary"),
        ("ABM", "a missile"),
    ]


def test_documents_that_count_pages_each_from_one_take_none_from_the_document_before() -> None:
    source = document("<p>a<pb n='2'/>b<pb n='3'/>c</p>", 1) + document("<p>d<pb n='2'/>e</p>", 2)
    made = parse_tei(volume(source))
    assert [(d.first_page, d.last_page) for d in documents_of(made)] == [("", "3"), ("", "2")]


def test_a_cell_without_text_keeps_the_columns_of_its_row_in_place() -> None:
    made = text(
        "<table><row><cell/><cell>1980</cell><cell>1981</cell></row>"
        "<row><cell>Sum</cell><cell/><cell/><cell>5</cell></row>"
        "<row><cell cols='2'>All</cell><cell>9</cell></row>"
        "<row><cell>x</cell></row><row><cell/><cell>y</cell></row></table>"
    )
    assert made.text == "1980\n1981\nSum\n5\nAll\n9\nx\ny"
    layout = prepare(made)
    rows = layout.body_html([layout.block(i) for i in range(layout.body)]).split("<tr>")[1:]
    assert [row.count("<td") for row in rows] == [3, 3, 2, 1, 2]
    assert rows[0].startswith('<td colspan="1"></td><td class="b cell" id="b0"')
    assert '<td colspan="2"></td><td class="b cell" id="b3"' in rows[1]
    assert 'colspan="2" ' not in rows[2] and "<td></td>" not in rows[2]
