"""The HTML handout: all of the text and of what was written, in one file in which nothing runs."""

from __future__ import annotations

import re
import tracemalloc
from collections.abc import Iterator
from dataclasses import replace

from hypothesis import given
from lxml import html as lxml_html

from annotations.formats import html
from annotations.formats.html_style import STYLE
from annotations.formats.package import Package, Scope
from annotations.formats.values import AnnotationValue, CodebookValue, PartValue, PersonValue
from tests.annotations.reading import SIMPLE, on, package_of, part_of, parts
from tests.annotations.values import CODEBOOK, DOCUMENT, LINKAGE, RISK, SET, annotation

ATTACKS = "\"><script>alert(1)</script><img src=x onerror=alert(1)>'&"


def page(value: Package) -> str:
    return "".join(html.write(value))


def tree(value: Package) -> lxml_html.HtmlElement:
    return lxml_html.document_fromstring(page(value))


def words(block: lxml_html.HtmlElement) -> str:
    """The text of a block without the signs that are put into it."""
    for sign in block.xpath('.//*[@class="page" or @class="call" or @class="n"]'):
        sign.drop_tree()
    return str(block.text_content())


@given(parts())
def test_every_word_of_the_text_is_there_and_every_highlight_is_marked(part: PartValue):
    made = tree(package_of(part))
    blocks = made.xpath('//*[starts-with(@id, "p1-b")]')
    assert [words(block) for block in blocks] == part.text.text.split("\n")
    marked = "".join("".join(block.xpath(".//mark//text()")) for block in blocks)
    covered = sorted({at for one in part.annotations() for at in range(one.start, one.end)})
    assert marked == "".join(part.text.text[at] for at in covered).replace("\n", "")


@given(parts())
def test_every_annotation_has_its_number_twice_each_leading_to_the_other(part: PartValue):
    made = tree(package_of(part))
    count = part.count
    assert made.xpath('//div[@class="card"]/@id') == [f"p1-a{n}" for n in range(1, count + 1)]
    numbers = made.xpath('//a[@class="n" and @id]')
    assert {(a.get("id"), a.get("href"), a.text) for a in numbers} == {
        (f"p1-m{n}", f"#p1-a{n}", str(n)) for n in range(1, count + 1)
    }
    for n in range(1, count + 1):
        assert made.xpath(f'//*[@id="p1-a{n}"]/a/@href') == [f"#p1-m{n}"]


@given(parts(), parts())
def test_no_id_stands_twice_and_no_link_stands_in_a_link(one: PartValue, two: PartValue):
    made = tree(package_of(one, two))
    ids = made.xpath("//@id")
    assert len(ids) == len(set(ids))
    assert not made.xpath("//a//a")


def test_a_number_stands_where_its_passage_begins():
    made = page(package_of(part_of(SIMPLE, on(SIMPLE, [(8, 11)]))))
    assert re.search(
        r'id="p1-b1">(<a class="n"[^>]*>1</a>)<mark class="c1 f1[^"]*">One</mark>', made
    )


def test_themes_have_the_signs_of_the_codebook_and_the_deepest_says_so():
    book = replace(CODEBOOK, themes=(LINKAGE, replace(RISK, colour=4, line=5)))
    notes = on(SIMPLE, [(8, 11), (8, 15)], themes=(RISK,))
    made = page(package_of(part_of(SIMPLE, notes), codebook=book))
    assert '<mark class="c4 f5 d2">One</mark>' in made
    assert '<span class="theme c4 f5">Alliance risk</span> <span class="dim">(wavy)</span>' in made


