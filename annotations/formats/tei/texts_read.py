"""The texts of a TEI file: what the importer makes of them, and what the file calls them."""

from __future__ import annotations

from collections.abc import Iterator
from copy import deepcopy
from dataclasses import dataclass

from lxml import etree

from annotations.formats.brought import BroughtText, Doubt
from annotations.formats.tei.found import File, T
from annotations.formats.tei.places import Places
from archive.importers.faults import ImportFault
from archive.importers.tei import parse_tei
from archive.importers.tracing import trace
from archive.importers.vocabulary import local
from archive.importers.xml import XML_ID


@dataclass(frozen=True, slots=True)
class Read:
    """A text of the file: ``key`` names it there, ``names`` in the world. ``prefix`` is set before
    ids that a pointer into the publisher's file has without it."""

    key: str
    places: Places
    names: tuple[str, ...] = ()
    digest: str = ""
    prefix: str = ""

    @property
    def text(self) -> str:
        return self.places.trace.text.text


@dataclass(frozen=True, slots=True)
class _Bibl:
    names: tuple[str, ...]
    digest: str
    prefix: str


class Texts:
    """The texts by their keys, to be asked for what a pointer leads to."""

    def __init__(self, file: File) -> None:
        self._file = file
        self._listed = dict(_bibls(file.root))
        self.all: dict[str, Read] = {}
        for read in self._reads():
            self.all.setdefault(read.key, read)
        self._by_id: dict[str, Read] = {}
        for read in self.all.values():
            for one in read.places.trace.ids:
                self._by_id.setdefault(one.id, read)

    def of(self, about: str) -> Read | None:
        """The text that a list of annotations names: the element with that id."""
        return self.all.get(about.removeprefix("#"))

    def with_id(self, identity: str) -> Read | None:
        """The first text with an element of this id."""
        return self._by_id.get(identity)

    def brought(self) -> dict[str, BroughtText]:
        return {key: BroughtText(one.text, one.names) for key, one in self.all.items()}

    def _reads(self) -> Iterator[Read]:
        root = self._file.root
        for volume in [root] if local(root) == "TEI" else list(root.iter(f"{T}TEI")):
            yield from self._volume(volume)
        for note in root.iter(f"{T}note"):
            if note.get("type") == "edition":
                yield from self._earlier(note)

    def _volume(self, tei: etree._Element) -> Iterator[Read]:
        """What an import of this ``TEI`` would take; none where it would take nothing."""
        data = etree.tostring(_without_annotations(tei), encoding="utf-8", with_tail=False)
        try:
            made = parse_tei(data, "file.xml", max_bytes=len(data))
            documents = list(made.documents)
        except ImportFault as fault:
            if tei.find(f"{T}text") is not None:
                self._file.lost.append(Doubt(fault.message, f"line {tei.sourceline}"))
            return
        for document in documents:
            yield self._read(document.source, document.slug, made.volume.slug)

    def _earlier(self, note: etree._Element) -> Iterator[Read]:
        for body in note.iter(f"{T}body"):
            for element in body.iterchildren(f"{T}div"):
                source = etree.tostring(element, encoding="unicode", with_tail=False)
                yield self._read(source, element.get(XML_ID) or "", "")

    def _read(self, source: str, slug: str, volume: str) -> Read:
        traced = trace(source, slug)
        first = traced.ids[0] if traced.ids else None
        key = first.id if first and not first.start else f"{volume}/{slug}"
        bibl = self._listed.get(key)
        if bibl is None:
            names = (f"{volume}/{slug}",) if volume else ()
            return Read(key, Places(traced), names)
        return Read(key, Places(traced), bibl.names, bibl.digest, bibl.prefix)


def _without_annotations(tei: etree._Element) -> etree._Element:
    """A copy of a ``TEI`` without what stands off its text."""
    copied = deepcopy(tei)
    for child in copied.findall(f"{T}standOff"):
        copied.remove(child)
    return copied


def _bibls(root: etree._Element) -> Iterator[tuple[str, _Bibl]]:
    """What the header says of each text, by the id of its element."""
    for bibl in root.iter(f"{T}bibl"):
        target = bibl.get("corresp") or ""
        said: dict[str, str] = {}
        for idno in bibl.iterchildren(f"{T}idno"):
            said.setdefault(idno.get("type") or "", idno.text or "")
        if target.startswith("#") and "document" in said:
            names = (said.get("publisher"), said.get("URI"), said["document"])
            yield (
                target[1:],
                _Bibl(
                    tuple(name for name in names if name),
                    said.get("sha256", ""),
                    said.get("prefix", ""),
                ),
            )
