"""What both REFI-QDA formats share: names, GUIDs, colours, times, and text as XML holds it."""

from __future__ import annotations

import re
from collections.abc import Iterable
from datetime import UTC, datetime
from hashlib import sha1
from uuid import NAMESPACE_URL, UUID, uuid5

ORIGIN = "Apparatus"
PROJECT = "urn:QDA-XML:project:1.0"
CODEBOOK = "urn:QDA-XML:codebook:1.0"
DECLARATION = '<?xml version="1.0" encoding="UTF-8"?>\n'

# The colours of themes by their numbers, 1 to 8, as the stylesheet has them on a light page.
PALETTE = (
    "#0b62a0",
    "#a24a06",
    "#2b691c",
    "#84357f",
    "#735900",
    "#a3273d",
    "#006470",
    "#50606b",
)
LINES = ("solid", "dashed", "dotted", "double", "wavy")

_OURS = uuid5(NAMESPACE_URL, "urn:QDA-XML:apparatus")
_GUID = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}")
_COLOUR = re.compile(r"#?([0-9a-f]{6}|[0-9a-f]{3})")
# What XML 1.0 has no way to write, not even as a reference.
_UNWRITABLE = re.compile("[\0-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")
_IN_TEXT = str.maketrans({"&": "&amp;", "<": "&lt;", ">": "&gt;", "\r": "&#13;"})
_IN_ATTRIBUTE = _IN_TEXT | str.maketrans({'"': "&quot;", "\n": "&#10;", "\t": "&#9;"})
_SPECIAL = re.compile('[&<>\r"\n\t\0-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]')


def in_text(value: str) -> str:
    """Text as it stands in an element. What XML cannot hold (control characters) becomes U+FFFD."""
    return _UNWRITABLE.sub("\ufffd", value).translate(_IN_TEXT) if _SPECIAL.search(value) else value


def in_attribute(value: str) -> str:
    """Text as it stands between double quotes."""
    if not _SPECIAL.search(value):
        return value
    return _UNWRITABLE.sub("\ufffd", value).translate(_IN_ATTRIBUTE)


def element(name: str, text: str) -> str:
    """An element with this text on a line of its own; nothing where there is none."""
    return f"<{name}>{in_text(text)}</{name}>\n" if text else ""


def guid_of(*parts: str) -> str:
    """The GUID of what these words name: always the same one."""
    # uuid5(), in a third of its time: a project has several for each annotation.
    name = sha1(_OURS.bytes + "\n".join(parts).encode(), usedforsecurity=False).hexdigest()
    variant = "89ab"[int(name[16], 16) & 3]
    return f"{name[:8]}-{name[8:12]}-5{name[13:16]}-{variant}{name[17:20]}-{name[20:32]}"


def guid(name: str) -> str:
    """A uuid as it is; the GUID of any other name."""
    return name if _GUID.fullmatch(name) else guid_of(name)


def even_guid(given: str | None) -> str:
    """A GUID in the one form that it is compared in: other tools write braces or capitals."""
    return (given or "").strip().strip("{}").strip().lower()


def uuid_of(given: str) -> str:
    """The same as a uuid, or empty where it is none."""
    try:
        return str(UUID(given)) if _GUID.fullmatch(given) else ""
    except ValueError:
        return ""


def time_of(given: str | None) -> datetime | None:
    """An xs:dateTime as an aware time; one without a zone is taken for UTC. None where it is none.

    NVivo gives seven digits of a second, which are cut to six.
    """
    try:
        at = datetime.fromisoformat((given or "").strip())
        return (at if at.tzinfo else at.replace(tzinfo=UTC)).astimezone(UTC)
    except (ValueError, OverflowError):
        return None


def even(text: str) -> str:
    """Text with LF at the end of each line."""
    return text.replace("\r\n", "\n").replace("\r", "\n") if "\r" in text else text


def nearest(given: str) -> tuple[int, bool] | None:
    """The number (1 to 8) of the colour that is nearest to ``#rrggbb`` or ``#rgb``, and whether it
    is that very one. None where that is no colour."""
    found = _COLOUR.fullmatch(given.strip().lower())
    if not found:
        return None
    digits = found[1] if len(found[1]) == 6 else "".join(one * 2 for one in found[1])
    if (same := f"#{digits}") in PALETTE:
        return PALETTE.index(same) + 1, True
    away = [(_distance(digits, one[1:]), number) for number, one in enumerate(PALETTE, 1)]
    return min(away)[1], False


def _distance(one: str, other: str) -> float:
    """How far apart two colours look, roughly: by hue more than by lightness, since the palette's
    own are all dark."""
    (l1, a1, b1), (l2, a2, b2) = _opponents(one), _opponents(other)
    return (l1 - l2) ** 2 / 4 + (a1 - a2) ** 2 + (b1 - b2) ** 2


def _opponents(digits: str) -> tuple[float, float, float]:
    red, green, blue = (int(digits[at : at + 2], 16) for at in (0, 2, 4))
    return (red + green + blue) / 3, red - green, (red + green) / 2 - blue


class Labels:
    """Text with labelled paragraphs below it, in a form that people read and that comes back
    exactly: ``A definition.``, an empty line, ``When to use: Often.``

    A line of the text itself that begins like a label has a backslash put before it.
    """

    def __init__(self, labels: Iterable[str]) -> None:
        known = "|".join(re.escape(label) for label in labels)
        self._found = re.compile(rf"(?:\A|\n\n)({known}): ")
        self._like = re.compile(rf"^(\\*(?:{known}): )", re.MULTILINE)
        self._hidden = re.compile(rf"^\\(\\*(?:{known}): )", re.MULTILINE)

    def written(self, words: str, fields: Iterable[tuple[str, str]]) -> str:
        """The words, and below them each field that is not empty."""
        paragraphs = [self._like.sub(r"\\\1", words)] if words else []
        paragraphs += [
            f"{label}: {self._like.sub(self._escaped, value)}" for label, value in fields if value
        ]
        return "\n\n".join(paragraphs)

    def read(self, text: str) -> tuple[str, dict[str, str]]:
        """The words and the fields; of a label that stands twice the first one counts."""
        words, *found = self._found.split(text)
        fields: dict[str, str] = {}
        for label, value in zip(found[::2], found[1::2], strict=True):
            fields.setdefault(label, self._hidden.sub(r"\1", value))
        return self._hidden.sub(r"\1", words), fields

    @staticmethod
    def _escaped(found: re.Match[str]) -> str:
        return f"\\{found[1]}"
