"""Search on the database at hand: the same tests hold SQLite and PostgreSQL to the same answers."""

from __future__ import annotations

import random
from collections.abc import Iterator
from datetime import date
from typing import Any

import pytest
from django.core.management import call_command
from django.db import connection, transaction
from hypothesis import given
from hypothesis import strategies as st

from archive.importers.tei import parse_tei
from archive.ingest import ingest
from archive.models import Authority, Document, Edition, PersonMention, Volume
from archive.own import delete
from archive.search import find as module
from archive.search.asked import Asked
from archive.search.find import Found, find
from archive.search.index import add_to_index
from archive.search.query import All, Either, Node, Term, Without, parse
from archive.search.words import words_of
from archive.text import Block, pack_blocks
from tests.archive.test_search_words import ANYTHING
from tests.factories import (
    DocumentFactory,
    EditionFactory,
    PersonFactory,
    UserFactory,
    VolumeFactory,
)

pytestmark = pytest.mark.django_db


def document(*paragraphs: str, notes: tuple[str, ...] = (), **fields: Any) -> Document:
    """An indexed document; its first paragraph is its heading."""
    made = DocumentFactory(**fields)
    edition = EditionFactory(document=made, paragraphs=paragraphs or ("1. Memorandum",))
    if notes:
        add_notes(edition, notes)
    add_to_index([(edition.pk, edition.text, edition.blocks)])
    return made


def add_notes(edition: Edition, notes: tuple[str, ...]) -> None:
    blocks = list(edition.blocks)
    for number, words in enumerate(notes):
        at = len(edition.text) + 1
        edition.text += f"\n{words}"
        blocks.append(*pack_blocks([Block("note", at, at + len(words), f"fn{number}")]))
    edition.blocks = blocks
    edition.save()


def found(q: str = "", **fields: Any) -> Found:
    return find(Asked(q=q, **fields), Volume.objects.listed())


def slugs(q: str = "", **fields: Any) -> set[str]:
    return {one.slug for one in found(q, **fields).documents}


@pytest.fixture
def three() -> None:
    document(
        "1. Memorandum From Haig", "Linkage and arms control.", notes=("Grain’s price.",), number=1
    )
    document("2. Telegram", "Arms, and then control; Linkages.", "of grain", number=2)
    document("3. Editorial Note", "Déjà vu on 7 April 1982", "arms", "control", number=3)


@pytest.mark.parametrize(
    ("q", "expected"),
    [
        ("linkage", {"d1"}),
        ("LINKAGE*", {"d1", "d2"}),
        ("arms control", {"d1", "d2", "d3"}),
        ('"arms control"', {"d1"}),
        ("arms-control", {"d1"}),
        ('"haig linkage"', set()),
        ('"control grain"', set()),
        ("grain", {"d1", "d2"}),
        ("grain -telegram", {"d1"}),
        ("telegram OR (haig AND grain)", {"d1", "d2"}),
        ("NOT haig", {"d2", "d3"}),
        ('arms NOT "arms control"', {"d2", "d3"}),
        ("deja", {"d3"}),
        ("DÉJÀ 1982", {"d3"}),
        ("198*", {"d3"}),
        ('"7 apr*"', {"d3"}),
        ("grain's", {"d1"}),
        ('"arms control', {"d1", "d2", "d3"}),
        ("zebra", set()),
        ("zebra OR NOT grain", {"d3"}),
        ("-zebra -haig", {"d2", "d3"}),
    ],
)
def test_words_phrases_operators_and_beginnings(three: None, q: str, expected: set[str]) -> None:
    result = found(q)
    assert {one.slug for one in result.documents} == expected
    assert result.total == len(expected)
    assert slugs(q, sort="date") == expected


def test_a_hit_in_the_heading_goes_before_one_in_the_text_and_that_before_one_in_a_note() -> None:
    document("1. Letter", "Of much else, and of it.", notes=("On linkage it is.",), number=1)
    document("2. Letter", "Of linkage and much else.", notes=("Nothing more, it is.",), number=2)
    document("3. Linkage", "Of much else, and of it.", notes=("Nothing more, it is.",), number=3)
    document("4. Letter", "Of much else, and of it.", notes=("Nothing more, it is.",), number=4)
    assert [one.slug for one in found("linkage").documents] == ["d3", "d2", "d1"]


def test_phrases_are_found_anywhere_in_long_documents() -> None:
    """PostgreSQL's tsvector alone has 256 places of a word, and none beyond the 16,383rd."""
    document("1. Long", "the arms " * 9000 + "the very end", number=1)
    assert slugs('"the very end"') == slugs("very") == slugs('"very en*"') == {"d1"}
    assert slugs('"arms the very"') == {"d1"} and slugs('"very the"') == set()


