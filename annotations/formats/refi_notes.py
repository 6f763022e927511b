"""The notes of a passage: which one is its own, and which are replies to it."""

from __future__ import annotations

from annotations.formats import refi, refi_project
from annotations.formats.brought import BroughtReply
from annotations.formats.refi_counting import says, unix
from annotations.formats.refi_gathered import Gathered, at
from annotations.formats.refi_records import Note, Selection


def of_selection(
    here: Gathered, one: Selection, author: str, words: str, is_ours: bool
) -> tuple[str, list[BroughtReply]]:
    """The note of a passage, and what else is written on it as replies.

    ``words`` are those of its description: with other tools they are the note. Where there are
    none, the first note by the author is it.
    """
    note, replies = words, list[BroughtReply]()
    for guid in dict.fromkeys([*one.notes, *here.linked.get(one.guid, ())]):
        given = here.project.notes.get(guid)
        if given is None:
            here.told.say("dangling", "It refers to a note that is not there.", one.place)
            continue
        here.used.add(guid)
        said = _words(here, given, is_ours)
        if guid == refi_project.note_guid(one.guid):
            note = _own(here, one, said, note)
            continue
        if not is_ours and not note and given.user in ("", author):
            note = said
            continue
        replies.append(
            BroughtReply(
                note=said,
                id=refi.uuid_of(guid) if is_ours else f"{one.guid}/{guid}",
                author=here.person(given.user, one.place),
                created=refi.time_of(given.created),
                modified=refi.time_of(given.modified),
                place=f"note (line {given.line})",
            )
        )
    return note, replies


def _own(here: Gathered, one: Selection, said: str, comment: str) -> str:
    """Our own note stands twice, as a note and as the passage's comment: where another tool has
    changed one of them, the comment is taken."""
    if comment and refi.even(comment).strip() != refi.even(said).strip():
        here.told.say(
            "changed note", "Its comment is not its note: the comment is taken.", one.place
        )
        return comment
    return said


def _words(here: Gathered, note: Note, is_ours: bool) -> str:
    """What a note says: of another tool's, its title first, unless that is how it begins."""
    if is_ours:
        return note.content or ""
    if note.guid not in here.words:
        content = note.content
        if content is None and note.path:
            content = here.read(note.path)
        if content is None and not note.description:
            here.told.say("rich", "The note's text is not there as plain text.", at(note))
        body = unix(content or "").strip("\n")
        extra = refi.even(note.description).strip()
        title = "" if says(note.name, body) or note.name == body else note.name.strip()
        here.words[note.guid] = "\n\n".join(filter(None, (title, body, extra)))
    return here.words[note.guid]
