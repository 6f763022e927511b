"""TEI read back: what was written comes back, and what cannot be read says where."""

from __future__ import annotations

import re
from dataclasses import replace
from io import BytesIO
from uuid import UUID

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from lxml import etree

from annotations.formats import READERS, tei
from annotations.formats.brought import Brought, BroughtAnnotation, FormatFault
from annotations.formats.features import Feature
from annotations.formats.tei import found
from annotations.formats.values import (
    AnnotationValue,
    CodebookValue,
    PersonValue,
    ReplyValue,
    ThemeValue,
)
from archive.importers.tei import parse_tei
from archive.importers.tracing import trace
from archive.ingest.packing import digest_of
from tests.annotations.teis import (
    REAL,
    d169,
    document,
    faults,
    holding,
    needs_real,
    of_document,
    on,
    part,
    real,
    written,
)
from tests.annotations.values import CODEBOOK, SET, SITE, annotation, texts, times
from tests.archive.strategies import sources
from tests.archive.tei import documents_of, volume

SLOW = settings(max_examples=60, suppress_health_check=list(HealthCheck))
names = texts.filter(bool)
people = st.builds(PersonValue, names, texts)
replies = st.builds(
    ReplyValue, st.just(""), people, texts, times, times, st.uuids(version=4).map(str)
)


def brought(data: bytes) -> Brought:
    return tei.read(BytesIO(data))


def as_known(person: PersonValue) -> PersonValue:
    return replace(person, name="") if person.name == person.username else person


@st.composite
def codebooks(draw: st.DrawFn) -> CodebookValue:
    """A tree in any order, with retired themes and merged ones."""
    slugs = draw(st.lists(st.from_regex(r"[a-z0-9][a-z0-9-]{0,8}", fullmatch=True), unique=True))
    themes = []
    for index, slug in enumerate(slugs):
        above = slugs[:index]
        themes.append(
            ThemeValue(
                slug,
                draw(names),
                f"{SITE}/#{slug}",
                *(draw(texts) for _ in range(4)),
                colour=draw(st.integers(1, 8)),
                line=draw(st.integers(1, 5)),
                parent=draw(st.sampled_from(["", *above])),
                retired=draw(st.booleans()),
                merged_into=draw(st.sampled_from(["", *slugs])),
            )
        )
    return replace(CODEBOOK, themes=tuple(themes))


@st.composite
def annotated(draw: st.DrawFn, book: CodebookValue, length: int) -> AnnotationValue:
    """One annotation anywhere on a text, with everything that one can have."""
    start, end = sorted((draw(st.integers(0, length)), draw(st.integers(0, length))))
    themes = draw(st.lists(st.sampled_from(book.themes), unique=True)) if book.themes else []
    return annotation(
        start=start,
        end=end,
        themes=tuple(themes),
        note=draw(texts),
        author=draw(people),
        private=draw(st.booleans()),
        question=draw(st.sampled_from(["", "open", "answered"])),
        anchor=draw(st.sampled_from(["", "review", "orphan"])),
        created=draw(times),
        modified=draw(times),
        replies=tuple(draw(st.lists(replies, max_size=2, unique_by=lambda one: one.id))),
    )


def compare(back: BroughtAnnotation, one: AnnotationValue, book: CodebookValue) -> None:
    slugs = {f"theme.{theme.slug}": theme.slug for theme in book.themes}
    assert back.id == one.id
    assert (back.target.start, back.target.end) == (one.start, one.end)
    assert back.target.quote == one.quote
    assert {slugs[key] for key in back.themes} == {theme.slug for theme in one.themes}
    assert (back.note, back.private, back.question) == (one.note, one.private, one.question)
    assert back.author == as_known(one.author)
    assert (back.created, back.modified) == (one.created, one.modified)
    assert [(r.id, r.note, r.author, r.created, r.modified) for r in back.replies] == [
        (r.id, r.note, as_known(r.author), r.created, r.modified) for r in one.replies
    ]


