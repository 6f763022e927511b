"""``snapshot.json``: all of a snapshot as plain JSON, one thing a line and sorted, so that two of
them can be compared without reading either into memory."""

from __future__ import annotations

import heapq
import json
from collections.abc import Iterable, Iterator
from itertools import islice
from tempfile import TemporaryFile
from typing import IO, Any

from annotations.formats.package import Package
from annotations.formats.times import iso
from annotations.formats.values import (
    AnnotationValue,
    PartValue,
    PersonValue,
    ReplyValue,
    ThemeValue,
)
from annotations.snapshots.stated import Stated

VERSION = 1
FORMAT = "apparatus-snapshot"
# So many are sorted at once; as many files are open as runs come of it.
RUN = 2_000
LISTS = ("people", "themes", "editions", "annotations")


def dump(value: Any) -> str:
    """One line of JSON, its keys in the order that they were given in."""
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"))


def write(package: Package, stated: Stated) -> Iterator[str]:
    """The file: valid JSON, of which each list has one item a line."""
    yield f'{{"format":"{FORMAT}","version":{VERSION},\n'
    yield f'"snapshot":{dump(_snapshot(stated))},\n'
    yield f'"set":{dump(_set(package))},\n'
    yield f'"codebook":{dump(_codebook(package))},\n'
    lists: dict[str, Iterable[str]] = {
        "people": (dump(_person(one)) for one in package.people()),
        "themes": _sorted(dump(theme(one)) for one in package.codebook.themes),
        "editions": _sorted(dump(edition(part)) for part in package.parts()),
        "annotations": _sorted(dump(annotation(one)) for one in package.annotations()),
    }
    for name in LISTS:
        yield f'"{name}":[\n'
        before = ""
        for line in lists[name]:
            yield f"{before}{line}"
            before = ",\n"
        yield "\n],\n" if name != LISTS[-1] else "\n]}\n"


def _snapshot(stated: Stated) -> dict[str, Any]:
    return {
        "id": stated.uuid,
        "address": stated.address,
        "number": stated.number,
        "made": iso(stated.made),
        "note": stated.note,
        "pseudonymised": stated.pseudonymised,
    }


def _set(package: Package) -> dict[str, Any]:
    one = package.set
    return {
        "slug": one.slug,
        "title": one.title,
        "description": one.description,
        "address": one.address,
        "rights": one.rights,
        "owner": one.owner.username,
    }


def _codebook(package: Package) -> dict[str, Any]:
    book = package.codebook
    return {"title": book.title, "description": book.description, "revision": book.revision}


def _person(one: PersonValue) -> dict[str, str]:
    return {"username": one.username, "name": one.name}


def theme(one: ThemeValue) -> dict[str, Any]:
    """A theme; ``id`` is its slug."""
    return {
        "id": one.slug,
        "name": one.name,
        "definition": one.definition,
        "use_when": one.use_when,
        "not_when": one.not_when,
        "example": one.example,
        "colour": one.colour,
        "line": one.line,
        "parent": one.parent,
        "retired": one.retired,
        "merged_into": one.merged_into,
    }


def edition(part: PartValue) -> dict[str, Any]:
    """An edition; ``digest`` is of its text, blocks, spans and notes together."""
    document = part.document
    return {
        "id": f"{document.volume}/{document.slug}/{part.edition.number:06}",
        "title": document.title,
        "number": document.number,
        "digest": part.edition.digest,
        "imported": iso(part.edition.imported),
        "latest": part.edition.latest,
        "length": len(part.text.text),
    }


def annotation(one: AnnotationValue) -> dict[str, Any]:
    """An annotation with its replies."""
    return {
        "id": one.id,
        "document": f"{one.document.volume}/{one.document.slug}",
        "edition": one.edition.number,
        "start": one.start,
        "end": one.end,
        "quote": one.quote,
        "prefix": one.prefix,
        "suffix": one.suffix,
        "themes": [theme.slug for theme in one.themes],
        "note": one.note,
        "author": one.author.username,
        "created": iso(one.created),
        "modified": iso(one.modified),
        "question": one.question,
        "anchor": one.anchor,
        "replies": [_reply(reply) for reply in one.replies],
    }


def _reply(one: ReplyValue) -> dict[str, Any]:
    return {
        "id": one.id,
        "author": one.author.username,
        "note": one.note,
        "created": iso(one.created),
        "modified": iso(one.modified),
    }


def _sorted(lines: Iterable[str]) -> Iterator[str]:
    """The lines by their ids, with which they begin; long lists are sorted on the disk."""
    lines = iter(lines)
    runs: list[Iterator[str]] = []
    while run := sorted(islice(lines, RUN), key=id_of):
        if len(run) < RUN and not runs:
            yield from run
            return
        runs.append(_kept(run))
    yield from heapq.merge(*runs, key=id_of)


def _kept(run: list[str]) -> Iterator[str]:
    file = TemporaryFile("w+", encoding="utf-8", newline="\n")  # noqa: SIM115 - read and closed below
    file.writelines(f"{line}\n" for line in run)
    file.seek(0)
    return _lines(file)


def _lines(file: IO[str]) -> Iterator[str]:
    with file:
        for line in file:
            yield line.rstrip("\n")


_BEFORE = len('{"id":"')


def id_of(line: str) -> str:
    """What a line is about, without reading all of it: ids have no quotation mark in them."""
    return line[_BEFORE : line.index('"', _BEFORE)]
