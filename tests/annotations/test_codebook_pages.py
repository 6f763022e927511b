"""The codebook's pages: a tree to read, and what its editors do to it."""

from __future__ import annotations

import re

import pytest
from django.test import Client
from pytest_django.asserts import assertContains, assertNotContains, assertRedirects

from annotations.actions.codebook import create_theme, edit_theme, retire_theme
from annotations.models import History, Theme
from annotations.trees import tree
from tests.annotations.worlds import World, world

pytestmark = pytest.mark.django_db


@pytest.fixture
def here() -> World:
    return world()


def order(here: World) -> list[str]:
    return [one.slug for one in Theme.objects.of_codebook(here.set.codebook_id)]


def form(**changes: object) -> dict[str, object]:
    return {"name": "Leverage", "definition": "d", "colour": 4, "line": 5, "parent": ""} | changes


def test_the_codebook_shows_every_word_of_a_theme(client: Client, here: World):
    edit_theme(
        here.set, here.risk, actor=here.owner, use_when="If NATO", not_when="If not", example="“we”"
    )
    client.force_login(here.reader)
    response = client.get(here.path("codebook/"))
    for words in ("Linkage", "Tied to another matter.", "If NATO", "If not", "“we”"):
        assertContains(response, words)
    theirs = here.path("codebook/risk/")
    assertContains(response, f'<a class="chip c2 f2" href="{theirs}">Risk</a>')
    assertNotContains(response, "codebook/edit/")


def test_the_tree_is_a_tree_in_the_page(client: Client, here: World):
    create_theme(here.set, actor=here.owner, name="Deep", parent=here.tacit)
    client.force_login(here.reader)
    html = client.get(here.path("codebook/")).content.decode()
    found = html[html.index('<ul class="tree">') : html.index("</main>")]
    marks = re.findall(r'<(/?ul|/?li)|id="([\w-]+)"', found)
    assert [tag or name for tag, name in marks] == [
        *("ul", "li", "linkage", "ul", "li", "tacit", "ul", "li", "deep", "/li", "/ul", "/li"),
        *("/ul", "/li", "li", "risk", "/li", "/ul"),
    ]


def test_the_ends_of_each_row_are_known(here: World):
    themes = list(Theme.objects.of_codebook(here.set.codebook_id))
    nodes = {node.theme.slug: node for node in tree(themes, {})}
    assert [(n.first, n.last) for n in nodes.values()] == [
        (True, False),
        (True, True),
        (False, True),
    ]


def test_the_codebook_counts_what_the_viewer_sees(client: Client, here: World):
    here.annotate(themes=[here.risk, here.linkage])
    here.annotate("linkage", themes=[here.risk], visibility="private")
    for who, count in ((here.reader, 1), (here.annotator, 2)):
        client.force_login(who)
        nodes = client.get(here.path("codebook/")).context["nodes"]
        assert {node.theme.slug: node.count for node in nodes} == {
            "linkage": 1,
            "tacit": 0,
            "risk": count,
        }


def test_an_empty_codebook_says_what_to_do_next(client: Client, here: World):
    Theme.objects.filter(parent__isnull=False).delete()
    Theme.objects.all().delete()
    client.force_login(here.owner)
    for page in ("codebook/", "codebook/edit/"):
        assertContains(client.get(here.path(page)), "Add the first theme")


def test_the_pages_ask_the_same_however_many_themes_there_are(
    client: Client, here: World, django_assert_num_queries
):
    for number in range(20):
        create_theme(here.set, actor=here.owner, name=f"Theme {number}", parent=here.tacit)
    client.force_login(here.owner)
    client.get(here.path("codebook/"))
    # Session, account, set; themes, their counts.
    with django_assert_num_queries(5):
        client.get(here.path("codebook/"))
    # … what was done last, and deleted lately.
    with django_assert_num_queries(7):
        client.get(here.path("codebook/edit/"))
    with django_assert_num_queries(7):
        client.get(here.path("codebook/edit/?theme=risk"))
    # One theme to be put beside the tree.
    with django_assert_num_queries(4):
        client.get(here.path("codebook/edit/?theme=risk"), headers={"HX-Request": "true"})
    with django_assert_num_queries(4):
        client.get(here.path("codebook/new/"))
    with django_assert_num_queries(4):
        client.get(here.path("codebook/risk/edit/"))


def test_an_editor_adds_a_theme_under_another(client: Client, here: World):
    client.force_login(here.editor)
    new = here.path("codebook/new/")
    assertContains(client.get(f"{new}?under={here.linkage.pk}"), "selected>Linkage")
    response = client.post(new, form(parent=here.linkage.pk))
    made = Theme.objects.get(slug="leverage")
    assertRedirects(response, here.path(f"codebook/edit/?theme=leverage#t-{made.pk}"))
    assert (made.parent, made.colour, made.line) == (here.linkage, 4, 5)
    assert order(here) == ["linkage", "tacit", "leverage", "risk"]


