"""The pages of sets: who sees which, who changes what, and how much they ask of the database."""

from __future__ import annotations

import pytest
from django.test import Client
from pytest_django.asserts import assertContains, assertNotContains, assertRedirects

from annotations.actions.sets import add_document, create_set
from tests.annotations.worlds import World, document, user, world

pytestmark = pytest.mark.django_db

# Session and account, the set with its role, owner and codebook: three.
ROOM = 3


@pytest.fixture
def here() -> World:
    return world()


def sign_in(client: Client, who: object) -> None:
    client.force_login(who)  # type: ignore[arg-type]


# Who sees a set


def test_a_private_set_is_not_there_for_strangers_and_the_anonymous(client: Client, here: World):
    pages = ("", "edit/", "members/", "codebook/", "codebook/edit/", "exports/", "exports/csv/")
    for who in (None, here.stranger):
        if who:
            sign_in(client, who)
        assert [client.get(here.path(page)).status_code for page in pages] == [404] * len(pages)
        assertNotContains(client.get("/sets/"), "A seminar")


@pytest.mark.parametrize("name", ["owner", "editor", "annotator", "reader"])
def test_every_member_sees_the_set(client: Client, here: World, name: str):
    sign_in(client, getattr(here, name))
    assertContains(client.get(here.path()), "A seminar")
    assertContains(client.get("/sets/"), f'<span class="role">{name}</span>')


def test_a_public_set_is_read_by_everyone(client: Client):
    here = world(visibility="public")
    for page in ("", "codebook/", "exports/", "exports/w3c/"):
        assert client.get(here.path(page)).status_code == 200
    assertContains(client.get("/sets/"), "A seminar")
    response = client.get(here.path())
    assertNotContains(response, "/edit/")
    assertNotContains(response, "/link/")


def test_what_one_sees_but_may_not_change_is_refused(client: Client):
    here = world(visibility="public")
    link = here.set.link_key
    for who in (None, here.stranger, here.reader, here.annotator):
        client.logout()
        if who:
            sign_in(client, who)
        for page in ("edit/", "codebook/edit/", "codebook/new/", "codebook/risk/edit/"):
            assert client.get(here.path(page)).status_code == 403
        for page in ("edit/", "renew-link/", "documents/add/", "members/", "codebook/new/"):
            assert client.post(here.path(page), {"title": "Mine"}).status_code == 403
        remove = here.path("documents/frus1981-88v03/d169/remove/")
        assert client.post(remove).status_code == 403
    here.set.refresh_from_db()
    assert (here.set.title, here.set.link_key) == ("A seminar", link)
    assert here.set.set_documents.count() == 1


def test_a_link_opens_a_set_for_this_session_alone(client: Client):
    here = world(visibility="link")
    assert client.get(here.path()).status_code == 404
    assertRedirects(client.get(here.path(f"link/{here.set.link_key}/")), here.path())
    assertContains(client.get(here.path()), "A seminar")
    assert client.get(here.path("edit/")).status_code == 403
    assert Client().get(here.path()).status_code == 404


def test_several_links_stay_open_side_by_side(client: Client):
    here = world(visibility="link")
    other = create_set(owner=here.owner, title="Other", visibility="link")
    for one in (here.set, other, here.set):
        client.get(f"/sets/{one.slug}/link/{one.link_key}/")
    assert client.session["link_keys"] == [other.link_key, here.set.link_key]
    assertContains(client.get("/sets/"), "Other")
    assertContains(client.get("/sets/"), "A seminar")


@pytest.mark.parametrize("visibility", ["private", "link", "public"])
def test_a_wrong_key_opens_nothing(client: Client, visibility: str):
    here = world(visibility=visibility)
    assert client.get(here.path("link/wrong/")).status_code == 404
    assert client.get(f"/sets/nowhere/link/{here.set.link_key}/").status_code == 404
    assert "link_keys" not in client.session


def test_a_key_does_not_open_a_set_that_is_private_now(client: Client, here: World):
    assert client.get(here.path(f"link/{here.set.link_key}/")).status_code == 404


