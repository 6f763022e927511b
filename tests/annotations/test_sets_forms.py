"""The forms of sets: opening one, changing it, and its list of documents."""

from __future__ import annotations

import pytest
from django.test import Client
from pytest_django.asserts import assertContains, assertNotContains, assertRedirects

from annotations.models import AnnotationSet
from tests.annotations.worlds import World, document, world

pytestmark = pytest.mark.django_db


@pytest.fixture
def here() -> World:
    return world()


def sign_in(client: Client, who: object) -> None:
    client.force_login(who)  # type: ignore[arg-type]


def test_a_set_is_opened_with_a_copied_codebook_and_a_first_document(client: Client):
    here = world(visibility="public")
    sign_in(client, here.stranger)
    given = {
        "title": "Mine",
        "description": "Ours",
        "visibility": "link",
        "rights": "https://creativecommons.org/licenses/by/4.0/",
        "codebook": here.set.pk,
        "document": "frus1981-88v03/d169",
    }
    assertRedirects(client.post("/sets/new/", given), "/sets/mine/")
    made = AnnotationSet.objects.get(slug="mine")
    assert made.owner == here.stranger
    assert (made.visibility, made.rights) == ("link", given["rights"])
    assert list(made.documents.all()) == [here.document]
    assert [t.name for t in made.codebook.themes.order_by("position")] == [
        "Linkage",
        "Tacit",
        "Risk",
    ]
    assert made.codebook_id != here.set.codebook_id


def test_the_codebook_of_a_set_that_one_does_not_see_is_not_copied(client: Client, here: World):
    sign_in(client, here.stranger)
    assertNotContains(client.get("/sets/new/"), "A seminar")
    given = {"title": "Mine", "visibility": "private", "codebook": here.set.pk}
    assert client.post("/sets/new/", given).status_code == 422
    assert not AnnotationSet.objects.filter(title="Mine").exists()


def test_a_set_can_be_opened_from_a_document(client: Client, here: World):
    sign_in(client, here.stranger)
    response = client.get("/sets/new/?document=frus1981-88v03/d169")
    assertContains(response, 'value="frus1981-88v03/d169"')


def test_the_anonymous_are_asked_to_sign_in_before_they_open_a_set(client: Client):
    response = client.get("/sets/new/")
    assertRedirects(response, "/accounts/login/?next=/sets/new/", fetch_redirect_response=False)


@pytest.mark.parametrize(
    ("changes", "says"),
    [
        ({"title": ""}, "This field is required"),
        ({"title": "x" * 201}, "at most 200 characters"),
        ({"visibility": "secret"}, "Select a valid choice"),
        ({"rights": "javascript:alert(1)"}, "Enter a valid URL"),
        ({"document": "frus1981-88v03/d999"}, "No document “frus1981-88v03/d999”"),
        ({"description": "x" * 5001}, "at most 5000 characters"),
    ],
)
def test_a_bad_form_says_what_is_wrong_and_opens_nothing(
    client: Client, here: World, changes: dict[str, str], says: str
):
    sign_in(client, here.stranger)
    response = client.post("/sets/new/", {"title": "Mine", "visibility": "private"} | changes)
    assertContains(response, says, status_code=422)
    assert AnnotationSet.objects.count() == 1


def test_an_empty_form_is_an_error_and_not_a_fresh_form(client: Client, here: World):
    sign_in(client, here.owner)
    assertContains(client.post("/sets/new/"), "This field is required", status_code=422)
    assertContains(client.post(here.path("edit/")), "This field is required", status_code=422)


def test_an_editor_changes_the_set(client: Client, here: World):
    sign_in(client, here.editor)
    assertContains(client.get(here.path("edit/")), 'value="A seminar"')
    given = {"title": "Other", "description": "", "visibility": "public", "rights": ""}
    assertRedirects(client.post(here.path("edit/"), given), here.path())
    here.set.refresh_from_db()
    assert (here.set.title, here.set.visibility) == ("Other", "public")


# Documents


@pytest.mark.parametrize(
    "address",
    [
        "frus1981-88v03/d170",
        "frus1981-88v03 170",
        "/volumes/frus1981-88v03/d170/",
        "http://127.0.0.1:8000/volumes/frus1981-88v03/d170/?set=x#b4",
        "https://history.state.gov/historicaldocuments/frus1981-88v03/d170",
    ],
)
def test_a_document_is_added_by_any_of_its_addresses(client: Client, here: World, address: str):
    wanted = document("d170")
    sign_in(client, here.editor)
    response = client.post(here.path("documents/add/"), {"document": address})
    assertRedirects(response, here.path())
    assert wanted in here.set.documents.all()


@pytest.mark.parametrize("address", ["", "d169", "/", "nowhere/d1", "http://[bad", "\0/\0"])
def test_an_address_that_leads_nowhere_is_said_beside_the_field(
    client: Client, here: World, address: str
):
    sign_in(client, here.owner)
    response = client.post(here.path("documents/add/"), {"document": address})
    assertContains(response, 'class="errorlist"', status_code=422)
    assert here.set.set_documents.count() == 1


def test_a_document_with_annotations_is_not_taken_out_and_the_page_says_why(
    client: Client, here: World
):
    here.annotate()
    sign_in(client, here.owner)
    response = client.post(here.path("documents/frus1981-88v03/d169/remove/"))
    assertContains(response, "1 annotation of this set stands on it", status_code=422)
    assert here.set.set_documents.count() == 1


def test_a_document_without_annotations_is_taken_out(client: Client, here: World):
    sign_in(client, here.owner)
    response = client.post(here.path("documents/frus1981-88v03/d169/remove/"))
    assertRedirects(response, here.path())
    assert here.set.set_documents.count() == 0
    response = client.post(here.path("documents/frus1981-88v03/d169/remove/"))
    assert response.status_code == 404


def test_changes_need_a_post(client: Client, here: World):
    sign_in(client, here.owner)
    for page in ("renew-link/", "documents/add/", "documents/frus1981-88v03/d169/remove/"):
        assert client.get(here.path(page)).status_code == 405


def test_changes_need_a_token_of_our_own_form(here: World):
    client = Client(enforce_csrf_checks=True)
    sign_in(client, here.owner)
    assert client.post(here.path("renew-link/")).status_code == 403
    key = here.set.link_key
    here.set.refresh_from_db()
    assert here.set.link_key == key
