"""The taxonomies of a TEI file as themes."""

from __future__ import annotations

import re
from collections.abc import Iterator

from lxml import etree

from annotations.formats.brought import BroughtTheme, Doubt, FormatFault
from annotations.formats.tei.codebook import TAXONOMY, WORDS
from annotations.formats.tei.found import File, T, words_of
from annotations.formats.tei.wording import given_back
from archive.importers.vocabulary import local, plain
from archive.importers.xml import XML_ID

MAX_THEMES = 20_000
_SIGN = re.compile(r"(colour|line)-([1-9])")


def themes_of(file: File) -> list[BroughtTheme]:
    """The themes of the file's codebook; without one, of the taxonomies that its annotations point
    into, or, where it has no annotations, of all."""
    used = {name for one in file.annotations for name in one.themes}
    found: list[BroughtTheme] = []
    for taxonomy in _taxonomies(file.root):
        themes = list(_categories(taxonomy, ""))
        name = taxonomy.get(XML_ID) or ""
        if name != TAXONOMY and file.annotations and used.isdisjoint(one.key for one in themes):
            message = f"The taxonomy {name or 'without an id'} is not used by annotations."
            file.lost.append(Doubt(message, f"line {taxonomy.sourceline}"))
            continue
        found += themes
        if len(found) > MAX_THEMES:
            message = f"The file has more than {MAX_THEMES:,} categories."
            raise FormatFault(message, f"line {taxonomy.sourceline}")
    return found


def _taxonomies(root: etree._Element) -> list[etree._Element]:
    found = list(root.iter(f"{T}taxonomy"))
    own = [one for one in found if one.get(XML_ID) == TAXONOMY]
    return own or [one for one in found if local(one.getparent()) != "taxonomy"]


def _categories(element: etree._Element, parent: str) -> Iterator[BroughtTheme]:
    for child in element:
        if local(child) == "taxonomy":
            yield from _categories(child, parent)
        elif local(child) == "category":
            theme = _theme(child, parent)
            yield theme
            yield from _categories(child, theme.key)


def _theme(element: etree._Element, parent: str) -> BroughtTheme:
    line = element.sourceline or 0
    key = element.get(XML_ID) or f"category-{line}"
    slug = given_back(element.get("n") or "")
    words: dict[str, str | int] = {}
    name = ""
    for child in element:
        if local(child) == "catDesc":
            name = name or _described(child, words)
        elif local(child) == "gloss" and not name:
            name = plain("".join(child.itertext()))
        elif local(child) == "desc":
            words.setdefault("definition", words_of(child))
    rend = element.get("rend") or ""
    for sign, number in _SIGN.findall(rend):
        words[sign] = int(number)
    name = given_back(name) or slug or key
    words = {"name": name, **words}
    retired = "retired" in rend.split()
    return BroughtTheme(key, name, words, parent, slug, retired, line)


def _described(element: etree._Element, words: dict[str, str | int]) -> str:
    """The name that a ``catDesc`` gives; what else it says is put under its words."""
    for gloss in element.iter(f"{T}gloss"):
        if field := WORDS.get(gloss.get("type") or ""):
            words[field] = words_of(gloss)
    term = element.find(f"{T}term")
    if term is not None:
        return "".join(term.itertext())
    return plain("".join(element.itertext()))
