"""Markdown handouts: what is shown are the very words, and what was written about them."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace

from hypothesis import given
from hypothesis import strategies as st
from lxml import html as lxml_html
from markdown_it import MarkdownIt

from annotations.formats import markdown
from annotations.formats.markdown_words import escaped, note_lines, spaced
from annotations.formats.package import Package, Scope
from annotations.formats.values import PartValue
from archive.text import Block, SpanKind, Text
from tests.annotations.reading import SIMPLE, on, package_of, part_of, parts
from tests.annotations.values import DOCUMENT, LINKAGE, SET

COMMONMARK = MarkdownIt("commonmark")
SIGNS = re.compile(r"\[\d+\]")
ANY = st.text(
    st.sampled_from("ab1é \u00a0*_`#+-.!|~&<>[](){}\"'\\:^=$@%\U0001d11e\u0301א"), max_size=20
)


def written(value: Package) -> str:
    return "".join(markdown.write(value))


def shown(source: str) -> lxml_html.HtmlElement:
    return lxml_html.document_fromstring(f"<body>{COMMONMARK.render(source)}</body>")


def said(source: str) -> list[str]:
    """The words of each paragraph, heading and item as a reader of CommonMark shows them."""
    leaves = shown(source).xpath("//p | //h1 | //h2 | //h3 | //h4 | //li[not(p)]")
    return [str(leaf.text_content()).rstrip("\n") for leaf in leaves]


@given(ANY.filter(lambda words: words.strip(" ")))
def test_no_words_become_mark_up(words: str):
    assert COMMONMARK.render(spaced(escaped(words, starts=True))) == (
        "<p>"
        + words.replace("&", "&amp;")
        .replace("<", "&lt;")
        .replace(">", "&gt;")
        .replace('"', "&quot;")
        + "</p>\n"
    )


@given(parts())
def test_every_block_is_shown_in_its_words(part: PartValue):
    spans = tuple(s for s in part.text.spans if s.kind not in (SpanKind.PAGE, SpanKind.NOTE_CALL))
    text = replace(part.text, spans=spans)
    shown = said(written(package_of(replace(part, text=text))))
    found = (SIGNS.sub("", line) for words in shown for line in words.split("\n"))
    for words, first in lines_of(text):
        assert SIGNS.sub("", first + words) in found, words


def lines_of(text: Text) -> Iterator[tuple[str, str]]:
    """Each block's words, and what stands before them."""
    numbers = {note.key: (number, note.label) for number, note in enumerate(text.notes, 1)}
    before = ""
    for block in text.blocks:
        first = ""
        if block.note and block.note != before:
            number, label = numbers[block.note]
            first = f"[^1-{number}]: {label} "
        before = block.note
        yield text.text[block.start : block.end], first


def test_signs_stand_where_they_belong():
    made = written(package_of(part_of(SIMPLE, on(SIMPLE, [(8, 11), (24, 28), (42, 46)]))))
    assert "## \\[p. 545\\]1\\. Café\n" in made
    assert "\n\\[1\\]One *two*[^1-1] three.\n" in made
    assert "\n\\[p. 546\\]F\\[2\\]our" in made
    assert "\n[^1-1]: **1** A \\<\\[3\\]note\\> \\& more.\n\n> \\[3\\]" in made


def test_an_annotation_has_its_words_note_author_time_and_replies():
    notes = on(SIMPLE, [(8, 22)], note="It *is*\n# so", question="open", private=True)
    made = written(package_of(part_of(SIMPLE, notes)))
    quote = shown(made).xpath("//blockquote")[-2]
    text = quote.text_content()
    for words in (
        "“One two three.”",
        "It is",
        "# so",
        "Question",
        "Private",
        "Bob Reader",
        "p. 545",
    ):
        assert words in text
    assert "2026-01-02 03:04 UTC" in text and "Answer 1" in text
    assert quote.xpath(".//em/text()") == ["is"]
    assert quote.xpath("./blockquote//p/text()")[0] == "Answer 1"
    assert quote.xpath(".//a/@href") == [notes[0].address]


@given(st.text(st.sampled_from("a <>!/[]()`*_#=-\n&^:1.\"'x"), max_size=40))
def test_a_note_brings_no_html_no_picture_and_no_heading(note: str):
    made = shown("\n".join(f"> {line}" for line in note_lines(note)))
    assert not made.xpath("//h1 | //h2 | //h3 | //h4 | //h5 | //h6 | //img | //script")
    assert not MarkdownIt("commonmark").render("\n".join(note_lines(note))).count("<!--")


def test_the_head_says_what_it_is_and_how_to_cite_it():
    made = written(package_of(part_of(SIMPLE, []), set=replace(SET, title="A *seminar*")))
    assert made.startswith("# A \\*seminar\\*\n")
    assert "- Licence: https://creativecommons.org/licenses/by/4.0/\n" in made
    assert "Ada Owner, ed., “A \\*seminar\\*,” annotation set, January 2, 2026" in made
    assert "- **Linkage**\n" in made and "Cite: “Memorandum”, https://history.state.gov/" in made


def test_of_a_theme_only_the_paragraphs_come_under_each_document():
    other = replace(DOCUMENT, title="Telegram", slug="d170", number="170")
    made = written(
        package_of(
            part_of(SIMPLE, on(SIMPLE, [(24, 28)])),
            part_of(SIMPLE, on(SIMPLE, [(8, 11)]), document=other),
            scope=Scope(themes=(LINKAGE,)),
        )
    )
    assert ["Café" in made, "three." in made, made.count("six.")] == [False, True, 1]
    assert made.count("Cite: ") == 2 and "## 170. Telegram" in made


def test_a_text_without_blocks_is_a_paragraph():
    made = written(package_of(part_of(Text("Bare words", ()), [])))
    assert "\nBare words\n" in made
    assert Block("paragraph", 0, 10) not in Text("Bare words").blocks
