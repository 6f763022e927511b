"""A set as formats are given it: its texts, its codebook, its people, and what there is in it."""

from __future__ import annotations

import pytest

from annotations.actions.replies import create_reply
from annotations.actions.sets import add_document
from annotations.export import Taker, shared_of
from annotations.formats import FORMATS
from annotations.formats.features import Feature, lost
from annotations.formats.package import Scope
from annotations.models import Naming
from annotations.packing import counts, package
from tests.annotations.worlds import World, document, world

pytestmark = pytest.mark.django_db


@pytest.fixture
def here() -> World:
    return world(rights="https://creativecommons.org/licenses/by/4.0/")


def test_its_parts_are_the_documents_with_what_is_on_them(here: World):
    here.annotate(note="One")
    add_document(here.set, document("d170"), actor=here.owner)
    first, second = package(here.set, shared_of(here.set)).parts()
    assert (first.document.slug, second.document.slug) == ("d169", "d170")
    assert first.text == here.edition.as_text()
    assert [one.note for one in first.annotations()] == ["One"]
    assert [one.note for one in first.annotations()] == ["One"], "given anew each time"
    assert (first.count, second.count, list(second.annotations())) == (1, 0, [])
    assert first.edition.latest


def test_a_part_of_a_set_holds_no_other_documents(here: World):
    here.annotate(themes=[here.risk])
    add_document(here.set, document("d170"), actor=here.owner)
    rows = shared_of(here.set)
    of_document = package(here.set, rows, scope=Scope(document="frus1981-88v03/d170"))
    assert [one.document.slug for one in of_document.parts()] == ["d170"]
    risk = next(t for t in of_document.codebook.themes if t.slug == "risk")
    of_theme = package(here.set, rows, scope=Scope(themes=(risk,)))
    assert [one.document.slug for one in of_theme.parts()] == ["d169"]


def test_the_codebook_comes_whole_and_in_its_order(here: World):
    book = package(here.set, shared_of(here.set)).codebook
    assert [(t.slug, t.parent) for t in book.themes] == [
        ("linkage", ""),
        ("tacit", "linkage"),
        ("risk", ""),
    ]
    assert book.themes[0].definition == "Tied to another matter."
    assert (book.themes[1].colour, book.themes[1].line) == (3, 3)
    assert book.revision == here.set.codebook.revision


def test_its_people_are_those_who_wrote_as_they_are_called_there(here: World):
    made = here.annotate()
    create_reply(made, author=here.reader, note="Why?")
    rows = shared_of(here.set)
    assert [one.username for one in package(here.set, rows).people()] == ["annotator", "reader"]
    here.set.naming = Naming.NOBODY
    here.set.save()
    veiled = package(here.set, rows, Taker()).people()
    assert [one.username for one in veiled] == ["-"]
    named = package(here.set, rows, Taker(names=True)).people()
    assert [one.username for one in named] == ["annotator", "reader"]


def test_what_there_is_in_it_is_counted(here: World, django_assert_num_queries):
    here.annotate(themes=[here.risk], note="One")
    here.annotate("Day behind")
    here.annotate("speak")
    create_reply(here.annotate("us", note="Two"), author=here.owner, note="Why?")
    with django_assert_num_queries(7):
        found = counts(here.set, shared_of(here.set))
    expected = {
        Feature.NOTES: 2,
        Feature.THEMES: 1,
        Feature.BARE: 2,
        Feature.OVERLAPS: 1,
        Feature.REPLIES: 1,
        Feature.AUTHORS: 4,
        Feature.UNUSED: 2,
        Feature.TEXTS: 1,
        Feature.EARLIER: 0,
        Feature.RIGHTS: 1,
    }
    assert {one: found[one] for one in expected} == expected


def test_what_a_format_leaves_out_is_said_with_its_number(here: World):
    assert lost({Feature.REPLIES, Feature.NOTES}, {Feature.REPLIES: 12}) == ["12 replies"]
    assert lost({Feature.REPLIES}, {Feature.REPLIES: 1, Feature.NOTES: 3}) == ["1 reply"]
    assert len(lost(set(Feature), dict.fromkeys(Feature, 2))) == len(Feature)
    assert all(set(Feature) >= form.LOSES for form in FORMATS.values())


def test_a_package_gives_what_a_taker_may_see_alone(here: World):
    here.annotate(visibility="private", note="Mine")
    assert list(package(here.set, shared_of(here.set)).annotations()) == []
    whole = package(here.set, here.set.annotations.all())
    assert [one.note for one in whole.annotations()] == ["Mine"]
