"""What a format reads: annotations and themes that come from elsewhere, as plain values.

Nothing is decided here of what becomes of them: which document is meant, which passage, which
account. ``place`` says everywhere where in the file something stands ("line 14", "item 3").
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from annotations.formats.values import PersonValue
from annotations.passages import shorten

# What a file has is said back to who brings it, but not at any length.
MOST_SAID, MOST_OF_PLACE = 400, 120


class FormatFault(Exception):
    """A file that cannot be read as its format. ``str()`` is one line: place, sentence."""

    def __init__(self, message: str, place: str = "") -> None:
        self.message, self.place = shorten(message, MOST_SAID), shorten(place, MOST_OF_PLACE)
        super().__init__(f"{self.place}: {self.message}" if place else self.message)


@dataclass(frozen=True, slots=True)
class BroughtTheme:
    """A theme that may be taken in. ``key`` names it among those that come with it, ``parent`` is
    the key of the one above it, ``under`` a theme of the codebook that it is to stand under; the
    ``words`` are those columns that are given: name, definition, use_when, not_when, example,
    colour, line. ``line`` is that of the file, 0 where there is none."""

    key: str
    name: str
    words: dict[str, Any]
    parent: str = ""
    slug: str = ""
    retired: bool = False
    line: int = 0
    under: int | None = None
    doubts: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Target:
    """The passage that is meant. All may be empty; what is given is not yet believed.

    ``names`` are addresses and names of the document, the best first (``https://…/d169``,
    ``frus1981-88v03/d169``). ``digest`` is that of the edition in which ``start`` and ``end`` count
    code points; with ``text`` they count in the text of that key among the file's own.
    """

    names: tuple[str, ...] = ()
    digest: str = ""
    text: str = ""
    start: int | None = None
    end: int | None = None
    quote: str = ""
    prefix: str = ""
    suffix: str = ""


@dataclass(frozen=True, slots=True)
class BroughtReply:
    """``id`` is a uuid, an address or what else names it; empty where nothing does."""

    note: str
    id: str = ""
    author: PersonValue | None = None
    created: datetime | None = None
    modified: datetime | None = None
    place: str = ""


@dataclass(frozen=True, slots=True)
class BroughtAnnotation:
    """``themes`` are keys of the file's themes. ``author`` is whom the file names: a claim."""

    target: Target
    id: str = ""
    place: str = ""
    themes: tuple[str, ...] = ()
    note: str = ""
    author: PersonValue | None = None
    private: bool = False
    question: str = ""
    created: datetime | None = None
    modified: datetime | None = None
    replies: tuple[BroughtReply, ...] = ()


@dataclass(frozen=True, slots=True)
class Doubt:
    """Something of the file that is not taken as it stands there, or not at all."""

    message: str
    place: str = ""

    def __str__(self) -> str:
        return f"{self.place}: {self.message}" if self.place else self.message


@dataclass(frozen=True, slots=True)
class Brought:
    """All that a file holds. ``site`` is the server that wrote it and ``slug`` the set there, where
    it says so; ``texts`` are the documents' texts that came with it, by their keys, each with the
    names that the file gives it."""

    themes: tuple[BroughtTheme, ...] = ()
    annotations: tuple[BroughtAnnotation, ...] = ()
    texts: Mapping[str, BroughtText] = field(default_factory=dict)
    site: str = ""
    slug: str = ""
    lost: tuple[Doubt, ...] = ()


@dataclass(frozen=True, slots=True)
class BroughtText:
    text: str
    names: tuple[str, ...] = ()