MATRIX = st.lists(
    st.lists(st.lists(st.sampled_from(["a", "b", "c", "ab", "1e5x"]), max_size=4), max_size=3),
    min_size=1,
    max_size=5,
)
TERM = st.builds(
    lambda words, star: '"' + " ".join(words) + ("*" if star else "") + '"',
    st.lists(st.sampled_from(["a", "b", "c", "ab", "1e5x", "1"]), min_size=1, max_size=3),
    st.booleans(),
)
TREE = st.recursive(
    TERM,
    lambda inner: (
        st.builds("({} AND {})".format, inner, inner)
        | st.builds("({} OR {})".format, inner, inner)
        | st.builds("(NOT {})".format, inner)
    ),
    max_leaves=6,
)


def has(node: Node, blocks: list[list[str]]) -> bool:
    """The meaning of a tree, in the plainest words."""
    if isinstance(node, Without):
        return not has(node.part, blocks)
    if isinstance(node, All):
        return all(has(part, blocks) for part in node.parts)
    if isinstance(node, Either):
        return any(has(part, blocks) for part in node.parts)
    return any(_begins(node, words[at:]) for words in blocks for at in range(len(words)))


def _begins(term: Term, words: list[str]) -> bool:
    here, last = words[: len(term.words)], term.words[-1]
    return here[:-1] == list(term.words[:-1]) and (
        here[-1].startswith(last) if term.prefix else here[-1] == last
    )


@pytest.fixture
def undone() -> Iterator[Any]:
    """Runs something in a transaction of its own that leaves nothing behind."""

    def run(act: Any) -> None:
        with transaction.atomic():
            act()
            transaction.set_rollback(True)

    yield run


def test_the_database_finds_what_a_tree_means(undone: Any) -> None:
    @given(MATRIX, TREE)
    def holds(texts: list[list[list[str]]], typed: str) -> None:
        def compare() -> None:
            expected = set()
            tree = parse(typed).tree
            assert tree is not None
            for number, blocks in enumerate(texts):
                one = document("x", *map(" ".join, blocks), number=number)
                if has(tree, [["x"], *blocks]):
                    expected.add(one.slug)
            assert slugs(typed) == expected
            assert slugs(typed, sort="date") == expected

        undone(compare)

    holds()


def test_any_query_is_taken_by_the_database(three: None) -> None:
    @given(ANYTHING)
    def holds(typed: str) -> None:
        assert 0 <= found(typed).total <= 3
        assert 0 <= found(typed, sort="date").total <= 3

    holds()


def test_any_text_is_found_by_each_of_its_words(undone: Any) -> None:
    @given(st.text(min_size=1, max_size=40).map(lambda t: t.replace("\0", "").replace("\n", "")))
    def holds(text: str) -> None:
        def compare() -> None:
            document("x", text.encode("utf-8", "ignore").decode(), number=1)
            for word in words_of(text):
                assert slugs(f'"{word}"') == {"d1"}

        undone(compare)

    holds()


def test_filters_narrow_by_volume_date_place_kind_and_level() -> None:
    other = VolumeFactory(slug="frus1969-76v01")
    document("one word", number=1, level="secret", place="Moscow", kind="editorial-note")
    document(
        "two word", number=2, volume=other, date_min=date(1982, 4, 7), date_max=date(1982, 4, 7)
    )
    document("three word", number=3, date_min=date(1981, 1, 1), date_max=date(1981, 12, 31))
    for q in ("word", ""):
        assert slugs(q, volume="frus1969-76v01") == {"d2"}
        assert slugs(q, level="secret") == slugs(q, place="mosc") == {"d1"}
        assert slugs(q, kind="editorial-note") == {"d1"}
        assert slugs(q, since="1982") == slugs(q, since="1982-04-07") == {"d2"}
        assert slugs(q, until="1981") == slugs(q, since="1981-06", until="1981-07") == {"d3"}
        assert slugs(q, since="1981", until="1982-04") == {"d2", "d3"}
        assert slugs(q, since="1982-04-08") == slugs(q, volume="none") == set()
    assert found("word", since="soon").total == found("word", since="1982", until="1981").total == 0


def test_a_person_is_found_by_words_of_her_name_or_of_her_authority() -> None:
    one, two = document("one word", number=1), document("two word", number=2)
    document("three word", number=3)
    haig = PersonFactory(volume=one.volume, name="Haig, Alexander M., Jr.")
    clark = PersonFactory(
        volume=one.volume, name="Clark", authority=Authority.objects.create(name="William P. Clark")
    )
    PersonMention.objects.create(document=one, person=haig, count=2)
    PersonMention.objects.create(document=two, person=clark, count=1)
    assert slugs("word", person="alexander haig") == slugs(person="Haig") == {"d1"}
    assert slugs("word", person="william clark") == {"d2"}
    assert slugs("word", person="a") == {"d1", "d2"}
    assert slugs("word", person="nobody") == slugs(person="nobody") == set()
    assert found("word", person="haig").persons == ("Haig, Alexander M., Jr.",)


def test_dates_order_and_pages_leave_nothing_out(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "PAGE", 4)
    days = [date(1981, 1, 1 + n % 5) for n in range(10)]
    for number, day in enumerate(days):
        document("word " * (number + 1), number=number, date_min=day, date_max=day)
    document("word", number=99)
    for sort in ("date", ""):
        pages = [found("word", sort=sort, page=n) for n in (1, 2, 3)]
        seen = [one.slug for page in pages for one in page.documents]
        assert len(seen) == len(set(seen)) == 11 and pages[0].pages == 3
    dated = [
        one.date_min for n in (1, 2, 3) for one in found("word", sort="date", page=n).documents
    ]
    assert dated == [*sorted(days), None]
    assert found("word", page=9).page == 3


