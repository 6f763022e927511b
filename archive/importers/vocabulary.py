"""The elements of TEI, sorted by what they are to the canonical text."""

from __future__ import annotations

import re

from lxml import etree

from archive.text import SpanKind

FRUS = "{http://history.state.gov/frus/ns/1.0}"
XINCLUDE = "{http://www.w3.org/2001/XInclude}include"
WHITE = " \t\r\n"
_LINE_END = re.compile(r"\n[ \t\r\n]*")
_SPACE = re.compile(r"[ \t\r\n]+")

# Blocks of running text; the value is the form that a paragraph of this name takes, if any.
PARAGRAPHS = {
    "p": "",
    "ab": "",
    "salute": "salute",
    "byline": "byline",
    "trailer": "trailer",
    "argument": "",
    "speaker": "speaker",
    "stage": "stage",
    "l": "verse",
    "addrLine": "address",
    "docAuthor": "",
    "docDate": "",
}
CONTAINERS = {
    "TEI",
    "text",
    "front",
    "body",
    "back",
    "group",
    "opener",
    "postscript",
    "lg",
    "sp",
    "epigraph",
    "floatingText",
    "address",
    "titlePage",
    "listBibl",
    "listPerson",
    *(f"div{n}" for n in range(1, 8)),
    "div",
}
# What holds one line, and so is around no quotation that is a block for its place alone.
LINES = {*PARAGRAPHS, "head", "dateline", "signed", "figDesc", "item", "label", "cell"}
# A block where it stands between blocks or holds some; else part of the line.
EITHER = {"quote", "cit", "q"}
BLOCKS = {
    *PARAGRAPHS,
    *CONTAINERS,
    "list",
    "item",
    "table",
    "row",
    "cell",
    "figure",
    "figDesc",
    "closer",
    "signed",
    "dateline",
    "head",
    "attachment",
}
# Mark-up within a line that leaves its text and nothing else.
_INLINE = """
abbr addName affiliation anchor bibl c cb code country damage desc distinct email expan foreign
formula forename fw genName geogName graphic handShift headLabel ident idno measure mentioned
milestone name nameLink num orgName orig pc reg region roleName rs said seg settlement soCalled
space subst surname time title w
"""
INLINE = frozenset(_INLINE.split())
RENDS = {
    "italic": SpanKind.ITALIC.value,
    "italics": SpanKind.ITALIC.value,
    "strong": SpanKind.BOLD.value,
    "bold": SpanKind.BOLD.value,
    "underline": SpanKind.UNDERLINE.value,
    "strike": SpanKind.STRIKE.value,
    "strikethrough": SpanKind.STRIKE.value,
    "smallcaps": SpanKind.SMALLCAPS.value,
    "superscript": SpanKind.SUPERSCRIPT.value,
    "sup": SpanKind.SUPERSCRIPT.value,
    "subscript": SpanKind.SUBSCRIPT.value,
    "sub": SpanKind.SUBSCRIPT.value,
}
STYLED = {
    "emph": SpanKind.ITALIC.value,
    "del": SpanKind.STRIKE.value,
    "add": SpanKind.ADDED.value,
    "supplied": SpanKind.SUPPLIED.value,
    "unclear": SpanKind.UNCLEAR.value,
    "gap": SpanKind.GAP.value,
    "sic": SpanKind.SIC.value,
    "corr": SpanKind.CORRECTION.value,
}


def local(element: etree._Element) -> str:
    """The name of an element without its namespace; empty for comments and instructions."""
    return element.tag.rpartition("}")[2] if isinstance(element.tag, str) else ""


def spaced(text: str) -> str:
    """``text`` with each run of white space one space; what XML knows as white space, no more."""
    # Nearly all of it is a line's end with indentation: to look for that first is much faster.
    if "\n" in text:
        text = _LINE_END.sub(" ", text)
    if "  " in text or "\t" in text or "\r" in text:
        text = _SPACE.sub(" ", text)
    return text


def plain(text: str | None) -> str:
    """Text on one line: each run of white space one space, none at the ends."""
    return spaced(text).strip(" ") if text else ""


def words(element: etree._Element | None, leave_out: tuple[str, ...] = ("note",)) -> str:
    """The text of an element on one line, without that of the elements named."""
    return plain("".join(_pieces(element, leave_out))) if element is not None else ""


def _pieces(element: etree._Element, leave_out: tuple[str, ...]) -> list[str]:
    found = [element.text or ""]
    for child in element:
        if isinstance(child.tag, str) and local(child) not in leave_out:
            found += _pieces(child, leave_out)
        found.append(child.tail or "")
    return found


def is_inline_note(element: etree._Element) -> bool:
    return "inline" in (element.get("rend"), element.get("place"))


def count(value: str | None) -> int:
    """How many rows or columns a cell spans: from 1 to 1000, 1 where it does not say."""
    return min(max(int(value), 1), 1000) if value and value.isascii() and value.isdigit() else 1
