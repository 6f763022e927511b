"""The TEI export: its pointers lead to the very words, and it is valid."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from lxml import etree

from annotations.formats import tei
from annotations.formats.tei.elements import element_for
from annotations.formats.tei.places import Places
from annotations.formats.values import AnnotationValue, PartValue, PersonValue, ThemeValue
from archive.importers.tracing import trace
from archive.text import Text
from tests.annotations.teis import (
    REAL,
    XML_ID,
    T,
    annotations_in,
    d169,
    document,
    faults,
    holding,
    letters,
    needs_real,
    of_document,
    on,
    part,
    real,
    resolved,
    written,
)
from tests.annotations.values import AT, CODEBOOK, LINKAGE, SET, annotation, reply
from tests.archive.strategies import sources
from tests.archive.tei import FIXTURE, div

SLOW = settings(suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large])


def ranges_of(text: Text) -> list[tuple[int, int]]:
    """Passages of every length all over a text, the whole among them."""
    end = len(text.text)
    step = max(41, end // 60)
    lengths = (1, 7, 40, 300, 2500)
    found = [(at, min(end, at + lengths[n % 5])) for n, at in enumerate(range(0, end, step))]
    return [(0, end), *found]


def said_by(element: etree._Element, *roots: etree._Element) -> set[str]:
    return {letters("".join(resolved(element.get("target"), root))) for root in roots}


def check_all(root: etree._Element, made: PartValue, *originals: etree._Element) -> None:
    """Every annotation's target has its words, in this file and, if it says so, in the other."""
    wanted = {f"a-{one.id}": one for one in made.annotations()}
    for element in annotations_in(root):
        if one := wanted.pop(element.get(XML_ID), None):
            is_abroad = not element.get("target").startswith("#")
            where = (root, *originals) if is_abroad else (root,)
            assert said_by(element, *where) == {letters(one.quote)}
    assert not wanted


# Targets


def test_a_target_is_in_the_publishers_file_by_the_nearest_id_and_has_the_very_words():
    volume, parsed = d169()
    start = parsed.text.text.index("Afghanistan")
    made = of_document(volume, parsed, on(parsed.text, [(start, start + 60)]))
    root = etree.fromstring(written(holding(made)))
    (element,) = annotations_in(root)
    target = element.get("target")
    assert target.startswith("frus1981-88v03.xml#string-range(d169")
    said = "".join(resolved(target, etree.parse(FIXTURE).getroot()))
    assert " ".join(said.split()) == " ".join(parsed.text.quote(start, start + 60).split())
    assert element.get("n") == f"char={start},{start + 60}"


def test_a_passage_in_a_footnote_is_counted_from_the_footnotes_own_id():
    volume, parsed = d169()
    note = parsed.text.notes[1]
    made = of_document(volume, parsed, on(parsed.text, [(note.start, note.end)]))
    (element,) = annotations_in(etree.fromstring(written(holding(made))))
    assert f"#string-range({note.key}," in element.get("target")


def test_a_passage_over_a_footnotes_call_leaves_the_footnote_out():
    source = '<p xml:id="p1">Peace<note xml:id="n1">Not here.</note> is\n   near.</p>'
    made = trace(etree.tostring(div(source)), "d1")
    places = Places(made)
    pointers = places.pointers(0, made.text.text.index(".") + 1)
    assert [str(one) for one in pointers] == ["string-range(p1,0,5)", "string-range(p1,14,12)"]
    assert [places.words(one) for one in pointers] == ["Peace", " is\n   near."]


def test_a_passage_over_paragraphs_is_a_range_of_each_by_its_own_id():
    made = trace(
        etree.tostring(div('<p xml:id="p1">One two</p>\n <p xml:id="p2">three four</p>')), "d1"
    )
    pointers = Places(made).pointers(4, 13)
    assert [str(one) for one in pointers] == ["string-range(p1,4,3)", "string-range(p2,0,5)"]


def test_where_nothing_inside_has_an_id_the_documents_counts():
    made = trace(etree.tostring(div("<p>One</p>\n<p>two</p>")), "d1")
    assert [str(one) for one in Places(made).pointers(0, 7)] == [
        "string-range(d1,0,3)",
        "string-range(d1,3,4)",
    ]


