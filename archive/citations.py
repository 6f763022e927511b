"""A document as scholars cite it: Chicago, BibTeX, RIS. All functions give plain text.

CSL-JSON is in archive/csl.py; a set is cited by annotations/formats/citations.py. They share what
keeps a value inside its field: ``one_line``, ``latex``, ``bare_url``.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Protocol

_LATEX = {
    "\\": r"\textbackslash{}",
    "{": r"\{",
    "}": r"\}",
    "$": r"\$",
    "&": r"\&",
    "#": r"\#",
    "%": r"\%",
    "_": r"\_",
    "^": r"\textasciicircum{}",
    "~": r"\textasciitilde{}",
}
_SUFFIX = re.compile(r"^(Jr|Sr|II|III|IV)\.?$")


class CitedVolume(Protocol):
    """What a citation asks of a volume; the model has it."""

    slug: str
    title: str
    editors: list[str]
    publisher: str
    place: str
    year: str
    source: str


class CitedDocument(Protocol):
    """What a citation asks of a document."""

    slug: str
    number: str
    date_text: str
    first_page: str
    last_page: str

    @property
    def volume(self) -> CitedVolume: ...
    @property
    def title(self) -> str: ...
    @property
    def public_url(self) -> str: ...


@dataclass(frozen=True, slots=True)
class Citation:
    """What a citation says. ``key`` names it in a bibliography; all else may be empty."""

    key: str
    title: str
    number: str = ""
    date: str = ""
    volume: str = ""
    editors: tuple[str, ...] = ()
    publisher: str = ""
    place: str = ""
    year: str = ""
    first_page: str = ""
    last_page: str = ""
    source: str = ""
    url: str = ""


def citation_of(document: CitedDocument) -> Citation:
    """The particulars of a document (with its volume)."""
    volume = document.volume
    # A document that someone brought alone is no part of anything.
    is_alone = volume.title == document.title
    return Citation(
        key=f"{volume.slug}-{document.slug}",
        title=document.title,
        number="" if is_alone else document.number,
        date=document.date_text,
        volume="" if is_alone else volume.title,
        editors=tuple(volume.editors),
        publisher=volume.publisher,
        place=volume.place,
        year=volume.year,
        first_page=document.first_page,
        last_page=document.last_page,
        source=volume.source,
        url=document.public_url,
    )


def chicago(citation: Citation) -> str:
    """One sentence in the form of a note of the Chicago Manual of Style."""
    imprint = ": ".join(p for p in (citation.place, citation.publisher) if p)
    imprint = ", ".join(p for p in (imprint, citation.year) if p)
    volume = f"in {citation.volume}" if citation.volume else ""
    if citation.editors:
        volume += f", ed. {in_words(citation.editors)}"
    if imprint:
        volume += f" ({imprint})"
    number = f"Document {citation.number}" if citation.number else ""
    parts = (citation.date, volume.strip(" ,"), number, citation.source, citation.url)
    rest = ", ".join(part for part in parts if part)
    if not rest:
        return one_line(f"“{citation.title}.”")
    closing = "" if citation.title[-1:] in ("?", "!") else ","
    return one_line(f"“{citation.title}{closing}” {rest}").rstrip(",.") + "."


def bibtex(citation: Citation) -> str:
    """An entry in UTF-8 with a line feed at its end: ``@misc`` for what is in no volume."""
    pages = [citation.first_page, citation.last_page] if citation.first_page else []
    number = f"Document {citation.number}" if citation.number else ""
    fields = {
        "title": f"{{{latex(citation.title)}}}",
        "booktitle": f"{{{latex(citation.volume)}}}" if citation.volume else "",
        "editor": " and ".join(latex_name(name) for name in citation.editors),
        "publisher": f"{{{latex(citation.publisher)}}}" if citation.publisher else "",
        "address": latex(citation.place),
        "year": latex(citation.year),
        "pages": "--".join(latex(page) for page in dict.fromkeys(pages) if page),
        "note": latex(", ".join(part for part in (number, citation.date, citation.source) if part)),
        "url": bare_url(citation.url),
    }
    lines = [f"  {name} = {{{value}}}" for name, value in fields.items() if value]
    key = re.sub(r"[^A-Za-z0-9:_-]+", "-", citation.key)
    kind = "incollection" if citation.volume else "misc"
    return f"@{kind}{{{key},\n" + ",\n".join(lines) + "\n}\n"


def ris(citation: Citation) -> str:
    """A record of type CHAP, or GEN for what is in no volume; its lines end with CR LF."""
    return "".join(f"{tag}  - {one_line(value)}\r\n" for tag, value in _ris_lines(citation))


def _ris_lines(citation: Citation) -> Iterator[tuple[str, str]]:
    yield "TY", "CHAP" if citation.volume else "GEN"
    found = [
        ("ID", citation.key),
        ("TI", citation.title),
        ("T2", citation.volume),
        *(("A2", surname_first(name)) for name in citation.editors),
        ("PB", citation.publisher),
        ("CY", citation.place),
        ("PY", citation.year),
        ("SP", citation.first_page),
        ("EP", citation.last_page if citation.first_page else ""),
        ("SE", f"Document {citation.number}" if citation.number else ""),
        ("N1", f"Date of the document: {citation.date}" if citation.date else ""),
        ("N1", f"Source: {citation.source}" if citation.source else ""),
        ("UR", citation.url),
    ]
    yield from ((tag, value) for tag, value in found if value)
    yield "ER", ""


def one_line(text: str) -> str:
    """On one line: a control character or line end within a value would begin another field."""
    return " ".join("".join(c if c.isprintable() or c == "\xa0" else " " for c in text).split(" "))


def latex(text: str) -> str:
    """The text as a value of BibTeX: on one line, with nothing that LaTeX would read."""
    return "".join(_LATEX.get(character, character) for character in one_line(text))


_AND = re.compile(r"\sand\s", re.IGNORECASE)


def latex_name(name: str) -> str:
    # Braces keep BibTeX from reading a comma, or the word "and", as its own.
    text = latex(name)
    return f"{{{text}}}" if "," in name or _AND.search(name) else text


def bare_url(url: str) -> str:
    """An address that stands in braces of BibTeX without harm."""
    found = one_line(url).replace("{", "%7B").replace("}", "%7D")
    return found.replace("\\", "%5C").replace(" ", "%20")


def name_parts(name: str) -> tuple[str, str, str]:
    """Surname, given names and suffix; a name that cannot be parted is all surname. One that has a
    comma says itself what is what: ``Howard, Adam M.``, ``Smith, John B., Jr.``"""
    if "," in name:
        family, given, suffix, *_ = [*(part.strip() for part in name.split(",", 2)), "", ""]
        return family, given, suffix
    words = name.split()
    if len(words) < 2:
        return name, "", ""
    suffix = words.pop() if len(words) > 2 and _SUFFIX.match(words[-1]) else ""
    return words[-1], " ".join(words[:-1]), suffix


def surname_first(name: str) -> str:
    """``Howard, Adam M.``; a name that has a comma is left as it is."""
    return name if "," in name else ", ".join(part for part in name_parts(name) if part)


def in_words(names: tuple[str, ...]) -> str:
    """``A``, ``A and B``, ``A, B, and C``."""
    if len(names) < 3:
        return " and ".join(names)
    return ", ".join(names[:-1]) + f", and {names[-1]}"
