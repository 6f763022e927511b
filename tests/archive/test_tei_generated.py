"""What holds for every TEI, however odd: nothing lost, nothing glued to a place it is not at."""

from __future__ import annotations

import re
from itertools import pairwise

from hypothesis import given
from lxml import etree

from archive.importers.teitext import Known, text_of
from archive.text import SpanKind
from tests.archive.strategies import KNOWN, documents, sources
from tests.archive.tei import div, letters, read

VOLUME = Known(frozenset(KNOWN[0]), frozenset(KNOWN[1]))
POINTS = (SpanKind.PAGE, SpanKind.NOTE_CALL)


@given(sources)
def test_letters_stand_in_the_order_of_the_source_with_the_notes_moved(
    source: etree._Element,
) -> None:
    expected = read(source)
    made = text_of(source, "d1", VOLUME)
    assert letters(made.text) == expected.body + "".join(expected.notes)


@given(sources)
def test_a_text_keeps_the_rules_of_the_canonical_text(source: etree._Element) -> None:
    made = text_of(source, "d1", VOLUME)
    assert list(made.problems()) == []
    for block in made.blocks:
        words = made.quote(block.start, block.end)
        assert words
        assert not re.search(r"[\t\r\n]|  |^ | $", words)


@given(sources)
def test_notes_are_called_from_where_they_stand(source: etree._Element) -> None:
    expected = read(source)
    made = text_of(source, "d1", VOLUME)
    assert len(made.notes) == len(expected.notes)
    assert [letters(made.quote(n.start, n.end)) for n in made.notes] == expected.notes
    found = [len(letters(made.text[: n.call])) for n in made.notes[: len(expected.calls)]]
    assert found == expected.calls
    calls = [n.call for n in made.notes]
    assert calls == sorted(calls, key=lambda call: -1 if call is None else call)
    assert len({n.key for n in made.notes}) == len(made.notes)


@given(sources)
def test_pages_break_where_they_stand(source: etree._Element) -> None:
    expected = read(source)
    made = text_of(source, "d1", VOLUME)
    pages = [s for s in made.spans if s.kind == SpanKind.PAGE]
    found = [(s.ref, len(letters(made.text[: s.start]))) for s in pages]
    assert found[: len(expected.pages)] == expected.pages


@given(sources)
def test_every_span_lies_in_one_block_and_holds_something(source: etree._Element) -> None:
    made = text_of(source, "d1", VOLUME)
    for span in made.spans:
        if span.kind in POINTS:
            assert span.start == span.end
        else:
            assert span.start < span.end
            assert any(b.start <= span.start and span.end <= b.end for b in made.blocks)


@given(sources)
def test_every_block_of_a_note_lies_in_its_range(source: etree._Element) -> None:
    made = text_of(source, "d1", VOLUME)
    for note in made.notes:
        blocks = [b for b in made.blocks if b.note == note.key]
        ends = (blocks[0].start, blocks[-1].end) if blocks else (note.start, note.start)
        assert (note.start, note.end) == ends
    starts = [n.start for n in made.notes]
    assert all(low <= high for low, high in pairwise(starts))
    assert [b.note for b in made.blocks] == sorted(
        (b.note for b in made.blocks),
        key=[*[""], *(n.key for n in made.notes)].index,
    )


@given(documents)
def test_the_same_source_gives_the_same_text(inner: str) -> None:
    assert text_of(div(inner), "d1", VOLUME) == text_of(div(inner), "d1", VOLUME)


@given(documents)
def test_indentation_changes_nothing(inner: str) -> None:
    """White space in place of white space is the file's, not the text's."""
    source, wider = div(inner), div(inner)
    for node in wider.iter():
        if isinstance(node.tag, str):
            node.text = re.sub(r"[ \t\r\n]+", "\n\t    ", node.text or "")
        node.tail = re.sub(r"[ \t\r\n]+", "\n\t    ", node.tail or "")
    assert text_of(source, "d1", VOLUME) == text_of(wider, "d1", VOLUME)
