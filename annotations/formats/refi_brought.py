"""A REFI-QDA project as what is brought: passages in texts, with themes, notes and replies."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from hashlib import sha256

from annotations.formats import refi, refi_notes, refi_project
from annotations.formats.brought import (
    Brought,
    BroughtAnnotation,
    BroughtText,
    FormatFault,
    Target,
)
from annotations.formats.refi_counting import Given, Way, anywhere, found_way, nearby, says, unix
from annotations.formats.refi_gathered import Gathered, Read, at, tell_rest
from annotations.formats.refi_records import Coding, Project, Selection, Source

CONTEXT = 64
_SUFFIX = re.compile(r"\.(txt|docx?|odt|rtf|pdf|html?|xml)\Z", re.IGNORECASE)
_VOLUME = re.compile(r"([\w.-]+)[\s/_]+([\w.-]+)")


@dataclass(slots=True)
class _Text:
    """A source whose text is there, and how positions in it are counted."""

    source: Source
    key: str
    text: str
    target: Target
    way: Way
    is_sure: bool
    is_ours: bool


def brought(project: Project, read: Read) -> Brought:
    """The project's themes, texts and annotations; what cannot be taken is told."""
    here = Gathered(project, read)
    for origin, target in project.links:
        for note, marked in ((origin, target), (target, origin)):
            if note in project.notes and marked not in project.notes:
                here.linked.setdefault(marked, []).append(note)
    annotations = [one for source in project.sources for one in _of_source(here, source)]
    tell_rest(here)
    _, fields = refi_project.OF_PROJECT.read(project.description)
    return Brought(
        themes=tuple(project.codes.themes),
        annotations=tuple(annotations),
        texts=here.texts,
        site=fields.get(refi_project.SITE, ""),
        slug=fields.get(refi_project.SLUG, ""),
        lost=(*project.codes.lost, *here.told.doubts()),
    )


def _of_source(here: Gathered, source: Source) -> Iterator[BroughtAnnotation]:
    marked = [*source.selections, *_noted(here, source)]
    raw = source.content if source.content is not None else here.read(source.path)
    if raw is None:
        here.told.say(
            "no text",
            f"The text of “{source.name}” is not in the archive:"
            f" {len(marked)} of its passages are not taken.",
            f"line {source.line}",
        )
        return
    text = _text(here, source, raw, marked)
    here.texts[text.key] = BroughtText(text.text, text.target.names)
    if not text.is_sure:
        here.told.say(
            "counting",
            f"How positions in “{source.name}” are counted is not said and not plain: they are"
            f" taken as {text.way.said}. Look at its passages.",
            f"line {source.line}",
        )
    for one in marked:
        yield from _of_selection(here, text, one)


def _text(here: Gathered, source: Source, raw: str, marked: list[Selection]) -> _Text:
    values = {here.project.variables.get(guid, ""): value for guid, value in source.values.items()}
    digest = values.get(refi_project.TEXT_DIGEST, "")
    is_ours = bool(digest) and sha256(raw.encode()).hexdigest() == digest
    text = raw if is_ours else unix(raw).replace("\0", "\ufffd")
    key = source.guid if source.guid and source.guid not in here.texts else f"line {source.line}"
    target = Target(
        names=tuple(_names(source, values)),
        digest=values.get(refi_project.EDITION_DIGEST, "") if is_ours else "",
        text=key,
    )
    if is_ours:
        return _Text(source, key, text, target, Way("code points"), True, True)
    if digest:
        here.told.say(
            "changed",
            f"The text of “{source.name}” is not the one that was exported from here:"
            " passages are looked for by their words.",
            f"line {source.line}",
        )
    given = [
        Given(one.start, one.end, one.name)
        for one in marked
        if one.start is not None and one.end is not None
    ]
    ends_are_one = "atlas" in here.project.origin.casefold()
    way, is_sure = found_way(raw, given, ends_are_one=ends_are_one)
    return _Text(source, key, text, target, way, is_sure, False)


def _names(source: Source, values: dict[str, str]) -> Iterator[str]:
    """What the document may be called, the surest first."""
    given = (refi_project.PAGE, refi_project.DOCUMENT, refi_project.PUBLISHED)
    yield from (values[name] for name in given if values.get(name))
    path = source.path.replace("\\", "/").rpartition("/")[2]
    # A file is named by a GUID, or by its document.
    file = "" if refi.uuid_of(refi.even_guid(_SUFFIX.sub("", path))) else path
    if name := source.name or file:
        yield name
        if found := _VOLUME.match(name):
            yield f"{found[1]}/{_SUFFIX.sub('', found[2])}"


def _noted(here: Gathered, source: Source) -> Iterator[Selection]:
    """Passages that stand in a note on the whole text: so QualCoder writes its annotations."""
    for guid in source.notes:
        note = here.project.notes.get(guid)
        if note is None:
            here.told.say("dangling", "It refers to a note that is not there.", source.name)
            continue
        if not note.selections:
            here.told.say("memo", f"The note “{note.name}” on a whole text is not taken.", at(note))
        here.used.add(guid)
        for one in note.selections:
            yield replace(
                one,
                notes=[guid, *one.notes],
                user=one.user or note.user,
                created=one.created or note.created,
                modified=one.modified or note.modified,
            )


def _of_selection(here: Gathered, text: _Text, one: Selection) -> Iterator[BroughtAnnotation]:
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
    words, fields = refi_project.OF_SELECTION.read(one.description)
    if refi_project.ADDRESS not in fields:
        words, fields = refi_project.OF_SELECTION.read(refi.even(one.description))
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
            id=_id(here, one, "" if is_first else user),
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


def _span(here: Gathered, text: _Text, one: Selection) -> tuple[int, int] | None:
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


def _id(here: Gathered, one: Selection, user: str) -> str:
    """What names an annotation: the GUID, if it is the first that has it."""
    name = "/".join(filter(None, (one.guid, user)))
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
