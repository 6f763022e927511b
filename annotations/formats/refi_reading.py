"""Reading a ``project.qde`` piece by piece into records, with limits on how many there may be."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterable

from lxml import etree

from annotations.formats import refi_codes
from annotations.formats.brought import FormatFault
from annotations.formats.refi import ORIGIN, even_guid
from annotations.formats.refi_records import Coding, Note, Project, Selection, Source
from annotations.formats.safe_xml import events, inside, local, text_of
from annotations.formats.values import PersonValue

_MOST = {"selections": 250_000, "notes": 500_000, "sources": 10_000, "users": 20_000}
_MOST |= {"variables": 5_000, "links": 250_000}
_MOST_NAME = 2000
_NUMBER = re.compile(r"\s*[+-]?[0-9]{1,15}\s*")


# Each is counted when it ends.
_OTHERS = (
    *("PictureSource", "PDFSource", "AudioSource", "VideoSource"),
    *("PictureSelection", "PDFSelection", "AudioSelection", "VideoSelection"),
    *("TranscriptSelection", "Transcript", "Case", "Graph"),
)


def read(pieces: Iterable[bytes], file: str) -> Project:
    """Reads the XML; raises FormatFault, with the line, for what is no project or is too much."""
    reader = _Reader(file)
    tags = (*_OTHERS, *reader.begins, *reader.ends)
    for has_ended, name, element in events(pieces, tags, file):
        if not has_ended and name in reader.begins:
            reader.begins[name](element)
        elif has_ended and name in reader.ends:
            reader.ends[name](element)
        if has_ended and name in _OTHERS:
            reader.project.others[name] += 1
    if not reader.is_project:
        raise FormatFault("The file is XML, but no REFI-QDA project: it has no Project.", file)
    return reader.project


class _Reader:
    def __init__(self, file: str) -> None:
        self.file, self.project, self.is_project = file, Project(), False
        self._source: Source | None = None
        self._note: Note | None = None
        self._count: Counter[str] = Counter()
        self.begins: dict[str, Callable[[etree._Element], None]] = {
            "Project": self._begin_project,
            "TextSource": self._begin_source,
            "Representation": self._begin_source,
            "Note": self._begin_note,
        }
        self.ends: dict[str, Callable[[etree._Element], None]] = {
            "Project": self._end_project,
            "User": self._end_user,
            "Codes": self._end_codes,
            "Variable": self._end_variable,
            "TextSource": self._end_source,
            "Representation": self._end_source,
            "PlainTextSelection": self._end_selection,
            "Note": self._end_note,
            "Link": self._end_link,
            "Set": self._end_set,
        }

    def _counted(self, what: str) -> int:
        self._count[what] += 1
        if self._count[what] > _MOST[what]:
            raise FormatFault(f"The project has more than {_MOST[what]:,} {what}.", self.file)
        return self._count[what]

    def _begin_project(self, element: etree._Element) -> None:
        self.is_project = True
        self.project.origin = element.get("origin") or ""

    def _end_project(self, element: etree._Element) -> None:
        self.project.description = text_of(element, "Description")

    def _end_user(self, element: etree._Element) -> None:
        self._counted("users")
        name, username = element.get("name") or "", element.get("id")
        guid = even_guid(element.get("guid"))
        username = username if username is not None else name
        known = username or name or f"user-{guid[:8]}"
        # Ours has the username where there is no name.
        name = "" if self.project.origin == ORIGIN and name == username else name
        self.project.users.setdefault(guid, PersonValue(known, name))

    def _end_codes(self, element: etree._Element) -> None:
        self.project.codes = refi_codes.read(element, self.file)

    def _end_variable(self, element: etree._Element) -> None:
        self._counted("variables")
        self.project.variables[even_guid(element.get("guid"))] = element.get("name") or ""

    def _begin_source(self, element: etree._Element) -> None:
        above = element.getparent()
        around = local(above) if above is not None else ""
        if around == "PDFSelection":
            # The words under a rectangle of a page: the page's text has them, too.
            self._source = None
            return
        self._counted("sources")
        name = (above.get("name") if above is not None and around == "PDFSource" else "") or ""
        self._source = Source(
            guid=even_guid(element.get("guid")),
            name=name or element.get("name") or "",
            path=element.get("plainTextPath") or "",
            line=element.sourceline or 0,
        )
        self.project.sources.append(self._source)

    def _end_source(self, element: etree._Element) -> None:
        if (source := self._source) is None:
            return
        source.content = _content(element)
        source.notes = _refs(element, "NoteRef")
        source.values = dict(_value(one) for one in inside(element, "VariableValue"))
        self.project.others["Coding"] += sum(1 for _ in inside(element, "Coding"))
        self.project.others["Comment"] += bool(text_of(element, "Description").strip())
        self._source = None

    def _begin_note(self, element: etree._Element) -> None:
        self._counted("notes")
        self._note = Note(
            guid=even_guid(element.get("guid")),
            name=element.get("name") or "",
            path=element.get("plainTextPath") or "",
            user=_user(element),
            created=element.get("creationDateTime") or "",
            modified=element.get("modifiedDateTime") or "",
            line=element.sourceline or 0,
        )

    def _end_note(self, element: etree._Element) -> None:
        assert self._note is not None
        self._note.content = _content(element)
        self._note.description = text_of(element, "Description")
        self.project.notes.setdefault(self._note.guid, self._note)
        self._note = None

    def _end_selection(self, element: etree._Element) -> None:
        holder = self._note or self._source
        if holder is None:
            self.project.others["Loose"] += 1
            return
        holder.selections.append(_selection(element, self._counted("selections")))

    def _end_link(self, element: etree._Element) -> None:
        self._counted("links")
        ends = even_guid(element.get("originGUID")), even_guid(element.get("targetGUID"))
        self.project.links.append(ends)

    def _end_set(self, element: etree._Element) -> None:
        self.project.sets.append(element.get("name") or "")


def _selection(element: etree._Element, number: int) -> Selection:
    found = Selection(
        guid=even_guid(element.get("guid")),
        name=_short(element.get("name") or ""),
        start=_number(element.get("startPosition")),
        end=_number(element.get("endPosition")),
        user=_user(element),
        created=element.get("creationDateTime") or "",
        modified=element.get("modifiedDateTime") or "",
        description="",
        codings=[],
        notes=[],
        number=number,
        line=element.sourceline or 0,
    )
    on_codings: list[str] = []
    for child in element:
        name = local(child)
        if name == "Description":
            found.description = found.description or child.text or ""
        elif name == "NoteRef":
            found.notes.append(even_guid(child.get("targetGUID")))
        elif name == "Coding":
            user = even_guid(child.get("creatingUser"))
            created = child.get("creationDateTime") or ""
            found.codings += [Coding(code, user, created) for code in _refs(child, "CodeRef")]
            on_codings += _refs(child, "NoteRef")
    found.notes += on_codings
    return found


def _short(name: str) -> str:
    return name if len(name) <= _MOST_NAME else f"{name[:_MOST_NAME]}…"


def _user(element: etree._Element) -> str:
    return even_guid(element.get("creatingUser") or element.get("modifyingUser"))


def _refs(element: etree._Element, name: str) -> list[str]:
    return [even_guid(one.get("targetGUID")) for one in inside(element, name)]


def _content(element: etree._Element) -> str | None:
    for one in inside(element, "PlainTextContent"):
        return one.text or ""
    return None


def _value(element: etree._Element) -> tuple[str, str]:
    """A value with the GUID of its variable."""
    guid, value = "", ""
    for one in element:
        if local(one) == "VariableRef":
            guid = even_guid(one.get("targetGUID"))
        else:
            value = one.text or ""
    return guid, value


def _number(given: str | None) -> int | None:
    return int(given) if given and _NUMBER.fullmatch(given) else None
