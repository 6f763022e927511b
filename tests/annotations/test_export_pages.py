"""The exports' page and its files: for those who see the set, as much as they see of it."""

from __future__ import annotations

import csv
import io
import json
import re
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.http import HttpResponse
from django.test import Client
from django.utils.html import escape
from pytest_django.asserts import assertContains, assertNotContains

from annotations.actions.merging import merge_themes
from annotations.actions.moderation import hide
from annotations.actions.promises import pseudonym_of
from annotations.actions.replies import create_reply
from annotations.actions.sets import add_document
from annotations.export import Taker
from annotations.filters import Asked
from annotations.formats import FORMATS
from annotations.formats.features import Feature, lost
from annotations.formats.package import Scope
from annotations.models import AnnotationSet, Naming, Rule
from annotations.models.annotations import AnnotationQuerySet
from annotations.outgoing import scope_of
from annotations.packing import counts
from annotations.sights import Sight
from annotations.viewers import Viewer
from annotations.views.exports import KINDS, _offer
from tests.annotations.worlds import World, document, world

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
        assertContains(response, escape(form.CARRIES))
        assertContains(response, f'href="/sets/a-seminar/exports/{form.NAME}/"')
    assertContains(response, "<b>1 annotation</b> goes out.")
    assertNotContains(response, 'name="private"')


def test_every_format_stands_on_a_shelf_and_ends_its_files_names():
    assert {form.KIND for form in FORMATS.values()} <= set(KINDS)
    assert all(re.fullmatch(r"(\.[a-z]+)+", form.SUFFIX) for form in FORMATS.values())


def test_the_page_offers_ones_own_private_annotations(client: Client, here: World):
    client.force_login(here.annotator)
    assertContains(client.get(here.path("exports/")), "With what only I see")
    response = client.get(here.path("exports/?private=1"))
    assertContains(response, "exports/csv/?private=1")
    assertContains(response, "<b>2 annotations</b> go out, 1 of them private to you.")


def offers(response: HttpResponse) -> dict[str, list[str]]:
    """What the page says that each format leaves out."""
    return {
        offer.form.NAME: [*offer.glance, *offer.more]
        for shelf in response.context["shelves"]
        for offer in shelf.offers
    }


def test_the_page_says_what_each_format_leaves_out_of_what_is_asked_for(
    client: Client, here: World
):
    made = here.annotate("Memorandum", themes=[here.linkage], note="First")
    create_reply(made, author=here.owner, note="Yes")
    client.force_login(here.reader)
    for query, found in (("", 2), ("?theme=linkage", 1), ("?q=nowhere", 0)):
        response = client.get(here.path(f"exports/{query}"))
        counted = counts(here.set, narrowed_rows(here, query), Taker(Viewer(here.reader.pk)), PART)
        assert counted[Feature.AUTHORS] == found
        for form in FORMATS.values():
            said = [one for one in lost(form.LOSES, counted) if "document" not in one]
            assert [one for one in offers(response)[form.NAME] if "document" not in one] == said
    whole = client.get(here.path("exports/"))
    assertContains(whole, "the definition of 1 theme")


PART = Scope(words="a part")


def narrowed_rows(here: World, query: str) -> AnnotationQuerySet:
    rows = here.set.annotations.filter(visibility="shared")
    if query == "?theme=linkage":
        return rows.filter(themes=here.linkage)
    return rows.none() if query else rows


def test_a_short_list_of_what_is_left_out_is_not_folded():
    class Small:
        NAME = "small"
        LOSES = frozenset({Feature.REPLIES, Feature.RIGHTS})

    class Large(Small):
        LOSES = frozenset(Feature)

    found = dict.fromkeys(Feature, 2)
    small, large = (_offer(form, "a", found, "") for form in (Small, Large))
    assert (small.glance, small.more) == (["2 replies", "the licence"], [])
    assert (len(large.glance), len(large.more)) == (3, len(Feature) - 3)
    none = _offer(Large, "a", {}, "?q=x")
    assert (none.glance, none.more) == ([], [])
    assert none.address == "/sets/a/exports/small/?q=x"


