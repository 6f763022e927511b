"""Reading brat's standoff files: a ZIP with a ``.ann`` beside the ``.txt`` of each document."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import BinaryIO

from annotations.formats.brat_lines import Ann, Passage, ann_of
from annotations.formats.brat_names import AUTHOR, BARE, MARK, PRIVATE, QUESTIONS, from_value
from annotations.formats.brat_names import lines_of as unescaped
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
from annotations.formats.unzipped import Unzipped
from annotations.formats.values import PersonValue

MAX_THEMES = 5_000
MAX_PASSAGES = 1_000_000
AROUND = 64
# Our own names for the state of a question, the other way round.
_ASKED = {type_: question for question, type_ in QUESTIONS.items()}
_OURS = {AUTHOR, PRIVATE, *_ASKED}


def read(file: BinaryIO) -> Brought:
    """The passages of all documents. Raises FormatFault, with file and line."""
    archive = Unzipped(file)
    names = [name for name in archive.names if not _hidden(name)]
    anns = [name for name in names if name.endswith(".ann")]
    if not anns:
        raise FormatFault("There is no .ann file in the archive.")
    ours, themes = _themes(archive, names)
    reading = _Reading(ours, themes)
    for name in anns:
        base = name.removesuffix(".ann")
        text = _words(archive, f"{base}.txt") if f"{base}.txt" in names else None
        reading.take(base, text, ann_of(name, _words(archive, name)))
    return reading.found()


def _hidden(name: str) -> bool:
    """What a Mac puts beside each file, and the like."""
    return any(part.startswith((".", "__MACOSX")) for part in name.split("/"))


def _words(archive: Unzipped, name: str) -> str:
    data = archive.read(name)
    try:
        words = data.decode()
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        raise FormatFault("This is not text in UTF-8.", f"{name}, line {line}") from None
    if unsound(words):
        line = words.count("\n", 0, words.index("\0")) + 1
        raise FormatFault("This is not text: it has a NUL in it.", f"{name}, line {line}")
    return words


def _themes(archive: Unzipped, names: list[str]) -> tuple[bool, dict[str, BroughtTheme]]:
    """Whether the configuration is ours, and its types as themes, in their tree."""
    conf, shown = (
        next((_words(archive, name) for name in names if name.split("/")[-1] == wanted), "")
        for wanted in ("annotation.conf", "visual.conf")
    )
    labels = dict(_labels(_section(shown, "labels")))
    ours = conf.startswith(MARK)
    found: dict[str, BroughtTheme] = {}
    above: list[str] = []
    for line in _section(conf, "entities"):
        depth = len(line) - len(line.lstrip("\t"))
        key = line.strip().lstrip("!").split()[0]
        del above[depth:]
        if not (ours and key == BARE) and key not in found:
            name = labels.get(key) or key
            parent = above[-1] if above else ""
            slug = key if ours else ""
            found[key] = BroughtTheme(key, name, {"name": name}, parent=parent, slug=slug)
            if len(found) > MAX_THEMES:
                raise FormatFault(f"More than {MAX_THEMES:,} types cannot be read.")
        above.append(key)
    return ours, found


def _section(conf: str, wanted: str) -> Iterator[str]:
    """The lines of a section that say something."""
    inside = False
    for line in conf.split("\n"):
        said = line.strip()
        if said.startswith("[") and said.endswith("]"):
            inside = said == f"[{wanted}]"
        elif inside and said.lstrip("!-") and not said.startswith(("#", "<")):
            yield line.rstrip()


def _labels(lines: Iterable[str]) -> Iterator[tuple[str, str]]:
    for line in lines:
        key, *labels = (part.strip() for part in line.split("|"))
        if labels:
            yield key, labels[0]


class _Reading:
    def __init__(self, ours: bool, themes: dict[str, BroughtTheme]) -> None:
        self._ours, self._themes = ours, themes
        self._annotations: list[BroughtAnnotation] = []
        self._texts: dict[str, BroughtText] = {}
        self._lost: list[Doubt] = []

    def found(self) -> Brought:
        return Brought(
            themes=tuple(self._themes.values()),
            annotations=tuple(self._annotations),
            texts=self._texts,
            lost=tuple(self._lost),
        )

    def take(self, base: str, text: str | None, ann: Ann) -> None:
        """A document's passages; without its text, their words alone say where they are."""
        names = (base.split(".edition-")[0] if self._ours else base,)
        if text is not None:
            self._texts[base] = BroughtText(text, names)
        else:
            self._lost.append(Doubt("Its text is missing: passages go by their words.", base))
        for what, count in ann.strange.items():
            self._lost.append(Doubt(f"Not read: {count} {what}.", f"{base}.ann"))
        for group in ann.groups():
            self._annotations.append(self._annotation(base, names, text, ann, group))
            if len(self._annotations) > MAX_PASSAGES:
                raise FormatFault(f"More than {MAX_PASSAGES:,} passages cannot be read.")

    def _annotation(
        self, base: str, names: tuple[str, ...], text: str | None, ann: Ann, group: list[Passage]
    ) -> BroughtAnnotation:
        first = group[0]
        notes = [note for each in group for note in ann.notes.get(each.id, ())]
        said = {key: value for each in group for key, value in ann.said.get(each.id, {}).items()}
        for key in said.keys() - (_OURS if self._ours else set()):
            self._lost.append(Doubt(f"Not read: the attribute {key[:40]}.", first.place))
        if not self._ours:
            said = {}
        author = from_value(said.get(AUTHOR, ""))
        return BroughtAnnotation(
            target=_target(base, names, text, first),
            place=first.place,
            themes=tuple(dict.fromkeys(key for each in group for key in self._theme(each))),
            note="\n\n".join(unescaped(note) if self._ours else note for note in notes),
            author=PersonValue(author, "") if author and not unsound(author) else None,
            private=PRIVATE in said,
            question=next((_ASKED[key] for key in said if key in _ASKED), ""),
        )

    def _theme(self, passage: Passage) -> tuple[str, ...]:
        key = passage.type
        if self._ours and key == BARE:
            return ()
        if key not in self._themes:
            if len(self._themes) == MAX_THEMES:
                raise FormatFault(f"More than {MAX_THEMES:,} types cannot be read.", passage.place)
            self._themes[key] = BroughtTheme(key, key, {"name": key})
        return (key,)


def _target(base: str, names: tuple[str, ...], text: str | None, one: Passage) -> Target:
    start, end = one.fragments[0][0], one.fragments[-1][1]
    if text is None:
        return Target(names=names, quote=one.words)
    if end > len(text):
        raise FormatFault(
            f"The passage ends at {end}, and the text has {len(text)} characters.", one.place
        )
    there = " ".join(text[begin:stop] for begin, stop in one.fragments)
    if one.words and there.split() != one.words.split():
        raise FormatFault(f"These words are not those at {start}–{end} of the text.", one.place)
    return Target(
        names=names,
        text=base,
        start=start,
        end=end,
        quote=text[start:end],
        prefix=text[max(0, start - AROUND) : start],
        suffix=text[end : end + AROUND],
    )