def test_an_editor_changes_words_and_place_of_a_theme(client: Client, here: World):
    client.force_login(here.editor)
    path = here.path("codebook/risk/edit/")
    assertContains(client.get(path), 'value="Risk"')
    response = client.post(path, form(name="Alliance risk", parent=here.linkage.pk))
    assertRedirects(response, here.path(f"codebook/edit/?theme=risk#t-{here.risk.pk}"))
    here.risk.refresh_from_db()
    assert (here.risk.name, here.risk.parent, here.risk.slug) == (
        "Alliance risk",
        here.linkage,
        "risk",
    )


def test_a_theme_that_is_saved_unchanged_leaves_no_trace(client: Client, here: World):
    client.force_login(here.owner)
    count = History.objects.count()
    given = form(name="Risk", definition="", colour=2, line=2)
    client.post(here.path("codebook/risk/edit/"), given)
    assert History.objects.count() == count


@pytest.mark.parametrize(
    ("changes", "says"),
    [
        ({"name": ""}, "This field is required"),
        ({"name": "x" * 81}, "at most 80 characters"),
        ({"colour": 9}, "Select a valid choice"),
        ({"line": "thick"}, "Select a valid choice"),
        ({"parent": 99999}, "Select a valid choice"),
        ({"definition": "x" * 5001}, "at most 5000 characters"),
    ],
)
def test_a_bad_form_says_what_is_wrong_and_changes_nothing(
    client: Client, here: World, changes: dict[str, object], says: str
):
    client.force_login(here.owner)
    for path in ("codebook/new/", "codebook/risk/edit/"):
        response = client.post(here.path(path), form(**changes))
        assertContains(response, says, status_code=422)
    assert order(here) == ["linkage", "tacit", "risk"]


def test_a_loop_is_not_offered_and_not_taken(client: Client, here: World):
    client.force_login(here.owner)
    path = here.path("codebook/linkage/edit/")
    choices = client.get(path).context["form"].fields["parent"].choices
    assert [value for value, _ in choices] == ["", here.risk.pk]
    for parent in (here.linkage, here.tacit):
        assert client.post(path, form(parent=parent.pk)).status_code == 422
    here.linkage.refresh_from_db()
    assert here.linkage.parent is None


def test_a_theme_moves_up_and_down(client: Client, here: World):
    client.force_login(here.editor)
    path = here.path("codebook/risk/move/")
    tree_page = here.path(f"codebook/edit/?theme=risk#t-{here.risk.pk}")
    assertRedirects(client.post(path, {"to": "up"}), tree_page)
    assert order(here) == ["risk", "linkage", "tacit"]
    client.post(path, {"to": "down"})
    assert order(here) == ["linkage", "tacit", "risk"]
    assertContains(client.post(path, {"to": "left"}), "Choose where it is to go", status_code=422)


def test_a_deleted_theme_can_be_brought_back(client: Client, here: World):
    client.force_login(here.editor)
    response = client.post(here.path("codebook/tacit/delete/"), follow=True)
    assertContains(response, "Recently deleted")
    assert order(here) == ["linkage", "risk"]
    deleted = History.objects.get(kind="theme", action="delete")
    path = here.path(f"codebook/restore/{deleted.pk}/")
    response = client.post(path, follow=True)
    assertNotContains(response, "Recently deleted")
    assert order(here) == ["linkage", "tacit", "risk"]
    assert client.post(path).status_code == 404


def test_a_theme_in_use_stays_and_the_page_says_why(client: Client, here: World):
    here.annotate(themes=[here.risk])
    client.force_login(here.owner)
    response = client.post(here.path("codebook/risk/delete/"))
    assertContains(response, "1 annotation carries it", status_code=422)
    response = client.post(here.path("codebook/linkage/delete/"))
    assertContains(response, "1 theme stands below it", status_code=422)
    assert order(here) == ["linkage", "tacit", "risk"]


@pytest.mark.parametrize("name", ["reader", "annotator", "stranger"])
def test_others_change_no_theme(client: Client, name: str):
    here = world(visibility="public")
    client.force_login(getattr(here, name))
    for path in ("new/", "risk/edit/", "risk/move/", "risk/delete/", "restore/1/"):
        assert client.post(here.path(f"codebook/{path}"), form(to="up")).status_code == 403
    assert order(here) == ["linkage", "tacit", "risk"]


def test_a_theme_of_another_set_is_not_there(client: Client, here: World):
    client.force_login(here.owner)
    for path in ("nothing/edit/", "nothing/move/", "nothing/delete/"):
        assert client.post(here.path(f"codebook/{path}"), form()).status_code == 404


