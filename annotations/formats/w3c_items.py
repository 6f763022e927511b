"""Annotations and replies as the items of a Web Annotation document.

An item is put together from strings: what many of them share (people, themes, editions) is made
once, and writing takes a fifth of the time that it takes to make dictionaries for ``json``.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from itertools import product
from typing import Any, Generic, TypeVar

from annotations.formats.times import iso
from annotations.formats.values import (
    AnnotationValue,
    DocumentValue,
    EditionValue,
    PersonValue,
    ReplyValue,
    SetValue,
    ThemeValue,
)
from annotations.formats.w3c_words import DIGEST, SOFTWARE, UUID, dump

Json = dict[str, Any]
T = TypeVar("T")
KEPT = 4096


def person(value: PersonValue) -> Json:
    """An author as an agent."""
    return {"type": "Person", "name": value.name or value.username, "nickname": value.username}


def generator(value: SetValue) -> Json:
    """The server as an agent."""
    return {"id": f"{value.site}/", "type": "Software", "name": SOFTWARE}


class Items:
    """Makes the items of annotations."""

    def __init__(self) -> None:
        self._person = _Kept[PersonValue](lambda one: dump(person(one)))
        self._set = _Kept[SetValue](_of_set)
        self._tags = _Kept[tuple[ThemeValue, ...]](_tags)
        self._place: tuple[DocumentValue, EditionValue] | None = None
        self._opening = ""

    def of(self, a: AnnotationValue) -> Iterator[str]:
        """The annotation, and after it its replies, each as a JSON object."""
        yield self._annotation(a)
        for reply in a.replies:
            yield self._reply(a, reply)

    def _annotation(self, a: AnnotationValue) -> str:
        address = dump(a.address)
        created = iso(a.created)
        modified = created if a.modified == a.created else iso(a.modified)
        motivation = _MOTIVATIONS[bool(a.themes), bool(a.note), bool(a.question)]
        more = _more(a) if a.question or a.private else ""
        bodies = self._bodies(a) if a.themes or a.note else ""
        return (
            f'{{"id": {address}, "type": "Annotation", "canonical": "{UUID}{a.id}", '
            f'"via": {address}, "motivation": {motivation}, "creator": {self._person(a.author)}, '
            f'{self._set(a.in_set)}, "created": "{created}", "modified": "{modified}", '
            f'{more}{bodies}"target": {self._target(a)}, "selector": '
            f'[{{"type": "TextQuoteSelector", "exact": {dump(a.quote)}, '
            f'"prefix": {dump(a.prefix)}, "suffix": {dump(a.suffix)}}}, '
            f'{{"type": "TextPositionSelector", "start": {a.start}, "end": {a.end}}}]}}}}'
        )

    def _bodies(self, a: AnnotationValue) -> str:
        tags = self._tags(a.themes) if a.themes else ""
        note = _text(a.note, "questioning" if a.question else "commenting") if a.note else ""
        return f'"body": [{tags}{", " if tags and note else ""}{note}], '

    def _target(self, a: AnnotationValue) -> str:
        """The beginning of a target: which edition of which document, and what is doubtful."""
        place = self._place
        if place is None or place[0] is not a.document or place[1] is not a.edition:
            self._place = (a.document, a.edition)
            self._opening = dump(_place(a.document, a.edition))[:-1]
        if not a.anchor:
            return self._opening
        return f'{self._opening}, "schema:creativeWorkStatus": "{a.anchor}"'

    def _reply(self, a: AnnotationValue, reply: ReplyValue) -> str:
        address = dump(reply.address)
        canonical = f'"canonical": "{UUID}{reply.id}", ' if reply.id else ""
        return (
            f'{{"id": {address}, "type": "Annotation", {canonical}"via": {address}, '
            f'"motivation": "replying", "creator": {self._person(reply.author)}, '
            f'{self._set(a.in_set)}, "created": "{iso(reply.created)}", '
            f'"modified": "{iso(reply.modified)}", '
            f'"body": [{_text(reply.note, "replying")}], "target": {dump(a.address)}}}'
        )


class _Kept(Generic[T]):
    """What was made of a value, by the very object, of which many annotations have the same: to
    hash one takes longer than all else."""

    def __init__(self, make: Callable[[T], str]) -> None:
        self._make = make
        # The value is kept too, so that no other one gets its id.
        self._found: dict[int, tuple[T, str]] = {}

    def __call__(self, value: T) -> str:
        found = self._found.get(id(value))
        if found is None:
            if len(self._found) == KEPT:
                self._found.clear()
            found = self._found[id(value)] = value, self._make(value)
        return found[1]


def _motivation(themes: bool, note: bool, question: bool) -> str:
    found = ["tagging"] * themes + ["commenting"] * (note and not question)
    found += ["questioning"] * question
    return dump(found if len(found) > 1 else (found or ["highlighting"])[0])


_MOTIVATIONS = {found: _motivation(*found) for found in product((False, True), repeat=3)}


def _more(a: AnnotationValue) -> str:
    """What few annotations have."""
    found: Json = {}
    if a.question:
        found["schema:creativeWorkStatus"] = a.question
    if a.private:
        found["audience"] = {"type": "schema:Audience", "schema:audienceType": "private"}
    return f"{dump(found)[1:-1]}, "


def _of_set(value: SetValue) -> str:
    found: Json = {"generator": generator(value)}
    if value.rights:
        found["rights"] = value.rights
    return dump(found)[1:-1]


def _tags(themes: tuple[ThemeValue, ...]) -> str:
    return dump([_tag(theme) for theme in themes])[1:-1]


def _tag(theme: ThemeValue) -> Json:
    return {
        "type": "TextualBody",
        "purpose": "tagging",
        "format": "text/plain",
        "value": theme.name,
        "dcterms:identifier": theme.slug,
        "rdfs:isDefinedBy": {"id": theme.address},
    }


def _text(note: str, purpose: str) -> str:
    return (
        f'{{"type": "TextualBody", "purpose": "{purpose}", "format": "text/markdown", '
        f'"value": {dump(note)}}}'
    )


def _place(document: DocumentValue, edition: EditionValue) -> Json:
    return {
        "type": "SpecificResource",
        "source": document.public_address or document.address,
        "scope": document.address,
        "state": {
            "type": "TimeState",
            "sourceDate": iso(edition.imported),
            "schema:version": str(edition.number),
            "dcterms:identifier": f"{DIGEST}{edition.digest}",
        },
    }
