"""Files that are no Web Annotations: one clear sentence with the place, whatever is broken."""

from __future__ import annotations

import copy
import json
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from annotations.formats import w3c_read, w3c_themes
from annotations.formats.brought import Brought, FormatFault
from tests.annotations.test_formats_w3c_hypothesis import answering, marked, searched
from tests.annotations.test_formats_w3c_read import foreign, on
from tests.annotations.values import annotation, package, reply
from tests.annotations.webs import Json, document, read


def fault(given: object) -> str:
    with pytest.raises(FormatFault) as found:
        read(given)
    assert "\n" not in str(found.value)
    return str(found.value)


def scheme(*concepts: object) -> Json:
    found = {"type": "skos:ConceptScheme", "items": list(concepts)}
    return {"type": "AnnotationCollection", "dcterms:requires": found}


def concept(name: str, **changes: object) -> Json:
    return {"id": f"urn:{name}", "skos:prefLabel": name} | changes


WIDE = json.dumps(foreign()).encode("utf-16")

FAULTS: list[tuple[Any, str]] = [
    ("", "The file is empty."),
    (b"\xef\xbb\xbf \n", "The file is empty."),
    ("{", "line 1, column 2: This is no JSON: Expecting property name"),
    (
        '{"type":\n "Annotation", "target": [}',
        "line 2, column 27: This is no JSON: Expecting value.",
    ),
    (json.dumps(foreign())[:-9], "line 1, column"),
    ("a,b\n1,2\n", "line 1, column 1: This is no JSON: Expecting value."),
    (b'{\n"id": "\xe9"}', "line 2: This is not text in UTF-8."),
    (b"\xff\xfe\x00", "line 1: This is not text in UTF-16."),
    (WIDE[:-1], "line 1: This is not text in UTF-16."),
    (b"\x89PNG\r\n\x1a\n", "line 1: This is not text in UTF-8."),
    ("[" * 100_000, "This JSON is too deep: no annotation is."),
    ('{"a":' * 100_000, "This JSON is too deep: no annotation is."),
    ('[{"type": "Annotation", "n": NaN}]', "This is no JSON: NaN is no number in it."),
    ('{"start": ' + "9" * 5000 + "}", "A number in it is longer than any that could be meant."),
    ("12", "There are no annotations in this file."),
    ('{"a": 1}', "There are no annotations in this file."),
    ([foreign(), 5], "item 2: This is no annotation."),
    ({"type": "AnnotationPage", "items": 5}, "page 1: “items” is no list."),
    ({"type": "AnnotationCollection", "first": 5}, "page 1: This is no page of annotations."),
    ([foreign(id=5)], "item 1: “id” is no text."),
    ([foreign(target=5)], "item 1: The target is neither an address nor an object."),
    ([foreign(body=5)], "item 1: A body is neither a text nor an object."),
    ([foreign(body={"value": 5})], "item 1: “value” is no text."),
    ([foreign(creator=5)], "item 1: “id” is no text."),
    ([foreign(bodyValue="\0")], "item 1: “bodyValue” has half of a character in it, or NUL."),
    ([on({"type": "TextQuoteSelector", "exact": 5})], "item 1: “exact” is no text."),
    ([on({"type": "TextQuoteSelector", "exact": "\ud800"})], "item 1: “exact” has half of a"),
    (
        [on({"type": "TextPositionSelector", "start": "1", "end": 2})],
        "item 1: “start” is no position in a text: 1.",
    ),
    (
        [on({"type": "TextPositionSelector", "start": -1, "end": 2})],
        "item 1: “start” is no position in a text: -1.",
    ),
    (
        [on({"type": "TextPositionSelector", "start": 1, "end": 10**400})],
        "item 1: “end” is no position in a text: a number beyond any text.",
    ),
    (
        [on({"type": "TextPositionSelector", "start": True, "end": [1]})],
        "item 1: “start” is no position in a text: True.",
    ),
    (
        [on({"type": "TextPositionSelector", "start": 9, "end": 2})],
        "item 1: The passage begins at 9 and ends before, at 2.",
    ),
    (
        [foreign(), foreign(body="Another")],
        "item 2: The id http://x.example/a1 is that of another annotation, too: see item 1.",
    ),
    (scheme(5), "theme 1 of the codebook: This is no theme."),
    (scheme({"id": "urn:a"}), "theme 1 of the codebook: A theme has no id or no name."),
    (scheme(concept("a"), concept("a")), "theme 2 of the codebook: The id urn:a is that of"),
    (
        scheme(
            concept("a", **{"skos:broader": {"id": "urn:b"}}),
            concept("b", **{"skos:broader": "urn:a"}),
        ),
        "the codebook: The theme “a” stands below itself.",
    ),
    (
        scheme(concept("a", **{"schema:additionalProperty": 5})),
        "theme 1 of the codebook: “schema:additionalProperty” is no property.",
    ),
    (searched(marked(target=5)), "row 1: “target” is no list of objects."),
    (searched(marked(user=5)), "row 1: “user” is no text."),
    (searched(marked(user_info=[])), "row 1: “user_info” is no object."),
    (searched(marked(tags=[{}])), "row 1: “tags” is no text."),
    (searched(marked(permissions={"read": [5]})), "row 1: “permissions” do not say who may read"),
    (searched(marked(1), marked(1, text="b")), "row 2: The id hyp0000000000000000001 is that of"),
]


