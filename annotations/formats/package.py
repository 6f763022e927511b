"""What is taken out: a set, or a part of it, as every format is given it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime

from annotations.formats.values import (
    AnnotationValue,
    CodebookValue,
    PartValue,
    PersonValue,
    SetValue,
    ThemeValue,
)


@dataclass(frozen=True, slots=True)
class Scope:
    """Which part of a set: with ``document`` one document (``volume/slug``) alone, with ``theme``
    what carries one of these alone; ``words`` says in words what else was asked for."""

    document: str = ""
    themes: tuple[ThemeValue, ...] = ()
    words: str = ""

    def __bool__(self) -> bool:
        return bool(self.document or self.themes or self.words)


WHOLE = Scope()


@dataclass(frozen=True, slots=True)
class Package:
    """A set with its codebook, its people, its annotations, and the texts that they are on.

    ``annotations`` and ``parts`` give them anew each time they are called, in the order of volumes,
    documents, editions, and the text; parts are all documents of the set, also those on which
    nothing was written, unless the scope is narrower. Of the annotations and of a part's nothing
    is to be kept, so that a set of 100,000 goes out in flat memory. ``people`` gives the authors of
    what follows, by username; ``made`` is the time of the export. ``total`` asks how many items
    there are about, annotations and replies together: a format may lay out its pages by it, and
    counts what really came.
    """

    set: SetValue
    codebook: CodebookValue
    made: datetime
    annotations: Callable[[], Iterator[AnnotationValue]]
    parts: Callable[[], Iterator[PartValue]]
    people: Callable[[], tuple[PersonValue, ...]] = tuple
    scope: Scope = WHOLE
    total: Callable[[], int] = int
    changed: Callable[[], datetime] | None = None

    def modified(self) -> datetime:
        """When anything of it was changed last, as far as ``changed`` knows; it is asked for by
        those alone who say it."""
        return self.changed() if self.changed else self.made
