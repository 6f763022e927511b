"""Annotations carried to new editions: how long it takes, how many find their place again.

``python -m bench anchoring``. The texts and their edits are made as the tests make them, with the
way of each character known, so that what is found can be told from what is guessed.
"""

from __future__ import annotations

import random
import time
from collections import Counter
from collections.abc import Callable
from functools import partial
from typing import TypeVar

from django.core.management import call_command
from django.utils import timezone

from annotations.anchoring import Anchorer, Verdict, regions_of
from annotations.integrity import problems
from annotations.models import Annotation
from annotations.passages import Passage
from archive.importers.parsed import Parsed
from archive.importers.plain import parse_text
from archive.ingest import ingest
from archive.models import Document
from bench.data import make_people, make_set
from tests.annotations.edits import Editor
from tests.annotations.truth import Truth

T = TypeVar("T")
MANY = 5000
LIMIT_S = 10.0
LEAST_FOUND = 95.0
# Paragraphs, notes, edits: a short document, a long one corrected, one of 1 MB, one much rewritten.
CASES = {
    "20 kB, 10 edits": (60, 20, 10),
    "100 kB, 50 edits": (320, 60, 50),
    "1 MB, 200 edits": (3300, 400, 200),
    "1 MB, 3,000 edits": (3300, 400, 3000),
}


def run() -> list[str]:
    """Prints times and shares; what went over its limit, a line each."""
    over = []
    print(f"{MANY:,} passages each       text    laid    found   find their place   surely  wrong")
    for name, (paragraphs, notes, edits) in CASES.items():
        over += _compared(name, paragraphs, notes, edits)
    return over + _stored()


def _made(paragraphs: int, notes: int, edits: int) -> tuple[list[Passage], Truth]:
    editor = Editor(1982)
    draft = editor.draft(paragraphs, notes)
    # As people annotate: the body and the notes by their length.
    regions = [r for r in draft.regions for _ in range(1 + (r[1] - r[0]) // 500)]
    passages = editor.passages(draft.text, regions, MANY)
    old = draft.text
    # That the notes change their order is no common correction.
    editor.edit(draft, edits, without=("shuffle_notes",))
    return passages, Truth(old, draft)


def _compared(name: str, paragraphs: int, notes: int, edits: int) -> list[str]:
    passages, truth = _made(paragraphs, notes, edits)
    anchorer, laid = _timed(lambda: Anchorer(truth.old, truth.text, truth.regions))
    found, spent = _timed(lambda: [anchorer.anchor(passage) for passage in passages])
    counts: Counter[str] = Counter()
    for passage, one in random.Random(1).sample(list(zip(passages, found, strict=True)), 1000):
        counts["wrong"] += bool(truth.fault(passage, one))
        if truth.survives(passage):
            counts["there"] += 1
            counts["found"] += truth.is_found(passage, one)
            counts["sure"] += one.verdict == Verdict.SURE
    share, sure = (100 * counts[key] / counts["there"] for key in ("found", "sure"))
    print(
        f"{name:22} {len(truth.old) / 1000:7.0f} kB {laid:5.2f} s {spent:6.2f} s"
        f" {share:14.1f} % {sure:10.1f} % {counts['wrong']:5}"
    )
    over = [f"{name}: {counts['wrong']} passages on wrong words"] if counts["wrong"] else []
    if laid + spent > LIMIT_S:
        over.append(f"{name}: {laid + spent:.1f} s of {LIMIT_S} s")
    return over + ([f"{name}: {share:.1f} % found"] if share < LEAST_FOUND else [])


def _stored() -> list[str]:
    """The same within an import, beside the import of the same text without annotations."""
    call_command("migrate", verbosity=0)
    editor = Editor(1982)
    draft = editor.draft(320, 0)
    old = draft.text
    editor.edit(draft, 50, without=("shuffle_notes",))
    spent = []
    for volume, many in (("bare", 0), ("annotated", MANY)):
        ingest(_brought(old, volume))
        document = Document.objects.select_related("current").get(volume__slug=volume)
        _annotate(editor, document, many)
        report, seconds = _timed(partial(ingest, _brought(draft.text, volume)))
        spent.append(seconds)
    print(
        f"\nAn import of 100 kB: {spent[0]:.2f} s without annotations, {spent[1]:.2f} s with them."
    )
    print(*report.followed)
    faults = list(problems())
    print(f"check_integrity finds {len(faults)} problems.")
    slow = spent[1] - spent[0]
    over = [f"in the database: {slow:.1f} s of {LIMIT_S} s"] if slow > LIMIT_S else []
    return over + faults[:3]


def _brought(text: str, volume: str) -> Parsed:
    return parse_text(text.replace("\n", "\n\n").encode(), "b.txt", volume=volume, number="1")


def _annotate(editor: Editor, document: Document, many: int) -> None:
    edition, people = document.current, make_people()
    assert edition is not None
    one = make_set(document, people, many and 1)
    now = timezone.now()
    Annotation.objects.bulk_create(
        Annotation(
            annotation_set=one,
            author=people[number % len(people)],
            edition=edition,
            start=passage.start,
            end=passage.end,
            quote=passage.quote,
            prefix=passage.prefix,
            suffix=passage.suffix,
            created=now,
            modified=now,
        )
        for number, passage in enumerate(
            editor.passages(edition.text, regions_of(edition.as_text()), many)
        )
    )


def _timed(work: Callable[[], T]) -> tuple[T, float]:
    begun = time.perf_counter()
    found = work()
    return found, time.perf_counter() - begun
