"""Runs and paragraphs of WordprocessingML as text."""

from __future__ import annotations

import re
from collections.abc import Iterator

from annotations.notes import parsed

# What XML has no place for.
_NOT_XML = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
_SIGNS = {"&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;"}
_SPECIAL = re.compile(r'[&<>"]')
UNDERLINES = {1: "single", 2: "dash", 3: "dotted", 4: "double", 5: "wave"}
COLOURS = {
    **{1: "0B62A0", 2: "A24A06", 3: "2B691C", 4: "84357F"},
    **{5: "735900", 6: "A3273D", 7: "006470", 8: "50606B"},
}


def xml(words: str) -> str:
    """The words as XML has them, in text and in attributes."""
    found = _NOT_XML.sub("\ufffd", words)
    return _SPECIAL.sub(lambda match: _SIGNS[match[0]], found)


def run(words: str, properties: str = "") -> str:
    """A run; ``properties`` are elements of ``w:rPr`` in the order of the schema."""
    if not words:
        return ""
    looks = f"<w:rPr>{properties}</w:rPr>" if properties else ""
    return f'<w:r>{looks}<w:t xml:space="preserve">{xml(words)}</w:t></w:r>'


def paragraph(inner: str, style: str = "", more: str = "", identity: str = "") -> str:
    """A paragraph; ``more`` are further elements of ``w:pPr``."""
    named = f'<w:pStyle w:val="{style}"/>' if style else ""
    looks = f"<w:pPr>{named}{more}</w:pPr>" if named or more else ""
    return f"<w:p{identity}>{looks}{inner}</w:p>"


def note_paragraphs(note: str) -> Iterator[str]:
    """The paragraphs of a note's Markdown, each as runs; lists and quotations with their signs."""
    marks: list[str] = []
    numbers: list[int] = []
    depth = 0
    for token in parsed(note):
        if token.type in ("bullet_list_open", "ordered_list_open"):
            numbers.append(int(token.attrs.get("start", 1)) if token.tag == "ol" else 0)
        elif token.type in ("bullet_list_close", "ordered_list_close"):
            numbers.pop()
        elif token.type == "list_item_open":
            marks.append(f"{numbers[-1]}. " if numbers[-1] else "• ")
            numbers[-1] += bool(numbers[-1])
        elif token.type == "blockquote_open":
            depth += 1
        elif token.type == "blockquote_close":
            depth -= 1
        elif token.type in ("inline", "code_block", "fence", "hr"):
            before = "    " * max(len(numbers) - 1, 0) + "| " * depth + "".join(marks[-1:])
            marks.clear()
            yield run(before) + "".join(_inline(token))


def _inline(token: object) -> Iterator[str]:
    kind = getattr(token, "type", "")
    if kind == "hr":
        yield run("———")
    elif kind != "inline":
        yield _lines(getattr(token, "content", "").rstrip("\n"), _CODE)
    looks = dict.fromkeys(("strong", "em", "s"), 0)
    address = ""
    for child in getattr(token, "children", None) or ():
        name, _, way = child.type.rpartition("_")
        if name in looks:
            looks[name] += 1 if way == "open" else -1
        elif child.type == "link_open":
            address = str(child.attrs.get("href", ""))
        elif child.type == "link_close":
            yield run(f" ({address})")
        elif child.type in ("softbreak", "hardbreak"):
            yield "<w:r><w:br/></w:r>"
        else:
            yield run(child.content, _CODE if child.type == "code_inline" else _looks(looks))


def _looks(looks: dict[str, int]) -> str:
    names = (("strong", "<w:b/>"), ("em", "<w:i/>"), ("s", "<w:strike/>"))
    return "".join(element for name, element in names if looks[name])


def _lines(words: str, properties: str) -> str:
    return "<w:r><w:br/></w:r>".join(run(line, properties) for line in words.split("\n"))


_CODE = '<w:rFonts w:ascii="Consolas" w:hAnsi="Consolas" w:cs="Consolas"/>'
