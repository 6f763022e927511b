"""How many words somebody wrote, counted alike for every writing system."""

from __future__ import annotations

import html
import re

_BREAKS = re.compile(r"<(?:br|hr|/?(?:p|li|ul|ol|blockquote|pre))\b[^>]*>")
_TAGS = re.compile(r"<[^>]*>")
# Chinese and Japanese put no space between words: each sign counts, as word processors count it.
_SIGNS = "\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\U00020000-\U0003ffff"
_SIGN = re.compile(f"[{_SIGNS}]")
_PARTING = re.compile(r"[\u2013\u2014\u2026/]+")
_LETTER = re.compile(r"\w")


def count_words(text: str) -> int:
    """The words of plain text: what stands between spaces, dashes and slashes and has a letter or a
    digit. Accents and vowel signs that are characters of their own part no word."""
    signs = 0
    if not text.isascii():
        text, signs = _SIGN.subn(" ", text)
        text = _PARTING.sub(" ", text)
    elif "/" in text:
        text = text.replace("/", " ")
    return signs + sum(1 for word in text.split() if word.isalnum() or _LETTER.search(word))


def words_of(note_html: str) -> int:
    """The words that a reader of a rendered note sees: no mark-up, no addresses behind links."""
    if not note_html:
        return 0
    return count_words(html.unescape(_TAGS.sub("", _BREAKS.sub(" ", note_html))))
