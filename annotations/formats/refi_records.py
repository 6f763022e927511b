"""What stands in a ``project.qde``, as it stands there: nothing is looked up or decided yet."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field

from annotations.formats import refi_codes
from annotations.formats.values import PersonValue


@dataclass(slots=True)
class Coding:
    code: str
    user: str
    created: str


@dataclass(slots=True)
class Selection:
    """A passage of a text; ``start`` and ``end`` are None where they are no usable numbers."""

    guid: str
    name: str
    start: int | None
    end: int | None
    user: str
    created: str
    modified: str
    description: str
    codings: list[Coding]
    notes: list[str]
    number: int
    line: int

    @property
    def place(self) -> str:
        return f"selection {self.number} (line {self.line})"


@dataclass(slots=True)
class Source:
    """A text; ``content`` is None where it is in the file at ``path``."""

    guid: str
    name: str
    path: str
    line: int
    content: str | None = None
    selections: list[Selection] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)
    values: dict[str, str] = field(default_factory=dict)


@dataclass(slots=True)
class Note:
    guid: str
    name: str
    path: str
    user: str
    created: str
    modified: str
    line: int
    content: str | None = None
    description: str = ""
    selections: list[Selection] = field(default_factory=list)


@dataclass(slots=True)
class Project:
    """``others`` counts what is understood and has no place here, by the name of its element."""

    origin: str = ""
    description: str = ""
    users: dict[str, PersonValue] = field(default_factory=dict)
    codes: refi_codes.Codes = field(default_factory=refi_codes.Codes)
    variables: dict[str, str] = field(default_factory=dict)
    sources: list[Source] = field(default_factory=list)
    notes: dict[str, Note] = field(default_factory=dict)
    links: list[tuple[str, str]] = field(default_factory=list)
    sets: list[str] = field(default_factory=list)
    others: Counter[str] = field(default_factory=Counter)
