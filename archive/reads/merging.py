"""Which persons of different volumes may be one."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.db.models import QuerySet

from archive.models import Person
from archive.names import Entry, Likeness, candidates, likeness, parts_of, years_in
from archive.reads.entries import fitting, found_by

# More entries than this are not compared for one page: a letter or a name narrows them down.
MOST = 20_000


@dataclass(frozen=True, slots=True)
class Candidate:
    """An entry that may be of the same person as the first of its group, and what speaks for it."""

    person: Person
    likeness: Likeness
    years: tuple[int, int] | None

    @property
    def is_sure(self) -> bool:
        """Whether it is ticked before anyone has looked: the same name, word by word."""
        return self.likeness is Likeness.SAME

    @property
    def says(self) -> str:
        return {
            Likeness.SAME: "the same name",
            Likeness.INITIALS: "the name but for initials",
            Likeness.SUFFIX: "the name but for Jr., Sr. or a number",
        }.get(self.likeness, "")


def persons_named(user: Any, letter: str, words: str) -> QuerySet[Person]:
    """The entries that fit, with volume and authority, by name; one query."""
    found = found_by(Person, user).filter(fitting(letter, words))
    return found.select_related("volume", "authority").order_by("folded", "pk")


def merge_groups(user: Any, letter: str, words: str) -> list[list[Candidate]]:
    """Groups of entries that may be one person and are not merged yet; one query."""
    persons = {one.pk: one for one in persons_named(user, letter, words)[:MOST]}
    entries = [Entry(p.pk, p.volume_id, p.name, p.description) for p in persons.values()]
    found = []
    for group in candidates(entries):
        some = [persons[entry.pk] for entry in group]
        authorities = {one.authority_id for one in some}
        if len(authorities) > 1 or None in authorities:
            found.append([_candidate(one, some[0]) for one in some])
    return found


def _candidate(person: Person, first: Person) -> Candidate:
    like = likeness(parts_of(person.name), parts_of(first.name))
    return Candidate(person, like, years_in(person.description))
