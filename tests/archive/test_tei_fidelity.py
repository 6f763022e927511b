"""No word of the source is lost, added, moved, joined or split: held without the importer's rules.

``tests/archive/wordsof.py`` reads the source by rules of its own. Of the importer nothing is used
but its door, ``parse_tei``.
"""

from __future__ import annotations

from collections import Counter
from pathlib import Path

import pytest
from hypothesis import given
from lxml import etree

from archive.importers.tei import parse_tei
from tests.archive.strategies import documents
from tests.archive.tei import document, volume
from tests.archive.wordsof import XML_ID, words_in, words_of
from tests.teivolumes import volume_xml

# And how many documents each has whose element can be told.
REAL = {
    "frus1981-88v03-excerpt.xml": 5,
    "frus-history/1980-rereview-transcript.xml": 18,
    "frus-history/1981-06-kogan-fgi-study-rp1261.xml": 1,
    "frus-history/1984-07-slany-report-to-congress.xml": 1,
}
_DIV = "{http://www.tei-c.org/ns/1.0}div"


def unlike(wanted: list[str], found: list[str]) -> str:
    """Where two rows of words part, with what stands around; empty where they do not."""
    for at, (a, b) in enumerate(zip(wanted, found, strict=False)):
        if a != b:
            before = wanted[max(at - 5, 0) : at]
            return f"after {before}: {wanted[at : at + 3]} is {found[at : at + 3]}"
    if len(wanted) != len(found):
        at = min(len(wanted), len(found))
        return f"at the end: {wanted[at : at + 5]} is {found[at : at + 5]}"
    return ""


def check_documents(data: bytes, name: str) -> int:
    """Holds each document to its own element: by its id, or as the file's next; how many."""
    elements = list(etree.fromstring(data).iter(_DIV))
    named = {e.get(XML_ID): e for e in elements}
    nameless = iter([e for e in elements if e.get("type") == "document" and not e.get(XML_ID)])
    count = 0
    for made in parse_tei(data, name).documents:
        # A list's own address is that of a page of the app: its text has another.
        element = named.get(made.slug.removesuffix("-list"))
        if element is None and made.kind == "historical-document":
            element = next(nameless)
        if element is not None:
            assert unlike(words_of(element), words_in(made.text.text)) == "", made.slug
            count += 1
    return count


def check_whole(data: bytes, name: str) -> None:
    """Holds the words of all documents together to those of the whole file, where the heading of
    a section that says no more is no document's."""
    wanted = Counter(words_of(etree.fromstring(data).find("{*}text")))
    parsed = parse_tei(data, name)
    found: Counter[str] = Counter()
    for made in parsed.documents:
        found.update(words_in(made.text.text))
    headings = Counter(word for s in parsed.sections for word in words_in(s.heading))
    assert (wanted - found) - headings == Counter()
    assert found - wanted == Counter()


@pytest.mark.parametrize(("name", "count"), REAL.items())
def test_each_document_of_a_real_file_has_the_words_of_its_source(
    shared: Path, name: str, count: int
) -> None:
    data = (shared / "data" / name).read_bytes()
    assert check_documents(data, name) == count
    check_whole(data, name)


@pytest.mark.parametrize("seed", [1, 2])
def test_each_document_of_a_generated_volume_has_the_words_of_its_source(seed: int) -> None:
    data = volume_xml(documents=40, megabytes=0.4, seed=seed)
    assert check_documents(data, "volume.xml") == 40 + 6
    check_whole(data, "volume.xml")


@given(documents)
def test_any_document_has_the_words_of_its_source(inner: str) -> None:
    """Every construct, in any order and inside of any other."""
    assert check_documents(volume(document(inner)), "volume.xml") == 1
