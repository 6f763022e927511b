"""What the tests of the TEI format share: parts of real and generated sources, an own reading of
pointers that knows nothing of the app, and the schema."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from functools import lru_cache
from pathlib import Path

import pytest
from lxml import etree

from annotations.formats import in_bytes, tei
from annotations.formats.package import Package
from annotations.formats.values import AnnotationValue, DocumentValue, EditionValue, PartValue
from archive.citations import Citation
from archive.importers.parsed import ParsedDocument
from archive.importers.tei import parse_tei
from archive.ingest.packing import digest_of
from archive.text import Text
from tests.annotations.values import AT, CODEBOOK, SET, SITE, annotation
from tests.archive.tei import FIXTURE

SHARED = Path(os.environ.get("APPARATUS_SHARED", Path(__file__).parents[3] / "shared"))
SCHEMA = SHARED / "schemas" / "tei" / "tei_all.rng"
REAL = [
    SHARED / "data" / "frus1981-88v03-excerpt.xml",
    *sorted((SHARED / "data" / "frus-history").glob("*.xml")),
]
needs_real = pytest.mark.skipif(not REAL[0].exists(), reason="the real material is not here")
T = "{http://www.tei-c.org/ns/1.0}"
XML_ID = "{http://www.w3.org/XML/1998/namespace}id"
_POINTER = re.compile(r"(?P<file>[^#\s]*)#string-range\((?P<id>[^,]+),(?P<at>\d+),(?P<n>\d+)\)")


def document(volume: str, slug: str, **changes: object) -> DocumentValue:
    value = DocumentValue(
        volume=volume,
        slug=slug,
        number="",
        title=f"Document {slug}",
        address=f"{SITE}/volumes/{volume}/{slug}/",
        public_address="",
        kind="historical-document",
        licence="Public domain",
        citation=Citation(f"{volume}-{slug}", f"Document {slug}", volume="A Volume"),
    )
    return replace(value, **changes)  # type: ignore[arg-type]


def part(
    text: Text,
    source: str = "",
    of: DocumentValue | None = None,
    annotations: Sequence[AnnotationValue] = (),
    *,
    form: str = "tei",
    number: int = 1,
    latest: bool = True,
) -> PartValue:
    """A part with annotations that are on it, whatever they say of their document."""
    of = of or document("frus1900v01", "d1")
    edition = EditionValue(number, digest_of(text), AT, latest)
    placed = [replace(one, document=of, edition=edition) for one in annotations]
    return PartValue(
        of, edition, text, source, form, f"{of.volume}.xml", len(placed), lambda: iter(placed)
    )


def of_document(
    volume: str, parsed: ParsedDocument, annotations: Sequence[AnnotationValue] = ()
) -> PartValue:
    of = document(
        volume,
        parsed.slug,
        number=parsed.number,
        title=parsed.heading,
        kind=parsed.kind,
        citation=Citation("k", parsed.heading, volume="A Volume", first_page=parsed.first_page),
    )
    return part(parsed.text, parsed.source, of, annotations)


def real(path: Path | str = FIXTURE) -> list[tuple[str, ParsedDocument]]:
    """The documents of a file with the slug of their volume."""
    made = parse_tei(Path(path).read_bytes(), Path(path).name)
    return [(made.volume.slug, one) for one in made.documents]


def d169() -> tuple[str, ParsedDocument]:
    """The document that the project was asked for."""
    return next(one for one in real() if one[1].slug == "d169")


def on(text: Text, ranges: Iterable[tuple[int, int]], first: int = 1) -> list[AnnotationValue]:
    """Annotations of these ranges of a text, in the order of the text."""
    ordered = sorted(ranges, key=lambda one: (one[0], -one[1]))
    return [
        annotation(number, start=start, end=end, quote=text.quote(start, end))
        for number, (start, end) in enumerate(ordered, first)
    ]


def holding(*parts: PartValue, **changes: object) -> Package:
    """A package with these parts, in their order."""

    def annotations() -> Iterator[AnnotationValue]:
        return (one for each in parts for one in each.annotations())

    value = Package(SET, CODEBOOK, AT, annotations, lambda: iter(parts))
    return replace(value, **changes)  # type: ignore[arg-type]


def written(package: Package) -> bytes:
    return b"".join(in_bytes(tei.write(package)))


def letters(words: str) -> str:
    """Without the white space that XML knows."""
    return re.sub(r"[ \t\r\n]", "", words)


@lru_cache(maxsize=64)
def _stream(root: etree._Element, identity: str) -> str:
    (element,) = root.xpath("//*[@xml:id = $id]", id=identity)
    return "".join(element.xpath(".//text()"))


def resolved(target: str, root: etree._Element) -> list[str]:
    """What each pointer of a target has in a file, as the TEI Guidelines define string-range."""
    found = []
    for pointer in target.split():
        match = _POINTER.fullmatch(pointer)
        assert match, pointer
        start = int(match["at"])
        found.append(_stream(root, match["id"])[start : start + int(match["n"])])
    return found


def annotations_in(root: etree._Element) -> list[etree._Element]:
    """All that are no replies."""
    return [e for e in root.iter(f"{T}annotation") if e.get("motivation") != "replying"]


def faults(*files: bytes, folder: Path) -> str:
    """What jing says of these files against tei_all; without it the test is skipped, or, in CI,
    fails."""
    if not SCHEMA.exists():
        pytest.skip("the schema of TEI is not here")
    if not shutil.which("jing"):
        if os.environ.get("CI"):
            pytest.fail("jing is missing: .ci/run installs it")
        pytest.skip("jing is not installed (Debian's package jing)")
    paths = []
    for number, data in enumerate(files):
        paths.append(folder / f"{number}.xml")
        paths[-1].write_bytes(data)
    command = ["jing", str(SCHEMA), *map(str, paths)]
    return subprocess.run(command, capture_output=True, text=True, check=False).stdout