@SLOW
@given(codebooks(), sources, sources, st.booleans(), st.data())
def test_what_was_written_comes_back(book, source, other, is_text, data):
    """Several documents and editions, overlaps, letters of every kind, themes, replies."""
    made, wanted, number = [], {}, 0
    old = etree.fromstring(etree.tostring(other))
    for slug, edition, element in (("d1", 1, source), ("d2", 1, old), ("d2", 2, other)):
        element.attrib.update({"{http://www.w3.org/XML/1998/namespace}id": slug})
        xml = etree.tostring(element, encoding="unicode")
        text = trace(xml, slug).text
        on_it = []
        for one in data.draw(st.lists(annotated(book, len(text.text)), max_size=3)):
            number += 1
            quote = text.quote(one.start, one.end)
            on_it.append(replace(one, id=str(UUID(int=number)), quote=quote))
            wanted[on_it[-1].id] = on_it[-1], text
        made.append(
            part(
                text,
                xml,
                document("frus1900v01", slug),
                on_it,
                form="text" if is_text else "tei",
                number=edition,
                latest=(slug, edition) != ("d2", 1),
            )
        )
    back = brought(written(holding(*made, codebook=book)))
    assert len(back.annotations) == len(wanted)
    for one in back.annotations:
        value, text = wanted[one.id]
        assert back.texts[one.target.text].text == text.text
        if value.start < value.end:
            assert one.target.digest == digest_of(text)
        compare(one, value, book)
    assert not back.lost


@settings(max_examples=3, phases=[Phase.generate], suppress_health_check=list(HealthCheck))
@given(st.data())
def test_generated_sets_are_valid(tmp_path, data):
    """Anything that a column of words holds, in every place of the file."""
    volume_slug, parsed = d169()
    files = []
    for _ in range(6):
        book = data.draw(codebooks())
        anything = st.lists(annotated(book, len(parsed.text.text)), max_size=3)
        on_it = [replace(a, id=str(UUID(int=n))) for n, a in enumerate(data.draw(anything), 1)]
        for one in on_it:
            quote = parsed.text.quote(one.start, one.end)
            on_it[on_it.index(one)] = replace(one, quote=quote)
        words = {name: data.draw(texts) for name in ("title", "description", "rights", "slug")}
        of = document(volume_slug, "d169", title=data.draw(texts), date=data.draw(texts))
        of = replace(of, licence=data.draw(texts), place=data.draw(texts))
        made = replace(of_document(volume_slug, parsed, on_it), source_name=data.draw(texts))
        parts = [
            replace(made, document=of),
            part(parsed.text, "", document("x y", data.draw(names))),
        ]
        package = holding(*parts, codebook=book, set=replace(SET, **words))
        people_there = tuple(data.draw(st.lists(people, max_size=2)))
        files.append(written(replace(package, people=lambda found=people_there: found)))
    assert faults(*files, folder=tmp_path) == ""


@SLOW
@given(codebooks())
def test_a_codebook_comes_back_with_its_tree_words_and_signs(book):
    back = brought(written(holding(codebook=book)))
    keys = {theme.key: theme.slug for theme in back.themes}
    found = {theme.slug: theme for theme in back.themes}
    assert set(found) == {theme.slug for theme in book.themes}
    for theme in book.themes:
        one = found[theme.slug]
        assert (one.name, one.retired, keys.get(one.parent, "")) == (
            theme.name,
            theme.retired,
            theme.parent,
        )
        words = {"name": theme.name, "colour": theme.colour, "line": theme.line}
        for field in ("definition", "use_when", "not_when", "example"):
            if said := getattr(theme, field):
                words[field] = said
        assert one.words == words


def test_it_says_whose_export_it_is_and_what_its_documents_are_called():
    volume_slug, parsed = d169()
    made = of_document(volume_slug, parsed, on(parsed.text, [(0, 9)]))
    back = brought(written(holding(made)))
    assert (back.site, back.slug) == (SITE, "seminar")
    (text,) = back.texts.values()
    assert text.names == (made.document.address, "frus1981-88v03/d169")
    assert back.annotations[0].target.names == text.names
    assert back.annotations[0].place.startswith("line ")


