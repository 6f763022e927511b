"""The pages that belong to no set: the start, health, what is refused, the style page."""

from __future__ import annotations

import re
from typing import Any

import pytest
from django.test import Client

from annotations.models import Role, Visibility
from tests.factories import (
    AnnotationSetFactory,
    DocumentFactory,
    EditionFactory,
    MembershipFactory,
    UserFactory,
)

pytestmark = pytest.mark.django_db

INLINE = re.compile(r"<script(?![^>]*src=)|<style|\sstyle=|\son\w+=")


def body(answer: Any, status: int = 200) -> str:
    assert answer.status_code == status
    html = answer.content.decode()
    assert not INLINE.search(html)
    return str(html)


def test_an_empty_server_says_what_to_do_first(client: Client) -> None:
    html = body(client.get("/"))
    assert "import_tei" in html
    assert "No set can be read here yet" in html


def test_the_start_shows_guests_the_documents_and_the_public_sets_alone(client: Client) -> None:
    document = EditionFactory().document
    DocumentFactory(heading="999. Without an edition")
    AnnotationSetFactory(title="For everyone")
    AnnotationSetFactory(title="By a link", visibility=Visibility.LINK)
    AnnotationSetFactory(title="Behind doors", visibility=Visibility.PRIVATE)
    html = body(client.get("/"))
    assert document.get_absolute_url() in html
    assert "For everyone" in html
    for hidden in ("By a link", "Behind doors", "Without an edition"):
        assert hidden not in html


def test_the_start_shows_members_their_own_sets_too(client: Client) -> None:
    room = AnnotationSetFactory(title="Behind doors", visibility=Visibility.PRIVATE)
    client.force_login(MembershipFactory(annotation_set=room, role=Role.READER).user)
    assert "Behind doors" in body(client.get("/"))


def test_the_start_costs_the_same_however_much_there_is(
    client: Client, django_assert_num_queries: Any
) -> None:
    for _ in range(3):
        EditionFactory()
        AnnotationSetFactory()
    with django_assert_num_queries(2):
        client.get("/")
    client.force_login(UserFactory())
    # Session and account, sets, documents, whether an assignment waits, where she stopped, and
    # whether something was said to her.
    with django_assert_num_queries(7):
        client.get("/")


def test_health_is_told_in_one_query_and_to_everyone(
    client: Client, django_assert_num_queries: Any
) -> None:
    with django_assert_num_queries(1):
        answer = client.get("/healthz")
    assert answer.json() == {"status": "ok"}
    assert "no-store" in answer["Cache-Control"]
    assert client.post("/healthz").status_code == 405


@pytest.mark.parametrize(
    "path",
    ["/nothing/", "/volumes/none/", "/volumes/none/d1/", "/sets/none/", "/sets/none/members/"],
)
def test_what_is_not_there_says_so_in_a_page_of_ours(client: Client, path: str) -> None:
    html = body(client.get(path), 404)
    assert 'class="bar"' in html
    assert "There is nothing here that you can see" in html


def test_a_set_that_one_may_not_see_looks_as_one_that_is_not_there(client: Client) -> None:
    room = AnnotationSetFactory(visibility=Visibility.PRIVATE)
    client.force_login(UserFactory())
    hidden = body(client.get(f"/sets/{room.slug}/"), 404)
    missing = body(client.get(f"/sets/{'x' * len(room.slug)}/"), 404)
    token = re.compile(r'"X-CSRFToken": "\w+"')
    assert token.sub("", hidden) == token.sub("", missing)


def test_what_one_may_see_but_not_do_says_so_and_what_is_safe(client: Client) -> None:
    room = AnnotationSetFactory()
    client.force_login(MembershipFactory(annotation_set=room, role=Role.READER).user)
    html = body(client.get(f"/sets/{room.slug}/edit/"), 403)
    assert 'class="bar"' in html
    assert "Nothing was changed" in html


def test_a_host_that_the_server_was_not_told_of_is_refused(client: Client) -> None:
    html = body(client.get("/", headers={"host": "evil.example"}), 400)
    assert "APPARATUS_HOSTS" in html
    assert "evil.example" not in html


def test_the_style_page_is_there_for_those_who_work_on_the_app_alone(
    client: Client, settings: Any
) -> None:
    assert client.get("/style/").status_code == 404
    settings.DEBUG = True
    html = body(client.get("/style/"))
    for colour in range(1, 9):
        for line in range(1, 6):
            assert f'class="chip c{colour} f{line}"' in html
            assert f'class="c{colour} f{line} d1"' in html
