"""Volumes of any size in the publisher's TEI, with words of their own: for tests and benchmarks.

The same arguments give the same bytes. No pytest here: the benchmarks use it too.
"""

from __future__ import annotations

import random
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path
from typing import Any

from tests.teiprose import Prose
from tests.teiwords import MARKINGS, OFFICES, Words, spelled, words_of

_LETTERS_A_WORD = 6.6  # mark-up and indentation with them: more than a word has
_SECTIONS = ("compilation", "chapter", "subchapter")
_STEPS = (120, 30, 10)  # how many documents one of each holds


@dataclass(frozen=True, slots=True)
class Shape:
    """What a volume is like. ``dated`` says that its documents carry ``frus:doc-dateTime-min``.

    One part of a document in ``rare`` is no paragraph but a list, table, quotation, …; a word in
    ``plain`` is a mention or marked otherwise. The excerpt of a real volume has 12 tags for a
    thousand letters, as 12 and 44 give; tests look at more of what is rare.
    """

    documents: int = 400
    megabytes: float = 4.0
    seed: int = 1
    slug: str = "frus1977-80v99"
    first: int = 1  # the number of its first document
    persons: int = 120
    terms: int = 60
    notes: tuple[int, int] = (3, 12)
    begin: date = date(1977, 1, 20)
    days: int = 1460
    dated: bool = True
    rare: int = 3
    plain: int = 30


def volume_xml(documents: int = 400, megabytes: float = 4.0, seed: int = 1, **shape: Any) -> bytes:
    """A whole volume of about that size; ``shape`` gives other fields of Shape."""
    made = Shape(documents=documents, megabytes=megabytes, seed=seed, **shape)
    return "".join(volume_pieces(made)).encode()


def write_volume(path: Path, shape: Shape) -> int:
    """Writes a volume piece by piece, whatever its size; the number of bytes."""
    with path.open("wb") as file:
        return sum(file.write(piece.encode()) for piece in volume_pieces(shape))


def corpus(
    documents: int = 20_000, a_volume: int = 400, kilobytes: float = 6.0, seed: int = 1
) -> Iterator[tuple[str, bytes]]:
    """The slugs and bytes of as many volumes as hold ``documents`` documents, one by one."""
    words = words_of(seed)
    for number, first in enumerate(range(0, documents, a_volume)):
        count, year = min(a_volume, documents - first), 1950 + number % 40
        shape = Shape(
            documents=count,
            megabytes=count * kilobytes / 1000,
            seed=seed + number,
            slug=f"frus{year}v{number + 1:02d}",
            begin=date(year, 1, 1),
            days=700,
        )
        yield shape.slug, "".join(volume_pieces(shape, words)).encode()


def volume_pieces(shape: Shape, words: Words | None = None) -> Iterator[str]:
    """The file in pieces: head and front matter, each document, back matter.

    ``words`` is a vocabulary that volumes share; without it, one of the shape's seed.
    """
    return _Volume(shape, words or words_of(shape.seed)).pieces()