def test_what_it_does_not_lose_is_in_the_file_and_it_loses_nothing(tmp_path):
    """``LOSES`` is empty: the round trip shows most of it, the rest is looked for here."""
    assert frozenset() == tei.LOSES
    assert READERS["tei"] is tei
    volume_slug, parsed = d169()
    one = annotation(start=0, end=3, anchor="orphan", themes=(), note="", quote="")
    made = of_document(volume_slug, parsed, [one])
    data = written(holding(made))
    for sign in (b'cert="unknown"', b'motivation="highlighting"', one.address.encode()):
        assert sign in data, (sign, Feature.DOUBTFUL)
    assert parsed.source.count("<note") == data.split(b"<standOff>")[0].count(b"<note")
    assert faults(data, folder=tmp_path) == ""


def test_an_author_whom_the_header_does_not_name_is_named_with_the_annotation(tmp_path):
    volume_slug, parsed = d169()
    late = [
        replace(one, author=PersonValue("zoe", "")) for one in on(parsed.text, [(0, 3), (4, 9)])
    ]
    data = written(holding(of_document(volume_slug, parsed, late)))
    assert [one.author for one in brought(data).annotations] == [PersonValue("zoe", "")] * 2
    assert faults(data, folder=tmp_path) == ""


# An import of the file


@needs_real
@pytest.mark.parametrize("path", REAL, ids=lambda path: path.stem)
def test_an_import_of_the_export_makes_the_same_editions_and_sees_no_annotation(path):
    there = real(path)
    ordered = sorted(there, key=lambda one: one[1].position or 0)
    made = [of_document(v, d, on(d.text, [(0, 5)], n)) for n, (v, d) in enumerate(ordered, 1)]
    back = parse_tei(written(holding(*made)), "export.xml")
    assert back.volume.slug == there[0][0]
    assert not back.volume.described
    documents = {one.slug: one for one in back.documents}
    assert set(documents) == {one.slug for _, one in there}
    for _, one in there:
        again = documents[one.slug]
        assert digest_of(again.text) == digest_of(one.text)
        kept = ("number", "kind", "heading", "subject", "place", "date_min", "date_max")
        kept += ("date_text", "date_precision", "classification", "first_page", "last_page")
        assert [getattr(again, name) for name in kept] == [getattr(one, name) for name in kept]


@SLOW
@given(sources)
def test_an_import_of_any_document_that_was_exported_has_the_same_text(source):
    text = trace(etree.tostring(source), "d1").text
    for form in ("tei", "text"):
        xml = etree.tostring(source, encoding="unicode")
        made = part(text, xml, document("frus1900v01", "d1"), form=form)
        (again,) = documents_of(parse_tei(written(holding(made)), "export.xml"))
        assert (again.slug, again.text.text) == ("d1", text.text)


def test_a_document_inside_of_another_stands_in_the_file_once(tmp_path):
    inner = '<div type="document" n="2" xml:id="d2"><head>2. Within</head><p>The tab.</p></div>'
    outer = f'<div type="document" n="1" xml:id="d1"><head>1. Around</head><p>See.</p>{inner}</div>'
    there = documents_of(parse_tei(volume(outer)))
    made = []
    for parsed in sorted(there, key=lambda one: one.position or 0):
        number = int(parsed.number)
        made.append(of_document("frus1900v01", parsed, on(parsed.text, [(3, 8)], number)))
    data = written(holding(*made))
    assert faults(data, folder=tmp_path) == ""
    assert data.count(b"The tab.") == 1
    again = documents_of(parse_tei(data))
    assert {one.slug: one.text for one in again} == {one.slug: one.text for one in there}
    back = brought(data)
    assert not back.lost
    assert [one.target.quote for one in back.annotations] == ["Aroun", "Withi"]
    assert [one.target.names[-1] for one in back.annotations] == [
        "frus1900v01/d1",
        "frus1900v01/d2",
    ]


# TEI of others


