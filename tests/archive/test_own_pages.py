"""Documents of one's own: brought by file or paste, found by their bringer alone, changed."""

from __future__ import annotations

from typing import Any

import pytest
from django.contrib.auth.models import User
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from archive import own
from archive.models import Document, Edition, Import, Volume
from tests.archive.docx import docx, paragraph
from tests.factories import (
    AnnotationFactory,
    AnnotationSetFactory,
    EditionFactory,
    UserFactory,
)

pytestmark = pytest.mark.django_db
HTML = b"<h1>Long Telegram</h1><nav>Home</nav><p>Day<sup><a href='#n'>1</a></sup><p id=n>1 See A."
GIVEN = {"title": "The Long Telegram", "date": "1946-02-22", "source": "N. Archives"}


@pytest.fixture
def user() -> User:
    return UserFactory.create()


@pytest.fixture
def hers(client: Client, user: User) -> Client:
    client.force_login(user)
    return client


def file(data: bytes = HTML, name: str = "a.html") -> SimpleUploadedFile:
    return SimpleUploadedFile(name, data)


def brought(client: Client, data: bytes = HTML, name: str = "a.html", **given: Any) -> Volume:
    client.post("/volumes/bring/", {**GIVEN, "file": file(data, name), **given})
    volume = Volume.objects.order_by("-pk").first()
    assert volume is not None
    return volume


def content(response: Any) -> str:
    return " ".join(response.content.decode().split())


def test_a_file_becomes_a_document_that_is_listed_nowhere(hers: Client, user: User) -> None:
    volume = brought(hers, licence="CC0")
    assert (volume.owner, volume.is_listed, volume.licence) == (user, False, "CC0")
    document = volume.documents.get()
    assert (document.heading, str(document.date_min)) == ("The Long Telegram", "1946-02-22")
    assert document.current is not None
    assert document.current.text == "Long Telegram\nDay\nSee A."
    run = Import.objects.get()
    assert (run.brought_by, run.state, run.volume) == (user, "done", volume)


def test_its_address_cannot_be_guessed(hers: Client) -> None:
    first, second = brought(hers), brought(hers, b"<h1>Other")
    assert first.slug.startswith("the-long-telegram-")
    assert len(first.slug.rpartition("-")[2]) == 16
    assert first.slug[-16:] != second.slug[-16:]


def test_what_was_read_is_shown_at_once(hers: Client) -> None:
    response = hers.post("/volumes/bring/", {**GIVEN, "file": file()}, follow=True)
    page = content(response)
    assert response.redirect_chain == [(f"/own/{Volume.objects.get().slug}/", 302)]
    assert "1 heading, 1 paragraph" in page
    assert "What &lt;nav&gt; holds is no text of the document" in page
    assert "See A." in page
    assert f'href="/volumes/{Volume.objects.get().slug}/d1/"' in page


def test_a_text_can_be_pasted(hers: Client) -> None:
    words = "Memo1\r\n\r\nA day.\r\n\r\n  1. Source: A."
    hers.post("/volumes/bring/", {"title": "Memo", "words": words})
    edition = Edition.objects.get()
    assert (edition.text, edition.source_format) == ("Memo\nA day.\nSource: A.", "text")


def test_a_word_document_can_be_brought(hers: Client) -> None:
    volume = brought(hers, docx(paragraph("Memo", style="Title"), paragraph("x")), "a.docx")
    assert Edition.objects.get(document__volume=volume).text == "Memo\nx"


def test_whoever_has_the_address_can_read_it_and_nobody_finds_it(hers: Client, user: User) -> None:
    volume = brought(hers)
    stranger = Client()
    address = f"/volumes/{volume.slug}/d1/"
    for page in (address, f"/volumes/{volume.slug}/"):
        found = stranger.get(page)
        assert found.status_code == 200
        assert '<meta name="robots" content="noindex">' in content(found)
    other = Client()
    other.force_login(UserFactory.create())
    for client in (stranger, other):
        for page in ("/", "/volumes/", "/search/?q=a", "/time/", "/persons/", "/sitemap.xml"):
            assert volume.slug not in content(client.get(page))
    assert volume.slug not in content(other.get("/sets/new/"))
    assert volume.slug in content(hers.get("/volumes/"))
    assert volume.slug in content(hers.get("/sets/new/"))


def test_the_page_of_its_volume_says_where_it_was_found_and_escapes_it(hers: Client) -> None:
    volume = brought(hers, source="<b>X</b> https://a.org/x")
    page = content(hers.get(f"/volumes/{volume.slug}/"))
    assert "&lt;b&gt;X&lt;/b&gt;" in page
    assert 'href="https://a.org/x"' in page


