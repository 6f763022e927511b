"""Themes are brought in from the sample, another set or a table: after a look, all or none."""

from __future__ import annotations

from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from pytest_django.asserts import assertContains, assertNotContains

from annotations.actions.codebook import create_theme, edit_theme, retire_theme
from annotations.actions.sets import create_set
from annotations.actions.templates import bring_in, of_sample, of_set
from annotations.actions.undoing import redo, undo, undoable
from annotations.actions.versions import kept_themes
from annotations.models import AnnotationSet, CodebookVersion, History, Theme
from annotations.sheets import read, write
from tests.annotations.test_codebook_actions import names
from tests.annotations.worlds import World, user, world

pytestmark = pytest.mark.django_db
TABLE = "name,parent,definition\nHedging,,Ways back\nTacit,Linkage,Not said\nIdle,Hedging,\n"


@pytest.fixture
def here() -> World:
    return world()


@pytest.fixture
def empty(here: World) -> AnnotationSet:
    return create_set(owner=here.owner, title="Empty")


def revision(annotation_set: AnnotationSet) -> int:
    annotation_set.codebook.refresh_from_db()
    return annotation_set.codebook.revision


def test_a_table_is_shown_first_and_changes_nothing(client: Client, here: World):
    client.force_login(here.editor)
    before = revision(here.set)
    response = client.post(here.path("codebook/bring/"), {"text": TABLE})
    assertContains(response, "2 new, 0 the same here, 1 with other words")
    assertContains(response, "line 2")
    whats = [(item.theme.name, item.what, ticked) for item, ticked in response.context["rows"]]
    assert whats == [
        ("Hedging", "new", True),
        ("Idle", "new", True),
        ("Tacit", "differs", False),
    ]
    assert revision(here.set) == before
    assert names(here.set) == ["Linkage", ".Tacit", "Risk"]


def confirm(client: Client, here: World, take: list[int], **more: Any) -> Any:
    given = {"text": TABLE, "seen": revision(here.set), "take": take, "why": "For all"} | more
    return client.post(here.path("codebook/bring/"), given, follow=True)


def test_what_is_ticked_is_brought_in_as_one_version(client: Client, here: World):
    client.force_login(here.editor)
    before = revision(here.set)
    assertContains(confirm(client, here, [0, 1, 2]), "From the table: 2 themes added, 1 changed.")
    assert names(here.set) == ["Linkage", ".Tacit", "Risk", "Hedging", ".Idle"]
    here.tacit.refresh_from_db()
    assert (here.tacit.definition, here.tacit.defined) == ("Not said", 2)
    assert revision(here.set) == before + 1
    version = CodebookVersion.objects.get(number=before + 1)
    assert (version.action, version.why, version.actor) == ("import", "For all", here.editor)
    row = undoable(here.editor, here.set)
    assert row is not None
    assert row.kind == "codebook"
    undo(row, actor=here.editor)
    assert names(here.set) == ["Linkage", ".Tacit", "Risk"]
    here.tacit.refresh_from_db()
    assert here.tacit.definition == ""
    redo(row, actor=here.editor)
    assert names(here.set) == ["Linkage", ".Tacit", "Risk", "Hedging", ".Idle"]


def test_what_hangs_on_a_theme_that_is_left_out_moves_up(client: Client, here: World):
    client.force_login(here.editor)
    confirm(client, here, [2])
    assert names(here.set) == ["Linkage", ".Tacit", "Risk", "Idle"]


def test_nothing_ticked_or_changed_meanwhile_brings_nothing(client: Client, here: World):
    client.force_login(here.editor)
    assert confirm(client, here, []).status_code == 422
    seen = revision(here.set)
    edit_theme(here.set, here.risk, actor=here.owner, name="Peril")
    response = confirm(client, here, [0], seen=seen)
    assertContains(response, "changed the codebook meanwhile", status_code=409)
    assert [ticked for _, ticked in response.context["rows"]] == [True, False, False]
    assert confirm(client, here, [0], seen="x").status_code == 409
    assert names(here.set) == ["Linkage", ".Tacit", "Peril"]


def test_a_file_is_read_whatever_its_letters(client: Client, here: World):
    client.force_login(here.editor)
    file = SimpleUploadedFile("t.csv", "Thème;Définition\nDétente;Été\n".encode("cp1252"))
    response = client.post(here.path("codebook/bring/"), {"file": file})
    assertContains(response, "read as Windows-1252")
    again = {"text": response.context["source"].carried["text"], "seen": revision(here.set)}
    client.post(here.path("codebook/bring/"), again | {"take": 0})
    assert Theme.objects.get(name="Détente").definition == "Été"


@pytest.mark.parametrize(
    ("given", "says"),
    [
        ({"text": ""}, "Choose a file"),
        ({"text": "definition\nx\n"}, "Line 1: the first line names the columns"),
        ({"text": 'name\n"open\n'}, "Line 2: a quotation mark"),
        ({"file": SimpleUploadedFile("big.csv", b"x" * 1_000_001)}, "The table is too large"),
        ({"file": SimpleUploadedFile("book.xlsx", b"PK\x03\x04")}, "save the table as CSV"),
    ],
)
def test_a_bad_table_says_why_and_changes_nothing(
    client: Client, here: World, given: dict[str, Any], says: str
):
    client.force_login(here.editor)
    count = History.objects.count()
    response = client.post(here.path("codebook/bring/"), given)
    assertContains(response, says, status_code=422)
    assertContains(response, "Nothing was changed.", status_code=422)
    assert History.objects.count() == count


