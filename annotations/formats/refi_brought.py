"""A REFI-QDA project as what is brought: passages in texts, with themes, notes and replies."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace
from hashlib import sha256

from annotations.formats import refi, refi_passages, refi_project
from annotations.formats.brought import (
    Brought,
    BroughtAnnotation,
    BroughtText,
    Target,
)
from annotations.formats.refi_counting import Given, Way, found_way, unix
from annotations.formats.refi_gathered import Gathered, Read, at, tell_rest
from annotations.formats.refi_passages import Text, described
from annotations.formats.refi_records import Project, Selection, Source

_SUFFIX = re.compile(r"\.(txt|docx?|odt|rtf|pdf|html?|xml)\Z", re.IGNORECASE)
_VOLUME = re.compile(r"([\w.-]+)[\s/_]+([\w.-]+)")


def brought(project: Project, read: Read) -> Brought:
    """The project's themes, texts and annotations; what cannot be taken is told."""
    here = Gathered(project, read)
    for origin, target in project.links:
        for note, marked in ((origin, target), (target, origin)):
            if note in project.notes and marked not in project.notes:
                here.linked.setdefault(marked, []).append(note)
    _adopt(project, here)
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


def _adopt(project: Project, here: Gathered) -> None:
    """Gives notes with a passage that no text refers to (of several on one text, QualCoder has it
    refer to one) to the text, where there is but one."""
    if len(project.sources) != 1:
        return
    (only,) = project.sources
    known = {*only.notes, *(guid for notes in here.linked.values() for guid in notes)}
    known.update(guid for one in only.selections for guid in one.notes)
    only.notes += [
        guid for guid, one in project.notes.items() if one.selections and guid not in known
    ]


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
    for one in refi_passages.gathered(here, marked):
        yield from refi_passages.brought(here, text, one)


def _text(here: Gathered, source: Source, raw: str, marked: list[Selection]) -> Text:
    values = {here.project.variables.get(guid, ""): value for guid, value in source.values.items()}
    digest = values.get(refi_project.TEXT_DIGEST, "")
    is_ours = bool(digest) and _digest(raw) == digest
    text = raw if is_ours else unix(raw).replace("\0", "\ufffd")
    # Another tool may have given it other line ends, and it is the same text all the same.
    is_same = bool(digest) and digest in (_digest(raw), _digest(text))
    is_known = not source.guid or source.guid in here.texts
    key = f"text {len(here.texts) + 1}" if is_known else source.guid
    target = Target(
        names=tuple(_names(source, values)),
        digest=values.get(refi_project.EDITION_DIGEST, "") if is_same else "",
        text=key,
    )
    if is_ours:
        return Text(key, text, target, Way("code points"), True, True)
    if digest and not is_same:
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
    return Text(key, text, target, way, is_sure, False)


def _digest(text: str) -> str:
    return sha256(text.encode()).hexdigest()


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
        _, fields = described(note.content or "")
        is_ours = refi_project.ADDRESS in fields
        for one in note.selections:
            yield replace(
                one,
                # Of our own note it has made one of the text, with all that we say of it.
                description=note.content or "" if is_ours else one.description,
                notes=one.notes if is_ours else [guid, *one.notes],
                user=one.user or note.user,
                created=one.created or note.created,
                modified=one.modified or note.modified,
            )
