"""The pages of annotations on changed texts: who sees what, who decides, and what it costs."""

from __future__ import annotations

from typing import Any

import pytest
from django.contrib.auth.models import User
from django.template.loader import render_to_string
from django.test import Client
from pytest_django.asserts import assertContains, assertNotContains

from annotations.actions.carrying import reanchor
from annotations.models import Anchoring, Annotation, History, State, Visibility
from archive.models import Import
from tests.annotations import worlds
from tests.annotations.worlds import world

pytestmark = pytest.mark.django_db

OLD = (
    "169. Memorandum\n"
    "With Afghanistan Day behind us, we must speak of linkage in the coming talks.\n"
    "The allies will watch closely, and so will all of our friends in the region.\n"
    "A source for the note."
)
NEW = OLD.replace("speak of linkage", "speak openly of linkage").replace(
    OLD.split("\n")[2], "There is nothing else that the friends in this wide region say."
)


class Changed:
    """A world whose document got a new edition: one annotation of each verdict."""

    def __init__(self) -> None:
        self.world = world(visibility=Visibility.PUBLIC)
        worlds.edition(self.world.document, OLD)
        self.sure = self.world.annotate("Afghanistan Day behind us")
        self.review = self.world.annotate("speak of linkage", note="A note")
        self.orphan = self.world.annotate("watch closely, and so")
        self.run = Import.objects.create(name="d169.xml", volume=self.world.document.volume)
        old = self.world.edition
        new = worlds.edition(self.world.document, NEW)
        reanchor(old.pk, new.pk, self.run)


@pytest.fixture
def here() -> Changed:
    return Changed()


def page_of(annotation: Annotation) -> str:
    return f"{annotation.get_absolute_url()}anchoring/"


def decide(client: Client, annotation: Annotation, decision: str, **more: Any) -> Any:
    """What the page's button sends, with the row that the page shows."""
    row = Anchoring.objects.get(annotation=annotation, latest=True)
    return client.post(page_of(annotation), {"decision": decision, "row": row.pk}, **more)


def again(annotation: Annotation) -> Annotation:
    return Annotation.objects.get(pk=annotation.pk)


def sign_in(client: Client, user: User) -> Client:
    client.force_login(user)
    return client


def test_the_list_begins_with_what_waits_and_has_all_else_one_click_away(
    client: Client, here: Changed
):
    page = here.world.path("anchoring/")
    html = client.get(page).content.decode()
    assert "needs review" in html and "not found" in html
    assert page_of(here.review) in html and page_of(here.orphan) in html
    assert page_of(here.sure) not in html
    assert '<span class="differs">openly </span>' in html
    assert page_of(here.sure) in client.get(f"{page}?show=settled").content.decode()
    only = client.get(f"{page}?show=orphan").content.decode()
    assert page_of(here.orphan) in only and page_of(here.review) not in only


def test_the_list_can_be_had_for_one_document(client: Client, here: Changed):
    page = here.world.path("anchoring/")
    assertContains(client.get(f"{page}?document=frus1981-88v03/d169"), page_of(here.review))
    assertNotContains(client.get(f"{page}?document=frus1981-88v03/d1"), page_of(here.review))
    assert client.get(f"{page}?document=no/%00/such").status_code == 200


def test_the_list_costs_the_same_however_long_it_is(
    client: Client, here: Changed, django_assert_num_queries
):
    sign_in(client, here.world.owner)
    page = here.world.path("anchoring/?show=open")
    client.get(page)
    # Session, account, set; counts, page counted and read, documents.
    with django_assert_num_queries(8):
        client.get(page)
    old = worlds.edition(here.world.document, OLD)
    for _ in range(10):
        here.world.annotate("watch closely, and so")
    reanchor(old.pk, worlds.edition(here.world.document, NEW).pk)
    with django_assert_num_queries(8):
        assert len(client.get(page).context["lines"]) == 12


def test_what_is_private_or_deleted_is_in_no_list(client: Client, here: Changed):
    Annotation.objects.filter(pk=here.review.pk).update(visibility="private")
    page = here.world.path("anchoring/")
    sign_in(client, here.world.editor)
    assertNotContains(client.get(page), page_of(here.review))
    assert client.get(page_of(here.review)).status_code == 404
    sign_in(client, here.world.annotator)
    assertContains(client.get(page), page_of(here.review))


def test_a_set_that_one_may_not_see_has_no_such_pages(client: Client, here: Changed):
    here.world.set.visibility = Visibility.PRIVATE
    here.world.set.save()
    assert client.get(here.world.path("anchoring/")).status_code == 404
    assert client.get(page_of(here.review)).status_code == 404
    sign_in(client, here.world.stranger)
    assert client.get(page_of(here.review)).status_code == 404