def test_a_tree_that_is_too_deep_is_refused_whole(client: Client, here: World):
    client.force_login(here.editor)
    lines = ["name,parent", "T0,"] + [f"T{n},T{n - 1}" for n in range(1, 9)]
    given = {"text": "\n".join(lines), "seen": revision(here.set), "take": list(range(9))}
    response = client.post(here.path("codebook/bring/"), given)
    assertContains(response, "at most 8 levels deep. Nothing was changed.", status_code=422)
    assert names(here.set) == ["Linkage", ".Tacit", "Risk"]


def test_themes_of_a_set_that_one_sees_are_copied_by_branch(
    client: Client, here: World, empty: AnnotationSet
):
    client.force_login(here.owner)
    at = f"/sets/{empty.slug}/codebook/bring/"
    assertContains(client.get(at), "A seminar (3)")
    response = client.get(f"{at}?set={here.set.slug}")
    assertContains(response, "3 new")
    given = {"set": here.set.slug, "seen": revision(empty), "take": [0, 1]}
    assertContains(client.post(at, given, follow=True), "2 themes added")
    assert names(empty) == ["Linkage", ".Tacit"]
    # Brought in again, they are the same.
    assertContains(client.get(f"{at}?set={here.set.slug}"), "1 new, 2 the same here")


def test_a_set_that_one_does_not_see_gives_nothing(client: Client, here: World):
    secret = create_set(owner=here.stranger, title="Secret")
    create_theme(secret, actor=here.stranger, name="Hidden")
    client.force_login(here.owner)
    at = here.path("codebook/bring/")
    assertNotContains(client.get(at), "Secret")
    assert client.get(f"{at}?set={secret.slug}").status_code == 404
    given = {"set": secret.slug, "seen": revision(here.set), "take": [0]}
    assert client.post(at, given).status_code == 404


def test_the_sample_fills_a_set(client: Client, here: World, empty: AnnotationSet):
    client.force_login(here.owner)
    at = f"/sets/{empty.slug}/codebook/bring/"
    assertContains(client.get(f"{at}?sample=1"), "14 new")
    given = {"sample": "1", "seen": revision(empty), "take": list(range(14))}
    client.post(at, given)
    assert len(names(empty)) == 14
    assert Theme.objects.get(codebook=empty.codebook, slug="tacit-linkage").parent is not None


def test_a_set_is_opened_with_the_sample(client: Client):
    owner = user("alone")
    client.force_login(owner)
    given = {"title": "Mine", "visibility": "private", "codebook": "sample"}
    assert client.post("/sets/new/", given).status_code == 302
    made = AnnotationSet.objects.get(title="Mine")
    assert len(names(made)) == len(of_sample()) == 14
    assert made.codebook.description


def test_a_codebook_comes_back_from_its_table(client: Client, here: World, empty: AnnotationSet):
    edit_theme(here.set, here.linkage, actor=here.owner, example="=1+1", use_when="a\r\nb, “c”;")
    retire_theme(here.set, here.risk, actor=here.owner)
    client.force_login(here.owner)
    response = client.get(here.path("codebook/themes.csv"))
    assert response["Content-Type"].startswith("text/csv")
    data = response.getvalue()
    themes = read(data).themes
    seen = revision(empty)
    bring_in(empty, themes, range(3), seen=seen, actor=here.owner, action="import")
    assert "".join(write(kept_themes(empty.codebook_id))).encode() == data
    assert names(empty) == ["Linkage", ".Tacit", "Risk"]


def test_what_is_copied_is_a_copy(here: World, empty: AnnotationSet):
    themes = of_set(here.set)
    bring_in(empty, themes, [0], seen=revision(empty), actor=here.owner, action="copy")
    edit_theme(here.set, here.linkage, actor=here.owner, name="Ties")
    assert names(empty) == ["Linkage"]


def test_the_pages_ask_the_same_however_many_themes_there_are(
    client: Client, here: World, django_assert_num_queries
):
    for number in range(20):
        create_theme(here.set, actor=here.owner, name=f"Theme {number}")
    client.force_login(here.owner)
    # Session, account, set; the sets that are seen.
    with django_assert_num_queries(4):
        client.get(here.path("codebook/bring/"))
    # … the themes.
    with django_assert_num_queries(4):
        client.get(here.path("codebook/bring/?sample=1"))
    with django_assert_num_queries(4):
        client.get(here.path("codebook/themes.csv")).getvalue()
    given = {"text": "name\n" + "".join(f"New {n}\n" for n in range(50))}
    # … to name what stands above, and to lay beside.
    with django_assert_num_queries(5):
        client.post(here.path("codebook/bring/"), given)