def test_a_part_of_the_set_goes_out_by_the_filters_of_its_list(client: Client, here: World):
    here.annotate("Memorandum", themes=[here.tacit], note="Tacitly", author=here.owner)
    add_document(here.set, document("d170"), actor=here.owner)
    client.force_login(here.annotator)
    for query, found in {
        "?theme=linkage": ["Tacitly"],
        "?theme=-": [],
        "?author=owner": ["Tacitly"],
        "?document=frus1981-88v03/d170": [],
        "?document=frus1981-88v03/d169": ["Tacitly", "Shared"],
        "?document=nowhere/d1": [],
        "?mine=1": ["Shared"],
        "?mine=1&private=1": ["Shared", "Mine"],
        "?sharing=private": ["Mine"],
        "?q=shared": ["Shared"],
        "?sort=newest": ["Tacitly", "Shared"],
    }.items():
        assert notes(file(client, here, "csv", query)) == found, query
        page = client.get(here.path(f"exports/{query}"))
        assert page.context["many"] == len(found), query


def test_the_files_of_a_page_are_asked_for_as_the_page_is(client: Client, here: World):
    client.force_login(here.annotator)
    page = client.get(here.path("exports/?theme=risk&theme=linkage&q=a&private=1&sort=newest"))
    query = "?theme=risk&amp;theme=linkage&amp;q=a&amp;private=1"
    assertContains(page, f'href="/sets/a-seminar/exports/csv/{query}"')
    part = client.get(
        here.path("exports/?document=&theme=risk"),
        headers={"HX-Request": "true", "HX-Target": "out"},
    )
    assert part["HX-Push-Url"] == "/sets/a-seminar/exports/?theme=risk"
    assert part.content.lstrip().startswith(b'<div id="out">')


def test_the_list_leads_to_an_export_of_what_it_shows(client: Client, here: World):
    client.force_login(here.reader)
    page = client.get(here.path("annotations/?theme=risk"))
    assertContains(page, 'href="/sets/a-seminar/exports/?theme=risk"')


@pytest.mark.parametrize(
    ("query", "name"),
    [
        ("?document=frus1981-88v03/d169", "a-seminar-d169"),
        ("?theme=risk", "a-seminar-risk"),
        ("?theme=risk&theme=linkage", "a-seminar-part"),
        ("?theme=risk&q=a", "a-seminar-part"),
        ("?theme=unknown", "a-seminar-part"),
        ("?sort=newest", "a-seminar"),
    ],
)
def test_a_file_of_a_part_says_so_in_its_name(client: Client, here: World, query: str, name: str):
    client.force_login(here.reader)
    response = client.get(here.path(f"exports/csv/{query}"))
    assert response["Content-Disposition"] == f'attachment; filename="{name}.csv"'


def test_no_filter_brings_out_what_one_does_not_see(client: Client, here: World):
    hidden = here.annotate("source", note="Hidden", author=here.owner)
    hide(hidden, actor=here.editor, reason="Off topic.")
    for who in (here.reader, here.annotator, here.editor, here.owner):
        client.force_login(who)
        for query in (
            "?state=hidden",
            "?author=owner",
            "?author=owner&private=1",
            "?sharing=private",
        ):
            text = file(client, here, "csv", query)
            assert "Hidden" not in text, query
            if who != here.owner:
                assert "The owner" not in text, query


@pytest.mark.parametrize("rule", [Rule.BLIND, Rule.EDITORS])
def test_in_a_blind_set_nothing_of_others_is_in_counts_or_files(
    client: Client, here: World, rule: str
):
    AnnotationSet.objects.filter(pk=here.set.pk).update(rule=rule)
    made = here.annotate("Memorandum", themes=[here.linkage], note="First")
    create_reply(made, author=here.annotator, note="Yes")
    client.force_login(here.reader)
    for query in ("", "?author=annotator", "?document=frus1981-88v03/d169", "?theme=risk", "?q=f"):
        page = client.get(here.path(f"exports/{query}"))
        assert (page.context["many"], page.context["replies"]) == (0, 0)
        assert notes(file(client, here, "csv", query)) == []
        assert not any("repl" in one or "note" in one for one in offers(page)["csv"])


