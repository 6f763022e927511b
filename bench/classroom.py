"""Who has done what in a class of 300 with 20 assignments: ``python -m bench classroom``.

Each student wrote three annotations for each assignment, every second one got a reply.
"""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal
from random import Random
from statistics import median

from django.contrib.auth.models import User
from django.core.management import call_command
from django.test import Client as Browser

from annotations.actions.assignments import Part, create_assignment
from annotations.models import Annotation, AnnotationSet, Assignment, Mark, Reply
from annotations.notes import render_note
from annotations.passages import passage_at
from archive.models import Document
from bench.data import AT, NOTES, load_document, make_set, random_passage
from bench.live import seconds_of_server
from bench.run import THREADS, WORKERS, checked, milliseconds
from bench.server import Client, serving

STUDENTS, ASSIGNMENTS, EACH, ROUNDS = 300, 20, 3, 20
# What the server computes for one answer, in seconds of a core.
LIMIT, LIMIT_FILE, LIMIT_QUERIES = 0.3, 1.2, 12
WEEK = timedelta(days=7)


def run() -> list[str]:
    """Prints the figures; what went over its limit, a line each."""
    call_command("migrate", verbosity=0)
    one = _class(load_document())
    browser = Browser()
    browser.force_login(one.owner)
    base = f"{one.get_absolute_url()}assignments/"
    print(
        f"{STUDENTS} students, {ASSIGNMENTS} assignments, {Annotation.objects.count():,} ", end=""
    )
    print(f"annotations, {Reply.objects.count():,} replies")
    print(f"{'':18}   p50 ms   p95 ms  floor ms  computed ms   KB  queries")
    over = []
    with serving(WORKERS, THREADS) as port:
        client = Client(port, {"sessionid": browser.cookies["sessionid"].value})
        for name, tail, limit in (
            ("grid", "grid/", LIMIT),
            ("grid, last page", "grid/?page=6", LIMIT),
            ("marks.csv", "marks.csv?form=plain", LIMIT_FILE),
            ("marks.xlsx", "marks.xlsx?form=plain", LIMIT_FILE),
        ):
            over += _measured(client, name, base + tail, limit)
    return over


def _measured(client: Client, name: str, address: str, limit: float) -> list[str]:
    for _ in range(2 * WORKERS):
        checked(client.ask("GET", address))
    probe = checked(client.ask("GET", address, X_Bench_Queries="1"))
    floor_path = f"/bench/view/?bytes={len(probe.body)}"
    ours, floor, spent = [], [], 0.0
    for _ in range(ROUNDS):
        floor.append(checked(client.ask("GET", floor_path)).seconds)
        before = seconds_of_server()
        ours.append(checked(client.ask("GET", address)).seconds)
        spent += seconds_of_server() - before
    computed = spent / ROUNDS
    print(
        f"{name:18} {milliseconds(ours)} {median(floor) * 1e3:9.2f} {computed * 1e3:12.0f} "
        f"{len(probe.body) / 1024:4.0f} {probe.queries:8}",
        flush=True,
    )
    over = [f"{name}: {computed:.2f} s computed > {limit}"] if computed > limit else []
    if probe.queries > LIMIT_QUERIES:
        over.append(f"{name}: {probe.queries} queries > {LIMIT_QUERIES}")
    return over


def _class(document: Document) -> AnnotationSet:
    names = [f"student{number}" for number in range(STUDENTS + 1)]
    User.objects.bulk_create([User(username=name, password="!") for name in names])
    people = list(User.objects.filter(username__in=names).order_by("pk"))
    one = make_set(document, people, 0)
    chance = Random(300)
    for number in range(ASSIGNMENTS):
        assignment = _assignment(one, document, number)
        _written(one, document, assignment, people[1:], chance)
        Mark.objects.bulk_create(
            Mark(assignment=assignment, user=user, points=Decimal(8), by=one.owner)
            for user in people[1::2]
        )
    return one


def _assignment(one: AnnotationSet, document: Document, number: int) -> Assignment:
    """One for each week, every second of them for some paragraphs alone."""
    edition = document.current
    assert edition is not None
    blocks = edition.blocks
    ranged = Part(document.pk, edition.pk, blocks[3][1], blocks[len(blocks) // 2][2])
    return create_assignment(
        one,
        actor=one.owner,
        title=f"Week {number + 1}",
        parts=[ranged if number % 2 else Part(document.pk)],
        annotations=2,
        replies=1,
        words=20,
        opens_at=AT + number * WEEK,
        due_at=AT + (number + 1) * WEEK,
        late_allowed=False,
        points=Decimal(10),
    )


def _written(
    one: AnnotationSet,
    document: Document,
    assignment: Assignment,
    people: list[User],
    chance: Random,
) -> None:
    edition = document.current
    assert edition is not None and assignment.opens_at is not None
    rows = []
    for number in range(EACH * len(people)):
        passage = passage_at(edition.text, *random_passage(chance, edition))
        note, at = NOTES[number % len(NOTES)], assignment.opens_at + WEEK * chance.random()
        rows.append(
            Annotation(
                annotation_set=one,
                author=people[number % len(people)],
                edition=edition,
                start=passage.start,
                end=passage.end,
                quote=passage.quote,
                prefix=passage.prefix,
                suffix=passage.suffix,
                note=note,
                note_html=render_note(note),
                created=at,
                modified=at,
            )
        )
    made = Annotation.objects.bulk_create(rows, batch_size=500)
    Reply.objects.bulk_create(
        [
            Reply(
                annotation=annotation,
                author=chance.choice(people),
                note=NOTES[1],
                note_html=render_note(NOTES[1]),
                created=annotation.created,
                modified=annotation.created,
            )
            for annotation in made[::2]
        ],
        batch_size=500,
    )
