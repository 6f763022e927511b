"""The Web Annotation export: what it carries, and how it is laid out."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import Any

import pytest

from annotations.formats import w3c
from annotations.formats.package import Scope
from annotations.formats.values import AnnotationValue, CodebookValue, ThemeValue
from tests.annotations.values import (
    CODEBOOK,
    DOCUMENT,
    LINKAGE,
    SET,
    annotation,
    many,
    package,
    reply,
)
from tests.annotations.webs import Json, document, items, pages


def collection(*values: AnnotationValue, total: int = 0, **changes: Any) -> Json:
    return document(package(values, total=lambda: total, **changes))


def only(value: AnnotationValue) -> Json:
    return items(collection(value))[0]


# The collection and its pages


def test_the_collection_says_what_it_is_whose_and_under_which_rights():
    found = collection(annotation())
    assert found.pop("dcterms:requires")["id"] == CODEBOOK.address
    found["first"].pop("items")
    assert found == {
        "@context": "http://www.w3.org/ns/anno.jsonld",
        "id": "https://example.org/sets/seminar/exports/w3c/",
        "type": "AnnotationCollection",
        "label": "A seminar",
        "creator": {"type": "Person", "name": "Ada Owner", "nickname": "ada"},
        "generator": {"id": "https://example.org/", "type": "Software", "name": "Apparatus"},
        "generated": "2026-01-02T03:04:05Z",
        "modified": "2026-01-02T03:04:05Z",
        "rights": "https://creativecommons.org/licenses/by/4.0/",
        "dcterms:isPartOf": {"id": "https://example.org/sets/seminar/"},
        "first": {
            "id": "https://example.org/sets/seminar/exports/w3c/#page-1",
            "type": "AnnotationPage",
            "partOf": "https://example.org/sets/seminar/exports/w3c/",
            "startIndex": 0,
        },
        "last": "https://example.org/sets/seminar/exports/w3c/#page-1",
        "total": 1,
    }


def test_an_empty_set_is_a_collection_of_none():
    found = collection()
    assert found["total"] == 0
    assert not found.keys() & {"first", "last"}


@pytest.mark.parametrize("count", [1, 999, 1000, 1001, 2500])
def test_the_pages_hold_every_annotation_once_in_order(count: int):
    found = collection(*many(count), total=count)
    assert [item["id"] for item in items(found)] == [value.address for value in many(count)]
    assert found["total"] == count
    each = list(pages(found))
    assert len(each) == -(-count // 1000)
    assert found["last"] == each[-1]["id"]
    before, index = None, 0
    for page in each:
        assert page.get("prev") == before
        assert page["startIndex"] == index
        assert page["partOf"] == found["id"]
        before, index = page["id"], index + len(page["items"])


def test_a_great_set_has_no_more_than_64_pages_inside_each_other(
    monkeypatch: pytest.MonkeyPatch,
):
    monkeypatch.setattr(w3c, "LEAST_PAGE", 10)
    count = 1280
    found = collection(*many(count), total=count)
    assert len(list(pages(found))) == 64
    assert found["total"] == count


def test_the_total_is_what_came_and_not_what_was_expected():
    assert collection(*many(3), total=2)["total"] == 3


def test_a_part_of_a_set_says_which():
    part = Scope("frus1981-88v03/d169", (LINKAGE,), "with a note")
    said = "A part of “A seminar”: frus1981-88v03/d169; Linkage; with a note"
    assert collection(scope=part)["rdfs:comment"] == said
    assert "rdfs:comment" not in collection()


# The codebook


def test_themes_are_concepts_with_definitions_signs_and_their_place_in_the_tree():
    book = f"{SET.site}/sets/seminar/codebook/"
    parent = replace(LINKAGE, definition="D", use_when="U", not_when="N", example="E", colour=3)
    child = ThemeValue("sub", "Sub", f"{book}#sub", line=2, parent="linkage")
    old = replace(child, slug="old", address=f"{book}#old", retired=True, merged_into="sub")
    codebook = CodebookValue("Themes", "How to", book, 4, (parent, child, old))
    scheme = collection(codebook=codebook)["dcterms:requires"]
    concepts = scheme.pop("items")
    assert scheme == {
        "id": book,
        "type": ["skos:ConceptScheme", "as:OrderedCollection"],
        "label": "Themes",
        "schema:version": "4",
        "dcterms:description": "How to",
        "total": 3,
    }
    assert concepts[0] == {
        "id": f"{book}#linkage",
        "type": "skos:Concept",
        "dcterms:identifier": "linkage",
        "skos:prefLabel": "Linkage",
        "skos:definition": "D",
        "skos:scopeNote": [
            {"label": "Use when", "value": "U"},
            {"label": "Do not use when", "value": "N"},
        ],
        "skos:example": "E",
        "skos:topConceptOf": {"id": book},
        "skos:inScheme": {"id": book},
        "schema:additionalProperty": [
            {"type": "schema:PropertyValue", "schema:name": "colour", "schema:value": 3},
            {"type": "schema:PropertyValue", "schema:name": "line", "schema:value": 1},
        ],
    }
    assert concepts[1]["skos:broader"] == {"id": f"{book}#linkage"}
    assert concepts[2]["owl:deprecated"] is True
    assert concepts[2]["dcterms:isReplacedBy"] == {"id": f"{book}#sub"}


# An annotation


def test_an_annotation_carries_passage_edition_bodies_and_provenance():
    assert only(annotation(7)) == {
        "id": "https://example.org/annotations/00000000-0000-0000-0000-000000000007/",
        "type": "Annotation",
        "canonical": "urn:uuid:00000000-0000-0000-0000-000000000007",
        "via": "https://example.org/annotations/00000000-0000-0000-0000-000000000007/",
        "motivation": ["tagging", "commenting"],
        "creator": {"type": "Person", "name": "Bob Reader", "nickname": "bob"},
        "generator": {"id": "https://example.org/", "type": "Software", "name": "Apparatus"},
        "rights": "https://creativecommons.org/licenses/by/4.0/",
        "created": "2026-01-02T03:04:12Z",
        "modified": "2026-01-02T03:04:13Z",
        "body": [
            {
                "type": "TextualBody",
                "purpose": "tagging",
                "format": "text/plain",
                "value": "Linkage",
                "dcterms:identifier": "linkage",
                "rdfs:isDefinedBy": {"id": "https://example.org/sets/seminar/codebook/#linkage"},
            },
            {
                "type": "TextualBody",
                "purpose": "tagging",
                "format": "text/plain",
                "value": "Alliance risk",
                "dcterms:identifier": "risk",
                "rdfs:isDefinedBy": {"id": "https://example.org/sets/seminar/codebook/#risk"},
            },
            {
                "type": "TextualBody",
                "purpose": "commenting",
                "format": "text/markdown",
                "value": "Note *7*",
            },
        ],
        "target": {
            "type": "SpecificResource",
            "source": "https://history.state.gov/historicaldocuments/frus1981-88v03/d169",
            "scope": "https://example.org/volumes/frus1981-88v03/d169/",
            "state": {
                "type": "TimeState",
                "sourceDate": "2026-01-02T03:04:05Z",
                "schema:version": "1",
                "dcterms:identifier": "sha256:" + "ab" * 32,
            },
            "selector": [
                {
                    "type": "TextQuoteSelector",
                    "exact": "quote",
                    "prefix": "before ",
                    "suffix": " after",
                },
                {"type": "TextPositionSelector", "start": 7, "end": 12},
            ],
        },
    }


@pytest.mark.parametrize(
    ("themes", "note", "motivation"),
    [
        ((LINKAGE,), "", "tagging"),
        ((), "a note", "commenting"),
        ((LINKAGE,), "a note", ["tagging", "commenting"]),
        ((), "", "highlighting"),
    ],
)
def test_the_motivation_is_what_the_reader_did(themes: tuple, note: str, motivation: object):
    item = only(annotation(themes=themes, note=note))
    assert item["motivation"] == motivation
    assert ("body" in item) == bool(themes or note)


def test_a_document_without_a_public_address_has_ours_as_its_source():
    value = annotation(document=replace(DOCUMENT, public_address=""))
    assert only(value)["target"]["source"] == DOCUMENT.address


def test_a_private_annotation_names_its_audience():
    assert "audience" not in only(annotation())
    assert only(annotation(private=True))["audience"]["schema:audienceType"] == "private"


def test_rights_are_left_out_where_none_are_stated():
    bare = replace(SET, rights="")
    found = document(package([annotation(in_set=bare)], bare))
    assert "rights" not in found
    assert "rights" not in items(found)[0]


def test_a_question_says_that_it_asks_and_whether_it_is_answered():
    item = only(annotation(question="answered"))
    assert item["motivation"] == ["tagging", "questioning"]
    assert item["schema:creativeWorkStatus"] == "answered"
    assert item["body"][-1]["purpose"] == "questioning"


def test_a_passage_that_is_to_be_looked_at_says_so():
    assert only(annotation(anchor="orphan"))["target"]["schema:creativeWorkStatus"] == "orphan"
    assert "schema:creativeWorkStatus" not in only(annotation())["target"]


def test_replies_follow_their_annotation_and_are_counted():
    value = annotation(1)
    value = replace(value, replies=(reply(8, value), reply(9, value)))
    found = collection(value, annotation(2))
    first, one, two, last = items(found)
    assert found["total"] == 4
    assert (first["id"], last["id"]) == (value.address, annotation(2).address)
    assert one["id"] == f"{value.address}#r-00000000-0000-0000-0000-000000000008"
    assert [r["motivation"] for r in (one, two)] == ["replying", "replying"]
    assert [r["target"] for r in (one, two)] == [value.address, value.address]
    assert one["body"] == [
        {
            "type": "TextualBody",
            "purpose": "replying",
            "format": "text/markdown",
            "value": "Answer 8",
        }
    ]
    assert one["creator"] == {"type": "Person", "name": "cyd", "nickname": "cyd"}
    assert "canonical" not in one
    named = replace(value.replies[0], id="00000000-0000-0000-0000-000000000008")
    found = collection(replace(value, replies=(named,)))
    assert items(found)[1]["canonical"] == "urn:uuid:00000000-0000-0000-0000-000000000008"


def test_one_annotation_is_a_document_of_its_own():
    found = json.loads(w3c.one(annotation(7)))
    assert found.pop("@context") == "http://www.w3.org/ns/anno.jsonld"
    assert found == only(annotation(7))


def test_what_annotations_share_is_not_mixed_up():
    """Equal ones, the same ones, and others in between."""
    themes = (LINKAGE,)
    one = annotation(1, themes=themes)
    two = annotation(2, themes=(LINKAGE,), document=replace(DOCUMENT, public_address="urn:x"))
    three = annotation(3, themes=themes, in_set=replace(SET, rights="urn:r"), author=SET.owner)
    four = annotation(4, themes=themes, document=two.document)
    found = items(collection(one, two, three, four, one))
    assert found == [only(each) for each in (one, two, three, four, one)]