def foreign(annotations: str, *, themes: str = "", head: str = "", inner: str = "") -> bytes:
    inner = inner or '<p xml:id="p1">Peace<note xml:id="n1">Far.</note> is\n near.</p>'
    data = volume(f'<div type="document" n="1" xml:id="d1">{inner}</div>', head=head).decode()
    classes = f"<encodingDesc><classDecl>{themes}</classDecl></encodingDesc></teiHeader>"
    data = data.replace("</teiHeader>", classes)
    stand = f"<standOff><listAnnotation>\n{annotations}</listAnnotation></standOff></TEI>"
    return data.replace("</TEI>", stand).encode()


TAXONOMY = (
    '<taxonomy xml:id="mine"><category xml:id="c1"><catDesc>War and peace</catDesc>'
    '<category xml:id="c2"><gloss>Peace</gloss><desc>None fights.</desc></category></category>'
    "</taxonomy>"
)


def test_annotations_of_others_are_read_with_their_pointers_themes_and_people():
    back = brought(
        foreign(
            '<annotation xml:id="x" motivation="commenting" target="#string-range(p1,0,5,9,4)"'
            ' ana="#c2"><respStmt xml:id="fred"><resp>creator</resp><persName>Fred</persName>'
            '</respStmt><revisionDesc><change status="created" when="2020-05-21" who="#fred"/>'
            "</revisionDesc><note><p>So  it\n is.</p><p>Or not.</p></note></annotation>"
            '<annotation xml:id="y" target="#p1"/><note target="#n1">A note alone</note>',
            themes=TAXONOMY,
        )
    )
    first, second, third = back.annotations
    assert (first.target.quote, first.note) == ("Peace is", "So it is.\n\nOr not.")
    assert first.author == PersonValue("Fred", "")
    assert first.created is not None
    assert first.created.isoformat() == "2020-05-21T00:00:00+00:00"
    assert first.target.names == ("frus1900v01/d1",)
    assert second.target.quote == "Peace is near."
    assert (third.target.quote, third.note) == ("Far.", "A note alone")
    assert [(t.key, t.name, t.parent) for t in back.themes] == [
        ("c1", "War and peace", ""),
        ("c2", "Peace", "c1"),
    ]
    assert back.themes[1].words["definition"] == "None fights."
    assert first.themes == ("c2",)


@pytest.mark.parametrize(
    ("annotation", "said"),
    [
        ('<annotation xml:id="x" target="#nowhere"/>', "leads nowhere"),
        ('<annotation xml:id="x" target="#string-range(p1,99999,4)"/>', "holds no words|no words"),
        ('<annotation xml:id="x" target="#string-range(p1,999999999999999,4)"/>', "not read"),
        ('<annotation xml:id="x" target="#xpath(//p)"/>', "is of a kind that is not read"),
        ('<annotation xml:id="x" target="#p1" ana="#gone"/>', "#gone is no category"),
        ('<annotation xml:id="x" target="#p1" n="char=0,2"/>', "is another than the target's"),
        (
            '<annotation xml:id="x" target="#p1"><note type="quote">War</note></annotation>',
            "others than those quoted",
        ),
        ('<annotationBlock><u>Oh</u></annotationBlock><annotation xml:id="x"/>', "annotationBlock"),
    ],
)
def test_what_cannot_be_taken_is_said_with_its_line(annotation, said):
    back = brought(foreign(annotation))
    assert any(re.search(said, one.message) for one in back.lost), back.lost
    assert all(re.fullmatch(r"line \d+", one.place) for one in back.lost)


def test_a_quote_whose_target_is_gone_is_brought_to_be_looked_for():
    said = '<annotation xml:id="x" target="#gone"><note type="quote">is near</note></annotation>'
    (one,) = brought(foreign(said)).annotations
    assert (one.target.quote, one.target.start) == ("is near", None)


def test_answers_to_answers_stay_with_the_annotation_and_loops_are_none():
    back = brought(
        foreign(
            '<annotation xml:id="x" target="#p1"/>'
            '<annotation xml:id="y" motivation="replying" target="#x"><note>1</note></annotation>'
            '<annotation xml:id="z" motivation="replying" target="#y"><note>2</note></annotation>'
            '<annotation xml:id="l" motivation="replying" target="#m"/>'
            '<annotation xml:id="m" motivation="replying" target="#l"/>'
        )
    )
    assert [[r.note for r in one.replies] for one in back.annotations] == [["1", "2"]]
    assert len(back.lost) >= 2