def test_matches_are_counted_by_volume_kind_and_level(three: None) -> None:
    document("4. Note", "arms", level="secret", kind="editorial-note")
    counted = found("arms")
    assert sum(counted.volumes.values()) == counted.total == 4
    assert counted.kinds == {"historical-document": 3, "editorial-note": 1}
    assert counted.levels == {"": 3, "secret": 1}


def test_what_is_beyond_the_bounds_is_said(monkeypatch: pytest.MonkeyPatch, three: None) -> None:
    monkeypatch.setattr(module, "COUNTED", 2)
    many = found("arms")
    assert many.is_more and many.total == 2 and not many.kinds
    monkeypatch.undo()
    monkeypatch.setattr(type(module.backend()), "ranked", 2)
    best = found("arms")
    assert (best.total, best.ranked, len(best.documents), best.pages) == (3, 2, 2, 1)
    assert found("arms", sort="date").ranked == 0 and len(found("arms", sort="date").documents) == 3


def test_an_unlisted_volume_is_found_by_its_owner_alone() -> None:
    owner, other = UserFactory(), UserFactory()
    document(
        "secret words", number=1, volume=VolumeFactory(slug="hers", is_listed=False, owner=owner)
    )
    asked = Asked(q="secret")
    assert find(asked, Volume.objects.listed_for(owner)).total == 1
    assert find(asked, Volume.objects.listed_for(other)).total == 0
    assert found("secret").total == found(volume="hers").total == 0


TEI = (
    '<TEI xmlns="http://www.tei-c.org/ns/1.0" xml:id="frus1"><teiHeader/><text><body>'
    '<div type="document" n="1" xml:id="d1"><head>1. Memorandum</head><p>{}</p></div>'
    "</body></text></TEI>"
)


def bring(words: str) -> None:
    ingest(parse_tei(TEI.format(words).encode(), "frus1.xml"))


def test_an_import_is_found_at_once_and_a_corrected_one_by_its_new_words_alone() -> None:
    bring('of grain<note n="1" xml:id="d1fn1">A note on wheat.</note>')
    assert slugs("grain") == slugs("wheat") == slugs("memorandum") == {"d1"}
    bring("of barley")
    assert slugs("grain") == slugs("wheat") == set() and slugs("barley") == {"d1"}
    bring('of <hi rend="italic">barley</hi>')
    assert slugs("barley") == {"d1"} and found("barley").total == 1


def test_the_index_is_made_anew(capsys: pytest.CaptureFixture[str]) -> None:
    bring("of grain")
    bring("of barley")
    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM archive_search" if is_postgres() else SQLITE_DELETE_ALL)
    assert slugs("barley") == set()
    call_command("rebuild_search")
    assert "1 document indexed" in capsys.readouterr().out
    assert slugs("barley") == {"d1"} and slugs("grain") == set()
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT COUNT(*) FROM {rows_of_index()}")
        assert cursor.fetchone() == (1,)


SQLITE_DELETE_ALL = "INSERT INTO archive_search (archive_search) VALUES ('delete-all')"


def is_postgres() -> bool:
    return connection.vendor == "postgresql"


def rows_of_index() -> str:
    return "archive_search" if is_postgres() else "archive_search_docsize"


def test_a_document_deleted_for_good_leaves_no_word_in_the_index() -> None:
    volume = VolumeFactory(slug="hers", is_listed=False, owner=UserFactory())
    document("1. Secret", "private words", volume=volume, number=1)
    kept = document("2. Other", "private letters", number=2)
    delete(volume)
    assert slugs("private") == {kept.slug}
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT COUNT(*) FROM {rows_of_index()}")
        assert cursor.fetchone() == (1,)
        if not is_postgres():
            cursor.execute(
                "CREATE VIRTUAL TABLE temp.words USING fts5vocab('main', 'archive_search', 'row')"
            )
            cursor.execute("SELECT COUNT(*) FROM temp.words WHERE term IN ('words', 'secret')")
            assert cursor.fetchone() == (0,)
            cursor.execute("DROP TABLE temp.words")


def test_a_search_costs_two_queries(three: None, django_assert_num_queries: Any) -> None:
    with django_assert_num_queries(2):
        found("arms", sort="date")
    with django_assert_num_queries(2):
        found("arms", level="", place="")
    with django_assert_num_queries(1):
        found("zebra")
    with django_assert_num_queries(0):
        found("")


def test_the_order_by_relevance_is_the_same_each_time() -> None:
    chance = random.Random(1)
    for number in range(30):
        document("1. Same", " ".join(chance.choices(["arms", "grain"], k=3)), number=number)
    first = [one.slug for one in found("arms").documents]
    assert all([one.slug for one in found("arms").documents] == first for _ in range(3))
