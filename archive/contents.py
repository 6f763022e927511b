"""The table of contents of a volume: its sections and documents as one tree."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import NamedTuple

FRONT, BACK = "front-matter", "back-matter"
_KINDS = {
    "editorial-note": "Editorial note",
    "introduction": "Introduction",
    "attachment": "Attachment",
    "errata_document-numbering-error": "Numbering error in print",
}
# A volume with more documents than this opens with its chapters shut.
MANY = 150


class DocumentRow(NamedTuple):
    """What the contents say of a document; ``section`` is the key of the innermost around it."""

    slug: str
    number: str
    heading: str
    subject: str
    place: str
    date: str
    kind: str
    section: int | None
    position: int

    @property
    def is_branch(self) -> bool:
        return False

    @property
    def title(self) -> str:
        """The heading without the number in front of it."""
        return self.heading.removeprefix(f"{self.number}.").strip() if self.number else self.heading

    @property
    def kind_name(self) -> str:
        return _KINDS.get(self.kind, "")

    @property
    def about(self) -> str:
        """Place, date and subject on one line."""
        written = ", ".join(part for part in (self.place, self.date) if part)
        return " · ".join(part for part in (written, self.subject) if part)


class SectionRow(NamedTuple):
    """A section as the contents need it; ``parent`` is the key of the one around it."""

    key: int
    parent: int | None
    slug: str
    kind: str
    heading: str
    position: int


@dataclass(slots=True)
class Branch:
    """A section with what is in it, in reading order; depth 0 stands outermost."""

    slug: str
    heading: str
    position: int
    depth: int = 0
    parts: list[Branch | DocumentRow] = field(default_factory=list)

    is_branch = True

    @property
    def documents(self) -> Iterator[DocumentRow]:
        """All documents below, in reading order."""
        for part in self.parts:
            if isinstance(part, Branch):
                yield from part.documents
            else:
                yield part

    @property
    def numbers(self) -> tuple[str, str] | None:
        """The first and the last number in it."""
        found = [document.number for document in self.documents if document.number]
        return (found[0], found[-1]) if found else None

    @property
    def level(self) -> int:
        """The level of its heading on the volume's page."""
        return min(self.depth + 3, 6)

    @property
    def holds_sections(self) -> bool:
        return any(isinstance(part, Branch) for part in self.parts)


@dataclass(frozen=True, slots=True)
class Contents:
    """``parts`` is the body; ``total`` counts its documents."""

    front: list[DocumentRow]
    parts: list[Branch | DocumentRow]
    back: list[DocumentRow]
    total: int

    @property
    def is_long(self) -> bool:
        return self.total > MANY

    @property
    def has_sections(self) -> bool:
        return any(isinstance(part, Branch) for part in self.parts)


def contents_of(sections: Iterable[SectionRow], documents: Iterable[DocumentRow]) -> Contents:
    """The tree; both come in any order. What names a section that is not here stands outermost."""
    rows = {row.key: row for row in sections}
    branches = {row.key: Branch(row.slug, row.heading, row.position) for row in rows.values()}
    top: list[Branch | DocumentRow] = []
    front: list[DocumentRow] = []
    back: list[DocumentRow] = []
    for key, branch in branches.items():
        around = branches.get(rows[key].parent or 0)
        (around.parts if around else top).append(branch)
    total = 0
    for document in sorted(documents, key=lambda row: (row.position, row.slug)):
        inside = branches.get(document.section or 0)
        if inside is None and document.kind in (FRONT, BACK):
            (front if document.kind == FRONT else back).append(document)
            continue
        (inside.parts if inside else top).append(document)
        total += 1
    _order(top, 0)
    return Contents(front, top, back, total)


def _order(parts: list[Branch | DocumentRow], depth: int) -> None:
    """Puts sections where their first document stands, before it."""
    parts.sort(key=lambda part: (part.position, isinstance(part, DocumentRow)))
    for part in parts:
        if isinstance(part, Branch):
            part.depth = depth
            _order(part.parts, depth + 1)
