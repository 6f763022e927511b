"""Ranges of documents as other editions have them, found once and kept."""

from __future__ import annotations

from collections.abc import Iterable

from annotations.anchoring import Anchored, Method, Verdict
from annotations.anchoring.stretch import carry_stretch
from archive.kept import Kept
from archive.models import Edition
from archive.text import Text, unpack_blocks

# A range: the key of its edition, and two offsets in code points.
Source = tuple[int, int, int]
# A range, and the key of the edition in which it is asked for.
Wanted = tuple[Source, int]
# An edition never changes, so what was found stays true.
_kept: Kept[Anchored] = Kept(2000)
_texts: Kept[Text] = Kept(32)


def stretches(wanted: Iterable[Wanted]) -> dict[Wanted, Anchored]:
    """Where each range stands in the edition that it is asked for in: one query, or none."""
    found: dict[Wanted, Anchored] = {}
    missing: list[Wanted] = []
    for one in set(wanted):
        (edition, start, end), there = one
        kept = _kept.get(one)
        if edition == there:
            found[one] = Anchored(start, end, Method.UNCHANGED, 1.0, Verdict.SURE)
        elif kept is not None:
            found[one] = kept
        else:
            missing.append(one)
    texts = texts_of(pk for (edition, _, _), there in missing for pk in (edition, there))
    for one in missing:
        (edition, start, end), there = one
        carried = carry_stretch(texts[edition].text, texts[there], start, end)
        found[one] = _kept.put(one, carried)
    return found


def texts_of(editions: Iterable[int]) -> dict[int, Text]:
    """Edition → its text with its blocks, and nothing else of it: one query, or none."""
    wanted = set(editions)
    found = {pk: text for pk in wanted if (text := _texts.get(pk)) is not None}
    missing = wanted - found.keys()
    if missing:
        rows = Edition.objects.filter(pk__in=missing).values_list("pk", "text", "blocks")
        for pk, words, blocks in rows:
            found[pk] = _texts.put(pk, Text(words, unpack_blocks(blocks)))
    return found
