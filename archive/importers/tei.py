"""A FRUS volume in TEI, or a file with some of its documents, to plain values."""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Iterator
from dataclasses import replace
from pathlib import PurePath

from lxml import etree

from archive.importers.dates import date_range
from archive.importers.faults import ImportFault, Notices
from archive.importers.parsed import Parsed, ParsedDocument
from archive.importers.teihead import entries_of, slug_from, volume_of
from archive.importers.teiline import Known
from archive.importers.teitext import text_of
from archive.importers.vocabulary import FRUS, XINCLUDE, local, plain, words
from archive.importers.xml import XML_ID, read_xml
from archive.text import BlockKind, Text

DEFAULT_MAX_BYTES = 64 * 1024 * 1024
MAX_ID = 80
KnownEntries = Callable[[str], tuple[Collection[str], Collection[str]]]


def parse_tei(
    data: bytes,
    path: str = "",
    *,
    max_bytes: int = DEFAULT_MAX_BYTES,
    known_entries: KnownEntries | None = None,
) -> Parsed:
    """Everything that a TEI file says of its volume and its documents.

    ``path`` names the file in messages and, where the source has no ids, its volume and
    documents. ``known_entries`` tells, for the slug of the volume, the keys of persons and of
    terms that it has beside those of the file.
    Raises ImportFault, with path and line, when the file is unsafe, not TEI, or has no document.
    """
    root = _root(data, path, max_bytes)
    notices = Notices()
    for include in root.iter(XINCLUDE):
        notices.add(f"{include.get('href')} is not included.", include.sourceline)
    volume = volume_of(root, path)
    persons, terms = entries_of(root, "persons", "persName"), entries_of(root, "terms", "term")
    more_persons, more_terms = known_entries(volume.slug) if known_entries else ((), ())
    known = Known(
        frozenset(more_persons) | {e.key for e in persons},
        frozenset(more_terms) | {e.key for e in terms},
        frozenset(_ids(root, path)),
    )
    documents = _in_place(list(_documents(root, path, known, notices)))
    name = PurePath(path).name
    return Parsed(
        name,
        "tei",
        volume,
        documents,
        len(documents),
        persons=persons,
        terms=terms,
        notices=notices,
    )


def _root(data: bytes, path: str, max_bytes: int) -> etree._Element:
    root = read_xml(data, path, max_bytes)
    if local(root) != "TEI":
        raise ImportFault(
            f"This is not a TEI file: its outermost element is <{local(root)}>, not <TEI>.",
            path,
            root.sourceline,
        )
    return root


def _ids(root: etree._Element, path: str) -> Iterator[str]:
    for element in root.iter(etree.Element):
        if identity := element.get(XML_ID):
            if len(identity) > MAX_ID:
                raise ImportFault(
                    f"The id {identity[:20]}… is longer than {MAX_ID} characters.",
                    path,
                    element.sourceline,
                )
            yield identity


def _documents(
    root: etree._Element, path: str, known: Known, notices: Notices
) -> Iterator[ParsedDocument]:
    seen: dict[str, int | None] = {}
    page, stem = "", slug_from(PurePath(path).stem)
    paged = _is_paged_throughout(root)
    position = 0
    for element in root.iter(etree.Element):
        if local(element) == "pb":
            page = plain(element.get("n")) or page
        elif local(element) == "div" and element.get("type") == "document":
            position += 1
            identity = element.get(XML_ID)
            slug = slug_from(identity) if identity else f"{stem}-{position}"
            if slug in seen:
                raise ImportFault(
                    f"Two documents have the id {slug}; the first is on line {seen[slug]}.",
                    path,
                    element.sourceline,
                )
            seen[slug] = element.sourceline
            text = text_of(element, slug, known, notices)
            yield _document(element, slug, position, text, page if paged else "")
    if not position:
        raise ImportFault('No document was found: the file has no <div type="document">.', path)


def _in_place(documents: list[ParsedDocument]) -> tuple[ParsedDocument, ...]:
    """Positions by number where all have one, in order: then a part of a volume gives the same."""
    found = [re.match(r"\d{1,9}", document.number) for document in documents]
    numbers = [int(match[0]) for match in found if match]
    if len(numbers) < len(documents) or numbers != sorted(set(numbers)):
        return tuple(documents)
    return tuple(replace(d, position=n * 1000) for d, n in zip(documents, numbers, strict=True))


def _document(
    element: etree._Element, slug: str, position: int, text: Text, page_before: str
) -> ParsedDocument:
    dateline = _own(element, "dateline")
    date = _own(dateline, "date")
    earliest, latest = date_range(
        element.get(f"{FRUS}doc-dateTime-min"), element.get(f"{FRUS}doc-dateTime-max"), date
    )
    heading, subject = _heading(text), _subject(element)
    first, last = _pages(element, page_before)
    return ParsedDocument(
        slug=slug,
        number=_number(element, slug, heading),
        position=position,
        heading=heading or subject or slug,
        text=text,
        source=etree.tostring(element, encoding="unicode", with_tail=False),
        kind=plain(element.get("subtype"))[:40] or "historical-document",
        subject=subject,
        place=words(_own(dateline, "placeName")),
        date_min=earliest,
        date_max=latest,
        date_text=words(date) or words(dateline),
        first_page=first[:30],
        last_page=last[:30],
    )


def _all_own(element: etree._Element | None, name: str) -> Iterator[etree._Element]:
    """Each ``name`` in ``element`` that is not part of an attachment or of a note."""
    for found in element.iter(etree.Element) if element is not None else ():
        if local(found) == name and not any(
            local(a) in ("attachment", "note") for a in found.iterancestors()
        ):
            yield found


def _own(element: etree._Element | None, name: str) -> etree._Element | None:
    return next(_all_own(element, name), None)


def _heading(text: Text) -> str:
    for block in text.blocks:
        if block.kind == BlockKind.HEADING and block.attrs.get("level") == "1":
            return text.quote(block.start, block.end)
    return ""


def _number(element: etree._Element, slug: str, heading: str) -> str:
    """The number as the source has it, or as both the id and the heading have it."""
    if number := plain(element.get("n")):
        return number[:30]
    found = re.match(r"(\d+[a-z]?)\.(?=\s)", heading)
    return found[1] if found and slug == f"d{found[1]}" else ""


def _subject(element: etree._Element) -> str:
    for found in _all_own(element, "list"):
        if found.get("type") == "subject":
            return "; ".join(w for i in found if local(i) == "item" and (w := words(i)))
    return ""


def _pages(element: etree._Element, before: str) -> tuple[str, str]:
    """The first and last page; a break before the first word or after the last is not crossed."""
    page, pages = before, [before]
    for event, node in etree.iterwalk(element, events=("start", "end", "comment", "pi")):
        if event == "start":
            page = plain(node.get("n")) or page if local(node) == "pb" else page
            text = node.text
        else:
            text = node.tail if node is not element else ""
        if plain(text):
            pages.append(page)
    return pages[min(1, len(pages) - 1)], pages[-1]


def _is_paged_throughout(root: etree._Element) -> bool:
    """Whether pages are counted through the file: if each document counts its own, none is known
    before its first page break."""
    found = [e.get("n", "") for e in root.iter(etree.Element) if local(e) == "pb"]
    numbers = [int(n) for n in found if n.isascii() and n.isdigit()]
    return numbers == sorted(numbers)
