"""TEI P5: the documents' own TEI, and the annotations beside it in a ``standOff``.

A set of one volume is one ``TEI``, whose ``text`` holds the elements of its documents as they are
in the volume; one of several volumes is a ``teiCorpus`` with a ``TEI`` for each. An earlier edition
of a text that annotations are on stands in the ``standOff``, beside these, so that an import of
the file takes the latest alone. Each text is read three times, so that memory does not grow with
texts or annotations: for the header, for the text, for the annotations.
"""

from __future__ import annotations

from collections.abc import Iterator

from annotations.formats.features import Feature
from annotations.formats.package import Package
from annotations.formats.tei.reading import read as read
from annotations.formats.tei.writing import Writing

NAME = "tei"
LABEL = "TEI P5 with stand-off annotations"
KIND = "data"
CARRIES = (
    "The standard of editions: the documents as TEI, the codebook as a taxonomy, and every "
    "annotation with pointers to its words in the publisher's own file, themes, note, author, "
    "times and replies."
)
CONTENT_TYPE = "application/tei+xml"
SUFFIX = ".xml"
READS = (
    "Our own TEI export, and TEI with a standOff whose annotations point into the text of the same "
    "file, by string-range or by xml:id, with their taxonomies, notes, people and dates."
)
LOSES: frozenset[Feature] = frozenset()


def write(package: Package, /) -> Iterator[str]:
    """The set as pieces of one XML file."""
    return Writing(package).pieces()
