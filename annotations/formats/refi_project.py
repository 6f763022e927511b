"""The project of a ``.qdpx`` (``project.qde``), written as its parts come, in the order that the
schema asks for: users, codes, variables, sources with their selections, notes, sets."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator
from datetime import date
from hashlib import sha256
from tempfile import SpooledTemporaryFile
from typing import IO

from annotations.formats import qdc, refi, refi_codes
from annotations.formats.package import Package
from annotations.formats.refi import in_attribute
from annotations.formats.times import iso
from annotations.formats.values import AnnotationValue, PartValue, PersonValue

# What stands below the text of a description.
LICENCE, ADDRESS, SITE, SLUG, SCOPE = "Licence", "Address", "Site", "Set", "Part"
OF_PROJECT = refi.Labels((LICENCE, ADDRESS, SITE, SLUG, SCOPE))
PRIVATE, QUESTION, PASSAGE = "Private", "Question", "Passage"
OF_SELECTION = refi.Labels((PRIVATE, QUESTION, PASSAGE, ADDRESS))

# Names of variables that are read again.
DOCUMENT, PAGE, PUBLISHED = "Document", "Document address", "Publisher's address"
EDITION_DIGEST, TEXT_DIGEST = "Edition digest", "Text digest"

# As ATLAS.ti has it: the first words of a passage name it.
EXCERPT = 100
_MEMO = 60
_PORTION = 64 * 1024


def _day(given: str) -> str:
    try:
        return date.fromisoformat(given).isoformat()
    except ValueError:
        return ""


# Each variable of a source: its type, and its value for a part.
_VARIABLES: dict[str, tuple[str, Callable[[PartValue], str]]] = {
    DOCUMENT: ("Text", lambda part: f"{part.document.volume}/{part.document.slug}"),
    PAGE: ("Text", lambda part: part.document.address),
    PUBLISHED: ("Text", lambda part: part.document.public_address),
    "Number": ("Text", lambda part: part.document.number),
    "Title": ("Text", lambda part: part.document.title),
    "Kind": ("Text", lambda part: part.document.kind),
    "Date": ("Text", lambda part: part.document.date),
    "Not before": ("Date", lambda part: _day(part.document.since)),
    "Not after": ("Date", lambda part: _day(part.document.until)),
    "Place": ("Text", lambda part: part.document.place),
    "Licence": ("Text", lambda part: part.document.licence),
    "Edition": ("Integer", lambda part: str(part.edition.number)),
    "Imported": ("DateTime", lambda part: iso(part.edition.imported)),
    "Latest edition": ("Boolean", lambda part: "true" if part.edition.latest else "false"),
    EDITION_DIGEST: ("Text", lambda part: part.edition.digest),
    TEXT_DIGEST: ("Text", lambda part: sha256(part.text.text.encode()).hexdigest()),
}
VARIABLES = frozenset(_VARIABLES)
KNOWN = frozenset({DOCUMENT, PAGE, PUBLISHED, EDITION_DIGEST, TEXT_DIGEST})


def source_guid(part: PartValue) -> str:
    """The GUID of a document's edition, and the name of its file."""
    document = part.document
    where = document.address or f"{document.volume}/{document.slug}"
    return refi.guid_of("source", where, str(part.edition.number), part.edition.digest)


def note_guid(annotation: str) -> str:
    """The GUID of an annotation's own note; replies have their uuid."""
    return refi.guid_of("note", annotation)


def excerpt(words: str, most: int = EXCERPT) -> str:
    """The first words on one line, with an ellipsis where more follow."""
    # What is cut off need not be gone through.
    words = re.sub(r"\s+", " ", words[: most * 4]).strip()
    return words if len(words) <= most else f"{words[:most]}…"


def written(package: Package) -> Iterator[str]:
    """The project as pieces of one XML document; annotations are gone through once."""
    yield refi.DECLARATION
    yield _opened(package)
    yield "<Users>\n"
    yield from _users(package)
    yield "</Users>\n"
    codes = list(refi_codes.written(package.codebook))
    if codes:
        yield from ("<CodeBook>\n", *codes, "</CodeBook>\n")
    yield from _variables()
    volumes: defaultdict[str, list[str]] = defaultdict(list)
    with SpooledTemporaryFile(1024 * 1024, "w+", encoding="utf-8", newline="") as notes:
        yield from _around("Sources", _sources(package, volumes, notes))
        notes.seek(0)
        yield from _around("Notes", iter(lambda: notes.read(_PORTION), ""))
    yield from _around("Sets", _sets(package, volumes))
    yield refi.element("Description", _described(package))
    yield "</Project>\n"


def _around(name: str, pieces: Iterable[str]) -> Iterator[str]:
    """The pieces in an element, which is left out where there are none: none may be empty."""
    is_open = False
    for piece in pieces:
        if not is_open:
            is_open = True
            yield f"<{name}>\n"
        yield piece
    if is_open:
        yield f"</{name}>\n"


def _opened(package: Package) -> str:
    given = package.set
    return (
        f'<Project xmlns="{refi.PROJECT}" name="{in_attribute(given.title)}"'
        f' origin="{refi.ORIGIN}" creatingUserGUID="{_person(package, given.owner)}"'
        f' creationDateTime="{iso(package.made)}" modifiedDateTime="{iso(package.modified())}">\n'
    )


def _person(package: Package, person: PersonValue) -> str:
    return refi.guid_of("person", package.set.site, person.username)


def _users(package: Package) -> Iterator[str]:
    everyone = (package.set.owner, *package.people())
    for person in {person.username: person for person in everyone}.values():
        # Some tools show the name alone.
        name = in_attribute(person.name or person.username)
        yield (
            f'<User guid="{_person(package, person)}" name="{name}"'
            f' id="{in_attribute(person.username)}"/>\n'
        )


