"""What stands in a TEI file: its annotations as they are written there, and the rest as a tree.

The file is parsed piece by piece, and an annotation is let go when it has been read, so that a
hundred thousand of them take no tree.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from io import BytesIO
from typing import BinaryIO

from lxml import etree

from annotations.formats.brought import Doubt, FormatFault
from annotations.formats.tei.wording import NAMESPACE, given_back
from archive.importers.faults import ImportFault
from archive.importers.vocabulary import local, plain
from archive.importers.xml import MAX_DEPTH, XML_ID, Source

MAX_BYTES = 128 * 1024 * 1024
MAX_ANNOTATIONS = 500_000
# Those outside of annotations stay in memory, those of one annotation until it is read.
MAX_ELEMENTS, MAX_IN_ONE = 2_000_000, 20_000
XML_SPACE = "{http://www.w3.org/XML/1998/namespace}space"
T = f"{{{NAMESPACE}}}"
_PIECE = 256 * 1024
_OPTIONS = {
    "resolve_entities": False,
    "no_network": True,
    "load_dtd": False,
    "huge_tree": False,
}
# What else annotates in TEI, and is not read.
_OTHER = ("annotationBlock", "span", "spanGrp", "interp", "interpGrp", "link", "linkGrp")


@dataclass(frozen=True, slots=True)
class Said:
    """A note of an annotation: its words, its type and its subtype."""

    words: str
    kind: str = ""
    subtype: str = ""


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody whom a ``respStmt`` names."""

    username: str
    name: str


@dataclass(slots=True)
class Found:
    """One ``annotation`` as the file has it; ``about`` is what its list says that it is on."""

    line: int
    id: str = ""
    about: str = ""
    targets: list[str] = field(default_factory=list)
    chars: str = ""
    motivation: list[str] = field(default_factory=list)
    resp: str = ""
    themes: list[str] = field(default_factory=list)
    named: list[tuple[str, str]] = field(default_factory=list)
    notes: list[Said] = field(default_factory=list)
    created: str = ""
    modified: str = ""
    status: str = ""

    @property
    def place(self) -> str:
        return f"line {self.line}"


@dataclass(slots=True)
class File:
    """The tree without annotations, the annotations, the people by their ids, and doubts."""

    root: etree._Element
    annotations: list[Found]
    people: dict[str, Person]
    lost: list[Doubt]


def open_file(file: BinaryIO) -> File:
    """What a TEI file holds. Raises FormatFault, with the line, where it is none or not safe."""
    data = file.read(MAX_BYTES + 1)
    try:
        source = Source.of_bytes(data, "", MAX_BYTES)
    except ImportFault as fault:
        raise fault_of(fault) from fault
    reading = _Reading()
    try:
        root = reading.read(data)
        source.check_entities(root)
    except ImportFault as fault:
        raise fault_of(fault) from fault
    except etree.XMLSyntaxError as error:
        message = f"The XML is not well-formed: {error.msg}."
        if "Excessive depth" in (error.msg or ""):
            message = f"Elements are nested deeper than {MAX_DEPTH} levels."
        raise FormatFault(message, f"line {error.lineno}" if error.lineno else "") from error
    return File(root, reading.found, reading.people, reading.lost)


def fault_of(fault: ImportFault) -> FormatFault:
    return FormatFault(fault.message, f"line {fault.line}" if fault.line else "")


