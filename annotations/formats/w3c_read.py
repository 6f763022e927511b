"""Reading Web Annotations and those of Hypothesis: one, a list, a collection, pages, an answer."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any, BinaryIO, NoReturn

from annotations.formats import w3c_hypothesis
from annotations.formats.brought import (
    Brought,
    BroughtAnnotation,
    BroughtReply,
    FormatFault,
    Target,
)
from annotations.formats.w3c_found import Reader
from annotations.formats.w3c_given import Item, Json, Told, address, many, short, types, words
from annotations.formats.w3c_themes import Themes
from annotations.formats.w3c_threads import Threads
from annotations.formats.w3c_words import SOFTWARE

MAX_BYTES = 256 * 1024 * 1024
MAX_ITEMS = 500_000
_LISTS = {"rows": "row", "annotations": "annotation", "@graph": "item"}
_COLLECTIONS = {"AnnotationCollection", "OrderedCollection", "BasicContainer"}
_PAGES = {"AnnotationPage", "OrderedCollectionPage"}

_COLLECTION = frozenset(
    ("@context", "id", "@id", "type", "@type", "label", "creator", "generator", "generated")
    + ("created", "modified", "rights", "dcterms:isPartOf", "dcterms:description", "rdfs:comment")
    + ("dcterms:requires", "first", "last", "next", "prev", "items", "total", "startIndex")
    + ("partOf",)
)

Placed = tuple[str, Any]


def read(file: BinaryIO) -> Brought:
    """The annotations of a file. Raises FormatFault, with the item, or the line and column."""
    return _Reading().brought(_parsed(_decoded(file.read(MAX_BYTES + 1))))


def _decoded(data: bytes) -> str:
    if len(data) > MAX_BYTES:
        raise FormatFault(f"The file is too large: at most {MAX_BYTES >> 20} MB can be read.")
    # By its first bytes: JSON begins with two characters of ASCII, or with a byte order mark.
    encoding = json.detect_encoding(data)
    try:
        return data.decode(encoding)
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        name = encoding.removesuffix("-sig").upper()
        raise FormatFault(f"This is not text in {name}.", f"line {line}") from None


def _parsed(text: str) -> Any:
    if not text.strip():
        raise FormatFault("The file is empty.")
    try:
        return json.loads(text, parse_constant=_refuse)
    except json.JSONDecodeError as error:
        place = f"line {error.lineno}, column {error.colno}"
        raise FormatFault(f"This is no JSON: {error.msg}.", place) from None
    except RecursionError:
        raise FormatFault("This JSON is too deep: no annotation is.") from None
    except ValueError:
        raise FormatFault("A number in it is longer than any that could be meant.") from None


def _refuse(name: str) -> NoReturn:
    raise FormatFault(f"This is no JSON: {name} is no number in it.")


class _Reading:
    def __init__(self) -> None:
        self._told = Told()
        self._themes = Themes(self._told)
        self._reader = Reader(self._themes, self._told)
        self._site = self._slug = ""

    def brought(self, given: Any) -> Brought:
        threads = Threads(self._told)
        for number, (place, one) in enumerate(self._items(given), 1):
            if number > MAX_ITEMS:
                raise FormatFault(f"More than {MAX_ITEMS:,} annotations cannot be read.", place)
            if item := self._item(one, place):
                threads.add(item)
        annotations = tuple(_annotation(one, replies) for one, replies in threads.found())
        return Brought(
            themes=self._themes.found(),
            annotations=annotations,
            site=self._site,
            slug=self._slug,
            lost=tuple(self._told.doubts()),
        )

    def _item(self, given: Any, place: str) -> Item | None:
        if isinstance(given, str):
            self._told.drop("Only its address is in the file: it is not taken.", place)
            return None
        if not isinstance(given, dict):
            raise FormatFault("This is no annotation.", place)
        if w3c_hypothesis.is_hypothesis(given):
            return w3c_hypothesis.read(given, self._themes, self._told, place)
        if not self._site:
            self._site = _site(given, place)
        return self._reader.read(given, place)

    def _items(self, given: Any) -> Iterator[Placed]:
        """What the file says are annotations, each with its place."""
        if isinstance(given, list):
            return _numbered(given, "item")
        if not isinstance(given, dict):
            raise FormatFault("There are no annotations in this file.")
        kinds = types(given)
        if kinds & _COLLECTIONS or isinstance(given.get("first"), dict):
            return self._collection(given)
        if kinds & _PAGES:
            return self._page(given, 1)
        for key, name in _LISTS.items():
            if isinstance(given.get(key), list):
                return _numbered(given[key], name)
        if "Annotation" in kinds or w3c_hypothesis.is_hypothesis(given):
            return iter([("the annotation", given)])
        raise FormatFault("There are no annotations in this file.")

    def _collection(self, given: Json) -> Iterator[Placed]:
        place = "the collection"
        self._told.rest(given, _COLLECTION, "the collection", place)
        self._site = _site(given, place)
        part_of = address(given.get("dcterms:isPartOf"), "dcterms:isPartOf", place)
        self._slug = part_of.rstrip("/").rpartition("/sets/")[2] if "/sets/" in part_of else ""
        self._reader.licence(given, place)
        if words(given, "dcterms:description", place=place):
            self._told.say("The description of the set is not taken.", place)
        if given.get("dcterms:requires"):
            self._themes.take_scheme(given["dcterms:requires"], "the codebook")
        count, total = 0, given.get("total")
        for one in self._pages(given):
            yield one
            count += 1
        if type(total) is int and total != count:
            said = f"{total:,}" if abs(total) <= MAX_ITEMS else "many more"
            self._told.drop(f"It is said to hold {said} annotations; here are {count:,}.", place)

    def _pages(self, given: Json) -> Iterator[Placed]:
        if "items" in given:
            yield from self._page(given, 1)
        page, number = given.get("first"), 1
        while page:
            if isinstance(page, dict):
                yield from self._page(page, number)
                page, number = page.get("next"), number + 1
            elif isinstance(page, str):
                self._told.drop(f"This page is not in the file: {short(page)}.", f"page {number}")
                return
            else:
                raise FormatFault("This is no page of annotations.", f"page {number}")

    def _page(self, given: Json, number: int) -> Iterator[Placed]:
        items = given.get("items")
        if isinstance(items, dict):
            items = items.get("@list", [items])
        if items is not None and not isinstance(items, list):
            raise FormatFault("“items” is no list.", f"page {number}")
        for place, one in _numbered(items or [], "item"):
            yield f"{place} of page {number}", one


def _numbered(items: list[Any], name: str) -> Iterator[Placed]:
    return ((f"{name} {number}", one) for number, one in enumerate(items, 1))


def _site(given: Json, place: str) -> str:
    """The server that wrote it, if it is one of ours."""
    for one in many(given.get("generator")):
        if isinstance(one, dict) and one.get("name") == SOFTWARE:
            return address(one, "generator", place).rstrip("/")
    return ""


def _annotation(item: Item, replies: list[Item]) -> BroughtAnnotation:
    return BroughtAnnotation(
        target=item.target or Target(),
        id=item.id,
        place=item.place,
        themes=item.themes,
        note=item.note,
        author=item.author,
        private=item.private,
        question=item.question,
        created=item.created,
        modified=item.modified,
        replies=tuple(_reply(one) for one in replies),
    )


def _reply(item: Item) -> BroughtReply:
    return BroughtReply(
        note=item.note,
        id=item.id,
        author=item.author,
        created=item.created,
        modified=item.modified,
        place=item.place,
    )