def _described(package: Package) -> str:
    given, scope = package.set, package.scope
    part = (scope.document, ", ".join(theme.name for theme in scope.themes), scope.words)
    fields = (
        (LICENCE, given.rights),
        (SCOPE, "; ".join(filter(None, part))),
        (ADDRESS, given.address),
        (SLUG, given.slug),
        (SITE, given.site),
    )
    return OF_PROJECT.written(given.description, fields)


def _variables() -> Iterator[str]:
    yield "<Variables>\n"
    for name, (kind, _) in _VARIABLES.items():
        guid = refi.guid_of("variable", name)
        yield f'<Variable guid="{guid}" name="{in_attribute(name)}" typeOfVariable="{kind}"/>\n'
    yield "</Variables>\n"


def _sources(
    package: Package, volumes: defaultdict[str, list[str]], notes: IO[str]
) -> Iterator[str]:
    """The texts with their selections. ``volumes`` gets the sources of each, ``notes`` what is
    written on them: it stands behind all sources."""
    people: dict[PersonValue, str] = {}
    codes = {
        theme.slug: refi_codes.code_guid(package.codebook, theme.slug)
        for theme in package.codebook.themes
    }

    def who(person: PersonValue) -> str:
        if person not in people:
            people[person] = _person(package, person)
        return people[person]

    for part in package.parts():
        guid = source_guid(part)
        volumes[part.document.volume].append(guid)
        yield (
            f'<TextSource guid="{guid}" name="{in_attribute(_named(part))}"'
            f' plainTextPath="internal://{guid}.txt" creatingUser="{who(package.set.owner)}"'
            f' creationDateTime="{iso(part.edition.imported)}">\n'
        )
        for annotation in part.annotations():
            yield _selection(annotation, codes, who)
            notes.writelines(_notes(annotation, who))
        yield from _values(part)
        yield "</TextSource>\n"


def _named(part: PartValue) -> str:
    document, edition = part.document, part.edition
    number = f"{document.number}. " if document.number else ""
    earlier = "" if edition.latest else f" (edition {edition.number})"
    return excerpt(f"{document.volume} {document.slug} {number}{document.title}") + earlier


def _values(part: PartValue) -> Iterator[str]:
    for name, (kind, value_of) in _VARIABLES.items():
        if value := value_of(part):
            yield (
                f'<VariableValue><VariableRef targetGUID="{refi.guid_of("variable", name)}"/>'
                f"<{kind}Value>{refi.in_text(value)}</{kind}Value></VariableValue>\n"
            )


def _selection(
    annotation: AnnotationValue, codes: dict[str, str], who: Callable[[PersonValue], str]
) -> str:
    # A note is the passage's comment and a note, too: there are tools that take either alone.
    guid, user = refi.guid(annotation.id), who(annotation.author)
    made = f'creatingUser="{user}" creationDateTime="{iso(annotation.created)}"'
    fields = (
        (PRIVATE, "yes" if annotation.private else ""),
        (QUESTION, annotation.question),
        (PASSAGE, annotation.anchor),
        (ADDRESS, annotation.address),
    )
    codings = "".join(
        f'<Coding guid="{refi.guid_of("coding", guid, theme.slug)}" {made}>'
        f'<CodeRef targetGUID="{codes[theme.slug]}"/></Coding>\n'
        for theme in annotation.themes
        if theme.slug in codes
    )
    noted = [note_guid(guid)] if annotation.note else []
    noted += [refi.guid(reply.id or reply.address) for reply in annotation.replies]
    refs = "".join(f'<NoteRef targetGUID="{one}"/>\n' for one in noted)
    return (
        f'<PlainTextSelection guid="{guid}" name="{in_attribute(excerpt(annotation.quote))}"'
        f' startPosition="{annotation.start}" endPosition="{annotation.end}" {made}'
        f' modifiedDateTime="{iso(annotation.modified)}">\n'
        f"{refi.element('Description', OF_SELECTION.written(annotation.note, fields))}"
        f"{codings}{refs}</PlainTextSelection>\n"
    )


def _notes(annotation: AnnotationValue, who: Callable[[PersonValue], str]) -> Iterator[str]:
    if annotation.note:
        times = (iso(annotation.created), iso(annotation.modified))
        guid = note_guid(refi.guid(annotation.id))
        yield _note(guid, who(annotation.author), times, annotation.note)
    for reply in annotation.replies:
        times = (iso(reply.created), iso(reply.modified))
        yield _note(refi.guid(reply.id or reply.address), who(reply.author), times, reply.note)


def _note(guid: str, user: str, times: tuple[str, str], words: str) -> str:
    return (
        f'<Note guid="{guid}" name="{in_attribute(excerpt(words, _MEMO))}" creatingUser="{user}"'
        f' creationDateTime="{times[0]}" modifiedDateTime="{times[1]}">\n'
        f"<PlainTextContent>{refi.in_text(words)}</PlainTextContent>\n</Note>\n"
    )


def _sets(package: Package, volumes: dict[str, list[str]]) -> Iterator[str]:
    """The documents of each volume, and the codebook: neither has another element here."""
    if package.codebook.themes:
        yield qdc.as_set(package.codebook, "MemberCode", "targetGUID")
    for volume, sources in volumes.items():
        members = "".join(f'<MemberSource targetGUID="{guid}"/>\n' for guid in sources)
        guid = refi.guid_of("volume", package.set.site, volume)
        yield f'<Set guid="{guid}" name="{in_attribute(volume)}">\n{members}</Set>\n'