LIVE = {"headers": {"HX-Request": "true"}}


def revision(here: World) -> int:
    here.set.codebook.refresh_from_db()
    return here.set.codebook.revision


def test_a_move_answers_with_no_more_than_the_page_lacks(client: Client, here: World):
    client.force_login(here.editor)
    path = here.path("codebook/risk/move/")
    given = {"before": here.linkage.pk, "seen": revision(here)}
    html = client.post(path, given, **LIVE).content.decode()
    assert order(here) == ["risk", "linkage", "tacit"]
    assert 'id="codebook-tree"' not in html
    assert f'data-seen="{revision(here)}"' in html
    assert "“Risk” is moved." in html
    # Somebody else did something that this page has not seen: it gets all of the tree.
    html = client.post(path, {"after": here.linkage.pk, "seen": given["seen"]}, **LIVE)
    assert 'id="codebook-tree"' in html.content.decode()


def test_a_move_to_where_it_stands_makes_no_version(client: Client, here: World):
    client.force_login(here.editor)
    before = revision(here)
    for theme, given in (
        ("risk", {"after": here.linkage.pk}),
        ("linkage", {"before": here.risk.pk}),
        ("risk", {"under": "0"}),
        ("risk", {"after": here.risk.pk}),
        ("tacit", {"under": here.linkage.pk}),
    ):
        assert client.post(here.path(f"codebook/{theme}/move/"), given).status_code == 302
    assert revision(here) == before


@pytest.mark.parametrize(
    ("theme", "to", "says"),
    [
        ("linkage", "up", "is the first already"),
        ("risk", "down", "is the last of its level already"),
        ("risk", "out", "stands at the top level already"),
        ("tacit", "in", "has no theme above it to go under"),
    ],
)
def test_a_step_that_cannot_be_says_why(
    client: Client, here: World, theme: str, to: str, says: str
):
    client.force_login(here.editor)
    for more in ({}, LIVE):
        response = client.post(here.path(f"codebook/{theme}/move/"), {"to": to}, **more)
        assertContains(response, says, status_code=422)
    assert order(here) == ["linkage", "tacit", "risk"]


def test_steps_pass_over_what_stands_apart(client: Client, here: World):
    retire_theme(here.set, here.risk, actor=here.owner)
    last = create_theme(here.set, actor=here.owner, name="Last")
    client.force_login(here.editor)
    client.post(here.path("codebook/last/move/"), {"to": "in"})
    last.refresh_from_db()
    assert last.parent == here.linkage
    client.post(here.path("codebook/last/move/"), {"to": "out"})
    client.post(here.path("codebook/last/move/"), {"to": "up"})
    assert order(here) == ["last", "linkage", "tacit", "risk"]


def test_a_theme_is_added_where_it_stands_with_signs_of_its_own(client: Client, here: World):
    client.force_login(here.editor)
    new = here.path("codebook/new/")
    client.post(new, {"here": 1, "name": " Open  talk ", "after": here.linkage.pk}, **LIVE)
    client.post(new, {"here": 1, "name": "Said", "under": here.linkage.pk}, **LIVE)
    client.post(new, {"here": 1, "name": "End"}, **LIVE)
    assert order(here) == ["linkage", "tacit", "said", "open-talk", "risk", "end"]
    themes = {one.slug: (one.colour, one.line) for one in Theme.objects.all()}
    assert themes["open-talk"] == (3, 1)
    assert themes["said"] == (1, 2)
    for name in ("", "x" * 81):
        response = client.post(new, {"here": 1, "name": name}, **LIVE)
        assertContains(response, "1 to 80 characters", status_code=422)


def test_signs_are_changed_alone_and_told(client: Client, here: World):
    client.force_login(here.editor)
    path = here.path("codebook/risk/signs/")
    shown = client.get(here.path("codebook/edit/")).context["nodes"]
    base = next(node.base for node in shown if node.theme.slug == "risk")
    given = {"colour": 7, "base": base, "seen": revision(here), "why": "Clearer"}
    html = client.post(path, given, **LIVE).content.decode()
    assert "“Risk” is teal now." in html
    assert 'id="codebook-tree"' not in html
    assert f'id="row-{here.risk.pk}"' in html
    here.risk.refresh_from_db()
    assert (here.risk.colour, here.risk.name) == (7, "Risk")
    assert History.objects.latest("pk").why == "Clearer"
    for bad in ({"colour": 9}, {"line": "thick"}, {"name": "x" * 81}):
        assertContains(client.post(path, bad, **LIVE), "Nothing was saved.", status_code=422)


