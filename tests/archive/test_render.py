"""Rendering: a block's element holds the block's text, whatever lies over it."""

from __future__ import annotations

import re
from collections.abc import Sequence
from html.parser import HTMLParser

import pytest
from hypothesis import given
from hypothesis import strategies as st
from lxml import etree
from lxml import html as lxml_html

from archive.importers.teiline import Known
from archive.importers.teitext import text_of
from archive.render import LinkResolver, Segment, prepare
from archive.text import Block, Note, Span, Text
from tests.archive.strategies import sources
from tests.archive.tei import text as text_in
from tests.strategies import texts

VOID = {"br"}
BLOCKS = {
    "p",
    "h1",
    "h2",
    "h3",
    "ul",
    "ol",
    "li",
    "table",
    "blockquote",
    "figure",
    "section",
    "div",
}
ONE_LINE = {"p", "h1", "h2", "h3", "span", "a", "i", "b", "mark", "ins", "td", "th"}
HOLDS = {"ul": {"li"}, "ol": {"li"}, "table": {"caption", "tr"}, "tr": {"td", "th"}}
HELD_BY = {"tr": {"table"}, "td": {"tr"}, "th": {"tr"}, "caption": {"table"}}


class WellNested(HTMLParser):
    """Fails on an end tag that does not close the innermost open element, and on an element or
    text where HTML has no place for it."""

    def __init__(self) -> None:
        super().__init__()
        self.open: list[str] = []
        self.last = ""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        assert not (tag == "a" and "a" in self.open), "a link inside a link"
        assert not (tag == "mark" and "mark" in self.open), "a highlight inside a highlight"
        around = self.open[-1] if self.open else ""
        assert tag in HOLDS.get(around, {tag}), f"{tag} in {around}"
        assert around in HELD_BY.get(tag, {around}), f"{tag} in {around}"
        assert not (tag in BLOCKS and around in ONE_LINE), f"{tag} in {around}"
        assert tag != "caption" or self.last == "table", "a caption after rows"
        assert tag != "li" or around in ("ul", "ol") or ("class", "note") in attrs or not self.open
        self.last = tag
        if tag not in VOID:
            self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self.open and self.open.pop() == tag

    def handle_data(self, data: str) -> None:
        assert not (data.strip() and self.open[-1] in HOLDS), f"text in {self.open[-1]}"


def check_nesting(markup: str) -> None:
    parser = WellNested()
    parser.feed(markup)
    parser.close()
    assert not parser.open


def whole(text: Text, overlay: Sequence[Segment] = (), **options: LinkResolver) -> str:
    """The body and the apparatus as the reader shows them."""
    layout = prepare(text, **options)
    blocks = [layout.block(index, overlay) for index in range(len(text.blocks))]
    return layout.body_html(blocks) + layout.notes_html(blocks)


def block_texts(markup: str) -> dict[int, str]:
    """The text of each block's element by its start, without what is marked as no text."""
    page = lxml_html.fragment_fromstring(markup, create_parent=True)
    for skipped in page.xpath("//*[@data-skip]"):
        skipped.drop_tree()
    return {int(e.get("data-start")): e.text_content() for e in page.xpath("//*[@data-start]")}


@st.composite
def overlaid(draw: st.DrawFn) -> tuple[Text, list[Segment]]:
    text = draw(texts())
    cuts = sorted(draw(st.sets(st.integers(0, len(text.text)), max_size=10)))
    pairs = zip(cuts, cuts[1:], strict=False)
    return text, [
        (a, b, f"c1 d{i % 4 + 1}") for i, (a, b) in enumerate(pairs) if draw(st.booleans())
    ]


@given(overlaid())
def test_the_text_of_a_block_is_the_blocks_text_exactly(case: tuple[Text, list[Segment]]) -> None:
    text, overlay = case
    found = block_texts(whole(text, overlay, resolve=lambda target: f"/{target}"))
    assert found == {b.start: text.text[b.start : b.end] for b in text.blocks}


@given(overlaid())
def test_tags_are_well_nested_and_highlights_flat(case: tuple[Text, list[Segment]]) -> None:
    text, overlay = case
    check_nesting(whole(text, overlay, resolve=lambda target: f"/{target}"))


@given(sources)
def test_whatever_the_source_holds_is_valid_and_the_text_of_its_blocks(
    source: etree._Element,
) -> None:
    text = text_of(source, "d1", Known(frozenset("p"), frozenset("t")))
    markup = whole(text, [(1, 6, "c1"), (6, 40, "c2")], resolve=lambda target: f"/{target}")
    assert block_texts(markup) == {b.start: text.text[b.start : b.end] for b in text.blocks}
    check_nesting(markup)


@given(overlaid())
def test_highlighted_characters_are_those_of_the_segments(case: tuple[Text, list[Segment]]) -> None:
    text, overlay = case
    page = lxml_html.fragment_fromstring(whole(text, overlay), create_parent=True)
    for skipped in page.xpath("//*[@data-skip]"):
        skipped.drop_tree()
    marked = "".join(mark.text_content() for mark in page.iter("mark"))
    wanted = "".join(
        text.text[max(start, block.start) : min(end, block.end)]
        for start, end, _ in overlay
        for block in text.blocks
        if start < block.end and end > block.start
    )
    assert sorted(marked) == sorted(wanted)


def test_a_page_break_inside_a_word_does_not_tear_it() -> None:
    text = Text("engaged", (Block("paragraph", 0, 7),), (Span("page", 2, 2, "546"),))
    assert ">en<span" in whole(text)
    assert block_texts(whole(text)) == {0: "engaged"}


