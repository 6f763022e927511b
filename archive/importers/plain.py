"""A plain-text transcription with its numbered notes, as scraped from a web page, to plain values.

What it reads: the heading on the first line; paragraphs parted by empty lines; "• …" a list item;
"[Page 546]" a page break; and at the end the notes, each on a line that begins with its number and
a full stop. Each note is tied to its marker in the running text, and the marker is taken out.
"""

from __future__ import annotations

import re
from collections import deque
from dataclasses import dataclass, field

from archive.importers.faults import ImportFault, Notices
from archive.importers.markers import Marker, find_markers
from archive.importers.parsed import Parsed
from archive.importers.particulars import Found, Given, parsed_of
from archive.importers.stream import Form, Stream
from archive.text import BlockKind, NoteKind, Text

_BULLET = re.compile(r"^[ \t]*[•▪●◦][ \t\u00a0]*")
_NUMBERED = re.compile(r"^[ \t]*(\d{1,4})\.[ \t\u00a0]+(?=\S)")
# Those of ten books; each takes up to a kilobyte while the text is made.
MAX_UNITS = 100_000
# A list item this near to the heading is the document's subject.
SUBJECT_WITHIN = 4
_NONE_GIVEN = Given()
_PAGE = re.compile(r"\[Page ([0-9A-Za-z]{1,30})\]")


@dataclass(slots=True)
class _Unit:
    """A heading, paragraph, item or note of the source, with its first line's number from 1."""

    text: str
    line: int
    number: int | None = None
    bullet: bool = False
    indented: bool = False
    apart: bool = True  # an empty line stands before it
    markers: list[Marker] = field(default_factory=list)


def parse_text(
    data: bytes, path: str, *, volume: str, number: str, given: Given = _NONE_GIVEN
) -> Parsed:
    """The document ``d`` + ``number`` of ``volume``; ``path`` names the file in messages.

    Raises ImportFault when the bytes are not UTF-8 text or hold no text at all.
    """
    source = _decode(data, path)
    units = _units(source)
    if not units:
        raise ImportFault("The file holds no text.", path)
    if len(units) > MAX_UNITS:
        raise ImportFault("The document is too long to be read: bring it in parts.", path)
    notices = Notices()
    body, notes = _part(units, notices)
    slug = f"d{number}"
    text = _text(body, notes, slug)
    pages = tuple(match[1] for unit in body for match in _PAGE.finditer(unit.text))
    subject = next((unit.text for unit in body[1:SUBJECT_WITHIN] if unit.bullet), "")
    found = Found(text, source, subject=" ".join(_PAGE.sub(" ", subject).split()), pages=pages)
    return parsed_of("text", path, found, given, notices, volume=volume, number=number)


def _decode(data: bytes, path: str) -> str:
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        message = "The file is not UTF-8 text; save it as UTF-8 and try again."
        raise ImportFault(message, path, line) from error
    if "\0" in text:
        line = text.count("\n", 0, text.index("\0")) + 1
        raise ImportFault("The file holds NUL characters: it is not plain text.", path, line)
    return text.replace("\r\n", "\n").replace("\r", "\n")


def _units(source: str) -> list[_Unit]:
    units: list[_Unit] = []
    # Joined once: a paragraph of many lines would be copied at each.
    more: dict[int, list[str]] = {}
    fresh = True
    for count, line in enumerate(source.split("\n"), start=1):
        if not line.strip(" \t"):
            fresh = True
            continue
        bullet, numbered = _BULLET.match(line), _NUMBERED.match(line)
        if bullet:
            units.append(_Unit(line[bullet.end() :], count, bullet=True))
        elif fresh or numbered:
            number = int(numbered[1]) if numbered else None
            indented = line[0] in " \t"
            units.append(_Unit(line, count, number, indented=indented, apart=fresh))
        else:
            more.setdefault(len(units) - 1, []).append(line)
        fresh = False
    for index, lines in more.items():
        units[index].text = " ".join([units[index].text, *lines])
    return units


