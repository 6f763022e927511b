"""The sample codebook and the sample set: reading the fixtures, and finding their quotes in a text.

Pure: JSON in, plain values out. The command ``load_sample`` puts them into the database.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

CODEBOOK = "sample-codebook.json"
SET = "sample-set.json"
READER = ("username", "first_name", "last_name")


class SampleFault(ValueError):
    """Something in the sample that cannot be loaded; its message says what, in one sentence."""


@dataclass(frozen=True, slots=True)
class ThemeSample:
    """A theme; ``parent`` is the slug of the theme above it, empty at the top."""

    slug: str
    name: str
    definition: str
    use_when: str
    not_when: str
    example: str
    colour: int
    line: int
    parent: str = ""


@dataclass(frozen=True, slots=True)
class CodebookSample:
    """A codebook with its themes as the tree is read, from top to bottom."""

    title: str
    description: str
    themes: tuple[ThemeSample, ...]


@dataclass(frozen=True, slots=True)
class ReaderSample:
    username: str
    first_name: str
    last_name: str


@dataclass(frozen=True, slots=True)
class ReplySample:
    author: str
    note: str
    created: datetime


@dataclass(frozen=True, slots=True)
class AnnotationSample:
    """An annotation; its place is told by ``quote``, standing between ``prefix`` and ``suffix``."""

    author: str
    quote: str
    prefix: str
    suffix: str
    themes: tuple[str, ...]
    note: str
    visibility: str
    created: datetime
    replies: tuple[ReplySample, ...]


@dataclass(frozen=True, slots=True)
class SetSample:
    """A set on one document; ``document`` is its address, ``volume/slug``."""

    slug: str
    title: str
    description: str
    rights: str
    document: str
    readers: tuple[ReaderSample, ...]
    annotations: tuple[AnnotationSample, ...]


def read_sample(folder: Path) -> tuple[CodebookSample, SetSample]:
    """The sample in ``folder``, checked as a whole.

    Raises SampleFault for a file that cannot be read, a field that is missing or not of its kind,
    and for a theme or an author who is named and not there.
    """
    book = read_codebook(folder / CODEBOOK)
    sample = set_of(_json(folder / SET))
    _check_names(book, sample)
    return book, sample


def read_codebook(path: Path) -> CodebookSample:
    """The codebook of a file. Raises SampleFault when it cannot be read."""
    return codebook_of(_json(path))


def codebook_of(data: Any) -> CodebookSample:
    """A codebook from its JSON value."""
    where = CODEBOOK
    top = _list(data, "themes", where)
    return CodebookSample(
        _text(data, "title", where), _text(data, "description", where), tuple(_themes(top, ""))
    )


def set_of(data: Any) -> SetSample:
    """A set from its JSON value."""
    documents = _list(data, "documents", SET)
    if len(documents) != 1 or not isinstance(documents[0], str) or documents[0].count("/") != 1:
        raise SampleFault(f"{SET}: “documents” must name one document, as volume/slug.")
    return SetSample(
        slug=_text(data, "slug", SET),
        title=_text(data, "title", SET),
        description=_text(data, "description", SET),
        rights=_text(data, "rights", SET),
        document=documents[0],
        readers=tuple(
            ReaderSample(*(_text(one, field, where) for field in READER))
            for where, one in _numbered(_list(data, "readers", SET), f"{SET}: reader")
        ),
        annotations=tuple(
            _annotation(one, where)
            for where, one in _numbered(_list(data, "annotations", SET), f"{SET}: annotation")
        ),
    )


def find_quote(text: str, quote: str, prefix: str = "", suffix: str = "") -> tuple[int, int]:
    """Where the quote stands between its prefix and its suffix, in code points of ``text``.

    Raises SampleFault when it stands nowhere or more than once.
    """
    sought = prefix + quote + suffix
    first = text.find(sought) if quote else -1
    if first < 0:
        raise SampleFault(f"The sample quotes “{quote}”, which is not in the text.")
    if text.find(sought, first + 1) >= 0:
        raise SampleFault(f"The sample quotes “{quote}”, which is in the text more than once.")
    start = first + len(prefix)
    return start, start + len(quote)


def _themes(rows: list[Any], parent: str) -> Iterator[ThemeSample]:
    for where, row in _numbered(rows, f"{CODEBOOK}: {parent or 'theme'}"):
        theme = ThemeSample(
            slug=_text(row, "slug", where),
            name=_text(row, "name", where),
            definition=_text(row, "definition", where),
            use_when=_text(row, "use_when", where),
            not_when=_text(row, "not_when", where),
            example=_text(row, "example", where),
            colour=_number(row, "colour", where),
            line=_number(row, "line", where),
            parent=parent,
        )
        yield theme
        if "children" in row:
            yield from _themes(_list(row, "children", where), theme.slug)


def _annotation(row: Any, where: str) -> AnnotationSample:
    themes = _list(row, "themes", where)
    replies = _numbered(_list(row, "replies", where), f"{where}, reply")
    return AnnotationSample(
        author=_text(row, "author", where),
        quote=_text(row, "quote", where),
        prefix=_text(row, "prefix", where, ""),
        suffix=_text(row, "suffix", where, ""),
        themes=tuple(str(slug) for slug in themes),
        note=_text(row, "note", where, ""),
        visibility=_text(row, "visibility", where),
        created=_time(row, where),
        replies=tuple(
            ReplySample(_text(one, "author", at), _text(one, "note", at), _time(one, at))
            for at, one in replies
        ),
    )


def _check_names(book: CodebookSample, sample: SetSample) -> None:
    known = {theme.slug for theme in book.themes}
    readers = {reader.username for reader in sample.readers}
    for one in sample.annotations:
        for author in (one.author, *(reply.author for reply in one.replies)):
            if author not in readers:
                raise SampleFault(f"{SET}: “{author}” is not one of the readers.")
        for slug in one.themes:
            if slug not in known:
                raise SampleFault(f"{SET}: the codebook has no theme “{slug}”.")


def _json(path: Path) -> Any:
    try:
        return json.loads(path.read_text(encoding="utf-8"))
    except OSError as fault:
        raise SampleFault(f"Cannot read {path}: {fault.strerror or fault}.") from None
    except ValueError as fault:
        raise SampleFault(f"{path.name} is not JSON: {fault}.") from None


def _numbered(rows: Iterable[Any], what: str) -> Iterator[tuple[str, Any]]:
    """Each row with the words that say which one it is."""
    return ((f"{what} {number}", row) for number, row in enumerate(rows, start=1))


def _field(row: Any, name: str, where: str) -> Any:
    if not isinstance(row, Mapping) or name not in row:
        raise SampleFault(f"{where} has no “{name}”.")
    return row[name]


def _text(row: Any, name: str, where: str, default: str | None = None) -> str:
    """A text field; without a default it must be there and say something."""
    if default is not None and isinstance(row, Mapping) and name not in row:
        return default
    value = _field(row, name, where)
    if not isinstance(value, str) or (default is None and not value.strip()):
        raise SampleFault(f"{where}: “{name}” must be a text.")
    return value


def _number(row: Any, name: str, where: str) -> int:
    value = _field(row, name, where)
    if type(value) is not int:
        raise SampleFault(f"{where}: “{name}” must be a whole number.")
    return value


def _list(row: Any, name: str, where: str) -> list[Any]:
    value = _field(row, name, where)
    if not isinstance(value, list):
        raise SampleFault(f"{where}: “{name}” must be a list.")
    return value


def _time(row: Any, where: str) -> datetime:
    """``created`` as a moment; a time without its zone is none."""
    written = _text(row, "created", where)
    try:
        moment = datetime.fromisoformat(written)
    except ValueError:
        raise SampleFault(f"{where}: “created” must be a time as in ISO 8601.") from None
    if moment.tzinfo is None:
        raise SampleFault(f"{where}: “created” must say its time zone.")
    return moment
