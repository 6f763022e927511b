"""Reading JSON Lines of labelled texts, in the shapes that language tools write.

- ours and doccano's: ``{"text", "label": [[start, end, label], …]}``, also ``labels``;
- doccano's with relations: ``{"text", "entities": [{"start_offset", "end_offset", "label"}]}``;
- Prodigy's: ``{"text", "spans": [{"start", "end", "label"}]}``;
- spaCy's: ``["text", {"entities": [[start, end, label], …]}]``.

The same as one JSON list is read, too. Offsets are code points.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from itertools import islice
from typing import Any, BinaryIO, NamedTuple

from annotations.formats.brought import (
    Brought,
    BroughtAnnotation,
    BroughtText,
    BroughtTheme,
    Doubt,
    FormatFault,
    Target,
)
from annotations.formats.sound import unsound

MAX_BYTES = 256 * 1024 * 1024
MAX_LINES = 100_000
MAX_LABELS = 1_000_000
MAX_THEMES = 5_000
AROUND = 64
_LISTS = ("label", "labels", "entities", "spans")
_STARTS, _ENDS = ("start", "start_offset"), ("end", "end_offset")
_NAMES = ("source", "document", "url", "filename", "file_name", "file", "title", "id")


class _Label(NamedTuple):
    start: int
    end: int
    name: str


def read(file: BinaryIO) -> Brought:
    """The labelled ranges of a file, with its texts. Raises FormatFault, with the line."""
    data = file.read(MAX_BYTES + 1)
    if len(data) > MAX_BYTES:
        raise FormatFault(f"The file is too large: at most {MAX_BYTES >> 20} MB can be read.")
    try:
        words = data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        raise FormatFault("This is not text in UTF-8.", f"line {line}") from None
    reading = _Reading()
    for number, (place, given) in enumerate(_documents(words), 1):
        if number > MAX_LINES:
            raise FormatFault(f"More than {MAX_LINES:,} documents cannot be read.", place)
        reading.take(place, given)
    return reading.found()


def _documents(words: str) -> Iterator[tuple[str, Any]]:
    begun = words.lstrip()[:200]
    if begun.startswith("[") and not begun[1:].lstrip().startswith('"'):
        whole = _parsed(words, "")
        yield from ((f"item {number}", one) for number, one in enumerate(whole, 1))
        return
    # Not splitlines: JSON may hold other ends of lines as they are.
    found = [(number, line) for number, line in enumerate(words.split("\n"), 1) if line.strip()]
    if not found:
        raise FormatFault("The file is empty.")
    yield from ((f"line {number}", _parsed(line, f"line {number}")) for number, line in found)


def _parsed(words: str, place: str) -> Any:
    try:
        return json.loads(words)
    except json.JSONDecodeError as error:
        place = place or f"line {error.lineno}"
        raise FormatFault(f"This is no JSON: {error.msg}.", place) from None
    except (ValueError, RecursionError):
        raise FormatFault("This is no JSON that can be read.", place) from None


class _Reading:
    def __init__(self) -> None:
        self._themes: dict[str, BroughtTheme] = {}
        self._annotations: list[BroughtAnnotation] = []
        self._texts: dict[str, BroughtText] = {}
        self._lost: list[Doubt] = []
        self._sites: set[tuple[str, str]] = set()
        self._labels = 0

    def found(self) -> Brought:
        site, slug = self._sites.pop() if len(self._sites) == 1 else ("", "")
        return Brought(
            themes=tuple(self._themes.values()),
            annotations=tuple(self._annotations),
            texts=self._texts,
            site=site,
            slug=slug,
            lost=tuple(self._lost),
        )

    def take(self, place: str, given: Any) -> None:
        if isinstance(given, list) and len(given) == 2 and isinstance(given[1], dict):
            given = {**given[1], "text": given[0]}
        if not isinstance(given, dict) or not isinstance(given.get("text"), str):
            raise FormatFault("This is no document: it has no “text”.", place)
        text, meta = given["text"], given.get("meta")
        meta = meta if isinstance(meta, dict) else {}
        if unsound(text):
            raise FormatFault("The text has half of a character in it, or NUL.", place)
        names = _names(given, meta)
        self._texts[place] = BroughtText(text, names)
        digest = _words(meta.get("digest"))
        self._sites.add((_words(meta.get("site")), _words(meta.get("set"))))
        labels = list(self._labels_of(place, given, text))
        for group in _groups(labels, meta.get("themes"), place):
            themes = tuple(self._theme(label.name, bool(digest), place) for label in group)
            start, end = group[0].start, group[0].end
            target = Target(
                names=names,
                digest=digest,
                text=place,
                start=start,
                end=end,
                quote=text[start:end],
                prefix=text[max(0, start - AROUND) : start],
                suffix=text[end : end + AROUND],
            )
            self._annotations.append(BroughtAnnotation(target, place=place, themes=themes))

    def _labels_of(self, place: str, given: dict[str, Any], text: str) -> Iterator[_Label]:
        key = next((key for key in _LISTS if given.get(key)), "")
        labels = given[key] if key else []
        if not isinstance(labels, list):
            raise FormatFault(f"“{key}” is no list.", place)
        if relations := given.get("relations"):
            count = len(relations) if isinstance(relations, list) else 1
            self._lost.append(Doubt(f"Not read: {count} of its relations.", place))
        for number, one in enumerate(labels, 1):
            self._labels += 1
            if self._labels > MAX_LABELS:
                raise FormatFault(f"More than {MAX_LABELS:,} labels cannot be read.", place)
            if isinstance(one, str):
                self._lost.append(Doubt(f"Not read: “{one[:40]}”, a label of all of it.", place))
                continue
            yield _label(one, len(text), f"{place}, label {number}")

    def _theme(self, name: str, ours: bool, place: str) -> str:
        if name not in self._themes:
            if len(self._themes) == MAX_THEMES:
                raise FormatFault(f"More than {MAX_THEMES:,} themes cannot be read.", place)
            slug = name if ours else ""
            self._themes[name] = BroughtTheme(name, name, {"name": name}, slug=slug)
        return name


def _label(given: Any, length: int, place: str) -> _Label:
    if isinstance(given, dict):
        start, end = (
            next((given[k] for k in keys if k in given), None) for keys in (_STARTS, _ENDS)
        )
        name = given.get("label")
    elif isinstance(given, list) and len(given) >= 3:
        start, end, name = given[:3]
    else:
        raise FormatFault("A label is a start, an end and a name.", place)
    if type(start) is not int or type(end) is not int or not isinstance(name, str):
        raise FormatFault("A label is a start, an end and a name.", place)
    if not 0 <= start < end <= length:
        said = f"{start}–{end}" if max(abs(start), abs(end)) < 10**12 else "This"
        raise FormatFault(f"{said} is no range of the text of {length} characters.", place)
    name = " ".join(name.split())
    if not name or unsound(name):
        raise FormatFault("A label has no name that can be read.", place)
    return _Label(start, end, name)


def _groups(labels: list[_Label], each: Any, place: str) -> Iterator[list[_Label]]:
    """The labels of each annotation: as many as the file says, else each by itself."""
    counts = each if isinstance(each, list) else [1] * len(labels)
    if not all(type(one) is int and one > 0 for one in counts) or sum(counts) != len(labels):
        raise FormatFault("“themes” does not say how many labels each annotation has.", place)
    remaining = iter(labels)
    for count in counts:
        group = list(islice(remaining, count))
        if len({(one.start, one.end) for one in group}) > 1:
            raise FormatFault("The labels of one annotation have several ranges.", place)
        yield group


def _names(given: dict[str, Any], meta: dict[str, Any]) -> tuple[str, ...]:
    found = (_words(where.get(key)) for where in (meta, given) for key in _NAMES)
    return tuple(dict.fromkeys(one for one in found if one))


def _words(given: Any) -> str:
    return "" if not isinstance(given, str) or unsound(given) else given.strip()
