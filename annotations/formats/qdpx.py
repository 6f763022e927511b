"""REFI-QDA project (``.qdpx``): texts, people, codebook, passages and notes in one archive."""

from __future__ import annotations

from collections.abc import Iterator
from typing import BinaryIO

from annotations.formats import qdpx_read, refi_project
from annotations.formats.brought import Brought
from annotations.formats.features import Feature
from annotations.formats.package import Package
from annotations.formats.zipped import Entry, zipped

NAME = "qdpx"
LABEL = "REFI-QDA project"
KIND = "data"
CARRIES = (
    "The whole set as a project for ATLAS.ti, MAXQDA, NVivo, QualCoder and other tools for "
    "qualitative analysis: the texts, people, themes, annotations and replies."
)
READS = "A project (.qdpx) of any tool that writes the REFI-QDA standard: what is on its texts."
CONTENT_TYPE = "application/zip"
SUFFIX = ".qdpx"
LOSES = frozenset({Feature.MARKUP, Feature.APPARATUS})


def write(package: Package, /) -> Iterator[bytes]:
    """The archive as pieces: the project first, then each text. Nothing of it is kept."""
    yield from zipped(_entries(package), package.made)


def _entries(package: Package) -> Iterator[Entry]:
    yield "project.qde", refi_project.written(package)
    for part in package.parts():
        yield f"sources/{refi_project.source_guid(part)}.txt", (part.text.text,)


def read(file: BinaryIO, /) -> Brought:
    """What a project holds. Raises FormatFault, with the place, when it cannot be read."""
    return qdpx_read.read(file)
