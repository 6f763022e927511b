"""The pages of snapshots: who sees them, what they show, what they ask before."""

from __future__ import annotations

from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from annotations.actions.annotations import delete_annotation, edit_annotation
from annotations.actions.replies import create_reply
from annotations.actions.states import set_state
from annotations.freezing import publish_checked
from annotations.models import Annotation, Snapshot
from annotations.views import snapshot_acts
from archive.worker import run_ready
from tests.annotations.frozen import folder_of_snapshots, freeze
from tests.annotations.worlds import World, world

pytestmark = pytest.mark.django_db
__all__ = ["folder_of_snapshots"]
CHOSEN = {"reach": "everyone", "variant": "as-is", "note": "For the archive."}


@pytest.fixture
def here() -> World:
    here = world(visibility="public")
    create_reply(here.annotate(note="One"), author=here.reader, note="Why?")
    return here


def published(here: World, **more: Any) -> Snapshot:
    made = freeze(here.set, **more)
    publish_checked(made, actor=here.owner)
    return made


def page(client: Client, address: str, status: int = 200) -> str:
    answer = client.get(address)
    assert answer.status_code == status
    return answer.content.decode()


def test_it_is_looked_at_before_it_is_made(client: Client, here: World):
    client.force_login(here.editor)
    new = here.path("snapshots/new/")
    assert "It would hold" not in page(client, new)
    looked = client.post(new, CHOSEN | {"look": "1"}).content.decode()
    assert "1 annotation and 1 reply on 1 document" in looked
    for sent in ({"make": "1"}, {"make": "1", "seen": "editors as-is"}):
        client.post(new, CHOSEN | sent)
        assert not Snapshot.objects.exists(), "what was not looked at is not made"
    made = client.post(new, CHOSEN | {"make": "1", "seen": "everyone as-is"})
    one = Snapshot.objects.get()
    assert made["Location"] == one.get_absolute_url()
    assert (one.made_by, one.note, one.state) == (here.editor, "For the archive.", "making")
    assert client.post(new, {"reach": "all", "look": "1"}).status_code == 422


@pytest.mark.django_db(transaction=True)
def test_the_worker_makes_what_the_page_ordered(client: Client, here: World):
    client.force_login(here.editor)
    sent = CHOSEN | {"make": "1", "seen": "everyone as-is"}
    address = client.post(here.path("snapshots/new/"), sent)["Location"]
    assert 'hx-trigger="every 1s"' in page(client, address)
    run_ready()
    ready = page(client, address)
    assert "SHA-256" in ready
    assert 'hx-trigger="every 1s"' not in ready


def test_a_frozen_set_has_snapshots_too(client: Client, here: World):
    set_state(here.set, actor=here.owner, state="frozen")
    client.force_login(here.editor)
    sent = CHOSEN | {"make": "1", "seen": "everyone as-is"}
    assert client.post(here.path("snapshots/new/"), sent).status_code == 302


def test_nobody_but_the_editors_finds_it_until_it_is_published(client: Client, here: World):
    made = freeze(here.set)
    addresses = [made.get_absolute_url(), f"{made.get_absolute_url()}download/"]
    for user in (None, here.stranger, here.reader, here.annotator):
        if user:
            client.force_login(user)
        for address in addresses:
            page(client, address, 404)
        assert "No snapshot of this set is published" in page(client, here.path("snapshots/"))
        page(client, here.path("snapshots/1/"), 404)
    client.force_login(here.owner)
    assert client.post(f"{addresses[0]}publish/").status_code == 302
    client.logout()
    page(client, addresses[0])
    assert b"".join(client.get(addresses[1]))[:2] == b"PK"
    assert made.get_absolute_url() in page(client, here.path("snapshots/"))
    assert client.get(here.path("snapshots/1/"))["Location"] == made.get_absolute_url()


def test_what_is_published_of_a_private_set_is_read_by_everyone(client: Client, here: World):
    made = published(here)
    here.set.visibility = "private"
    here.set.save()
    shown = page(client, made.get_absolute_url())
    assert "A seminar" in shown
    assert here.path() not in shown, "nothing leads to a set that is not seen"
    page(client, here.path("snapshots/"), 404)


def test_the_download_is_the_file_that_was_made(client: Client, here: World):
    made = published(here)
    answer = client.get(f"{made.get_absolute_url()}download/")
    assert b"".join(answer) == made.path.read_bytes()
    assert answer["Content-Disposition"] == f'attachment; filename="{made.name}.zip"'
    assert answer["ETag"] == f'"{made.digest}"'


def test_the_page_says_how_to_cite_it_in_four_forms(client: Client, here: World):
    here.owner.first_name, here.owner.last_name = "Ada", "Owner"
    here.owner.save()
    shown = page(client, published(here).get_absolute_url())
    for words in ("Ada Owner, ed., “A seminar,”", "@misc{", "TY  - DATA", "dataset"):
        assert words in shown.replace("&quot;", '"'), words


