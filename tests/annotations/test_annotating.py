"""Annotating: what is saved is what was seen, by those who may, and nothing is lost."""

from __future__ import annotations

import json
import re
from typing import Any

import pytest
from django.db import IntegrityError, transaction
from django.http import HttpResponse
from django.test import Client

from annotations.actions.annotations import delete_annotation
from annotations.actions.replies import create_reply, delete_reply
from annotations.models import Annotation, AnnotationSet, History, Reply, SetDocument, Visibility
from annotations.passages import PassageFault
from archive.kept import forget_all
from tests.annotations.worlds import World, world

pytestmark = pytest.mark.django_db
ADDRESS = "/volumes/frus1981-88v03/d169/"
STATES = ("open", "closed", "frozen")


@pytest.fixture
def here() -> World:
    forget_all()
    return world(visibility=Visibility.PUBLIC)


def given(here: World, words: str = "Afghanistan Day", **changes: Any) -> dict[str, Any]:
    start = here.edition.text.index(words)
    form = {"start": start, "end": start + len(words), "quote": words, "visibility": "shared"}
    return form | changes


def annotate(client: Client, here: World, form: dict[str, Any], htmx: bool = True) -> HttpResponse:
    headers = {"HX-Request": "true", "HX-Current-URL": f"http://testserver{ADDRESS}"}
    path = here.path("annotate/frus1981-88v03/d169/")
    return client.post(path, form, headers=headers if htmx else None)


def test_saving_sends_the_changed_block_and_its_cards(client: Client, here: World) -> None:
    client.force_login(here.annotator)
    form = given(here, themes=[here.risk.pk, here.linkage.pk], note="A *day*")
    response = annotate(client, here, form)
    html = response.content.decode()
    made = Annotation.objects.get()
    assert response["HX-Reswap"] == "none"
    assert json.loads(response["HX-Trigger"])["apparatus:changed"]["uuid"] == str(made.uuid)
    assert 'id="b1" data-start="16" hx-swap-oob="true">With <mark class="c1 f1 s2 g2 d1">' in html
    assert 'id="cards-1" data-block="1" hx-swap-oob="true">' in html
    assert f'id="a-{made.uuid}"' in html and 'id="b0"' not in html
    assert "/edit/" in html and "\x00" not in html


def test_an_annotation_keeps_quote_context_themes_and_history(client: Client, here: World) -> None:
    client.force_login(here.annotator)
    annotate(client, here, given(here, themes=[here.risk.pk, here.linkage.pk], note="x"))
    made = Annotation.objects.get()
    text = here.edition.text
    assert text[made.start : made.end] == made.quote == "Afghanistan Day"
    assert text[: made.start].endswith(made.prefix) and text[made.end :].startswith(made.suffix)
    assert made.theme_ids == f"{here.linkage.pk} {here.risk.pk}"
    assert set(made.themes.all()) == {here.linkage, here.risk}
    row = History.objects.get(kind="annotation")
    assert (row.action, row.actor, row.key) == ("create", here.annotator, str(made.uuid))


def test_without_javascript_saving_leads_back_to_the_place(client: Client, here: World) -> None:
    client.force_login(here.annotator)
    response = annotate(client, here, given(here), htmx=False)
    assert response.status_code == 302
    assert response["Location"] == f"{ADDRESS}?set={here.set.slug}#b1"


def test_other_words_than_those_seen_are_refused_and_told(client: Client, here: World) -> None:
    client.force_login(here.annotator)
    response = annotate(client, here, given(here, quote="Pakistan Day", note="what I wrote"))
    html = response.content.decode()
    assert response.status_code == 409
    assert "“Afghanistan Day” stands there now" in html and "what I wrote" in html
    assert (
        not Annotation.objects.exists() and not History.objects.filter(kind="annotation").exists()
    )


