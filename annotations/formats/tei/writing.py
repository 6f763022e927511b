"""A set as one TEI file, piece by piece."""

from __future__ import annotations

from collections.abc import Callable, Generator, Iterator
from itertools import groupby

from annotations.formats.package import Package
from annotations.formats.tei.codebook import TAXONOMY, Categories
from annotations.formats.tei.elements import Element, element_for, identity, ids_of
from annotations.formats.tei.header import (
    PERSON,
    SOURCE,
    People,
    Source,
    header,
    volume_header,
    volume_id,
)
from annotations.formats.tei.standoff import ANNOTATION, REPLY, StandOff
from annotations.formats.tei.wording import NAMESPACE, attribute
from annotations.formats.values import PartValue

_OURS = (SOURCE, PERSON, ANNOTATION, REPLY, "theme.")
# An import of a corpus takes it off again, with the number and the dot after it.
TOLD_APART = "_."
_REGIONS = ("front", "body", "back")


class Writing:
    """One file in the making: what it holds is surveyed first, then written."""

    def __init__(self, package: Package) -> None:
        self.package = package
        self.sources = {source.key: source for source in _survey(package)}
        self.people = People(package.people())
        self.categories = Categories(package.codebook)
        self.standoff = StandOff(self.people, self.categories)
        self._element: Callable[[PartValue], Element] = self._made
        if len(self.sources) == 1:
            self._kept: Element | None = None
            self._element = self._made_once

    def pieces(self) -> Iterator[str]:
        yield '<?xml version="1.0" encoding="UTF-8"?>\n'
        sources = list(self.sources.values())
        volumes = list(dict.fromkeys(source.document.volume for source in sources))
        head = header(self.package, self.people, self.categories, sources)
        texts, annotated = self._parts(), self._parts()
        if len(volumes) < 2:
            yield _opening("TEI", volumes[0] if volumes else "")
            yield head
            yield from self._volume(texts, annotated)
            yield "</TEI>\n"
            return
        yield _opening("teiCorpus")
        yield head
        with_notes = groupby(annotated, key=_volume_of)
        for volume, parts in groupby(texts, key=_volume_of):
            yield _opening("TEI", volume)
            yield volume_header(next(s for s in sources if s.document.volume == volume))
            yield from self._volume(parts, next(with_notes)[1])
            yield "</TEI>\n"
        yield "</teiCorpus>\n"

    def _parts(self) -> Iterator[PartValue]:
        """What was there when the header was written, and is still."""
        return (part for part in self.package.parts() if _key(part) in self.sources)

    def _volume(self, texts: Iterator[PartValue], annotated: Iterator[PartValue]) -> Iterator[str]:
        has_text = yield from self._text(texts)
        opened = False
        for part in annotated:
            for piece in self._beside(part):
                if not opened:
                    opened = True
                    yield "<standOff>\n"
                yield piece
        if opened:
            yield "</standOff>\n"
        elif not has_text:
            yield "<text><body><p>There is no document in this set.</p></body></text>\n"

    def _text(self, parts: Iterator[PartValue]) -> Generator[str, None, bool]:
        """The ``text`` with the latest editions; whether there are any."""
        region = ""
        for part in parts:
            if not part.edition.latest or self.sources[_key(part)].within:
                continue
            made = self._element(part)
            if region == "":
                yield "<text>"
            if made.region != region:
                # Only what stands in one order may be told apart: front, body, back.
                if region and _REGIONS.index(made.region) > _REGIONS.index(region):
                    yield f"</{region}>\n"
                if not region or _REGIONS.index(made.region) > _REGIONS.index(region):
                    region = made.region
                    yield f"<{region}>\n"
            yield from _paged(part)
            yield made.xml
            yield "\n"
        if region:
            yield f"</{region}>" + ("" if region != "front" else "<body><p/></body>")
            yield "</text>\n"
        return bool(region)

    def _beside(self, part: PartValue) -> Iterator[str]:
        source = self.sources[_key(part)]
        made = self._element(part)
        if not part.edition.latest:
            yield f'<note type="edition" corresp="#{source.id}"><floatingText><body>{made.xml}'
            yield "</body></floatingText></note>\n"
        yield from self.standoff.listed(part, source, made)

    def _made(self, part: PartValue) -> Element:
        return element_for(part, self.sources[_key(part)].prefix)

    def _made_once(self, part: PartValue) -> Element:
        if self._kept is None:
            self._kept = self._made(part)
        return self._kept


def _opening(name: str, volume: str = "") -> str:
    given = f" xml:id={attribute(volume)}" if volume_id(volume) else ""
    return f'<{name} xmlns="{NAMESPACE}"{given}>\n'


def _key(part: PartValue) -> tuple[str, str, int]:
    return part.document.volume, part.document.slug, part.edition.number


def _volume_of(part: PartValue) -> str:
    return part.document.volume


def _survey(package: Package) -> Iterator[Source]:
    """What the file will hold. A text with an id that the file has already bears a prefix, unless
    it is a document inside of another, and so is there."""
    seen: set[str] = {TAXONOMY}
    inside: dict[str, set[str]] = {}  # by volume, the ids of its texts that are as they were
    for number, part in enumerate(package.parts(), 1):
        volume, own, found = part.document.volume, identity(part), ids_of(part)
        if volume not in inside:
            inside[volume] = set()
            seen.add(volume)
        within = part.edition.latest and own in inside[volume]
        is_taken = not seen.isdisjoint(found) or any(one.startswith(_OURS) for one in found)
        prefix = f"{TOLD_APART}{number}." if is_taken and not within else ""
        seen.update(prefix + one for one in found)
        if part.edition.latest and not prefix:
            inside[volume] |= found
        yield Source(
            number=number,
            document=part.document,
            edition=part.edition,
            file=part.source_name,
            form=part.source_format,
            prefix=prefix,
            element=prefix + own,
            within=within,
        )


def _paged(part: PartValue) -> Iterator[str]:
    """The page that the document begins on, where it does not begin with it."""
    page = part.document.citation.first_page if part.document.citation else ""
    first = next((span for span in part.text.spans if span.kind == "page"), None)
    if page and not (first and first.start == 0):
        yield f"<pb n={attribute(page)}/>\n"
