"""What is written keeps every MUST of the Web Annotation Data Model that applies to it."""

from __future__ import annotations

import copy
import json
from collections.abc import Iterator
from dataclasses import replace

import pytest
from hypothesis import given

from annotations.formats import w3c
from annotations.formats.package import Package
from tests.annotations.values import annotation, package, reply
from tests.annotations.webrules import CONTEXT, RULES
from tests.annotations.webs import Json, document, nodes, packages


def broken(whole: Json) -> list[str]:
    return [name for name, check in RULES.items() if not check(whole)]


@given(packages())
def test_every_set_that_is_written_keeps_every_rule(package: Package):
    assert broken(document(package)) == []


@pytest.fixture(scope="module")
def several() -> Json:
    """A document of three pages with everything in it."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(w3c, "LEAST_PAGE", 2)
        one = annotation(1, private=True, question="open", anchor="review")
        one = replace(one, replies=(replace(reply(1, one), id="0-1"),))
        more = [annotation(number) for number in range(2, 5)]
        return document(package([one, *more]))


@pytest.mark.parametrize("name", RULES)
def test_a_set_of_several_pages_keeps_the_rule(name: str, several: Json):
    assert RULES[name](several)


@pytest.mark.parametrize("name", RULES)
def test_the_rule_can_be_broken(name: str, several: Json):
    assert any(not keeps(name, one) for one in damaged(several))


def keeps(name: str, whole: Json) -> bool:
    try:
        return RULES[name](whole)
    except (KeyError, TypeError, AttributeError, IndexError):
        return False


def damaged(whole: Json) -> Iterator[Json]:
    """The document with each of its values gone, or another, or there twice."""
    count = sum(len(node) for node in nodes(whole))
    for at in range(count):
        for change in (None, 5, "no iri", "twice", "moved"):
            yield changed(copy.deepcopy(whole), at, change)


def changed(whole: Json, at: int, change: object) -> Json:
    places = [(node, key) for node in nodes(whole) for key in node]
    node, key = places[at]
    if change == "twice":
        node[key] = [node[key], node[key]]
    elif change == "moved":
        node["@context"] = node["bodyValue"] = node["sourceDateEnd"] = node.pop(key)
    else:
        node[key] = change
    return whole


def test_an_empty_set_keeps_every_rule():
    assert broken(document(package([]))) == []


def test_one_annotation_keeps_every_rule_with_its_own_context():
    found = json.loads(w3c.one(annotation(1, private=True)))
    assert found["@context"] == CONTEXT
    inner = {key: value for key, value in found.items() if key != "@context"}
    whole = {"@context": CONTEXT, "first": {"items": [inner]}}
    faults = [name for name, check in RULES.items() if name[0] in "34" and not check(whole)]
    assert faults == []
