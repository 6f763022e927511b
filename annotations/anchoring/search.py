"""A passage looked for by its words and what stands around it; offsets are code points."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from difflib import SequenceMatcher

from rapidfuzz import fuzz

from annotations.anchoring.values import Candidate
from annotations.anchoring.words import Words
from annotations.passages import CONTEXT, Passage

_PLACES = 100
_SEEDS, _SEED_PLACES, _WINDOWS = 4, 40, 6
# Two English sentences that have nothing to do with each other are alike by as much.
_CHANCE = 0.45
_NEAR = 0.1


def candidates(old: Words, new: Words, passage: Passage, expected: int) -> list[Candidate]:
    """Where in the new text the passage of the old text may stand, the likeliest first.

    ``expected`` is about where it should, a code point of the new text. Places that overlap are
    told once.
    """
    first, last = old.touched(passage.start, passage.end)
    if first >= last:
        return []
    found = [
        _scored(new, passage, expected, *ends_of(old, new, passage, at), exact=True)
        for at in new.places(old.joined(first, last), _PLACES)
    ]
    if not found and last - first >= 3:
        found = [
            _scored(new, passage, expected, start, end, exact=False)
            for start, end in _alike(old, new, passage, first, last)
        ]
    return _apart(found)


def ends_of(old: Words, new: Words, passage: Passage, at: int) -> tuple[int, int]:
    """The passage's range where its words begin at word ``at`` of the new text.

    Punctuation and spaces at its ends come along where the new text has them.
    """
    first, last = old.touched(passage.start, passage.end)
    low, high = at, at + last - first - 1
    start, end = new.starts[low], new.ends[high]
    inside, beyond = passage.start - old.starts[first], passage.end - old.ends[last - 1]
    if inside < 0:
        start -= _shared(old.text[passage.start : old.starts[first]][::-1], new.before(low)[::-1])
    elif new.ends[low] - start == old.ends[first] - old.starts[first]:
        start += inside
    if beyond > 0:
        end += _shared(old.text[old.ends[last - 1] : passage.end], new.after(high))
    elif end - new.starts[high] == old.ends[last - 1] - old.starts[last - 1]:
        end += beyond
    return start, end


def likeness(quote: str, found: str) -> float:
    """How much two quotes are alike, from 0 to 1."""
    return fuzz.ratio(quote, found) / 100


def _shared(one: str, other: str) -> int:
    """How many characters two strings have in common at their beginning."""
    length = 0
    while length < min(len(one), len(other)) and one[length] == other[length]:
        length += 1
    return length


def _scored(
    new: Words, passage: Passage, expected: int, start: int, end: int, *, exact: bool
) -> Candidate:
    """The words count for more, the more of them there are; the context for the rest."""
    text = new.text
    quote = 1.0 if exact else likeness(passage.quote, text[start:end])
    around = _context(passage.prefix, text[max(0, start - CONTEXT) : start])
    around += _context(passage.suffix, text[end : end + CONTEXT])
    near = 1 - min(1.0, abs(start - expected) / max(1, len(text)))
    weight = min(0.7, max(0.2, len(passage.quote) / 60))
    score = weight * quote + (1 - _NEAR - weight) * around / 2 + _NEAR * near
    return Candidate(start, end, round(score, 4), exact)


def _context(kept: str, found: str) -> float:
    if not kept or not found:
        return float(kept == found)
    return max(0.0, (likeness(kept, found) - _CHANCE) / (1 - _CHANCE))


def _alike(
    old: Words, new: Words, passage: Passage, first: int, last: int
) -> Iterable[tuple[int, int]]:
    """Ranges that resemble the passage, around the places of its rarest words."""
    keys = {key: at for at, key in enumerate(old.keys[first:last])}
    seeds = sorted((len(new.positions[key]), key) for key in keys if key in new.positions)
    votes: Counter[int] = Counter()
    for _, key in seeds[:_SEEDS]:
        votes.update(place - keys[key] for place in new.positions[key][:_SEED_PLACES])
    length = last - first
    for at, _ in votes.most_common(_WINDOWS):
        low, high = max(0, at - length // 3 - 2), min(len(new), at + length + length // 3 + 2)
        if low < high and (place := _best_within(old, new, first, last, low, high)):
            yield place


def _best_within(
    old: Words, new: Words, first: int, last: int, low: int, high: int
) -> tuple[int, int] | None:
    """From the first to the last word of the window that the passage has too, in order."""
    matcher = SequenceMatcher(None, old.keys[first:last], new.keys[low:high], autojunk=False)
    blocks = [block for block in matcher.get_matching_blocks() if block.size]
    if not blocks:
        return None
    start, end = low + blocks[0].b, low + blocks[-1].b + blocks[-1].size
    # Words at the ends that were put in place of others belong to it.
    start = max(low, start - blocks[0].a)
    end = min(high, end + (last - first) - blocks[-1].a - blocks[-1].size)
    return new.starts[start], new.ends[end - 1]


def _apart(found: list[Candidate]) -> list[Candidate]:
    chosen: list[Candidate] = []
    for one in sorted(found, key=lambda c: (-c.score, c.start)):
        if all(one.end <= other.start or one.start >= other.end for other in chosen):
            chosen.append(one)
    return chosen
