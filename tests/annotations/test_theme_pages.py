"""A theme's page, and the pages on which themes are merged, split and looked at again."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from pytest_django.asserts import assertContains, assertNotContains, assertRedirects

from annotations.actions.annotations import edit_annotation
from annotations.actions.codebook import create_theme, edit_theme
from annotations.actions.replies import create_reply
from annotations.actions.reviewing import keep
from annotations.actions.splitting import Piece, begin_split, decide
from annotations.actions.undoing import undo
from annotations.integrity import problems
from annotations.models import Annotation, History, Reply, Theme
from tests.annotations.worlds import World, world

pytestmark = pytest.mark.django_db
HTMX = {"HX-Request": "true"}


@pytest.fixture
def here() -> World:
    return world()


def at(here: World, name: str, theme: Theme) -> str:
    return reverse(f"annotations:{name}", args=[here.set.slug, theme.slug])


def tags(one: Annotation) -> set[int]:
    one.refresh_from_db()
    return {int(pk) for pk in one.theme_ids.split()}


def test_a_theme_is_read_with_its_passages_and_those_below_it(client: Client, here: World) -> None:
    tacit = Theme.objects.get(slug="tacit")
    edit_theme(here.set, here.linkage, actor=here.owner, definition="Talks tied to talks.")
    here.annotate(author=here.annotator, themes=[here.linkage], note="The note.")
    here.annotate(words="linkage", author=here.editor, themes=[tacit])
    here.annotate(words="must speak", author=here.editor, themes=[here.risk])
    client.force_login(here.reader)
    answer = client.get(at(here, "theme", here.linkage))
    for words in ("Talks tied to talks.", "Afghanistan Day", "The note.", "2 passages"):
        assertContains(answer, words)
    assertNotContains(answer, "must speak</mark>")
    alone = client.get(at(here, "theme", here.linkage), {"below": "0"})
    assertContains(alone, "1 passage<")
    assertContains(client.get(at(here, "theme", tacit)), "Linkage</a>")


def test_the_page_shows_what_its_reader_sees_alone(client: Client, here: World) -> None:
    here.annotate(author=here.annotator, themes=[here.risk], note="Hers.", visibility="private")
    here.annotate(author=here.annotator, themes=[here.risk], note="Shared.")
    client.force_login(here.editor)
    answer = client.get(at(here, "theme", here.risk))
    assertContains(answer, "Shared.")
    assertNotContains(answer, "Hers.")
    client.force_login(here.annotator)
    assertContains(client.get(at(here, "theme", here.risk)), "Hers.")
    here.set.rule = "blind"
    here.set.save()
    client.force_login(here.reader)
    assertContains(client.get(at(here, "theme", here.risk)), "Nothing that you see")


def test_the_page_costs_the_same_for_any_number(
    client: Client, here: World, django_assert_num_queries: Any
) -> None:
    for number in range(45):
        one = here.annotate(author=here.annotator, themes=[here.risk], note=f"Note {number}.")
        create_reply(one, author=here.editor, note="Yes.")
    client.force_login(here.editor)
    where = at(here, "theme", here.risk)
    client.get(where)
    with django_assert_num_queries(16):
        answer = client.get(where)
    assert len(answer.context["groups"][0].passages) == 40
    with django_assert_num_queries(9):
        part = client.get(
            answer.context["further"] and where + answer.context["further"],
            headers={**HTMX, "HX-Target": "further"},
        )
    assert len(part.context["groups"][0].passages) == 5
    assertNotContains(part, "<html")


def test_themes_are_merged_from_their_page_and_that_is_taken_back(
    client: Client, here: World
) -> None:
    one = here.annotate(author=here.annotator, themes=[here.risk])
    client.force_login(here.editor)
    where = at(here, "theme_merge", here.risk)
    shown = client.get(where, {"into": here.linkage.pk})
    assertContains(shown, "1 passage gets “Linkage” instead of “Risk”")
    sent = {"into": here.linkage.pk, "base": shown.context["base"], "name": "Linkage"}
    sent |= {"definition": "Both of them.", "why": "They are one."}
    answer = client.post(where, sent, follow=True)
    assertContains(answer, "1 passage moved")
    assertContains(answer, "Both of them.")
    assert tags(one) == {here.linkage.pk}
    assertContains(client.get(at(here, "theme", here.risk)), "Merged into")
    row = answer.context["done"]
    client.post(reverse("annotations:undo", args=[here.set.slug]), {"row": row.pk})
    assert tags(one) == {here.risk.pk}
    here.linkage.refresh_from_db()
    assert here.linkage.definition == "Tied to another matter."
    stale = client.post(where, sent | {"base": "something else"})
    assert stale.status_code == 409
    assert tags(one) == {here.risk.pk}


def test_several_themes_are_merged_into_one(client: Client, here: World) -> None:
    tacit, war = (
        Theme.objects.get(slug="tacit"),
        create_theme(here.set, actor=here.owner, name="War", definition="Open war."),
    )
    coded = [here.annotate(author=here.annotator, themes=[one]) for one in (here.risk, tacit)]
    coded.append(here.annotate(author=here.annotator, themes=[here.risk, tacit, war]))
    client.force_login(here.editor)
    where = at(here, "theme_merge", here.risk)
    chosen: dict[str, Any] = {"into": war.pk, "also": [tacit.pk]}
    shown = client.get(where, chosen)
    assertContains(shown, "3 passages get “War” instead of “Risk” and “Tacit”; 1 of them")
    sent = chosen | {"base": shown.context["base"], "name": "War", "definition": "Open war."}
    answer = client.post(where, sent, follow=True)
    assertContains(answer, "“Risk” and “Tacit” are merged into “War”: 3 passages moved.")
    assert [tags(one) for one in coded] == [{war.pk}] * 3
    assert set(Theme.objects.filter(merged_into=war)) == {here.risk, tacit}
    assert undo(answer.context["done"], actor=here.editor).left == 0
    assert [tags(one) for one in coded] == [
        {here.risk.pk},
        {tacit.pk},
        {here.risk.pk, tacit.pk, war.pk},
    ]


def test_what_was_coded_before_is_looked_at_one_by_one(client: Client, here: World) -> None:
    edit_theme(here.set, here.risk, actor=here.owner, definition="What may go wrong.")
    here.risk.refresh_from_db()
    coded = [here.annotate(author=here.annotator, themes=[here.risk]) for _ in range(4)]
    definition = "What allies may think."
    edit_theme(here.set, here.risk, actor=here.owner, definition=definition, why="Two meanings")
    client.force_login(here.editor)
    about = client.get(at(here, "theme", here.risk))
    for words in ("4 passages were coded before", "What became of it", "“Two meanings”"):
        assertContains(about, words)
    book = reverse("annotations:codebook", args=[here.set.slug])
    assertContains(client.get(book), "4 coded before its meaning changed")
    where = at(here, "theme_review", here.risk)
    shown = client.get(where)
    for words in ("4 passages left", "go wrong", "allies", "Two meanings"):
        assertContains(shown, words)
    client.post(where, {"one": coded[0].pk, "decision": "keep"})
    client.post(where, {"one": coded[1].pk, "decision": "off"})
    client.post(where, {"one": coded[2].pk, "decision": "instead", "other": here.linkage.pk})
    asked = {"one": coded[3].pk, "decision": "ask", "words": "Do you still think so?"}
    client.post(where, asked)
    assert [tags(one) for one in coded] == [
        {here.risk.pk},
        set(),
        {here.linkage.pk},
        {here.risk.pk},
    ]
    assert Reply.objects.get().note == "Do you still think so?"
    assertContains(client.get(where), "1 passage left")
    assert list(problems()) == []
    row = History.objects.filter(kind="many").order_by("pk").first()
    assert row is not None
    undo(row, actor=here.editor)
    assertContains(client.get(where), "2 passages left")
    client.force_login(here.annotator)
    assertContains(client.get(where), "2 passages left")


def test_nobody_decides_about_what_is_anothers(client: Client, here: World) -> None:
    one = here.annotate(author=here.editor, themes=[here.risk])
    edit_theme(here.set, here.risk, actor=here.owner, definition="Anew.")
    client.force_login(here.annotator)
    where = at(here, "theme_review", here.risk)
    assertContains(client.get(where), "Nothing is left")
    assertNotContains(
        client.get(at(here, "theme", here.risk)), "coded before its meaning changed. <"
    )
    book = reverse("annotations:codebook", args=[here.set.slug])
    assertNotContains(client.get(book), "coded before")
    client.post(where, {"one": one.pk, "decision": "off"})
    assert tags(one) == {here.risk.pk}


def test_a_theme_is_split_over_days_and_that_is_taken_back(client: Client, here: World) -> None:
    coded = [here.annotate(author=here.annotator, themes=[here.risk]) for _ in range(4)]
    before = [tags(one) for one in coded]
    client.force_login(here.editor)
    where = at(here, "theme_split", here.risk)
    assertContains(client.get(where), "4 passages")
    few = client.post(where, {"name0": "Alone"})
    assert few.status_code == 422
    assertRedirects(client.post(where, {"name0": "Allies", "name1": "War"}), where)
    allies, war = (Theme.objects.get(name=name) for name in ("Allies", "War"))
    assertContains(client.get(where), "4 to go")
    client.post(where, {"one": coded[0].pk, "into": allies.pk})
    client.post(where, {"one": coded[1].pk, "into": [allies.pk, war.pk]})
    client.post(where, {"one": coded[2].pk, "act": "leave"})
    assert [tags(one) for one in coded] == [
        {allies.pk},
        {allies.pk, war.pk},
        {here.risk.pk},
        {here.risk.pk},
    ]
    assertContains(client.get(where), "3 decided, 1 of them left as they are; 1 to go")
    client.post(where, {"act": "back"})
    client.post(where, {"act": "back"})
    assert tags(coded[1]) == {here.risk.pk}
    client.post(where, {"one": coded[1].pk, "into": war.pk})
    done = client.post(where, {"act": "finish", "retire": "1"}, follow=True)
    assertContains(done, "is split")
    here.risk.refresh_from_db()
    assert here.risk.retired_at is not None
    assert list(problems()) == []
    head = History.objects.get(kind="codebook", action="split")
    assert undo(head, actor=here.editor).left == 0
    assert [tags(one) for one in coded] == before
    here.risk.refresh_from_db()
    assert here.risk.retired_at is None
    assert not Theme.objects.filter(pk__in=[allies.pk, war.pk]).exists()
    assert list(problems()) == []


def test_decisions_of_a_split_are_taken_back_in_their_order(client: Client, here: World) -> None:
    coded = [here.annotate(author=here.annotator, themes=[here.risk]) for _ in range(3)]
    client.force_login(here.editor)
    where = at(here, "theme_split", here.risk)
    client.post(where, {"name0": "Allies", "name1": "War"})
    both = set(Theme.objects.filter(name__in=["Allies", "War"]).values_list("pk", flat=True))
    client.post(where, {"one": coded[0].pk, "act": "leave"})
    client.post(where, {"one": coded[1].pk, "act": "all"})
    client.post(where, {"one": coded[2].pk, "act": "leave"})
    assertContains(client.get(where), "3 decided, 2 of them left as they are; 0 to go")
    client.post(where, {"act": "back"})
    assertContains(client.get(where), "2 decided, 1 of them left as they are; 1 to go")
    assert tags(coded[1]) == both
    client.post(where, {"act": "back"})
    assert tags(coded[1]) == {here.risk.pk}
    assertContains(client.get(where), "1 decided, 1 of them left as they are; 2 to go")
    client.post(where, {"act": "back"})
    assertContains(client.get(where), "0 decided; 3 to go")
    assertContains(client.post(where, {"act": "back"}, follow=True), "nothing of yours")
    assert list(problems()) == []


def test_what_is_put_off_comes_again_at_the_end(client: Client, here: World) -> None:
    for _ in range(2):
        here.annotate(author=here.annotator, themes=[here.risk])
    client.force_login(here.editor)
    where = at(here, "theme_split", here.risk)
    client.post(where, {"name0": "Allies", "name1": "War"})
    first = client.get(where).context
    second = client.get(where, {"skipped": first["passage"].pk}).context
    assert second["passage"].pk != first["passage"].pk
    both = f"{second['skipped']}{second['passage'].pk}"
    assert client.get(where, {"skipped": both}).context["passage"].pk == first["passage"].pk


def test_another_editor_goes_on_with_a_split_under_her_own_name(
    client: Client, here: World
) -> None:
    one = here.annotate(author=here.annotator, themes=[here.risk])
    where = at(here, "theme_split", here.risk)
    client.force_login(here.editor)
    client.post(where, {"name0": "Allies", "name1": "War"})
    client.force_login(here.owner)
    assertContains(client.get(where), "editor began it")
    client.post(where, {"one": one.pk, "into": Theme.objects.get(name="War").pk})
    part = History.objects.filter(kind="annotation", key=str(one.uuid)).latest("pk")
    assert (part.actor, part.action) == (here.owner, "retag")


def test_what_is_private_is_not_walked_through_and_keeps_its_theme(
    client: Client, here: World
) -> None:
    hers = here.annotate(author=here.annotator, themes=[here.risk], visibility="private")
    own = here.annotate(author=here.editor, themes=[here.risk], visibility="private")
    here.annotate(author=here.annotator, themes=[here.risk])
    client.force_login(here.editor)
    where = at(here, "theme_split", here.risk)
    shown = client.get(where)
    assertContains(shown, "its 1 passage ")
    assertContains(shown, "2 more are private or in the bin and keep the theme")
    client.post(where, {"name0": "Allies", "name1": "War"})
    assertContains(client.get(where), "1 to go")
    for one in (hers, own):
        client.post(where, {"one": one.pk, "act": "all"})
        assert tags(one) == {here.risk.pk}


def test_a_theme_is_not_split_into_itself(client: Client, here: World) -> None:
    create_theme(here.set, actor=here.owner, name="Other")
    client.force_login(here.editor)
    where = at(here, "theme_split", here.risk)
    answer = client.post(where, {"theme0": here.linkage.pk, "theme1": here.linkage.pk})
    assert answer.status_code == 422
    assert not History.objects.filter(action="split").exists()


def test_a_card_says_that_its_theme_has_another_meaning_since(client: Client, here: World) -> None:
    one = here.annotate(author=here.annotator, themes=[here.risk], note="Coded.")
    client.force_login(here.reader)
    where = f"{here.document.get_absolute_url()}?set={here.set.slug}"
    assertNotContains(client.get(where), "coded before its meaning changed")
    edit_theme(here.set, here.risk, actor=here.owner, definition="Anew.")
    assertContains(client.get(where), "coded before its meaning changed")
    assertContains(client.get(one.get_absolute_url()), "coded before its meaning changed")
    here.risk.refresh_from_db()
    row = keep(here.set, one, here.risk, actor=here.editor)
    # So that the palette is made anew while nothing is doubtful.
    create_theme(here.set, actor=here.owner, name="Other")
    assertNotContains(client.get(where), "coded before its meaning changed")
    assert row is not None
    undo(row, actor=here.editor)
    assertContains(client.get(where), "coded before its meaning changed")


def test_a_split_leaves_alone_what_its_author_has_made_private_since(here: World) -> None:
    one = here.annotate(author=here.annotator, themes=[here.risk])
    pieces = [Piece(here.linkage), Piece(None, "War")]
    head = begin_split(here.set, here.risk, pieces, actor=here.editor)
    edit_annotation(one, actor=here.annotator, themes=[here.risk], note="", visibility="private")
    assert not decide(here.set, head, one, [here.linkage], actor=here.editor)
    assert tags(one) == {here.risk.pk}