@SLOW
@given(sources, st.data())
def test_every_passage_of_any_tei_has_its_words_at_its_target(source, data):
    traced = trace(etree.tostring(source), "d1")
    text, end = traced.text, len(traced.text.text)
    start, stop = sorted((data.draw(st.integers(0, end)), data.draw(st.integers(0, end))))
    made = part(text, etree.tostring(source, encoding="unicode"), None, on(text, [(start, stop)]))
    root = etree.fromstring(written(holding(made)))
    check_all(root, made, source)


@SLOW
@given(sources, st.data())
def test_a_pointer_leads_back_to_its_passage(source, data):
    traced = trace(etree.tostring(source), "d1")
    end = len(traced.text.text)
    start, stop = sorted((data.draw(st.integers(0, end)), data.draw(st.integers(0, end))))
    places = Places(traced)
    words = [(w, w + n) for w, n in zip(traced.words, traced.lengths, strict=True)]
    covered = [(max(a, start), min(b, stop)) for a, b in words if max(a, start) < min(b, stop)]
    back = [p for one in places.pointers(start, stop) if (p := places.passage(one))]
    assert bool(back) == bool(covered)
    if covered:
        assert (min(back)[0], max(b for _, b in back)) == (covered[0][0], covered[-1][1])


@SLOW
@given(sources)
def test_the_trace_is_the_importers_own_text_and_covers_each_letter_once(source):
    traced = trace(etree.tostring(source), "d1")
    text, stream = traced.text.text, traced.stream
    assert stream == "".join(source.xpath(".//text()"))
    assert "".join(text[w : w + n] for w, n in zip(traced.words, traced.lengths, strict=True)) == (
        letters(text)
    )
    places = [
        i for p, n in zip(traced.places, traced.lengths, strict=True) for i in range(p, p + n)
    ]
    assert len(set(places)) == len(places)
    for word, place, length in zip(traced.words, traced.places, traced.lengths, strict=True):
        assert text[word : word + length] == stream[place : place + length]


@needs_real
@pytest.mark.parametrize("path", REAL, ids=lambda path: path.stem)
def test_real_volumes_have_their_words_at_their_targets_and_are_valid(path: Path, tmp_path):
    made = [
        of_document(volume, parsed, on(parsed.text, ranges_of(parsed.text), first=1000 * n + 1))
        for n, (volume, parsed) in enumerate(real(path))
    ]
    data = written(holding(*made))
    root, original = etree.fromstring(data), etree.parse(path).getroot()
    for one in made:
        expected = {f"a-{a.id}" for a in one.annotations()}
        own = [e for e in annotations_in(root) if e.get(XML_ID) in expected]
        assert len(own) == one.count
        wanted = {f"a-{a.id}": a for a in one.annotations()}
        for element in own:
            is_abroad = not element.get("target").startswith("#")
            where = (root, original) if is_abroad else (root,)
            assert said_by(element, *where) == {letters(wanted[element.get(XML_ID)].quote)}
    assert faults(data, folder=tmp_path) == ""


# What it carries


FULL = AnnotationValue(
    **{
        name: getattr(
            annotation(
                7,
                note="*One* & <two>\r\n\n  three\t\x07\uf8ff",
                question="open",
                anchor="review",
                private=True,
            ),
            name,
        )
        for name in AnnotationValue.__slots__
    }
)


def full() -> tuple[etree._Element, bytes]:
    volume, parsed = d169()
    start = parsed.text.text.index("Afghanistan")
    one = replace(FULL, start=start, end=start + 11, quote="Afghanistan")
    one = replace(one, replies=(replace(reply(8, one), id="b" * 8),))
    themes = (
        replace(LINKAGE, definition="Tied.\n\nTo another.", use_when="Always", not_when="Never"),
        ThemeValue("tacit", "Tacit", f"{LINKAGE.address}2", colour=3, line=4, parent="linkage"),
        ThemeValue("old", "Old", "", retired=True, merged_into="tacit", example="So"),
    )
    book = replace(CODEBOOK, description="A tree", themes=themes)
    package = holding(
        of_document(volume, parsed, [replace(one, themes=themes[:2])]),
        codebook=book,
        people=lambda: (PersonValue("bob", "Bob Reader"),),
        set=replace(SET, description="What we do"),
    )
    data = written(package)
    return etree.fromstring(data), data


