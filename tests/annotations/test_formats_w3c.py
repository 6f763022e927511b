"""The Web Annotation export: what it carries, and the rules of the W3C data model."""

from __future__ import annotations

import json
import re
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from annotations.formats import w3c
from annotations.formats.values import AnnotationValue
from tests.annotations.values import (
    DOCUMENT,
    LINKAGE,
    SET,
    annotation,
    annotations,
    many,
    package,
    reply,
)

Json = dict[str, Any]

IRI = re.compile(r"[a-z][a-z0-9+.-]*:\S+\Z")
TIME = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?Z\Z")
MOTIVATIONS = {"tagging", "commenting", "highlighting", "replying"}


def collection(*values: AnnotationValue, total: int = 0) -> Json:
    return json.loads("".join(w3c.write(package(values, total=lambda: total))))


def pages(document: Json) -> list[Json]:
    found, page = [], document.get("first")
    while page:
        found.append(page)
        page = page.get("next")
    return found


def items(document: Json) -> list[Json]:
    return [item for page in pages(document) for item in page["items"]]


def only(value: AnnotationValue) -> Json:
    return items(collection(value))[0]


# The collection and its pages


def test_the_collection_says_what_it_is_whose_and_under_which_rights():
    document = collection(annotation())
    pages(document)[0].pop("items")
    assert document == {
        "@context": "http://www.w3.org/ns/anno.jsonld",
        "id": "https://example.org/sets/seminar/exports/w3c/",
        "type": "AnnotationCollection",
        "label": "A seminar",
        "creator": {"type": "Person", "name": "Ada Owner", "nickname": "ada"},
        "generator": {"id": "https://example.org/", "type": "Software", "name": "Apparatus"},
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
    document = collection()
    assert document["total"] == 0
    assert not document.keys() & {"first", "last"}


@pytest.mark.parametrize("count", [1, 999, 1000, 1001, 2500])
def test_the_pages_hold_every_annotation_once_in_order(count: int):
    document = collection(*many(count), total=count)
    assert [item["id"] for item in items(document)] == [value.address for value in many(count)]
    assert document["total"] == count
    found = pages(document)
    assert len(found) == -(-count // 1000)
    assert document["last"] == found[-1]["id"]
    before, index = None, 0
    for page in found:
        assert page.get("prev") == before
        assert page["startIndex"] == index
        assert page["partOf"] == document["id"]
        before, index = page["id"], index + len(page["items"])


def test_a_great_set_has_no_more_than_64_pages_inside_each_other():
    count = 65_500
    value = annotation(themes=(), note="")
    document = collection(*[value] * count, total=count)
    assert len(pages(document)) == 64
    assert document["total"] == count


def test_the_total_is_what_came_and_not_what_was_expected():
    assert collection(*many(3), total=2)["total"] == 3


# An annotation


def test_an_annotation_carries_passage_edition_bodies_and_provenance():
    assert only(annotation(7)) == {
        "id": "https://example.org/annotations/00000000-0000-0000-0000-000000000007/",
        "type": "Annotation",
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
    document = json.loads("".join(w3c.write(package([annotation(in_set=bare)], bare))))
    assert "rights" not in document
    assert "rights" not in items(document)[0]


def test_replies_follow_their_annotation_and_are_counted():
    value = annotation(1)
    value = replace(value, replies=(reply(8, value), reply(9, value)))
    document = collection(value, annotation(2))
    first, one, two, last = items(document)
    assert document["total"] == 4
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


def test_one_annotation_is_a_document_of_its_own():
    document = json.loads(w3c.one(annotation(7)))
    assert document.pop("@context") == "http://www.w3.org/ns/anno.jsonld"
    assert document == only(annotation(7))


# Rules of the data model, for whatever people write


def check_agent(agent: Json) -> None:
    assert agent["type"] in ("Person", "Software", "Organization")
    assert isinstance(agent["name"], str)


def check_body(body: Json) -> None:
    assert body["type"] == "TextualBody"
    assert body["purpose"] in MOTIVATIONS
    assert isinstance(body["value"], str)
    assert isinstance(body["format"], str)


def check_target(target: Json | str) -> None:
    if isinstance(target, str):
        assert IRI.match(target)
        return
    assert target["type"] == "SpecificResource"
    assert IRI.match(target["source"])
    quote, position = target["selector"]
    assert quote["type"] == "TextQuoteSelector"
    assert isinstance(quote["exact"], str)
    assert position["type"] == "TextPositionSelector"
    assert 0 <= position["start"] < position["end"]
    assert TIME.match(target["state"]["sourceDate"])


def check_annotation(item: Json) -> None:
    assert IRI.match(item["id"])
    assert item["type"] == "Annotation"
    motivations = item["motivation"]
    assert set([motivations] if isinstance(motivations, str) else motivations) <= MOTIVATIONS
    assert TIME.match(item["created"])
    assert TIME.match(item["modified"])
    check_agent(item["creator"])
    check_agent(item["generator"])
    for body in item.get("body", []):
        check_body(body)
    check_target(item["target"])


@given(st.lists(annotations, max_size=4))
def test_every_annotation_holds_the_rules_of_the_data_model(values: list[AnnotationValue]):
    document = collection(*values)
    for item in items(document):
        check_annotation(item)
    assert document["total"] == len(values) + sum(len(value.replies) for value in values)


@given(annotations)
def test_every_text_comes_back_as_it_was(value: AnnotationValue):
    item = only(value)
    quote = item["target"]["selector"][0]
    assert (quote["exact"], quote["prefix"], quote["suffix"]) == (
        value.quote,
        value.prefix,
        value.suffix,
    )
    notes = [b["value"] for b in item.get("body", []) if b["purpose"] == "commenting"]
    assert notes == [value.note] * bool(value.note)
