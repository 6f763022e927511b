"""A DOCX file opened safely: which of its parts are XML, each looked at before anyone reads it.

A DOCX is a zip from a stranger. It is bounded in its number of parts, in what they unpack to, and
in how deep its XML nests; a part that declares a DOCTYPE is refused; what is no XML (images,
fonts, embedded files) is not unpacked at all.
"""

from __future__ import annotations

import struct
import zlib
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from io import BytesIO
from xml.parsers import expat
from zipfile import ZIP_DEFLATED, ZIP_STORED, BadZipFile, ZipFile, ZipInfo

from archive.importers.faults import ImportFault

MAX_PARTS = 5000
# Word's XML is packed to a tenth or a thirtieth of its size; a bomb to a thousandth.
MAX_RATIO = 300
_FREE_OF_RATIO = 1024 * 1024
MAX_DEPTH = 120
# A book has a third of it. Each costs a tenth of a millisecond and a kilobyte, and a field that is
# open costs that for each that follows.
MAX_ELEMENTS, MAX_FIELD_MARKS = 250_000, 20_000
_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_MAIN = "application/vnd.openxmlformats-officedocument.wordprocessingml."
_ENCRYPTED = "EncryptedPackage".encode("utf-16-le")
# All that reading a damaged zip is known to raise.
_DAMAGED = (
    *(BadZipFile, LookupError, NotImplementedError, OSError, EOFError, RuntimeError, ValueError),
    *(struct.error, zlib.error),
)
_LEAVE_AS_DOCX = "save it as .docx and try again."


@dataclass(frozen=True, slots=True)
class Package:
    """The XML parts of a DOCX by name, and how often each element stands in them (no prefixes)."""

    parts: dict[str, bytes]
    elements: Counter[str] = field(default_factory=Counter)

    def packed(self) -> BytesIO:
        """A zip of these parts and nothing else."""
        file = BytesIO()
        with ZipFile(file, "w", ZIP_STORED) as archive:
            for name, data in self.parts.items():
                archive.writestr(name, data)
        file.seek(0)
        return file


def open_package(data: bytes, path: str, max_bytes: int) -> Package:
    """The parts of a DOCX; raises ImportFault for what is none, or is not safe to read.

    ``max_bytes`` bounds what all parts together unpack to.
    """
    if data.startswith(_OLE):
        if _ENCRYPTED in data:
            message = "The file is protected by a password; save it without one and try again."
        else:
            message = f"The file is in Word's old format (.doc); {_LEAVE_AS_DOCX}"
        raise ImportFault(message, path)
    try:
        with ZipFile(BytesIO(data)) as archive:
            parts = dict(_parts(archive, path, max_bytes))
    except _DAMAGED as error:
        raise ImportFault("The file is damaged, or no Word document (.docx).", path) from error
    types = parts.get("[Content_Types].xml", b"")
    if _MAIN.encode() not in types:
        message = "The file is a zip archive, but no Word document (.docx)."
        raise ImportFault(message, path)
    elements: Counter[str] = Counter()
    for name, part in parts.items():
        elements.update(_checked(part, name, path))
        if elements.total() > MAX_ELEMENTS or elements["fldChar"] > MAX_FIELD_MARKS:
            raise ImportFault("The document is too long to be read: bring it in parts.", path)
    return Package(parts, elements)


def _parts(archive: ZipFile, path: str, max_bytes: int) -> Iterator[tuple[str, bytes]]:
    entries = archive.infolist()
    if len(entries) > MAX_PARTS:
        message = f"The file holds {len(entries):,} parts, more than the limit of {MAX_PARTS:,}."
        raise ImportFault(message, path)
    if sum(entry.file_size for entry in entries) > max_bytes:
        message = f"The file unpacks to more than the limit of {max_bytes:,} bytes."
        raise ImportFault(message, path)
    if len({entry.filename for entry in entries}) < len(entries):
        raise ImportFault("The file is damaged: it holds two parts of one name.", path)
    for entry in entries:
        _check_entry(entry, path)
        if entry.filename.lower().endswith((".xml", ".rels")):
            yield entry.filename, archive.read(entry)


def _check_entry(entry: ZipInfo, path: str) -> None:
    if entry.flag_bits & 1:
        message = "The file is protected by a password; save it without one and try again."
        raise ImportFault(message, path)
    if entry.compress_type not in (ZIP_STORED, ZIP_DEFLATED):
        raise ImportFault("The file is packed in a way that Word does not use.", path)
    is_large = entry.file_size > _FREE_OF_RATIO
    if is_large and entry.file_size > MAX_RATIO * max(entry.compress_size, 1):
        message = f"The part {entry.filename} of the file unpacks to too much to be a text."
        raise ImportFault(message, path)


def _checked(part: bytes, name: str, path: str) -> Counter[str]:
    """How often each element stands in a part; raises ImportFault where it is not safe."""
    parser = expat.ParserCreate(namespace_separator=" ")
    parser.SetParamEntityParsing(expat.XML_PARAM_ENTITY_PARSING_NEVER)
    found: Counter[str] = Counter()
    depth = 0

    def on_doctype(*_: object) -> None:
        message = f"The part {name} of the file has a DOCTYPE, which is refused for safety."
        raise ImportFault(message, path)

    def on_start(tag: str, _: object) -> None:
        nonlocal depth
        depth += 1
        if depth > MAX_DEPTH:
            message = f"The part {name} of the file nests deeper than {MAX_DEPTH} levels."
            raise ImportFault(message, path)
        found[tag.rpartition(" ")[2]] += 1

    def on_end(_: str) -> None:
        nonlocal depth
        depth -= 1

    parser.StartDoctypeDeclHandler = on_doctype
    parser.StartElementHandler = on_start
    parser.EndElementHandler = on_end
    try:
        parser.Parse(part, True)
    except (expat.ExpatError, LookupError, ValueError) as error:
        message = f"The part {name} of the file is not well-formed XML: {error}."
        raise ImportFault(message, path) from error
    return found
