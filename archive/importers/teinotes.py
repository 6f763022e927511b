"""The notes of a TEI document and their names."""

from __future__ import annotations

from lxml import etree

from archive.importers.vocabulary import is_inline_note, plain
from archive.importers.xml import XML_ID
from archive.text import NoteKind

_SOURCE, _EDITORIAL = NoteKind.SOURCE.value, NoteKind.EDITORIAL.value


class NoteBook:
    """Every note of a document under its key: its xml:id, or the document's slug and a number.

    The number counts all notes of the document in the order of the file, so that it stays the same
    on every import. A second note with an id that is taken is named as if it had none.
    """

    def __init__(self, root: etree._Element, slug: str) -> None:
        found = [e for e in root.iter("{*}note") if e is not root]
        self.elements: dict[str, etree._Element] = {}
        self._keys: dict[etree._Element, str] = {}
        number = 0
        for element in found:
            if is_inline_note(element):
                continue
            number += 1
            key = element.get(XML_ID)
            if not key or key in self.elements:
                key = self._free(f"{slug}-note-{number}", found)
            self.elements[key] = element
            self._keys[element] = key

    def _free(self, key: str, found: list[etree._Element]) -> str:
        named = {element.get(XML_ID) for element in found}
        while key in named or key in self.elements:
            key += "-x"
        return key

    def key_of(self, element: etree._Element) -> str | None:
        """The key of a note, None for one that is part of the line."""
        return self._keys.get(element)

    def particulars(self, key: str) -> tuple[str, str]:
        """The label of a note and its kind, in the words of NoteKind."""
        element = self.elements[key]
        kind = _SOURCE if element.get("type") == "source" else _EDITORIAL
        return plain(element.get("n"))[:30], kind
