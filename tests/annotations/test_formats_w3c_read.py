"""Web Annotations come back: our own whole, those of other tools by their words in context."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import given

from annotations.formats import w3c
from annotations.formats.brought import BroughtAnnotation, BroughtReply, Target
from annotations.formats.package import Package
from annotations.formats.values import AnnotationValue, PersonValue, ReplyValue, ThemeValue
from tests.annotations.values import SITE, annotation, package, reply
from tests.annotations.webs import Json, document, nodes, packages, pages, read

TAKEN_ANEW = (
    "The licence is not taken, that of the set holds: https://creativecommons.org",
    "The description of the set is not taken",
    "The description of the codebook is not taken",
    "Which theme a retired one became is not taken",
    "That its passage is to be looked at is not taken",
)


def whom(person: PersonValue) -> PersonValue:
    return replace(person, name="" if person.name == person.username else person.name)


def agree(one: BroughtAnnotation, value: AnnotationValue) -> None:
    """All of the annotation has come back."""
    document = value.document
    assert one.target == Target(
        names=tuple(
            dict.fromkeys(
                (
                    document.public_address or document.address,
                    document.address,
                    f"{document.volume}/{document.slug}",
                )
            )
        ),
        digest=value.edition.digest,
        start=value.start,
        end=value.end,
        quote=value.quote,
        prefix=value.prefix,
        suffix=value.suffix,
    )
    assert (one.id, one.note, one.private) == (value.id, value.note, value.private)
    assert one.themes == tuple(theme.address for theme in value.themes)
    assert (one.author, one.question) == (whom(value.author), value.question)
    assert (one.created, one.modified) == (value.created, value.modified)
    assert [replace(each, place="") for each in one.replies] == [
        answer(each) for each in value.replies
    ]


def answer(value: ReplyValue) -> BroughtReply:
    return BroughtReply(value.note, value.id, whom(value.author), value.created, value.modified)


def theme_agrees(one: Any, value: ThemeValue, parents: dict[str, str]) -> None:
    given = {
        "name": value.name,
        "definition": value.definition,
        "use_when": value.use_when,
        "not_when": value.not_when,
        "example": value.example,
        "colour": value.colour,
        "line": value.line,
    }
    assert one.words == {name: words for name, words in given.items() if words}
    assert (one.key, one.slug, one.name) == (value.address, value.slug, value.name)
    assert (one.parent, one.retired) == (parents.get(value.parent, ""), value.retired)


@given(packages())
def test_our_own_files_come_back_whole(package: Package):
    found = read(document(package))
    values = list(package.annotations())
    assert len(found.annotations) == len(values)
    for one, value in zip(found.annotations, values, strict=True):
        agree(one, value)
    themes = package.codebook.themes
    parents = {theme.slug: theme.address for theme in themes}
    assert len(found.themes) == len(themes)
    for brought, theme in zip(found.themes, themes, strict=True):
        theme_agrees(brought, theme, parents)
    assert (found.site, found.slug) == (SITE, package.set.slug)
    assert [one for one in found.lost if not one.message.startswith(TAKEN_ANEW)] == []


@given(packages())
def test_a_file_that_is_read_is_read_alike_in_each_encoding(package: Package):
    text = json.dumps(document(package))
    found = read(text)
    for encoding in ("utf-8-sig", "utf-16", "utf-16-be", "utf-32"):
        assert read(text.encode(encoding)) == found


def before(document: Json) -> Json:
    """The document as the version before wrote it: without codebook, identity and questions."""
    document.pop("dcterms:requires")
    document.pop("generated")
    for node in nodes(document):
        node.pop("canonical", None)
        node.pop("via", None)
    return document


def test_files_of_the_version_before_come_back_whole():
    values = [replace(annotation(1), private=True), annotation(2, note="", themes=())]
    given = reply(3, values[0])
    named = replace(given, id=given.address.partition("#r-")[2])
    values[0] = replace(values[0], replies=(named,))
    found = read(before(document(package(values))))
    for one, value in zip(found.annotations, values, strict=True):
        agree(one, value)
    assert [(one.slug, one.name) for one in found.themes] == [
        ("linkage", "Linkage"),
        ("risk", "Alliance risk"),
    ]


def test_one_annotation_is_read_by_itself():
    found = read(w3c.one(annotation(5)))
    agree(found.annotations[0], annotation(5))
    assert (found.annotations[0].place, found.site) == ("the annotation", SITE)


def test_places_are_items_of_pages():
    values = [annotation(number) for number in range(1, 1003)]
    found = read(document(package(values)))
    assert found.annotations[1001].place == "item 2 of page 2"


# Others

QUOTE = {"type": "TextQuoteSelector", "exact": "the words", "prefix": "of ", "suffix": " here"}
PAGE = "https://x.example/d"


def foreign(**changes: object) -> Json:
    given = {
        "@context": "http://www.w3.org/ns/anno.jsonld",
        "id": "http://x.example/a1",
        "type": "Annotation",
        "body": {"type": "TextualBody", "value": "A note"},
        "target": {"source": PAGE, "selector": QUOTE},
    }
    return {key: value for key, value in (given | changes).items() if value is not None}


def on(selector: object) -> Json:
    return foreign(target={"source": PAGE, "selector": selector})


def taken(given: object) -> BroughtAnnotation:
    found = read(given)
    assert [str(one) for one in found.lost] == []
    return found.annotations[0]


@pytest.mark.parametrize(
    "envelope",
    [
        lambda one: one,
        lambda one: [one],
        lambda one: {"@graph": [one]},
        lambda one: {"type": "AnnotationPage", "items": [one]},
        lambda one: {"@type": "oa:AnnotationPage", "items": {"@list": [one]}},
        lambda one: {"type": "AnnotationCollection", "items": [one]},
        lambda one: {"type": "AnnotationCollection", "first": {"items": [one]}, "total": 1},
        lambda one: {
            "type": ["BasicContainer", "AnnotationCollection"],
            "first": {"type": "AnnotationPage", "items": []} | {"next": {"items": [one]}},
        },
    ],
)
def test_annotations_are_found_in_each_envelope(envelope: Any):
    one = taken(envelope(foreign()))
    assert (one.id, one.note) == ("http://x.example/a1", "A note")
    expected = Target(names=(PAGE,), quote="the words", prefix="of ", suffix=" here")
    assert one.target == expected


@pytest.mark.parametrize(
    ("selector", "expected"),
    [
        (QUOTE, Target(quote="the words", prefix="of ", suffix=" here")),
        ([QUOTE], Target(quote="the words", prefix="of ", suffix=" here")),
        ({"@type": "oa:TextQuoteSelector", "exact": "w"}, Target(quote="w")),
        ({"type": "TextPositionSelector", "start": 4, "end": 9.0}, Target(start=4, end=9)),
        (
            [{"type": "TextPositionSelector", "start": 4, "end": 9}, {**QUOTE, "prefix": None}],
            Target(start=4, end=9, quote="the words", suffix=" here"),
        ),
        ({"type": "FragmentSelector", "value": "char=4,9;length=7"}, Target(start=4, end=9)),
        (
            {"type": "FragmentSelector", "value": "p3", "refinedBy": QUOTE},
            Target(quote="the words", prefix="of ", suffix=" here"),
        ),
        (
            {
                "type": "XPathSelector",
                "value": "/p",
                "refinedBy": [{"type": "TextPositionSelector", "start": 1, "end": 2}, QUOTE],
            },
            Target(quote="the words", prefix="of ", suffix=" here"),
        ),
        (
            [{"type": "RangeSelector", "startContainer": "/p[1]", "startOffset": 1}, QUOTE],
            Target(quote="the words", prefix="of ", suffix=" here"),
        ),
    ],
)
def test_a_passage_is_found_in_each_kind_of_selector(selector: object, expected: Target):
    assert taken(on(selector)).target == replace(expected, names=(PAGE,))


def test_a_target_may_be_an_address_with_a_position():
    one = taken(foreign(target=f"{PAGE}#char=3,7"))
    assert one.target == Target(names=(PAGE,), start=3, end=7)


def test_a_document_is_known_by_an_address_like_ours_wherever_it_is():
    target = {"source": "http://localhost:8000/volumes/v1/d2/#b3", "selector": QUOTE}
    names = taken(foreign(target=target)).target.names
    assert names == ("http://localhost:8000/volumes/v1/d2/", "v1/d2")


@pytest.mark.parametrize(
    ("body", "note", "themes"),
    [
        ("Plain words", "Plain words", []),
        ("http://x.example/page", "<http://x.example/page>", []),
        ({"value": "a"}, "a", []),
        ([{"value": "a"}, {"value": "b", "purpose": "describing"}], "a\n\nb", []),
        ({"value": "<p>a &amp; <b>b</b></p><p>c</p>", "format": "text/html"}, "a & b\n\nc", []),
        ({"type": "SpecificResource", "source": "http://x.example/y"}, "<http://x.example/y>", []),
        ({"value": " two  words ", "purpose": "tagging"}, "", ["two words"]),
        ({"value": "PLACE", "purpose": ["oa:classifying"]}, "", ["PLACE"]),
        (
            {"purpose": "tagging", "source": {"id": "http://x.example/1", "label": "Label"}},
            "",
            ["Label"],
        ),
        ({"purpose": "tagging", "source": "http://x.example/themes/War"}, "", ["War"]),
        (None, "", []),
    ],
)
def test_bodies_of_each_kind_are_notes_or_themes(body: object, note: str, themes: list[str]):
    given = foreign(body=body)
    found = read(given)
    (one,) = found.annotations
    assert one.note == note
    named = {theme.key: theme.name for theme in found.themes}
    assert [named[key] for key in one.themes] == themes
    html = isinstance(body, dict) and body.get("format") == "text/html"
    assert len(found.lost) == int(html)


def test_a_value_without_an_object_is_the_note_and_a_motivation_may_say_that_it_is_a_tag():
    assert taken(foreign(body=None, bodyValue="Words")).note == "Words"
    assert taken(foreign(motivation="tagging")).themes == ("A note",)


@pytest.mark.parametrize(
    ("creator", "author"),
    [
        ("https://x.example/people/ada", PersonValue("ada", "")),
        ("acct:ada@x.example", PersonValue("ada", "")),
        ("Ada Reader", PersonValue("Ada Reader", "")),
        ({"name": "Ada Reader"}, PersonValue("Ada Reader", "")),
        ({"id": "mailto:ada@x.example"}, PersonValue("ada", "")),
        (
            {"id": "http://x.example/7", "name": "Ada", "nickname": "a7"},
            PersonValue("a7", "Ada"),
        ),
        ([{"type": "Person", "name": "Ada"}, {"name": "Bob"}], PersonValue("Ada", "")),
        (None, None),
    ],
)
def test_the_author_is_whom_the_file_names(creator: object, author: PersonValue | None):
    assert taken(foreign(creator=creator)).author == author
    body = {"value": "x", "creator": creator} if creator else "x"
    assert taken(foreign(body=body)).author == author


@pytest.mark.parametrize(
    ("created", "at"),
    [
        ("2015-01-28T12:00:00Z", datetime(2015, 1, 28, 12, tzinfo=UTC)),
        ("2015-01-28T12:00:00.1234567+02:00", datetime(2015, 1, 28, 10, 0, 0, 123456, UTC)),
        ("2015-01-28", datetime(2015, 1, 28, tzinfo=UTC)),
        ({"@value": "2015-01-28T12:00:00"}, datetime(2015, 1, 28, 12, tzinfo=UTC)),
        ("", None),
    ],
)
def test_times_of_each_kind_are_read(created: object, at: datetime | None):
    assert taken(foreign(created=created)).created == at


def test_replies_stand_under_what_their_thread_begins_with():
    def answering(number: int, to: int) -> Json:
        given = foreign(id=f"urn:r{number}", motivation="replying", target=f"urn:r{to}")
        return given | {"body": f"Answer {number}"}

    root = foreign(id="urn:r0", canonical="urn:root")
    later = answering(3, 0) | {"target": {"source": "urn:root"}}
    found = read([answering(2, 1), root, answering(1, 0), later, answering(5, 9)])
    (one,) = found.annotations
    assert [each.note for each in one.replies] == ["Answer 2", "Answer 1", "Answer 3"]
    assert [str(doubt) for doubt in found.lost] == [
        "item 5: It answers something that is not in the file, and is not taken."
    ]


def test_replies_that_answer_each_other_are_told_and_not_taken():
    one = foreign(id="urn:1", motivation="replying", target="urn:2")
    two = foreign(id="urn:2", motivation="replying", target="urn:1")
    found = read([one, two, foreign(id="urn:3")])
    assert [one.id for one in found.annotations] == ["urn:3"]
    assert len(found.lost) == 2


def test_what_stands_twice_in_the_file_is_taken_once():
    found = read([foreign(), foreign()])
    assert len(found.annotations) == 1
    assert [str(one) for one in found.lost] == ["item 2: It stands in the file twice, see item 1."]


@pytest.mark.parametrize(
    ("given", "said"),
    [
        (foreign(target=PAGE), "the annotation: It is on no words of a text, and is not taken."),
        (
            on({"type": "SvgSelector", "value": "<svg/>"}),
            "the annotation: Its passage is given by SvgSelector alone, and cannot be read.",
        ),
        (
            {"@graph": [{"type": "Person", "id": "urn:p"}]},
            "item 1: This is no annotation (Person), and is not taken.",
        ),
        (
            {"type": "AnnotationPage", "items": ["http://x.example/1"]},
            "item 1 of page 1: Only its address is in the file: it is not taken.",
        ),
        (
            {"type": "AnnotationCollection", "first": "http://x.example/?page=1"},
            "page 1: This page is not in the file: http://x.example/?page=1.",
        ),
        (
            {"type": "AnnotationCollection", "total": 5, "first": {"items": []}},
            "the collection: It is said to hold 5 annotations; here are 0.",
        ),
    ],
)
def test_what_cannot_be_taken_is_said_with_its_place(given: Json, said: str):
    found = read(given)
    assert not found.annotations
    assert [str(one) for one in found.lost] == [said]


def test_what_is_taken_in_part_says_what_is_not():
    first = foreign(
        id="urn:1",
        motivation=["editing", "commenting"],
        stylesheet="http://x.example/s.css",
        rights="http://x.example/licence",
        audience={"type": "Audience", "schema:audienceType": "class"},
        created="yesterday",
        body=[
            {"value": "x", "purpose": "editing", "language": "en"},
            {"type": "Choice", "items": ["a", "b"]},
        ],
        target=[{"source": PAGE, "selector": QUOTE}, {"source": PAGE, "selector": QUOTE}],
    )
    assert [str(one) for one in read([first, first | {"id": "urn:2"}]).lost] == [
        "item 1: Not read: “stylesheet” of annotations (2 times).",
        "item 1: Only the first of several targets is taken (2 times).",
        "item 1: Not read: “language” of bodies (2 times).",
        "item 1: The purpose “editing” is not kept (2 times).",
        "item 1: Its body is a Choice, which is not taken.",
        "item 1: The licence is not taken, that of the set holds: http://x.example/licence.",
        "item 1: For whom it is meant is not taken (2 times).",
        "item 1: “created” is no time that can be read, and is left out (2 times).",
        "item 2: Its body is a Choice, which is not taken.",
    ]


def test_there_is_an_end_to_what_is_said():
    found = read([foreign(id=f"urn:{number}", target=PAGE) for number in range(300)])
    assert len(found.lost) == 201
    assert str(found.lost[-1]) == "There is more of the kind."


def test_pages_inside_each_other_are_read_to_the_end(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(w3c, "LEAST_PAGE", 1)
    values = [annotation(number) for number in range(1, w3c.MAX_PAGES + 1)]
    given = document(package(values, total=lambda: w3c.MAX_PAGES))
    assert len(list(pages(given))) == w3c.MAX_PAGES
    assert [one.id for one in read(given).annotations] == [value.id for value in values]
