"""JSON Lines for language tools: a document a line, its text with labelled ranges.

The shape is that of doccano: ``text``, ``label`` with a list ``[start, end, slug]`` for each theme
of each annotation, in the order of the text, and ``meta``. Offsets are code points of the text.
``meta.themes`` says how many labels each annotation has, one after the other.
"""

from __future__ import annotations

import json
from array import array
from collections.abc import Iterator
from functools import lru_cache
from typing import BinaryIO

from annotations.formats import jsonl_read
from annotations.formats.brought import Brought
from annotations.formats.features import Feature
from annotations.formats.package import Package
from annotations.formats.values import PartValue

NAME = "jsonl"
LABEL = "JSON Lines for language tools"
KIND = "data"
CARRIES = (
    "One line a document, for doccano, spaCy, Prodigy and scripts: its text, and each theme of "
    "each passage as a labelled range of it."
)
CONTENT_TYPE = "application/jsonl"
SUFFIX = ".jsonl"
LOSES = frozenset(Feature) - {
    Feature.THEMES,
    Feature.OVERLAPS,
    Feature.PARTED,
    Feature.EARLIER,
    Feature.TEXTS,
}
READS = (
    "Our own files, and those of doccano, spaCy and Prodigy with a document a line: a text with "
    "labelled ranges."
)


def write(package: Package, /) -> Iterator[str]:
    """A line for each edition of a document, also of those without a label."""
    for part in package.parts():
        yield from _line(package, part)


def read(file: BinaryIO, /) -> Brought:
    """The labelled ranges of a file. Raises FormatFault, with the line."""
    return jsonl_read.read(file)


def _line(package: Package, part: PartValue) -> Iterator[str]:
    yield f'{{"text": {_dump(part.text.text)}, "label": ['
    each, sign = array("H"), ""
    for start, end, themes in part.marks():
        if themes:
            yield sign + ", ".join([f"[{start}, {end}, {_dumped(slug)}]" for slug in themes])
            each.append(len(themes))
            sign = ", "
    yield f'], "meta": {_dump(_meta(package, part))[:-1]}, "themes": ['
    for at in range(0, len(each), 1000):
        yield ", " * bool(at) + ", ".join(map(str, each[at : at + 1000]))
    yield "]}}\n"


def _meta(package: Package, part: PartValue) -> dict[str, object]:
    document, edition = part.document, part.edition
    return {
        "document": f"{document.volume}/{document.slug}",
        "title": document.title,
        "source": document.public_address or document.address,
        "edition": edition.number,
        "digest": edition.digest,
        "set": package.set.slug,
        "site": package.set.site,
    }


def _dump(value: object) -> str:
    return json.dumps(value, ensure_ascii=False)


_dumped = lru_cache(4096)(_dump)