def test_a_chain_of_many_answers_is_read_at_once():
    answers = "".join(
        f'<annotation xml:id="r{n}" motivation="replying" target="#{f"r{n - 1}" if n else "x"}"/>'
        for n in reversed(range(20_000))
    )
    (one,) = brought(foreign('<annotation xml:id="x" target="#p1"/>' + answers)).annotations
    assert len(one.replies) == 20_000


def test_an_export_whose_text_was_changed_claims_no_edition():
    volume_slug, parsed = d169()
    at = parsed.text.text.index("Afghanistan")
    data = written(holding(of_document(volume_slug, parsed, on(parsed.text, [(at, at + 11)]))))
    head, sign, rest = data.partition(b"<text>")
    text, stand, others = rest.partition(b"<standOff>")
    changed = head + sign + text.replace(b"Afghanistan", b"Argentinia!") + stand + others
    back = brought(changed)
    assert back.annotations[0].target.digest == ""
    assert any("others than those quoted" in one.message for one in back.lost)


# Bad input


BOMB = b'<!DOCTYPE TEI [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;">]><TEI>&b;</TEI>'


@pytest.mark.parametrize(
    ("data", "said", "place"),
    [
        (b"", "empty", ""),
        (b"not XML", "not XML", "line 1"),
        (BOMB, "entities", "line 1"),
        (b"<html/>", "not a TEI file", "line 1"),
        (b'<TEI xmlns="http://www.tei-c.org/ns/2.0"/>', "namespace", "line 1"),
        (b"<TEI/>", "namespace", "line 1"),
        (b'<TEI xmlns="http:{}//www.tei-c.org/ns/1.0"/>', "namespace", "line 1"),
        (foreign("")[:-60], "not well-formed", "line"),
        (foreign("<note>" * 200 + "</note>" * 200), "deeper", "line"),
        (b"<a>" * 300, "nested deeper than 120 levels.", "line 1"),
        (foreign("").decode().encode("utf-16")[:-9], "", ""),
    ],
)
def test_bad_input_is_one_clear_fault_with_its_place(data, said, place):
    with pytest.raises(FormatFault) as caught:
        brought(data)
    assert said in caught.value.message
    assert caught.value.place.startswith(place)
    assert "\n" not in str(caught.value)


@settings(max_examples=200, suppress_health_check=list(HealthCheck))
@given(st.data())
def test_a_file_that_was_cut_or_damaged_never_fails_otherwise(data):
    whole = foreign(
        '<annotation xml:id="x" target="#string-range(p1,0,5)" ana="#c1" n="char=0,5">'
        "<note>A</note></annotation>",
        themes=TAXONOMY,
    )
    at = data.draw(st.integers(0, len(whole)))
    until = data.draw(st.integers(at, min(len(whole), at + 40)))
    damaged = whole[:at] + data.draw(st.binary(max_size=6)) + whole[until:]
    try:
        brought(damaged)
    except FormatFault as fault:
        assert str(fault)


@pytest.mark.parametrize(
    ("limit", "annotations"),
    [
        ("MAX_ANNOTATIONS", '<annotation xml:id="x" target="#p1"/>' * 40),
        ("MAX_IN_ONE", '<annotation xml:id="x" target="#p1">' + "<note/>" * 40 + "</annotation>"),
        ("MAX_ELEMENTS", "<head/>" * 40),
        ("MAX_BYTES", "<head/>" * 40),
    ],
)
def test_limits_are_faults_with_their_line(monkeypatch, limit, annotations):
    monkeypatch.setattr(found, limit, 39)
    with pytest.raises(FormatFault, match="more"):
        brought(foreign(annotations))


def test_an_unknown_encoding_is_a_fault():
    data = b'<?xml version="1.0" encoding="klingon"?>' + foreign("")
    with pytest.raises(FormatFault):
        brought(data)
