"""Whole sets for the tests of REFI-QDA: generated ones, and archives as other tools write them."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from functools import cache
from uuid import UUID

import pytest
from hypothesis import strategies as st
from lxml import etree

from annotations.formats import qdpx
from annotations.formats.package import Package
from annotations.formats.values import (
    AnnotationValue,
    CodebookValue,
    DocumentValue,
    EditionValue,
    PartValue,
    PersonValue,
    ReplyValue,
    SetValue,
    ThemeValue,
)
from archive.text import Text
from tests.annotations.values import AT, DOCUMENT, SET, SITE
from tests.conftest import SHARED
from tests.strategies import texts as marked_texts

SCHEMAS = SHARED / "schemas" / "refi-qda"
PEOPLE = (PersonValue("ada", "Ada Owner"), PersonValue("bob", "Bob <Reader>"), PersonValue("-", ""))

# What XML can hold: line ends of each kind, mark-up's own characters, combining, right-to-left.
words = st.text(
    st.sampled_from("ab :\\\n\r\tE<&>\"'é\u0301אב\u200f\u00a0\U0001f4dc—"), max_size=30
) | st.sampled_from(
    ["*Markdown* [x](y)", "Example: b", "a\n\nSlug: b", "\\Example: c", "Address: d"]
)
times = st.datetimes(
    AT.replace(year=1971, tzinfo=None),
    AT.replace(year=2100, tzinfo=None),
    timezones=st.just(AT.tzinfo),
)
people = st.sampled_from(PEOPLE)


@cache
def schema(name: str) -> etree.XMLSchema:
    """``Project-mrt2019`` or ``Codebook-mrt2019``; the test is skipped where they are not."""
    if not SCHEMAS.is_dir():
        pytest.skip(f"no schemas at {SHARED.name}/schemas/refi-qda: set APPARATUS_SHARED")
    return etree.XMLSchema(etree.parse(SCHEMAS / f"{name}.xsd"))


def bytes_of(package: Package) -> bytes:
    return b"".join(qdpx.write(package))


def files_of(data: bytes) -> dict[str, bytes]:
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


def archive(files: Mapping[str, bytes | str]) -> io.BytesIO:
    """A ZIP of these files."""
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as there:
        for name, data in files.items():
            there.writestr(name, data)
    return made


def project(
    parts: list[PartValue], themes: tuple[ThemeValue, ...] = (), **of_set: object
) -> Package:
    """These parts as a set with a codebook of these themes."""
    book = CodebookValue(
        "Themes & more", "How to\ncode", f"{SITE}/sets/seminar/codebook/", 3, themes
    )

    def everything() -> Iterator[AnnotationValue]:
        return (one for part in parts for one in part.annotations())

    value: SetValue = replace(SET, **of_set)  # type: ignore[arg-type]
    return Package(value, book, AT, everything, lambda: iter(parts), lambda: PEOPLE)


def part(
    text: Text | str,
    annotations: list[AnnotationValue],
    document: DocumentValue = DOCUMENT,
    edition: EditionValue | None = None,
) -> PartValue:
    """A text with annotations on it, each of which is given its quote."""
    value = text if isinstance(text, Text) else Text(text)
    edition = edition or EditionValue(1, "ab" * 32, AT)
    placed = [
        replace(
            one,
            document=document,
            edition=edition,
            quote=value.text[one.start : one.end],
        )
        for one in annotations
    ]
    return PartValue(document, edition, value, "", "text", "", len(placed), lambda: iter(placed))


def theme(slug: str, **changes: object) -> ThemeValue:
    value = ThemeValue(slug, slug.title(), f"{SITE}/sets/seminar/codebook/#{slug}")
    return replace(value, **changes)  # type: ignore[arg-type]


@st.composite
def trees(draw: st.DrawFn) -> tuple[ThemeValue, ...]:
    """Themes in a tree, in its order from top to bottom."""
    count = draw(st.integers(0, 6))
    made: list[ThemeValue] = []
    lineage: list[str] = []
    for number in range(count):
        del lineage[draw(st.integers(0, len(lineage))) :]
        retired = draw(st.booleans())
        made.append(
            theme(
                f"t{number}",
                name=draw(words) or "x",
                definition=draw(words),
                use_when=draw(words),
                not_when=draw(words),
                example=draw(words),
                colour=draw(st.integers(1, 8)),
                line=draw(st.integers(1, 5)),
                parent=lineage[-1] if lineage else "",
                retired=retired,
                merged_into="t0" if retired and number else "",
            )
        )
        lineage.append(f"t{number}")
    return tuple(made)


@st.composite
def packages(draw: st.DrawFn) -> Package:
    """A set with everything: documents and editions, overlaps, replies, trees, all scripts."""
    themes = draw(trees())
    numbers = iter(range(1, 10**6))
    parts = []
    for number in range(draw(st.integers(0, 3))):
        text = draw(marked_texts())
        document = replace(
            DOCUMENT,
            volume=draw(st.sampled_from(["frus1981-88v03", "frus1969-76v01"])),
            slug=f"d{number}",
            address=f"{SITE}/d{number}",
            title=draw(words),
            since=draw(st.sampled_from(["", "1981-02-03", "1981"])),
        )
        for edition in range(1, draw(st.integers(1, 2)) + 1):
            value = EditionValue(edition, f"{number}{edition}" * 32, draw(times), edition == 1)
            few = st.lists(annotated(text, themes, numbers), max_size=4)
            parts.append(part(text, draw(few), document, value))
    return project(parts, themes, title=draw(words), description=draw(words))


def annotated(
    text: Text, themes: tuple[ThemeValue, ...], numbers: Iterator[int]
) -> st.SearchStrategy[AnnotationValue]:
    size = len(text.text)
    spans = st.tuples(st.integers(0, size - 1), st.integers(1, size)).map(
        lambda span: (span[0], max(span[0] + 1, span[1]))
    )
    some = st.lists(st.sampled_from(themes), unique=True, max_size=3) if themes else st.just([])
    replies = st.builds(
        lambda author, note, made: ReplyValue(
            "", author, note, made, made, str(UUID(int=next(numbers)))
        ),
        people,
        words,
        times,
    )
    return st.builds(
        lambda span, given, **rest: AnnotationValue(
            id=str(UUID(int=next(numbers))),
            address=f"{SITE}/annotations/x/",
            in_set=SET,
            document=DOCUMENT,
            edition=EditionValue(1, "", AT),
            start=span[0],
            end=span[1],
            quote="",
            prefix=text.text[max(0, span[0] - 64) : span[0]],
            suffix=text.text[span[1] : span[1] + 64],
            themes=tuple(sorted(given, key=themes.index)),
            **rest,
        ),
        spans,
        some,
        note=words,
        author=people,
        private=st.booleans(),
        created=times,
        modified=times,
        replies=st.lists(replies, max_size=2).map(tuple),
        question=st.sampled_from(["", "open", "answered"]),
        anchor=st.sampled_from(["", "review", "orphan"]),
    )


Read = Callable[[io.BytesIO], object]
