"""A passage looked for by its words and what stands around it; offsets are code points."""

from __future__ import annotations

from collections import Counter
from difflib import SequenceMatcher

from rapidfuzz import fuzz

from annotations.anchoring.values import Candidate
from annotations.anchoring.words import Words
from annotations.passages import CONTEXT, Passage

_PLACES, _BESIDE = 100, 3
_SEEDS, _SEED_PLACES, _WINDOWS = 4, 40, 6
# Two English sentences that have nothing to do with each other are alike by as much.
_CHANCE = 0.45
_NEAR = 0.1
# With so many letters a quote counts for the most that it can.
_FEW_LETTERS, _MANY_LETTERS = 25, 60
_BEST = 30


def candidates(old: Words, new: Words, passage: Passage, expected: int) -> list[Candidate]:
    """Where in the new text the passage of the old text may stand, the likeliest first.

    ``expected`` is about where it should, a code point of the new text. Places that overlap are
    told once.
    """
    first, last = old.touched(passage.start, passage.end)
    if first >= last:
        return []
    places = _places(old, new, first, last)
    if places or last - first < 3:
        ranges = [ends_of(old, new, passage, at) for at in places]
        # Words that stand nowhere else need little around them.
        full = _FEW_LETTERS if len(places) == 1 else _MANY_LETTERS
    else:
        ranges, full = _alike(old, new, first, last), _MANY_LETTERS
    weight = min(0.7, max(0.2, len(passage.quote) / full))
    return _apart([_scored(new, passage, expected, *ends, weight, bool(places)) for ends in ranges])


def _places(old: Words, new: Words, first: int, last: int) -> list[int]:
    """Where these words stand; of words that stand everywhere, those among their neighbours too."""
    found = new.places(old.joined(first, last), _PLACES)
    if len(found) == _PLACES:
        for low, high in ((first - _BESIDE, last), (first, last + _BESIDE)):
            if low >= 0 and high <= len(old):
                wider = new.places(old.joined(low, high), _PLACES)
                found += [at + first - low for at in wider]
    return sorted(set(found))


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
    new: Words,
    passage: Passage,
    expected: int,
    start: int,
    end: int,
    weight: float,
    exact: bool,
) -> Candidate:
    """``weight`` is what the words count for; their context and their place count for the rest."""
    text = new.text
    quote = 1.0 if exact else likeness(passage.quote, text[start:end])
    around = _context(passage.prefix, text[max(0, start - CONTEXT) : start])
    around += _context(passage.suffix, text[end : end + CONTEXT])
    near = 1 - min(1.0, abs(start - expected) / max(1, len(text)))
    score = weight * quote + (1 - _NEAR - weight) * around / 2 + _NEAR * near
    return Candidate(start, end, round(score, 4), exact)


def _context(kept: str, found: str) -> float:
    if not kept or not found:
        return float(kept == found)
    return max(0.0, (likeness(kept, found) - _CHANCE) / (1 - _CHANCE))


def _alike(old: Words, new: Words, first: int, last: int) -> list[tuple[int, int]]:
    """Ranges that resemble the words, around the places of the rarest of them."""
    keys = {key: at for at, key in enumerate(old.keys[first:last])}
    seeds = sorted((len(new.positions[key]), key) for key in keys if key in new.positions)
    votes: Counter[int] = Counter()
    for _, key in seeds[:_SEEDS]:
        votes.update(place - keys[key] for place in new.positions[key][:_SEED_PLACES])
    around = last - first + (last - first) // 3 + 2
    found = [
        _best_within(
            old, new, first, last, max(0, at - around // 4 - 1), min(len(new), at + around)
        )
        for at, _ in votes.most_common(_WINDOWS)
    ]
    return [place for place in found if place]


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
    for one in sorted(found, key=lambda c: (-c.score, c.start))[:_BEST]:
        if all(one.end <= other.start or one.start >= other.end for other in chosen):
            chosen.append(one)
    return chosen