def test_nothing_can_run_in_it_whatever_was_written():
    person = PersonValue(ATTACKS, ATTACKS)
    theme = replace(LINKAGE, name=ATTACKS, definition=ATTACKS, slug=ATTACKS)
    given_set = replace(SET, title=ATTACKS, description=ATTACKS, rights="javascript:alert(1)")
    document = replace(DOCUMENT, title=ATTACKS, licence=ATTACKS, volume=ATTACKS)
    text = replace(SIMPLE, text=(ATTACKS * 2)[: len(SIMPLE.text)])
    note = f"{ATTACKS} [x](javascript:alert(1)) ![x](https://example.org/x.png)"
    notes = on(text, [(0, 5)], author=person, themes=(theme,), note=note, address="javascript:a")
    value = package_of(
        part_of(text, notes, document=document),
        set=given_set,
        codebook=CodebookValue("", "", "", 1, (theme,)),
    )
    made = tree(value)
    assert not made.xpath("//script | //img | //iframe | //link | //base | //form | //object")
    assert not made.xpath("//@style | //@*[starts-with(name(), 'on')]")
    addresses = made.xpath("//@href | //@src")
    assert all(one.startswith(("#", "https://", "http://")) for one in addresses)
    assert made.xpath('//meta[@http-equiv="Content-Security-Policy"]/@content')[0].startswith(
        "default-src 'none'; style-src 'sha256-"
    )
    assert "url(" not in STYLE and "@import" not in STYLE and "<" not in STYLE
    assert made.xpath("//title/text()") == [ATTACKS]


def test_the_page_breaks_and_the_calls_of_the_notes_stay_with_their_text():
    made = tree(package_of(part_of(SIMPLE, on(SIMPLE, [(24, 28), (42, 46)]))))
    assert made.xpath('//*[@class="page"]/text()') == ["545", "546"]
    assert made.xpath('//a[@class="call"]/@href') == ["#p1-n-fn1"]
    entry = made.xpath('//li[@id="p1-n-fn1"]')[0]
    assert entry.xpath('.//div[@class="card"]/@id') == ["p1-a2"]
    assert "p. 546" in made.xpath('//*[@id="p1-a1"]')[0].text_content()
    assert "p. 545" in made.xpath('//*[@id="p1-a2"]')[0].text_content(), "where it is called"
    assert made.xpath("//i/text()") == ["two"]


def test_of_a_theme_only_the_paragraphs_come_with_a_citation_for_each_document():
    other = replace(DOCUMENT, title="Telegram", slug="d170", number="170")
    value = package_of(
        part_of(SIMPLE, on(SIMPLE, [(24, 28)])),
        part_of(SIMPLE, on(SIMPLE, [(8, 11), (42, 46)]), document=other),
        scope=Scope(themes=(LINKAGE,)),
    )
    made = tree(value)
    shown = made.xpath('//*[contains(@id, "-b")]/@id')
    assert shown == ["p1-b2", "p2-b1", "p2-b3"]
    assert made.xpath("//article/h2/text()") == ["169. Memorandum", "170. Telegram"]
    assert len(made.xpath('//article/p[@class="cite"]')) == 2
    assert not made.xpath('//a[@class="call"]')
    assert "under “Linkage”" in made.xpath("//header")[0].text_content()
    assert made.xpath('//*[@class="legend"]//li/span[1]/text()') == ["Linkage"]


def test_what_a_note_or_passage_is_beside_its_words_is_said():
    notes = on(
        SIMPLE, [(8, 11)], question="open", private=True, anchor="review", note="", themes=()
    )
    made = tree(package_of(part_of(SIMPLE, notes)))
    card = made.xpath('//div[@class="card"]')[0].text_content()
    for said in ("Question", "Private", "to be looked at", "Highlight", "Bob Reader", "Answer 1"):
        assert said in card


def test_memory_does_not_grow_with_the_annotations():
    def many() -> Iterator[AnnotationValue]:
        return (
            annotation(n, start=n * 31 // count, end=n * 31 // count + 2, quote="x", note=f"n {n}")
            for n in range(count)
        )

    peaks = []
    for count in (2_000, 20_000):
        part = replace(part_of(SIMPLE, []), count=count, annotations=many)
        tracemalloc.start()
        written = sum(len(piece) for piece in html.write(package_of_part(part)))
        peaks.append(tracemalloc.get_traced_memory()[1])
        tracemalloc.stop()
        assert written > count * 200
    # The places alone are kept, of those in a paragraph: some hundred bytes each.
    assert peaks[1] - peaks[0] < 12_000_000


def package_of_part(part: PartValue) -> Package:
    return replace(package_of(), parts=lambda: iter([part]))
