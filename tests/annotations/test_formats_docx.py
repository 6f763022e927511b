"""Word documents: the words, comments on their passages, real footnotes, threads of replies."""

from __future__ import annotations

import io
import re
import tracemalloc
import zipfile
from collections.abc import Iterator
from dataclasses import replace

import mammoth
import pytest
from hypothesis import given
from lxml import etree

from annotations.formats import docx
from annotations.formats.package import Package, Scope
from annotations.formats.values import AnnotationValue, PartValue
from archive.text import Block, Text
from tests.annotations.reading import SIMPLE, on, package_of, part_of, parts
from tests.annotations.values import AT, DOCUMENT, LINKAGE, annotation

W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
W14 = "{http://schemas.microsoft.com/office/word/2010/wordml}"
W15 = "{http://schemas.microsoft.com/office/word/2012/wordml}"
NOT_XML = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
Parts = dict[str, etree._Element]


def opened(value: Package) -> Parts:
    """All parts of the file, parsed."""
    with zipfile.ZipFile(io.BytesIO(b"".join(docx.write(value)))) as archive:
        assert archive.testzip() is None
        return {name: etree.fromstring(archive.read(name)) for name in archive.namelist()}


def is_text(run: etree._Element) -> bool:
    style = run.find(f"{W}rPr/{W}rStyle")
    return style is None or style.get(f"{W}val") not in ("PrintedPage", "FootnoteReference")


def words(paragraph: etree._Element) -> str:
    return "".join(
        t.text or "" for run in paragraph.iter(f"{W}r") if is_text(run) for t in run.iter(f"{W}t")
    )


def body(found: Parts) -> list[str]:
    """The words of the paragraphs of the one document, between its head and its citation."""
    texts = [words(paragraph) for paragraph in found["word/document.xml"].iter(f"{W}p")]
    first = next(n for n, text in enumerate(texts) if text.startswith("frus1981-88v03/d169"))
    # Behind the citation there are the themes, if any: their heading is the last of that name.
    last = max((n for n, text in enumerate(texts) if text == "Themes"), default=len(texts))
    return texts[first + 1 : last - 1]


def commented(found: Parts) -> dict[int, str]:
    """The words within each comment's range; fails where a range is not whole."""
    open_now: set[int] = set()
    said: dict[int, str] = {}
    ended: set[int] = set()
    for element in found["word/document.xml"].iter():
        number = int(element.get(f"{W}id") or -9)
        if element.tag == f"{W}commentRangeStart":
            assert number not in said
            open_now.add(number)
            said[number] = ""
        elif element.tag == f"{W}commentRangeEnd":
            open_now.remove(number)
        elif element.tag == f"{W}commentReference":
            assert number in said and number not in open_now and number not in ended
            ended.add(number)
        elif element.tag == f"{W}r" and is_text(element):
            for number in open_now:
                said[number] += "".join(t.text or "" for t in element.iter(f"{W}t"))
    assert not open_now and ended == set(said)
    return said


def clean(text: str) -> str:
    return NOT_XML.sub("\ufffd", text)


def called(text: Text) -> set[str]:
    start = next((block.start for block in text.blocks if block.note), len(text.text) + 1)
    return {s.ref for s in text.spans if s.kind == "call" and s.start < start}


@given(parts())
def test_the_words_stand_in_paragraphs_and_in_footnotes(part: PartValue):
    found = opened(package_of(part))
    text, notes = part.text, called(part.text)
    blocks = [b for b in text.blocks if b.note not in notes]
    written = [one for one in body(found) if one]
    assert written == [clean(text.text[b.start : b.end]) for b in blocks if b.end > b.start]
    entries = [words(p) for note in found["word/footnotes.xml"] for p in note.iter(f"{W}p")]
    assert sorted(one.removeprefix(" ") for one in entries if one.strip(" ")) == sorted(
        clean(text.text[b.start : b.end]) for b in text.blocks if b.note in notes
    )


