"""The pages of a codebook's versions, and the way back to one of them."""

from __future__ import annotations

import pytest
from django.test import Client
from pytest_django.asserts import assertContains, assertNotContains

from annotations.actions.codebook import (
    create_theme,
    delete_theme,
    edit_theme,
    move_theme,
    retire_theme,
)
from annotations.actions.past import go_back
from annotations.actions.undoing import undo, undoable
from annotations.actions.versions import kept_themes
from annotations.models import AnnotationTheme, CodebookVersion, History, Theme
from annotations.stale import Stale
from tests.annotations.worlds import World, world

pytestmark = pytest.mark.django_db


@pytest.fixture
def here() -> World:
    return world()


def revision(here: World) -> int:
    here.set.codebook.refresh_from_db()
    return here.set.codebook.revision


def page(client: Client, here: World, tail: str = "") -> str:
    return client.get(here.path(f"codebook/versions/{tail}")).content.decode()


def test_each_version_says_who_did_what_and_why(client: Client, here: World):
    edit_theme(here.set, here.risk, actor=here.editor, name="Peril", why="Risk is vague")
    client.force_login(here.owner)
    html = page(client, here)
    assert "editor changed the theme “Peril”" in html
    assert "Risk is vague" in html
    client.force_login(here.editor)
    assert "You changed the theme “Peril”" in page(client, here)


def test_members_are_not_told_by_whom(client: Client, here: World):
    edit_theme(here.set, here.risk, actor=here.editor, name="Peril")
    client.force_login(here.annotator)
    html = page(client, here)
    assert "An editor changed the theme “Peril”" in html
    assert "You" not in html.split('<ol class="listing versions">')[1].split("</ol>")[0]


def test_a_version_shows_what_it_changed_and_the_codebook_then(client: Client, here: World):
    edit_theme(here.set, here.linkage, actor=here.owner, definition="Tied to a second matter.")
    at = revision(here)
    delete_theme(here.set, here.tacit, actor=here.owner)
    create_theme(here.set, actor=here.owner, name="Later")
    client.force_login(here.reader)
    html = page(client, here, f"{at}/")
    assert "<del>another</del>" in html
    assert "<ins>a second</ins>" in html or "<ins>a</ins>" in html
    then = html.split('id="then"')[1]
    assert "Tacit" in then
    assert "Later" not in then


def test_what_was_deleted_is_still_called_by_its_name(client: Client, here: World):
    delete_theme(here.set, here.tacit, actor=here.owner)
    client.force_login(here.owner)
    html = page(client, here)
    assert "You deleted the theme “Tacit”" in html
    assert "a theme that is gone" not in html


def test_a_codebook_without_versions_says_so(client: Client, here: World):
    CodebookVersion.objects.all().delete()
    client.force_login(here.owner)
    assert "No change has been recorded yet" in page(client, here)
    html = page(client, here, f"{revision(here)}/")
    assert "before its first recorded change" in html
    assert "Linkage" in html.split('id="then"')[1]
    assert client.get(here.path("codebook/versions/99/")).status_code == 404


def test_what_was_before_the_first_version_is_not_made_up(client: Client, here: World):
    numbers = CodebookVersion.objects.order_by("number").values_list("number", flat=True)
    CodebookVersion.objects.filter(number=numbers[0]).delete()
    first = CodebookVersion.objects.order_by("number")[0].number
    client.force_login(here.owner)
    html = page(client, here, f"{first - 1}/")
    assert "is not recorded" in html
    assert "Linkage" in html.split('id="then"')[1]
    assert client.get(here.path(f"codebook/versions/{first - 2}/")).status_code == 404


def test_two_versions_are_compared_in_either_order(client: Client, here: World):
    old = revision(here)
    edit_theme(here.set, here.risk, actor=here.owner, name="Peril")
    client.force_login(here.reader)
    for query in (f"?from={old}&to={old + 1}", f"?from={old + 1}&to={old}", "?from=x&to=999999"):
        assertContains(client.get(here.path(f"codebook/versions/compare/{query}")), "Peril")


