"""Where the cross-references of a document lead, and what is made ready for reading."""

from __future__ import annotations

from typing import Any

import pytest
from lxml.html import fragment_fromstring

from archive.kept import forget_all
from archive.layouts import reading_of
from archive.models import Document
from archive.text import Block, Span, Text, pack_blocks, pack_spans
from tests.factories import (
    DocumentFactory,
    EditionFactory,
    PersonFactory,
    SectionFactory,
    TermFactory,
)

pytestmark = pytest.mark.django_db

PUBLIC = "https://history.state.gov/historicaldocuments"
WORDS = "See what is said elsewhere."


def referring(target: str) -> Document:
    """Document 169 of the volume, whose whole text refers to ``target``; 171 is here too."""
    EditionFactory(document=DocumentFactory(number="171"))
    return marked(Span("ref", 0, len(WORDS), target))


def marked(*spans: Span) -> Document:
    document = DocumentFactory(number="169")
    text = Text(WORDS, (Block("paragraph", 0, len(WORDS)),), spans)
    EditionFactory(
        document=document,
        text=text.text,
        blocks=pack_blocks(text.blocks),
        spans=pack_spans(text.spans),
    )
    return Document.objects.select_related("volume", "current").get(pk=document.pk)


def link(document: Document) -> str | None:
    """The address that the text of ``document`` is a link to, as its page shows it."""
    shown = fragment_fromstring(reading_of(document).layout.block(0), create_parent=True)
    assert shown.text_content() == WORDS
    addresses = [element.get("href") for element in shown.iter("a")]
    return addresses[0] if addresses else None


@pytest.mark.parametrize(
    ("target", "leads"),
    [
        ("#d171", "/volumes/frus1981-88v03/d171/"),
        ("#d171fn2", "/volumes/frus1981-88v03/d171/#n-d171fn2"),
        ("#d169", "#text"),
        ("#d169fn2", "#n-d169fn2"),
        ("frus1981-88v03#d171", "/volumes/frus1981-88v03/d171/"),
        ("#d12", f"{PUBLIC}/frus1981-88v03/d12"),
        ("#d12a", f"{PUBLIC}/frus1981-88v03/d12a"),
        ("#d12afn1", f"{PUBLIC}/frus1981-88v03/d12a"),
        ("#d12fn1", f"{PUBLIC}/frus1981-88v03/d12"),
        ("frus1977-80v06#d241", f"{PUBLIC}/frus1977-80v06/d241"),
        ("https://www.reaganlibrary.gov/a?b=1#c", "https://www.reaganlibrary.gov/a?b=1#c"),
    ],
)
def test_a_cross_reference_leads_here_or_to_its_publisher(target: str, leads: str) -> None:
    assert link(referring(target)) == leads


@pytest.mark.parametrize(
    "target",
    ["", "d171", "javascript:alert(1)", "data:text/x", "#a b", "//evil.example/#d1x/"],
)
def test_what_points_nowhere_is_no_link(target: str) -> None:
    assert link(referring(target)) is None


def test_a_document_of_another_volume_is_not_taken_for_one_of_the_same_number_here() -> None:
    assert link(referring("frus1977-80v06#d171")) == f"{PUBLIC}/frus1977-80v06/d171"


def test_a_chapter_is_found_in_the_contents_of_the_volume() -> None:
    document = referring("#ch2")
    assert link(document) == f"{PUBLIC}/frus1981-88v03/ch2"
    forget_all()
    SectionFactory(volume=document.volume, slug="ch2")
    assert link(document) == "/volumes/frus1981-88v03/#ch2"


def test_without_a_publishers_address_what_is_not_here_is_no_link() -> None:
    document = referring("#d12")
    document.volume.source_url = ""
    assert link(document) is None


def test_the_persons_and_terms_that_are_mentioned_are_its_entries_and_no_others() -> None:
    person, term = PersonFactory(), TermFactory()
    PersonFactory()
    document = marked(Span("person", 0, 3, person.key), Span("term", 4, 8, term.key))
    entries = reading_of(document).entries
    assert {(e.kind, e.key, e.name) for e in entries} == {
        ("person", person.key, person.name),
        ("term", term.key, term.name),
    }


def test_a_reading_is_made_in_three_queries_at_most_and_then_in_none(
    django_assert_num_queries: Any, django_assert_max_num_queries: Any
) -> None:
    document = referring("#d171")
    with django_assert_max_num_queries(3):
        first = reading_of(document)
    with django_assert_num_queries(0):
        assert reading_of(document) is first


def test_a_document_without_an_edition_cannot_be_read() -> None:
    with pytest.raises(ValueError, match="has no edition yet"):
        reading_of(DocumentFactory(number="169"))


def test_the_line_feed_before_a_block_counts_with_it() -> None:
    document = EditionFactory(paragraphs=("abc", "", "de")).document
    reading = reading_of(Document.objects.select_related("volume", "current").get(pk=document.pk))
    assert [reading.block_at(offset) for offset in range(7)] == [0, 0, 0, 1, 2, 2, 2]
    assert list(reading.blocks_in(1, 6)) == [0, 1, 2]
    assert list(reading.blocks_in(5, 7)) == [2]
