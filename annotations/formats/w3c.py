"""Web Annotation JSON-LD: one document that holds an AnnotationCollection with all its pages.

Every key is a term of the standard context or a compact IRI of a prefix that it defines, so that
nothing is lost when the document is expanded.

- ``dcterms:requires`` is the codebook, with every theme (see ``w3c_codebook``);
- ``target.source`` is the publisher's address of the document, ``scope`` our page of it;
- ``target.state`` names the edition that the offsets count in: when it was imported
  (``sourceDate``), its number (``schema:version``), its digest (``dcterms:identifier``);
- a theme is a TextualBody for tagging: its name as the value, its slug as ``dcterms:identifier``
  and the theme in the codebook as ``rdfs:isDefinedBy``;
- a note that asks something has the purpose and the motivation ``questioning``, and the annotation
  a ``schema:creativeWorkStatus``; so has the target of one whose passage is to be looked at;
- a reply is an annotation of its own that follows the one that it answers: its target;
- ``canonical`` is the uuid, whatever address the annotation may get elsewhere.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, BinaryIO

from annotations.formats import w3c_read
from annotations.formats.brought import Brought
from annotations.formats.features import Feature
from annotations.formats.package import Package, Scope
from annotations.formats.times import iso
from annotations.formats.values import AnnotationValue, SetValue
from annotations.formats.w3c_codebook import scheme
from annotations.formats.w3c_items import Items, generator, person
from annotations.formats.w3c_words import CONTEXT, dump

NAME = "w3c"
LABEL = "Web Annotation (JSON-LD)"
KIND = "data"
CARRIES = (
    "The W3C standard, for other annotation tools and for archives: every annotation with its "
    "passage by quote and by position, themes, note, author, times, rights, edition, and replies; "
    "and the codebook."
)
CONTENT_TYPE = 'application/ld+json; profile="http://www.w3.org/ns/anno.jsonld"'
SUFFIX = ".jsonld"
LOSES = frozenset({Feature.TEXTS})
READS = (
    "Our own files, Web Annotations of other tools, and what Hypothesis exports or its search "
    "answers: passages are found by their words in context."
)

# Pages stand one inside the other: so few that no reader of JSON finds them too deep.
MAX_PAGES = 64
LEAST_PAGE = 1000

Json = dict[str, Any]


def write(package: Package, /) -> Iterator[str]:
    """The collection as pieces of one JSON document.

    ``total`` and ``last`` stand at its end and say what came, even if the set grew meanwhile.
    """
    size = max(LEAST_PAGE, -(-package.total() // MAX_PAGES))
    collection = _collection(package)
    yield dump(collection)[:-1]
    items, address = Items(), collection["id"]
    count = pages = 0
    for annotation in package.annotations():
        for item in items.of(annotation):
            if count % size == 0:
                pages += 1
                yield _page_head(address, pages, count)
            else:
                yield ",\n"
            yield item
            count += 1
    if pages:
        yield "\n]" + "}" * pages
        yield f',\n"last": {dump(_page_id(address, pages))}'
    yield f',\n"total": {count}}}\n'


def read(file: BinaryIO, /) -> Brought:
    """The annotations of a file. Raises FormatFault, with the item, or the line."""
    return w3c_read.read(file)


def one(annotation: AnnotationValue) -> str:
    """A single annotation, without its replies, as a JSON document."""
    item = next(Items().of(annotation))
    return f'{{"@context": {dump(CONTEXT)}, {item[1:]}\n'


def _page_id(address: str, number: int) -> str:
    return f"{address}#page-{number}"


def _collection(package: Package) -> Json:
    value = package.set
    collection: Json = {
        "@context": CONTEXT,
        "id": f"{value.address}exports/{NAME}/",
        "type": "AnnotationCollection",
        "label": value.title,
        "creator": person(value.owner),
        "generator": generator(value),
        "generated": iso(package.made),
        "modified": iso(package.modified()),
        "dcterms:isPartOf": {"id": value.address},
    }
    if value.description:
        collection["dcterms:description"] = value.description
    if package.scope:
        collection["rdfs:comment"] = _part(value, package.scope)
    if value.rights:
        collection["rights"] = value.rights
    collection["dcterms:requires"] = scheme(package.codebook)
    return collection


def _part(value: SetValue, scope: Scope) -> str:
    """Which part of the set this is, in a sentence."""
    named = [theme.name for theme in scope.themes]
    parts = [scope.document, ", ".join(named), scope.words]
    return f"A part of “{value.title}”: {'; '.join(part for part in parts if part)}"


def _page_head(address: str, number: int, start_index: int) -> str:
    """The opening of a page, up to its first item; the page before it stays open around it."""
    page: Json = {"id": _page_id(address, number), "type": "AnnotationPage"}
    page["partOf"] = address
    page["startIndex"] = start_index
    if number > 1:
        page["prev"] = _page_id(address, number - 1)
    opening = ',\n"first": ' if number == 1 else '\n],\n"next": '
    return f'{opening}{dump(page)[:-1]}, "items": [\n'
