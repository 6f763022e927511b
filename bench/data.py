"""Document 169 with any number of generated, overlapping annotations."""

from __future__ import annotations

import random
from datetime import UTC, datetime
from pathlib import Path

from django.contrib.auth.models import User
from django.core.management import call_command
from django.db import transaction

from annotations.models import (
    Annotation,
    AnnotationSet,
    AnnotationTheme,
    Codebook,
    Membership,
    SetDocument,
    Theme,
)
from annotations.notes import render_note
from annotations.passages import passage_at
from archive.models import Document, Edition

FIXTURE = Path(__file__).parent.parent / "fixtures" / "frus1981-88v03-d169.xml"
READERS = 30
NOTES = [
    "",
    "He *denies* the link in the first half of the sentence and makes it in the second.",
    "Who is the audience here: Moscow, or Congress?\n\n> speak for itself",
    "Compare the order of the partners: Pakistan first, ASEAN last.",
]
AT = datetime(2026, 11, 1, 12, tzinfo=UTC)


def load_document() -> Document:
    call_command("import_tei", str(FIXTURE), verbosity=0)
    return Document.objects.select_related("current", "volume").get(slug="d169")


def make_people() -> list[User]:
    names = [f"reader{number}" for number in range(READERS)]
    return [User.objects.get_or_create(username=name)[0] for name in names]


@transaction.atomic
def make_set(document: Document, people: list[User], count: int) -> AnnotationSet:
    """A public set of ``count`` annotations by all these people: the same ones on every run."""
    codebook = Codebook.objects.create(title=f"Bench {count}")
    themes = [
        Theme.objects.create(
            codebook=codebook,
            slug=f"theme-{number}",
            name=f"Theme {number}",
            colour=1 + number % 8,
            line=1 + number % 5,
            position=number,
        )
        for number in range(12)
    ]
    made = AnnotationSet.objects.create(
        slug=f"bench-{count}",
        title=f"Bench {count}",
        owner=people[0],
        codebook=codebook,
        visibility="public",
    )
    SetDocument.objects.create(annotation_set=made, document=document)
    Membership.objects.bulk_create(
        Membership(annotation_set=made, user=user, role="annotator" if number else "owner")
        for number, user in enumerate(people)
    )
    assert document.current is not None
    annotations = list(_annotations(made, document.current, people, themes, count))
    Annotation.objects.bulk_create(annotations, batch_size=500)
    AnnotationTheme.objects.bulk_create(
        (
            AnnotationTheme(annotation=annotation, theme_id=int(pk))
            for annotation in annotations
            for pk in annotation.theme_ids.split()
        ),
        batch_size=500,
    )
    return made


def random_passage(chance: random.Random, edition: Edition) -> tuple[int, int]:
    """A passage of a few words up to a paragraph inside one block; offsets in code points."""
    _, low, high, *_ = chance.choice(edition.blocks)
    start = chance.randrange(low, max(low + 1, high - 1))
    length = min(int(chance.lognormvariate(4, 0.8)) + 3, high - start)
    return start, start + max(length, 1)


def _annotations(
    made: AnnotationSet, edition: Edition, people: list[User], themes: list[Theme], count: int
) -> list[Annotation]:
    chance = random.Random(count)
    found = []
    for number in range(count):
        passage = passage_at(edition.text, *random_passage(chance, edition))
        chosen = sorted(
            chance.sample(themes, chance.choice([0, 1, 1, 1, 2, 2, 3])), key=lambda t: t.pk
        )
        note = NOTES[number % len(NOTES)]
        found.append(
            Annotation(
                annotation_set=made,
                author=people[number % len(people)],
                edition=edition,
                start=passage.start,
                end=passage.end,
                quote=passage.quote,
                prefix=passage.prefix,
                suffix=passage.suffix,
                theme_ids=" ".join(str(theme.pk) for theme in chosen),
                note=note,
                note_html=render_note(note),
                created=AT,
                modified=AT,
            )
        )
    return found
