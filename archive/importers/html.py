"""A simple HTML file, as a word processor, a converter or a web page writes it, to plain values."""

from __future__ import annotations

import codecs
import re
from functools import lru_cache
from itertools import islice

from lxml import etree

from archive.importers.faults import ImportFault, Notices
from archive.importers.htmltext import HtmlWalk
from archive.importers.parsed import Parsed
from archive.importers.particulars import Found, Given, parsed_of
from archive.importers.vocabulary import plain

# Real files stay below 60; the walk uses three frames of the stack for each level.
MAX_DEPTH = 150
# Those of ten books; each takes up to a kilobyte while its text is made.
MAX_ELEMENTS = 300_000
_OPTIONS = {"remove_comments": True, "remove_pis": True, "no_network": True, "huge_tree": False}
_DECLARED = re.compile(
    rb"""<meta\b[^>]*?\bcharset\s*=\s*["']?\s*([\w.:-]{1,40})|<\?xml\b[^>]*?\bencoding\s*=\s*["']([\w.:-]{1,40})""",
    re.IGNORECASE,
)
_DECLARED_WITHIN = 4096
_MARKS = [(codecs.BOM_UTF8, "utf-8"), (codecs.BOM_UTF16_LE, "utf-16-le")]
_MARKS += [(codecs.BOM_UTF16_BE, "utf-16-be")]
# By Python's names: what pages are written in. Python knows others that are no encodings of text.
_ENCODINGS = {
    *("utf-8", "big5", "gb2312", "gbk", "gb18030", "euc_jp", "euc_kr", "shift_jis", "cp932"),
    *("iso2022_jp", "koi8-r", "koi8-u", "mac-roman", "cp866", "tis-620", "cp949"),
    *(f"cp125{n}" for n in range(9)),
    *(f"iso8859-{n}" for n in range(2, 17)),
}
_NONE_GIVEN = Given()


def parse_html(
    data: bytes, path: str, *, volume: str, number: str, given: Given = _NONE_GIVEN
) -> Parsed:
    """The document ``d`` + ``number`` of ``volume``; ``path`` names the file in messages.

    Raises ImportFault when the bytes are no text in the encoding that they name, hold no text at
    all, or are nested too deep.
    """
    notices = Notices()
    found = read_html(decode(data, path), path, f"d{number}", notices)
    return parsed_of("html", path, found, given, notices, volume=volume, number=number)


def read_html(source: str, path: str, slug: str, notices: Notices) -> Found:
    """The text of a document named ``slug``, its source, and what its head says of it."""
    root = _tree(source, path)
    title = plain("".join(t for e in root.iter("title") for t in e.itertext())[:1000])
    creator = next((m.get("content") or "" for m in root.iter("meta") if _is_author(m)), "")
    text = HtmlWalk(root, slug, notices).text()
    if not text.blocks:
        raise ImportFault("The file holds no text.", path)
    return Found(text, source, title, plain(creator)[:200])


def decode(data: bytes, path: str) -> str:
    """The characters of a file: by its byte-order mark, its own declaration, or as UTF-8."""
    name, length = next(((n, len(m)) for m, n in _MARKS if data.startswith(m)), ("", 0))
    name = name or _declared(data, path) or "utf-8"
    try:
        text = data[length:].decode(name)
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        shown = name.upper() if name.startswith("utf") else name
        message = f"The file is not {shown} text; save it as UTF-8 and try again."
        raise ImportFault(message, path, line) from error
    if "\0" in text:
        line = text.count("\n", 0, text.index("\0")) + 1
        raise ImportFault("The file holds NUL characters: it is not HTML.", path, line)
    return text.replace("\r\n", "\n").replace("\r", "\n").replace("\f", " ")


def _declared(data: bytes, path: str) -> str:
    match = _DECLARED.search(data[:_DECLARED_WITHIN])
    if not match:
        return ""
    declared = (match[1] or match[2]).decode("ascii")
    try:
        name = codecs.lookup(declared).name
    except LookupError:
        name = ""
    # As browsers do: a page that can be read as far as this is not in UTF-16, and what is called
    # ASCII or Latin 1 is what Windows makes of it.
    if name.startswith("utf-16"):
        return "utf-8"
    name = {"ascii": "cp1252", "iso8859-1": "cp1252"}.get(name, name)
    if name not in _ENCODINGS:
        raise ImportFault(f"The file says that it is in “{declared}”, which is not known.", path)
    return name


def _tree(source: str, path: str) -> etree._Element:
    parser = etree.HTMLParser(encoding="utf-8", **_OPTIONS)
    try:
        root = etree.fromstring(source.encode("utf-8", "replace"), parser)
    except etree.XMLSyntaxError as error:
        raise ImportFault(f"The HTML cannot be read: {error.msg}.", path, error.lineno) from error
    if root is None:
        raise ImportFault("The file holds no text.", path)
    if sum(1 for _ in islice(root.iter(), MAX_ELEMENTS + 1)) > MAX_ELEMENTS:
        raise ImportFault("The document is too long to be read: bring it in parts.", path)
    if deep := _too_deep()(root):
        message = f"Elements are nested deeper than {MAX_DEPTH} levels."
        raise ImportFault(message, path, deep[0].sourceline)
    return root


@lru_cache(maxsize=1)
def _too_deep() -> etree.XPath:
    return etree.XPath("/".join(["."] + ["*"] * MAX_DEPTH))


def _is_author(meta: etree._Element) -> bool:
    return (meta.get("name") or "").lower() in ("author", "dc.creator", "dcterms.creator")
