"""Out of the database: the right annotations, in the order of the text, in flat memory."""

from __future__ import annotations

import gc
import tracemalloc
from collections.abc import Callable
from uuid import UUID

import pytest
from django.utils import timezone

from annotations import export
from annotations.actions.annotations import delete_annotation
from annotations.actions.replies import create_reply, delete_reply
from annotations.actions.sets import add_document
from annotations.export import (
    CHUNK,
    annotation_values,
    last_change,
    marks,
    seen_of,
    set_value,
    shared_of,
    stream,
    total,
)
from annotations.formats import FORMATS
from annotations.formats.values import AnnotationValue
from annotations.models import Annotation, AnnotationTheme, Reply
from annotations.packing import package
from annotations.permissions import Viewer
from tests.annotations.values import many
from tests.annotations.values import package as plain_package
from tests.annotations.worlds import World, document, edition, world

pytestmark = pytest.mark.django_db


@pytest.fixture
def here() -> World:
    return world(rights="https://creativecommons.org/licenses/by/4.0/")


def values(here: World) -> list[AnnotationValue]:
    return list(stream(shared_of(here.set)))


def test_a_value_is_the_annotation_whole(here: World, settings):
    settings.SITE_URL = "https://example.org"
    here.annotator.first_name, here.annotator.last_name = "Bob", "Reader"
    here.annotator.save()
    made = here.annotate(themes=[here.risk, here.linkage], note="A *note*")
    (value,) = values(here)
    path = f"https://example.org/annotations/{made.uuid}/"
    assert (value.id, value.address) == (str(made.uuid), path)
    assert here.edition.text[value.start : value.end] == value.quote == "Afghanistan Day"
    assert (value.prefix, value.suffix) == (made.prefix, made.suffix)
    assert [(t.slug, t.name) for t in value.themes] == [("linkage", "Linkage"), ("risk", "Risk")]
    assert value.themes[1].address == "https://example.org/sets/a-seminar/codebook/#risk"
    assert (value.author.username, value.author.name) == ("annotator", "Bob Reader")
    assert (value.note, value.private) == ("A *note*", False)
    assert (value.created, value.modified) == (made.created, made.modified)
    assert value.document.address == "https://example.org/volumes/frus1981-88v03/d169/"
    assert value.document.public_address == (
        "https://history.state.gov/historicaldocuments/frus1981-88v03/d169"
    )
    assert (value.edition.number, value.edition.digest) == (1, here.edition.digest)
    assert value.in_set.address == "https://example.org/sets/a-seminar/"
    assert value.in_set.rights == "https://creativecommons.org/licenses/by/4.0/"


def test_living_replies_come_in_their_order(here: World):
    made = here.annotate()
    create_reply(made, author=here.owner, note="First")
    gone = create_reply(made, author=here.owner, note="Gone")
    create_reply(made, author=here.reader, note="Second")
    delete_reply(gone, actor=here.owner)
    (value,) = values(here)
    assert [(r.author.username, r.note) for r in value.replies] == [
        ("owner", "First"),
        ("reader", "Second"),
    ]
    assert all(r.address.startswith(f"{value.address}#r-") for r in value.replies)


def test_annotations_come_in_the_order_of_documents_and_of_the_text(here: World):
    further = document("d100")
    add_document(here.set, further, actor=here.owner)
    here.annotate("linkage")
    here.annotate("Afghanistan")
    here.annotate("Afghanistan Day")
    here.annotate("source")
    here.annotate("Memorandum", edition=further.current, start=5, end=15)
    assert [(v.document.slug, v.quote) for v in values(here)] == [
        ("d100", "Memorandum"),
        ("d169", "Afghanistan Day"),
        ("d169", "Afghanistan"),
        ("d169", "linkage"),
        ("d169", "source"),
    ]


