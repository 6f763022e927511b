"""What comes from elsewhere as a database can keep it: whatever a reader lets through, no text has
a NUL or half of a character in it, no name is too long, no time is out of reach."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

from annotations.formats.brought import (
    Brought,
    BroughtAnnotation,
    BroughtReply,
    BroughtTheme,
    Doubt,
)
from annotations.formats.values import COLOURS, LINES, MAX_NAME, PersonValue
from annotations.notes import MAX_LENGTH
from annotations.passages import shorten

# JSON and spreadsheets can name halves of characters, and NUL.
_UNSOUND = re.compile("[\0\ud800-\udfff]")
LONG_NAME, MOST_THEMES = 300, 100
YEARS = range(1000, 9999)


def unsound(words: str) -> bool:
    """Whether there is a NUL or half of a character in it."""
    return _UNSOUND.search(words) is not None


def sound(brought: Brought) -> Brought:
    """The same with what cannot be kept put right, each time said among what is ``lost``."""
    doubts: list[Doubt] = []
    themes = tuple(_theme(one, doubts) for one in brought.themes)
    annotations = tuple(_annotation(one, doubts) for one in brought.annotations)
    if not doubts and themes == brought.themes and annotations == brought.annotations:
        return brought
    lost = (*(replace(one, message=words(one.message)) for one in brought.lost), *doubts)
    return replace(brought, themes=themes, annotations=annotations, lost=lost)


def words(given: str) -> str:
    """Text with a � for what is no character."""
    return _UNSOUND.sub("\ufffd", given)


def moment(given: datetime | None) -> datetime | None:
    """An aware time that can be shown in any zone, else None; a bare one is taken for UTC."""
    if given is None or given.year not in YEARS:
        return None
    return given.replace(tzinfo=UTC) if given.tzinfo is None else given


def _said(what: str, given: str, place: str, doubts: list[Doubt], most: int = MAX_LENGTH) -> str:
    """Words that a person wrote, with what is told of them."""
    found = words(given)
    if found != given:
        doubts.append(Doubt(f"{what} has half of a character or NUL: � stands there.", place))
    if len(found) > most:
        doubts.append(Doubt(f"{what} is cut after {most:,} characters.", place))
    return found[:most]


def _theme(one: BroughtTheme, doubts: list[Doubt]) -> BroughtTheme:
    place = f"line {one.line}" if one.line else ""
    name = " ".join(words(one.name).split()) or words(one.key).strip() or "Without a name"
    if len(name) > MAX_NAME:
        doubts.append(Doubt(f"The name “{name[:40]}…” is cut after {MAX_NAME} characters.", place))
        name = shorten(name, MAX_NAME)
    found = dict(_theme_words(name, one.words, place, doubts))
    if "name" in one.words:
        found["name"] = name
    sounder = {"name": name, "words": found, "slug": words(one.slug), "key": words(one.key)}
    return replace(one, parent=words(one.parent), **sounder)  # type: ignore[arg-type]


def _theme_words(
    name: str, given: Mapping[str, Any], place: str, doubts: list[Doubt]
) -> list[tuple[str, Any]]:
    found: list[tuple[str, Any]] = []
    for key, value in given.items():
        signs = {"colour": COLOURS, "line": LINES}.get(key)
        if signs is not None and value not in signs:
            doubts.append(Doubt(f"“{name}” has a {key} that there is not: it gets another.", place))
        elif signs is None and isinstance(value, str):
            found.append((key, _said(f"The {key} of “{name}”", value, place, doubts)))
        else:
            found.append((key, value))
    return found


def _annotation(one: BroughtAnnotation, doubts: list[Doubt]) -> BroughtAnnotation:
    themes = tuple(dict.fromkeys(map(words, one.themes)))
    if len(themes) > MOST_THEMES:
        doubts.append(Doubt(f"It has more than {MOST_THEMES} themes: those are taken.", one.place))
    target = one.target
    return replace(
        one,
        target=replace(
            target,
            names=tuple(map(words, target.names)),
            digest=words(target.digest)[:LONG_NAME],
            quote=words(target.quote),
            prefix=words(target.prefix),
            suffix=words(target.suffix),
        ),
        id=words(one.id),
        themes=themes[:MOST_THEMES],
        note=_said("Its note", one.note, one.place, doubts),
        author=_person(one.author),
        created=moment(one.created),
        modified=moment(one.modified),
        replies=tuple(_reply(reply, doubts) for reply in one.replies),
    )


def _reply(one: BroughtReply, doubts: list[Doubt]) -> BroughtReply:
    return replace(
        one,
        id=words(one.id),
        note=_said("A reply", one.note, one.place, doubts),
        author=_person(one.author),
        created=moment(one.created),
        modified=moment(one.modified),
    )


def _person(one: PersonValue | None) -> PersonValue | None:
    if one is None or not (unsound(one.username + one.name) or len(one.name) > LONG_NAME):
        return one
    return PersonValue(words(one.username), words(one.name)[:LONG_NAME])
