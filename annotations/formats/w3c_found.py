"""One Web Annotation, whoever wrote it, as an annotation or a reply."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from html.parser import HTMLParser
from typing import Any

from annotations.formats.brought import FormatFault, Target
from annotations.formats.values import PersonValue
from annotations.formats.w3c_given import (
    Item,
    Json,
    Told,
    address,
    get,
    many,
    moment,
    names,
    short,
    types,
    words,
)
from annotations.formats.w3c_targets import target_of
from annotations.formats.w3c_themes import Themes
from annotations.formats.w3c_words import UUID

MAX_HTML = 100_000
_HEX = "[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}"
_CANONICAL = re.compile(rf"{UUID}({_HEX})\Z", re.I)
_ADDRESS = re.compile(rf"/annotations/(?:{_HEX}/#r-)?({_HEX})/?\Z")
_LINK = re.compile(r"[a-z][a-z0-9+.-]*:[^\s<>]+\Z", re.I)
_TAGS = {"tagging", "classifying"}
_PLAIN = _TAGS | {"commenting", "replying", "questioning", "describing", "highlighting"}
_SEVERAL = {"Choice", "List", "Composite", "Independents"}
_QUESTIONS = ("open", "answered")
_ANNOTATION = frozenset(
    ("@context", "id", "@id", "type", "@type", "canonical", "via", "motivation", "creator")
    + ("generator", "generated", "created", "modified", "audience", "body", "bodyValue", "target")
    + ("rights", "schema:creativeWorkStatus")
)
_BODY = frozenset(
    ("id", "@id", "type", "@type", "purpose", "format", "value", "source", "label", "name")
    + ("dcterms:identifier", "rdfs:isDefinedBy", "creator", "created", "modified")
)


@dataclass(slots=True)
class _Said:
    """What the bodies of an annotation say."""

    themes: dict[str, None] = field(default_factory=dict)
    notes: list[str] = field(default_factory=list)
    agents: list[Any] = field(default_factory=list)


class Reader:
    """Reads annotations, and gathers their themes and what is not taken of them."""

    def __init__(self, themes: Themes, told: Told) -> None:
        self._themes = themes
        self._told = told
        self._licences: set[str] = set()

    def read(self, given: Json, place: str) -> Item | None:
        """An annotation; None, and told, where nothing of it can be taken. Raises FormatFault."""
        kinds = types(given)
        if kinds and "Annotation" not in kinds:
            kind = short(", ".join(sorted(kinds)))
            self._told.drop(f"This is no annotation ({kind}), and is not taken.", place)
            return None
        self._told.rest(given, _ANNOTATION, "annotations", place)
        motivations = names(given.get("motivation"))
        is_reply = "replying" in motivations
        target = self._target(given, is_reply, place)
        if target is None and not is_reply:
            return None
        said = self._said(given, motivations, place)
        if is_reply and said.themes:
            self._told.say("The tags of a reply are not taken.", place)
        return self._item(given, motivations, said, target, place)

    def licence(self, given: Json, place: str) -> None:
        """Says once of each licence that it is not taken."""
        for one in many(given.get("rights")):
            found = short(address(one, "rights", place))
            if found not in self._licences:
                self._licences.add(found)
                self._told.say(f"The licence is not taken, that of the set holds: {found}.", place)

    def _item(
        self, given: Json, motivations: set[str], said: _Said, target: Target | None, place: str
    ) -> Item:
        self.licence(given, place)
        is_reply = "replying" in motivations
        id_, aliases = _ids(given, place)
        to = [address(one, "target", place) for one in many(given.get("target"))]
        sources = [one.get("source") for one in many(given.get("target")) if isinstance(one, dict)]
        to += [address(one, "source", place) for one in sources]
        return Item(
            place=place,
            id=id_,
            names=aliases,
            is_reply=is_reply,
            answers=tuple(one for one in to if one) if is_reply else (),
            target=target,
            themes=() if is_reply else tuple(said.themes),
            note="\n\n".join(said.notes),
            author=_author([*many(given.get("creator")), *said.agents], place),
            private=self._is_private(given, place),
            question=_question(given, motivations, place),
            created=moment(given, "created", told=self._told, place=place),
            modified=moment(given, "modified", told=self._told, place=place),
        )

    def _target(self, given: Json, is_reply: bool, place: str) -> Target | None:
        found = [target_of(one, place) for one in many(given.get("target"))]
        passages = [one for one, _ in found if one.quote or one.end is not None]
        if passages:
            if len(found) > 1:
                self._told.say("Only the first of several targets is taken.", place)
            for one in many(given.get("target")):
                if isinstance(one, dict) and one.get("schema:creativeWorkStatus"):
                    self._told.say("That its passage is to be looked at is not taken.", place)
            return passages[0]
        others = sorted({short(kind) for _, kinds in found for kind in kinds if kind})
        if others and not is_reply:
            self._told.drop(
                f"Its passage is given by {', '.join(others)} alone, and cannot be read.", place
            )
        elif not is_reply:
            self._told.drop("It is on no words of a text, and is not taken.", place)
        return None

    def _said(self, given: Json, motivations: set[str], place: str) -> _Said:
        said = _Said()
        if value := words(given, "bodyValue", place=place):
            said.notes.append(value)
        for body in many(given.get("body")):
            if isinstance(body, str):
                body = {"source" if _LINK.match(body) else "value": body}
            if not isinstance(body, dict):
                raise FormatFault("A body is neither a text nor an object.", place)
            self._body(said, body, motivations, place)
        return said

    def _body(self, said: _Said, body: Json, motivations: set[str], place: str) -> None:
        if several := types(body) & _SEVERAL:
            self._told.drop(f"Its body is a {several.pop()}, which is not taken.", place)
            return
        self._told.rest(body, _BODY, "bodies", place)
        purposes = names(body.get("purpose")) or (motivations if len(motivations) == 1 else set())
        for purpose in sorted(purposes - _PLAIN):
            self._told.say(f"The purpose “{short(purpose)}” is not kept.", place)
        said.agents += many(body.get("creator"))
        value = words(body, "value", "rdf:value", "chars", place=place)
        source = address(get(body, "source", "id", "@id"), "source", place)
        if purposes & _TAGS:
            self._tag(said, body, value, source, place)
        elif value:
            said.notes.append(self._plain(body, value, place))
        elif source:
            said.notes.append(f"<{source}>" if _LINK.match(source) else source)

    def _tag(self, said: _Said, body: Json, value: str, source: str, place: str) -> None:
        slug = words(body, "dcterms:identifier", place=place)
        defined = address(body.get("rdfs:isDefinedBy"), "rdfs:isDefinedBy", place) or source
        labelled = body["source"] if isinstance(body.get("source"), dict) else body
        name = value or words(labelled, "label", "name", "skos:prefLabel", place=place)
        name = name or re.split(r"[/#]", source.rstrip("/#"))[-1]
        name = name if slug else " ".join(name.split())
        if name:
            said.themes[self._themes.tag(name, slug, defined, place)] = None

    def _plain(self, body: Json, value: str, place: str) -> str:
        if "html" not in words(body, "format", place=place).casefold():
            return value
        self._told.say("A note in HTML is taken without its mark-up.", place)
        return _without_markup(value)

    def _is_private(self, given: Json, place: str) -> bool:
        audiences = [one for one in many(given.get("audience")) if one]
        said = {
            words(one, "schema:audienceType", place=place) if isinstance(one, dict) else ""
            for one in audiences
        }
        if said - {"private"}:
            self._told.say("For whom it is meant is not taken.", place)
        return "private" in said


def _ids(given: Json, place: str) -> tuple[str, tuple[str, ...]]:
    """What identifies it, a uuid of ours if it has one; and all that it may be called by."""
    found = [address(get(given, "id", "@id"), "id", place)]
    canonical = address(given.get("canonical"), "canonical", place)
    found = [one for one in (canonical, *found) if one]
    own = next(filter(None, (_CANONICAL.match(one) or _ADDRESS.search(one) for one in found)), None)
    id_ = own[1].lower() if own else (found[0] if found else "")
    return id_, tuple(dict.fromkeys(found))


def _question(given: Json, motivations: set[str], place: str) -> str:
    if "questioning" not in motivations:
        return ""
    status = words(given, "schema:creativeWorkStatus", place=place)
    return status if status in _QUESTIONS else "open"


def _author(agents: list[Any], place: str) -> PersonValue | None:
    """The first of these that has a name. Of an address its last part is the user name."""
    for one in agents:
        given = one if isinstance(one, dict) else {"id": one}
        name = words(given, "name", "label", place=place)
        id_ = words(given, "id", "@id", place=place)
        id_ = id_.removeprefix("mailto:").removeprefix("acct:").partition("@")[0]
        username = words(given, "nickname", place=place)
        if not username and not isinstance(one, dict):
            username = re.split(r"[/#]", id_.rstrip("/#"))[-1]
        username = username or name or re.split(r"[/#]", id_.rstrip("/#"))[-1]
        if username:
            return PersonValue(username, "" if name == username else name)
    return None


class _Words(HTMLParser):
    """The text of HTML, with a line for each of its blocks."""

    def __init__(self) -> None:
        super().__init__()
        self.found: list[str] = []

    def handle_data(self, data: str) -> None:
        self.found.append(data)

    def handle_starttag(self, tag: str, attrs: object) -> None:
        if tag in ("p", "div", "li", "br", "blockquote"):
            self.found.append("\n" if tag == "br" else "\n\n")


def _without_markup(value: str) -> str:
    parser = _Words()
    try:
        parser.feed(value[:MAX_HTML])
        parser.close()
    except AssertionError:
        # It is thrown at declarations that no HTML has.
        return value
    return re.sub(r"\n{3,}", "\n\n", "".join(parser.found)).strip() + value[MAX_HTML:]