def test_an_annotation_carries_its_themes_note_author_times_and_state():
    root, _ = full()
    (element,) = annotations_in(root)
    assert element.get("motivation") == "tagging commenting questioning"
    assert element.get("ana") == "#theme.linkage #theme.tacit"
    assert [ptr.get("target") for ptr in element.findall(f"{T}ptr")] == element.get("ana").split()
    assert element.get("cert") == "low"
    assert element.get("corresp") == FULL.address
    described = element.find(f"{T}revisionDesc")
    assert described.get("status") == "private"
    assert [(c.get("status"), c.get("when")) for c in described] == [
        ("created", "2026-01-02T03:04:12Z"),
        ("modified", "2026-01-02T03:04:13Z"),
    ]
    quote, note = element.findall(f"{T}note")
    assert (quote.get("type"), quote.text) == ("quote", "Afghanistan")
    assert (note.get("type"), note.get("subtype")) == ("question", "open")
    assert note.text == "*One* & <two>\r\n\n  three\t\uf8ff0007\uf8fff8ff"
    (who,) = root.xpath("//*[@xml:id = $id]", id=element.get("resp").removeprefix("#"))
    assert who.tag == f"{T}respStmt"
    assert who.find(f"{T}persName").get("key") == "bob"


def test_a_reply_is_an_annotation_of_the_annotation():
    root, _ = full()
    (element,) = [e for e in root.iter(f"{T}annotation") if e.get("motivation") == "replying"]
    assert element.get("target") == f"#a-{FULL.id}"
    assert element.find(f"{T}note").text == "Answer 8"


def test_the_codebook_is_a_taxonomy_in_its_tree_with_definitions_and_signs():
    root, _ = full()
    (taxonomy,) = root.iter(f"{T}taxonomy")
    assert taxonomy.find(f"{T}gloss").text == "Themes"
    assert taxonomy.find(f"{T}desc").text == "A tree"
    linkage, tacit, old = taxonomy.iter(f"{T}category")
    assert tacit.getparent() is linkage
    glosses = {g.get("type"): g.text for g in linkage.find(f"{T}catDesc").iter(f"{T}gloss")}
    assert glosses == {"definition": "Tied.\n\nTo another.", "use": "Always", "not": "Never"}
    assert tacit.get("rend") == "colour-3 line-4"
    assert old.get("rend").endswith(" retired")
    assert old.get("sameAs") == "#theme.tacit"


def test_the_header_names_set_people_licence_volume_and_editions():
    root, _ = full()
    header = root.find(f"{T}teiHeader")
    assert header.find(f".//{T}titleStmt/{T}title").text == "A seminar"
    assert header.find(f".//{T}availability/{T}licence").get("target") == SET.rights
    assert header.find(f".//{T}projectDesc/{T}p").text == "What we do"
    (bibl,) = header.iter(f"{T}bibl")
    idnos = {i.get("type"): i.text for i in bibl.iter(f"{T}idno")}
    assert idnos["document"] == "frus1981-88v03/d169"
    assert len(idnos["sha256"]) == 64
    changes = header.findall(f"{T}revisionDesc/{T}change")
    assert changes[0].get("when") == "2026-01-02T03:04:05Z"
    assert any("Edition 1 of frus1981-88v03/d169" in (c.text or "") for c in changes)


def test_an_export_with_everything_is_valid(tmp_path):
    assert faults(full()[1], folder=tmp_path) == ""


def test_a_set_without_documents_or_annotations_is_valid(tmp_path):
    volume, parsed = d169()
    bare = written(holding(of_document(volume, parsed)))
    assert b"<standOff>" not in bare
    assert faults(written(holding()), bare, folder=tmp_path) == ""


# Several texts


def test_volumes_are_a_corpus_and_an_earlier_edition_stands_off_the_text(tmp_path):
    inner = '<head>A <hi rend="italic">letter</hi></head><p>Peace is near.</p>'
    source = etree.tostring(div(inner), encoding="unicode")
    text = trace(source, "d1").text
    old = trace(source.replace("near", "far"), "d1").text
    here = document("frus1900v01", "d1", number="1")
    there = document("frus1900v02", "d1", number="1")
    made = [
        part(old, source.replace("near", "far"), here, on(old, [(9, 14)]), latest=False),
        part(text, source, here, on(text, [(9, 14)], 2), number=2),
        part(text, source, there, on(text, [(9, 23)], 3)),
    ]
    data = written(holding(*made))
    root = etree.fromstring(data)
    assert root.tag == f"{T}teiCorpus"
    assert [tei.get(XML_ID) for tei in root.iter(f"{T}TEI")] == ["frus1900v01", "frus1900v02"]
    for number, element in enumerate(annotations_in(root)):
        wanted = next(iter(made[number].annotations())).quote
        original = etree.fromstring(made[number].source)
        assert said_by(element, original) == {letters(wanted)}
    assert faults(data, folder=tmp_path) == ""