@pytest.mark.parametrize(
    "changes",
    [
        {"start": "x"},
        {"quote": ""},
        {"visibility": "everyone"},
        {"themes": ["999999"]},
        {"themes": ["x"]},
        {"note": "x" * 20_001},
    ],
)
def test_bad_input_is_said_and_nothing_saved(
    client: Client, here: World, changes: dict[str, Any]
) -> None:
    client.force_login(here.annotator)
    response = annotate(client, here, given(here, **changes))
    assert response.status_code == 422 and 'role="alert"' in response.content.decode()
    assert not Annotation.objects.exists()


def test_a_passage_over_two_blocks_arrives_as_browsers_send_it(client: Client, here: World) -> None:
    client.force_login(here.annotator)
    form = given(here, "Memorandum\nWith Afghanistan")
    html = annotate(client, here, form | {"quote": form["quote"].replace("\n", "\r\n")}).content
    assert Annotation.objects.get().quote == "Memorandum\nWith Afghanistan"
    assert b'id="b0"' in html and b'id="b1"' in html


def test_a_note_of_the_apparatus_can_be_annotated_but_not_with_the_text(
    client: Client, here: World
) -> None:
    client.force_login(here.annotator)
    assert annotate(client, here, given(here, "A source")).status_code == 200
    response = annotate(client, here, given(here, "linkage.\nA source"))
    assert response.status_code == 422 and b"runs over both" in response.content


@pytest.mark.parametrize(("name", "status"), [("stranger", 403), ("reader", 403), ("editor", 200)])
def test_only_members_who_annotate_may(client: Client, here: World, name: str, status: int) -> None:
    client.force_login(getattr(here, name))
    assert annotate(client, here, given(here)).status_code == status
    assert Annotation.objects.count() == (status == 200)


def test_the_anonymous_are_asked_to_sign_in(client: Client, here: World) -> None:
    assert annotate(client, here, given(here), htmx=False).status_code == 302
    told = annotate(client, here, given(here))
    assert told.status_code == 401 and told["Apparatus-Session"] == "signed-out"
    assert not Annotation.objects.exists()


def test_a_set_that_one_may_not_see_is_not_there(client: Client, here: World) -> None:
    AnnotationSet.objects.update(visibility=Visibility.PRIVATE)
    client.force_login(here.stranger)
    assert annotate(client, here, given(here)).status_code == 404


@pytest.mark.parametrize("state", STATES[1:])
def test_a_set_that_is_not_open_takes_nothing(client: Client, here: World, state: str) -> None:
    made = here.annotate()
    AnnotationSet.objects.update(state=state)
    client.force_login(here.annotator)
    assert annotate(client, here, given(here)).status_code == 403
    for act in ("edit", "passage", "delete", "reply"):
        assert client.post(f"/annotations/{made.uuid}/{act}/", given(here)).status_code == 403


@pytest.mark.parametrize("act", ["edit", "passage", "delete", "restore"])
def test_only_its_author_changes_an_annotation(client: Client, here: World, act: str) -> None:
    made = here.annotate(note="mine")
    path = f"/annotations/{made.uuid}/{act}/"
    before = Annotation.objects.values().get()
    for name in ("owner", "editor", "reader", "stranger"):
        client.force_login(getattr(here, name))
        assert client.post(path, given(here, note="theirs")).status_code in (403, 404)
    client.logout()
    assert client.post(path, given(here, note="theirs")).status_code == 302
    assert Annotation.objects.values().get() == before


def test_a_private_annotation_is_not_there_for_others(client: Client, here: World) -> None:
    made = here.annotate(visibility="private")
    for name in ("owner", "editor", "stranger"):
        client.force_login(getattr(here, name))
        for act in ("", "edit/", "passage/", "delete/", "reply/"):
            assert client.get(f"/annotations/{made.uuid}/{act}").status_code == 404
    client.force_login(here.annotator)
    assert client.get(f"/annotations/{made.uuid}/").status_code == 200


