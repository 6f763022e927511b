"""What counts for an assignment: who has written how much of what it asks for, and when.

A fixed number of queries, however many assignments and people: one for annotations, one for
replies, and, until their answers are kept, one for editions between which a range is carried and
one for each codebook of which themes are asked for.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import NamedTuple

from django.db.models import TextChoices

from annotations.anchoring import Anchored
from annotations.models import Annotation, Assignment, AssignmentDocument, Reply, Rule, Sharing
from annotations.models.visibility import Scope, replies_within, scope_of
from annotations.palettes import palette_of
from annotations.stretches import Source, Wanted, stretches
from annotations.viewers import Viewer
from annotations.wordcount import words_of


class Tally(NamedTuple):
    """So many annotations, replies, and words in both."""

    annotations: int = 0
    replies: int = 0
    words: int = 0

    def plus(self, other: Tally) -> Tally:
        return Tally(self[0] + other[0], self[1] + other[1], self[2] + other[2])

    def reaches(self, asked: Tally) -> bool:
        return all(a >= b for a, b in zip(self, asked, strict=True))


NOUNS = (("annotation", "annotations"), ("reply", "replies"), ("word", "words"))


@dataclass(frozen=True, slots=True)
class Work:
    """What somebody has done of an assignment. ``late`` is what came after it was due and counts
    all the same."""

    asked: Tally
    in_time: Tally = Tally()
    late: Tally = Tally()

    @property
    def total(self) -> Tally:
        return self.in_time.plus(self.late)

    @property
    def parts(self) -> list[tuple[int, int, str]]:
        """What is asked for, each as so much, of so much, of what."""
        rows = zip(self.total, self.asked, NOUNS, strict=True)
        return [(got, asked, noun[asked != 1]) for got, asked, noun in rows if asked]

    @property
    def begun(self) -> bool:
        return any(self.total)

    @property
    def measured(self) -> bool:
        """Whether the assignment asks for something that can be counted."""
        return any(self.asked)

    @property
    def done(self) -> bool:
        return self.measured and self.total.reaches(self.asked)

    @property
    def is_late(self) -> bool:
        """Whether something that was asked for came late: without it, it would not be done."""
        return any(self.late) and not (self.measured and self.in_time.reaches(self.asked))


class Item(NamedTuple):
    """An annotation, or a reply with the place of the annotation that it answers."""

    is_reply: bool
    pk: int
    author: int
    annotation_set: int
    document: int
    edition: int
    start: int
    end: int
    theme_ids: str
    note_html: str
    created: datetime

    @property
    def place(self) -> tuple[int, int]:
        return self.annotation_set, self.document


class Counted(NamedTuple):
    """An item that counts for an assignment."""

    assignment: Assignment
    item: Item
    late: bool


class Standing(TextChoices):
    """How somebody stands with an assignment, as the grid and the files say it."""

    DONE = "done", "done"
    LATE = "late", "late"
    MISSING = "missing", "not done"
    BEGUN = "begun", "begun"
    NONE = "none", "nothing yet"


def standing(assignment: Assignment, work: Work, at: datetime) -> Standing:
    """How she stands at a moment who has done this much of it."""
    if work.done:
        return Standing.LATE if work.is_late else Standing.DONE
    if work.measured and assignment.is_due(at):
        return Standing.MISSING
    if work.is_late:
        return Standing.LATE
    return Standing.BEGUN if work.begun else Standing.NONE


def asked_of(assignment: Assignment) -> Tally:
    return Tally(assignment.annotations, assignment.replies, assignment.words)


def works(
    viewer: Viewer, role: str | None, assignments: Sequence[Assignment], users: Collection[int]
) -> dict[tuple[int, int], Work]:
    """(assignment, user) → what she has done of it, for each who has done anything.

    The assignments come ``with_parts``. ``role`` is the viewer's in their sets: an editor may ask
    about anyone, others about themselves.
    """
    return tallied(assignments, counted(viewer, role, assignments, users))


def tallied(
    assignments: Iterable[Assignment], found: Iterable[Counted]
) -> dict[tuple[int, int], Work]:
    """The same out of what counts."""
    # Annotations, replies, words in time; then the same late.
    sums: defaultdict[tuple[int, int], list[int]] = defaultdict(lambda: [0] * 6)
    words: dict[tuple[bool, int], int] = {}
    for assignment, item, late in found:
        key = (item.is_reply, item.pk)
        if key not in words:
            words[key] = words_of(item.note_html)
        row, place = sums[assignment.pk, item.author], 3 if late else 0
        row[place + item.is_reply] += 1
        row[place + 2] += words[key]
    asked = {one.pk: asked_of(one) for one in assignments}
    return {key: Work(asked[key[0]], Tally(*row[:3]), Tally(*row[3:])) for key, row in sums.items()}


def counted(
    viewer: Viewer, role: str | None, assignments: Sequence[Assignment], users: Collection[int]
) -> list[Counted]:
    """All that counts for these assignments, and for which of them."""
    rules: defaultdict[tuple[int, int], list[_Rule]] = defaultdict(list)
    for assignment in assignments:
        family = _Family(assignment)
        for part in assignment.assignment_documents.all():
            rule = _Rule(assignment, family, part)
            rules[assignment.annotation_set_id, part.document_id].append(rule)
    if not rules or not users:
        return []
    items = [(item, rules[item.place]) for item in _items(viewer, role, rules, users)]
    places = stretches(
        {
            (rule.source, item.edition)
            for item, fitting in items
            for rule in fitting
            if rule.source is not None
        }
    )
    found = []
    for item, fitting in items:
        for rule in fitting:
            late = rule.late(item, places)
            if late is not None:
                found.append(Counted(rule.assignment, item, late))
    return found


class _Family:
    """The themes that an assignment asks for: an annotation has one of them, or one below."""

    def __init__(self, assignment: Assignment) -> None:
        self.themes = frozenset(theme.pk for theme in assignment.themes.all())
        codebook = assignment.annotation_set.codebook
        self.palette = palette_of(codebook.pk, codebook.revision) if self.themes else None

    def holds(self, theme_ids: str) -> bool:
        return self.palette is None or not self.themes.isdisjoint(self.palette.family(theme_ids))


class _Rule:
    """What one document of an assignment takes: plain values, since it is asked of every item."""

    __slots__ = ("assignment", "due", "ends", "family", "opens", "source")

    def __init__(self, assignment: Assignment, family: _Family, part: AssignmentDocument) -> None:
        self.assignment, self.family = assignment, family
        self.opens, self.due = assignment.opens_at, assignment.due_at
        self.ends = None if assignment.late_allowed else assignment.due_at
        self.source: Source | None = None
        if part.edition_id is not None and part.start is not None and part.end is not None:
            self.source = (part.edition_id, part.start, part.end)

    def late(self, item: Item, places: dict[Wanted, Anchored]) -> bool | None:
        """Whether an item on this document is late; None when it does not count."""
        at = item.created
        if self.opens is not None and at < self.opens:
            return None
        if self.ends is not None and at > self.ends:
            return None
        if self.source is not None:
            place = places[self.source, item.edition]
            found = place.start is not None and place.end is not None
            # A range that is not found in this edition: then the whole document counts.
            if found and not (item.start < place.end and item.end > place.start):  # type: ignore[operator]
                return None
        if not item.is_reply and not self.family.holds(item.theme_ids):
            return None
        return self.due is not None and at > self.due


def _scope(viewer: Viewer, role: str | None) -> Scope:
    # Of a set's rules only the editors' part matters here: the others ask about their own alone.
    return scope_of(Rule.BLIND, role, False)


_PLACE = ("edition__document_id", "edition_id", "start", "end")
_WRITTEN = ("note_html", "created")


def _items(
    viewer: Viewer, role: str | None, places: Iterable[tuple[int, int]], users: Collection[int]
) -> list[Item]:
    """What these people wrote on these documents of sets, as far as it is shared and stands."""
    sets, documents = ({place[i] for place in places} for i in (0, 1))
    scope = _scope(viewer, role)
    standing = {"author__in": users, "hidden_at__isnull": True, "visibility": Sharing.SHARED}
    where = {"annotation_set__in": sets, "edition__document__in": documents}
    annotations = Annotation.objects.order_by().filter(**standing, **where).within(scope, viewer)
    rows = annotations.values_list(
        "pk", "author_id", "annotation_set_id", *_PLACE, "theme_ids", *_WRITTEN
    )
    found = [Item(False, *row) for row in rows]
    replies = Reply.objects.order_by().alive().filter(**standing, annotation__deleted_at=None)
    replies = replies.filter(
        replies_within(scope, viewer.user_id or 0),
        **{f"annotation__{name}": value for name, value in where.items()},
    )
    place = tuple(f"annotation__{name}" for name in ("annotation_set_id", *_PLACE, "theme_ids"))
    found += [Item(True, *row) for row in replies.values_list("pk", "author_id", *place, *_WRITTEN)]
    return found