def test_a_document_can_be_put_into_a_set_by_its_address(hers: Client, user: User) -> None:
    volume = brought(hers)
    one = AnnotationSetFactory.create(owner=user)
    given = f"http://testserver/volumes/{volume.slug}/d1/"
    assert hers.post(f"/sets/{one.slug}/documents/add/", {"document": given}).status_code == 302
    assert list(one.documents.all()) == [volume.documents.get()]
    assert hers.get(f"/volumes/{volume.slug}/d1/?set={one.slug}").status_code == 200


def test_the_same_file_sent_twice_is_one_document(hers: Client) -> None:
    assert brought(hers) == brought(hers)
    assert Volume.objects.count() == 1


@pytest.mark.parametrize(
    ("given", "words"),
    [
        ({}, "Choose a file, or paste a text below."),
        ({"title": "", "words": "x"}, "This field is required."),
        ({"file": file(b"\xff\xfe\xff"), "words": ""}, "The file is not UTF-16-LE text"),
        ({"file": file(b"%PDF-", "a.pdf")}, "bring .txt, .html or .docx"),
        ({"file": file(b"x"), "words": "x"}, "not both"),
        ({"file": file(b"PK\x03\x04", "a.docx")}, "damaged, or no Word document"),
        ({"words": "a\x00b"}, "Null characters are not allowed."),
    ],
)
def test_what_cannot_be_brought_is_said_beside_its_field_and_changes_nothing(
    hers: Client, given: dict[str, Any], words: str
) -> None:
    for value in given.values():
        if isinstance(value, SimpleUploadedFile):
            value.seek(0)
    response = hers.post("/volumes/bring/", {"title": "T", **given})
    assert response.status_code == 422
    assert words in content(response)
    assert not Volume.objects.exists()
    assert not Import.objects.exists()


def test_a_file_above_the_limit_is_refused(hers: Client, settings: Any) -> None:
    settings.BRING_MAX_BYTES = 1000
    response = hers.post("/volumes/bring/", {"title": "T", "file": file(b"x" * 1001, "a.txt")})
    assert response.status_code == 422
    assert "the limit is 1000\xa0bytes" in response.content.decode()


def test_a_word_document_that_unpacks_to_too_much_is_refused(hers: Client, settings: Any) -> None:
    settings.BRING_MAX_BYTES = 2000
    data = docx(paragraph("x " * 9000))
    response = hers.post("/volumes/bring/", {"title": "T", "file": file(data, "a.docx")})
    assert response.status_code == 422


def test_nobody_has_more_than_the_limit(hers: Client, settings: Any) -> None:
    settings.BRING_MAX_DOCUMENTS = 1
    brought(hers)
    response = hers.post("/volumes/bring/", {"title": "T", "words": "another"})
    assert response.status_code == 422
    assert "You have brought 1 documents, which is the limit" in content(response)
    assert Volume.objects.count() == 1


def test_particulars_can_be_changed(hers: Client) -> None:
    volume = brought(hers)
    before = volume.imported_at
    given = {"title": "Moscow 511", "date": "1946", "source": "FRUS", "licence": "PD"}
    assert hers.post(f"/own/{volume.slug}/", given).status_code == 302
    volume.refresh_from_db()
    document = volume.documents.get()
    assert (volume.title, volume.source, volume.licence) == ("Moscow 511", "FRUS", "PD")
    assert (document.heading, document.date_text) == ("Moscow 511", "1946")
    assert (str(document.date_min), str(document.date_max)) == ("1946-01-01", "1946-12-31")
    assert document.date_precision == "year"
    assert volume.imported_at > before
    assert "Moscow 511" in content(hers.get(f"/volumes/{volume.slug}/d1/"))


def test_particulars_without_a_title_are_refused(hers: Client) -> None:
    volume = brought(hers)
    assert hers.post(f"/own/{volume.slug}/", {"title": ""}).status_code == 422
    assert Volume.objects.get().title == "The Long Telegram"


def test_another_file_is_a_new_edition_and_keeps_the_particulars(hers: Client) -> None:
    volume = brought(hers)
    other = b"Long Telegram\n\nNight."
    address = f"/own/{volume.slug}/replace/"
    answer = hers.post(address, {"file": file(other, "b.txt")}, follow=True)
    assert "There is a new edition of it." in content(answer)
    document = volume.documents.get()
    assert [e.number for e in document.editions.all()] == [1, 2]
    assert document.current is not None
    assert document.current.text == "Long Telegram\nNight."
    assert (document.heading, document.date_text) == ("The Long Telegram", "1946-02-22")
    again = hers.post(address, {"file": file(other, "b.txt")}, follow=True)
    assert "Its words are the same." in content(again)