def test_editing_changes_themes_note_and_visibility(client: Client, here: World) -> None:
    made = here.annotate(themes=[here.risk], note="first")
    client.force_login(here.annotator)
    path = f"/annotations/{made.uuid}/edit/"
    form = client.get(path, headers={"HX-Request": "true"}).content.decode()
    assert "first" in form and "<html" not in form
    client.post(path, {"themes": [here.tacit.pk], "note": "second", "visibility": "private"})
    made.refresh_from_db()
    assert (made.note_html, made.visibility) == ("<p>second</p>", "private")
    assert made.theme_ids == str(here.tacit.pk) and list(made.themes.all()) == [here.tacit]
    actions = History.objects.filter(kind="annotation").values_list("action", flat=True)
    assert list(actions) == ["create", "edit"]


def test_changing_the_passage_redraws_where_it_was_and_where_it_is(
    client: Client, here: World
) -> None:
    made = here.annotate("Memorandum")
    client.force_login(here.annotator)
    path = f"/annotations/{made.uuid}/passage/"
    headers = {"HX-Request": "true", "HX-Current-URL": f"http://testserver{ADDRESS}"}
    html = client.post(path, given(here, "linkage"), headers=headers).content.decode()
    made.refresh_from_db()
    assert made.quote == "linkage" == here.edition.text[made.start : made.end]
    assert 'id="b0"' in html and html.count("<mark") == 1 and ">linkage</mark>" in html
    response = client.post(path, given(here, "Day", quote="Nay"), headers=headers)
    assert response.status_code == 409
    made.refresh_from_db()
    assert made.quote == "linkage"


def test_deleting_offers_to_undo_and_undoing_brings_the_thread_back(
    client: Client, here: World
) -> None:
    made = here.annotate(note="mine")
    create_reply(made, author=here.editor, note="An answer.")
    client.force_login(here.annotator)
    headers = {"HX-Request": "true", "HX-Current-URL": f"http://testserver{ADDRESS}"}
    html = client.post(f"/annotations/{made.uuid}/delete/", headers=headers).content.decode()
    undo = re.search(r'<form method="post" action="([^"]+)"', html)
    assert undo and str(made.uuid) not in client.get(ADDRESS).content.decode()
    assert client.get(f"/annotations/{made.uuid}/").status_code == 410
    html = client.post(undo[1], headers=headers).content.decode()
    assert "An answer." in html and str(made.uuid) in client.get(ADDRESS).content.decode()


def test_without_javascript_deleting_asks_by_a_form_and_can_be_undone(
    client: Client, here: World
) -> None:
    made = here.annotate(note="mine")
    client.force_login(here.annotator)
    path = f"/annotations/{made.uuid}/"
    assert b'<form method="post">' in client.get(f"{path}delete/").content
    response = client.post(f"{path}delete/", follow=True)
    assert b"restore/" in response.content
    client.post(f"{path}restore/")
    assert Annotation.objects.alive().count() == 1


def test_a_passage_can_be_given_by_its_words(client: Client, here: World) -> None:
    client.force_login(here.annotator)
    path = here.path("annotate/frus1981-88v03/d169/")
    assert b'name="words"' in client.get(path).content
    html = client.get(path, {"words": "we  must\nspeak"}).content.decode()
    assert "Found once" in html
    link = re.search(r'href="(\?start=\d+&amp;end=\d+)"', html)
    assert link
    form = client.get(path + link[1].replace("&amp;", "&")).content.decode()
    assert "we must speak</blockquote>" in form and 'name="quote"' in form
    assert b"do not stand in the text" in client.get(path, {"words": "nowhere"}).content


def test_the_form_at_a_selection_offers_the_codebook_with_number_keys(
    client: Client, here: World
) -> None:
    client.force_login(here.annotator)
    path = here.path("annotate/frus1981-88v03/d169/?start=21&end=32")
    html = client.get(path, headers={"HX-Request": "true"}).content.decode()
    assert "<html" not in html and 'data-key="1"' in html and "Afghanistan</blockquote>" in html


