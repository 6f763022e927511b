"""A Word document to plain values: mammoth makes HTML of it, and that is read as any other."""

from __future__ import annotations

import re
from typing import Any

import mammoth
from lxml import etree

from archive.importers.faults import ImportFault, Notices
from archive.importers.html import read_html
from archive.importers.package import Package, open_package
from archive.importers.parsed import Parsed
from archive.importers.particulars import Found, Given, parsed_of
from archive.importers.vocabulary import plain

# Beside mammoth's own: what it would leave out, and the names of styles in Word and LibreOffice.
_STYLES = """
u => u
small-caps => span.small-caps
p[style-name='Title'] => h1:fresh
p[style-name='Subtitle'] => p:fresh
p[style-name='Quote'] => blockquote > p:fresh
p[style-name='Intense Quote'] => blockquote > p:fresh
p[style-name='Quotations'] => blockquote > p:fresh
p[style-name='Block Text'] => blockquote > p:fresh
p[style-name='caption'] => p:fresh
r[style-name='Emphasis'] => em
"""
_STYLE_MESSAGE = re.compile(r"Unrecognised (paragraph|run) style: (.*) \(Style ID: .*\)$", re.S)
_MISSING_STYLE = re.compile(r"\w+ style with ID (.*) was referenced but not defined", re.S)
_ELEMENT_MESSAGE = re.compile(r"An unrecognised element was ignored: (?:\{.*\})?(.*)$", re.S)
_DUBLIN = "{http://purl.org/dc/elements/1.1/}"
_TERMS = "{http://purl.org/dc/terms/}"
# What Word holds and no text is made of, by the elements that show it.
_LEFT_OUT = {
    "commentReference": "A comment in the margin is no text of the document: it is left out.",
    "delText": "What tracked changes have deleted is left out.",
    "headerReference": "The text of page headers is left out.",
    "footerReference": "The text of page footers is left out.",
    "oMath": "A formula is left out.",
    "object": "An embedded object is left out.",
}
_NONE_GIVEN = Given()


def parse_docx(
    data: bytes,
    path: str,
    *,
    volume: str,
    number: str,
    max_bytes: int,
    given: Given = _NONE_GIVEN,
) -> Parsed:
    """The document ``d`` + ``number`` of ``volume``; ``path`` names the file in messages.

    Raises ImportFault for what is no Word document, is damaged or protected, holds no text, or
    unpacks to more than ``max_bytes``.
    """
    notices = Notices()
    package = open_package(data, path, max_bytes)
    source = _html(package, path, notices)
    for element, message in _LEFT_OUT.items():
        if package.elements[element]:
            notices.add(message)
    of_html = Notices()
    read = read_html(source, path, f"d{number}", of_html)
    for notice in of_html.all():
        # Its lines are those of the HTML in between, which nobody has seen.
        for _ in range(notice.count):
            notices.add(notice.message)
    title, creator = _properties(package, notices)
    found = Found(read.text, source, title, creator)
    return parsed_of("docx", path, found, given, notices, volume=volume, number=number)


def _html(package: Package, path: str, notices: Notices) -> str:
    def left_out(_: object) -> list[Any]:
        notices.add("An image is left out.")
        return []

    try:
        result = mammoth.convert_to_html(
            package.packed(),
            style_map=_STYLES,
            convert_image=left_out,
            include_embedded_style_map=False,
            external_file_access=False,
        )
    except RecursionError as error:
        raise ImportFault("The document nests too deep to be read.", path) from error
    except Exception as error:
        # Whatever a library raises on a stranger's file is a fault of that file.
        raise ImportFault("The file is damaged, or no Word document (.docx).", path) from error
    for message in result.messages:
        if said := _said(message.message):
            notices.add(said)
    # Neither a database nor HTML knows NUL; XML does not either, but for what it is made to.
    return str(result.value).replace("\0", "")


def _said(message: str) -> str:
    """A message of mammoth in the words of a notice."""
    line = plain(message)
    if found := _STYLE_MESSAGE.match(line):
        what = "running text" if found[1] == "paragraph" else "plain text"
        return f"The style “{found[2]}” is not known: its text is read as {what}."
    if found := _MISSING_STYLE.match(line):
        return f"The style “{found[1]}” is used and not defined: its text is read as plain text."
    if found := _ELEMENT_MESSAGE.match(line):
        return f"The element <{found[1]}> of Word is not known: it is left out."
    return line


def _properties(package: Package, notices: Notices) -> tuple[str, str]:
    """Title and creator as the file has them; when it was made is said, and no document's date."""
    part = package.parts.get("docProps/core.xml")
    if not part:
        return "", ""
    parser = etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False)
    root = etree.fromstring(part, parser)
    made = plain(root.findtext(f"{_TERMS}created"))[:10]
    if made:
        notices.add(f"The file was made on {made}; that is not taken for the document's date.")
    title = plain(root.findtext(f"{_DUBLIN}title"))[:1000]
    return title, plain(root.findtext(f"{_DUBLIN}creator"))[:200]
