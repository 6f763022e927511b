"""Rendering: a block's element holds the block's text, whatever lies over it."""

from __future__ import annotations

from collections.abc import Sequence
from html.parser import HTMLParser

from hypothesis import given
from hypothesis import strategies as st
from lxml import html as lxml_html

from archive.render import LinkResolver, Segment, prepare
from archive.text import Block, Note, Span, Text
from tests.strategies import texts

VOID = {"br"}


class WellNested(HTMLParser):
    """Fails on any end tag that does not close the innermost open element."""

    def __init__(self) -> None:
        super().__init__()
        self.open: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        assert not (tag == "a" and "a" in self.open), "a link inside a link"
        assert not (tag == "mark" and "mark" in self.open), "a highlight inside a highlight"
        if tag not in VOID:
            self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self.open and self.open.pop() == tag


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
    parser = WellNested()
    parser.feed(whole(text, overlay, resolve=lambda target: f"/{target}"))
    parser.close()
    assert not parser.open


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