def test_a_renewed_link_shuts_out_who_came_by_the_old_one(client: Client):
    here = world(visibility="link")
    client.get(here.path(f"link/{here.set.link_key}/"))
    manager = Client()
    sign_in(manager, here.owner)
    assertContains(manager.get(here.path()), here.set.link_key)
    assertRedirects(manager.post(here.path("renew-link/")), here.path())
    assert client.get(here.path()).status_code == 404


def test_only_who_manages_a_set_sees_its_link(client: Client):
    here = world(visibility="link")
    sign_in(client, here.annotator)
    assertNotContains(client.get(here.path()), here.set.link_key)


# The list


def test_the_empty_list_says_what_to_do_next(client: Client):
    assertContains(client.get("/sets/"), "Sign in</a> to see your own")
    sign_in(client, user("ada"))
    response = client.get("/sets/")
    assertContains(response, "You are in no set yet")
    assertContains(response, "your user name is ada")


def test_the_list_counts_what_the_viewer_sees(client: Client, here: World):
    here.annotate()
    here.annotate("linkage", visibility="private")
    sign_in(client, here.annotator)
    assertContains(client.get("/sets/"), "2 annotations")
    sign_in(client, here.reader)
    assertContains(client.get("/sets/"), "1 annotation ")


def test_a_long_list_has_pages(client: Client):
    ada = user("ada")
    for number in range(30):
        create_set(owner=ada, title=f"Set {number:02}", visibility="public")
    first, second = client.get("/sets/"), client.get("/sets/?others=2")
    assertContains(first, "Set 24")
    assertNotContains(first, "Set 25")
    assertContains(second, "Set 25")
    assertContains(second, "2 of 2")


def test_the_list_asks_the_database_eight_things_however_long_it_is(
    client: Client, django_assert_num_queries
):
    here = world(visibility="public")
    sign_in(client, here.owner)
    for number in range(5):
        create_set(owner=here.owner, title=f"Mine {number}")
        create_set(owner=here.editor, title=f"Public {number}", visibility="public")
    client.get("/sets/")
    # Session, account; each list counted and read; their annotations.
    with django_assert_num_queries(7):
        client.get("/sets/")


# A set's page


def test_the_page_shows_documents_with_links_to_the_reader_and_counts(client: Client, here: World):
    add_document(here.set, document("d170"), actor=here.owner)
    here.annotate()
    here.annotate("linkage", visibility="private")
    sign_in(client, here.reader)
    response = client.get(here.path())
    assertContains(response, '<a href="/volumes/frus1981-88v03/d169/?set=a-seminar">')
    assert response.context["documents"][0][1] == 1
    assert response.context["documents"][1][1] == 0
    sign_in(client, here.annotator)
    assert client.get(here.path()).context["documents"][0][1] == 2


def test_a_set_without_documents_and_themes_says_what_to_do_next(client: Client):
    ada = user("ada")
    made = create_set(owner=ada, title="Bare")
    sign_in(client, ada)
    response = client.get(f"/sets/{made.slug}/")
    assertContains(response, "No document is in this set yet")
    assertContains(response, "Add the first theme")


def test_the_page_asks_the_database_the_same_however_much_is_in_the_set(
    client: Client, django_assert_num_queries, here: World
):
    sign_in(client, here.owner)
    client.get(here.path())
    # Documents counted and read, annotations, those to look at, members, themes, suggestions.
    with django_assert_num_queries(ROOM + 7):
        client.get(here.path())
    for number in range(170, 180):
        add_document(here.set, document(f"d{number}"), actor=here.owner)
    for _ in range(5):
        here.annotate(themes=[here.risk, here.tacit])
    with django_assert_num_queries(ROOM + 7):
        client.get(here.path())


def test_a_long_list_of_documents_has_pages(client: Client, here: World):
    for number in range(200, 260):
        add_document(here.set, document(f"d{number}"), actor=here.owner)
    sign_in(client, here.reader)
    assert len(client.get(here.path()).context["documents"]) == 50
    assert len(client.get(here.path("?page=2")).context["documents"]) == 11


def test_what_people_write_is_never_mark_up(client: Client):
    ada = user("ada")
    attack = "<script>alert(1)</script>"
    made = create_set(owner=ada, title=attack, description=attack)
    sign_in(client, ada)
    for page in ("/sets/", f"/sets/{made.slug}/", f"/sets/{made.slug}/exports/"):
        assertNotContains(client.get(page), "<script>alert")
