"""A TEI file with a ``standOff`` as annotations: our own export, and others in the same shapes."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime
from typing import BinaryIO

from annotations.formats.brought import (
    Brought,
    BroughtAnnotation,
    BroughtReply,
    BroughtTheme,
    Doubt,
    Target,
)
from annotations.formats.tei.found import File, Found, T, open_file
from annotations.formats.tei.places import Pointer
from annotations.formats.tei.standoff import ANNOTATION, REPLY
from annotations.formats.tei.texts_read import Read, Texts
from annotations.formats.tei.themes_read import themes_of
from annotations.formats.values import PersonValue
from archive.importers.teihead import APPLICATION
from archive.importers.vocabulary import WHITE

_RANGE = re.compile(r"string-range\(\s*([^\s,()]+)\s*,((?:\s*\d{1,12}\s*,\s*\d{1,12}\s*,?)+)\)")
_NUMBERS = re.compile(r"(\d+)\s*,\s*(\d+)")
_CHARS = re.compile(r"char=(\d{1,12}),(\d{1,12})")
_NAME = re.compile(r"[^\s()'\",/]+")
_UUID = re.compile(r"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}")
_LETTERS = str.maketrans("", "", WHITE)
_QUESTIONS = ("open", "answered")


def read(file: BinaryIO, /) -> Brought:
    """All that the file holds; what cannot be taken is listed as lost, with its line."""
    return _Brought(open_file(file)).made()


class _Brought:
    def __init__(self, file: File) -> None:
        self.file = file
        self.texts = Texts(file)
        self.themes = themes_of(file)
        self.keys = {theme.key for theme in self.themes}
        self.extra: dict[str, BroughtTheme] = {}
        self.ends: dict[str, str] = {}
        self.by_id = {one.id: one for one in file.annotations if one.id}

    def made(self) -> Brought:
        replies: dict[str, list[BroughtReply]] = {}
        for one in self.file.annotations:
            if to := self._answered(one):
                replies.setdefault(to, []).append(self._reply(one))
        annotations = [
            made
            for one in self.file.annotations
            if not self._answered(one) and (made := self._annotation(one, replies))
        ]
        self._say_what_is_double()
        site, slug = _origin(self.file)
        return Brought(
            themes=(*self.themes, *self.extra.values()),
            annotations=tuple(annotations),
            texts=self.texts.brought(),
            site=site,
            slug=slug,
            lost=tuple(self.file.lost),
        )

    def _lose(self, message: str, one: Found) -> None:
        self.file.lost.append(Doubt(message, one.place))

    def _say_what_is_double(self) -> None:
        for identity, count in Counter(one.id for one in self.file.annotations if one.id).items():
            if count > 1:
                message = f"{count} annotations have the id {identity}."
                self._lose(message, self.by_id[identity])

    def _answered(self, one: Found) -> str:
        """The id of the annotation that this one answers, at the end of a chain of answers; empty
        for what answers nothing, or itself in the end."""
        if "replying" not in one.motivation:
            return ""
        chain: list[str] = []
        end = one.id
        while end in self.by_id and "replying" in self.by_id[end].motivation:
            if end in self.ends:
                end = self.ends[end]
                break
            self.ends[end] = ""  # a loop comes back to this
            chain.append(end)
            targets = self.by_id[end].targets
            end = targets[0].removeprefix("#") if targets else ""
        end = end if end in self.by_id else ""
        self.ends.update(dict.fromkeys(chain, end))
        return end

    def _reply(self, one: Found) -> BroughtReply:
        return BroughtReply(
            note="\n\n".join(said.words for said in one.notes),
            id=_own_id(one.id, REPLY),
            author=self._author(one),
            created=_moment(one.created),
            modified=_moment(one.modified),
            place=one.place,
        )

    def _author(self, one: Found) -> PersonValue | None:
        person = self.file.people.get(one.resp)
        return PersonValue(person.username, person.name) if person else None

    def _annotation(
        self, one: Found, replies: dict[str, list[BroughtReply]]
    ) -> BroughtAnnotation | None:
        quotes = [said.words for said in one.notes if said.kind == "quote"]
        notes = [said for said in one.notes if said.kind != "quote"]
        target = self._target(one, quotes[0] if quotes else "")
        if target is None:
            return None
        asked = next((n.subtype for n in notes if n.kind == "question"), "")
        return BroughtAnnotation(
            target=target,
            id=_own_id(one.id, ANNOTATION),
            place=one.place,
            themes=tuple(self._themes(one)),
            note="\n\n".join(said.words for said in notes if said.words),
            author=self._author(one),
            private=one.status == "private",
            question=asked if asked in _QUESTIONS else "",
            created=_moment(one.created),
            modified=_moment(one.modified),
            replies=tuple(replies.get(one.id, ())),
        )

    def _themes(self, one: Found) -> Iterator[str]:
        for key in one.themes:
            if key in self.keys:
                yield key
            else:
                self._lose(f"#{key} is no category of the file.", one)
        for slug, name in one.named:
            key = f"theme {slug or name}"
            self.extra.setdefault(key, BroughtTheme(key, name, {"name": name}, slug=slug))
            yield key

    def _target(self, one: Found, quote: str) -> Target | None:
        """The passage; None, and said, where neither pointers nor a quote lead to one."""
        pointers, text = self._pointers(one)
        places = [found for p in pointers if text and (found := text.places.passage(p))]
        if places and len(places) < len(pointers):
            self._lose("A part of the target holds no words.", one)
        if not (text and places):
            return self._unresolved(one, text, quote)
        start, end = min(p[0] for p in places), max(p[1] for p in places)
        start, end = self._as_counted(one, text, pointers, start, end)
        words = text.text[start:end]
        if quote and words.translate(_LETTERS) != quote.translate(_LETTERS):
            self._lose("The words at the target are others than those quoted.", one)
        return Target(
            names=text.names,
            digest=text.digest if words == quote else "",
            text=text.key,
            start=start,
            end=end,
            quote=quote or words,
            prefix=text.text[max(0, start - 64) : start],
            suffix=text.text[end : end + 64],
        )

    def _as_counted(
        self, one: Found, text: Read, pointers: Sequence[Pointer], start: int, end: int
    ) -> tuple[int, int]:
        """The passage as ``n`` counts it, if that has the same words: it says white space, too."""
        counted = _CHARS.fullmatch(one.chars)
        if not counted:
            return start, end
        first, last = int(counted[1]), int(counted[2])
        pointed = "".join(text.places.words(p) for p in pointers).translate(_LETTERS)
        is_same = text.text[first:last].translate(_LETTERS) == pointed
        if is_same and last <= len(text.text):
            return first, last
        self._lose("The passage that n counts is another than the target's; that is taken.", one)
        return start, end

    def _unresolved(self, one: Found, text: Read | None, quote: str) -> Target | None:
        counted = _CHARS.fullmatch(one.chars)
        if text and counted:
            first, last = int(counted[1]), int(counted[2])
            if text.text[first:last] == quote and last <= len(text.text):
                names = (text.names, text.digest, text.key)
                return Target(*names, first, last, quote)
        if quote:
            self._lose("The target leads to no words of the file; the quote is looked for.", one)
            return Target(names=text.names if text else (), quote=quote)
        self._lose("The target leads to no words of the file, and nothing is quoted.", one)
        return None

    def _pointers(self, one: Found) -> tuple[list[Pointer], Read | None]:
        """The pointers of a target, all into one text, and that text."""
        text = self.texts.of(one.about) if one.about else None
        found: list[Pointer] = []
        for target in one.targets:
            pointers = list(_parsed(target))
            if not pointers:
                self._lose(f"The pointer {target[:80]} is of a kind that is not read.", one)
            for pointer in pointers:
                text = text or self.texts.with_id(pointer.id)
                placed = _within(text, pointer, is_abroad=not target.startswith("#"))
                if placed is None:
                    self._lose(f"The pointer {target[:80]} leads nowhere in the file.", one)
                else:
                    found.append(placed)
        return found, text


def _parsed(target: str) -> Iterator[Pointer]:
    """The ranges of a pointer; a bare id is all of its element (the length says so with -1)."""
    _, sign, fragment = target.partition("#")
    fragment = fragment.replace("%20", " ")
    if match := _RANGE.fullmatch(fragment):
        for at, length in _NUMBERS.findall(match[2]):
            yield Pointer(match[1], int(at), int(length))
    elif sign and _NAME.fullmatch(fragment):
        yield Pointer(fragment, 0, -1)


def _within(text: Read | None, pointer: Pointer, *, is_abroad: bool) -> Pointer | None:
    """The pointer as it is in this text, if it leads into it."""
    if text is None:
        return None
    ids = [text.prefix + pointer.id] if is_abroad and text.prefix else []
    for identity in (*ids, pointer.id):
        if identity in text.places:
            length = pointer.length
            if length < 0:
                length = text.places.length(identity)
            return Pointer(identity, pointer.offset, length)
    return None


def _own_id(identity: str, prefix: str) -> str:
    """The uuid that an id of ours holds, else the id as it is."""
    bare = identity.removeprefix(prefix)
    return bare if _UUID.fullmatch(bare) else identity


def _moment(said: str) -> datetime | None:
    try:
        found = datetime.fromisoformat(said)
    except ValueError:
        return None
    return found if found.tzinfo else found.replace(tzinfo=UTC)


def _origin(file: File) -> tuple[str, str]:
    """The server that wrote the file and the slug of the set there, if it was one of ours."""
    for application in file.root.iter(f"{T}application"):
        if application.get("ident") == APPLICATION:
            where = application.find(f"{T}ptr")
            if where is not None:
                slugs = (i.text or "" for i in file.root.iter(f"{T}idno") if i.get("type") == "set")
                return (where.get("target") or "").rstrip("/"), next(slugs, "")
    return "", ""
