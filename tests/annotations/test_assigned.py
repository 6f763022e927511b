"""What counts for an assignment, over random classes, against a plain reading of what is asked."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from random import Random
from typing import Any

import pytest
from django.contrib.auth.models import User

from annotations.actions.assignments import Part, create_assignment
from annotations.assigned import Standing, Tally, Work, standing, works
from annotations.models import Annotation, AnnotationSet, Assignment, Reply, Role, Sharing, Theme
from annotations.viewers import Viewer
from archive.models import Edition
from tests.annotations.test_stretches import paragraphs
from tests.factories import (
    AnnotationFactory,
    AnnotationSetFactory,
    EditionFactory,
    MembershipFactory,
    ReplyFactory,
    ThemeFactory,
    UserFactory,
)

pytestmark = pytest.mark.django_db

NOON = datetime(2026, 11, 23, 12, tzinfo=UTC)
WORDS = ("plain", "*told*", "[linked](https://example.org/a/b)", "d'accord", "well-known", "軍")


@dataclass
class RandomClass:
    """Students who write on two documents, the one with two editions, of a set with assignments,
    and in another set too. Offsets are remembered as the paragraphs that they lie in."""

    chance: Random
    words: dict[tuple[type, int], int] = field(default_factory=dict)
    touched: dict[int, range] = field(default_factory=dict)
    asked: dict[int, tuple[list[str], list[str]]] = field(default_factory=dict)

    def build(self) -> RandomClass:
        lines = paragraphs(8, 7)
        added = paragraphs(12, 99)[8:]
        self.first = EditionFactory(paragraphs=tuple(lines))
        later = [added[0], *lines[:3], added[1], *lines[3:6], added[2], *lines[6:], added[3]]
        self.later = EditionFactory(document=self.first.document, paragraphs=tuple(later))
        self.other = EditionFactory(paragraphs=tuple(paragraphs(4, 8)))
        self.editions = [self.first, self.later, self.other]
        readings = [self.later.document, self.other.document]
        self.set = AnnotationSetFactory(readings=readings)
        self.elsewhere = AnnotationSetFactory(readings=readings, codebook=self.set.codebook)
        linkage = ThemeFactory(codebook=self.set.codebook)
        tacit = ThemeFactory(codebook=self.set.codebook, parent=linkage)
        self.themes = [linkage, tacit, ThemeFactory(codebook=self.set.codebook)]
        self.students = [UserFactory() for _ in range(3)]
        for user in self.students:
            MembershipFactory(annotation_set=self.set, user=user, role=Role.ANNOTATOR)
        for _ in range(60):
            self._annotation()
        self.assignments = [self._assignment() for _ in range(5)]
        return self

    def _attributes(self) -> dict[str, Any]:
        pick = self.chance.choice
        return {
            "author": pick([*self.students, self.set.owner]),
            "visibility": pick([Sharing.SHARED] * 5 + [Sharing.PRIVATE]),
            "hidden_at": pick([None] * 6 + [NOON]),
            "deleted_at": pick([None] * 6 + [NOON]),
            "created": NOON + timedelta(hours=self.chance.randrange(-6, 7)),
        }

    def _note(self) -> tuple[str, int]:
        count = self.chance.randrange(1, 6)
        return " ".join(self.chance.choice(WORDS) for _ in range(count)), count

    def _annotation(self) -> None:
        edition = self.chance.choice(self.editions)
        index = self.chance.randrange(len(edition.blocks))
        last = min(index + self.chance.choice([0, 0, 1]), len(edition.blocks) - 1)
        start = edition.blocks[index][1] + self.chance.randrange(5)
        end = edition.blocks[last][2] - self.chance.randrange(5)
        note, count = self._note()
        chosen = self.chance.sample(self.themes, self.chance.randrange(3))
        where = self.chance.choice([self.set] * 5 + [self.elsewhere])
        made = AnnotationFactory(
            annotation_set=where,
            edition=edition,
            start=start,
            end=end,
            note=note,
            chosen=chosen,
            **self._attributes(),
        )
        self.words[Annotation, made.pk] = count
        self.touched[made.pk] = range(index, last + 1)
        for _ in range(self.chance.randrange(3)):
            note, count = self._note()
            reply = ReplyFactory(annotation=made, note=note, **self._attributes())
            self.words[Reply, reply.pk] = count

    def _assignment(self) -> Assignment:
        pick = self.chance.choice
        parts = []
        for document in (self.first.document, self.other.document):
            whole = Part(document.pk)
            edition = pick([e for e in self.editions if e.document_id == document.pk])
            a, b = sorted(self.chance.choices(range(len(edition.blocks)), k=2))
            ranged = Part(document.pk, edition.pk, edition.blocks[a][1], edition.blocks[b][2])
            parts += pick([[], [whole], [ranged]])
        opens = pick([None, NOON + timedelta(hours=self.chance.randrange(-6, 0))])
        due = pick([None, NOON + timedelta(hours=self.chance.randrange(0, 5))])
        return create_assignment(
            self.set,
            actor=self.set.owner,
            title="Read",
            parts=parts,
            themes=pick([[], [], self.themes[:1], self.themes[1:2], self.themes[2:]]),
            opens_at=opens,
            due_at=due,
            late_allowed=pick([True, False]),
            annotations=self.chance.randrange(3),
            words=self.chance.randrange(8),
        )


def lines_of(edition: Edition) -> list[str]:
    return edition.text.split("\n")


def is_asked(room: RandomClass, assignment: Assignment, annotation: Annotation) -> bool:
    """Whether the assignment asks for the place where this annotation stands."""
    if annotation.annotation_set_id != assignment.annotation_set_id:
        return False
    for part in assignment.assignment_documents.all():
        if part.document_id != annotation.edition.document_id:
            continue
        if part.edition is None:
            return True
        ends = part.edition.text[part.start : part.end].split("\n")
        here = lines_of(annotation.edition)
        if ends[0] not in here or ends[-1] not in here:
            return True
        inside = range(here.index(ends[0]), here.index(ends[-1]) + 1)
        return bool(set(inside) & set(room.touched[annotation.pk]))
    return False


def has_theme(assignment: Assignment, annotation: Annotation) -> bool:
    wanted = set(assignment.themes.all())
    if not wanted:
        return True
    for theme in annotation.themes.all():
        above: Theme | None = theme
        while above is not None:
            if above in wanted:
                return True
            above = above.parent
    return False


def expected(room: RandomClass, assignment: Assignment, student: User) -> Work:
    """What the student has done, item by item."""
    sums = {False: [0, 0, 0], True: [0, 0, 0]}
    written: list[tuple[int, Any, Annotation]] = [(0, a, a) for a in Annotation.objects.all()]
    written += [(1, r, r.annotation) for r in Reply.objects.all()]
    for place, item, annotation in written:
        if item.author_id != student.pk or item.visibility != Sharing.SHARED:
            continue
        if item.deleted_at or item.hidden_at or annotation.deleted_at:
            continue
        if not is_asked(room, assignment, annotation):
            continue
        if place == 0 and not has_theme(assignment, annotation):
            continue
        if assignment.opens_at and item.created < assignment.opens_at:
            continue
        late = bool(assignment.due_at and item.created > assignment.due_at)
        if late and not assignment.late_allowed:
            continue
        sums[late][place] += 1
        sums[late][2] += room.words[type(item), item.pk]
    asked = Tally(assignment.annotations, assignment.replies, assignment.words)
    return Work(asked, Tally(*sums[False]), Tally(*sums[True]))


@pytest.mark.parametrize("seed", range(8))
def test_what_counts_is_what_was_asked_for(seed: int) -> None:
    room = RandomClass(Random(seed)).build()
    found = list(Assignment.objects.with_parts())
    users = [user.pk for user in room.students]
    seen = works(Viewer(room.set.owner.pk), Role.OWNER, found, users)
    total = 0
    for assignment in found:
        for student in room.students:
            truth = expected(room, assignment, student)
            key = (assignment.pk, student.pk)
            assert seen.get(key, Work(truth.asked)) == truth
            own = works(Viewer(student.pk), Role.ANNOTATOR, [assignment], [student.pk])
            assert own.get(key, Work(truth.asked)) == truth
            total += sum(truth.total)
    assert total


def test_nobody_counts_the_work_of_others_but_editors() -> None:
    room = RandomClass(Random(3)).build()
    found = list(Assignment.objects.with_parts())
    users = [user.pk for user in room.students]
    seen = works(Viewer(users[0]), Role.ANNOTATOR, found, users)
    assert {user for _, user in seen} <= {users[0]}
    assert not works(Viewer(UserFactory().pk), None, found, users)


@pytest.mark.parametrize("count", [1, 5])
def test_a_whole_class_costs_the_same_queries(count: int, django_assert_num_queries: Any) -> None:
    room = RandomClass(Random(5)).build()
    found = list(Assignment.objects.with_parts()[:count])
    users = [user.pk for user in room.students]
    viewer = Viewer(room.set.owner.pk)
    works(viewer, Role.OWNER, found, users)
    # Annotations, and replies; texts and themes are kept.
    with django_assert_num_queries(2):
        works(viewer, Role.OWNER, found, users)


def an_assignment(**changes: Any) -> Assignment:
    one = Assignment(annotations=2, words=10, **changes)
    one.annotation_set = AnnotationSet()
    return one


ASKED = Tally(2, 0, 10)
PAST, COMING = NOON - timedelta(hours=1), NOON + timedelta(hours=1)


@pytest.mark.parametrize(
    ("due", "in_time", "late", "stands"),
    [
        (COMING, Tally(), Tally(), Standing.NONE),
        (COMING, Tally(1, 0, 4), Tally(), Standing.BEGUN),
        (None, Tally(2, 0, 9), Tally(), Standing.BEGUN),
        (COMING, Tally(2, 0, 10), Tally(), Standing.DONE),
        (PAST, Tally(3, 1, 30), Tally(), Standing.DONE),
        (PAST, Tally(), Tally(), Standing.MISSING),
        (PAST, Tally(1, 0, 4), Tally(), Standing.MISSING),
        (PAST, Tally(1, 0, 4), Tally(1, 0, 6), Standing.LATE),
        (PAST, Tally(2, 0, 10), Tally(1, 0, 6), Standing.DONE),
        (PAST, Tally(1, 0, 4), Tally(1, 0, 5), Standing.MISSING),
    ],
)
def test_the_grid_says_how_one_stands(
    due: datetime | None, in_time: Tally, late: Tally, stands: Standing
) -> None:
    assert standing(an_assignment(due_at=due), Work(ASKED, in_time, late), NOON) == stands


def test_nobody_fails_an_assignment_that_only_asks_to_read() -> None:
    one = an_assignment(due_at=PAST)
    assert standing(one, Work(Tally()), NOON) == Standing.NONE
    assert standing(one, Work(Tally(), Tally(1, 0, 3)), NOON) == Standing.BEGUN
    assert standing(one, Work(Tally(), Tally(), Tally(1, 0, 3)), NOON) == Standing.LATE
