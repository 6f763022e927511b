"""Annotations as Hypothesis exports them, and as its API answers a search.

Their tags, text and author stand beside the target; a reply names the whole way up to the first
annotation of its thread in ``references``; who may read it is in ``permissions``.
"""

from __future__ import annotations

from typing import Any

from annotations.formats.brought import FormatFault, Target
from annotations.formats.values import PersonValue
from annotations.formats.w3c_given import Item, Json, Told, get, many, moment, short, words
from annotations.formats.w3c_targets import names_of, passage_of
from annotations.formats.w3c_themes import Themes

WORLD = "__world__"
_KNOWN = frozenset(
    ("id", "uri", "text", "tags", "user", "user_info", "permissions", "references", "created")
    + ("updated", "hidden", "flagged", "document", "target", "group", "links", "$tag")
    + ("$highlight", "$orphan", "$cluster", "authority", "consumer", "ranges", "isReplyTo")
    + ("$anchorTimeout", "moderation", "moderation_status", "actions", "mentions")
)


def is_hypothesis(given: Json) -> bool:
    """Whether an object is such an annotation, and not a Web Annotation."""
    return "uri" in given and "type" not in given and "body" not in given


def read(given: Json, themes: Themes, told: Told, place: str) -> Item | None:
    """An annotation; None, and told, where nothing of it can be taken. Raises FormatFault."""
    told.rest(given, _KNOWN, "annotations of Hypothesis", place)
    if given.get("hidden") is True:
        told.drop("It is hidden by a moderator there, and is not taken.", place)
        return None
    references = [one for one in many(given.get("references")) if isinstance(one, str)]
    target = _target(given, told, place)
    if target is None and not references:
        told.drop("It is on a whole page and not on words of it: it is not taken.", place)
        return None
    if given.get("flagged") is True:
        told.say("That it was flagged to the moderators there is not taken.", place)
    if words(given, "group", place=place) not in ("", WORLD):
        told.say("The group that it is in there is not taken.", place)
    name = words(given, "id", place=place)
    tags = _tags(given, place)
    if references and tags:
        told.say(f"The tags of a reply are not taken: {short(', '.join(tags))}.", place)
    return Item(
        place=place,
        id=name,
        names=(name,) if name else (),
        is_reply=bool(references),
        answers=tuple(references),
        target=target,
        themes=() if references else tuple(themes.tag(tag, "", "", place) for tag in tags),
        note=words(given, "text", place=place),
        author=_author(given, place),
        private=_is_private(given, place),
        created=moment(given, "created", told=told, place=place),
        modified=moment(given, "updated", told=told, place=place),
    )


def _target(given: Json, told: Told, place: str) -> Target | None:
    targets = many(given.get("target"))
    if not all(isinstance(one, dict) for one in targets):
        raise FormatFault("“target” is no list of objects.", place)
    found = [passage_of(one.get("selector"), place) for one in targets]
    passages = [one for one in found if one.is_found]
    if not passages:
        return None
    if len(passages) > 1:
        told.say("Only the first of several passages is taken.", place)
    first = passages[0]
    page = words(given, "uri", place=place).partition("#")[0]
    source = words(targets[found.index(first)], "source", place=place).partition("#")[0]
    return Target(
        names=names_of(page, source, _title(given, place)),
        start=first.start,
        end=first.end,
        quote=first.quote,
        prefix=first.prefix,
        suffix=first.suffix,
    )


def _title(given: Json, place: str) -> str:
    document = _object(given, "document", place)
    return " ".join(words(document, "title", place=place).split())


def _author(given: Json, place: str) -> PersonValue | None:
    name = words(given, "user", place=place).removeprefix("acct:").partition("@")[0]
    shown = words(_object(given, "user_info", place), "display_name", place=place)
    return PersonValue(name or shown, shown if name else "") if name or shown else None


def _is_private(given: Json, place: str) -> bool:
    readers = many(_object(given, "permissions", place).get("read"))
    if not all(isinstance(one, str) for one in readers):
        raise FormatFault("“permissions” do not say who may read it.", place)
    return bool(readers) and not any(one.startswith("group:") for one in readers)


def _tags(given: Json, place: str) -> list[str]:
    tags: list[Any] = many(get(given, "tags"))
    found = [" ".join(words({"tags": tag}, "tags", place=place).split()) for tag in tags]
    return list(dict.fromkeys(one for one in found if one))


def _object(given: Json, key: str, place: str) -> Json:
    found = given.get(key)
    if found is not None and not isinstance(found, dict):
        raise FormatFault(f"“{key}” is no object.", place)
    return found or {}
