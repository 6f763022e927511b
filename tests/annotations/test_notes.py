"""Notes: whatever a user types, no script and no foreign picture reaches a page."""

from __future__ import annotations

import re

import pytest
from bleach.sanitizer import Cleaner
from hypothesis import given
from hypothesis import strategies as st
from lxml import html as lxml_html

from annotations import notes
from annotations.notes import ATTRIBUTES, PROTOCOLS, TAGS, render_note

ATTACKS = [
    "<script>alert(1)</script>",
    "<img src=x onerror=alert(1)>",
    "<svg/onload=alert(1)>",
    "<a href='javascript:alert(1)'>x</a>",
    "[x](javascript:alert(1))",
    "[x](JaVaScRiPt:alert(1))",
    "[x](&#106;avascript:alert(1))",
    "[x](java\tscript:alert(1))",
    "[x](data:text/html;base64,PHNjcmlwdD4=)",
    "[x](vbscript:msgbox(1))",
    "![x](http://tracker.example/x.png)",
    "<javascript:alert(1)>",
    '[x](https://a.example "\\" onmouseover=alert(1) x=\\"")',
    "<style>*{display:none}</style>",
    "<p style='position:fixed'>x</p>",
    "<iframe src='//a.example'></iframe>",
    "<form action='//a.example'><input name=p></form>",
    "<math><mi//xlink:href='data:x,<script>alert(1)</script>'>",
    "<!--><script>alert(1)</script>-->",
    "<noscript><p title='</noscript><img src=x onerror=alert(1)>'>",
    "`<script>alert(1)</script>`",
    "<div hx-get='/x' hx-trigger='load'>x</div>",
    '<a href="#" hx-on:click="alert(1)">x</a>',
    "[ref]: javascript:alert(1)\n\n[ref]",
    "\x00<script\x00>alert(1)</script>",
    "<<script>script>alert(1)<</script>/script>",
]


def assert_clean(html: str) -> None:
    tree = lxml_html.fragment_fromstring(html, create_parent="section") if html else None
    for element in () if tree is None else tree.iterdescendants():
        assert element.tag in TAGS
        assert set(element.attrib) <= set(ATTRIBUTES.get(element.tag, []))
        assert re.match(r"https?:|mailto:|[^:]*$", element.get("href", ""))


@pytest.mark.parametrize("source", ATTACKS)
def test_an_attack_comes_out_as_harmless_text(source: str) -> None:
    assert_clean(render_note(source))


@given(
    st.lists(st.sampled_from([*ATTACKS, "*", "**", "> ", "- ", "\n", "text", "<", '"']), max_size=8)
)
def test_attacks_put_together_stay_harmless(parts: list[str]) -> None:
    assert_clean(render_note("".join(parts)))


def test_markdown_is_rendered() -> None:
    html = render_note("He *denies* it:\n\n> roughly parallel\n\n- one\n- [two](https://a.example)")
    assert "<em>denies</em>" in html and "<blockquote>" in html and "<li>one</li>" in html
    assert 'href="https://a.example" rel="nofollow noopener"' in html


def test_a_blank_note_is_no_note() -> None:
    assert render_note(" \n ") == ""


def test_headings_stay_text_so_that_the_pages_outline_holds() -> None:
    assert "<h1" not in render_note("# Big\n\nAlso\n====")


PIECES = st.one_of(
    st.text(st.sampled_from("ab *_`~>-1.\n#[]()<&\"' \\!:/@\t\0"), max_size=20),
    st.text(st.characters(exclude_categories=["Cs"]), max_size=5),
    st.sampled_from(
        [
            "[<https://x.y>](https://x.y)",
            "[a](https://x.y/é?a=b)",
            "<https://x.y>",
            "`a />`",
            "3. a\n4. b",
            "> q\n",
        ]
    ),
    st.sampled_from(["\n\n    code\n", "~~a~~", "***", "&quot; />", '[a](https://x/ "t")']),
    st.sampled_from(ATTACKS),
)


@given(st.lists(PIECES, max_size=5).map("".join))
def test_what_is_not_cleaned_is_what_cleaning_would_give(source: str):
    html = notes._MARKDOWN.render(source, {"people": {}})
    cleaner = Cleaner(tags=TAGS, attributes=ATTRIBUTES, protocols=PROTOCOLS, strip_comments=True)
    assert render_note(source) == (str(cleaner.clean(html)).strip() if source.strip() else "")
