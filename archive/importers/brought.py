"""A document that someone brings, whatever it is written in: plain text, HTML or DOCX."""

from __future__ import annotations

import re

from archive.importers.docx import parse_docx
from archive.importers.faults import ImportFault
from archive.importers.html import parse_html
from archive.importers.parsed import Parsed
from archive.importers.particulars import Given
from archive.importers.plain import parse_text

SUFFIXES = {".txt": "text", ".text": "text", ".html": "html", ".htm": "html", ".xhtml": "html"}
_ZIP, _OLE, _PDF = b"PK\x03\x04", b"\xd0\xcf\x11\xe0", b"%PDF-"
# Possessive: what was taken is never tried in another way, which would take for ever.
_HTML = re.compile(
    rb"\s*+(?:<!--(?:(?!-->).)*+-->\s*+|<\?xml[^>]*+>\s*+)*+<(?:!doctype\s+html|html|head|body)\b",
    re.I | re.S,
)
_RTF = b"{\\rtf"
_NONE_GIVEN = Given()


def parse_brought(
    data: bytes,
    path: str,
    *,
    volume: str,
    number: str,
    max_bytes: int,
    given: Given = _NONE_GIVEN,
) -> Parsed:
    """The document ``d`` + ``number`` of ``volume``; ``path`` names the file in messages.

    Raises ImportFault, one clear line, for everything that is none of the three, or is damaged.
    """
    form = form_of(data, path)
    if form == "docx":
        return parse_docx(
            data, path, volume=volume, number=number, max_bytes=max_bytes, given=given
        )
    parse = parse_html if form == "html" else parse_text
    return parse(data, path, volume=volume, number=number, given=given)


def form_of(data: bytes, path: str) -> str:
    """``text``, ``html`` or ``docx``: by what the file holds, then by its name's suffix."""
    if data.startswith((_ZIP, _OLE)):
        return "docx"
    name = path.lower()
    if data.startswith((_PDF, _RTF)) or name.endswith((".pdf", ".rtf", ".odt", ".doc")):
        message = "The file is no text that can be read here: bring .txt, .html or .docx."
        raise ImportFault(message, path)
    if name.endswith(".docx"):
        raise ImportFault("The file is damaged, or no Word document (.docx).", path)
    if not data.strip():
        raise ImportFault("The file is empty.", path)
    if data.lstrip()[:5] == b"<?xml" and not _HTML.match(data[:4096]):
        message = "The file is XML, and no HTML: TEI is brought in by import_tei."
        raise ImportFault(message, path)
    suffix = next((form for end, form in SUFFIXES.items() if name.endswith(end)), "")
    if suffix != "text" and _HTML.match(data[:4096].removeprefix(b"\xef\xbb\xbf")):
        return "html"
    return suffix or "text"