def test_the_pages_ask_the_same_however_many_versions_there_are(
    client: Client, here: World, django_assert_num_queries
):
    for number in range(50):
        edit_theme(here.set, here.risk, actor=here.owner, name=f"Name {number}")
    delete_theme(here.set, here.tacit, actor=here.owner)
    at = revision(here) - 3
    client.force_login(here.owner)
    # Session, account, set; how many there are, a page of them, names, names of what is gone,
    # the first one.
    with django_assert_num_queries(8):
        page(client, here)
    # … the version, the themes now, what came after it, names.
    with django_assert_num_queries(7):
        page(client, here, f"{at}/")


def test_a_codebook_is_brought_back_with_all_it_was(here: World):
    at = revision(here)
    was = kept_themes(here.set.codebook_id)
    here.annotate(themes=[here.linkage])
    edit_theme(here.set, here.linkage, actor=here.owner, definition="Something else.")
    again = here.annotate("linkage", themes=[Theme.objects.get(pk=here.linkage.pk)])
    move_theme(here.set, here.tacit, actor=here.owner, parent=here.risk)
    move_theme(here.set, here.risk, actor=here.owner, before=here.linkage)
    retire_theme(here.set, here.tacit, actor=here.owner)
    delete_theme(here.set, here.tacit, actor=here.owner)
    create_theme(here.set, actor=here.owner, name="Unused", parent=here.risk)
    done = go_back(here.set, at, seen=revision(here), actor=here.owner, why="A wrong turn")
    assert list(kept_themes(here.set.codebook_id).items()) == list(was.items())
    assert done.stayed == []
    # What was coded under the other meaning is to be looked at.
    assert AnnotationTheme.objects.get(annotation=again).defined == 0
    assert CodebookVersion.objects.get(number=revision(here)).why == "A wrong turn"


def test_a_theme_made_since_that_is_carried_is_retired(here: World):
    at = revision(here)
    made = create_theme(here.set, actor=here.owner, name="Since", parent=here.risk)
    here.annotate(themes=[made])
    assert go_back(here.set, at, seen=at + 1, actor=here.owner).stayed == ["Since"]
    made.refresh_from_db()
    assert made.retired_at is not None


def test_bringing_back_can_be_taken_back(here: World):
    at = revision(here)
    edit_theme(here.set, here.risk, actor=here.owner, name="Peril")
    create_theme(here.set, actor=here.owner, name="New")
    delete_theme(here.set, here.tacit, actor=here.owner)
    was = list(kept_themes(here.set.codebook_id).items())
    go_back(here.set, at, seen=revision(here), actor=here.owner)
    row = undoable(here.owner, here.set)
    assert row is not None
    assert row.action == "back"
    undo(row, actor=here.owner)
    assert list(kept_themes(here.set.codebook_id).items()) == was


def test_nothing_is_brought_back_over_what_was_not_shown(client: Client, here: World):
    at = revision(here)
    edit_theme(here.set, here.risk, actor=here.owner, name="Peril")
    with pytest.raises(Stale):
        go_back(here.set, at, seen=at, actor=here.owner)
    client.force_login(here.owner)
    path = here.path(f"codebook/versions/{at}/back/")
    assertContains(client.get(path), "Peril")
    assertContains(
        client.post(path, {"seen": at}), "changed the codebook meanwhile", status_code=409
    )
    here.risk.refresh_from_db()
    assert here.risk.name == "Peril"
    response = client.post(path, {"seen": at + 1}, follow=True)
    assertContains(response, f"as it was at version {at}")
    assertNotContains(client.get(path), "Bring it back</button>")


def test_a_move_is_told_of_the_theme_that_was_moved(client: Client, here: World):
    for _ in range(2):
        move_theme(here.set, here.risk, actor=here.owner, step=-1)
        assert History.objects.latest("pk").state["name"] == "Risk"
        move_theme(here.set, here.risk, actor=here.owner, step=1)
        assert History.objects.latest("pk").state["name"] == "Risk"
    client.force_login(here.owner)
    html = page(client, here)
    assert html.count("You moved the theme “Risk”") == 4
