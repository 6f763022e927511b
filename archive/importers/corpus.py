"""A ``teiCorpus`` in its volumes: each ``TEI`` of it is a file like any other."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from lxml import etree

from archive.importers.faults import ImportFault
from archive.importers.teihead import slug_from
from archive.importers.vocabulary import local
from archive.importers.xml import XML_ID, Source

# Before ids that stood in the file already, and in pointers to them.
TOLD_APART = re.compile(r"(?<![^\s#])_\.[0-9]+\.")
_OPTIONS: dict[str, Any] = {
    "resolve_entities": False,
    "no_network": True,
    "load_dtd": False,
    "huge_tree": False,
}


def is_corpus(path: Path) -> bool:
    """Whether a file is a ``teiCorpus``; one that is no XML, or not there, is none."""
    try:
        with path.open("rb") as file:
            _, root = next(etree.iterparse(file, events=("start",), **_OPTIONS))
            return local(root) == "teiCorpus"
    except (etree.XMLSyntaxError, StopIteration, OSError, ValueError):
        return False


def volumes_of(path: Path, name: str, folder: Path, max_bytes: int) -> Iterator[Path]:
    """Each ``TEI`` of a corpus as a file of its own in ``folder``, named after its id or number.

    One volume is in memory at a time. Raises ImportFault where the file is not well-formed, is
    unsafe, or has more than ``max_bytes``.
    """
    Source.of_file(path, name, max_bytes)
    count = 0
    try:
        with path.open("rb") as file:
            for _, element in etree.iterparse(file, events=("end",), tag="{*}TEI", **_OPTIONS):
                parent = element.getparent()
                if parent is None or local(parent) != "teiCorpus":
                    continue
                count += 1
                identity = element.get(XML_ID) or f"{path.stem}-{count}"
                _without_signs(element)
                made = folder / f"{count:04}" / f"{slug_from(identity)}.xml"
                made.parent.mkdir()
                etree.ElementTree(element).write(made, encoding="utf-8", xml_declaration=True)
                element.clear(keep_tail=True)
                yield made
    except etree.XMLSyntaxError as error:
        message = f"The XML is not well-formed: {error.msg}."
        raise ImportFault(message, name, error.lineno) from error
    if not count:
        raise ImportFault("The corpus holds no volume.", name)


def _without_signs(volume: etree._Element) -> None:
    """Gives ids their own names again, which had a sign before them to be told apart from those of
    other volumes."""
    for element in volume.iter(etree.Element):
        for key, value in element.attrib.items():
            if TOLD_APART.search(value):
                element.set(key, TOLD_APART.sub("", value))
