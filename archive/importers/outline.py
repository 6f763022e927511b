"""The outline of a file: which of its divisions become documents, which sections, in which order.

- A ``div[@type='document']`` is a document, one inside another too. In a file without any, each
  ``div[@type='chapter']`` is one, and in a file without those each outermost division of the body,
  or the whole body.
- A division with documents in it is a section. What it says outside of them, notes to its heading
  included, is a document of its kind ``introduction``.
- Any other outermost division with text is a document: ``front-matter``, ``back-matter``, or, in
  the body, ``chapter``. Title pages and tables of contents are not.

Positions: a numbered document has a thousand times its number as long as the numbers ascend, so
that a part of a volume gives the same as the whole, else a thousand times the running count of
documents. An introduction has 500 less than the numbered document after it, any other the position
before it plus one. Front matter begins with one, back matter with 2,000,000,000.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from archive.importers.divisions import Division
from archive.importers.faults import ImportFault
from archive.importers.parsed import ParsedSection
from archive.importers.teihead import slug_from

INTRODUCTION, CHAPTER = "introduction", "chapter"
_MATTER = {"front": "front-matter", "back": "back-matter", "body": CHAPTER}
_UNTITLED = {"front": "Front matter", "back": "Back matter", "body": "Introduction"}
_MADE_BY_THE_APP = re.compile(r"toc|(table-of-)?contents|title-?page", re.IGNORECASE)
_NUMBER = re.compile(r"[0-9]{1,6}")
# The app's own pages of a volume have these addresses: a list as a text to read has another.
_TAKEN = ("persons", "terms", "time")
_BACK = 2_000_000_000
_STEP, _BEFORE = 1000, 500
MAX_SLUG = 80
# An id cannot begin with a digit as a slug can: such a one bears a sign before it; so does one
# that is told apart, by a number, from another in the same file.
BEFORE_DIGIT = "_."
_SIGN = re.compile(r"\A_\.(?:[0-9]+\.)?")


@dataclass(slots=True)
class Plan:
    """A document to be made: what is known of it before its text is read.

    ``is_document`` says that the file calls it one, ``is_rest`` that it is what a section holds
    outside of its divisions. ``title`` stands for a heading that the text does not have, ``page``
    is the last page before it.
    """

    index: int
    slug: str
    kind: str
    number: str = ""
    section: str = ""
    title: str = ""
    page: str = ""
    line: int | None = None
    position: int = 0
    is_document: bool = False
    is_rest: bool = False


@dataclass(frozen=True, slots=True)
class Outline:
    """The plans by the index of their division, and the sections in order."""

    plans: dict[int, Plan]
    sections: tuple[ParsedSection, ...]


def outline_of(found: list[Division], stem: str, volume: str, path: str) -> Outline:
    """The outline of a file's divisions; ``stem`` names what has no id, ``volume`` is its slug.

    Raises ImportFault where two documents have one id or the file has no document.
    """
    planner = _Planner(found, stem, volume)
    plans = list(_apart(planner.plans(), path))
    if not plans:
        raise ImportFault("No document was found: the file has no division with text.", path)
    give_positions(plans)
    sections = tuple(planner.sections(plans))
    return Outline({plan.index: plan for plan in plans}, sections)


def _apart(plans: Iterator[Plan], path: str) -> Iterator[Plan]:
    """The plans, each with a slug of its own."""
    seen: dict[str, int | None] = {}
    for plan in plans:
        if plan.slug in _TAKEN:
            plan.slug += "-list"
        while plan.slug in seen:
            if plan.is_document:
                first = seen[plan.slug]
                message = f"Two documents have the id {plan.slug}; the first is on line {first}."
                raise ImportFault(message, path, plan.line)
            plan.slug += "-x"
        seen[plan.slug] = plan.line
        yield plan


class _Planner:
    """Goes through the divisions in order, and names what has no id by what it is and a count."""

    def __init__(self, found: list[Division], stem: str, volume: str) -> None:
        self.found, self.stem, self.volume = found, stem, volume
        self.counts: dict[str, int] = {}
        self.slugs: dict[int, str] = {}  # of sections
        kinds = {d.kind for d in found if d.region == "body" or d.kind == "document"}
        self.unit = next((kind for kind in ("document", CHAPTER) if kind in kinds), "")
        self.holds = self._holders()

    def _holders(self) -> set[int]:
        """The divisions that have a document in them."""
        held: set[int] = set()
        for division in self.found:
            if self._is_unit(division):
                outer = division.outer
                while outer >= 0 and outer not in held:
                    held.add(outer)
                    outer = self.found[outer].outer
        return held

    def _is_unit(self, division: Division) -> bool:
        return bool(self.unit) and division.kind == self.unit

    def plans(self) -> Iterator[Plan]:
        whole: set[int] = set()  # divisions whose text is a document, or inside one
        for index, division in enumerate(self.found):
            outer = division.outer
            if division.is_document:
                yield self._plan(index, division.subtype[:40] or "historical-document", "")
                whole.add(index)
            elif outer in whole:
                whole.add(index)
            elif index in self.holds and not self._is_unit(division):
                yield from self._rest(index)
            elif division.is_region:
                yield from self._region(index, whole)
            else:
                whole.add(index)
                if division.has_words and not _is_made_by_the_app(division):
                    yield self._plan(index, _MATTER[division.region], division.region)

    def _region(self, index: int, whole: set[int]) -> Iterator[Plan]:
        """A region without documents: its divisions are, or the whole body where it has none."""
        division = self.found[index]
        if division.region == "body" and not division.inner:
            whole.add(index)
            if division.has_words and not self.unit:
                yield self._plan(index, CHAPTER, division.region)
                return
        yield from self._rest(index)

    def _rest(self, index: int) -> Iterator[Plan]:
        """What a section or region says outside of its divisions, if it does."""
        division = self.found[index]
        section = "" if division.is_region else self._section(index)
        if not division.has_more:
            return
        is_introduction = section or division.region == "body"
        end = "-intro" if is_introduction else f"-{division.region}"
        yield Plan(
            index,
            (section or self.volume)[: MAX_SLUG - len(end)] + end,
            INTRODUCTION if is_introduction else _MATTER[division.region],
            section=section,
            title=division.heading or _UNTITLED[division.region],
            page=division.page,
            line=division.line,
            is_rest=True,
        )

    def _plan(self, index: int, kind: str, region: str) -> Plan:
        division = self.found[index]
        name = {"": "", "body": f"{CHAPTER}-"}.get(region, f"{region}-")
        slug = self._slug(division, name)
        return Plan(
            index,
            slug,
            kind,
            number=_number(division, slug),
            section=self._section_around(division.outer),
            title=division.heading or _UNTITLED.get(_region_of(division, region), ""),
            page=division.page,
            line=division.line,
            is_document=not region,
        )

    def _slug(self, division: Division, name: str) -> str:
        self.counts[name] = self.counts.get(name, 0) + 1
        identity = _SIGN.sub("", division.identity)
        given = slug_from(identity) if identity else ""
        return given or f"{self.stem}-{name}{self.counts[name]}"

    def _section(self, index: int) -> str:
        slug = self._slug(self.found[index], "section-")
        while slug in self.slugs.values():
            slug += "-x"
        self.slugs[index] = slug
        return slug

    def _section_around(self, index: int) -> str:
        while index >= 0 and index not in self.slugs:
            index = self.found[index].outer
        return self.slugs.get(index, "")

    def sections(self, plans: list[Plan]) -> Iterator[ParsedSection]:
        """The sections in order; each has the position of the first document in it."""
        first: dict[int, int] = {}
        for plan in plans:
            index = plan.index
            while index >= 0:
                first[index] = min(first.get(index, plan.position), plan.position)
                index = self.found[index].outer
        for index, slug in self.slugs.items():
            division = self.found[index]
            yield ParsedSection(
                slug,
                division.kind[:40] or "section",
                division.heading or slug,
                self._section_around(division.outer),
                first[index],
            )


def _region_of(division: Division, region: str) -> str:
    """An introduction that the file calls a document has the title that it would have without."""
    return "body" if division.subtype == INTRODUCTION else region


def _is_made_by_the_app(division: Division) -> bool:
    names = (division.kind, division.subtype, division.identity)
    return any(_MADE_BY_THE_APP.fullmatch(name) for name in names)


def _number(division: Division, slug: str) -> str:
    """The number as the source has it, or as both the id and the heading have it."""
    if division.number:
        return division.number[:30]
    found = re.match(r"(\d+[a-z]?)\.(?=\s)", division.heading)
    return found[1] if found and slug == f"d{found[1]}" else ""


def give_positions(plans: list[Plan]) -> None:
    """Gives the plans, in the order of the file, their positions."""
    places = _places(plans)
    last, back = 0, _BACK
    for index, plan in enumerate(plans):
        if plan.kind == _MATTER["back"]:
            plan.position, back = back, back + 1
        else:
            place = places[index]
            if plan.kind == INTRODUCTION:
                place = next((p for p in places[index:] if p), 0) - _BEFORE
            plan.position = last = max(place, last + 1)


def _places(plans: list[Plan]) -> list[int]:
    """For each plan its place by its number, or by the running count, or 0."""
    numbers = [
        int(plan.number) if _NUMBER.fullmatch(plan.number) and not plan.is_rest else 0
        for plan in plans
    ]
    given = [number for number in numbers if number]
    if given == sorted(set(given)):
        return [number * _STEP for number in numbers]
    count = 0
    for index, plan in enumerate(plans):
        count += plan.is_document
        numbers[index] = count * _STEP if plan.is_document else 0
    return numbers
