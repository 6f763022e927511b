"""The exports' page and its files: for those who see the set, as much as they see of it."""

from __future__ import annotations

import csv
import io
import json

import pytest
from django.test import Client
from pytest_django.asserts import assertContains, assertNotContains

from annotations.actions.replies import create_reply
from annotations.formats import FORMATS
from tests.annotations.worlds import World, world

pytestmark = pytest.mark.django_db


@pytest.fixture
def here() -> World:
    made = world()
    made.annotate(themes=[made.risk], note="Shared")
    made.annotate("linkage", visibility="private", note="Mine")
    made.annotate("source", visibility="private", note="The owner's", author=made.owner)
    return made


def file(client: Client, here: World, form: str, tail: str = "") -> str:
    response = client.get(here.path(f"exports/{form}/{tail}"))
    assert response.status_code == 200
    assert response.streaming
    return response.getvalue().decode()


def notes(text: str) -> list[str]:
    return [row["note"] for row in csv.DictReader(io.StringIO(text, newline=""))]


def test_the_page_says_what_each_format_carries_and_leads_to_it(client: Client, here: World):
    client.force_login(here.reader)
    response = client.get(here.path("exports/"))
    for form in FORMATS.values():
        assertContains(response, form.CARRIES)
        assertContains(response, f'href="/sets/a-seminar/exports/{form.NAME}/"')
    assertContains(response, "1 shared annotation of")
    assertNotContains(response, "private=1")


def test_the_page_offers_ones_own_private_annotations(client: Client, here: World):
    client.force_login(here.annotator)
    response = client.get(here.path("exports/"))
    assertContains(response, "exports/csv/?private=1")
    assertContains(response, "With my 1 private annotation")


def test_a_file_holds_what_is_shared_and_on_demand_ones_own(client: Client, here: World):
    client.force_login(here.annotator)
    assert notes(file(client, here, "csv")) == ["Shared"]
    assert notes(file(client, here, "csv", "?private=1")) == ["Shared", "Mine"]
    client.force_login(here.reader)
    assert notes(file(client, here, "csv", "?private=1")) == ["Shared"]


def test_the_anonymous_take_a_public_set_without_anything_private(client: Client):
    here = world(visibility="public")
    here.annotate(note="Shared")
    here.annotate("linkage", visibility="private", note="Mine")
    assert notes(file(client, here, "csv", "?private=1")) == ["Shared"]


def test_the_json_is_one_document_with_every_item(client: Client, here: World, settings):
    settings.SITE_URL = "https://example.org"
    made = here.annotate("Memorandum", note="First")
    create_reply(made, author=here.owner, note="Yes")
    client.force_login(here.reader)
    document = json.loads(file(client, here, "w3c"))
    assert document["id"] == "https://example.org/sets/a-seminar/exports/w3c/"
    assert document["total"] == 3
    assert [item["motivation"] for item in document["first"]["items"]] == [
        "commenting",
        "replying",
        ["tagging", "commenting"],
    ]


@pytest.mark.parametrize(
    ("form", "kind", "name"),
    [
        (
            "w3c",
            'application/ld+json; profile="http://www.w3.org/ns/anno.jsonld"',
            "a-seminar.jsonld",
        ),
        ("csv", "text/csv; charset=utf-8; header=present", "a-seminar.csv"),
    ],
)
def test_a_file_has_its_type_and_name_and_is_kept_by_no_cache(
    client: Client, here: World, form: str, kind: str, name: str
):
    client.force_login(here.reader)
    response = client.get(here.path(f"exports/{form}/"))
    assert response["Content-Type"] == kind
    assert response["Content-Disposition"] == f'attachment; filename="{name}"'
    assert "no-store" in response["Cache-Control"]


def test_an_unknown_format_is_not_there(client: Client, here: World):
    client.force_login(here.owner)
    assert client.get(here.path("exports/pdf/")).status_code == 404


def test_nobody_posts_to_an_export(client: Client, here: World):
    client.force_login(here.owner)
    assert client.post(here.path("exports/csv/")).status_code == 405


def test_the_page_asks_the_database_five_things(
    client: Client, here: World, django_assert_num_queries
):
    client.force_login(here.annotator)
    client.get(here.path("exports/"))
    # Session, account, set; shared and seen annotations.
    with django_assert_num_queries(5):
        client.get(here.path("exports/"))
    # … for a file: three counts; the codebook; the annotations; seven for a chunk of them.
    with django_assert_num_queries(3 + 3 + 1 + 1 + 7):
        file(client, here, "csv")
