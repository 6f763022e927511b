"""Bringing annotations in by the page: uploaded, looked at, and only then done."""

from __future__ import annotations

from pathlib import Path
from typing import Any
from urllib.parse import urlencode

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.http import HttpResponse
from django.test import Client
from pytest_django.asserts import assertContains, assertNotContains

from annotations.actions.codebook import create_theme
from annotations.actions.replies import create_reply
from annotations.actions.sets import add_document, create_set
from annotations.export import shared_of
from annotations.formats import FORMATS, READERS, in_bytes
from annotations.models import Annotation, AnnotationSet, History, State
from annotations.packing import package
from tests.annotations.worlds import World, world

pytestmark = pytest.mark.django_db


@pytest.fixture
def here(settings: Any, tmp_path: Path) -> World:
    settings.UPLOADS = tmp_path / "uploads"
    return world()


@pytest.fixture
def editor(client: Client, here: World) -> Client:
    client.force_login(here.editor)
    return client


def send(client: Client, here: World, data: bytes, name: str, form: str = "") -> HttpResponse:
    """Uploads a file, and goes where the answer leads."""
    file = SimpleUploadedFile(name, data)
    return client.post(here.path("import/"), {"file": file, "format": form}, follow=True)


def waiting(folder: Path) -> list[Path]:
    return [path for path in folder.rglob("*") if path.is_file()]


def test_editors_alone_bring_annotations_in(client: Client, here: World) -> None:
    for who, status in (("reader", 403), ("annotator", 403), ("stranger", 404), ("editor", 200)):
        client.force_login(getattr(here, who))
        assert client.get(here.path("import/")).status_code == status
        page = client.get(here.path("exports/"))
        leads = f'href="{here.path("import/")}"'
        assert page.status_code == 404 or (leads in page.content.decode()) == (who == "editor")


def test_the_page_says_what_can_be_read(editor: Client, here: World) -> None:
    page = editor.get(here.path("import/"))
    for form in READERS.values():
        assertContains(page, form.READS.replace("'", "&#x27;"))


def test_a_frozen_set_takes_nothing_in(editor: Client, here: World) -> None:
    AnnotationSet.objects.filter(pk=here.set.pk).update(state=State.FROZEN)
    assertContains(editor.get(here.path("import/")), "This set is frozen")
    assert send(editor, here, b"quote\nDay\n", "a.csv").status_code == 403


@pytest.mark.parametrize(
    ("data", "name", "form", "says"),
    [
        (b"", "a.csv", "", "This file is empty."),
        (b"\x00\x01", "a.bin", "", "It is not clear what a.bin is: choose its format."),
        (b"<html>", "a.html", "", "It is not clear what a.html is"),
    ],
)
def test_what_cannot_be_told_is_asked_for(
    editor: Client, here: World, tmp_path: Path, data: bytes, name: str, form: str, says: str
) -> None:
    page = send(editor, here, data, name, form)
    assert page.status_code == 422
    assertContains(page, says, status_code=422)
    assert waiting(tmp_path) == []


def test_no_file_is_no_fault_of_the_server(editor: Client, here: World) -> None:
    page = editor.post(here.path("import/"), {"format": "csv"})
    assertContains(page, "Choose a file.", status_code=422)


def test_a_file_above_the_limit_is_left_out_on_the_way_in(
    editor: Client, here: World, settings: Any, tmp_path: Path
) -> None:
    settings.IMPORT_MAX_BYTES = 1000
    page = send(editor, here, b"quote\n" + b"Day\n" * 1000, "large.csv")
    assertContains(page, "large.csv is larger than the limit of 1000", status_code=422)
    assert waiting(tmp_path) == []


@pytest.mark.parametrize("form", READERS)
def test_a_file_that_cannot_be_read_gives_one_sentence_and_changes_nothing(
    editor: Client, here: World, tmp_path: Path, form: str
) -> None:
    here.annotate(note="One")
    before = History.objects.count(), Annotation.objects.count()
    page = send(editor, here, b"\xff\xfe\x00garbage\x00 <<< {", f"a{FORMATS[form].SUFFIX}", form)
    assert page.status_code == 422
    said = page.context["fault"]
    assert said.startswith(f"a{FORMATS[form].SUFFIX} cannot be read as {FORMATS[form].LABEL}: ")
    assert said.endswith(" Nothing was changed.") and "\n" not in said
    assert (History.objects.count(), Annotation.objects.count()) == before
    assert waiting(tmp_path) == []


def test_a_file_waits_for_whoever_uploaded_it(editor: Client, here: World) -> None:
    page = send(editor, here, b"quote\nAfghanistan Day\n", "a.csv")
    address = page.redirect_chain[-1][0]
    assert editor.get(address).status_code == 200
    other = Client()
    other.force_login(here.owner)
    assert other.get(address).status_code == 410
    assertContains(other.get(address), "choose it again", status_code=410)


@pytest.fixture
def other(here: World) -> AnnotationSet:
    """Another set of the owner's, with the same document."""
    made = create_set(owner=here.owner, title="Another")
    add_document(made, here.document, actor=here.owner)
    return made


def export(here: World, form: str = "w3c") -> bytes:
    whole = package(here.set, shared_of(here.set))
    return b"".join(in_bytes(FORMATS[form].write(whole)))


def looked_at(
    client: Client, to: AnnotationSet, data: bytes, name: str
) -> tuple[str, HttpResponse]:
    file = SimpleUploadedFile(name, data)
    page = client.post(f"/sets/{to.slug}/import/", {"file": file}, follow=True)
    return page.redirect_chain[-1][0], page


