"""HTML files: blocks, mark-up, links, and notes in the ways that HTML is made to hold them."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st
from lxml import etree

from archive.importers.faults import ImportFault
from archive.importers.html import parse_html
from archive.importers.parsed import Parsed, ParsedDocument
from archive.importers.particulars import Given
from archive.text import Text


def parsed(html: str | bytes, **given: str) -> tuple[Parsed, ParsedDocument]:
    data = html.encode() if isinstance(html, str) else html
    made = parse_html(data, "a.html", volume="v", number="1", given=Given(**given))
    (document,) = made.documents
    assert list(document.text.problems()) == []
    return made, document


def text_of(source: str) -> Text:
    return parsed(source)[1].text


def blocks(text: Text) -> list[tuple[str, str]]:
    return [(b.kind, text.quote(b.start, b.end)) for b in text.blocks]


def spans(text: Text) -> list[tuple[str, str]]:
    return [(s.kind, text.quote(s.start, s.end)) for s in text.spans]


def notes(text: Text) -> list[tuple[str, str, str | None]]:
    """Label, words, and the word that the note is called from."""
    return [
        (
            n.label,
            text.quote(n.start, n.end),
            None if n.call is None else text.text[: n.call].split()[-1],
        )
        for n in text.notes
    ]


def notices(made: Parsed) -> str:
    return "\n".join(map(str, made.notices.all()))


def test_paragraphs_and_headings_are_blocks_and_white_space_is_one_space() -> None:
    text = text_of("<h1>The\n  <i>title</i></h1><p>one\n\ttwo </p>bare<h2>Part</h2><div>in</div>")
    assert blocks(text) == [
        ("heading", "The title"),
        ("paragraph", "one two"),
        ("paragraph", "bare"),
        ("heading", "Part"),
        ("paragraph", "in"),
    ]
    assert [b.attrs.get("level") for b in text.blocks] == ["1", None, None, "2", None]


def test_the_highest_heading_is_the_documents_own_and_there_is_one() -> None:
    text = text_of("<h3>a</h3><p>x</p><h4>b</h4><h3>c</h3>")
    assert [b.attrs["level"] for b in text.blocks if b.kind == "heading"] == ["1", "2", "2"]


def test_a_short_first_paragraph_is_the_heading_where_none_is_marked_and_it_is_said() -> None:
    made, document = parsed("<p>A memorandum</p><p>Words.</p>")
    assert document.heading == "A memorandum"
    assert blocks(document.text)[0] == ("heading", "A memorandum")
    assert "first paragraph is taken" in notices(made)
    quiet, _ = parsed("<p>A memorandum</p><p>Words.</p>", title="A Memorandum")
    assert notices(quiet) == ""


def test_mark_up_within_lines_is_spans_by_element_style_and_class() -> None:
    text = text_of(
        "<p>x <em>a</em><b>b</b><u>c</u><s>d</s><sup>e</sup><sub>f</sub>"
        "<span class='small-caps'>g</span><span style='font-style: italic'>h</span>"
        "<span style='font-weight:700;text-decoration:underline'>i</span></p>"
    )
    assert text.text == "x abcdefghi"
    assert spans(text) == [
        *[("italic", "a"), ("bold", "b"), ("underline", "c"), ("strike", "d")],
        *[("superscript", "e"), ("subscript", "f"), ("smallcaps", "g"), ("italic", "h")],
        *[("bold", "i"), ("underline", "i")],
    ]


def test_lists_have_their_depth_and_an_item_goes_on_in_its_second_paragraph() -> None:
    text = text_of("<ul><li>a<ol><li>b</ol><li><p>c<p>d</ul>")
    assert blocks(text) == [("item", "a"), ("item", "b"), ("item", "c"), ("item", "d")]
    assert [dict(b.attrs) for b in text.blocks] == [
        {"in": "l1.1", "depth": "1"},
        {"in": "l1.1 l2.2", "depth": "2", "list": "ordered"},
        {"in": "l1.3", "depth": "1"},
        {"in": "l1.3", "depth": "1", "continued": "1"},
    ]


def test_a_list_of_definitions_keeps_its_terms_as_labels() -> None:
    text = text_of("<dl><dt>START<dd>Talks</dl>")
    assert blocks(text) == [("item", "START"), ("item", "Talks")]
    assert spans(text) == [("label", "START")]


def test_cells_say_where_they_stand_and_tables_are_told_apart() -> None:
    text = text_of(
        "<table><caption>Forces<tr><th>A<th colspan=2>B<tr><td rowspan=2><p>c<p>d<td><td>e"
        "</table><table><tr><td>f</table>"
    )
    assert blocks(text) == [
        ("caption", "Forces"),
        *[("cell", "A"), ("cell", "B"), ("cell", "c d"), ("cell", "e"), ("cell", "f")],
    ]
    assert [dict(b.attrs) for b in text.blocks[1:]] == [
        {"in": "t1.1", "row": "1", "col": "1", "head": "1"},
        {"in": "t1.1", "row": "1", "col": "2", "cols": "2", "head": "1"},
        {"in": "t1.2", "row": "2", "col": "1", "rows": "2"},
        {"in": "t1.2", "row": "2", "col": "3"},
        {"in": "t2.1", "row": "1", "col": "1"},
    ]


def test_quotations_and_lines_stay() -> None:
    text = text_of("<p>x<blockquote><p>a<br>b<p>c</blockquote><pre>one\ntwo</pre>")
    assert blocks(text) == [
        ("heading", "x"),
        *[("quotation", "a b"), ("quotation", "c"), ("paragraph", "one two")],
    ]
    assert spans(text) == [("lb", " "), ("lb", " ")]
    assert [b.attrs.get("in") for b in text.blocks] == [None, "q1", "q1", None]


def test_what_stands_in_a_note_keeps_what_it_would_be_elsewhere() -> None:
    text = text_of(
        '<p>a<sup><a href="#x">1</a></sup><ol><li id="x"><p>X<ul><li>y</ul><blockquote>z</ol>'
    )
    assert [(b.kind, b.attrs.get("as"), b.attrs.get("in")) for b in text.blocks[1:]] == [
        ("note", None, None),
        ("note", "item", "l2.1"),
        ("note", "quotation", "q3"),
    ]


def test_an_empty_line_ends_a_paragraph_of_text_set_as_it_stands() -> None:
    text = text_of("<h1>t</h1><pre>\none\n<b>two</b>\n \nthree</pre>")
    assert blocks(text)[1:] == [("paragraph", "one two"), ("paragraph", "three")]
    assert spans(text) == [("lb", " "), ("bold", "two")]


def test_two_line_breaks_end_a_paragraph() -> None:
    text = text_of("<h1>t</h1><p>a<br> <br>b</p>")
    assert blocks(text)[1:] == [("paragraph", "a"), ("paragraph", "b")]
    assert text.blocks[2].attrs == {"continued": "1"}
    assert spans(text) == []


def test_words_are_joined_and_parted_as_a_browser_shows_them() -> None:
    assert text_of("<p>en<b>gag</b>ed<!-- x --> now<wbr>here</p>").text == "engaged nowhere"


def test_links_to_the_web_stay_and_others_stay_as_words() -> None:
    made, document = parsed('<p><a href="https://a.org/x">web</a> <a href="b.html">page</a></p>')
    assert document.text.text == "web page"
    refs = [s for s in document.text.spans if s.kind == "ref"]
    assert [(s.start, s.end, s.ref) for s in refs] == [(0, 3, "https://a.org/x")]
    assert "leads to no address" in notices(made)


def test_a_script_address_is_no_link() -> None:
    assert spans(text_of('<p>x <a href="javascript:alert(1)">y</a></p>')) == []


def test_what_is_no_text_is_left_out_and_said() -> None:
    made, document = parsed(
        "<head><title>T</title><style>p{}</style></head><body><nav>Home</nav><script>x()</script>"
        "<p>Words.</p><img src='a.png' alt='A map'><button>Print</button></body>"
    )
    assert document.text.text == "Words."
    said = notices(made)
    assert "<nav>" in said and "<button>" in said and "An image" in said
    assert "script" not in said and "style" not in said


def test_an_unknown_element_keeps_its_text_and_is_named_once_with_a_count() -> None:
    made, document = parsed("<p>a <spam>b</spam>\n<spam>c</spam></p>")
    assert document.text.text == "a b c"
    assert "line 1: The element <spam> is not known; its text is kept. (2 times)" in notices(made)


# As pandoc, mammoth, Word, Wikipedia, Markdown, and hands write them.
NOTED = {
    "pandoc": (
        '<p>Day<a href="#fn1" class="footnote-ref" id="fnref1" role="doc-noteref"><sup>1</sup></a>'
        ' ends.</p><section class="footnotes" role="doc-endnotes"><hr/><ol><li id="fn1"><p>See A.'
        '<a href="#fnref1" class="footnote-back" role="doc-backlink">↩︎</a></p></li></ol></section>'
    ),
    "mammoth": (
        '<p>Day<sup><a href="#footnote-1" id="footnote-ref-1">[1]</a></sup> ends.</p><ol>'
        '<li id="footnote-1"><p>See A. <a href="#footnote-ref-1">↑</a></p></li></ol>'
    ),
    "word": (
        '<p>Day<a style="mso-footnote-id:ftn1" href="#_ftn1" name="_ftnref1" title=""><span '
        'class="MsoFootnoteReference"><![if !supportFootnotes]>[1]<![endif]></span></a> ends.</p>'
        '<div style="mso-element:footnote-list"><br clear="all"><hr><div id="ftn1" style="'
        'mso-element: footnote"><p class="MsoFootnoteText"><a style="mso-footnote-id:ftn1" '
        'href="#_ftnref1" name="_ftn1" title=""><span>[1]</span></a> See A.</p></div></div>'
    ),
    "wikipedia": (
        '<p>Day<sup id="cite_ref-1" class="reference"><a href="#cite_note-1">[1]</a></sup> ends.'
        '</p><ol class="references"><li id="cite_note-1"><span class="mw-cite-backlink"><b>'
        '<a href="#cite_ref-1">^</a></b></span> <span>See A.</span></li></ol>'
    ),
    "markdown": (
        '<p>Day<sup id="fnref:1"><a class="footnote-ref" href="#fn:1">1</a></sup> ends.</p><div '
        'class="footnote"><hr><ol><li id="fn:1"><p>See A.&#160;<a class="footnote-backref" '
        'href="#fnref:1">&#8617;</a></p></li></ol></div>'
    ),
    "by hand": (
        '<p>Day<sup><a href="#n1" name="b1">1</a></sup> ends.</p>'
        '<p id="n1"><sup><a href="#b1">1</a></sup> See A.</p>'
    ),
    "by hand, in brackets": (
        '<p>Day[<a href="#note1">1</a>] ends.</p><p><a name="note1"></a>[1] See A.</p>'
    ),
    "by hand, bold": '<p>Day<sup>(<a href="#n1">1</a>)</sup> ends.</p><p id="n1"><b>1.</b> See A.',
}


@pytest.mark.parametrize("form", NOTED)
def test_notes_are_the_apparatus_and_their_labels_no_text(form: str) -> None:
    text = text_of(f"<h1>T</h1>{NOTED[form]}")
    assert [(n[0], n[1].strip("\u00a0"), n[2]) for n in notes(text)] == [("1", "See A.", "Day")]
    assert blocks(text)[:2] == [("heading", "T"), ("paragraph", "Day ends.")]
    assert len(text.blocks) == 3
    assert text.notes[0].key == "d1fn1"


def test_notes_stand_in_the_order_of_their_calls_and_may_call_others() -> None:
    text = text_of(
        '<p>a<sup><a href="#y">1</a></sup> b<sup><a href="#x">2</a></sup> c<sup><a href="#y">1</a>'
        '</sup></p><ol><li id="x">X<sup><a href="#z">3</a></sup><li id="y">Y<li id="z">Z</ol>'
    )
    assert notes(text) == [("1", "Y", "a"), ("2", "X", "b"), ("3", "Z", "X")]
    assert [s.ref for s in text.spans if s.kind == "call"] == ["d1fn1", "d1fn2", "d1fn1", "d1fn3"]


def test_a_note_goes_on_in_the_paragraphs_before_the_next_one() -> None:
    text = text_of(
        '<p>a<sup><a href="#x">1</a></sup> b<sup><a href="#y">2</a></sup></p>'
        '<p id="x">1 X</p><p>more</p><p id="y">2 Y</p><p>The end.</p>'
    )
    assert notes(text) == [("1", "X\nmore", "a"), ("2", "Y", "b")]
    assert blocks(text)[1] == ("paragraph", "The end.")


def test_a_note_that_nothing_calls_is_kept_among_the_notes() -> None:
    text = text_of('<p>a<section class="footnotes"><ol><li id="fn1">Lost.</ol></section>')
    assert notes(text) == [("1", "Lost.", None)]


def test_a_source_note_is_told_apart() -> None:
    text = text_of('<p>a<sup><a href="#x">1</a></sup><ol><li id="x">Source: Library.</ol>')
    assert text.notes[0].kind == "source"


@pytest.mark.parametrize(
    "source",
    [
        '<p>See <a href="#c1">1</a></p><div id="c1"><h2>One</h2><p>Text.</p></div>',
        '<p><sup><a href="#c1">1</a></sup></p><h2 id="c1">One</h2><p>Text.</p>',
        '<p id="top">Text <sup><a href="#top">1</a></sup></p>',
        '<p>x<sup><a href="#a">1</a></sup><sup><a href="#b">2</a></sup></p>'
        '<p><a id="a">1</a> one<br><a id="b">2</a> two</p>',
    ],
)
def test_a_link_that_is_no_call_takes_nothing_out_of_the_text(source: str) -> None:
    text = text_of(source)
    assert text.notes == ()
    assert letters(text.text) == letters("".join(etree.HTML(source).itertext()))


def test_title_date_source_and_licence_are_those_given() -> None:
    made, document = parsed(
        "<title>Site</title><h1>Own</h1><p>x",
        title="Given",
        date="1982-05-10",
        source="N. Archives",
        licence="CC0",
    )
    assert (document.heading, document.date_text) == ("Given", "1982-05-10")
    assert (str(document.date_min), str(document.date_max)) == ("1982-05-10", "1982-05-10")
    assert (made.volume.title, made.volume.source) == ("Given", "N. Archives")
    assert (made.volume.licence, made.volume.described) == ("CC0", False)


def test_a_date_may_be_given_in_words() -> None:
    document = parsed("<h1>x", date="February 22, 1946")[1]
    assert (str(document.date_min), str(document.date_max)) == ("1946-02-22", "1946-02-22")
    assert (document.date_text, document.date_precision) == ("February 22, 1946", "day")
    assert parsed("<h1>x", date="undated")[1].date_min is None


def test_the_heading_goes_before_the_title_of_the_page() -> None:
    head = "<head><title>Page | Site</title><meta name=author content='Ann'></head>"
    assert parsed(f"{head}<h1>Own</h1><p>x")[1].heading == "Own"
    made, document = parsed(f"{head}<ul><li>x</ul>")
    assert document.heading == made.volume.title == "Page | Site"
    assert made.volume.editors == ("Ann",)


@pytest.mark.parametrize(
    "data",
    [
        "<p>Café — “x”".encode(),
        "\ufeff<p>Café — “x”".encode(),
        "<p>Café — “x”".encode("utf-16"),
        '<meta charset="windows-1252"><p>Café — “x”'.encode("cp1252"),
        '<meta content="text/html; charset=iso-8859-1"><p>Café — “x”'.encode("cp1252"),
        '<?xml version="1.0" encoding="utf-8"?><html><p>Café — “x”</p></html>'.encode(),
    ],
)
def test_the_encoding_is_the_one_that_the_file_says(data: bytes) -> None:
    assert parsed(data)[1].text.text == "Café — “x”"


@pytest.mark.parametrize(
    ("data", "words"),
    [
        (b"", "holds no text"),
        (b"<p> <br></p>", "holds no text"),
        (b"<nav>Home</nav>", "holds no text"),
        (b"<p>\nCaf\xe9", "a.html:2: The file is not UTF-8 text"),
        (b"<meta charset='zlib_codec'><p>x", "“zlib_codec”, which is not known"),
        (b"<p>\nx\0", "a.html:2: The file holds NUL"),
        (b"<b>" * 200 + b"x", "nested deeper than 150"),
        (b"<div>" * 5000 + b"x", "nested deeper than 150"),
    ],
)
def test_a_file_that_cannot_be_read_is_one_line(data: bytes, words: str) -> None:
    with pytest.raises(ImportFault) as caught:
        parsed(data)
    assert words in str(caught.value)
    assert "\n" not in str(caught.value)


def letters(text: str) -> str:
    return re.sub(r"\s", "", text)


LETTERS = st.text("ab \n\t&é\u0301\u200dאس\u00a0\u2003\U0001f4dc—<>'\"]", max_size=8)
_TAGS = """
p div b i sup a span ul ol li dl dt dd table tr td th caption blockquote h1 h2 pre br hr section
font q spam img title body html head tbody figure figcaption center
"""
TAGS = st.sampled_from(_TAGS.split())
NAMES = st.sampled_from(["#a", "#b", "#fn1", "#_ftn1", "https://x.org", "x.html"])
MARKS = st.sampled_from(["1", "[1]", "2", "*", "↩", "(a)", "see"])
OPEN = st.builds(lambda tag: f"<{tag}>", TAGS)
CLOSE = st.builds(lambda tag: f"</{tag}>", TAGS)
STYLE = st.just("<span class='sc' style='font-style:italic;font-weight:bold'>")
NAMED = st.builds(
    lambda tag, name: f"<{tag} id='{name[1:]}'>", st.sampled_from(["p", "li", "div", "a"]), NAMES
)
LINKS = st.builds(
    lambda name, mark, own: f"<sup><a href='{name}' id='{own[1:]}'>{mark}</a></sup>",
    NAMES,
    MARKS,
    NAMES,
)
SOUP = st.lists(st.one_of(LETTERS, OPEN, CLOSE, STYLE), max_size=30).map("".join)
NOTED_SOUP = st.lists(st.one_of(LETTERS, OPEN, CLOSE, NAMED, LINKS), max_size=30).map("".join)


def read(source: str) -> Text | None:
    """The text of a soup; None where it holds none, which is said by a fault and nothing else."""
    try:
        made = parse_html(source.encode(), "a.html", volume="v", number="1")
    except ImportFault:
        return None
    (document,) = made.documents
    return document.text


@given(SOUP)
def test_no_soup_breaks_the_text_and_all_its_letters_stay_in_order(source: str) -> None:
    text = read(source)
    root = etree.fromstring(source.encode(), etree.HTMLParser(encoding="utf-8"))
    wanted = ""
    if root is not None:
        for away in list(root.iter("title", "head")):
            if away.getparent() is not None and away.tail:
                previous = away.getprevious()
                if previous is not None:
                    previous.tail = (previous.tail or "") + away.tail
                else:
                    away.getparent().text = (away.getparent().text or "") + away.tail
            if away.getparent() is not None:
                away.getparent().remove(away)
        wanted = letters("".join(root.itertext()))
    assert letters(text.text if text else "") == wanted
    assert list(text.problems() if text else ()) == []


@given(NOTED_SOUP)
def test_no_soup_of_notes_breaks_the_text(source: str) -> None:
    text = read(source)
    if text is None:
        return
    assert list(text.problems()) == []
    keys = [note.key for note in text.notes]
    assert len(set(keys)) == len(keys)
    assert {s.ref for s in text.spans if s.kind == "call"} <= set(keys)
    assert {b.note for b in text.blocks} - {""} <= set(keys)
    text.text.encode("utf-8")


@given(st.binary(max_size=60))
def test_no_bytes_raise_anything_but_a_fault(data: bytes) -> None:
    try:
        parse_html(data, "a.html", volume="v", number="1")
    except ImportFault as fault:
        assert "\n" not in str(fault)
