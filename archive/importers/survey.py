"""The first reading of a TEI file: what it says of its volume, and the outline of its divisions."""

from __future__ import annotations

from dataclasses import dataclass, field

from lxml import etree

from archive.importers.divisions import (
    REGIONS,
    Division,
    divisions,
    has_more,
    has_words,
    is_tracked,
    own_head,
)
from archive.importers.faults import ImportFault, Notices
from archive.importers.parsed import ParsedEntry, ParsedVolume
from archive.importers.teihead import add_entries, volume_of
from archive.importers.vocabulary import XINCLUDE, local, plain, words
from archive.importers.xml import XML_ID, Source

MAX_ID = 80
_ids_in = etree.XPath("descendant-or-self::*/@xml:id", smart_strings=False)


@dataclass(slots=True)
class Survey:
    """What a file says of itself, its documents left aside.

    ``is_paged`` is False where its documents count their pages each on its own: then none is
    known before the first page break of a document.
    """

    volume: ParsedVolume
    divisions: list[Division]
    persons: dict[str, ParsedEntry] = field(default_factory=dict)
    terms: dict[str, ParsedEntry] = field(default_factory=dict)
    ids: set[str] = field(default_factory=set)
    is_paged: bool = True


def survey(source: Source, notices: Notices) -> Survey:
    """Reads the file once; what is not kept of it is let go at the end of each division.

    Raises ImportFault, with path and line, where the file is unsafe or not TEI.
    """
    made = Survey(ParsedVolume("", ""), [])
    page, numbers, around = "", [], [-1]
    for event, index, element in divisions(source):
        if event == "pb":
            page = plain(element.get("n")) or page
            numbers.append(element.get("n", ""))
        elif event == "start":
            made.divisions.append(_begun(element, made.divisions, around[-1], page))
            around.append(index)
        else:
            around.pop()
            _complete(made.divisions, index, element)
            if not any(made.divisions[outer].is_document for outer in around[1:]):
                _take(made, source, element, notices)
                if not source.is_kept:
                    element.clear(keep_tail=True)
    _refuse_other_than_tei(source)
    _take(made, source, source.root, notices)
    made.is_paged = _ascend(numbers)
    made.volume = volume_of(source.root, source.path)
    return made


def _begun(element: etree._Element, found: list[Division], outer: int, page: str) -> Division:
    name = local(element)
    if outer >= 0:
        found[outer].inner.append(len(found))
    is_region = name in REGIONS
    return Division(
        kind="" if is_region else plain(element.get("type")),
        identity=element.get(XML_ID) or "",
        number=plain(element.get("n")),
        subtype=plain(element.get("subtype")),
        region=name if is_region else found[outer].region if outer >= 0 else "body",
        is_region=is_region,
        outer=outer,
        line=element.sourceline,
        page=page,
    )


def _complete(found: list[Division], index: int, element: etree._Element) -> None:
    """Adds what is known of a division at its end alone."""
    division = found[index]
    if division.is_document and division.number:
        return
    division.heading = words(own_head(element))
    if not division.is_document:
        division.has_more = has_more(element)
        division.has_words = has_words(element) or any(found[i].has_words for i in division.inner)


def _ascend(numbers: list[str]) -> bool:
    found = [int(n) for n in numbers if n.isascii() and n.isdigit()]
    return found == sorted(found)


def _refuse_other_than_tei(source: Source) -> None:
    name = local(source.root)
    if name == "teiCorpus":
        message = (
            "This is a corpus of several volumes: bring each <TEI> of it by itself, or all with "
            "the command import_tei."
        )
        raise ImportFault(message, source.path, source.root.sourceline)
    if name != "TEI":
        message = f"This is not a TEI file: its outermost element is <{name}>, not <TEI>."
        raise ImportFault(message, source.path, source.root.sourceline)


def _take(made: Survey, source: Source, element: etree._Element, notices: Notices) -> None:
    """Takes what is wanted of all elements from a division; what is in it has been taken before.

    That is done where a division ends, and not for the file as a whole: to go through the elements
    of a document that has just been read takes a fraction of the time.
    """
    source.check_entities(element)
    if element.get("type") == "document":
        return _take_all(made, source, element, notices)
    source.check_level(element)
    _add_ids(made, source, element, [element.get(XML_ID) or ""])
    for child in element.iterchildren(etree.Element):
        if local(child) in ("text", "group"):
            _take(made, source, child, notices)
        elif not is_tracked(child) and (len(child) or child.tag == XINCLUDE):
            _take_all(made, source, child, notices)
        else:
            _add_ids(made, source, child, [child.get(XML_ID) or ""])


def _take_all(made: Survey, source: Source, element: etree._Element, notices: Notices) -> None:
    source.check_depth(element)
    _add_ids(made, source, element, _ids_in(element))
    for found in element.iter(XINCLUDE, "{*}list"):
        if found.tag == XINCLUDE:
            notices.add(f"{found.get('href')} is not included.", found.sourceline)
        elif found.get("type") == "persons":
            add_entries(made.persons, found, "persName")
        elif found.get("type") == "terms":
            add_entries(made.terms, found, "term")


def _add_ids(made: Survey, source: Source, element: etree._Element, ids: list[str]) -> None:
    if ids and max(map(len, ids)) > MAX_ID:
        raise _long_id(element, source.path)
    made.ids.update(filter(None, ids))


def _long_id(root: etree._Element, path: str) -> ImportFault:
    for element in root.iter(etree.Element):
        identity = element.get(XML_ID) or ""
        if len(identity) > MAX_ID:
            message = f"The id {identity[:20]}… is longer than {MAX_ID} characters."
            return ImportFault(message, path, element.sourceline)
    raise AssertionError("an id is as long as it was")
