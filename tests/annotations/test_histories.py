"""What became of things: told to those who may know it, with what differs, and to be taken back."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.core.management import call_command
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from pytest_django.asserts import assertContains, assertNotContains, assertRedirects

from annotations.actions.annotations import delete_annotation, edit_annotation, restore_annotation
from annotations.actions.codebook import create_theme, delete_theme
from annotations.actions.emptying import empty_bin
from annotations.actions.promises import change_rules
from annotations.actions.replies import create_reply, delete_reply
from annotations.actions.undoing import undo, undoable
from annotations.integrity import problems
from annotations.models import Annotation, History, Reply
from tests.annotations.worlds import World, world

pytestmark = pytest.mark.django_db


@pytest.fixture
def here() -> World:
    return world()


def edit(one: Annotation, note: str, visibility: str = "shared", **more: Any) -> None:
    themes = list(one.themes.all())
    words = {"themes": themes, "note": note, "visibility": visibility} | more
    edit_annotation(one, actor=one.author, **words)


def page(client: Client, who: Any, name: str, *args: Any, **asked: str) -> Any:
    client.force_login(who)
    return client.get(reverse(f"annotations:{name}", args=args), asked)


def test_an_annotations_history_shows_what_differs(client: Client, here: World) -> None:
    one = here.annotate(author=here.annotator, note="A first thought.")
    edit(one, "A second thought.", themes=[here.linkage])
    answer = page(client, here.annotator, "annotation_history", one.uuid)
    assertContains(answer, "taken out: </span>first")
    assertContains(answer, "put in: </span>second")
    assertContains(answer, '<span class="words">Linkage</span>')
    assertContains(answer, "<b>You</b> changed it")


def test_what_was_private_is_told_to_its_author_alone(client: Client, here: World) -> None:
    one = here.annotate(author=here.annotator, note="Secret draft.", visibility="private")
    edit(one, "Another secret.", "private")
    edit(one, "For everyone.")
    edit(one, "Secret again.", "private")
    edit(one, "And shared again.")
    answer = page(client, here.editor, "annotation_history", one.uuid)
    assertContains(answer, "For everyone.")
    assertContains(answer, "And shared again.")
    for hidden in ("Secret", "secret"):
        assertNotContains(answer, hidden)
    assertContains(page(client, here.annotator, "annotation_history", one.uuid), "Secret draft.")
    story = page(client, here.editor, "history", here.set.slug)
    for hidden in ("Secret", "secret"):
        assertNotContains(story, hidden)


def test_a_set_tells_its_editors_all_and_a_member_what_she_did(client: Client, here: World) -> None:
    here.annotate(author=here.annotator, note="Mine.")
    here.annotate(words="linkage", author=here.editor, note="Yours.")
    gone = here.annotate(words="must speak", author=here.annotator, note="Gone.")
    delete_annotation(gone, actor=here.annotator)
    rules = {"rule": "blind", "after_count": 1, "naming": 1, "groups_apart": True}
    change_rules(here.set, actor=here.owner, leaving="choose", **rules)
    told = page(client, here.editor, "history", here.set.slug)
    assertContains(told, "<b>annotator</b> annotated")
    assertContains(told, "changed the rules")
    assertContains(told, "by a pseudonym")
    assertNotContains(told, "deleted an annotation")
    own = page(client, here.annotator, "history", here.set.slug)
    assertContains(own, "<b>You</b> deleted an annotation on")
    assertNotContains(own, "editor</b>")
    assertNotContains(own, "changed the rules")
    only = page(client, here.editor, "history", here.set.slug, kind="rules")
    assertNotContains(only, "annotated")


def test_a_page_costs_the_same_however_much_was_done(
    client: Client, here: World, django_assert_num_queries: Any
) -> None:
    for number in range(60):
        here.annotate(author=here.annotator, note=f"Note {number}.")
    client.force_login(here.editor)
    client.get(reverse("annotations:history", args=[here.set.slug]))
    with django_assert_num_queries(8):
        answer = client.get(reverse("annotations:history", args=[here.set.slug]))
    assert len(answer.context["entries"]) == 50
    further = client.get(
        reverse("annotations:history", args=[here.set.slug]), {"before": answer.context["further"]}
    )
    seen = {entry.pk for entry in answer.context["entries"]}
    assert seen.isdisjoint(entry.pk for entry in further.context["entries"])
    one = Annotation.objects.latest("pk")
    with django_assert_num_queries(9):
        client.get(reverse("annotations:annotation_history", args=[one.uuid]))


def test_the_last_act_is_taken_back_and_done_again(client: Client, here: World) -> None:
    one = here.annotate(author=here.annotator, note="Before.")
    edit(one, "After.")
    client.force_login(here.annotator)
    undo, redo = (reverse(f"annotations:{n}", args=[here.set.slug]) for n in ("undo", "redo"))
    history = reverse("annotations:history", args=[here.set.slug])
    assertRedirects(client.post(undo), history)
    one.refresh_from_db()
    assert one.note == "Before."
    client.post(redo)
    one.refresh_from_db()
    assert one.note == "After."
    row = History.objects.filter(key=str(one.uuid), action="edit").get()
    client.post(undo, {"row": row.pk, "next": one.get_absolute_url()})
    one.refresh_from_db()
    assert one.note == "Before."
    assertContains(client.post(undo, {"row": row.pk}, follow=True), "This was taken back already.")
    assert client.post(undo, {"row": 10**9}).status_code == 404
    client.force_login(here.editor)
    assert client.post(undo, {"row": row.pk}).status_code == 404


def test_the_reader_gets_the_changed_place_alone(client: Client, here: World) -> None:
    one = here.annotate(author=here.annotator, note="Before.")
    edit(one, "After.")
    client.force_login(here.annotator)
    where = f"{here.document.get_absolute_url()}?set={here.set.slug}"
    answer = client.post(
        reverse("annotations:undo", args=[here.set.slug]),
        headers={"HX-Request": "true", "HX-Current-URL": f"http://testserver{where}"},
    )
    assertContains(answer, "Before.")
    assertContains(answer, "Taken back.")
    assert "hx-swap-oob" in answer.content.decode()


def test_the_bin_has_what_one_deleted_and_brings_it_back(client: Client, here: World) -> None:
    one = here.annotate(author=here.annotator, note="Deleted by me.")
    other = here.annotate(words="linkage", author=here.editor, note="Deleted by the editor.")
    reply = create_reply(
        here.annotate(words="must speak"), author=here.annotator, note="My answer."
    )
    delete_reply(reply, actor=here.annotator)
    for mine in (one, other):
        delete_annotation(mine, actor=mine.author)
    theme = create_theme(here.set, actor=here.owner, name="Unused")
    delete_theme(here.set, theme, actor=here.owner)
    shown = page(client, here.annotator, "bin", here.set.slug)
    for words in ("Deleted by me.", "My answer.", "29 days left"):
        assertContains(shown, words)
    for words in ("Deleted by the editor.", "Unused"):
        assertNotContains(shown, words)
    assertContains(page(client, here.owner, "bin", here.set.slug), "Unused")
    client.force_login(here.annotator)
    client.post(reverse("annotations:annotation_restore", args=[one.uuid]))
    one.refresh_from_db()
    assert one.deleted_at is None


def deleted_long_ago(*items: Annotation | Reply) -> None:
    for item in items:
        type(item).objects.filter(pk=item.pk).update(deleted_at=timezone.now() - timedelta(days=31))


def test_after_its_days_what_was_deleted_is_gone_with_its_words(here: World) -> None:
    gone = here.annotate(author=here.annotator, note="Gone words.")
    edit(gone, "Gone words, too.")
    late = here.annotate(words="linkage", author=here.annotator, note="Deleted today.")
    answered = here.annotate(words="must speak", author=here.annotator, note="Answered words.")
    answer = create_reply(answered, author=here.editor, note="The answer stays.")
    for one in (gone, late, answered):
        delete_annotation(one, actor=here.annotator)
    deleted_long_ago(gone, answered)
    call_command("empty_bin")
    assert not Annotation.objects.filter(pk=gone.pk).exists()
    assert Annotation.objects.filter(pk=late.pk).exists()
    answered.refresh_from_db()
    assert (answered.note, answered.theme_ids) == ("", "")
    assert Reply.objects.filter(pk=answer.pk).exists()
    kept = str(list(History.objects.values_list("state", "before")))
    assert "Gone words" not in kept
    assert "Answered words" not in kept
    assert "Deleted today." in kept
    assert list(problems()) == []
    assert empty_bin(timezone.now() - timedelta(days=30)) == (0, 0, 0)


def test_what_is_brought_back_meanwhile_is_not_emptied(here: World) -> None:
    one = here.annotate(author=here.annotator, note="Back.")
    delete_annotation(one, actor=here.annotator)
    restore_annotation(one, actor=here.annotator)
    assert empty_bin(timezone.now() + timedelta(days=1)) == (0, 0, 0)
    assert Annotation.objects.filter(pk=one.pk).exists()


def test_what_was_taken_back_shows_no_words_in_the_sets_history(
    client: Client, here: World
) -> None:
    one = here.annotate(author=here.annotator, note="First.")
    edit(one, "Told to all.")
    create_reply(one, author=here.editor, note="An answer.")
    assertContains(page(client, here.editor, "history", here.set.slug), "Told")
    moved = {"visibility": "private", "quote": "a secret place"}
    for gone in (moved, {"visibility": "shared", "deleted_at": timezone.now()}):
        Annotation.objects.filter(pk=one.pk).update(**gone)
        story = page(client, here.editor, "history", here.set.slug)
        assertContains(story, "<b>You</b> ")
        for words in ("a secret place", "Told"):
            assertNotContains(story, words)
        assertContains(page(client, here.annotator, "history", here.set.slug), "Told")


def test_editors_are_not_told_how_many_of_their_own_others_delete(
    client: Client, here: World
) -> None:
    for action, state in (("delete", {}), ("unshare", {}), ("undo", {"of": "delete"})):
        History.objects.create(
            kind="many",
            key=str(here.set.pk),
            action=action,
            actor=here.annotator,
            annotation_set=here.set,
            state=state,
        )
    assertNotContains(page(client, here.editor, "history", here.set.slug), "<b>annotator</b>")
    assertContains(page(client, here.annotator, "history", here.set.slug), "<b>You</b>", count=3)
    History.objects.create(
        kind="many",
        key=str(here.set.pk),
        action="retag",
        actor=here.annotator,
        annotation_set=here.set,
        state={},
    )
    told = page(client, here.editor, "history", here.set.slug)
    assertContains(told, "<b>annotator</b>", count=1)


def test_the_bin_shows_no_words_of_what_one_answered_and_does_not_see_any_more(
    client: Client, here: World
) -> None:
    one = here.annotate(author=here.editor, note="Asked.")
    answer = create_reply(one, author=here.annotator, note="My answer.")
    delete_reply(answer, actor=here.annotator)
    assertContains(page(client, here.annotator, "bin", here.set.slug), "My answer.")
    Annotation.objects.filter(pk=one.pk).update(visibility="private", quote="a secret place")
    told = page(client, here.annotator, "bin", here.set.slug)
    assertNotContains(told, "a secret place")
    assertNotContains(told, "My answer.")


def test_what_is_gone_for_good_is_not_brought_back_by_redoing(client: Client, here: World) -> None:
    one = here.annotate(author=here.annotator, note="Gone words.")
    create_reply(one, author=here.editor, note="The answer stays.")
    made = undoable(here.annotator, here.set)
    assert made is not None
    undo(made, actor=here.annotator)
    deleted_long_ago(one)
    call_command("empty_bin")
    client.force_login(here.annotator)
    client.post(reverse("annotations:redo", args=[here.set.slug]))
    one.refresh_from_db()
    assert one.deleted_at is not None
