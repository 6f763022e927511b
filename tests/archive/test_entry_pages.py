"""Persons and terms: indexes, pages with the passages in context, merging by hand."""

from __future__ import annotations

from typing import Any

import pytest
from django.contrib.auth.models import User
from django.test import Client

from archive.actions import MergeFault, merge_persons, split_person, unmerge
from archive.models import Authority, Document, Edition, Person, Term, Volume
from archive.reads import entries
from tests.factories import (
    DocumentFactory,
    EditionFactory,
    PersonFactory,
    PersonMentionFactory,
    TermFactory,
    TermMentionFactory,
    UserFactory,
    VolumeFactory,
)

pytestmark = pytest.mark.django_db
AT = "/volumes/frus1981-88v03/"
WORDS = ("1. Memorandum", "Then Haig spoke of START, and Haig was heard.", "Haig’s own paper.")


def mention(entry: Person | Term, number: int = 1, words: tuple[str, ...] = WORDS) -> Document:
    """A document that names the entry wherever it says Haig, or START."""
    document: Document = DocumentFactory(
        volume=entry.volume,
        number=str(number),
        slug=f"d{number}",
        position=number * 1000,
        heading=f"{number}. Memorandum",
    )
    edition: Edition = EditionFactory(document=document, paragraphs=words)
    kind, word = ("person", "Haig") if isinstance(entry, Person) else ("term", "START")
    places, at = [], edition.text.find(word)
    while at >= 0:
        places.append([kind, at, at + len(word), entry.key])
        at = edition.text.find(word, at + 1)
    edition.spans = places
    edition.save()
    made: Any = PersonMentionFactory if kind == "person" else TermMentionFactory
    made(document=document, count=len(places), **{kind: entry})
    return document


def get(client: Client, address: str, status: int = 200) -> str:
    answer = client.get(address)
    assert answer.status_code == status, address
    return " ".join(answer.content.decode().split())


@pytest.fixture
def haig() -> Person:
    """Haig in two volumes that know nothing of each other, with a document of each."""
    for slug, key in (("frus1981-88v03", "p_HAM_1"), ("frus1969-76v01", "p_H_9")):
        volume = VolumeFactory(slug=slug, title=f"Volume {slug}")
        mention(PersonFactory(volume=volume, key=key, description=f"of {slug}"))
    return Person.objects.get(key="p_HAM_1")


@pytest.fixture
def staff() -> User:
    made: User = UserFactory(is_staff=True)
    return made


def test_a_volumes_index_tells_how_many_documents_mention_each(
    client: Client, haig: Person, django_assert_num_queries: Any
) -> None:
    PersonFactory(volume=haig.volume, key="p_Z", name="Zorin, V.", description="<b>of</b> nothing")
    mention(haig, 2)
    with django_assert_num_queries(2):
        html = get(client, f"{AT}persons/")
    assert 'id="e-p_HAM_1"' in html and "2 documents" in html
    assert html.index("Haig, Alexander") < html.index("Zorin")
    assert "&lt;b&gt;of&lt;/b&gt; nothing" in html and "no mention marked" in html
    assert "has no list of terms" in get(client, f"{AT}terms/")


def test_a_person_has_each_document_with_the_passages_in_context(
    client: Client, haig: Person, django_assert_num_queries: Any
) -> None:
    with django_assert_num_queries(4):
        html = get(client, haig.get_absolute_url())
    assert "Mentioned in 1 document" in html and "of frus1981-88v03" in html
    text = Edition.objects.get(document__volume=haig.volume).text
    first = text.index("Haig")
    assert f'href="{AT}d1/?find={first}-{first + 4}#b1"' in html
    assert "Then <mark>Haig</mark> spoke of START, and <mark>Haig</mark> was heard." in html
    assert "<mark>Haig</mark>’s own paper." in html
    assert "3 mentions" in html and "more place" not in html


def test_the_passages_shown_are_three_at_most_and_the_others_are_counted(
    client: Client, haig: Person
) -> None:
    far = tuple(f"{n}. Haig. " + "word " * 50 for n in range(5))
    mention(haig, 2, far)
    html = get(client, haig.get_absolute_url())
    assert "2 more places in it" in html and html.count('<p class="line">') == 2 + 3


def test_every_passage_stands_where_its_link_says(haig: Person) -> None:
    mention(haig, 2, ("2. 𝒽 Memorandum", "Ζ𝒽 with Haig", "e\u0301 Haig"))
    page = entries.entry_page([haig], 1)
    for row in page.mentions:
        edition = row.document.current
        assert edition is not None
        for line in row.context.lines:
            block = edition.blocks[line.block]
            assert edition.text[line.start : line.end] == "Haig"
            assert block[1] <= line.start < line.end <= block[2]