def test_ids_that_would_stand_twice_in_the_file_are_told_apart():
    source = etree.tostring(div('<p xml:id="p1">See <ref target="#p1">this</ref>.</p>'))
    text = trace(source, "d1").text
    made = [
        part(text, source.decode(), document(volume, "d1"), on(text, [(0, 3)], number))
        for number, volume in enumerate(("frus1900v01", "frus1900v02"), 1)
    ]
    root = etree.fromstring(written(holding(*made)))
    ids = root.xpath("//@xml:id")
    assert len(set(ids)) == len(ids)
    first, second = annotations_in(root)
    assert first.get("target") == "frus1900v01.xml#string-range(p1,0,3)"
    assert second.get("target") == "frus1900v02.xml#string-range(p1,0,3)"
    assert root.xpath("//*[local-name() = 'ref']/@target") == ["#p1", "#_.2.p1"]


# Sources that are no TEI, or not wholly


@SLOW
@given(sources)
def test_a_text_that_did_not_come_as_tei_becomes_tei_that_an_import_reads_the_same(source):
    text = trace(etree.tostring(source), "d1").text
    made = part(text, "", None, on(text, [(0, len(text.text))]), form="text")
    element = element_for(made)
    assert trace(element.xml, "d1").text.text == text.text
    check_all(etree.fromstring(written(holding(made))), made)


@needs_real
def test_texts_that_did_not_come_as_tei_are_valid_and_keep_their_notes(tmp_path):
    files = []
    for path in REAL:
        made = [
            replace(
                of_document(volume, parsed, on(parsed.text, ranges_of(parsed.text), 1000 * n + 1)),
                **AS_TEXT,
            )
            for n, (volume, parsed) in enumerate(real(path))
            if parsed.slug in ("d169", "d171", "d3") or "intro" in parsed.slug
        ]
        for one in made:
            root = etree.fromstring(element_for(one).xml)
            assert len(list(root.iter(f"{T}note"))) == len(one.text.notes)
        files.append(written(holding(*made)))
    assert faults(*files, folder=tmp_path) == ""


@settings(max_examples=4, phases=[Phase.generate], suppress_health_check=list(HealthCheck))
@given(st.lists(sources, min_size=12, max_size=12))
def test_generated_texts_are_valid(tmp_path, made):
    parts = []
    for number, source in enumerate(made, 1):
        text = trace(etree.tostring(source), "d1").text
        of = document("frus1900v01", f"d{number}")
        ranges = [(0, len(text.text)), (0, 1)]
        parts.append(part(text, "", of, on(text, ranges, 10 * number), form="html"))
    assert faults(written(holding(*parts)), folder=tmp_path) == ""


AS_TEXT = {"source": "", "source_format": "text"}


def test_the_publishers_attachments_and_dates_are_said_in_tei(tmp_path):
    source = (
        '<div xmlns="http://www.tei-c.org/ns/1.0" type="document" xml:id="d1" n="1"'
        ' xmlns:frus="http://history.state.gov/frus/ns/1.0" frus:doc-dateTime-min="1982-01-01">'
        "<head>1. A memorandum</head><p>See the tab.</p><closer><signed>Haig</signed></closer>"
        "<frus:attachment><head>Tab A</head><p>The tab.</p></frus:attachment></div>"
    )
    text = trace(source, "d1").text
    made = part(text, source, None, on(text, [(0, len(text.text))]))
    data = written(holding(made))
    assert faults(data, folder=tmp_path) == ""
    check_all(etree.fromstring(data), made, etree.fromstring(source))


def test_a_source_that_no_longer_says_the_text_is_not_taken():
    text = trace(etree.tostring(div("<p>What was read.</p>")), "d1").text
    made = part(text, '<div xml:id="d1"><p>Something else.</p></div>', None, on(text, [(0, 4)]))
    root = etree.fromstring(written(holding(made)))
    check_all(root, made)
    assert annotations_in(root)[0].get("target").startswith("#string-range(")


def test_what_comes_after_the_header_is_streamed():
    volume, parsed = d169()
    taken: list[int] = []

    def many():
        for number in range(1, 2000):
            taken.append(number)
            yield annotation(number, start=number, end=number + 5)

    made = replace(of_document(volume, parsed), annotations=many)
    pieces = tei.write(holding(made, made=AT))
    for piece in pieces:
        if "<annotation " in piece:
            break
    assert len(taken) < 3