def test_both_texts_stand_side_by_side(client: Client, here: Changed):
    sign_in(client, here.world.annotator)
    html = client.get(page_of(here.review)).content.decode()
    assert "Edition 2" in html and "Edition 3" in html
    assert '<mark class="c1 f1 d1">speak <span class="differs">openly </span>of linkage' in html
    assert "It stands right" in html
    assert "The next one to look at" in html


def test_one_page_asks_the_database_a_fixed_number_of_times(
    client: Client, here: Changed, django_assert_num_queries
):
    sign_in(client, here.world.annotator)
    client.get(page_of(here.orphan))
    # Session, account, annotation, document, sets, its row, old text, next one.
    with django_assert_num_queries(9):
        client.get(page_of(here.orphan))


def test_an_annotation_that_never_moved_has_no_such_page(client: Client, here: Changed):
    fresh = here.world.annotate("nothing else")
    assert client.get(page_of(fresh)).status_code == 404


@pytest.mark.parametrize("who", ["annotator", "editor", "owner"])
def test_its_author_and_managers_settle_it_and_take_it_back(
    client: Client, here: Changed, who: str
):
    user = getattr(here.world, who)
    sign_in(client, user)
    response = decide(client, here.review, "confirm", follow=True)
    assertContains(response, "It stands right. You can still take that back.")
    assert again(here.review).anchor == ""
    assert decide(client, here.review, "confirm").status_code == 409
    decide(client, here.review, "undo")
    assert again(here.review).anchor == "review"


@pytest.mark.parametrize("who", ["reader", "stranger", None])
def test_nobody_else_decides(client: Client, here: Changed, who: str | None):
    if who:
        sign_in(client, getattr(here.world, who))
    assertNotContains(client.get(page_of(here.review)), 'value="confirm"')
    response = decide(client, here.review, "confirm")
    assert response.status_code == (403 if who else 302)
    assert again(here.review).anchor == "review"


def test_in_a_frozen_set_nobody_decides(client: Client, here: Changed):
    here.world.set.state = State.FROZEN
    here.world.set.save()
    sign_in(client, here.world.owner)
    assert decide(client, here.review, "confirm").status_code == 403


def test_an_orphan_is_put_at_a_place_that_is_offered_or_at_none(client: Client, here: Changed):
    sign_in(client, here.world.editor)
    words = "the friends in this wide region"
    start = here.world.edition.text.index(words)
    given = {"start": start, "end": start + len(words), "quote": words, "decision": "attach"}
    assert client.post(page_of(here.orphan), given | {"quote": "other"}).status_code == 409
    assert again(here.orphan).anchor == "orphan"
    assert client.post(page_of(here.orphan), {"decision": "attach"}).status_code == 409
    assert client.post(page_of(here.orphan), {"decision": "?"}).status_code == 422
    assert client.post(page_of(here.orphan), given).status_code == 302
    found = again(here.orphan)
    assert (found.quote, found.anchor, found.edition) == (words, "", here.world.edition)
    decide(client, here.orphan, "undo")
    assert (again(here.orphan).quote, again(here.orphan).anchor) == (here.orphan.quote, "orphan")


def test_places_with_like_words_are_offered_at_one_click(client: Client, here: Changed):
    old, words = here.world.edition, "nothing else that the friends"
    here.world.annotate(words)
    moved = NEW.replace("There is nothing else", "It is").replace(
        "A source", "There is nothing else then that other friends know. A source"
    )
    reanchor(old.pk, worlds.edition(here.world.document, moved).pk)
    sign_in(client, here.world.annotator)
    response = client.get(page_of(Annotation.objects.latest("pk")))
    offered = response.context["sides"].places
    assert offered, "no place is offered"
    first = offered[0]
    given = {"start": first.start, "end": first.end, "quote": first.quote, "decision": "attach"}
    assert client.post(page_of(Annotation.objects.latest("pk")), given).status_code == 302
    assert Annotation.objects.latest("pk").quote == first.quote


def test_by_its_words_the_place_is_given_by_author_and_managers_alone(
    client: Client, here: Changed
):
    address = f"{here.orphan.get_absolute_url()}passage/"
    sign_in(client, here.world.reader)
    assert client.get(address).status_code == 403
    sign_in(client, here.world.editor)
    assertContains(client.get(f"{address}?words=nothing+else"), "Found once")
    start = here.world.edition.text.index("nothing else")
    given = {"start": start, "end": start + 12, "quote": "nothing else"}
    assert client.post(address, given).status_code == 302
    assert (again(here.orphan).anchor, again(here.orphan).edition) == ("", here.world.edition)
    # It is settled now: what is not open only its author moves.
    assert client.post(address, given).status_code == 403


