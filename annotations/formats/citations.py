"""An annotation set, or a snapshot of it, as scholars cite it: Chicago, BibTeX, RIS, CSL-JSON.

How to use it::

    cited = SetCitation(
        key="seminar-2",                    # names it in a bibliography
        title="A seminar",
        address="https://example.org/snapshots/…/",
        people=("Ada Owner",),              # who leads the set; empty where nobody is to be named
        date="2026-01-02",                  # ISO day of what is cited; empty: not known
        version="snapshot 2",               # in words; empty: the set as it stands
        publisher="Apparatus",              # who keeps it: a site's name; may be empty
        rights="https://creativecommons.org/licenses/by/4.0/",
    )
    chicago(cited), bibtex(cited), ris(cited), csl(cited)     # plain text
    for form in forms(cited): form.name, form.suffix, form.media_type, form.text

People are the editors of the set: it is not theirs alone what members wrote. In BibTeX, RIS and
CSL-JSON they stand as authors all the same: common styles print no editor of a data set, and would
leave their names out.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date as Day
from typing import NamedTuple

from annotations.formats.package import Package
from archive import csl as items
from archive.citations import bare_url, in_words, latex, latex_name, one_line, surname_first

GENRE = "annotation set"


@dataclass(frozen=True, slots=True)
class SetCitation:
    """What a citation of a set says; all but ``key``, ``title`` and ``address`` may be empty."""

    key: str
    title: str
    address: str
    people: tuple[str, ...] = ()
    date: str = ""
    version: str = ""
    publisher: str = ""
    rights: str = ""

    @property
    def year(self) -> str:
        return self.date[:4]


class Form(NamedTuple):
    """A citation in one form: what people call it, how its file ends, what it is, the text."""

    name: str
    suffix: str
    media_type: str
    text: str


def of_package(package: Package, people: tuple[str, ...] = ()) -> SetCitation:
    """How the set of a package is cited; without ``people`` by its owner alone."""
    one = package.set
    return SetCitation(
        key=one.slug,
        title=one.title,
        address=one.address,
        people=people or ((one.owner.name or one.owner.username),),
        date=f"{package.made:%Y-%m-%d}",
        rights=one.rights,
    )


def forms(cited: SetCitation) -> list[Form]:
    """All four, for pages and files; the first is what people paste."""
    return [
        Form("Chicago", "txt", "text/plain", chicago(cited) + "\n"),
        Form("BibTeX", "bib", "application/x-bibtex", bibtex(cited)),
        Form("RIS", "ris", "application/x-research-info-systems", ris(cited)),
        Form("CSL-JSON", "csl.json", items.MEDIA_TYPE, csl(cited)),
    ]


def chicago(cited: SetCitation) -> str:
    """One sentence in the form of a note of the Chicago Manual of Style."""
    who = ""
    if cited.people:
        who = f"{in_words(cited.people)}, {'ed.' if len(cited.people) == 1 else 'eds.'}, "
    closing = "" if cited.title[-1:] in ("?", "!") else ","
    parts = (GENRE, cited.version, cited.publisher, _day(cited.date), cited.address)
    return one_line(f"{who}“{cited.title}{closing}” {', '.join(part for part in parts if part)}.")


def bibtex(cited: SetCitation) -> str:
    """An entry ``@misc`` in UTF-8 with a line feed at its end."""
    fields = {
        "author": " and ".join(latex_name(name) for name in cited.people),
        "title": f"{{{latex(cited.title)}}}",
        "howpublished": latex(GENRE[0].upper() + GENRE[1:]),
        "version": latex(cited.version),
        "publisher": f"{{{latex(cited.publisher)}}}" if cited.publisher else "",
        "year": latex(cited.year),
        "date": latex(cited.date),
        "note": latex(cited.version[:1].upper() + cited.version[1:]),
        "url": bare_url(cited.address),
    }
    lines = [f"  {name} = {{{value}}}" for name, value in fields.items() if value]
    key = re.sub(r"[^A-Za-z0-9:_-]+", "-", cited.key)
    return f"@misc{{{key},\n" + ",\n".join(lines) + "\n}\n"


def ris(cited: SetCitation) -> str:
    """A record of type DATA; its lines end with CR LF."""
    return "".join(f"{tag}  - {one_line(value)}\r\n" for tag, value in _ris_lines(cited))


def csl(cited: SetCitation) -> str:
    """A list with one item of type ``dataset``, as JSON with a line feed at its end."""
    return items.dump(
        items.known(
            {
                "id": cited.key,
                "type": "dataset",
                "genre": GENRE,
                "title": cited.title,
                "author": [items.name(one) for one in cited.people],
                "issued": items.date(cited.date),
                "version": cited.version,
                "publisher": cited.publisher,
                "license": cited.rights,
                "URL": cited.address,
            }
        )
    )


def _ris_lines(cited: SetCitation) -> Iterator[tuple[str, str]]:
    yield "TY", "DATA"
    found = [
        ("ID", cited.key),
        *(("AU", surname_first(name)) for name in cited.people),
        ("TI", cited.title),
        ("M3", GENRE),
        ("ET", cited.version),
        ("PB", cited.publisher),
        ("PY", cited.year),
        ("DA", cited.date.replace("-", "/")),
        ("N1", f"Licence: {cited.rights}" if cited.rights else ""),
        ("UR", cited.address),
    ]
    yield from ((tag, value) for tag, value in found if value)
    yield "ER", ""


def _day(date: str) -> str:
    """An ISO day as Chicago has it: ``January 2, 2026``; what is none stays as it is."""
    try:
        day = Day.fromisoformat(date)
    except ValueError:
        return date
    return f"{day:%B} {day.day}, {day.year}"