def test_the_name_in_an_address_is_for_people(client: Client, haig: Person) -> None:
    right = haig.get_absolute_url()
    assert right == f"/persons/{haig.pk}-haig-alexander-m-jr/"
    for wrong in (f"/persons/{haig.pk}/", f"/persons/{haig.pk}-other/"):
        answer = client.get(wrong + "?page=1")
        assert (answer.status_code, answer["Location"]) == (302, right + "?page=1")
    for nothing in ("/persons/999999/", "/persons/x/", "/persons/²/", "/persons/99999999999/"):
        get(client, nothing, 404)


def test_persons_of_unlisted_volumes_are_seen_by_their_owner_alone(
    client: Client, haig: Person
) -> None:
    owner = UserFactory()
    Volume.objects.filter(pk=haig.volume_id).update(is_listed=False, owner=owner)
    get(client, haig.get_absolute_url(), 404)
    assert "frus1981-88v03" not in get(client, "/persons/")
    index = get(client, f"{AT}persons/")
    assert "Haig, Alexander" in index and "/persons/" + str(haig.pk) not in index
    client.force_login(owner)
    assert "Mentioned in 1 document" in get(client, haig.get_absolute_url())
    assert haig.get_absolute_url() in get(client, f"{AT}persons/")


def test_all_persons_can_be_narrowed_by_letter_and_name(
    client: Client, haig: Person, django_assert_num_queries: Any
) -> None:
    for name in ("Øster, Hans", "Gromyko, Andrei A.", "Жуков, Г."):
        PersonFactory(volume=haig.volume, name=name)
    with django_assert_num_queries(3):
        html = get(client, "/persons/")
    assert html.index("Gromyko") < html.index("Haig") < html.index("Øster") < html.index("Жуков")
    assert html.count(">Haig, Alexander M., Jr.</a>") == 2
    assert "Gromyko" not in get(client, "/persons/?letter=H")
    assert "Øster" in get(client, "/persons/?letter=o")
    assert "Жуков" in get(client, "/persons/?letter=0")
    found = get(client, "/persons/?q=ALEXANDER+haig")
    assert "2 persons with" in found and "Gromyko" not in found
    assert "No name fits" in get(client, "/persons/?q=nobody&letter=%C3%A9")


def test_a_merged_person_stands_once_and_has_all_volumes(
    client: Client, haig: Person, staff: User, django_assert_num_queries: Any
) -> None:
    other = Person.objects.get(key="p_H_9")
    merge_persons([haig.pk, other.pk], staff)
    with django_assert_num_queries(4):
        index = get(client, "/persons/")
    assert index.count(">Haig, Alexander M., Jr.</a>") == 1
    assert "2 documents" in index and "frus1969-76v01" in index and "frus1981-88v03" in index
    with django_assert_num_queries(5):
        html = get(client, haig.get_absolute_url())
    assert "Mentioned in 2 documents" in html
    assert "of frus1981-88v03" in html and "of frus1969-76v01" in html
    assert client.get(other.get_absolute_url())["Location"] == haig.get_absolute_url()


def test_a_merged_person_is_found_by_each_of_her_names(
    client: Client, haig: Person, staff: User
) -> None:
    other = PersonFactory(volume=VolumeFactory(slug="v3"), name="Meigs, General")
    merge_persons([haig.pk, other.pk], staff)
    assert haig.get_absolute_url() in get(client, "/persons/?q=meigs")
    assert haig.get_absolute_url() in get(client, "/persons/?letter=m")
    Volume.objects.filter(pk=haig.volume_id).update(is_listed=False)
    html = get(client, "/persons/")
    assert other.get_absolute_url() in html and haig.get_absolute_url() not in html
    assert "frus1981-88v03" not in get(client, other.get_absolute_url())


def test_terms_of_one_name_and_expansion_are_one(
    client: Client, django_assert_num_queries: Any
) -> None:
    volumes = [VolumeFactory(slug=f"v{n}", title=f"Volume {n}") for n in range(3)]
    said = ["Strategic Arms Reduction Talks", "strategic arms reduction talks.", "A beginning"]
    terms = [
        TermFactory(volume=volume, description=words)
        for volume, words in zip(volumes, said, strict=True)
    ]
    for term in terms:
        mention(term)
    with django_assert_num_queries(4):
        html = get(client, "/terms/?letter=s")
    assert html.count(">START</a>") == 2 and "2 documents" in html
    with django_assert_num_queries(4):
        page = get(client, terms[0].get_absolute_url())
    assert "Mentioned in 2 documents" in page and "A beginning" not in page
    assert "spoke of <mark>START</mark>, and" in page
    assert client.get(terms[1].get_absolute_url())["Location"] == terms[0].get_absolute_url()
    Volume.objects.filter(slug="v0").update(is_listed=False)
    get(client, terms[0].get_absolute_url(), 404)
    assert "Mentioned in 1 document" in get(client, terms[1].get_absolute_url())


