"""Web Annotation JSON-LD: one document that holds an AnnotationCollection with all its pages.

Every key is a term of the standard context or a compact IRI of a prefix that it defines, so that
nothing is lost when the document is expanded.

- ``target.source`` is the publisher's address of the document, ``scope`` our page of it;
- ``target.state`` names the edition that the offsets count in: when it was imported
  (``sourceDate``), its number (``schema:version``), its digest (``dcterms:identifier``);
- a theme is a TextualBody for tagging: its name as the value, its slug as ``dcterms:identifier``
  and the address of its definition as ``rdfs:isDefinedBy``;
- a reply is an annotation of its own that follows the one that it answers: its target.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from typing import Any

from annotations.formats.features import Feature
from annotations.formats.package import Package
from annotations.formats.times import iso
from annotations.formats.values import (
    AnnotationValue,
    PersonValue,
    ReplyValue,
    SetValue,
    ThemeValue,
)

NAME = "w3c"
LABEL = "Web Annotation (JSON-LD)"
KIND = "data"
CARRIES = (
    "The W3C standard, for other annotation tools and for archives: every annotation with its "
    "passage by quote and by position, themes, note, author, times, rights, edition, and replies."
)
CONTENT_TYPE = 'application/ld+json; profile="http://www.w3.org/ns/anno.jsonld"'
SUFFIX = ".jsonld"
LOSES = frozenset(
    (Feature.DEFINITIONS, Feature.TREE, Feature.SIGNS, Feature.RETIRED, Feature.UNUSED)
    + (Feature.QUESTIONS, Feature.DOUBTFUL, Feature.TEXTS)
)

CONTEXT = "http://www.w3.org/ns/anno.jsonld"
# Pages stand one inside the other: so few that no reader of JSON finds them too deep.
MAX_PAGES = 64
LEAST_PAGE = 1000

Json = dict[str, Any]


def write(package: Package, /) -> Iterator[str]:
    """The collection as pieces of one JSON document.

    ``total`` and ``last`` stand at its end and say what came, even if the set grew meanwhile.
    """
    set_value = package.set
    size = max(LEAST_PAGE, -(-package.total() // MAX_PAGES))
    yield _dump(_collection(set_value))[:-1]
    count = pages = 0
    for item in _items(package.annotations()):
        if count % size == 0:
            pages += 1
            yield _page_head(set_value, pages, count)
        else:
            yield ",\n"
        yield _dump(item)
        count += 1
    if pages:
        yield "\n]" + "}" * pages
        yield f',\n"last": {_dump(_page_id(set_value, pages))}'
    yield f',\n"total": {count}}}\n'


def one(annotation: AnnotationValue) -> str:
    """A single annotation, without its replies, as a JSON document."""
    return _dump({"@context": CONTEXT} | _annotation(annotation)) + "\n"


def _dump(value: object) -> str:
    return json.dumps(value, ensure_ascii=False)


def _collection_id(set_value: SetValue) -> str:
    return f"{set_value.address}exports/{NAME}/"


def _page_id(set_value: SetValue, number: int) -> str:
    return f"{_collection_id(set_value)}#page-{number}"


def _collection(value: SetValue) -> Json:
    collection: Json = {
        "@context": CONTEXT,
        "id": _collection_id(value),
        "type": "AnnotationCollection",
        "label": value.title,
        "creator": _person(value.owner),
        "generator": _generator(value),
        "modified": iso(value.modified),
        "dcterms:isPartOf": {"id": value.address},
    }
    if value.description:
        collection["dcterms:description"] = value.description
    if value.rights:
        collection["rights"] = value.rights
    return collection


def _page_head(value: SetValue, number: int, start_index: int) -> str:
    """The opening of a page, up to its first item; the page before it stays open around it."""
    page: Json = {"id": _page_id(value, number), "type": "AnnotationPage"}
    page["partOf"] = _collection_id(value)
    page["startIndex"] = start_index
    if number > 1:
        page["prev"] = _page_id(value, number - 1)
    opening = ',\n"first": ' if number == 1 else '\n],\n"next": '
    return f'{opening}{_dump(page)[:-1]}, "items": [\n'


def _items(annotations: Iterable[AnnotationValue]) -> Iterator[Json]:
    for annotation in annotations:
        yield _annotation(annotation)
        for reply in annotation.replies:
            yield _reply(annotation, reply)


def _annotation(a: AnnotationValue) -> Json:
    body = [_tag(theme) for theme in a.themes]
    if a.note:
        body.append(_text(a.note, "commenting"))
    item = {
        "id": a.address,
        "type": "Annotation",
        "motivation": _motivation(a),
        **_provenance(a.in_set, a.author),
        "created": iso(a.created),
        "modified": iso(a.modified),
    }
    if a.private:
        item["audience"] = {"type": "Audience", "schema:audienceType": "private"}
    if body:
        item["body"] = body
    item["target"] = _target(a)
    return item


def _reply(a: AnnotationValue, reply: ReplyValue) -> Json:
    return {
        "id": reply.address,
        "type": "Annotation",
        "motivation": "replying",
        **_provenance(a.in_set, reply.author),
        "created": iso(reply.created),
        "modified": iso(reply.modified),
        "body": [_text(reply.note, "replying")],
        "target": a.address,
    }


def _motivation(a: AnnotationValue) -> str | list[str]:
    found = ["tagging"] * bool(a.themes) + ["commenting"] * bool(a.note)
    if not found:
        return "highlighting"
    return found if len(found) > 1 else found[0]


def _provenance(value: SetValue, author: PersonValue) -> Json:
    found: Json = {"creator": _person(author), "generator": _generator(value)}
    if value.rights:
        found["rights"] = value.rights
    return found


def _person(person: PersonValue) -> Json:
    return {"type": "Person", "name": person.name or person.username, "nickname": person.username}


def _generator(value: SetValue) -> Json:
    return {"id": f"{value.site}/", "type": "Software", "name": "Apparatus"}


def _tag(theme: ThemeValue) -> Json:
    return {
        "type": "TextualBody",
        "purpose": "tagging",
        "format": "text/plain",
        "value": theme.name,
        "dcterms:identifier": theme.slug,
        "rdfs:isDefinedBy": {"id": theme.address},
    }


def _text(note: str, purpose: str) -> Json:
    return {"type": "TextualBody", "purpose": purpose, "format": "text/markdown", "value": note}


def _target(a: AnnotationValue) -> Json:
    return {
        "type": "SpecificResource",
        "source": a.document.public_address or a.document.address,
        "scope": a.document.address,
        "state": {
            "type": "TimeState",
            "sourceDate": iso(a.edition.imported),
            "schema:version": str(a.edition.number),
            "dcterms:identifier": f"sha256:{a.edition.digest}",
        },
        "selector": [
            {
                "type": "TextQuoteSelector",
                "exact": a.quote,
                "prefix": a.prefix,
                "suffix": a.suffix,
            },
            {"type": "TextPositionSelector", "start": a.start, "end": a.end},
        ],
    }
