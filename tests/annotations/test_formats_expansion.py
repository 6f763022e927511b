"""The Web Annotation export loses nothing when JSON-LD is expanded by the official context."""

from __future__ import annotations

import json
import os
import re
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given

from annotations.formats import w3c
from annotations.formats.values import AnnotationValue
from tests.annotations.values import SET, annotation, annotations, package, reply

Json = dict[str, Any]

SHARED = Path(os.environ.get("APPARATUS_SHARED", Path(__file__).parents[3] / "shared"))
CONTEXT_FILE = SHARED / "schemas" / "w3c" / "anno.jsonld"
IRI = re.compile(r"[a-z][a-z0-9+.-]*:\S+\Z")


@pytest.fixture(scope="module")
def terms() -> Json:
    """The standard context of Web Annotations: term → definition."""
    if not CONTEXT_FILE.exists():
        pytest.skip(f"the official context is not at {CONTEXT_FILE}")
    return json.loads(CONTEXT_FILE.read_text())["@context"]


def expands(key: str, terms: Json) -> bool:
    """Whether JSON-LD expansion keeps this key or name: a term, or a prefix of the context's."""
    prefix, colon, name = key.partition(":")
    return key in terms or bool(colon and name and isinstance(terms.get(prefix), str))


def lost(node: object, terms: Json) -> list[str]:
    """Every key and every name that an expansion would drop or turn into a relative address."""
    if isinstance(node, list):
        return [fault for one in node for fault in lost(one, terms)]
    if not isinstance(node, dict):
        return []
    faults = []
    for key, value in node.items():
        if key == "@context":
            continue
        if not expands(key, terms):
            faults.append(f"the key {key}")
        faults += [f"{key}: {name}" for name in names(key, value, terms)]
        faults += lost(value, terms)
    return faults


def names(key: str, value: object, terms: Json) -> list[str]:
    """The values under ``key`` that are read as a name or an address and are none."""
    kind = terms[key].get("@type") if isinstance(terms.get(key), dict) else None
    given = value if isinstance(value, list) else [value]
    strings = [one for one in given if isinstance(one, str)]
    if key == "type" or kind == "@vocab":
        return [one for one in strings if not expands(one, terms)]
    return [one for one in strings if kind == "@id" and not IRI.match(one)]


def test_no_key_and_no_name_is_lost_in_expansion(terms: Json):
    value = annotation(1, private=True)
    value = replace(value, replies=(reply(8, value),))
    document = json.loads(
        "".join(w3c.write(package([value], replace(SET, description="About it"))))
    )
    assert lost(document, terms) == []
    assert lost(json.loads(w3c.one(value)), terms) == []


@given(value=annotations)
def test_nothing_that_people_write_is_lost_in_expansion(terms: Json, value: AnnotationValue):
    assert lost(json.loads("".join(w3c.write(package([value])))), terms) == []


def test_the_check_of_expansion_finds_what_would_be_lost(terms: Json):
    bad = {"edition": 1, "foo:bar": 2, "type": "State", "motivation": "musing", "source": "here"}
    assert len(lost({"target": bad}, terms)) == 5
