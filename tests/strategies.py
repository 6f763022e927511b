"""Generated values: texts with every kind of mark-up, and annotations that lie over them."""

from __future__ import annotations

from hypothesis import strategies as st

from annotations.overlays import Palette, Row, ThemeStyle
from archive.text import Block, BlockKind, Note, NoteKind, Span, SpanKind, Text

# Plain letters, mark-up's own characters, combining marks, right-to-left, astral, no-break space.
CHARACTERS = "ab z&<>\"'é\u0301\u200dאבسل\u00a0\U0001f4dc\U0001d54f—“”"
WORDS = st.text(CHARACTERS, min_size=1, max_size=40).map(
    lambda s: " ".join(s.split(" ")).strip(" ")
)
BODY_KINDS = [
    BlockKind.PARAGRAPH,
    BlockKind.DATELINE,
    BlockKind.ITEM,
    BlockKind.QUOTATION,
    BlockKind.SIGNATURE,
]
RANGE_KINDS = [
    SpanKind.ITALIC,
    SpanKind.BOLD,
    SpanKind.PERSON,
    SpanKind.TERM,
    SpanKind.REF,
    SpanKind.DATE,
    SpanKind.SMALLCAPS,
    SpanKind.SUPERSCRIPT,
]


@st.composite
def texts(draw: st.DrawFn) -> Text:
    """A text with blocks of all kinds, crossing spans, page breaks, and notes (empty ones too)."""
    paragraphs = draw(st.lists(WORDS.filter(bool), min_size=1, max_size=5))
    note_paragraphs = draw(st.lists(st.lists(WORDS.filter(bool), max_size=2), max_size=3))
    parts, blocks, position = [], [], 0

    def add(kind: str, words: str, note: str = "", **attrs: str) -> None:
        nonlocal position
        start = position + bool(parts)
        parts.append(words)
        position = start + len(words)
        blocks.append(Block(kind, start, position, note, attrs))

    add(BlockKind.HEADING, paragraphs[0], level="1")
    for words in paragraphs[1:]:
        add(draw(st.sampled_from(BODY_KINDS)), words)
    body = position
    calls = sorted(draw(st.lists(st.integers(0, body), min_size=3, max_size=3)))
    notes, spans = [], []
    for number, (lines, call) in enumerate(zip(note_paragraphs, calls, strict=False), start=1):
        key, first = f"fn{number}", len(blocks)
        for words in lines:
            add(BlockKind.NOTE, words, key)
        start = blocks[first].start if lines else position
        kind = NoteKind.SOURCE if number == 1 else NoteKind.EDITORIAL
        notes.append(Note(key, str(number), kind, call, start, position))
        spans.append(Span(SpanKind.NOTE_CALL, call, call, key))
    whole = "\n".join(parts)
    ends = st.integers(0, len(whole))
    for kind, a, b in draw(
        st.lists(st.tuples(st.sampled_from(RANGE_KINDS), ends, ends), max_size=8)
    ):
        if a != b:
            spans.append(Span(kind, min(a, b), max(a, b), "x&1"))
    for number, at in enumerate(draw(st.lists(ends, max_size=3)), start=545):
        spans.append(Span(SpanKind.PAGE, at, at, str(number)))
    return Text(whole, tuple(blocks), tuple(spans), tuple(notes))


THEMES = [
    ThemeStyle(1, "linkage", "Linkage", 1, 1, (1,)),
    ThemeStyle(2, "alliance-risk", "Alliance risk", 2, 2, (2,)),
    ThemeStyle(3, "pakistan", "Pakistan", 2, 3, (3, 2), 1),
    ThemeStyle(7, "legitimacy", "Legitimacy", 5, 5, (7,)),
]


def palette() -> Palette:
    return Palette(THEMES)


@st.composite
def rows_over(draw: st.DrawFn, length: int, most: int = 12) -> list[Row]:
    """Annotations over a text of ``length`` characters, in the order of the text."""
    ends = st.integers(0, length)
    ids = st.sets(st.sampled_from([1, 2, 3, 7]), max_size=3).map(
        lambda chosen: " ".join(str(pk) for pk in sorted(chosen))
    )
    drawn = draw(st.lists(st.tuples(ends, ends, st.integers(1, 3), ids), max_size=most))
    made = [
        (pk, min(a, b), max(a, b), author, themes, 1)
        for pk, (a, b, author, themes) in enumerate(drawn, start=1)
        if a != b
    ]
    return sorted(made, key=lambda row: (row[1], -row[2], row[0]))