class _Volume:
    def __init__(self, shape: Shape, words: Words) -> None:
        self.shape, self.words, self.chance = shape, words, random.Random(shape.seed)
        self.persons = [
            (f"p_{last[:2].upper()}{first[0]}_{n}", first, last)
            for n, (first, last) in enumerate(words.names[: shape.persons], 1)
        ]
        self.terms = [f"t_{self._initials()}_{n}" for n in range(1, shape.terms + 1)]
        targets = shape.first, shape.first + max(shape.documents, 1) - 1
        self.prose = Prose(self.chance, words, self.persons, self.terms, targets)
        self.prose.rare, self.prose.plain = self.shape.rare, self.shape.plain

    def _initials(self) -> str:
        return "".join(self.chance.choices("ABCDEFGILMNOPRSTU", k=self.chance.randrange(2, 6)))

    def pieces(self) -> Iterator[str]:
        shape, front = self.shape, self._front()
        yield front
        left, depth = shape.megabytes * 1_000_000 - len(front), 0
        for index in range(shape.documents):
            if index % _STEPS[-1] == 0:
                level = next(n for n, step in enumerate(_STEPS) if index % step == 0)
                yield "</div>" * (depth - level) + self._sections(index, level)
                depth = len(_SECTIONS)
            # A document that has become too long is made up for by those after it.
            document = self._document(index, left / (shape.documents - index))
            left -= len(document)
            yield document
        yield "</div>" * depth + "</body><back>" + self._back() + "</back></text></TEI>\n"

    def _sections(self, index: int, level: int) -> str:
        """Opens a section of that level, and one of each below it."""
        return "".join(
            f'\n<div type="{kind}" xml:id="{kind[:4]}{index}"><head>'
            f"{self.words.title(self.chance, 5)}</head>"
            for kind in _SECTIONS[level:]
        )

    def _front(self) -> str:
        slug, title = self.shape.slug, self.words.title(self.chance, 4)
        prose = self.prose.prose
        matter = {
            "preface": ("Preface", prose(900)),
            "sources": ("Sources", prose(300) + self._sources()),
            "methodology": ("Note on Methodology", prose(500)),
            "terms": ("Abbreviations and Terms", self._term_list()),
            "persons": ("Persons", self._person_list()),
        }
        return (
            '<?xml version="1.0" encoding="UTF-8"?>\n<TEI xmlns="http://www.tei-c.org/ns/1.0" '
            f'xmlns:frus="http://history.state.gov/frus/ns/1.0" xml:id="{slug}"><teiHeader>'
            f'<fileDesc><titleStmt><title type="complete">{title}</title>'
            f'<editor role="primary">{" ".join(self.words.names[0])}</editor></titleStmt>'
            "<publicationStmt><publisher>A Press</publisher><date>1999</date>"
            f'<idno type="frus">{slug}</idno></publicationStmt></fileDesc></teiHeader>\n'
            "<text><front>\n"
            + "\n".join(
                f'<div type="section" xml:id="{key}"><head>{head}</head>{inner}</div>'
                for key, (head, inner) in matter.items()
            )
            + "</front><body>"
        )

    def _sources(self) -> str:
        items = "".join(
            f'<item><hi rend="strong">{self.words.title(self.chance, 3)}</hi><list>'
            + "".join(f"<item>{self.words.phrase(self.chance, 6)}</item>" for _ in range(4))
            + "</list></item>"
            for _ in range(5)
        )
        return f'<list type="references"><head>Unpublished</head>{items}</list>'

    def _term_list(self) -> str:
        items = "".join(
            f'<item><hi rend="strong"><term xml:id="{key}">{key.split("_")[1]}</term>,</hi> '
            f"{self.words.phrase(self.chance, 3)}</item>\n"
            for key in self.terms
        )
        return f'<list type="terms"><item><list>{items}</list></item></list>'

    def _person_list(self) -> str:
        items = "".join(
            f'<item><hi rend="strong"><persName xml:id="{key}">{last}, {first}</persName>,</hi> '
            f"{self.words.phrase(self.chance, 8)}</item>\n"
            for key, first, last in self.persons
        )
        return f'<list type="persons"><item><list>{items}</list></item></list>'

    def _back(self) -> str:
        items = "".join(
            f'<item>{last}, {first}, <ref target="#d{self.shape.first}">1</ref></item>'
            for _, first, last in self.persons[:20]
        )
        head = "<head>Index</head>"
        return f'<div type="index" xml:id="index">{head}<list>{items}</list></div>'

    def _document(self, index: int, size: float) -> str:
        number, prose = self.shape.first + index, self.prose
        day = self.shape.begin + timedelta(
            days=index * self.shape.days // max(self.shape.documents, 1)
        )
        is_note = index % 15 == 14
        prose.begin(f"d{number}", self.chance.randint(*self.shape.notes))
        opening = self._title(number) if is_note else self._opening(number, day)
        parts, length = [prose.page_break(), opening], len(opening) + 400.0
        each = max(int((size - length) / _LETTERS_A_WORD / (prose.wanted + 2)), 12)
        turn = index
        while length < size:
            parts.append(prose.part(turn, min(each, 160)))
            length += len(parts[-1])
            turn += 1
        while prose.wanted:
            parts.append(prose.paragraph(24))
        if not is_note:
            parts.append(self._closing(index, day))
        kind = "editorial-note" if is_note else "historical-document"
        return (
            f'\n<div type="document" subtype="{kind}" n="{number}" xml:id="d{number}"'
            f"{self._dated(index, day)}>" + "\n".join(parts) + "</div>"
        )

    def _dated(self, index: int, day: date) -> str:
        if not self.shape.dated:
            return ""
        low, high = ("16:15:00", "17:20:00") if index % 4 == 0 else ("00:00:00", "23:59:59")
        return (
            f' frus:doc-dateTime-min="{day}T{low}-05:00" frus:doc-dateTime-max="{day}T{high}-05:00"'
        )

    def _title(self, number: int) -> str:
        return f"<head>{number}. Editorial Note</head>"

    def _opening(self, number: int, day: date) -> str:
        """Head with its source note, dateline, and the lists that a memorandum begins with."""
        chance, prose = self.chance, self.prose
        prose.note, prose.wanted = 1, prose.wanted - 1
        place = chance.choice(self.words.places)
        kind = number % 3
        head = ("Telegram From", "Memorandum of Conversation,", "Memorandum From")[kind]
        lists = (
            "",
            f'<list type="participants"><head>PARTICIPANTS</head><item>{prose.mention()}<list>'
            f"<item>{prose.mention()}</item></list></item></list>",
            f'<list type="subject"><head>SUBJECT</head><item>{self.words.title(chance, 5)}</item>'
            "</list>",
        )
        return (
            f"<head>{number}. {head} {prose.mention()} to {chance.choice(OFFICES)}"
            f'<note n="1" xml:id="d{number}fn1" type="source">Source: Central Archive, RG 7, Box '
            f"{number}. {chance.choice(MARKINGS)}. Drafted by {prose.mention()}.</note></head>"
            f'<opener><dateline rendition="#right"><placeName>{place}</placeName>, '
            f'<date when="{day}">{spelled(day)}</date></dateline></opener>{lists[kind]}'
        )

    def _closing(self, index: int, day: date) -> str:
        name = f"<closer><signed>{self.prose.mention()}</signed></closer>"
        if index % 12 != 5:
            return name
        inner = self.prose.prose(60)
        return (
            f"{name}<frus:attachment><head>Attachment</head><opener><dateline>"
            f"<date>{spelled(day)}</date></dateline></opener>{inner}</frus:attachment>"
        )