def test_the_question_before_publication_names_what_has_been_taken_back(
    client: Client, here: World
):
    made = freeze(here.set)
    client.force_login(here.owner)
    address = f"{made.get_absolute_url()}publish/"
    assert "Publish it for good" in page(client, address)
    delete_annotation(Annotation.objects.get(), actor=here.annotator)
    assert "2 annotations or replies in it" in page(client, address)
    assert client.post(address).status_code == 422
    assert not Snapshot.objects.published().exists()


def test_two_are_compared_by_what_became_of_each(client: Client, here: World):
    here.annotate("speak", note="Stays")
    here.annotate("linkage", note="Goes")
    published(here)
    edit_annotation(
        Annotation.objects.get(note="One"),
        actor=here.annotator,
        themes=[here.risk],
        note="One more",
        visibility="shared",
    )
    delete_annotation(Annotation.objects.get(note="Goes"), actor=here.annotator)
    here.annotate("us", note="Comes")
    here.risk.definition = "A new meaning."
    here.risk.save()
    second = freeze(here.set)
    address = here.path("snapshots/compare/?from=1&to=2")
    client.force_login(here.editor)
    shown = page(client, address)
    for words in ("“Afghanistan Day”", "+ Risk", "“linkage”", "“us”", "A new meaning."):
        assert words in shown
    assert shown.count("<ins>") == 1
    assert "“speak”" not in shown
    client.logout()
    page(client, address, 404)
    publish_checked(second, actor=here.owner)
    assert "From snapshot 1 to 2" in page(client, address)
    page(client, here.path("snapshots/compare/?from=1&to=9"), 404)
    assert "Nothing differs." in page(client, here.path("snapshots/compare/?from=2&to=2"))


def test_those_with_pseudonyms_are_not_offered_for_comparison(client: Client, here: World):
    published(here)
    published(here, variant="pseudonymised")
    assert "It takes two snapshots" in page(client, here.path("snapshots/compare/"))
    page(client, here.path("snapshots/compare/?from=1&to=2"), 404)


def test_a_file_is_verified_and_known_again(client: Client, here: World):
    made = published(here)
    data = made.path.read_bytes()
    whole = SimpleUploadedFile("a.zip", data)
    shown = client.post("/snapshots/verify/", {"file": whole}).content.decode()
    assert "It is whole." in shown
    assert made.get_absolute_url() in shown
    harmed = SimpleUploadedFile("a.zip", data[:-30])
    shown = client.post("/snapshots/verify/", {"file": harmed}).content.decode()
    assert "It is not whole." in shown
    assert "This server did not make these bytes." in shown
    assert client.post("/snapshots/verify/").status_code == 422


def test_who_does_not_see_it_is_not_led_to_it(client: Client, here: World):
    made = freeze(here.set)
    file = SimpleUploadedFile("a.zip", made.path.read_bytes())
    shown = client.post("/snapshots/verify/", {"file": file}).content.decode()
    assert "This server made these very bytes" in shown
    assert f'href="{made.get_absolute_url()}"' not in shown


def test_too_large_a_file_is_not_taken(client: Client, monkeypatch: pytest.MonkeyPatch):
    from annotations.formats.unzipped import Limits

    monkeypatch.setattr(snapshot_acts, "LIMITS", Limits(packed=10))
    file = SimpleUploadedFile("a.zip", b"PK" * 10)
    answer = client.post("/snapshots/verify/", {"file": file})
    assert answer.status_code == 422
    assert "too large to be looked at here" in answer.content.decode()


def test_the_stored_file_is_verified_by_everyone_who_sees_it(client: Client, here: World):
    made = published(here)
    address = f"{made.get_absolute_url()}check/"
    assert "It is whole." in client.post(address).content.decode()
    made.path.chmod(0o600)
    made.path.write_bytes(made.path.read_bytes() + b"x")
    assert "is not the one that was made" in client.post(address).content.decode()


def test_each_page_asks_the_database_little(
    client: Client, here: World, django_assert_num_queries: Any
):
    made = published(here)
    freeze(here.set)
    address = made.get_absolute_url()
    for path, count in (
        (address, 1),
        (here.path("snapshots/"), 2),
        (here.path("snapshots/compare/?from=1&to=1"), 2),
        ("/snapshots/verify/", 0),
    ):
        with django_assert_num_queries(count):
            page(client, path)
    client.force_login(here.owner)
    for path, count in (
        (address, 3),
        (here.path("snapshots/new/"), 3),
        (here.path("snapshots/"), 4),
        (f"{freeze(here.set).get_absolute_url()}publish/", 7),
    ):
        with django_assert_num_queries(count):
            page(client, path)