@given(parts())
def test_each_annotation_is_a_comment_on_its_very_passage(part: PartValue):
    found = opened(package_of(part))
    ranges = commented(found)
    comments = {int(c.get(f"{W}id") or -1): c for c in found["word/comments.xml"]}
    assert set(comments) == set(ranges)
    assert len(comments) == sum(1 + len(one.replies) for one in part.annotations())
    notes = called(part.text)
    first = min((b.start for b in part.text.blocks if b.note in notes), default=len(part.text.text))
    expected = sorted(
        clean(part.text.text[one.start : min(one.end, max(first - 1, 0))].replace("\n", ""))
        for one in part.annotations()
        if one.end < first
        for _ in range(1 + len(one.replies))
    )
    within = list(ranges.values())
    for one in expected:
        within.remove(one)


def test_replies_hang_on_the_comment_that_they_answer():
    found = opened(package_of(part_of(SIMPLE, on(SIMPLE, [(8, 11), (12, 15), (24, 28)]))))
    keys = {
        c.find(f"{W}p[last()]").get(f"{W14}paraId"): words(c) for c in found["word/comments.xml"]
    }
    threads = {
        keys[one.get(f"{W15}paraId")]: keys.get(one.get(f"{W15}paraIdParent"))
        for one in found["word/commentsExtended.xml"]
    }
    assert len(threads) == 5 and len(set(keys)) == 5
    answers = [one for one in threads if one.startswith("Answer")]
    assert answers == ["Answer 1", "Answer 3"]
    assert all(threads[one] in threads and threads[one] not in answers for one in answers)
    assert sum(parent is None for parent in threads.values()) == 3


def test_what_is_written_on_a_footnote_is_a_comment_on_its_call():
    found = opened(package_of(part_of(SIMPLE, on(SIMPLE, [(42, 46)], note="Look."))))
    assert words(found["word/comments.xml"][0]) == "On note 1: “note”Alliance risk; LinkageLook."
    document = found["word/document.xml"]
    start = next(document.iter(f"{W}commentRangeStart"))
    following = start.getnext()
    assert following.tag == f"{W}commentRangeStart", "its reply is there, too"
    call = following.getnext().find(f"{W}footnoteReference")
    assert call is not None and call.get(f"{W}customMarkFollows") is None, "Word writes its 1"
    notes = {n.get(f"{W}id"): words(n) for n in found["word/footnotes.xml"]}
    assert notes[call.get(f"{W}id")] == " A <note> & more."


@pytest.mark.parametrize("labels", ["1", "12", "2", "*", "12*3", "112", "212"])
def test_every_note_is_called_and_labelled_as_in_the_edition(labels: str):
    notes = [SIMPLE.notes[0]._replace(label=label) for label in labels]
    texts = [Text(SIMPLE.text, SIMPLE.blocks, SIMPLE.spans, (note,)) for note in notes]
    found = opened(package_of(*(part_of(text, []) for text in texts)))
    calls = found["word/document.xml"].iter(f"{W}footnoteReference")
    # Word counts those alone that have no mark of their own.
    count = iter(range(1, 9))
    shown = [
        one.getnext().text if one.get(f"{W}customMarkFollows") else str(next(count))
        for one in calls
    ]
    assert shown == list(labels)
    count = iter(range(1, 9))
    written = []
    for note in list(found["word/footnotes.xml"])[2:]:
        mark = next(note.iter(f"{W}r"))
        is_counted = mark.find(f"{W}footnoteRef") is not None
        written.append(str(next(count)) if is_counted else mark.findtext(f"{W}t"))
    assert written == list(labels)


def test_a_comment_says_who_wrote_it_when_and_what_it_is():
    one = on(SIMPLE, [(8, 11)], note="It *is* `so`:\n\n- one\n- two", question="open", private=True)
    comment = opened(package_of(part_of(SIMPLE, one)))["word/comments.xml"][0]
    assert comment.get(f"{W}author") == "Bob Reader" and comment.get(f"{W}initials") == "BR"
    assert comment.get(f"{W}date") == "2026-01-02T03:04:06Z"
    lines = [words(p) for p in comment]
    assert lines == ["Alliance risk; Linkage; Question; Private", "It is so:", "• one", "• two"]
    assert [words(r) for r in comment.iter(f"{W}r") if r.find(f"{W}rPr/{W}i") is not None] == ["is"]