def test_a_note_called_twice_has_one_target_to_come_back_to() -> None:
    text = Text(
        "a b\nn",
        (Block("paragraph", 0, 3), Block("note", 4, 5, "fn1")),
        (Span("call", 1, 1, "fn1"), Span("call", 3, 3, "fn1")),
        (Note("fn1", "1", "editorial", 1, 4, 5),),
    )
    assert whole(text).count('id="call-fn1"') == 1
    assert whole(text).count('href="#n-fn1"') == 2


def test_what_the_source_says_is_never_mark_up() -> None:
    text = Text(
        "<script>x</script>",
        (Block("paragraph", 0, 18),),
        (Span("person", 0, 18, '"><script>'), Span("page", 0, 0, "<b>")),
    )
    html = whole(text, [(0, 8, "c1 d1")])
    assert "<script" not in html and "<b>" not in html


def shape(inner: str) -> str:
    """The elements around and of the blocks that some TEI becomes, without attributes."""
    markup = whole(text_in(inner))
    return re.sub(r"<(\w+)[^>]*>", r"<\1>", markup).replace("\n", "")


def test_lists_nest_with_their_labels_and_further_paragraphs() -> None:
    assert shape(
        "<list><item><label>1.</label> a<list><item>b</item><item>c</item></list><p>d</p></item>"
        "<item>e</item></list><list><item>f</item></list>"
    ) == (
        "<ul><li><p><span>1.</span> a</p><ul><li><p>b</p></li><li><p>c</p></li></ul><p>d</p></li>"
        "<li><p>e</p></li></ul><ul><li><p>f</p></li></ul>"
    )


def test_a_list_that_its_source_counts_is_counted() -> None:
    assert shape("<list type='ordered'><item>a</item></list>") == "<ol><li><p>a</p></li></ol>"


def test_the_paragraphs_of_one_quotation_stand_in_one() -> None:
    assert shape("<quote><p>a</p><p>b</p></quote><quote><p>c</p></quote>") == (
        "<blockquote><p>a</p><p>b</p></blockquote><blockquote><p>c</p></blockquote>"
    )


def test_each_table_is_one_with_its_caption_and_heads() -> None:
    assert shape(
        "<table><head>T</head><row role='label'><cell>a</cell><cell>b</cell></row>"
        "<row><cell role='label'>c</cell><cell>d</cell></row></table><table><row><cell>e</cell>"
        "</row></table>"
    ) == (
        "<div><table><caption><p>T</p></caption><tr><th>a</th><th>b</th></tr>"
        "<tr><th>c</th><td>d</td></tr></table></div><div><table><tr><td>e</td></tr></table></div>"
    )
    heads = whole(text_in("<table><row><cell role='label'>a</cell></row></table>"))
    assert 'scope="col"' in heads


def test_what_is_no_cell_stands_outside_of_the_table() -> None:
    assert shape("<table><row><cell>a</cell></row><head>late</head></table>") == (
        "<div><table><tr><td>a</td></tr></table></div><p>late</p>"
    )


def test_figures_and_attachments_are_told_apart() -> None:
    assert shape("<figure><head>Map</head><figDesc>Of it</figDesc></figure><p>a</p>") == (
        "<figure><figcaption><p>Map</p><p>Of it</p></figcaption></figure><p>a</p>"
    )
    markup = whole(text_in("<p>a</p><attachment><p>b</p></attachment>"))
    assert '<section class="attachment" aria-label="Attachment 1"><p class="kicker"' in markup
    assert shape("<attachment><head>Tab</head></attachment>") == "<section><h2>Tab</h2></section>"


def test_what_a_note_holds_is_shaped_as_in_the_body() -> None:
    made = shape("<p>a<note n='1'>b<list><item>c</item></list><quote><p>d</p></quote></note></p>")
    assert made.endswith(
        "<li><a>1</a><p>b</p><ul><li><p>c</p></li></ul><blockquote><p>d</p></blockquote></li>"
    )


def test_blocks_that_do_not_say_what_they_lie_in_are_grouped_by_kind() -> None:
    """Editions from before blocks said so, and plain transcriptions."""
    kinds = ["item", "item", "quotation", "quotation", "cell"]
    made = [Block(kind, 2 * at, 2 * at + 1) for at, kind in enumerate(kinds)]
    markup = whole(Text("a\nb\nc\nd\ne", tuple(made)))
    assert re.sub(r"<(\w+)[^>]*>", r"<\1>", markup).replace("\n", "") == (
        "<ul><li><p>a</p></li><li><p>b</p></li></ul><blockquote><p>c</p><p>d</p></blockquote>"
        "<div><table><tr><td>e</td></tr></table></div>"
    )


@pytest.mark.parametrize("tag", ["add", "supplied", "unclear", "gap", "sic", "corr"])
def test_what_was_done_to_words_is_said_in_a_title(tag: str) -> None:
    markup = whole(text_in(f"<p>a <{tag}>b</{tag}></p>"))
    assert re.search(r'<(ins|span) class="\w+" title="[^"]+">b</\1>', markup)


def test_a_page_whose_number_comes_twice_is_named_once() -> None:
    markup = whole(text_in("<p>a<pb n='5'/>b</p><p>c<pb n='5'/><hi rend='italic'>d</hi></p>"))
    assert (markup.count('id="pg-5"'), markup.count(">5</span>")) == (1, 2)
