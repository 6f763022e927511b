"""The words that a reader of TEI sees, in reading order: rules of its own, nothing of the importer.

Words are parted by white space of the source, by a line break, and where a block begins or ends.
Page breaks, notes, anchors and mark-up within a line part nothing. Notes are taken out of the line
and read after it, in the order in which they are first called.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from lxml import etree

XML_ID = "{http://www.w3.org/XML/1998/namespace}id"
_SPACES = " \t\r\n"  # what XML knows as white space, no more
_WHITE = re.compile(f"[{_SPACES}]+")
# What holds lines: text beside these is a line of its own.
_AROUND_NAMES = """
TEI text front body back group div opener closer postscript lg sp epigraph floatingText address
titlePage list table row figure attachment listBibl listPerson
div1 div2 div3 div4 div5 div6 div7
"""
_LINE_NAMES = """
p ab salute byline trailer speaker stage l addrLine docAuthor docDate signed dateline head figDesc
item label cell argument
"""
_AROUND, _LINES = frozenset(_AROUND_NAMES.split()), frozenset(_LINE_NAMES.split())
_QUOTED = ("quote", "cit", "q")


def words_of(root: etree._Element) -> list[str]:
    """The words of a document: those of its body, then those of each note."""
    return _Reader(root).words()


def words_in(text: str) -> list[str]:
    text = text.strip(_SPACES)
    return _WHITE.split(text) if text else []


class _Reader:
    def __init__(self, root: etree._Element) -> None:
        self.root = root
        notes = [e for e in root.iter("{*}note") if e is not root and not _is_inline(e)]
        self.notes: dict[str, etree._Element] = {}
        for note in notes:
            self.notes.setdefault(note.get(XML_ID) or "", note)
        self.due: list[etree._Element] = []

    def words(self) -> list[str]:
        found = words_in("".join(self._inside(self.root)))
        for note in self.due:  # grows: a note may call others
            found += words_in("".join(self._inside(note)))
        return found

    def _inside(self, element: etree._Element) -> Iterator[str]:
        if _name(element) == "choice":
            yield from self._readings(element)
            return
        yield element.text or ""
        for child in element:
            if isinstance(child.tag, str):
                yield from self._of(child)
            yield child.tail or ""

    def _readings(self, choice: etree._Element) -> Iterator[str]:
        """Each reading of one place is a word apart; white space around them is the file's."""
        yield (choice.text or "").strip(_SPACES)
        for child in choice:
            yield from self._of(child) if isinstance(child.tag, str) else ()
            tail = (child.tail or "").strip(_SPACES)
            parts = isinstance(child.tag, str) and child.getnext() is not None
            yield tail or (" " if parts else "")

    def _of(self, element: etree._Element) -> Iterator[str]:
        name = _name(element)
        if name == "lb":
            yield " "
        elif name == "note" and not _is_inline(element):
            self._call(element)
        elif name in ("ref", "ptr") and (note := self._called_by(element)) is not None:
            self._call(note)
        else:
            edge = " " if is_block(element) else ""
            yield edge
            yield from self._inside(element)
            yield edge

    def _call(self, note: etree._Element) -> None:
        if not any(note is other for other in self.due):
            self.due.append(note)

    def _called_by(self, ref: etree._Element) -> etree._Element | None:
        """The note that a reference without words calls."""
        key = (ref.get("target") or "").strip()
        silent = not words_in("".join(_text_without_notes(ref)))
        return self.notes.get(key[1:]) if silent and key[:1] == "#" and key[1:] else None


def is_block(element: etree._Element) -> bool:
    """Whether a reader sees an element as a block; a quotation is one between blocks alone."""
    name = _name(element)
    if name in _AROUND or name in _LINES:
        return True
    if name not in _QUOTED and name != "note":
        return False
    return _holds_blocks(element) or not _is_in_line(element)


def _holds_blocks(element: etree._Element) -> bool:
    return any(_name(child) in (_AROUND | _LINES) - {"label"} for child in element)


def _is_in_line(element: etree._Element) -> bool:
    """Whether text of a line stands beside an element, or it stands in a line."""
    parent = element.getparent()
    if parent is None or _name(parent) in _LINES:
        return parent is not None
    if any(_has_words(t) for t in (parent.text, *(c.tail for c in parent))):
        return True
    if any(_is_line_text(child) for child in parent if child is not element):
        return True
    is_outermost = _name(parent) in _AROUND or (_name(parent) == "note" and not _is_inline(parent))
    return not is_outermost and not is_block(parent) and _is_in_line(parent)


def _is_line_text(element: etree._Element) -> bool:
    name = _name(element)
    if not name or name in {*_AROUND, *_LINES, *_QUOTED, "note"}:
        return False
    if any(_name(e) in (_AROUND | _LINES) - {"label"} for e in element.iter()):
        return False
    return _has_words("".join(_text_without_notes(element)))


def _has_words(text: str | None) -> bool:
    return bool(text and text.strip(_SPACES))


def _text_without_notes(element: etree._Element) -> Iterator[str]:
    yield element.text or ""
    for child in element:
        if isinstance(child.tag, str) and _name(child) != "note":
            yield from _text_without_notes(child)
        yield child.tail or ""


def _is_inline(note: etree._Element) -> bool:
    return "inline" in (note.get("rend"), note.get("place"))


def _name(element: etree._Element) -> str:
    return etree.QName(element).localname if isinstance(element.tag, str) else ""
