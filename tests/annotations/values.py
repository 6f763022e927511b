"""Plain values for the formats' tests: a set and as many annotations as asked for."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from uuid import UUID

from hypothesis import strategies as st

from annotations.formats.package import Package
from annotations.formats.values import (
    AnnotationValue,
    CodebookValue,
    DocumentValue,
    EditionValue,
    PersonValue,
    ReplyValue,
    SetValue,
    ThemeValue,
)

AT = datetime(2026, 1, 2, 3, 4, 5, tzinfo=UTC)
SITE = "https://example.org"
SET = SetValue(
    slug="seminar",
    title="A seminar",
    description="",
    address=f"{SITE}/sets/seminar/",
    rights="https://creativecommons.org/licenses/by/4.0/",
    owner=PersonValue("ada", "Ada Owner"),
    site=SITE,
)
DOCUMENT = DocumentValue(
    volume="frus1981-88v03",
    slug="d169",
    number="169",
    title="Memorandum",
    address=f"{SITE}/volumes/frus1981-88v03/d169/",
    public_address="https://history.state.gov/historicaldocuments/frus1981-88v03/d169",
)
# One for all, as an export has them.
EDITION = EditionValue(1, "ab" * 32, AT)
READER = PersonValue("bob", "Bob Reader")
LINKAGE = ThemeValue("linkage", "Linkage", f"{SITE}/sets/seminar/codebook/#linkage")
RISK = ThemeValue("risk", "Alliance risk", f"{SITE}/sets/seminar/codebook/#risk")
BOTH = (LINKAGE, RISK)
CODEBOOK = CodebookValue("Themes", "", f"{SITE}/sets/seminar/codebook/", 3, (LINKAGE, RISK))


def package(
    annotations: Iterable[AnnotationValue], set_value: SetValue = SET, **changes: object
) -> Package:
    """These annotations as what a format is given; they can be had once if they are an iterator."""
    value = Package(set_value, CODEBOOK, AT, lambda: iter(annotations), lambda: iter(()))
    return replace(value, **changes)  # type: ignore[arg-type]


def annotation(number: int = 1, **changes: object) -> AnnotationValue:
    """An annotation that differs from the others by its number."""
    uuid = UUID(int=number)
    value = AnnotationValue(
        id=str(uuid),
        address=f"{SITE}/annotations/{uuid}/",
        in_set=SET,
        document=DOCUMENT,
        edition=EDITION,
        start=number,
        end=number + 5,
        quote="quote",
        prefix="before ",
        suffix=" after",
        themes=BOTH,
        note=f"Note *{number}*",
        author=READER,
        private=False,
        created=AT + timedelta(seconds=number),
        modified=AT + timedelta(seconds=number + 1),
    )
    return replace(value, **changes)  # type: ignore[arg-type]


def reply(number: int, to: AnnotationValue) -> ReplyValue:
    address = f"{to.address}#r-{UUID(int=number)}"
    return ReplyValue(address, PersonValue("cyd", ""), f"Answer {number}", AT, AT)


def many(count: int) -> Iterator[AnnotationValue]:
    return (annotation(number) for number in range(1, count + 1))


# Anything that a text column holds: no surrogates, no NUL.
texts = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0"), max_size=30)
people = st.builds(PersonValue, texts, texts)
times = st.datetimes(datetime(1970, 1, 2), datetime(2100, 1, 1), timezones=st.just(UTC))
replies = st.builds(ReplyValue, st.just(f"{SITE}/annotations/1/#r-1"), people, texts, times, times)
annotations = st.builds(
    annotation,
    st.integers(1, 10**6),
    quote=texts,
    prefix=texts,
    suffix=texts,
    themes=st.lists(st.sampled_from([LINKAGE, RISK]), unique=True).map(tuple),
    note=texts,
    author=people,
    private=st.booleans(),
    created=times,
    modified=times,
    replies=st.lists(replies, max_size=3).map(tuple),
)