def test_where_members_have_pseudonyms_no_filter_and_no_file_gives_a_name_away(
    client: Client, here: World
):
    AnnotationSet.objects.filter(pk=here.set.pk).update(naming=Naming.PSEUDONYM)
    User.objects.filter(pk=here.annotator.pk).update(first_name="Ada", last_name="Quill")
    here.annotate("Memorandum", note="First")
    alias = pseudonym_of(here.set, here.annotator)
    client.force_login(here.reader)
    for query in ("", "?author=annotator", f"?author={alias.slug}", f"?author={alias.slug}&q=f"):
        page = client.get(here.path(f"exports/{query}"))
        said = page.content.decode().replace(escape(query), "").replace("author=annotator", "")
        assert "Quill" not in said
        for form in FORMATS:
            assert b"Quill" not in client.get(here.path(f"exports/{form}/{query}")).getvalue()
    assert notes(file(client, here, "csv", "?author=annotator")) == []
    # An editor asks by name, and her file still has the pseudonym alone.
    client.force_login(here.editor)
    here.set.refresh_from_db()
    scope = scope_of(sight(here, here.editor), Asked(author=("annotator",)), Taker())
    assert scope.words == f"by {alias.name}"
    assert notes(file(client, here, "csv", "?author=annotator&q=first")) == ["First"]
    for form in FORMATS:
        path = here.path(f"exports/{form}/?author=annotator")
        assert b"Quill" not in client.get(path).getvalue()
    named = file(client, here, "csv", "?author=annotator&names=1")
    assert "annotator" in named


def sight(here: World, user: User) -> Sight:
    return Sight(here.set, Viewer(user.pk), here.set.memberships.get(user=user).role)


def test_a_scope_says_in_words_what_was_asked_for(here: World):
    asked = Asked(theme=("risk", "-"), match="all", q="day", since="2026-01-01", mine="1")
    scope = scope_of(sight(here, here.editor), asked, Taker())
    assert [one.name for one in scope.themes] == ["Risk"]
    said = "without a theme; with all of these themes; from 2026-01-01; with day; "
    assert scope.words == said + "by whoever took them out"
    assert scope_of(sight(here, here.editor), Asked(document="a/b"), Taker()).document == "a/b"


def test_of_a_merged_theme_a_file_says_what_it_has_become(here: World):
    merge_themes(here.set, [here.risk], here.linkage, actor=here.owner)
    scope = scope_of(sight(here, here.editor), Asked(theme=("risk", "linkage")), Taker())
    assert [theme.slug for theme in scope.themes] == ["linkage"]


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


def test_a_set_is_cited_in_every_form(client: Client, here: World, settings: Any):
    settings.SITE_URL = "https://example.org"
    User.objects.filter(pk=here.owner.pk).update(first_name="Ada", last_name="Owner")
    client.force_login(here.reader)
    page = client.get(here.path("exports/"))
    assertContains(page, "Ada Owner, ed., “A seminar,” annotation set, ")
    assertContains(page, "https://example.org/sets/a-seminar/.")
    for suffix, begins in (
        ("txt", "Ada Owner, ed., “A seminar,”"),
        ("bib", "@misc{a-seminar,"),
        ("ris", "TY  - DATA"),
        ("csl.json", "["),
    ):
        assertContains(page, f'href="/sets/a-seminar/cite.{suffix}"')
        response = client.get(here.path(f"cite.{suffix}"))
        assert response.content.decode().startswith(begins)
        assert response["Content-Disposition"].endswith(f'"a-seminar.{suffix}"')
    assert client.get(here.path("cite.pdf")).status_code == 404


def test_the_page_asks_the_database_so_many_things(
    client: Client, here: World, django_assert_num_queries
):
    client.force_login(here.annotator)
    client.get(here.path("exports/"))
    # Session, account, set; seven counts; documents, themes to choose from (kept), own private.
    with django_assert_num_queries(3 + 7 + 2):
        client.get(here.path("exports/"))
    # The part alone; with a theme its words for the files.
    part = {"HX-Request": "true", "HX-Target": "out"}
    with django_assert_num_queries(3 + 1 + 7):
        client.get(here.path("exports/?theme=risk"), headers=part)
