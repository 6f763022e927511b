"""What is gathered while a project is gone through, and what is told of it at the end."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field

from annotations.formats import refi, refi_project
from annotations.formats.brought import BroughtText
from annotations.formats.refi_records import Note, Project
from annotations.formats.refi_told import Told
from annotations.formats.values import PersonValue
from annotations.passages import shorten

# Of quotes, in characters: a small file could name a long text a hundred thousand times.
ROOM = 64 * 1024 * 1024
Read = Callable[[str], str | None]
"""Gives the text of a file of the archive, by the path that the project has for it."""


@dataclass(slots=True)
class Gathered:
    """``linked`` are the notes of what they are linked to, ``seen`` the names of annotations,
    ``used`` the notes that were taken, ``words`` what they say. ``room`` is how many characters of
    quotes may still come, ``searches`` how often words may still be looked for elsewhere."""

    project: Project
    read: Read
    told: Told = field(default_factory=Told)
    texts: dict[str, BroughtText] = field(default_factory=dict)
    linked: dict[str, list[str]] = field(default_factory=dict)
    seen: set[str] = field(default_factory=set)
    used: set[str] = field(default_factory=set)
    words: dict[str, str] = field(default_factory=dict)
    room: int = field(default_factory=lambda: ROOM)
    searches: int = 2000

    def person(self, guid: str, place: str) -> PersonValue | None:
        """Who has this GUID among the users; None, and told, where nobody has."""
        if not guid:
            return None
        if (found := self.project.users.get(guid)) is None:
            self.told.say("user", "Its author is not among the users.", place)
        return found


def at(note: Note) -> str:
    return f"line {note.line}"


_COUNTED = {
    "PictureSource": "pictures are not taken",
    "AudioSource": "recordings of sound are not taken",
    "VideoSource": "videos are not taken",
    "PDFSource": "PDF files are not taken: of each, its text is, where it came along",
    "PictureSelection": "areas of pictures are not taken",
    "AudioSelection": "stretches of sound are not taken",
    "VideoSelection": "stretches of video are not taken",
    "PDFSelection": "areas of PDF pages are not taken",
    "Transcript": "transcripts are not taken",
    "TranscriptSelection": "stretches of transcripts are not taken",
    "Case": "cases are not taken",
    "Graph": "graphs are not taken",
    "Coding": "codings of whole texts are not taken",
    "Comment": "comments on whole texts are not taken",
    "Loose": "passages that are in no text are not taken",
}


def tell_rest(here: Gathered) -> None:
    """Tells what of the project has no place here."""
    project, told = here.project, here.told
    for name, said in _COUNTED.items():
        if count := project.others[name]:
            told.say(name, f"{count} {said}.")
    for guid, note in project.notes.items():
        if guid not in here.used:
            words = note.name or shorten(note.content or "", 40)
            lies = "in no text that is named" if note.selections else "on no passage"
            told.say("note", f"The note “{words}” is {lies}: it is not taken.", at(note))
    if project.origin == refi.ORIGIN:
        return
    # What other tools keep of our own projects is no news.
    names = project.variables.values()
    is_ours = refi_project.TEXT_DIGEST in names
    known = refi_project.VARIABLES if is_ours else refi_project.KNOWN
    for name in names:
        if name not in known:
            told.say("variable", f"The variable “{name}” is not taken.")
    for name in project.sets:
        told.say("set", f"The set “{name}” is not taken.")
    words, _ = refi_project.OF_PROJECT.read(project.description)
    if words.strip():
        told.say("description", "The project's description is not taken.")
