"""Reading XML from strangers: no entities, no network, no DTD, bounded in size and depth.

A file is read twice: surveyed, then its documents one by one. A small one is kept as one tree,
which is faster; of a large one each part is let go when it has been read, and the file is parsed
again. Both are the same row of events: where ``Source.is_kept`` is False, whoever takes them clears
the elements that are done with.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import lru_cache
from io import SEEK_END, BytesIO
from pathlib import Path
from typing import BinaryIO
from xml.parsers import expat

from lxml import etree

from archive.importers.faults import ImportFault
from archive.importers.files import unreadable

# Real volumes stay below 40; the walk uses up to four frames of the stack for each level.
MAX_DEPTH = 120
# A tree takes some five times the bytes of its file.
MAX_TREE_BYTES = 16 * 1024 * 1024
XML_ID = "{http://www.w3.org/XML/1998/namespace}id"
_PIECE = 64 * 1024
_EVENTS = ("start", "end")
_OPTIONS = {
    "resolve_entities": False,
    "no_network": True,
    "load_dtd": False,
    "huge_tree": False,
    "collect_ids": False,
}
Event = tuple[str, etree._Element]


class _PrologRead(Exception):
    """Raised at the first element: what could declare an entity lies before it."""


class Source:
    """An XML file whose elements can be gone through more than once.

    ``opened`` gives its bytes anew, ``size`` is their number, ``path`` names it in messages.
    Raises ImportFault (with ``path`` and the line where known) when it is larger than
    ``max_bytes``, is empty or declares an entity; ``events`` does where it is not well-formed.
    """

    def __init__(
        self, opened: Callable[[], BinaryIO], size: int, path: str, max_bytes: int
    ) -> None:
        if size > max_bytes:
            raise ImportFault(
                f"The file has {size:,} bytes, more than the limit of {max_bytes:,}.", path
            )
        self.path, self.is_kept = path, size <= MAX_TREE_BYTES
        self._opened = opened
        self._root: etree._Element | None = None
        self._kept: dict[tuple[str, ...], list[Event]] = {}
        with opened() as file:
            self._has_doctype = _refuse_entities(file, path)

    @classmethod
    def of_bytes(cls, data: bytes, path: str, max_bytes: int) -> Source:
        return cls(lambda: BytesIO(data), len(data), path, max_bytes)

    @classmethod
    def of_file(cls, file: Path, path: str, max_bytes: int) -> Source:
        def opened() -> BinaryIO:
            try:
                return file.open("rb")
            except (OSError, ValueError) as error:
                raise unreadable(error, path) from error

        with opened() as there:
            size = there.seek(0, SEEK_END)
        return cls(opened, size, path, max_bytes)

    @property
    def root(self) -> etree._Element:
        """The outermost element, when ``events`` has been gone through."""
        assert self._root is not None
        return self._root

    def events(self, tags: tuple[str, ...]) -> Iterator[Event]:
        """``start`` and ``end`` with each element of ``tags``, in the order of the file."""
        try:
            yield from self._tree_events(tags) if self.is_kept else self._stream_events(tags)
        except etree.XMLSyntaxError as error:
            if "depth" in (error.msg or ""):
                raise _too_deep(self.path, error.lineno) from error
            message = f"The XML is not well-formed: {error.msg}."
            raise ImportFault(message, self.path, error.lineno) from error

    def _tree_events(self, tags: tuple[str, ...]) -> Iterator[Event]:
        """Those of the first reading, kept; what is done at each is done while it is at hand."""
        if tags in self._kept:
            yield from self._kept[tags]
            return
        found = []
        for event in self._stream_events(tags):
            found.append(event)
            yield event
        self._kept[tags] = found

    def _stream_events(self, tags: tuple[str, ...]) -> Iterator[Event]:
        parser = etree.XMLPullParser(events=_EVENTS, tag=tags, **_OPTIONS)
        with self._opened() as file:
            while piece := file.read(_PIECE):
                parser.feed(piece)
                yield from parser.read_events()
        self._root = parser.close()
        yield from parser.read_events()

    def check_depth(self, element: etree._Element) -> None:
        """Raises ImportFault if this element, or one in it, is nested too deep."""
        left = MAX_DEPTH - self.check_level(element)
        for found in _levels_below(left)(element) if len(element) else ():
            raise _too_deep(self.path, found.sourceline)

    def check_level(self, element: etree._Element) -> int:
        """How many elements are around this one; raises ImportFault if they are too many."""
        above = sum(1 for _ in element.iterancestors())
        if above >= MAX_DEPTH:
            raise _too_deep(self.path, element.sourceline)
        return above

    def check_entities(self, element: etree._Element) -> None:
        """Raises ImportFault if there is an entity in this element.

        Without a DOCTYPE the parser itself refuses one that it does not know.
        """
        for entity in element.iter(etree.Entity) if self._has_doctype else ():
            message = f"The file uses an entity that it does not define: {entity.text}."
            raise ImportFault(message, self.path, entity.sourceline)


@lru_cache(maxsize=MAX_DEPTH + 1)
def _levels_below(count: int) -> etree.XPath:
    """Finds the elements that are ``count`` levels below another."""
    return etree.XPath("/".join(["."] + ["*"] * count))


def _refuse_entities(file: BinaryIO, path: str) -> bool:
    """Reads what stands before the first element; whether there is a DOCTYPE."""
    has_doctype, is_empty = False, True
    parser = expat.ParserCreate()
    parser.SetParamEntityParsing(expat.XML_PARAM_ENTITY_PARSING_NEVER)

    def on_entity(*_: object) -> None:
        raise ImportFault(
            "The file declares entities in a DOCTYPE, which is refused for safety.",
            path,
            parser.CurrentLineNumber,
        )

    def on_doctype(*_: object) -> None:
        nonlocal has_doctype
        has_doctype = True

    def on_element(*_: object) -> None:
        raise _PrologRead

    parser.EntityDeclHandler = on_entity
    parser.StartDoctypeDeclHandler = on_doctype
    parser.StartElementHandler = on_element
    try:
        while piece := file.read(_PIECE):
            is_empty = is_empty and not piece.strip()
            parser.Parse(piece, False)
        if is_empty:
            raise ImportFault("The file is empty.", path)
        parser.Parse(b"", True)
    except _PrologRead:
        return has_doctype
    except (expat.ExpatError, LookupError, ValueError) as error:
        line = getattr(error, "lineno", None)
        raise ImportFault(f"The file is not XML: {error}.", path, line) from error
    return has_doctype


def _too_deep(path: str, line: int | None) -> ImportFault:
    return ImportFault(f"Elements are nested deeper than {MAX_DEPTH} levels.", path, line)