def _part(units: list[_Unit], notices: Notices) -> tuple[list[_Unit], list[_Unit]]:
    """Body and notes, with the markers found in the body; what is not found is said."""
    first = _first_note(units)
    body, listed = units[:first], units[first:]
    numbers = sorted(unit.number for unit in listed if unit.number is not None)
    found = _mark(body, numbers)
    is_apparatus = found or any(_note_text(u).startswith("Source:") for u in listed)
    if listed and not is_apparatus:
        notices.add(
            "The numbered lines at the end have no markers: they are read as part of the text.",
            listed[0].line,
        )
        return units, []
    for unit in listed:
        if unit.number is not None and unit.number not in found:
            notices.add(f"The marker of note {unit.number} was not found in the text.", unit.line)
    return body, listed


def _first_note(units: list[_Unit]) -> int:
    """The index at which the list of notes at the end begins; the number of units if none does.

    The list runs back from the last numbered line while the numbers run one way and stops at 1, so
    that a numbered list of the body just before it is not taken in. Unnumbered lines belong to it
    only where they are indented, as the second paragraph of a note.
    """
    first, later, way = len(units), None, 0
    for index in range(len(units) - 1, 0, -1):
        unit = units[index]
        if unit.bullet or (unit.number is None and not unit.indented):
            break
        if unit.number is None:
            continue
        if later is not None:
            step = later - unit.number
            if step == 0 or step * way < 0:
                break
            way = way or step
        first, later = index, unit.number
        # A list from the last note to the first goes on, but only where its lines stand together.
        if unit.number == 1 and (way > 0 or unit.apart):
            break
    return first


def _mark(body: list[_Unit], numbers: list[int]) -> set[int]:
    """Finds the markers over the whole body and gives each unit its own; the numbers found."""
    found = find_markers("\n".join(unit.text for unit in body), numbers)
    waiting, start = deque(found), 0
    for unit in body:
        end = start + len(unit.text)
        while waiting and waiting[0].start < end:
            marker = waiting.popleft()
            place = marker.start - start, marker.end - start
            unit.markers.append(Marker(marker.number, *place))
        start = end + 1
    return {marker.number for marker in found}


def _note_text(unit: _Unit) -> str:
    return _NUMBERED.sub("", unit.text, count=1) if unit.number is not None else unit.text


def _text(body: list[_Unit], listed: list[_Unit], slug: str) -> Text:
    stream = Stream(Form(BlockKind.PARAGRAPH.value))
    for index, unit in enumerate(body):
        stream.form = _form(index, unit)
        _write(stream, unit.text, slug, unit.markers)
        stream.close()
        stream.settle_calls()
    stream.end_body()
    for number, units in sorted(_grouped(listed).items()):
        is_source = _note_text(units[0]).startswith("Source:")
        stream.begin_note(f"{slug}fn{number}", Form(BlockKind.NOTE.value))
        for unit in units:
            _write(stream, _note_text(unit), slug, [])
            stream.close()
        kind = NoteKind.SOURCE if is_source else NoteKind.EDITORIAL
        stream.end_note(str(number), kind.value)
    return stream.text()


def _form(index: int, unit: _Unit) -> Form:
    if index == 0:
        return Form(BlockKind.HEADING.value, {"level": "1"}, loose=False)
    if unit.bullet:
        attrs = {"depth": "1", "list": "subject"} if index < SUBJECT_WITHIN else {"depth": "1"}
        return Form(BlockKind.ITEM.value, attrs, loose=False)
    return Form(BlockKind.PARAGRAPH.value, loose=False)


def _grouped(listed: list[_Unit]) -> dict[int, list[_Unit]]:
    """The paragraphs of each note, by its number; the first unit of the list has one."""
    notes: dict[int, list[_Unit]] = {}
    current: list[_Unit] = []
    for unit in listed:
        if unit.number is not None:
            current = notes.setdefault(unit.number, [])
        current.append(unit)
    return notes


def _write(stream: Stream, text: str, slug: str, markers: list[Marker]) -> None:
    points = [(m.start(), m.end(), m[1], "") for m in _PAGE.finditer(text)]
    points += [(m.start, m.end, "", f"{slug}fn{m.number}") for m in markers]
    at = 0
    for start, end, page, call in sorted(points):
        stream.write(text[at:start])
        if page:
            stream.page(page)
        else:
            stream.call(call)
        at = end
    stream.write(text[at:])
