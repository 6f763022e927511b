"""A document with every construct of the publisher's TEI, in the reader: wide, and on a phone."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from playwright.sync_api import Page

from archive.importers.tei import parse_tei
from archive.ingest import ingest
from archive.models import Edition
from tests.archive.tei import document, volume
from tests.browser.test_accessibility import BYPASS, WIDTHS, violations

Opens = Callable[..., Page]
pytestmark = pytest.mark.usefixtures("sample")
INNER = """
<pb n="1"/><head>1. Minutes<note n="1" xml:id="s" type="source">Source: Box 3. Secret.</note></head>
<opener><dateline><placeName>Washington</placeName>, <date when="1982-05-06">May 6, 1982</date>
</dateline></opener>
<list type="participants"><head>PARTICIPANTS</head><item>United States<list><item>The Secretary
</item></list></item></list>
<p>He made <hi rend="underline">two</hi> points<note n="2" xml:id="n2">See <ref target="#s">note
1</ref>:<quote><p>“One.”</p><p>“Two.”</p></quote><list><item>an item</item></list></note>:</p>
<list><item><label>1.</label> The first<list><item><label>(a)</label> a part of it</item></list>
<p>and more</p></item><item>no label<list><item>nested</item></list></item></list>
<list type="ordered"><item>counted</item></list>
<quote><p>“We hold.”</p><p>“That is all.”</p></quote>
<p><del>out</del> <add>in</add>, wi<supplied>th</supplied>, <unclear>who</unclear>, <gap>[1 line]
</gap>, <choice><sic>recieve</sic><corr>receive</corr></choice>, 2<hi rend="superscript">nd</hi></p>
<table><head>Forces</head><row role="label"><cell/><cell cols="2">Pact</cell></row><row>
<cell role="label">Launchers</cell><cell>1,398</cell><cell>1,052<note n="3">Estimated.</note></cell>
</row></table>
<table><row role="label"><cell>Constantinople</cell><cell>Administration</cell>
<cell>Intermediate</cell><cell>Understanding</cell><cell>Reconnaissance</cell></row></table>
<figure><graphic url="x"/><head>Map 1</head><figDesc>The Gulf</figDesc></figure>
<p>one<lb/>two</p><lg><l>verse</l></lg><p rend="center">centred</p>
<closer><signed>Haig</signed></closer>
<frus:attachment><head>Tab A</head><p>b</p></frus:attachment>
<frus:attachment><p>c</p></frus:attachment>
"""


@WIDTHS
def test_every_construct_reads_well_and_keeps_its_text(opened: Opens, phone: bool) -> None:
    ingest(parse_tei(volume(document(INNER)), "constructs.xml"))
    page = opened(phone=phone, **BYPASS)
    page.goto("/volumes/frus1900v01/d1/")
    text = Edition.objects.get(document__slug="d1", document__volume__slug="frus1900v01").as_text()
    shown = page.evaluate("""async () => {
      const o = await import('/static/js/offsets.js');
      return o.blocksIn(document.getElementById('text')).map(b => [o.startOf(b), o.textOf(b)]);
    }""")
    assert shown == [[b.start, text.quote(b.start, b.end)] for b in text.blocks]
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    assert violations(page, "constructs") == []
