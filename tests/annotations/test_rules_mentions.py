"""A set that names its members no more says their user names nowhere, not after an @ either."""

from __future__ import annotations

import pytest
from django.contrib.auth.models import User
from django.test import Client
from pytest_django.asserts import assertContains, assertNotContains

from annotations.actions.annotations import edit_annotation
from annotations.actions.promises import change_rules, release
from annotations.actions.replies import create_reply
from annotations.actions.sets import add_member
from annotations.actions.undoing import undo
from annotations.integrity import problems
from annotations.models import Annotation, History, Naming, Pseudonym
from tests.annotations.traces import found
from tests.annotations.worlds import World, user, world

pytestmark = pytest.mark.django_db
ZOE = "zoe-traenkle"
NOTE = f"Ask @{ZOE} and @editor, not @{ZOE}-b or me@{ZOE}. **@Zoe-Traenkle!**"


def a_class() -> tuple[World, User]:
    here = world()
    zoe = user(ZOE)
    add_member(here.set, actor=here.owner, username=ZOE)
    return here, zoe


def go_over(here: World, naming: int) -> None:
    change_rules(
        here.set,
        actor=here.owner,
        rule="open",
        after_count=0,
        naming=naming,
        groups_apart=True,
        leaving="keep",
    )


def test_a_mention_by_user_name_becomes_one_by_pseudonym() -> None:
    here, zoe = a_class()
    written = here.annotate(note=NOTE)
    reply = create_reply(written, author=here.reader, note=f"@{ZOE}: yes.")
    go_over(here, Naming.PSEUDONYM)
    called = Pseudonym.objects.get(annotation_set=here.set, user=zoe)
    written.refresh_from_db()
    reply.refresh_from_db()
    assert written.note == (
        f"Ask @{called.slug} and @editor, not @{ZOE}-b or me@{ZOE}. **@{called.slug}!**"
    )
    assert f"<span>@{called.name}</span>" in written.note_html
    assert "<span>@editor</span>" in written.note_html
    assert reply.note == f"@{called.slug}: yes."
    assert History.objects.get(action="change_rules").state["veiled"] == 2
    assert list(problems()) == []


def test_where_nobody_is_named_it_becomes_a_member() -> None:
    here, _ = a_class()
    written = here.annotate(note=f"As @{ZOE} says.")
    go_over(here, Naming.NOBODY)
    written.refresh_from_db()
    assert (written.note, written.note_html) == ("As a member says.", "<p>As a member says.</p>")


@pytest.mark.parametrize("naming", [Naming.PSEUDONYM, Naming.NOBODY])
def test_no_page_no_file_and_nothing_that_is_kept_says_it_any_more(
    client: Client, naming: int
) -> None:
    here, zoe = a_class()
    written = here.annotate(note=f"As @{ZOE} says.")
    edit_annotation(
        written, actor=here.annotator, themes=[], note=f"@{ZOE} said so.", visibility="shared"
    )
    create_reply(written, author=zoe, note="Did I?")
    client.force_login(here.reader)
    at = f"{here.document.get_absolute_url()}?set={here.set.slug}"
    assertContains(client.get(at), ZOE)
    go_over(here, naming)
    for path in (at, written.get_absolute_url(), here.path("exports/csv/"), here.path("mine/")):
        response = client.get(path)
        content = response.getvalue() if response.streaming else response.content
        assert response.status_code == 200 and ZOE not in content.decode()
    assert [text for _, text in found((f"@{ZOE}",))] == []


def test_taking_back_does_not_bring_a_name_back() -> None:
    here, _ = a_class()
    written = here.annotate(note=f"As @{ZOE} says.")
    edit_annotation(written, actor=here.annotator, themes=[], note="Better.", visibility="shared")
    go_over(here, Naming.NOBODY)
    undo(History.objects.get(kind="annotation", action="edit"), actor=here.annotator)
    written.refresh_from_db()
    assert written.note == "As a member says."


def test_who_left_and_was_mentioned_once_is_veiled_too() -> None:
    here, zoe = a_class()
    written = here.annotate(note=f"As @{ZOE} says.")
    here.set.memberships.get(user=zoe).delete()
    go_over(here, Naming.NOBODY)
    written.refresh_from_db()
    assert written.note == "As a member says."


def test_an_at_that_mentions_nobody_and_other_changes_of_rules_touch_no_words() -> None:
    here, _ = a_class()
    other = here.annotate(note="Write to @stranger, or a@b.example.")
    go_over(here, Naming.PSEUDONYM)
    slug = Pseudonym.objects.get(annotation_set=here.set, user__username=ZOE).slug
    mention = here.annotate("linkage", note=f"As @{slug} says.")
    go_over(here, Naming.NAME)
    go_over(here, Naming.NAME)
    notes = Annotation.objects.values_list("pk", "note")
    assert dict(notes) == {other.pk: other.note, mention.pk: mention.note}


def test_what_is_released_later_says_no_more_of_others() -> None:
    here, _ = a_class()
    go_over(here, Naming.NOBODY)
    written = here.annotate(note=f"As @editor says to @{ZOE}.")
    html = written.note_html
    assert html == f"<p>As <span>@editor</span> says to @{ZOE}.</p>"
    go_over(here, Naming.PSEUDONYM)
    assert release(here.set, actor=here.annotator) == 1
    written.refresh_from_db()
    assert written.note_html == html


def test_a_change_says_so_before_it_is_made(client: Client) -> None:
    here, _ = a_class()
    client.force_login(here.owner)
    given = {"when": "open", "naming": "1", "groups_apart": "True", "leaving": "keep"}
    assertNotContains(client.post(here.path("rules/"), given), "an @ with a member")
    here.annotate(note=f"As @{ZOE} says.")
    assertContains(client.post(here.path("rules/"), given), "an @ with a member’s user name")