def test_the_parts_of_the_file_are_declared_and_there():
    found = opened(package_of(part_of(SIMPLE, on(SIMPLE, [(8, 11)]))))
    declared = {e.get("PartName") for e in found["[Content_Types].xml"] if e.get("PartName")}
    assert declared == {f"/{n}" for n in found if n[0] != "[" and not n.endswith(".rels")}
    targets = {f"word/{e.get('Target')}" for e in found["word/_rels/document.xml.rels"]}
    assert targets == {n for n in found if re.fullmatch(r"word/\w+\.xml", n)} - {
        "word/document.xml"
    }
    styles = {e.get(f"{W}styleId") for e in found["word/styles.xml"]}
    for name in ("document", "comments", "footnotes"):
        used = {
            e.get(f"{W}val")
            for tag in ("pStyle", "rStyle", "tblStyle")
            for e in found[f"word/{name}.xml"].iter(W + tag)
        }
        assert used <= styles


def test_another_reader_finds_the_same_words():
    made = b"".join(docx.write(package_of(part_of(SIMPLE, on(SIMPLE, [(8, 11), (24, 38)])))))
    html = mammoth.convert_to_html(io.BytesIO(made)).value
    assert "<h1>[p. 545]1. Café</h1><p>One <em>two</em>" in html
    assert "[p. 546]Four five\U0001d11e six." in html and "A &lt;note&gt; &amp; more." in html


def test_cells_are_tables_with_as_many_columns_as_the_widest_row():
    text = Text(
        "a\nb\nc\nd",
        (
            Block("cell", 0, 1, "", {"in": "t1.1", "row": "1", "col": "1"}),
            Block("cell", 2, 3, "", {"in": "t1.1", "row": "1", "col": "3"}),
            Block("cell", 4, 5, "", {"in": "t1.2", "row": "2", "col": "1", "cols": "3"}),
            Block("paragraph", 6, 7),
        ),
    )
    document = opened(package_of(part_of(text, on(text, [(0, 3)]))))["word/document.xml"]
    rows = [[words(cell) for cell in row] for row in document.iter(f"{W}tr")]
    assert rows == [["a", "", "b"], ["c"]]
    assert len(list(document.iter(f"{W}gridCol"))) == 3


def test_of_a_theme_only_the_paragraphs_come():
    other = replace(DOCUMENT, title="Telegram", slug="d170", number="170")
    found = opened(
        package_of(
            part_of(SIMPLE, on(SIMPLE, [(24, 28)])),
            part_of(SIMPLE, on(SIMPLE, [(8, 11), (42, 46)]), document=other),
            scope=Scope(themes=(LINKAGE,)),
        )
    )
    texts = [words(p) for p in found["word/document.xml"].iter(f"{W}p")]
    assert [t for t in texts if t in SIMPLE.text.split("\n")] == [
        "Four five\U0001d11e six.",
        "One two three.",
        "A <note> & more.",
    ]
    assert "169. Memorandum" in texts and "170. Telegram" in texts
    assert len(commented(found)) == 5


def test_the_same_package_gives_the_same_bytes():
    value = package_of(part_of(SIMPLE, on(SIMPLE, [(8, 11)])))
    assert b"".join(docx.write(value)) == b"".join(docx.write(value))
    assert value.made == AT


def test_memory_does_not_grow_with_the_annotations():
    def many() -> Iterator[AnnotationValue]:
        return (
            annotation(n, start=n * 31 // count, end=n * 31 // count + 2, quote="x", note=f"n {n}")
            for n in range(1, count + 1)
        )

    peaks = []
    for count in (1_000, 10_000):
        part = replace(part_of(SIMPLE, []), count=count, annotations=many)
        tracemalloc.start()
        written = sum(len(piece) for piece in docx.write(replace(package_of(), parts=of(part))))
        peaks.append(tracemalloc.get_traced_memory()[1])
        tracemalloc.stop()
        assert written > count * 10
    assert peaks[1] - peaks[0] < 15_000_000


def of(part: PartValue) -> object:
    return lambda: iter([part])
