"""Which format a file is of, by what is in it and, where that says too little, by its name."""

from __future__ import annotations

import re
from pathlib import PurePath
from typing import BinaryIO

# So much of either end is looked at: a ZIP archive has the names of its files at both.
LOOK = 64 * 1024
_BY_SUFFIX = {
    ".jsonld": "w3c",
    ".json": "w3c",
    ".xml": "tei",
    ".tei": "tei",
    ".qdpx": "qdpx",
    ".qdc": "qdc",
    ".csv": "csv",
    ".tsv": "csv",
    ".tab": "csv",
    ".xlsx": "xlsx",
    ".jsonl": "jsonl",
    ".ndjson": "jsonl",
    ".zip": "brat",
}
_IN_ZIP = (
    ("qdpx", re.compile(rb"project\.qde", re.I)),
    ("xlsx", re.compile(rb"xl/(workbook|worksheets)", re.I)),
    ("brat", re.compile(rb"\.ann\b|annotation\.conf")),
)
_IN_XML = (
    ("qdc", re.compile(r"<(\w+:)?CodeBook[\s>]")),
    ("tei", re.compile(r"<(\w+:)?(TEI|teiCorpus)[\s>]")),
)
_ZIP = b"PK\x03\x04"
_A_TEXT = re.compile(r'\{\s*"text"\s*:')
_ONE_LINE = re.compile(r"\s*\{[^\n]*\}\s*\Z")
_JSON_LD = re.compile(r'"(@context|target|rows|motivation|uri)"\s*:')


def guessed(file: BinaryIO, name: str) -> str:
    """The name of the format that the file seems to be of; empty where nothing tells. The file is
    left at its beginning. A guess is no promise that it can be read."""
    file.seek(0, 2)
    size = file.tell()
    file.seek(0)
    head = file.read(LOOK)
    file.seek(max(0, size - LOOK))
    tail = file.read(LOOK)
    file.seek(0)
    by_name = _BY_SUFFIX.get(PurePath(name).suffix.lower(), "")
    if head.startswith(_ZIP):
        return _first(_IN_ZIP, head + tail) or (by_name if by_name in _ZIPPED else "")
    text = _text_of(head)
    if text.startswith("<"):
        return next((form for form, sign in _IN_XML if sign.search(text)), "") or by_name
    if text.startswith(("{", "[")):
        return _of_json(text, whole=size <= LOOK) or by_name
    return by_name or ("csv" if _is_table(text) else "")


_ZIPPED = {name for name, _ in _IN_ZIP}


def _first(signs: tuple[tuple[str, re.Pattern[bytes]], ...], data: bytes) -> str:
    return next((form for form, sign in signs if sign.search(data)), "")


def _text_of(head: bytes) -> str:
    encoding = "utf-16" if head[:2] in (b"\xff\xfe", b"\xfe\xff") else "utf-8-sig"
    return head.decode(encoding, "replace").lstrip()


def _of_json(text: str, *, whole: bool) -> str:
    first, _, rest = text.partition("\n")
    if first.rstrip().endswith("}") and rest.lstrip().startswith("{") or _A_TEXT.match(text):
        return "jsonl"
    if _JSON_LD.search(text):
        return "w3c"
    return "jsonl" if whole and _ONE_LINE.match(text) else ""


def _is_table(text: str) -> bool:
    first = text.partition("\n")[0].rstrip().replace("\t", ";")
    return first.isprintable() and any(sign in first for sign in ",;")