def test_a_file_for_what_was_deleted_meanwhile_brings_nothing_back(
    hers: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    """An import makes the volume that it names where there is none: listed, and nobody's."""
    volume, read = brought(hers), own.parse_brought

    def while_it_is_deleted(*args: Any, **given: Any) -> Any:
        own.delete(volume)
        return read(*args, **given)

    monkeypatch.setattr(own, "parse_brought", while_it_is_deleted)
    response = hers.post(f"/own/{volume.slug}/replace/", {"file": file(b"<h1>A<p>B")})
    assert response.status_code == 404
    assert not Volume.objects.exists() and not Edition.objects.exists()


def test_a_bad_file_replaces_nothing(hers: Client) -> None:
    volume = brought(hers)
    answer = hers.post(f"/own/{volume.slug}/replace/", {"file": file(b"%PDF-", "b.pdf")})
    assert answer.status_code == 422
    assert "bring .txt, .html or .docx" in content(answer)
    assert Edition.objects.count() == 1


def test_a_document_is_deleted_with_all_that_was_kept_of_it(hers: Client) -> None:
    volume = brought(hers)
    hers.post(f"/own/{volume.slug}/replace/", {"file": file(b"Other", "b.txt")})
    assert "for good" in content(hers.get(f"/own/{volume.slug}/delete/"))
    assert hers.post(f"/own/{volume.slug}/delete/")["Location"] == "/own/"
    for model in (Volume, Document, Edition, Import):
        assert not model.objects.exists()


def test_a_document_that_is_in_a_set_or_annotated_is_kept_and_it_is_said(
    hers: Client, user: User
) -> None:
    volume = brought(hers)
    document = volume.documents.get()
    one = AnnotationSetFactory.create(owner=user, readings=[document])
    refused = hers.post(f"/own/{volume.slug}/delete/")
    assert refused.status_code == 422
    assert "It cannot be deleted: it is in a set, or has annotations." in content(refused)
    AnnotationFactory.create(edition=document.current, annotation_set=one)
    one.set_documents.all().delete()
    assert hers.post(f"/own/{volume.slug}/delete/").status_code == 422
    document.refresh_from_db()
    assert document.current is not None
    assert Edition.objects.count() == 1


PAGES = ["", "replace/", "delete/"]


@pytest.mark.parametrize("page", PAGES)
@pytest.mark.parametrize("method", ["get", "post"])
def test_a_stranger_finds_nothing_of_it(hers: Client, page: str, method: str) -> None:
    volume = brought(hers)
    other = Client()
    other.force_login(UserFactory.create())
    given = {**GIVEN, "title": "Mine now"}
    assert getattr(other, method)(f"/own/{volume.slug}/{page}", given).status_code == 404
    assert volume.title == Volume.objects.get().title


@pytest.mark.parametrize("address", ["/volumes/bring/", "/own/", "/own/x/", "/own/x/delete/"])
@pytest.mark.parametrize("method", ["get", "post"])
def test_the_anonymous_are_asked_to_sign_in(client: Client, address: str, method: str) -> None:
    response = getattr(client, method)(address)
    assert response["Location"] == f"/accounts/login/?next={address}"


def test_a_volume_of_the_archive_is_nobodys_own(hers: Client, user: User) -> None:
    EditionFactory.create()
    Volume.objects.update(owner=user, is_listed=True)
    assert hers.post("/own/frus1981-88v03/delete/").status_code == 404
    assert Volume.objects.exists()


@pytest.mark.parametrize("count", [1, 3])
def test_her_list_costs_three_queries(
    hers: Client, count: int, django_assert_num_queries: Any
) -> None:
    for number in range(count):
        brought(hers, b"<h1>%d" % number)
    with django_assert_num_queries(3):
        page = content(hers.get("/own/"))
    assert page.count("What was read, and changes") == count


def test_the_page_of_a_document_costs_six_queries(
    hers: Client, django_assert_num_queries: Any
) -> None:
    volume = brought(hers)
    hers.get(f"/own/{volume.slug}/")  # shows the message of the bringing
    with django_assert_num_queries(6):
        hers.get(f"/own/{volume.slug}/")


def test_the_form_costs_two_queries(hers: Client, django_assert_num_queries: Any) -> None:
    with django_assert_num_queries(2):
        assert "Bring it" in content(hers.get("/volumes/bring/"))
