"""Passages of a REFI-QDA project as annotations: where they are, whose, with what on them."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace

from annotations.formats import refi, refi_notes, refi_project
from annotations.formats.brought import BroughtAnnotation, FormatFault, Target
from annotations.formats.refi_counting import Way, anywhere, nearby, says
from annotations.formats.refi_gathered import Gathered
from annotations.formats.refi_records import Coding, Selection

CONTEXT = 64


@dataclass(slots=True)
class Text:
    """A source whose text is there, and how positions in it are counted."""

    key: str
    text: str
    target: Target
    way: Way
    is_sure: bool
    is_ours: bool


def described(description: str) -> tuple[str, dict[str, str]]:
    """The words of a description, and what we have said below them; of another tool's with line
    ends of one kind."""
    words, fields = refi_project.OF_SELECTION.read(description)
    if refi_project.ADDRESS not in fields and "\r" in description:
        words, fields = refi_project.OF_SELECTION.read(refi.even(description))
    return words, fields


def gathered(here: Gathered, marked: list[Selection]) -> Iterator[Selection]:
    """The passages, each once: QualCoder writes one anew for each code that it has.

    Those are one that have the same place, person and words, and one that came from here and has
    the same address below its words.
    """
    found: dict[tuple[object, ...], Selection] = {}
    for one in marked:
        key = _same(one)
        if key in found:
            first = found[key]
            first.codings += one.codings
            first.notes += [note for note in one.notes if note not in first.notes]
            here.told.count("Codings of one passage by one person are one annotation: {}.")
        else:
            found[key] = one
    return iter(found.values())


def _same(one: Selection) -> tuple[object, ...]:
    if ours := _uuid(described(one.description)[1]):
        return ours, one.start, one.end
    if not one.codings:
        return (one.number,)
    return one.start, one.end, one.name, one.user, one.description, *one.notes


def _uuid(fields: dict[str, str]) -> str:
    """The uuid of the annotation that is at the address, empty where there is none."""
    return refi.uuid_of(fields.get(refi_project.ADDRESS, "").strip().rstrip("/").rpartition("/")[2])


def brought(here: Gathered, text: Text, one: Selection) -> Iterator[BroughtAnnotation]:
    span = _span(here, text, one)
    if span is None:
        return
    start, end = span
    here.room -= end - start
    if here.room < 0:
        raise FormatFault("The passages are too long, all together.", one.place)
    target = replace(
        text.target,
        start=start,
        end=end,
        quote=text.text[start:end],
        prefix=text.text[max(0, start - CONTEXT) : start],
        suffix=text.text[end : end + CONTEXT],
    )
    words, fields = described(one.description)
    is_ours = refi_project.ADDRESS in fields
    author = one.user or next((coding.user for coding in one.codings if coding.user), "")
    words = "" if words.isspace() else words
    note, replies = refi_notes.of_selection(here, one, author, words, is_ours)
    groups = _by_author(one.codings, author)
    if not (groups[author] or note or replies) and len(groups) > 1:
        # Who made the passage has nothing on it: it is theirs who coded it.
        del groups[author]
        author = next(iter(groups))
    for user, codings in groups.items():
        is_first = user == author
        question = fields.get(refi_project.QUESTION, "") if is_first else ""
        yield BroughtAnnotation(
            target=target,
            id=_id(here, one, _uuid(fields) or one.guid, "" if is_first else user),
            place=one.place,
            themes=tuple(_themes(here, codings, one.place)),
            note=note if is_first else "",
            author=here.person(user, one.place),
            private=fields.get(refi_project.PRIVATE) == "yes",
            question=question if question in ("open", "answered") else "",
            created=refi.time_of(one.created if is_first else codings[0].created or one.created),
            modified=refi.time_of(one.modified) if is_first else None,
            replies=tuple(replies) if is_first else (),
        )


def _by_author(codings: list[Coding], author: str) -> dict[str, list[Coding]]:
    """The codings of each person; what says nobody is by who made the passage."""
    groups: dict[str, list[Coding]] = {author: []}
    for coding in codings:
        groups.setdefault(coding.user or author, []).append(coding)
    return groups


def _span(here: Gathered, text: Text, one: Selection) -> tuple[int, int] | None:
    """The passage in the text; None, and told, when it has no place there."""
    if one.start is None or one.end is None:
        here.told.say("number", "Its positions are no numbers: it is not taken.", one.place)
        return None
    start, end = text.way.place(one.start, one.end)
    is_there = 0 <= start < end <= len(text.text)
    if is_there and (text.is_ours or says(one.name, text.text[start:end])):
        return start, end
    found = None
    if one.name and here.searches:
        here.searches -= 1
        if is_there:
            found = nearby(text.text, one.name, start, end)
        else:
            found = anywhere(text.text, one.name)
    if found:
        here.told.say(
            "moved", "Its words are not at its positions: it is put where they are.", one.place
        )
        return found
    if is_there:
        return start, end
    said = (
        "Its end is not behind its beginning" if one.start >= one.end else "It is not in its text"
    )
    here.told.say("outside", f"{said}: it is not taken.", one.place)
    return None


def _id(here: Gathered, one: Selection, guid: str, user: str) -> str:
    """What names an annotation: the GUID, if it is the first that has it."""
    name = "/".join(filter(None, (guid, user)))
    if name and name in here.seen:
        here.told.say("twice", "Another passage has the same GUID.", one.place)
        name = f"{name}/{one.number}"
    here.seen.add(name)
    return name


def _themes(here: Gathered, codings: list[Coding], place: str) -> Iterator[str]:
    seen: set[str] = set()
    for coding in codings:
        key = here.project.codes.keys.get(coding.code)
        if key is None:
            here.told.say("code", "It has a code that is not in the codebook.", place)
        elif key not in seen:
            seen.add(key)
            yield key
