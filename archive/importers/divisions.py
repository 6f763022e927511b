"""The divisions of a TEI file that hold documents or are some, gone through in their order."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field

from lxml import etree

from archive.importers.vocabulary import WHITE, local, words
from archive.importers.xml import Event, Source

REGIONS = ("front", "body", "back")
DIVISIONS = ("div", *(f"div{n}" for n in range(1, 8)))
_BESIDE = ("standOff", "annotation")
TAGS = tuple(f"{{*}}{name}" for name in (*REGIONS, *DIVISIONS, "pb", *_BESIDE))
_TRACKED = frozenset((*REGIONS, *DIVISIONS))
# What holds text of its own documents, or is made by the app, and so is no text of what it is in.
_APART = _TRACKED | {"text", "group", "titlePage"}


@dataclass(slots=True)
class Division:
    """A ``front``, ``body`` or ``back`` (a region), a division outside of documents, or a document.

    ``outer`` is the index of the one around it, or -1, ``inner`` those of the ones in it. ``page``
    is the last page before it. ``has_words`` says whether there is any text in it, ``has_more``
    whether there is some beside its heading and outside of the divisions in it.
    """

    kind: str
    identity: str
    number: str
    subtype: str
    region: str
    is_region: bool
    outer: int
    line: int | None
    page: str
    heading: str = ""
    has_words: bool = False
    has_more: bool = False
    inner: list[int] = field(default_factory=list)

    @property
    def is_document(self) -> bool:
        return self.kind == "document"


def divisions(source: Source) -> Iterator[tuple[str, int, etree._Element]]:
    """``start`` and ``end`` with the index of each division, and its element; ``pb`` with -1.

    Divisions inside of a document are part of it and have no index, unless they are documents.
    """
    count, open_ones, documents = 0, [], 0
    for event, element in _of_the_text(source):
        if local(element) == "pb":
            if event == "start":
                yield "pb", -1, element
            continue
        is_document = element.get("type") == "document"
        if event == "start":
            counted = is_document or not documents
            documents += is_document
            open_ones.append(count if counted else -1)
            count += counted
            if counted:
                yield event, open_ones[-1], element
            continue
        documents -= is_document
        index = open_ones.pop()
        if index >= 0:
            yield event, index, element


def _of_the_text(source: Source) -> Iterator[Event]:
    """The events without those in a ``standOff``: what is there is about the text and no part of
    it, and is let go as it ends."""
    apart = 0
    for event, element in source.events(TAGS):
        if (name := local(element)) in _BESIDE:
            if name == "standOff":
                apart += 1 if event == "start" else -1
            if event == "end" and (apart or name == "standOff"):
                element.clear(keep_tail=True)
        elif not apart:
            yield event, element


def is_apart(element: etree._Element) -> bool:
    """Whether an element is no text of the division that it is in."""
    return local(element) in _APART


def is_tracked(element: etree._Element) -> bool:
    """Whether an element is gone through as a division or region of its own."""
    return local(element) in _TRACKED


def own_children(element: etree._Element) -> Iterator[etree._Element]:
    """The children of a division that are not divisions themselves, page breaks left out."""
    for child in element.iterchildren(etree.Element):
        if not is_apart(child) and local(child) != "pb":
            yield child


def own_head(element: etree._Element) -> etree._Element | None:
    return next((child for child in own_children(element) if local(child) == "head"), None)


def has_words(element: etree._Element) -> bool:
    """Whether a division has text outside of the divisions in it."""
    return _has_bare(element) or any(words(child, ()) for child in own_children(element))


def has_more(element: etree._Element) -> bool:
    """Whether a division has text of its own beside its heading, or notes in that."""
    head = own_head(element)
    if head is not None and any(words(note, ()) for note in head.iter("{*}note")):
        return True
    others = (child for child in own_children(element) if not (child is head or _is_entries(child)))
    return _has_bare(element) or any(words(child, ()) for child in others)


def _is_entries(element: etree._Element) -> bool:
    """A list that stands alone in front or back matter, and is imported as persons or terms."""
    return local(element) == "list" and element.get("type") in ("persons", "terms")


def _has_bare(element: etree._Element) -> bool:
    texts = (element.text, *(child.tail for child in element))
    return any(text and text.strip(WHITE) for text in texts)
