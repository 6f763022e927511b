"""The elements of HTML, sorted by what they are to the canonical text."""

from __future__ import annotations

import re

from lxml import etree

from archive.text import BlockKind, SpanKind

HEADS = ("h1", "h2", "h3", "h4", "h5", "h6")
STYLED = {
    **dict.fromkeys(("i", "em", "cite", "dfn", "var"), SpanKind.ITALIC.value),
    **dict.fromkeys(("b", "strong"), SpanKind.BOLD.value),
    "u": SpanKind.UNDERLINE.value,
    **dict.fromkeys(("s", "strike", "del"), SpanKind.STRIKE.value),
    "sup": SpanKind.SUPERSCRIPT.value,
    "sub": SpanKind.SUBSCRIPT.value,
}
_BY_STYLE = [
    (re.compile(r"font-style\s*:\s*italic", re.I), SpanKind.ITALIC.value),
    (re.compile(r"font-weight\s*:\s*(?:bold|[6-9]00)", re.I), SpanKind.BOLD.value),
    (re.compile(r"text-decoration[a-z-]*\s*:[^;]*underline", re.I), SpanKind.UNDERLINE.value),
    (re.compile(r"text-decoration[a-z-]*\s*:[^;]*line-through", re.I), SpanKind.STRIKE.value),
    (re.compile(r"font-variant[a-z-]*\s*:[^;]*small-caps", re.I), SpanKind.SMALLCAPS.value),
    (re.compile(r"vertical-align\s*:\s*super", re.I), SpanKind.SUPERSCRIPT.value),
    (re.compile(r"vertical-align\s*:\s*sub\b", re.I), SpanKind.SUBSCRIPT.value),
]
_LONGEST_STYLE = 1000
_SMALLCAPS = {"sc", "smallcaps", "small-caps", "smcap"}
# What has no text of the document in it: the machinery of a page, and what is no text at all.
_DROPPED = """
audio base button canvas datalist embed head iframe input link map meta nav noscript object script
select style svg template textarea title video
"""
DROPPED = frozenset(_DROPPED.split())
SILENT = {"base", "head", "link", "meta", "script", "style", "title"}
_CONTAINERS = """
address article aside body center details dir div fieldset figure footer form header hgroup html
main search section
"""
CONTAINERS = frozenset(_CONTAINERS.split())
_INLINE = """
a abbr acronym area bdi bdo big blink code data font ins kbd label mark meter nobr output progress
q rb rp rt rtc ruby samp small span time tt wbr o:p st1:place
"""
INLINE = frozenset(_INLINE.split())
BROKEN_BY_TWO = tuple(
    str(kind.value)
    for kind in (BlockKind.PARAGRAPH, BlockKind.NOTE, BlockKind.QUOTATION, BlockKind.ITEM)
)


def kinds_of(element: etree._Element, own: str) -> list[str]:
    """The spans over an element: by its name, its style and its class."""
    kinds = [own] if own else []
    if style := element.get("style"):
        style = style[:_LONGEST_STYLE]
        kinds += [k for found, k in _BY_STYLE if k not in kinds and found.search(style)]
    if (names := element.get("class")) and _SMALLCAPS & set(names.lower().split()):
        kinds.append(SpanKind.SMALLCAPS.value)
    return kinds
