"""In what a tool counted its positions: found out by the words that they give.

The standard counts code points of the file. Real tools take a line end of two characters for one,
or count UTF-16 units, or the mark at the beginning of the file, or name the last character instead
of the one after it. So each way is tried, and that is taken under which selections are what their
names say, or begin and end with words.
"""

from __future__ import annotations

import re
from array import array
from bisect import bisect_left
from collections.abc import Sequence
from dataclasses import dataclass
from heapq import merge
from itertools import islice, product

# How far around a passage its words are looked for, and how many letters they have at least,
# and how many words are looked for.
_REACH, _LEAST, _HEAD = 256, 8, 12
# As many selections of a text are looked at to find out.
_SAMPLE = 400
_ENDS = re.compile(r"\r\n?")
_CUT = re.compile(r"(…|\.\.\.)\s*\Z")
_BOM = "\ufeff"


@dataclass(frozen=True, slots=True)
class Way:
    """A way to count: ``wide`` are the positions, in its own units, of characters that take two.
    One that is ``odd`` is believed only where names say so."""

    said: str
    wide: Sequence[int] = ()
    shift: int = 0
    last: bool = False
    odd: bool = False

    def place(self, start: int, end: int) -> tuple[int, int]:
        """Its positions as offsets in the text with LF alone; they may be outside of it."""
        return self._at(start), self._at(end + self.last)

    def _at(self, position: int) -> int:
        position -= self.shift
        return position - bisect_left(self.wide, position)


@dataclass(frozen=True, slots=True)
class Given:
    """What a file says of a selection."""

    start: int
    end: int
    name: str


def unix(raw: str) -> str:
    """The text as it is kept: with LF at each line's end, without a mark at its beginning."""
    return _ENDS.sub("\n", raw.removeprefix(_BOM))


def ways(raw: str, *, ends_are_one: bool) -> list[Way]:
    """The ways to count in a text that differ in it, the likeliest first: that of the standard, or
    with ``ends_are_one`` that of ATLAS.ti, which counts CR LF as one."""
    had_mark, body = raw.startswith(_BOM), raw.removeprefix(_BOM)
    doubles = _doubles(body)
    # A tool that counts two where the file has one: it has changed the file when it wrote it.
    hidden = array("q") if doubles else _places("\n", unix(body))
    astral = _places("[\U00010000-\U0010ffff]", unix(body))
    pairs = (False, True) if ends_are_one or hidden else (True, False)
    positions = {
        (are_two, units): _positions(
            (doubles or hidden) if are_two else (), astral if units else ()
        )
        for are_two in pairs
        for units in (False, True)
    }
    found = []
    for are_two, units, mark, last in product(
        pairs if doubles or hidden else (False,),
        (False, True) if astral else (False,),
        (False, True) if had_mark else (False,),
        (False, True),
    ):
        said = "UTF-16 units" if units else "code points"
        said += ", line ends as two" if are_two else ", CR LF as one" if doubles else ""
        said += ", with the mark at the beginning" if mark else ""
        said += ", up to the last character" if last else ""
        is_odd = last or (are_two and not doubles)
        found.append(Way(said, positions[are_two, units], int(mark), last, is_odd))
    return found


def _doubles(body: str) -> array[int]:
    """Where in the text with LF alone there was CR LF."""
    ends = enumerate(re.finditer("\r\n", body))
    return array("q", (end.start() - before for before, end in ends))


def _places(pattern: str, text: str) -> array[int]:
    return array("q", (one.start() for one in re.finditer(pattern, text)))


def _positions(some: Sequence[int], others: Sequence[int]) -> array[int]:
    """Where those characters are that take two, each counted by two that is before."""
    both = merge(some, others)
    return array("q", (at + before for before, at in enumerate(both)))


def found_way(raw: str, given: Sequence[Given], *, ends_are_one: bool) -> tuple[Way, bool]:
    """The way in which these positions are counted, and whether that is sure."""
    text, candidates = unix(raw), ways(raw, ends_are_one=ends_are_one)
    sample = given[:: max(1, len(given) // _SAMPLE)]
    named = [sum(_named(text, way, one) for one in sample) for way in candidates]
    if most := max(named):
        best = [way for way, points in zip(candidates, named, strict=True) if points == most]
        best = [way for way in best if not way.odd] or best
        return best[0], _agree(best, given, text)
    # An odd way is not guessed at: with or without a last character, words are whole.
    best = [way for way in candidates if not way.odd]
    whole = [sum(_is_whole(text, *way.place(one.start, one.end)) for one in sample) for way in best]
    top = max(whole)
    rivals = [way for way, count in zip(best, whole, strict=True) if count == top]
    lead = top - max((count for count in whole if count < top), default=0)
    is_clear = lead >= max(1, len(sample) // 5) and _agree(rivals, given, text)
    return rivals[0], is_clear or _agree(best, given, text)


def _agree(some: Sequence[Way], given: Sequence[Given], text: str) -> bool:
    """Whether it makes no difference which of these ways is the right one."""
    first, *others = some
    for one in given if others else ():
        place = first.place(one.start, one.end)
        for way in others:
            other = way.place(one.start, one.end)
            if other != place and (_is_in(text, *place) or _is_in(text, *other)):
                return False
    return True


def _is_in(text: str, start: int, end: int) -> bool:
    return 0 <= start < end <= len(text)


def _named(text: str, way: Way, one: Given) -> int:
    """Points for a name that says the words: fewer where white space is around them."""
    start, end = way.place(one.start, one.end)
    if not (_is_in(text, start, end) and says(one.name, text[start:end])):
        return 0
    is_tight = text[start:end] == one.name or not (text[start].isspace() or text[end - 1].isspace())
    return 3 if is_tight else 1


def says(name: str, words: str) -> bool:
    """Whether a name is these words, or their beginning and a sign that more follow."""
    name, words = " ".join(name.split()), " ".join(words[: 4 * len(name) + 400].split())
    head = _CUT.sub("", name).rstrip()
    if not head:
        return False
    return name == words or (head != name and words.startswith(head))


def _is_whole(text: str, start: int, end: int) -> bool:
    """Whether a passage begins and ends where words do."""
    if not _is_in(text, start, end):
        return False
    cuts = (text[max(0, start - 1) : start + 1], text[end - 1 : end + 1])
    return not (
        text[start].isspace()
        or text[end - 1].isspace()
        or any(len(cut) == 2 and cut.isalnum() for cut in cuts)
    )


def nearby(text: str, name: str, start: int, end: int) -> tuple[int, int] | None:
    """Where the words of a name stand near a passage that has others, if they are about as long."""
    low, high = max(0, start - _REACH), min(len(text), end + _REACH)
    tokens = _CUT.sub("", name).split()
    if sum(map(len, tokens)) < _LEAST:
        return None
    # A few words find the place: whether all are there is looked at afterwards.
    head = re.compile(r"\s+".join(map(re.escape, tokens[:_HEAD])))
    found = [low + one.start() for one in islice(head.finditer(text[low:high]), 2)]
    if len(found) != 1:
        return None
    lengths = (end - start + more for more in (0, -1, 1, -2, 2))
    spans = ((found[0], found[0] + length) for length in lengths)
    return next(
        (one for one in spans if one[1] <= len(text) and says(name, text[slice(*one)])), None
    )


def anywhere(text: str, name: str) -> tuple[int, int] | None:
    """Where the words of a name stand in a text, if it has them whole and once."""
    if len(name) < _LEAST or _CUT.search(name):
        return None
    start = text.find(name)
    return (start, start + len(name)) if start >= 0 and text.rfind(name) == start else None