def test_replies_are_written_edited_deleted_and_brought_back(client: Client, here: World) -> None:
    made = here.annotate()
    client.force_login(here.editor)
    headers = {"HX-Request": "true", "HX-Current-URL": f"http://testserver{ADDRESS}"}
    path = f"/annotations/{made.uuid}/reply/"
    assert "An <em>answer</em>" in client.post(path, {"note": "An *answer*"}, headers=headers).text
    reply = Reply.objects.get()
    client.post(f"/replies/{reply.uuid}/edit/", {"note": "Another"}, headers=headers)
    html = client.post(f"/replies/{reply.uuid}/delete/", headers=headers).text
    assert "Another" not in html and f"/replies/{reply.uuid}/restore/" in html
    assert "Another" in client.post(f"/replies/{reply.uuid}/restore/", headers=headers).text
    actions = History.objects.filter(kind="reply").values_list("action", flat=True)
    assert list(actions) == ["create", "edit", "delete", "restore"]
    assert client.post(path, {"note": "  "}, headers=headers).status_code == 422


@pytest.mark.parametrize("act", ["edit", "delete", "restore"])
def test_only_its_author_changes_a_reply(client: Client, here: World, act: str) -> None:
    reply = create_reply(here.annotate(), author=here.editor, note="mine")
    for name in ("owner", "annotator", "reader", "stranger"):
        client.force_login(getattr(here, name))
        path = f"/replies/{reply.uuid}/{act}/"
        assert client.post(path, {"note": "theirs"}).status_code in (403, 404)
    reply.refresh_from_db()
    assert reply.note == "mine" and reply.deleted_at is None


def test_a_reply_under_what_one_may_not_see_is_not_there(client: Client, here: World) -> None:
    made = here.annotate()
    reply = create_reply(made, author=here.editor, note="mine")
    delete_annotation(made, actor=here.annotator)
    client.force_login(here.editor)
    assert client.post(f"/replies/{reply.uuid}/edit/", {"note": "x"}).status_code == 404


def test_every_change_moves_the_revision_that_pages_are_kept_by(here: World) -> None:
    def revision() -> int:
        return SetDocument.objects.get().revision

    before = revision()
    made = here.annotate()
    reply = create_reply(made, author=here.editor, note="x")
    delete_reply(reply, actor=here.editor)
    delete_annotation(made, actor=here.annotator)
    assert revision() == before + 4
    made.refresh_from_db()
    assert made.version == 4


def test_a_failed_save_leaves_nothing_behind(here: World) -> None:
    with pytest.raises(PassageFault):
        here.annotate(quote="other words")
    with pytest.raises(IntegrityError), transaction.atomic():
        here.annotate(visibility="nonsense")
    assert (
        not Annotation.objects.exists() and not History.objects.filter(kind="annotation").exists()
    )


def test_a_create_takes_at_most_18_queries(
    client: Client, here: World, django_assert_max_num_queries
) -> None:
    for number in range(20):
        here.annotate(note=str(number))
    client.force_login(here.annotator)
    client.get(ADDRESS)
    with django_assert_max_num_queries(18):
        annotate(client, here, given(here, themes=[here.risk.pk], note="x"))


def test_an_annotation_answers_json_ld_to_who_asks_for_it(client: Client, here: World) -> None:
    made = here.annotate(themes=[here.risk], note="x")
    path = f"/annotations/{made.uuid}/"
    assert client.get(path)["Content-Type"].startswith("text/html")
    for kind in ("application/ld+json", "application/json"):
        response = client.get(path, headers={"Accept": kind})
        assert response["Content-Type"].startswith("application/ld+json")
        assert response.json()["id"].endswith(path)
        assert "Accept" in response["Vary"]
