"""The themes of a Web Annotation file: its codebook, and tags that are in none."""

from __future__ import annotations

from typing import Any

from annotations.formats.brought import BroughtTheme, FormatFault
from annotations.formats.w3c_given import Json, Told, address, get, many, types, words
from annotations.formats.w3c_words import COLOUR, LINE, NOT_WHEN, USE_WHEN

MAX_THEMES = 5_000
_SIGNS = {COLOUR: 8, LINE: 5}
_KNOWN = frozenset(
    ("id", "@id", "type", "@type", "dcterms:identifier", "skos:notation", "skos:prefLabel", "label")
    + ("skos:definition", "skos:scopeNote", "skos:example", "skos:broader", "skos:topConceptOf")
    + ("skos:inScheme", "skos:narrower", "schema:additionalProperty", "owl:deprecated")
    + ("dcterms:isReplacedBy", "name", "prefLabel", "rdfs:label")
)


class Themes:
    """Gathers the themes of a file by their keys."""

    def __init__(self, told: Told) -> None:
        self._told = told
        self._found: dict[str, BroughtTheme] = {}

    def found(self) -> tuple[BroughtTheme, ...]:
        """All themes, each below one of them or none. Raises FormatFault at a loop."""
        self._check_loops()
        return tuple(self._found.values())

    def take_scheme(self, value: Any, place: str) -> None:
        """A scheme of concepts, as one that the annotations are said to require."""
        for given in many(value):
            if not isinstance(given, dict) or "ConceptScheme" not in types(given):
                self._told.say("Not read: something that the annotations require.", place)
                continue
            if get(given, "dcterms:description"):
                self._told.say("The description of the codebook is not taken.", place)
            items = many(get(given, "items", "skos:hasTopConcept"))
            keys = {address(one, "id", place) for one in items if isinstance(one, dict)}
            for number, one in enumerate(items, 1):
                self._concept(one, keys, f"theme {number} of the codebook")

    def tag(self, name: str, slug: str, defined: str, place: str) -> str:
        """The key of the theme that a tag names."""
        if defined in self._found:
            return defined
        key = (defined or f"#{slug}") if slug else name
        if key not in self._found:
            self._add(BroughtTheme(key, name, {"name": name}, slug=slug), place)
        return key

    def _add(self, theme: BroughtTheme, place: str) -> None:
        if len(self._found) == MAX_THEMES:
            raise FormatFault(f"More than {MAX_THEMES:,} themes cannot be read.", place)
        self._found[theme.key] = theme

    def _concept(self, given: Any, keys: set[str], place: str) -> None:
        if not isinstance(given, dict):
            raise FormatFault("This is no theme.", place)
        self._told.rest(given, _KNOWN, "themes", place)
        key = address(given, "id", place)
        name = words(given, "skos:prefLabel", "prefLabel", "label", "name", place=place)
        if not key or not name.strip():
            raise FormatFault("A theme has no id or no name.", place)
        if key in self._found:
            raise FormatFault(f"The id {key[:60]} is that of another theme, too.", place)
        parent = address(given.get("skos:broader"), "skos:broader", place)
        if given.get("dcterms:isReplacedBy"):
            self._told.say("Which theme a retired one became is not taken.", place)
        theme = BroughtTheme(
            key=key,
            name=name,
            words={"name": name, **_words(given, place), **self._signs(given, place)},
            parent=parent if parent in keys else "",
            slug=words(given, "dcterms:identifier", "skos:notation", place=place),
            retired=given.get("owl:deprecated") is True,
        )
        self._add(theme, place)

    def _signs(self, given: Json, place: str) -> dict[str, int]:
        found: dict[str, int] = {}
        for one in many(given.get("schema:additionalProperty")):
            if not isinstance(one, dict):
                raise FormatFault("“schema:additionalProperty” is no property.", place)
            name, value = one.get("schema:name"), one.get("schema:value")
            most = _SIGNS.get(name, 0) if isinstance(name, str) else 0
            if type(value) is int and 1 <= value <= most:
                found[str(name)] = value
            else:
                self._told.say("Not read: a property of themes.", place)
        return found

    def _check_loops(self) -> None:
        ends: set[str] = {""}
        for key in self._found:
            path: dict[str, None] = {}
            while key not in ends:
                if key in path:
                    name = self._found[key].name[:60]
                    raise FormatFault(f"The theme “{name}” stands below itself.", "the codebook")
                path[key] = None
                key = self._found[key].parent
            ends.update(path)


def _words(given: Json, place: str) -> dict[str, str]:
    found = {
        "definition": words(given, "skos:definition", place=place),
        "example": words(given, "skos:example", place=place),
    }
    for one in many(given.get("skos:scopeNote")):
        note = one if isinstance(one, dict) else {"label": USE_WHEN, "value": one}
        label = words(note, "label", place=place)
        column = "not_when" if label == NOT_WHEN else "use_when"
        said = words(note, "value", "rdf:value", "@value", place=place)
        found[column] = "\n\n".join(filter(None, (found.get(column), said)))
    return {column: said for column, said in found.items() if said}
