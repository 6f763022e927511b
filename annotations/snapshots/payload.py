"""A snapshot's ZIP file: what is in it, in which order, sealed as a bag."""

from __future__ import annotations

import json
from collections.abc import Iterator

from annotations.formats import Format
from annotations.formats.citations import forms
from annotations.formats.package import Package
from annotations.formats.values import DocumentValue
from annotations.formats.zipped import Entry, zipped
from annotations.snapshots import canonical, texts, words
from annotations.snapshots.bag import bag
from annotations.snapshots.citing import cff, cited
from annotations.snapshots.stated import Stated


class FormatBroke(Exception):
    """A format could not write the set; ``str()`` says which one."""


def zip_of(package: Package, stated: Stated) -> Iterator[bytes]:
    """The file in pieces; the same values give the same bytes."""
    info = {
        "Source-Organization": package.set.site,
        "Bagging-Date": stated.day,
        "External-Identifier": stated.address,
        "External-Description": f"{package.set.title}, snapshot {stated.number}",
        "Bag-Software-Agent": stated.software,
    }
    return zipped(bag(stated.name, _payload(package, stated), info), stated.made)


def _payload(package: Package, stated: Stated) -> Iterator[Entry]:
    documents: list[DocumentValue] = []
    for part in package.parts():
        if part.document not in documents[-1:]:
            documents.append(part.document)
        yield from texts.files(part)
    yield "codebook/codebook.json", [_codebook(package)]
    yield "snapshot.json", canonical.write(package, stated)
    for form in words.snapshot_formats().values():
        yield words.path_of(form, package.set.slug), _written(form, package)
    for cited_as in forms(cited(package, stated)):
        yield f"citations/citation.{cited_as.suffix}", [cited_as.text]
    yield "CITATION.cff", [cff(package, stated)]
    yield "LICENSE.txt", [words.licence(package)]
    yield "README.md", [words.readme(package, stated, documents)]


def _written(form: Format, package: Package) -> Iterator[str | bytes]:
    try:
        yield from form.write(package)
    except (ArithmeticError, LookupError, TypeError, ValueError) as error:
        raise FormatBroke(f"{form.LABEL} could not be written: {error}") from error


def _codebook(package: Package) -> str:
    book = package.codebook
    value = {
        "title": book.title,
        "description": book.description,
        "revision": book.revision,
        "themes": [canonical.theme(one) for one in book.themes],
    }
    return json.dumps(value, ensure_ascii=False, indent=1) + "\n"