def test_a_second_editor_is_told_and_sees_both(client: Client, here: World):
    client.force_login(here.editor)
    path = here.path("codebook/risk/edit/")
    base = client.get(path).context["base"]
    edit_theme(here.set, here.risk, actor=here.owner, definition="Theirs.")
    given = form(name="Risk", definition="Mine.", base=base, colour=2, line=2)
    response = client.post(path, given)
    assertContains(response, "changed while you were writing", status_code=409)
    assertContains(response, "only there: </span>Theirs", status_code=409)
    assertContains(response, "Mine.</textarea>", status_code=409)
    here.risk.refresh_from_db()
    assert here.risk.definition == "Theirs."
    client.post(path, given | {"base": response.context["base"]})
    here.risk.refresh_from_db()
    assert here.risk.definition == "Mine."
    # In the row, too: what it shows has changed since.
    stale = client.post(here.path("codebook/risk/signs/"), {"name": "New", "base": base}, **LIVE)
    assert stale.status_code == 409
    here.risk.refresh_from_db()
    assert here.risk.name == "Risk"


def test_what_was_sent_twice_is_saved_once(client: Client, here: World):
    client.force_login(here.editor)
    path = here.path("codebook/risk/edit/")
    given = form(name="Peril", base=client.get(path).context["base"])
    assert client.post(path, given).status_code == 302
    before = revision(here)
    assert client.post(path, given).status_code == 302
    assert revision(here) == before


def test_only_another_meaning_is_to_be_looked_at_again(client: Client, here: World):
    client.force_login(here.editor)
    path = here.path("codebook/linkage/edit/")
    client.post(path, form(name="Linkage", definition="Reworded.", reworded="on"))
    here.linkage.refresh_from_db()
    assert here.linkage.defined == 1
    client.post(path, form(name="Linkage", definition="Something else."))
    here.linkage.refresh_from_db()
    assert here.linkage.defined == 2


def test_a_retired_theme_stands_apart_with_what_carries_it(client: Client, here: World):
    here.annotate(themes=[here.risk])
    client.force_login(here.editor)
    client.post(here.path("codebook/risk/retire/"), {"why": "Too vague"})
    response = client.get(here.path("codebook/edit/"))
    assert [node.theme.slug for node in response.context["nodes"]] == ["linkage", "tacit"]
    assertContains(response, "1 annotation carries it")
    assertContains(client.get(here.path("codebook/")), "Retired")
    # One that has a theme in use below it stays in the tree.
    client.post(here.path("codebook/linkage/retire/"))
    response = client.get(here.path("codebook/edit/"))
    assert [node.theme.slug for node in response.context["nodes"]] == ["linkage", "tacit"]
    client.post(here.path("codebook/risk/unretire/"))
    here.risk.refresh_from_db()
    assert here.risk.retired_at is None
    # Retired twice, it is retired once.
    before = revision(here)
    client.post(here.path("codebook/linkage/retire/"))
    assert revision(here) == before


def test_the_last_act_is_taken_back_and_no_other(client: Client, here: World):
    client.force_login(here.editor)
    client.post(here.path("codebook/risk/move/"), {"to": "up"})
    own = History.objects.latest("pk")
    edit_theme(here.set, here.tacit, actor=here.owner, name="Theirs")
    theirs = History.objects.latest("pk")
    undo = here.path("codebook/undo/")
    assert client.post(undo, {"row": theirs.pk}).status_code == 404
    response = client.get(here.path("codebook/edit/"))
    assertContains(response, "You moved the theme Risk.")
    assertContains(client.post(undo, {"row": own.pk}, **LIVE), "Taken back.")
    assert order(here) == ["linkage", "tacit", "risk"]
    assertContains(client.post(undo, {"row": own.pk}, **LIVE), "already", status_code=422)
    assertContains(client.post(undo, **LIVE), "nothing to take back", status_code=422)


def test_a_name_of_a_page_is_no_theme_s_address(client: Client, here: World):
    for name in ("Versions", "Edit", "Bring", "New"):
        made = create_theme(here.set, actor=here.owner, name=name)
        assert made.slug == f"{name.lower()}-2"
    client.force_login(here.owner)
    for page in ("versions/", "edit/", "bring/", "new/"):
        assert client.get(here.path(f"codebook/{page}")).status_code == 200


def test_an_act_asks_the_same_however_many_themes_there_are(
    client: Client, here: World, django_assert_max_num_queries
):
    for number in range(30):
        create_theme(here.set, actor=here.owner, name=f"Theme {number}")
    client.force_login(here.editor)
    for tail, given in (
        ("risk/move/", {"to": "down"}),
        ("risk/signs/", {"name": "Peril"}),
        ("risk/retire/", {}),
        ("new/", {"here": 1, "name": "Another"}),
    ):
        with django_assert_max_num_queries(34):
            response = client.post(here.path(f"codebook/{tail}"), given, **LIVE)
        assert response.status_code == 200
