"""The particulars of a TEI volume: its header, and its lists of persons and of terms."""

from __future__ import annotations

import re
from pathlib import PurePath

from lxml import etree

from archive.importers.parsed import ParsedEntry, ParsedVolume
from archive.importers.vocabulary import local, plain, words
from archive.importers.xml import XML_ID

PUBLIC = "https://history.state.gov/historicaldocuments"
# The name of this app in the header of a TEI file that it has written.
APPLICATION = "apparatus"
PUBLIC_DOMAIN = "Public domain: a work of the United States government"


def slug_from(name: str) -> str:
    """A slug of letters, digits, ``-`` and ``_`` for an address, from an id or a file's name."""
    return re.sub(r"[^A-Za-z0-9_-]+", "-", name).strip("-")[:80] or "volume"


def volume_of(root: etree._Element, path: str) -> ParsedVolume:
    """The volume that a TEI file is; where it names no id, the file's name gives one."""
    header = _first(root, "teiHeader")
    is_ours = _first(header, "application", ident=APPLICATION) is not None
    if is_ours:
        # The header is that of the annotations; the volume is what they are on.
        header = _first(header, "biblFull")
    idno = _text(_first(header, "idno", type="frus"))
    slug = slug_from(plain(root.get(XML_ID)) or idno or PurePath(path).stem)
    statement = _first(header, "titleStmt")
    titles = {e.get("type") or "": words(e) for e in reversed(_all(statement, "title"))}
    published = _first(header, "publicationStmt")
    series = [titles[kind] for kind in ("series", "sub-series") if titles.get(kind)]
    is_frus = slug.startswith("frus") and slug[4:5].isdigit()
    return ParsedVolume(
        slug=slug,
        title=titles.get("complete") or titles.get("") or next(iter(titles.values()), "") or slug,
        subtitle=titles.get("volume", ""),
        series=", ".join(series),
        number=titles.get("volume-number", "")[:60],
        editors=tuple(dict.fromkeys(w for e in _all(statement, "editor") if (w := words(e)))),
        publisher=_text(_first(published, "publisher")),
        place=_text(_first(published, "pubPlace")),
        year=_year(published),
        source_url=f"{PUBLIC}/{slug}" if is_frus else "",
        licence=PUBLIC_DOMAIN if is_frus else _text(_first(published, "licence")),
        # An export says less of a volume than its own file: that stays as it is.
        described=not is_ours,
    )


def _year(published: etree._Element | None) -> str:
    date = _first(published, "date")
    if date is None:
        return ""
    found = re.search(r"\d{4}", date.get("when") or "") or re.search(r"\d{4}", words(date))
    return found[0] if found else words(date)[:30]


def add_entries(found: dict[str, ParsedEntry], listing: etree._Element, name: str) -> None:
    """Adds the entries of a list of persons or of terms by their keys.

    An entry is a ``name`` element with an id: its name is the text of that without the comma that
    follows it, its description what stands after it in the same item.
    """
    for element in _all(listing, name):
        key = element.get(XML_ID)
        if key and key not in found:
            found[key] = _entry(key, element)


def _entry(key: str, element: etree._Element) -> ParsedEntry:
    item = next((a for a in element.iterancestors() if local(a) == "item"), None)
    name = words(element).rstrip(" ,;:") or key
    if item is None:
        return ParsedEntry(key, name, "")
    after: list[str] = []
    _collect_after(item, element, after)
    return ParsedEntry(key, name, plain("".join(after)).lstrip(" ,;:"))


def _collect_after(item: etree._Element, element: etree._Element, found: list[str]) -> bool:
    """Adds to ``found`` what stands in ``item`` after ``element``, notes and lists left out."""
    passed = False
    for child in item:
        if child is element:
            passed = True
        elif passed:
            found.append("" if local(child) in ("", "note", "list") else words(child))
        elif isinstance(child.tag, str) and _collect_after(child, element, found):
            passed = True
        if passed:
            found.append(child.tail or "")
    return passed


def _all(element: etree._Element | None, name: str) -> list[etree._Element]:
    if element is None:
        return []
    return list(element.iter(f"{{*}}{name}"))


def _first(element: etree._Element | None, name: str, **attrs: str) -> etree._Element | None:
    for found in element.iter(f"{{*}}{name}") if element is not None else ():
        if all(found.get(key) == value for key, value in attrs.items()):
            return found
    return None


def _text(element: etree._Element | None) -> str:
    return words(element)