def test_a_set_goes_into_another_after_a_look_and_is_taken_back(
    client: Client, here: World, other: AnnotationSet, tmp_path: Path
) -> None:
    made = here.annotate(themes=[here.tacit], note="First *note*")
    create_reply(made, author=here.owner, note="Yes")
    client.force_login(here.owner)
    address, page = looked_at(client, other, export(here), "a.jsonld")
    assertContains(page, "Bring in 1 annotation")
    assertContains(page, "Afghanistan Day")
    assertContains(page, "1 reply would come with it.")
    assertContains(page, "New themes")
    assertContains(page, "an account that nobody can sign in to")
    assert not other.annotations.exists() and not other.codebook.themes.exists()
    # As browsers send it: middleware reads such a form before the view does.
    form = urlencode({"seen": page.context["seen"], "do": "bring"})
    kind = "application/x-www-form-urlencoded"
    done = client.post(address, form, content_type=kind, follow=True)
    assertContains(done, "1 annotation brought in, with 1 reply.")
    brought = other.annotations.get()
    assert (brought.note, brought.quote) == ("First *note*", "Afghanistan Day")
    assert waiting(tmp_path) == []
    row = done.context["done"].pk
    taken = client.post(f"/sets/{other.slug}/undo/", {"row": row}, follow=True)
    assert taken.status_code == 200
    assert not other.annotations.alive().exists()
    again = client.get(f"/sets/{other.slug}/import/?done={row}")
    assertContains(again, "Taken back:")


def test_the_same_file_brings_nothing_twice(
    client: Client, here: World, other: AnnotationSet
) -> None:
    here.annotate(note="One")
    client.force_login(here.owner)
    for _ in range(2):
        address, page = looked_at(client, other, export(here), "a.jsonld")
        client.post(address, {"seen": page.context["seen"], "do": "bring"})
    assert other.annotations.count() == 1
    assertContains(page, "Nothing would change here")
    assertNotContains(page, 'value="bring"')


def test_what_changed_since_it_was_shown_is_shown_anew(
    client: Client, here: World, other: AnnotationSet
) -> None:
    here.annotate(note="One")
    client.force_login(here.owner)
    address, page = looked_at(client, other, export(here), "a.jsonld")
    create_theme(other, actor=here.owner, name="Risk")
    stale = client.post(address, {"seen": page.context["seen"], "do": "bring"})
    assertContains(stale, "look at it again. Nothing was changed.", status_code=409)
    assert not other.annotations.exists()
    client.post(address, {"seen": stale.context["seen"], "do": "bring"})
    assert other.annotations.count() == 1


def test_what_cannot_be_taken_is_said_with_its_place_before_and_after(
    client: Client, here: World, other: AnnotationSet
) -> None:
    client.force_login(here.owner)
    table = b"document,quote,note\nfrus1981-88v03/d169,Afghanistan Day,In\n"
    table += b"frus1981-88v03/d169,Nowhere at all,Out\nfrus1981-88v03/d999,Day,Out\n"
    address, page = looked_at(client, other, table, "codes.csv")
    assertContains(page, "Its words are not in the document as it is here.")
    assertContains(page, "is no document of this server")
    assertContains(page, "Nowhere at all")
    assertContains(page, "line 3")
    assert [(g.kind, g.count) for g in page.context["groups"]] == [("lost", 2), ("added", 1)]
    done = client.post(address, {"seen": page.context["seen"], "do": "bring"}, follow=True)
    assertContains(done, "2 left out")
    assertContains(done, "Its words are not in the document as it is here.")


def test_a_long_list_is_folded_and_what_is_longer_is_counted(
    client: Client, here: World, other: AnnotationSet
) -> None:
    client.force_login(here.owner)
    rows = b"".join(b"frus1981-88v03/d169,Nowhere %d\n" % number for number in range(300))
    _, page = looked_at(client, other, b"document,quote\n" + rows, "codes.csv")
    assertContains(page, "200 more")
    assertContains(page, "And 94 like these.")


def test_a_file_that_is_left_is_removed(
    client: Client, here: World, other: AnnotationSet, tmp_path: Path
) -> None:
    here.annotate()
    client.force_login(here.owner)
    address, _ = looked_at(client, other, export(here), "a.jsonld")
    assert client.post(address, {"do": "leave"}).status_code == 302
    assert waiting(tmp_path) == [] and not other.annotations.exists()


def test_themes_alone_lead_to_the_codebook(
    client: Client, here: World, other: AnnotationSet
) -> None:
    client.force_login(here.owner)
    address, page = looked_at(client, other, export(here, "qdc"), "a.qdc")
    assert address.startswith(f"/sets/{other.slug}/codebook/bring/?staged=")
    assertContains(page, "3 new, 0 the same here")


def test_what_another_brought_in_is_not_told(client: Client, here: World) -> None:
    here.annotate()
    client.force_login(here.editor)
    row = History.objects.filter(annotation_set=here.set).latest("pk").pk
    for pk in (row, 0, "x"):
        assert "done" not in client.get(here.path(f"import/?done={pk}")).context


def test_the_page_asks_the_database_three_things_and_a_plan_some_more(
    client: Client, here: World, other: AnnotationSet, django_assert_max_num_queries: Any
) -> None:
    for _ in range(20):
        here.annotate(note="One")
    client.force_login(here.owner)
    client.get(f"/sets/{other.slug}/import/")
    with django_assert_max_num_queries(3):
        client.get(f"/sets/{other.slug}/import/")
    address, _ = looked_at(client, other, export(here), "a.jsonld")
    # Session, account, set; the plan's: it grows with documents, not with annotations.
    with django_assert_max_num_queries(3 + 12):
        client.get(address)
