"""Whole sets for the tests of Web Annotations, and the documents that are written of them."""

from __future__ import annotations

import io
import json
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from typing import Any
from uuid import UUID

from hypothesis import strategies as st

from annotations.formats import w3c
from annotations.formats.brought import Brought
from annotations.formats.package import WHOLE, Package, Scope
from annotations.formats.values import (
    AnnotationValue,
    CodebookValue,
    EditionValue,
    PersonValue,
    ReplyValue,
    ThemeValue,
)
from tests.annotations.qda import trees
from tests.annotations.values import (
    AT,
    CODEBOOK,
    DOCUMENT,
    SET,
    SITE,
    annotation,
    package,
    texts,
    times,
)

Json = dict[str, Any]

DOCUMENTS = (
    DOCUMENT,
    replace(
        DOCUMENT, slug="d170", address=f"{SITE}/volumes/frus1981-88v03/d170/", public_address=""
    ),
)
EDITIONS = (
    EditionValue(1, "ab" * 32, AT, latest=False),
    EditionValue(2, "cd" * 32, AT + timedelta(days=1)),
)
PEOPLE = (PersonValue("ada", "Ada Owner"), PersonValue("bob", 'Bob "B" Reader'))
people = st.sampled_from(PEOPLE) | st.builds(PersonValue, texts.filter(bool), texts)


def document(package: Package) -> Json:
    """What is written of a set, parsed."""
    return json.loads("".join(w3c.write(package)))


def read(data: object) -> Brought:
    """What is read of a file with these bytes, with this text, or with this as JSON."""
    if not isinstance(data, bytes | str):
        data = json.dumps(data)
    return w3c.read(io.BytesIO(data.encode() if isinstance(data, str) else data))


def pages(document: Json) -> Iterator[Json]:
    page = document.get("first")
    while page:
        yield page
        page = page.get("next")


def items(document: Json) -> list[Json]:
    return [item for page in pages(document) for item in page["items"]]


def nodes(value: object) -> Iterator[Json]:
    """Every object in a document."""
    waiting = [value]
    while waiting:
        one = waiting.pop()
        if isinstance(one, dict):
            yield one
            waiting += one.values()
        elif isinstance(one, list):
            waiting += one


@st.composite
def annotations(draw: st.DrawFn, number: int, themes: tuple[ThemeValue, ...]) -> AnnotationValue:
    start, quote = draw(st.integers(0, 10**6)), draw(texts.filter(bool))
    some = st.lists(st.sampled_from(themes), unique=True, max_size=3) if themes else st.just([])
    value = annotation(
        number,
        document=draw(st.sampled_from(DOCUMENTS)),
        edition=draw(st.sampled_from(EDITIONS)),
        start=start,
        end=start + len(quote),
        quote=quote,
        prefix=draw(texts),
        suffix=draw(texts),
        themes=tuple(draw(some)),
        note=draw(texts),
        author=draw(people),
        private=draw(st.booleans()),
        created=draw(times),
        modified=draw(times),
        question=draw(st.sampled_from(["", "", "open", "answered"])),
        anchor=draw(st.sampled_from(["", "", "review", "orphan"])),
    )
    return replace(
        value,
        replies=tuple(
            draw(replies(value, UUID(int=10**6 + number * 10 + at)))
            for at in range(draw(st.integers(0, 2)))
        ),
    )


@st.composite
def replies(draw: st.DrawFn, to: AnnotationValue, uuid: UUID) -> ReplyValue:
    return ReplyValue(
        f"{to.address}#r-{uuid}",
        draw(people),
        draw(texts),
        draw(times),
        draw(times),
        str(uuid),
    )


@st.composite
def packages(draw: st.DrawFn) -> Package:
    """A set with everything: documents, editions, overlaps, replies, a tree, every script."""
    themes = tuple(replace(one, name=f"n{one.name}") for one in draw(trees()))
    values = [draw(annotations(number, themes)) for number in range(1, draw(st.integers(1, 5)))]
    book = CodebookValue(draw(texts), draw(texts), CODEBOOK.address, 7, themes)
    whole = replace(SET, title=draw(texts), description=draw(texts))
    whole = replace(whole, rights=draw(st.sampled_from(["", SET.rights])))
    values = [replace(one, in_set=whole) for one in values]
    scope = draw(st.sampled_from([WHOLE, Scope("frus1981-88v03/d169", themes[:1], "with notes")]))
    return package(values, whole, codebook=book, scope=scope)