@pytest.mark.parametrize(("given", "said"), FAULTS, ids=range(len(FAULTS)))
def test_what_cannot_be_read_is_one_sentence_with_its_place(given: object, said: str):
    assert fault(given).startswith(said)


def test_selectors_that_refine_each_other_without_end_are_refused():
    selector: Json = {"type": "TextQuoteSelector", "exact": "x"}
    for _ in range(20):
        selector = {"type": "XPathSelector", "refinedBy": selector}
    said = "the annotation: Its selectors refine each other without end."
    assert fault(on(selector)) == said


def test_what_is_too_much_is_refused(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(w3c_read, "MAX_ITEMS", 1)
    two = [foreign(), foreign(id="urn:2")]
    assert fault(two) == "item 2: More than 1 annotations cannot be read."
    monkeypatch.setattr(w3c_themes, "MAX_THEMES", 1)
    assert fault(searched(marked())) == "row 1: More than 1 themes cannot be read."
    monkeypatch.setattr(w3c_read, "MAX_BYTES", 1 << 20)
    assert fault(b" " * (1 << 21)) == "The file is too large: at most 1 MB can be read."


def test_a_chain_of_four_thousand_replies_is_read():
    many = [answering(number, number - 1) for number in range(4_000, 1, -1)]
    (one,) = read(searched(*many, marked(1))).annotations
    assert len(one.replies) == 3_999


# Good files, broken

FIRST = annotation(1, question="open", private=True, anchor="review")
OURS = document(package([replace(FIRST, replies=(reply(1, FIRST),)), annotation(2)]))
GOOD = [OURS, searched(marked(1), answering(2, 1)), [foreign(), foreign(id="urn:2")]]
BYTES = [json.dumps(one, ensure_ascii=False).encode() for one in GOOD]

junk = st.sampled_from(
    [None, True, 0, -1, 1.5, 1e308, 10**30, "", "x", "\0", "\ud800", "urn:2", [], {}, [[]], [{}]]
    + [{"id": 5}, {"@value": []}, {"type": "Choice"}, ["a", 1], {"": ""}]
)


def holds(data: object) -> None:
    """It is read, or refused; nothing else."""
    try:
        assert isinstance(read(data), Brought)
    except FormatFault as found:
        assert found.message


@given(st.sampled_from(BYTES), st.data())
def test_files_that_are_cut_or_changed_anywhere_are_read_or_refused(
    data: bytes, draw: st.DataObject
):
    at = draw.draw(st.integers(0, len(data)))
    length = draw.draw(st.integers(0, 40))
    between = draw.draw(st.binary(max_size=4) | st.just(data[at : at + 200]))
    holds(data[:at] + between + data[at + length :])


@given(st.binary(max_size=100))
def test_any_bytes_are_read_or_refused(data: bytes):
    holds(data)


def places(value: Any) -> list[tuple[Any, Any]]:
    """Everything in a document: what holds it, and under which key."""
    found: list[tuple[Any, Any]] = []
    waiting = [value]
    while waiting:
        one = waiting.pop()
        inner = one.items() if isinstance(one, dict) else enumerate(one)
        for key, child in inner:
            found.append((one, key))
            if isinstance(child, dict | list):
                waiting.append(child)
    return found


@given(st.sampled_from(GOOD), st.data())
def test_files_with_anything_in_any_place_are_read_or_refused(good: Any, draw: st.DataObject):
    given = copy.deepcopy(good)
    for _ in range(draw.draw(st.integers(1, 3))):
        there = places(given)
        holder, key = there[draw.draw(st.integers(0, len(there) - 1))]
        other, name = there[draw.draw(st.integers(0, len(there) - 1))]
        holder[key] = copy.deepcopy(draw.draw(junk | st.just(other[name])))
    holds(given)
