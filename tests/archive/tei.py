"""Small TEI files for the tests, and a reading of TEI that knows nothing of the importer."""

from __future__ import annotations

import re
from collections import deque
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from pathlib import Path

from lxml import etree

from archive.importers.parsed import Parsed, ParsedDocument
from archive.importers.tei import parse_tei
from archive.importers.teitext import text_of
from archive.text import Text

TEI = "http://www.tei-c.org/ns/1.0"
FRUS = "http://history.state.gov/frus/ns/1.0"
FIXTURE = str(Path(__file__).parents[2] / "fixtures" / "frus1981-88v03-d169.xml")


def div(inner: str, slug: str = "d1") -> etree._Element:
    return etree.fromstring(
        f'<div xmlns="{TEI}" xmlns:frus="{FRUS}" type="document" xml:id="{slug}">{inner}</div>'
    )


def text(inner: str) -> Text:
    """The canonical text of a document with ``inner`` as its TEI."""
    made = text_of(div(inner), "d1")
    assert not list(made.problems())
    return made


def volume(documents: str, *, head: str = "", front: str = "", slug: str = "frus1900v01") -> bytes:
    """A whole TEI file."""
    return (
        f'<TEI xmlns="{TEI}" xmlns:frus="{FRUS}" xml:id="{slug}"><teiHeader><fileDesc><titleStmt>'
        f'<title type="complete">A Volume</title>{head}</titleStmt></fileDesc></teiHeader>'
        f"<text><front>{front}</front><body>{documents}</body></text></TEI>"
    ).encode()


def document(inner: str, number: int = 1) -> str:
    return f'<div type="document" n="{number}" xml:id="d{number}">{inner}</div>'


def parsed(documents: str, **parts: str) -> Text:
    return documents_of(parse_tei(volume(documents, **parts), "volume.xml"))[0].text


def documents_of(made: Parsed) -> list[ParsedDocument]:
    """What the file calls documents: without front and back matter and introductions."""
    others = ("front-matter", "back-matter", "introduction", "chapter")
    return [document for document in made.documents if document.kind not in others]


def quotes(made: Text, kind: str | None = None) -> list[str]:
    """What the blocks say, or those of one kind."""
    return [made.quote(b.start, b.end) for b in made.blocks if kind in (None, b.kind)]


def letters(string: str) -> str:
    """Without the white space that XML knows."""
    return re.sub(r"[ \t\r\n]", "", string)


def kept(made: Parsed) -> Parsed:
    """With its documents in a list, front and back matter and introductions left out."""
    return replace(made, documents=documents_of(made))


@dataclass
class Reading:
    """The letters of a document in reading order, and how many stand before each point."""

    body: str = ""
    notes: list[str] = field(default_factory=list)
    calls: list[int] = field(default_factory=list)
    pages: list[tuple[str, int]] = field(default_factory=list)


def read(root: etree._Element) -> Reading:
    """Takes the notes out of the running text and puts each after it, in the order of calls."""
    reading, queue, seen = Reading(), deque([root]), [root]
    first = True
    while queue:
        pieces: list[str] = []
        _walk(queue.popleft(), pieces, queue, seen, reading if first else None)
        if first:
            reading.body = "".join(pieces)
        else:
            reading.notes.append("".join(pieces))
        first = False
    return reading


def _walk(
    node: etree._Element,
    pieces: list[str],
    queue: deque[etree._Element],
    seen: list[etree._Element],
    reading: Reading | None,
) -> None:
    pieces.append(letters(node.text or ""))
    for child in node:
        if not isinstance(child.tag, str):
            pass
        elif (note := _called_by(child, seen[0])) is not None:
            if not any(note is other for other in seen):
                seen.append(note)
                queue.append(note)
                if reading:
                    reading.calls.append(sum(map(len, pieces)))
        else:
            if etree.QName(child).localname == "pb" and reading:
                reading.pages.append((child.get("n"), sum(map(len, pieces))))
            _walk(child, pieces, queue, seen, reading)
        pieces.append(letters(child.tail or ""))


def _called_by(element: etree._Element, root: etree._Element) -> etree._Element | None:
    """The note that an element is, or that a reference without words leads to."""
    name = etree.QName(element).localname
    if name == "note" and element.get("rend") != "inline":
        return element
    if name not in ("ref", "ptr") or letters("".join(_own_text(element))):
        return None
    notes = {e.get("{http://www.w3.org/XML/1998/namespace}id"): e for e in root.iter("{*}note")}
    return notes.get((element.get("target") or "")[1:] or "none")


def _own_text(element: etree._Element) -> Iterator[str]:
    yield element.text or ""
    for child in element:
        if isinstance(child.tag, str) and etree.QName(child).localname != "note":
            yield from _own_text(child)
        yield child.tail or ""
