"""Loading the sample: what every newcomer sees first is true to the text, and loaded once."""

from __future__ import annotations

import io
from collections import Counter
from dataclasses import replace
from pathlib import Path

import pytest
from django.conf import settings
from django.contrib.auth.models import User
from django.core.management import CommandError, call_command
from pytest_django import DjangoAssertNumQueries

from annotations.actions.annotations import delete_annotation, edit_annotation
from annotations.integrity import problems
from annotations.management.commands.load_sample import load
from annotations.models import (
    Annotation,
    AnnotationSet,
    Codebook,
    History,
    Membership,
    Reply,
    Theme,
)
from annotations.sample import SampleFault, find_quote, read_sample
from archive.models import Document, Volume
from archive.text import BlockKind, SpanKind

BOOK, SAMPLE = read_sample(Path(settings.BASE_DIR) / "fixtures")
SHARED_SENTENCE = "While we would not directly link"


def run() -> str:
    """What ``load_sample`` says."""
    out = io.StringIO()
    call_command("load_sample", stdout=out)
    return out.getvalue()


@pytest.fixture
def room(db: None) -> AnnotationSet:
    run()
    return AnnotationSet.objects.get(slug="seminar")


def test_every_quote_and_every_example_stands_in_the_text(room: AnnotationSet) -> None:
    text = room.documents.get().current.text
    for one in SAMPLE.annotations:
        start, end = find_quote(text, one.quote, one.prefix, one.suffix)
        found = Annotation.objects.get(start=start, end=end)
        assert (found.quote, found.note, found.created) == (one.quote, one.note, one.created)
        assert found.author.username == one.author
        assert {theme.slug for theme in found.themes.all()} == set(one.themes)
    for theme in BOOK.themes:
        assert theme.example in text
    assert list(problems()) == []


def test_what_is_loaded_is_public_and_has_the_readers_as_members(room: AnnotationSet) -> None:
    assert (room.title, room.visibility) == (SAMPLE.title, "public")
    assert (room.codebook.title, room.codebook.description) == (BOOK.title, BOOK.description)
    roles = Counter(room.memberships.values_list("role", flat=True))
    assert roles == {"owner": 1, "annotator": len(SAMPLE.readers)}
    assert [
        (theme.slug, theme.parent.slug if theme.parent else "")
        for theme in Theme.objects.of_codebook(room.codebook_id)
    ] == [(theme.slug, theme.parent) for theme in BOOK.themes]


def test_heading_dateline_text_and_every_note_are_annotated(room: AnnotationSet) -> None:
    text = room.documents.get().current.as_text()
    starts = Annotation.objects.values_list("start", flat=True)
    blocks = [next(b for b in text.blocks if b.start <= start < b.end) for start in starts]
    kinds = {str(block.kind) for block in blocks}
    assert {BlockKind.HEADING, BlockKind.DATELINE, BlockKind.PARAGRAPH} <= kinds
    assert {block.note for block in blocks} == {"", *(note.key for note in text.notes)}
    assert len(text.notes) == 3


def test_passages_overlap_and_run_over_a_page_and_over_paragraphs(room: AnnotationSet) -> None:
    text = room.documents.get().current.as_text()
    passages = list(Annotation.objects.values_list("start", "end"))
    at = text.text.index(SHARED_SENTENCE) + len(SHARED_SENTENCE) - 1
    assert sum(start <= at < end for start, end in passages) >= 2
    [turn] = [s.start for s in text.spans if s.kind == SpanKind.PAGE and s.ref == "546"]
    assert sum(start < turn < end for start, end in passages) >= 2
    assert any("\n" in text.quote(*passage) for passage in passages)
    lengths = sorted(end - start for start, end in passages)
    assert lengths[0] < 25
    assert lengths[-1] > 150


def test_loaded_twice_it_is_there_once_and_asks_one_query(
    room: AnnotationSet, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    before = counts()
    with django_assert_num_queries(1):
        said = run()
    assert counts() == before
    assert said.count("\n") == 1
    assert "nothing changed" in said


def test_what_somebody_changed_or_deleted_stays_so(room: AnnotationSet) -> None:
    first, second = Annotation.objects.order_by("pk")[:2]
    delete_annotation(first, actor=first.author)
    edit_annotation(second, actor=second.author, themes=[], note="Mine now", visibility="shared")
    run()
    first.refresh_from_db()
    second.refresh_from_db()
    assert first.deleted_at is not None
    assert second.note == "Mine now"
    assert Annotation.objects.count() == len(SAMPLE.annotations)


def test_nobody_can_sign_in_with_a_password(room: AnnotationSet) -> None:
    assert room.owner.username == "owner"
    assert room.owner.is_superuser
    assert User.objects.count() == 1 + len(SAMPLE.readers)
    assert not any(user.has_usable_password() for user in User.objects.all())
    assert User.objects.filter(is_superuser=True).count() == 1


@pytest.mark.django_db
def test_a_superuser_who_is_there_owns_the_set() -> None:
    boss = User.objects.create_superuser("boss", password="correct horse")
    run()
    assert AnnotationSet.objects.get().owner == boss
    assert not User.objects.filter(username="owner").exists()


@pytest.mark.django_db
def test_an_account_called_owner_is_not_made_a_superuser() -> None:
    User.objects.create_user("owner")
    with pytest.raises(CommandError, match="createsuperuser"):
        run()
    assert not User.objects.filter(is_superuser=True).exists()
    nothing_is_there()


@pytest.mark.django_db
def test_nothing_is_written_in_the_name_of_somebody_who_is_no_sample_reader() -> None:
    User.objects.create_user(SAMPLE.readers[0].username, password="correct horse")
    with pytest.raises(CommandError, match=SAMPLE.readers[0].username):
        run()
    nothing_is_there()


@pytest.mark.django_db
def test_a_quote_that_is_not_in_the_text_stops_everything() -> None:
    strange = replace(SAMPLE.annotations[0], quote="peace in our time")
    sample = replace(SAMPLE, annotations=(*SAMPLE.annotations, strange))
    with pytest.raises(SampleFault, match="peace in our time"):
        load(BOOK, sample)
    nothing_is_there()


def counts() -> list[int]:
    rooms = (AnnotationSet, Membership, Codebook, Theme, History)
    models = (*rooms, Annotation, Reply, User, Document)
    return [model.objects.count() for model in models]


def nothing_is_there() -> None:
    assert not AnnotationSet.objects.exists()
    assert not Codebook.objects.exists()
    assert not Annotation.objects.exists()
    assert not Volume.objects.exists()
