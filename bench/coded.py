"""A set as years of coding leave it: 50,000 annotations, 300 themes, 200 documents."""

from __future__ import annotations

import random
import tempfile
from datetime import timedelta
from itertools import accumulate
from pathlib import Path
from typing import NamedTuple
from uuid import UUID

from django.contrib.auth.models import User
from django.core.management import call_command
from django.db import transaction
from django.utils import timezone

from annotations.models import (
    Annotation,
    AnnotationSet,
    AnnotationTheme,
    Codebook,
    History,
    Membership,
    Reply,
    SetDocument,
    Theme,
)
from annotations.notes import render_note
from annotations.passages import passage_at
from archive.models import Document, Edition
from archive.rows import insert_rows, packed_json
from bench.data import AT, NOTES, READERS, make_people, random_passage
from tests.teivolumes import Shape, write_volume

DOCUMENTS, MEGABYTES = 200, 3.0
ANNOTATIONS, THEMES, REPLIES = 50_000, 300, 5_000
# So many carry each of the two themes that are merged.
MERGED = 10_000
# As far back as the coding goes.
YEARS = timedelta(days=730)


class Coded(NamedTuple):
    """The set, its editor, the two themes that are merged, one of middling use."""

    one: AnnotationSet
    owner: User
    first: Theme
    second: Theme
    middling: Theme
    document: Document


def make() -> Coded:
    """Imports the documents and writes the set; the same one on every run."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "frus1981-88v03.xml"
        write_volume(path, Shape(documents=DOCUMENTS, megabytes=MEGABYTES, seed=1))
        call_command("import_tei", str(path), verbosity=0)
    people = make_people()
    with transaction.atomic():
        one, themes = _empty(people)
        rows = _annotations(one, people, themes)
        _record(one, rows)
        _answered(rows, people)
    document = one.documents.select_related("volume").order_by("position")[20]
    return Coded(one, people[0], themes[0], themes[1], themes[40], document)


def _empty(people: list[User]) -> tuple[AnnotationSet, list[Theme]]:
    codebook = Codebook.objects.create(title="Years of coding")
    themes: list[Theme] = []
    for number in range(THEMES):
        # A top level of thirty, each with three below it, each of these with two.
        place, inner = divmod(number, 10)
        above = None if inner == 0 else themes[place * 10]
        if inner % 3 != 1 and above:
            above = themes[place * 10 + (inner - 1) // 3 * 3 + 1]
        themes.append(
            Theme.objects.create(
                codebook=codebook,
                parent=above,
                slug=f"theme-{number}",
                name=f"Theme {number}",
                definition="What a passage with this theme speaks of, in a sentence or two.",
                colour=1 + number % 8,
                line=1 + number % 5,
                position=number,
            )
        )
    one = AnnotationSet.objects.create(
        slug="years", title="Years of coding", owner=people[0], codebook=codebook
    )
    SetDocument.objects.bulk_create(
        SetDocument(annotation_set=one, document=document, position=position)
        for position, document in enumerate(Document.objects.order_by("position"))
    )
    Membership.objects.bulk_create(
        Membership(annotation_set=one, user=user, role="annotator" if number else "owner")
        for number, user in enumerate(people)
    )
    return one, themes


def _annotations(one: AnnotationSet, people: list[User], themes: list[Theme]) -> list[Annotation]:
    chance = random.Random(ANNOTATIONS)
    documents = list(one.documents.order_by("position").values_list("current", flat=True))
    editions = Edition.objects.without_source().in_bulk(documents)
    html = [render_note(note) for note in NOTES]
    # Themes are used as words are: the third one third as often as the first.
    weights = list(accumulate(1 / (rank + 1) for rank in range(THEMES - 2)))
    rows = []
    for number in range(ANNOTATIONS):
        edition = editions[documents[number * len(documents) // ANNOTATIONS]]
        passage = passage_at(edition.text, *random_passage(chance, edition))
        many = chance.choice([0, 1, 1, 1, 2, 2])
        chosen = {theme.pk for theme in chance.choices(themes[2:], cum_weights=weights, k=many)}
        # Spread over all documents, and apart from each other but for a few.
        chosen |= {themes[0].pk} if number % 5 == 0 else set()
        chosen |= {themes[1].pk} if number % 5 == 1 or number % 500 == 0 else set()
        at = AT - YEARS * chance.random()
        rows.append(
            Annotation(
                uuid=UUID(int=chance.getrandbits(128), version=4),
                annotation_set=one,
                author=people[chance.randrange(READERS)],
                edition=edition,
                start=passage.start,
                end=passage.end,
                quote=passage.quote,
                prefix=passage.prefix,
                suffix=passage.suffix,
                theme_ids=" ".join(map(str, sorted(chosen))),
                note=NOTES[number % len(NOTES)],
                note_html=html[number % len(NOTES)],
                created=at,
                modified=at,
            )
        )
    # Primary keys in the order of time, as they are given.
    rows.sort(key=lambda row: row.created)
    Annotation.objects.bulk_create(rows, batch_size=1000)
    links = ((row.pk, int(pk), 1) for row in rows for pk in row.theme_ids.split())
    insert_rows(AnnotationTheme, ("annotation", "theme", "defined"), links)
    return rows


def _record(one: AnnotationSet, rows: list[Annotation]) -> None:
    """A row of history for each, as making it writes it."""
    from annotations.actions.changing import state_of

    insert_rows(
        History,
        ("at", "actor", "annotation_set", "kind", "key", "action", "state", "why"),
        (
            (row.created, row.author_id, one.pk, "annotation", str(row.uuid), "create")
            + (packed_json(state_of(row)), "")
            for row in rows
        ),
    )


def _answered(rows: list[Annotation], people: list[User]) -> None:
    chance, now = random.Random(REPLIES), timezone.now()
    html = render_note(NOTES[1])
    Reply.objects.bulk_create(
        (
            Reply(
                annotation=row,
                author=chance.choice(people),
                note=NOTES[1],
                note_html=html,
                created=min(row.created + timedelta(days=1), now),
                modified=min(row.created + timedelta(days=1), now),
            )
            for row in chance.sample(rows, REPLIES)
        ),
        batch_size=1000,
    )
