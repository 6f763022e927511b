"""Strings as XML holds them, and back.

XML has no way to hold most control characters. Each is written as U+F8FF, which is for private use,
and its number in four hexadecimal digits; so is U+F8FF itself: what is read is what was written.
"""

from __future__ import annotations

import re
from datetime import UTC, datetime
from xml.sax.saxutils import escape, quoteattr

NAMESPACE = "http://www.tei-c.org/ns/1.0"
SIGN = "\uf8ff"
_ENTITIES = {"\r": "&#13;"}
_UNHELD = re.compile(f"[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff{SIGN}]")
_SPECIAL = re.compile(f"{_UNHELD.pattern[:-1]}&<>\r]")
_MARKED = re.compile(f'{_UNHELD.pattern[:-1]}&<>"\r\n\t]')
_WRITTEN = re.compile(f"{SIGN}([0-9a-f]{{4}})")
_NAME = re.compile(r"[A-Za-z_][A-Za-z0-9_.-]*")
_NO_URI = re.compile(r"[^A-Za-z0-9._~:/?#\[\]@!$&'()*+,;=%-]|%(?![0-9A-Fa-f]{2})")


def held(words: str) -> str:
    return _UNHELD.sub(lambda found: f"{SIGN}{ord(found[0]):04x}", words)


def given_back(words: str) -> str:
    """What ``held`` was given."""
    return _WRITTEN.sub(lambda found: chr(int(found[1], 16)), words) if SIGN in words else words


def text(words: str) -> str:
    """Words as the content of an element, every code point of them."""
    return escape(held(words), _ENTITIES) if _SPECIAL.search(words) else words


def attribute(words: str) -> str:
    """Words as the value of an attribute, with its quotation marks."""
    return quoteattr(held(words), _ENTITIES) if _MARKED.search(words) else f'"{words}"'


def element(name: str, content: str = "", **attributes: str) -> str:
    """An element with text in it; attributes that are empty are left out."""
    return wrapped(name, text(content), **attributes)


def wrapped(name: str, markup: str = "", **attributes: str) -> str:
    """An element with mark-up in it. ``xml_id`` stands for ``xml:id``, ``xml_space`` likewise."""
    given = "".join(
        f" {key.replace('_', ':')}={attribute(value)}" for key, value in attributes.items() if value
    )
    return f"<{name}{given}>{markup}</{name}>" if markup else f"<{name}{given}/>"


def is_name(word: str) -> bool:
    """Whether a word can be an ``xml:id`` without any doubt."""
    return _NAME.fullmatch(word) is not None


def address(words: str) -> str:
    """Words as a URI: what may not stand in one is written in per cent; empty stays empty."""
    return _NO_URI.sub(_in_per_cent, words)


def _in_per_cent(found: re.Match[str]) -> str:
    return "".join(f"%{byte:02X}" for byte in found[0].encode("utf-8", "replace"))


def moment(at: datetime) -> str:
    """A time as XML Schema has it."""
    return at.astimezone(UTC).isoformat().removesuffix("+00:00") + "Z"