class _Reading:
    def __init__(self) -> None:
        self.found: list[Found] = []
        self.people: dict[str, Person] = {}
        self.lost: list[Doubt] = []
        self.depth = 0
        self.kept = self.held = 0  # elements outside of annotations, and in the open one
        self.is_annotating = False
        self.lists: list[str] = []
        self.is_apart = 0  # in how many standOff

    def read(self, data: bytes) -> etree._Element:
        parser = etree.XMLPullParser(events=("start", "end"), **_OPTIONS)
        stream = BytesIO(data)
        while piece := stream.read(_PIECE):
            parser.feed(piece)
            for event, element in parser.read_events():
                self._take(event, element)
        root = parser.close()
        for event, element in parser.read_events():
            self._take(event, element)
        return root

    def _take(self, event: str, element: etree._Element) -> None:
        name = local(element)
        if event == "start":
            self.depth += 1
            if self.depth == 1:
                _check_root(element)
            self._count(name, element)
            if name == "listAnnotation":
                self.lists.append(element.get("corresp") or (self.lists[-1:] or [""])[0])
            self.is_apart += name == "standOff"
            return
        self.depth -= 1
        if name == "respStmt":
            self._person(element)
        elif name == "annotation" or (name == "note" and self._is_alone(element)):
            self._annotation(element)
        elif name == "listAnnotation":
            self.lists.pop()
        elif name == "standOff":
            self.is_apart -= 1
        elif name in _OTHER and self.is_apart:
            message = f"A <{name}> is no <annotation>, and is not read."
            self.lost.append(Doubt(message, f"line {element.sourceline}"))

    def _count(self, name: str, element: etree._Element) -> None:
        if name == "annotation":
            self.is_annotating, self.held = True, 0
        elif self.is_annotating:
            self.held += 1
        else:
            self.kept += 1
        said = ""
        if self.depth > MAX_DEPTH:
            said = f"Elements are nested deeper than {MAX_DEPTH} levels."
        elif self.kept > MAX_ELEMENTS or self.held > MAX_IN_ONE:
            said = "The file has more elements than can be read."
        if said:
            raise FormatFault(said, f"line {element.sourceline}")

    def _is_alone(self, element: etree._Element) -> bool:
        """Whether a note is an annotation by itself: it stands in a list and says on what."""
        parent = element.getparent()
        is_listed = parent is not None and local(parent) in ("listAnnotation", "standOff")
        return bool(is_listed and element.get("target"))

    def _person(self, element: etree._Element) -> None:
        identity = element.get(XML_ID)
        name = next(_named(element, "persName", "name", "orgName"), None)
        if identity and name is not None:
            said = given_back("".join(name.itertext()))
            key = given_back(name.get("key") or "") or plain(said)
            self.people[identity] = Person(key, "" if said == key else said)

    def _annotation(self, element: etree._Element) -> None:
        if len(self.found) >= MAX_ANNOTATIONS:
            message = f"The file has more than {MAX_ANNOTATIONS:,} annotations."
            raise FormatFault(message, f"line {element.sourceline}")
        if local(element) == "annotation":
            self.is_annotating = False
        self.found.append(_found(element, self.lists[-1] if self.lists else ""))
        element.clear(keep_tail=True)


def _check_root(element: etree._Element) -> None:
    # Whatever the namespace is made of: etree.QName takes those alone that are addresses.
    namespace, _, name = str(element.tag).rpartition("}")
    if name not in ("TEI", "teiCorpus"):
        message = f"This is not a TEI file: its outermost element is <{name}>, not <TEI>."
        raise FormatFault(message, f"line {element.sourceline}")
    if namespace[1:] != NAMESPACE:
        message = (
            f"The outermost element is in the namespace {namespace[1:] or '(none)'}, "
            f"not in that of TEI P5, {NAMESPACE}."
        )
        raise FormatFault(message, f"line {element.sourceline}")


def _named(element: etree._Element, *names: str) -> Iterator[etree._Element]:
    return (child for child in element if local(child) in names)


def _found(element: etree._Element, about: str) -> Found:
    made = Found(element.sourceline or 0, element.get(XML_ID) or "", about)
    made.targets = (element.get("target") or "").split()
    made.chars = element.get("n") or ""
    made.motivation = (element.get("motivation") or "").split()
    made.resp = (element.get("resp") or "").partition(" ")[0].removeprefix("#")
    made.themes = [word[1:] for word in (element.get("ana") or "").split() if word[:1] == "#"]
    if local(element) == "note":
        made.notes.append(Said(words_of(element), element.get("type") or ""))
        return made
    for child in element:
        name = local(child)
        if name == "note":
            kind, subtype = child.get("type") or "", child.get("subtype") or ""
            made.notes.append(Said(words_of(child), kind, subtype))
        elif name == "ptr":
            made.themes += [w[1:] for w in (child.get("target") or "").split() if w[:1] == "#"]
        elif name == "ref" and child.get("type") == "theme":
            made.named.append((given_back(child.get("n") or ""), words_of(child)))
        elif name == "ref":
            made.notes.append(Said(f"<{child.get('target') or ''}> {words_of(child)}".strip()))
        elif name == "revisionDesc":
            _date(made, child)
        elif name == "respStmt" and not made.resp:
            made.resp = child.get(XML_ID) or ""
    made.themes = list(dict.fromkeys(made.themes))
    return made


def _date(made: Found, element: etree._Element) -> None:
    made.status = element.get("status") or ""
    for change in element.iter(f"{T}change"):
        when = change.get("when") or change.get("when-iso") or ""
        if change.get("status") in ("created", None, "") and not made.created:
            made.created = when
        elif when:
            made.modified = when
        if not made.resp:
            made.resp = (change.get("who") or "").removeprefix("#")


def words_of(element: etree._Element) -> str:
    """The words of a note: as they stand there where it says so, else a line each paragraph."""
    if element.get(XML_SPACE) == "preserve":
        return given_back("".join(element.itertext()))
    paragraphs = [plain("".join(p.itertext())) for p in element.iter(f"{T}p")]
    return given_back("\n\n".join(paragraphs) or plain("".join(element.itertext())))