@pytest.mark.parametrize("size", [1, 2, 3, 1000])
def test_they_come_in_this_order_however_many_are_read_at_once(
    here: World, size: int, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr(export, "CHUNK", size)
    for slug in ("d100", "d200"):
        further = document(slug)
        add_document(here.set, further, actor=here.owner)
        here.annotate("Memorandum", edition=further.current, start=5, end=15)
        here.annotate("Memorandum", edition=further.current, start=5, end=15, note="Again")
    here.annotate("linkage", themes=[here.risk, here.linkage])
    here.annotate("Afghanistan Day")
    found = [(v.document.slug, v.quote, v.note) for v in values(here)]
    assert found == [
        ("d100", "Memorandum", ""),
        ("d100", "Memorandum", "Again"),
        ("d169", "Afghanistan Day", ""),
        ("d169", "linkage", ""),
        ("d200", "Memorandum", ""),
        ("d200", "Memorandum", "Again"),
    ]
    assert list(marks(shared_of(here.set))) == [
        (v.start, v.end, tuple(theme.slug for theme in v.themes)) for v in values(here)
    ]


def test_an_annotation_names_the_edition_that_it_was_made_on(here: World):
    here.annotate()
    edition(here.document, "170. Another text\nof other words.\nA source.")
    assert [v.edition.number for v in values(here)] == [1]


def test_private_and_deleted_annotations_stay_in_except_ones_own(here: World):
    here.annotate("linkage")
    here.annotate("Afghanistan", visibility="private")
    here.annotate("Memorandum", visibility="private", author=here.owner)
    delete_annotation(here.annotate("source"), actor=here.annotator)
    assert [v.quote for v in values(here)] == ["linkage"]
    own = stream(seen_of(here.set, Viewer(here.annotator.pk)))
    assert [(v.quote, v.private) for v in own] == [("Afghanistan", True), ("linkage", False)]


def test_the_set_counts_its_items_and_knows_its_last_change(here: World):
    assert last_change(here.set, shared_of(here.set)) == here.set.created
    made = here.annotate()
    create_reply(made, author=here.owner, note="Yes")
    here.annotate(visibility="private")
    value = set_value(here.set)
    assert last_change(here.set, shared_of(here.set)) == made.modified
    assert total(shared_of(here.set)) == 2
    assert (value.slug, value.title, value.owner.username) == ("a-seminar", "A seminar", "owner")


def fill(here: World, count: int) -> None:
    """So many annotations with a theme and a note, and a reply to each tenth, past the actions."""
    now = timezone.now()
    text = here.edition.text
    made = Annotation.objects.bulk_create(
        (
            Annotation(
                annotation_set=here.set,
                author=here.annotator,
                edition=here.edition,
                start=number % 40,
                end=number % 40 + 5,
                quote=text[number % 40 : number % 40 + 5],
                theme_ids=str(here.risk.pk),
                note="A note of some length. " * 5,
                created=now,
                modified=now,
                uuid=UUID(int=number),
            )
            for number in range(1, count + 1)
        ),
        batch_size=1000,
    )
    AnnotationTheme.objects.bulk_create(
        (AnnotationTheme(annotation=one, theme=here.risk) for one in made), batch_size=1000
    )
    Reply.objects.bulk_create(
        Reply(annotation=one, author=here.owner, note="Yes", created=now, modified=now)
        for one in made[::10]
    )


def peak(run: Callable[[], object]) -> int:
    """The most bytes that ``run`` held at once."""
    gc.collect()
    tracemalloc.start()
    try:
        run()
        return tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()


def drain(form: str, here: World) -> None:
    annotations = shared_of(here.set)
    for _ in FORMATS[form].write(package(here.set, annotations)):
        pass


@pytest.mark.parametrize("form", FORMATS)
def test_memory_does_not_grow_with_the_set(here: World, form: str, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(export, "CHUNK", 100)
    fill(here, 300)
    drain(form, here)
    small = peak(lambda: drain(form, here))
    Reply.objects.all().delete()
    Annotation.objects.all().delete()
    fill(here, 1_500)
    great = peak(lambda: drain(form, here))
    # Five times the annotations: what varies is when the collector comes by.
    # What is laid out beside a text keeps a little of each annotation on that one document.
    beside = 1_000 * 1_200 if FORMATS[form].KIND == "reading" else 0
    assert great < 2 * small + beside


@pytest.mark.parametrize("form", FORMATS)
def test_a_format_holds_no_more_of_a_great_set_than_of_a_small_one(form: str):
    write = FORMATS[form].write

    def drained(count: int) -> None:
        for _ in write(plain_package(many(count))):
            pass

    drained(10)
    small = peak(lambda: drained(400))
    assert peak(lambda: drained(2_000)) < 2 * small


def test_a_chunk_asks_the_database_for_its_replies_alone_however_long_the_set_is(
    here: World, django_assert_num_queries
):
    fill(here, 2 * CHUNK + 1)
    # Editions and annotations; sets, authors, editions, themes, pseudonyms, each when it is met
    # first; of each of three chunks the replies, and their author once.
    with django_assert_num_queries(2 + 4 + 3):
        assert len(values(here)) == 2 * CHUNK + 1


def test_one_annotation_is_a_value_in_three_queries(here: World, django_assert_num_queries):
    here.annotate(themes=[here.risk])
    found = Annotation.objects.with_place().select_related("annotation_set__owner").get()
    with django_assert_num_queries(3):
        (value,) = annotation_values([found])
    assert value.themes[0].slug == "risk"
