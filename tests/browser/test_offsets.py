"""The browser's offsets are Python's: offsets.js is the inverse of the renderer, for any text."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from annotations.overlays import segments
from archive.importers.teiline import Known
from archive.importers.teitext import text_of
from archive.render import prepare
from archive.text import Block, Note, Span, Text
from tests.archive.strategies import sources
from tests.strategies import palette, rows_over, texts

SCRIPTS = Path(__file__).parents[2] / "static" / "js"
ORIGIN = "http://offsets.test"
SHELL = """<!doctype html><meta charset="utf-8"><title>offsets</title>
<p id="before">Before the text</p><article id="text" lang="en"></article>
<p id="after">After it</p>"""
LOAD = "async () => { window.o = await import('/static/js/offsets.js'); }"
FILL = "html => { document.getElementById('text').innerHTML = html; }"

# Each example is one or two calls into the browser; the slowest part is starting it.
quickly = settings(
    max_examples=120,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)


@pytest.fixture(scope="module")
def reading(browser: Any) -> Iterator[Any]:
    """A page with an empty text and offsets.js at hand as ``o``."""
    context = browser.new_context()
    context.route(f"{ORIGIN}/", lambda route: route.fulfill(body=SHELL, content_type="text/html"))
    context.route(
        f"{ORIGIN}/static/js/*",
        lambda route: route.fulfill(
            path=SCRIPTS / route.request.url.rsplit("/", 1)[1], content_type="text/javascript"
        ),
    )
    page = context.new_page()
    page.goto(f"{ORIGIN}/")
    page.evaluate(LOAD)
    yield page
    context.close()


def show(page: Any, text: Text, rows: list[Any] | None = None) -> None:
    layout, overlay = prepare(text, lambda target: f"/{target}"), segments(rows or [], palette())
    blocks = [layout.block(index, overlay) for index in range(len(text.blocks))]
    notes = layout.notes_html(blocks)
    page.evaluate(FILL, layout.body_html(blocks) + f'<ol id="apparatus">{notes}</ol>')


def _is_plain(text: Text) -> bool:
    """Whether there is something to select, and Python and the browser agree on its spaces."""
    return bool(text.blocks) and "\x85" not in text.text


# Texts of every kind, and those that generated TEI becomes, with lists in lists and tables.
every_text = st.one_of(
    texts(),
    sources.map(lambda s: text_of(s, "d1", Known(frozenset("p"), frozenset("t")))),
).filter(_is_plain)


@st.composite
def annotated(draw: st.DrawFn) -> tuple[Text, list[Any]]:
    text = draw(every_text)
    return text, draw(rows_over(len(text.text)))


def meant(text: Text, start: int, end: int) -> dict[str, Any] | None:
    """What a selection of ``[start, end)`` means, worked out in Python."""
    pieces = [(b, text.text[max(start, b.start) : min(end, b.end)]) for b in text.blocks]
    worded = [b for b, words in pieces if max(start, b.start) < min(end, b.end) and words.strip()]
    if not worded:
        return None
    region = [b for b in text.blocks if b.note == worded[0].note]
    low, high = max(start, region[0].start), min(end, region[-1].end)
    words = text.text[low:high]
    first = low + len(words) - len(words.lstrip())
    last = high - (len(words) - len(words.rstrip()))
    trimmed = any(b.note != worded[0].note for b in worded)
    return {"start": first, "end": last, "quote": text.text[first:last], "trimmed": trimmed}


@quickly
@given(annotated())
def test_the_text_of_each_block_is_its_slice(reading: Any, case: tuple[Text, list[Any]]) -> None:
    text, rows = case
    show(reading, text, rows)
    found = reading.evaluate(
        "() => o.blocksIn(document.getElementById('text'))"
        ".map(b => [o.startOf(b), o.endOf(b), o.textOf(b)])"
    )
    assert found == [[b.start, b.end, text.text[b.start : b.end]] for b in text.blocks]


@quickly
@given(annotated())
def test_a_range_leads_back_to_its_offsets(reading: Any, case: tuple[Text, list[Any]]) -> None:
    text, rows = case
    show(reading, text, rows)
    wrong = reading.evaluate(
        """length => {
          const wrong = [];
          const check = (start, end) => {
            const range = o.rangeOf(start, end);
            const back = [
              o.offsetOf(range.startContainer, range.startOffset),
              o.offsetOf(range.endContainer, range.endOffset),
            ];
            if (back[0] !== start || back[1] !== end) wrong.push([start, end, ...back]);
          };
          for (let start = 0; start <= length; start += 1) {
            for (const by of [0, 1, 2, 7, length]) check(start, Math.min(start + by, length));
          }
          return wrong;
        }""",
        len(text.text),
    )
    assert wrong == []


@quickly
@given(annotated(), st.data())
def test_a_selection_means_the_slice_that_python_takes(
    reading: Any, case: tuple[Text, list[Any]], data: st.DataObject
) -> None:
    text, rows = case
    show(reading, text, rows)
    ends = st.integers(0, len(text.text))
    pairs = data.draw(st.lists(st.tuples(ends, ends).map(sorted), min_size=1, max_size=12))
    found = reading.evaluate(
        "pairs => pairs.map(([start, end]) => o.trimSelection(o.rangeOf(start, end)))", pairs
    )
    assert found == [meant(text, start, end) for start, end in pairs]


@quickly
@given(annotated())
def test_every_place_in_the_page_has_an_offset_and_none_runs_backwards(
    reading: Any, case: tuple[Text, list[Any]]
) -> None:
    text, rows = case
    show(reading, text, rows)
    places = reading.evaluate(
        """() => o.blocksIn(document.getElementById('text')).map(block => {
          const found = [];
          const visit = node => {
            const inner = node.childNodes;
            const many = node.nodeType === Node.TEXT_NODE ? node.data.length : inner.length;
            for (let i = 0; i <= many; i += 1) {
              found.push(o.offsetOf(node, i));
              if (i < inner.length) visit(inner[i]);
            }
          };
          visit(block);
          return found;
        })"""
    )
    for block, offsets in zip(text.blocks, places, strict=True):
        assert offsets == sorted(offsets)
        assert set(offsets) == set(range(block.start, block.end + 1))


SAMPLE = Text(
    "A 𝔏etter\nen\u00adgaged in talks\nsource words\nfirst note\nmore of it",
    (
        Block("heading", 0, 8, "", {"level": "1"}),
        Block("paragraph", 9, 26),
        Block("note", 27, 39, "src"),
        Block("note", 40, 50, "fn1"),
        Block("note", 51, 61, "fn1"),
    ),
    (
        Span("page", 11, 11, "546"),
        Span("italic", 12, 17),
        Span("call", 8, 8, "src"),
        Span("call", 20, 20, "fn1"),
    ),
    (
        Note("src", "1", "source", 8, 27, 39),
        Note("fn1", "2", "editorial", 20, 40, 61),
    ),
)
SELECT = """([from, fromAt, to, toAt]) => {
  const node = (path) => path.split(' > ').reduce((found, step) =>
    /^\\d+$/.test(step) ? found.childNodes[Number(step)] : found.querySelector(step), document);
  const range = document.createRange();
  range.setStart(node(from), fromAt);
  range.setEnd(node(to), toAt);
  return o.trimSelection(range);
}"""


def selected(page: Any, *ends: str | int) -> Any:
    show(page, SAMPLE)
    return page.evaluate(SELECT, list(ends))


def quote_of(found: Any) -> str:
    assert found["quote"] == SAMPLE.text[found["start"] : found["end"]]
    return str(found["quote"])


def test_a_triple_click_that_ends_at_the_next_block_takes_one_block(reading: Any) -> None:
    found = selected(reading, "#b0 > 0", 0, "#b1", 0)
    assert quote_of(found) == "A 𝔏etter" and not found["trimmed"]


def test_a_selection_from_outside_of_the_text_begins_with_the_text(reading: Any) -> None:
    assert quote_of(selected(reading, "#before > 0", 3, "#b1 > 0", 2)) == "A 𝔏etter\nen"


def test_a_selection_of_everything_is_the_body(reading: Any) -> None:
    found = selected(reading, "#before > 0", 0, "#after > 0", 3)
    assert quote_of(found) == SAMPLE.text[:26] and found["trimmed"]


def test_a_drag_over_the_notes_keeps_the_note_it_began_in(reading: Any) -> None:
    found = selected(reading, "#b2 > 0", 7, "#b4 > 0", 4)
    assert quote_of(found) == "words" and found["trimmed"]
    found = selected(reading, "#b3 > 0", 6, "#b4 > 0", 4)
    assert quote_of(found) == "note\nmore" and not found["trimmed"]


def test_a_selection_may_begin_in_a_page_number_and_end_in_a_call(reading: Any) -> None:
    assert quote_of(selected(reading, "#pg-546 > 0", 1, "#call-fn1 > 0", 1)) == "\u00adgaged in"


def test_a_selection_of_a_page_number_or_of_space_means_nothing(reading: Any) -> None:
    assert selected(reading, "#pg-546 > 0", 0, "#pg-546 > 0", 3) is None
    assert selected(reading, "#b0 > 0", 1, "#b0 > 0", 2) is None


def test_a_place_inside_a_surrogate_pair_counts_as_before_it(reading: Any) -> None:
    assert quote_of(selected(reading, "#b0 > 0", 3, "#b0 > 0", 5)) == "𝔏e"
