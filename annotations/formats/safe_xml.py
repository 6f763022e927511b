"""Reading XML from strangers piece by piece: no entities, no network, bounded in size, depth."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from xml.parsers import expat

from lxml import etree

from annotations.formats.brought import FormatFault

# The parser itself stops there.
MAX_DEPTH = 256
_OPTIONS = {
    "resolve_entities": False,
    "no_network": True,
    "load_dtd": False,
    "huge_tree": False,
    "remove_comments": True,
    "remove_pis": True,
}
_WHERE = re.compile(r"\s*,? line \d+, column \d+$")


class _PrologRead(Exception):
    """Raised at the first element: what could declare an entity lies before it."""


Event = tuple[bool, str, etree._Element]


def events(pieces: Iterable[bytes], tags: Iterable[str], file: str = "") -> Iterator[Event]:
    """The elements of these local names, in any namespace: whether it ends, its name, and it.

    An element has its attributes and its parent when it begins, and what is in it when it ends;
    then it is emptied. ``file`` names the file in faults. Raises FormatFault, with the line, when
    the XML is not well-formed, is nested too deep, or declares a document type.
    """
    wanted = [f"{{*}}{tag}" for tag in tags]
    parser = etree.XMLPullParser(events=("start", "end"), tag=wanted, **_OPTIONS)
    prolog = _Prolog(file)
    try:
        for piece in pieces:
            prolog.feed(piece)
            parser.feed(piece)
            for event, element in parser.read_events():
                yield event == "end", local(element), element
                if event == "end":
                    element.clear()
        prolog.close()
        parser.close()
    except etree.XMLSyntaxError as error:
        raise _fault(error, file) from error


def _fault(error: etree.XMLSyntaxError, file: str) -> FormatFault:
    said = _WHERE.sub("", error.msg or "it ends too early").strip()
    if "depth" in said:
        message = f"Elements are nested deeper than {MAX_DEPTH} levels."
    else:
        message = f"The XML is not well-formed: {said}."
    return FormatFault(message, place(file, error.lineno))


def local(element: etree._Element) -> str:
    """The element's name without its namespace."""
    tag: str = element.tag
    return tag[tag.rfind("}") + 1 :]


def inside(element: etree._Element, name: str) -> Iterator[etree._Element]:
    """The children of this local name."""
    return (child for child in element if local(child) == name)


def text_of(element: etree._Element, name: str) -> str:
    """The text of the first child of this local name, empty where there is none."""
    for child in inside(element, name):
        return child.text or ""
    return ""


def place(file: str, line: int | None) -> str:
    """Where something stands, in words: ``project.qde, line 14``."""
    return ", ".join(part for part in (file, f"line {line}" if line else "") if part)


class _Prolog:
    """Looks at what stands before the first element."""

    def __init__(self, file: str) -> None:
        self._file, self._is_read, self._is_empty = file, False, True
        self._parser = expat.ParserCreate()
        self._parser.SetParamEntityParsing(expat.XML_PARAM_ENTITY_PARSING_NEVER)
        self._parser.StartDoctypeDeclHandler = self._on_doctype
        self._parser.StartElementHandler = self._on_element

    def feed(self, piece: bytes) -> None:
        """Raises FormatFault for what declares a document type or is no XML at all."""
        if self._is_read:
            return
        self._is_empty = self._is_empty and not piece.strip()
        try:
            self._parser.Parse(piece, False)
        except _PrologRead:
            self._is_read = True
        except (expat.ExpatError, LookupError, ValueError) as error:
            line = getattr(error, "lineno", None)
            raise FormatFault(f"The file is not XML: {error}.", place(self._file, line)) from error

    def close(self) -> None:
        if self._is_empty and not self._is_read:
            raise FormatFault("The file is empty.", self._file)

    def _on_doctype(self, *_: object) -> None:
        message = "The file has a DOCTYPE, which is refused for safety."
        raise FormatFault(message, place(self._file, self._parser.CurrentLineNumber))

    def _on_element(self, *_: object) -> None:
        raise _PrologRead
