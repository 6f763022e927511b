"""What an assignment gives to read: documents, or ranges of them, with the way there."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from urllib.parse import urlencode

from annotations.anchoring import Verdict
from annotations.models import Assignment, AssignmentDocument
from annotations.passages import shorten
from annotations.stretches import Wanted, stretches, texts_of
from archive.models import Document
from archive.text import Text

WORDS = 60


@dataclass(frozen=True, slots=True)
class Reading:
    """A document to read: whole when ``start`` is None, else from there to ``end`` in its current
    edition; ``first`` and ``last`` are the indexes of the blocks at its ends, ``begins`` and
    ``ends`` their words. ``lost``: its range was chosen in another edition and is not in this one;
    ``unsure``: it is, but somebody should look."""

    document: Document
    href: str
    start: int | None = None
    end: int | None = None
    first: int = 0
    last: int = 0
    begins: str = ""
    ends: str = ""
    lost: bool = False
    unsure: bool = False


def readings_of(assignments: Iterable[Assignment]) -> dict[int, list[Reading]]:
    """Assignment → what it gives to read, of assignments that came ``with_parts``: two queries, or
    none once texts and ranges are kept."""
    found = list(assignments)
    wanted = {
        part.pk: one
        for assignment in found
        for part in assignment.assignment_documents.all()
        if (one := wanted_of(part)) is not None
    }
    places = stretches(wanted.values())
    texts = texts_of(there for _, there in wanted.values())
    readings: dict[int, list[Reading]] = {}
    for assignment in found:
        readings[assignment.pk] = []
        for part in assignment.assignment_documents.all():
            href = _href(assignment, part.document)
            one = wanted.get(part.pk)
            if one is None:
                readings[assignment.pk].append(Reading(part.document, href))
                continue
            place, text = places[one], texts[one[1]]
            if place.start is None or place.end is None:
                readings[assignment.pk].append(Reading(part.document, href, lost=True))
                continue
            unsure = place.verdict != Verdict.SURE
            made = _ranged(part.document, href, text, place.start, place.end, unsure)
            readings[assignment.pk].append(made)
    return readings


def wanted_of(part: AssignmentDocument) -> Wanted | None:
    """The range of a part as ``stretches`` takes it, in the current edition; None for the whole."""
    there = part.document.current_id
    if part.edition_id is None or part.start is None or part.end is None or there is None:
        return None
    return (part.edition_id, part.start, part.end), there


def _href(assignment: Assignment, document: Document) -> str:
    asked = {"set": assignment.annotation_set.slug, "assignment": assignment.pk}
    return f"{document.get_absolute_url()}?{urlencode(asked)}"


def _ranged(
    document: Document, href: str, text: Text, start: int, end: int, unsure: bool
) -> Reading:
    touched = [i for i, b in enumerate(text.blocks) if b.start < end and b.end > start]
    first, last = (touched[0], touched[-1]) if touched else (0, 0)
    return Reading(
        document,
        f"{href}&range={start}-{end}#b{first}",
        start,
        end,
        first,
        last,
        block_words(text, first),
        block_words(text, last),
        unsure=unsure,
    )


def block_words(text: Text, index: int) -> str:
    """The first words of a block."""
    if not text.blocks:
        return ""
    block = text.blocks[index]
    return shorten(text.text[block.start : block.end], WORDS)


def blocks_to_choose(text: Text) -> Sequence[tuple[int, int, str]]:
    """The range of each block, and its number and first words, by which one chooses it."""
    return [
        (block.start, block.end, f"{i + 1}. {'(note) ' * bool(block.note)}{block_words(text, i)}")
        for i, block in enumerate(text.blocks)
    ]


AROUND = 280


def in_context(text: Text, start: int, end: int) -> tuple[str, str, str]:
    """The words at ``[start, end)`` with what stands before and after them in their paragraphs."""
    touched = [b for b in text.blocks if b.start < end and b.end > start]
    low, high = (touched[0].start, touched[-1].end) if touched else (start, end)
    before, after = text.text[low:start], text.text[end:high]
    if len(before) > AROUND:
        before = "…" + before[-AROUND:].partition(" ")[2]
    if len(after) > AROUND:
        after = after[:AROUND].rpartition(" ")[0] + "…"
    return before, text.text[start:end], after