def test_the_readers_cards_and_the_line_below_the_text_lead_there(client: Client, here: Changed):
    html = client.get(f"{here.world.document.get_absolute_url()}?set=a-seminar").content.decode()
    assert html.count("Needs review") == 1
    assert page_of(here.review) in html
    assert "1 annotation of this set stands in an earlier edition" in html
    assert "/sets/a-seminar/anchoring/?document=frus1981-88v03/d169" in html
    assertContains(client.get(here.orphan.get_absolute_url()), "Not in the new text")
    assertContains(client.get(here.world.path()), "2 annotations to look at")


def test_a_settled_card_says_nothing_more(client: Client, here: Changed):
    sign_in(client, here.world.owner)
    decide(client, here.review, "confirm")
    html = client.get(f"{here.world.document.get_absolute_url()}?set=a-seminar").content.decode()
    assert "Needs review" not in html


def test_an_imports_page_is_for_staff_and_shows_only_what_they_may_see(
    client: Client, here: Changed, django_assert_num_queries
):
    address = f"/imports/{here.run.pk}/anchoring/"
    assert client.get(address).status_code == 404
    sign_in(client, here.world.owner)
    assert client.get(address).status_code == 404
    staff = User.objects.create_user("staff", is_staff=True)
    sign_in(client, staff)
    html = client.get(address).content.decode()
    assert page_of(here.review) in html and "d169.xml" in html
    assert "not listed here" not in html
    Annotation.objects.filter(pk=here.review.pk).update(visibility="private")
    # Session, account, import; summary in two, its seen rows, counts, page counted and read.
    with django_assert_num_queries(11):
        html = client.get(address).content.decode()
    assert page_of(here.review) not in html
    assert "1 of them is not listed here" in html
    assert client.get("/imports/999999/anchoring/").status_code == 404


def test_every_decision_leaves_its_history(client: Client, here: Changed):
    sign_in(client, here.world.editor)
    decide(client, here.review, "confirm")
    decide(client, here.review, "undo")
    rows = History.objects.filter(key=str(here.review.uuid)).order_by("pk")
    assert [(row.action, row.actor) for row in rows] == [
        ("create", here.world.annotator),
        ("reanchor", None),
        ("confirm", here.world.editor),
        ("undecide", here.world.editor),
    ]
    assert Anchoring.objects.filter(annotation=here.review).count() == 1


def test_the_page_of_an_import_says_what_it_did_to_annotations(client: Client, here: Changed):
    here.run.report = {"followed": ["3 annotations on changed texts."]}
    here.run.state = "done"
    here.run.save()
    html = render_to_string("annotations/anchoring/import_section.html", {"run": here.run})
    assert f"/imports/{here.run.pk}/anchoring/" in html
    assert "<dt>Still open</dt><dd>2</dd>" in html
    here.run.report = {}
    html = render_to_string("annotations/anchoring/import_section.html", {"run": here.run})
    assert html.strip() == ""


def test_nobody_decides_about_a_place_that_she_has_not_seen(client: Client, here: Changed):
    sign_in(client, here.world.annotator)
    html = client.get(page_of(here.review)).content.decode()
    seen = Anchoring.objects.get(annotation=here.review, latest=True)
    assert f'name="row" value="{seen.pk}"' in html
    old = here.world.edition
    new = worlds.edition(here.world.document, NEW.replace("openly of linkage", "less of linkage"))
    reanchor(old.pk, new.pk)
    sent = {"decision": "confirm", "row": seen.pk}
    response = client.post(page_of(here.review), sent)
    assertContains(response, "look again", status_code=409)
    assert again(here.review).anchor == "review"
    assert client.post(page_of(here.review), {"decision": "confirm"}).status_code == 409
    assert decide(client, here.review, "confirm").status_code == 302
    assert client.post(page_of(here.review), {**sent, "decision": "undo"}).status_code == 409
    assert again(here.review).anchor == ""


def test_an_import_of_someones_own_document_is_for_no_staff(client: Client, here: Changed):
    sign_in(client, User.objects.create_user("staff", is_staff=True))
    page = f"/imports/{here.run.pk}/anchoring/"
    assert client.get(page).status_code == 200
    volume = here.world.document.volume
    volume.owner, volume.is_listed = here.world.owner, False
    volume.save()
    assert client.get(page).status_code == 404
