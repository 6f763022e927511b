"""Documents with annotations on them as plain values, for the formats that people read."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace

from hypothesis import strategies as st

from annotations.formats.package import Package
from annotations.formats.values import AnnotationValue, EditionValue, PartValue
from archive.text import Block, Note, Span, Text
from tests.annotations.values import AT, DOCUMENT, LINKAGE, RISK, annotation, package, reply
from tests.strategies import texts

NOTES = (
    "A plain note.",
    "With *emphasis*, `code` and [a link](https://example.org/).",
    "- one\n- two\n\n> a quotation",
    "<script>alert(1)</script> & <b>not bold</b>",
    "[^1]: no footnote\n# no heading\n1. one",
    "שלום \U0001d11e e\u0301",
    "",
)


def on(text: Text, places: list[tuple[int, int]], **changes: object) -> list[AnnotationValue]:
    """An annotation for each place, in the order of the text, longer ones first."""
    ordered = sorted(places, key=lambda place: (place[0], -place[1]))
    found = []
    for number, (start, end) in enumerate(ordered, 1):
        given: dict[str, object] = {
            "start": start,
            "end": end,
            "quote": text.text[start:end],
            "note": NOTES[number % len(NOTES)],
            "themes": ((LINKAGE,), (RISK, LINKAGE), ())[number % 3],
        }
        one = annotation(number, **(given | changes))
        if number % 2:
            one = replace(one, replies=(reply(number, one),))
        found.append(one)
    return found


def part_of(text: Text, annotations: list[AnnotationValue], **changes: object) -> PartValue:
    value = PartValue(
        document=DOCUMENT,
        edition=EditionValue(1, "ab" * 32, AT),
        text=text,
        source="",
        source_format="text",
        source_name="",
        count=len(annotations),
        annotations=lambda: iter(annotations),
    )
    return replace(value, **changes)  # type: ignore[arg-type]


def package_of(*parts: PartValue, **changes: object) -> Package:
    def all_parts() -> Iterator[PartValue]:
        return iter(parts)

    given: dict[str, object] = {"parts": all_parts}
    return package([one for part in parts for one in part.annotations()], **(given | changes))


SIMPLE = Text(
    "1. Café\nOne two three.\nFour five\U0001d11e six.\nA <note> & more.",
    (
        Block("heading", 0, 7, "", {"level": "1"}),
        Block("paragraph", 8, 22),
        Block("paragraph", 23, 38),
        Block("note", 39, 55, "fn1"),
    ),
    (
        Span("page", 0, 0, "545"),
        Span("italic", 12, 15),
        Span("call", 15, 15, "fn1"),
        Span("page", 23, 23, "546"),
    ),
    (Note("fn1", "1", "editorial", 15, 39, 55),),
)


@st.composite
def parts(draw: st.DrawFn, made: Callable[[], st.SearchStrategy[Text]] = texts) -> PartValue:
    """A text of any shape with annotations of any overlap."""
    text = draw(made())
    ends = st.integers(0, len(text.text))
    pairs = draw(st.lists(st.tuples(ends, ends).filter(lambda p: p[0] != p[1]), max_size=8))
    places = [(min(pair), max(pair)) for pair in pairs]
    return part_of(text, on(text, places))
