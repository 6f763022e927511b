"""The Web Annotation export loses nothing when a JSON-LD processor expands it by the official
context."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given
from pyld import jsonld

from annotations.formats import w3c
from annotations.formats.package import Package
from tests.annotations.values import annotation, reply
from tests.annotations.webs import Json, document, nodes, packages
from tests.conftest import SHARED

CONTEXT_FILE = SHARED / "schemas" / "w3c" / "anno.jsonld"

# What relative names become, so that they are seen.
NOWHERE = "lost://here/"
Expand = Callable[[Json], tuple[list[Json], list[str]]]


@pytest.fixture(scope="module")
def expand() -> Expand:
    """Expands a document: what came of it, and the keys that were dropped."""
    if not CONTEXT_FILE.exists():
        pytest.skip(f"no context at {SHARED.name}/schemas/w3c: set APPARATUS_SHARED")
    context = json.loads(CONTEXT_FILE.read_text(encoding="utf-8"))

    def load(url: str, options: object) -> Json:
        assert url == w3c.CONTEXT
        return {
            "contentType": "application/ld+json",
            "contextUrl": None,
            "documentUrl": url,
            "document": context,
        }

    def expanded(given: Json) -> tuple[list[Json], list[str]]:
        dropped: list[str] = []
        found = jsonld.expand(
            given, {"documentLoader": load, "base": NOWHERE}, on_property_dropped=dropped.append
        )
        return found, dropped

    return expanded


def lost(given: Json, expand: Expand) -> list[str]:
    """The keys that are dropped, the names that are no address, the values that are not there."""
    found, faults = expand(given)
    for node in nodes(found):
        kinds = node.get("@type", [])
        names = [node.get("@id", ""), *([kinds] if isinstance(kinds, str) else kinds)]
        faults += [name for name in names if name.startswith(NOWHERE)]
    there = Counter(node["@value"] for node in nodes(found) if "@value" in node)
    said = Counter(value for node in nodes(given) for value in literals(node))
    return faults + [f"value {value!r}" for value in said - there]


# Keys whose values are literals, and those that people write; the others hold names and addresses.
LITERAL = {
    *("value", "exact", "prefix", "suffix", "name", "nickname", "label", "format", "start", "end"),
    *("created", "modified", "generated", "sourceDate", "startIndex", "total", "owl:deprecated"),
    *("dcterms:identifier", "dcterms:description", "rdfs:comment", "skos:prefLabel"),
    *("skos:definition", "skos:example", "schema:name", "schema:value", "schema:version"),
    *("schema:audienceType", "schema:creativeWorkStatus"),
}


def literals(node: Json) -> list[Any]:
    return [value for key, value in node.items() if key in LITERAL]


def test_no_key_no_name_and_no_value_of_one_annotation_is_lost(expand: Expand):
    value = annotation(1, private=True, question="open", anchor="review")
    assert lost(json.loads(w3c.one(value)), expand) == []


@given(package=packages())
def test_nothing_that_people_write_is_lost_in_expansion(expand: Expand, package: Package):
    assert lost(document(package), expand) == []


def test_what_expands_is_what_the_vocabularies_say(expand: Expand):
    value = annotation(1)
    found, _ = expand(json.loads(w3c.one(replace(value, replies=(reply(1, value),)))))
    oa = "http://www.w3.org/ns/oa#"
    (node,) = found
    assert node["@id"] == value.address
    assert node["@type"] == [f"{oa}Annotation"]
    assert node[f"{oa}canonical"] == [{"@id": f"urn:uuid:{value.id}"}]
    assert node[f"{oa}motivatedBy"] == [{"@id": f"{oa}tagging"}, {"@id": f"{oa}commenting"}]
    tag = node[f"{oa}hasBody"][0]
    defined = "http://www.w3.org/2000/01/rdf-schema#isDefinedBy"
    assert tag[defined] == [{"@id": value.themes[0].address}]


def test_the_check_finds_what_would_be_lost(expand: Expand):
    bad = {"edition": 1, "foo": {"label": "x"}, "type": "State", "source": "here", "exact": None}
    assert sorted(lost({"@context": w3c.CONTEXT, "target": bad}, expand)) == [
        "edition",
        "foo",
        "lost://here/State",
        "lost://here/here",
        "value 'x'",
        "value None",
    ]