def test_long_lists_have_pages(
    client: Client, haig: Person, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(entries, "ENTRIES_A_PAGE", 1)
    monkeypatch.setattr(entries, "DOCUMENTS_A_PAGE", 1)
    mention(haig, 2)
    html = get(client, "/persons/?letter=h&page=2")
    assert "Page 2 of 2" in html and "letter=h&amp;page=1" in html
    page = get(client, haig.get_absolute_url() + "?page=2")
    assert "2. Memorandum" in page and "1. Memorandum" not in page and 'start="2"' in page


def test_to_staff_alone_there_is_a_page_to_merge_persons(
    client: Client, haig: Person, staff: User, django_assert_num_queries: Any
) -> None:
    for user in (None, UserFactory()):
        if user:
            client.force_login(user)
        get(client, "/persons/merge/", 404)
        assert client.post("/persons/merge/", {"person": [1, 2]}).status_code == 404
        assert client.post(f"/persons/{haig.pk}/split/").status_code == 404
    client.force_login(staff)
    with django_assert_num_queries(3):
        html = get(client, "/persons/merge/?letter=h")
    assert "1 name in several volumes" in html
    assert "of frus1981-88v03" in html and "of frus1969-76v01" in html
    assert "0 names" in get(client, "/persons/merge/?letter=z")
    assert "All entries with “haig”" in get(client, "/persons/merge/?q=haig")


@pytest.mark.parametrize("key", ["9" * 30, "9" * 5000, "-1", "x"])
def test_what_is_no_entrys_key_is_merged_with_nothing(
    client: Client, haig: Person, staff: User, key: str
) -> None:
    client.force_login(staff)
    assert client.post("/persons/merge/", {"person": [key, haig.pk]}).status_code == 422


def test_staff_merges_and_takes_it_back(client: Client, haig: Person, staff: User) -> None:
    client.force_login(staff)
    keys = list(Person.objects.values_list("pk", flat=True))
    address = "/persons/merge/?letter=h"
    answer = client.post(address, {"person": keys, "name": "Haig, Alexander Meigs"})
    assert (answer.status_code, answer["Location"]) == (302, address)
    made = Authority.objects.get()
    assert (made.name, made.made_by, made.persons.count()) == ("Haig, Alexander Meigs", staff, 2)
    assert "0 names in several volumes" in get(client, address)
    page = get(client, haig.get_absolute_url())
    assert "<h1>Haig, Alexander Meigs</h1>" in page and "Take the whole merge back" in page
    client.post(f"/persons/{haig.pk}/split/", {"all": "1"})
    assert not Authority.objects.exists()
    assert not Person.objects.filter(authority__isnull=False).exists()
    assert "1 name in several volumes" in get(client, address)
    assert client.get(f"/persons/{haig.pk}/split/").status_code == 405


@pytest.mark.parametrize("chosen", [[], ["1"], ["x", "²"], ["0", "99999"]])
def test_a_merge_of_less_than_two_changes_nothing_and_says_so(
    client: Client, haig: Person, staff: User, chosen: list[str]
) -> None:
    client.force_login(staff)
    answer = client.post("/persons/merge/", {"person": chosen})
    assert answer.status_code == 422
    assert "Choose two entries at least." in answer.content.decode()
    assert not Authority.objects.exists()


def test_what_was_merged_before_comes_along(haig: Person, staff: User) -> None:
    more = [PersonFactory(volume=VolumeFactory(slug=f"w{n}")) for n in range(2)]
    first = merge_persons([haig.pk, Person.objects.get(key="p_H_9").pk], staff)
    second = merge_persons([haig.pk, more[0].pk], staff)
    assert second.persons.count() == 3 and not Authority.objects.filter(pk=first.pk).exists()
    with pytest.raises(MergeFault, match="already"):
        merge_persons([haig.pk, more[0].pk], staff)
    split_person(Person.objects.get(pk=haig.pk))
    assert second.persons.count() == 2
    split_person(Person.objects.get(pk=more[0].pk))
    assert not Authority.objects.exists()
    unmerge(merge_persons([one.pk for one in more], staff))
    assert not Person.objects.filter(authority__isnull=False).exists()
