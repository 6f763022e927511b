"""The codebook in a Web Annotation document: a scheme of SKOS concepts, in the order of its tree.

A theme is a ``skos:Concept`` under the address that tags point to. Its colour and underline are
properties by name (``schema:PropertyValue``): a style is the reader's affair in SKOS.
"""

from __future__ import annotations

from typing import Any

from annotations.formats.values import CodebookValue, ThemeValue
from annotations.formats.w3c_words import COLOUR, LINE, NOT_WHEN, USE_WHEN

Json = dict[str, Any]


def scheme(book: CodebookValue) -> Json:
    """The codebook as a concept scheme whose ``items`` are its themes, from top to bottom."""
    addresses = {theme.slug: theme.address for theme in book.themes}
    found: Json = {
        "id": book.address,
        "type": ["skos:ConceptScheme", "as:OrderedCollection"],
        "label": book.title,
        "schema:version": str(book.revision),
    }
    if book.description:
        found["dcterms:description"] = book.description
    found["items"] = [_concept(theme, book, addresses) for theme in book.themes]
    found["total"] = len(book.themes)
    return found


def _concept(theme: ThemeValue, book: CodebookValue, addresses: dict[str, str]) -> Json:
    found: Json = {
        "id": theme.address,
        "type": "skos:Concept",
        "dcterms:identifier": theme.slug,
        "skos:prefLabel": theme.name,
    }
    if theme.definition:
        found["skos:definition"] = theme.definition
    scope = ((USE_WHEN, theme.use_when), (NOT_WHEN, theme.not_when))
    if notes := [{"label": label, "value": words} for label, words in scope if words]:
        found["skos:scopeNote"] = notes
    if theme.example:
        found["skos:example"] = theme.example
    if parent := addresses.get(theme.parent):
        found["skos:broader"] = {"id": parent}
    else:
        found["skos:topConceptOf"] = {"id": book.address}
    found["skos:inScheme"] = {"id": book.address}
    found["schema:additionalProperty"] = [_sign(COLOUR, theme.colour), _sign(LINE, theme.line)]
    if theme.retired:
        found["owl:deprecated"] = True
    if heir := addresses.get(theme.merged_into):
        found["dcterms:isReplacedBy"] = {"id": heir}
    return found


def _sign(name: str, number: int) -> Json:
    return {"type": "schema:PropertyValue", "schema:name": name, "schema:value": number}
