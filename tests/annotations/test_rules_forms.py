"""A form is saved under the promise that it told, or a narrower one; else it is shown again."""

from __future__ import annotations

import html
import re
from typing import Any

import pytest
from django.test import Client
from hypothesis import given
from hypothesis import strategies as st
from pytest_django.asserts import assertContains

from annotations.actions.promises import change_rules
from annotations.models import Annotation, Audience, Group, GroupMember, Promise, Reply
from annotations.telling import is_wider, mark_of
from tests.annotations.worlds import World, world

pytestmark = pytest.mark.django_db
ANNOTATE = "/sets/a-seminar/annotate/frus1981-88v03/d169/"
GIVEN = {"start": "0", "end": "4", "quote": "169.", "note": "Written", "visibility": "shared"}
CHANGED = "The rules of this set have changed while you wrote."


def ruled(here: World, rule: str, naming: int = 2) -> None:
    change_rules(
        here.set,
        actor=here.owner,
        rule=rule,
        after_count=1,
        naming=naming,
        groups_apart=True,
        leaving="keep",
    )


def promised(client: Client, path: str) -> str:
    """What the form at this address carries."""
    found = re.search(r'name="promised" value="([^"]*)"', client.get(path).content.decode())
    assert found
    return html.unescape(found[1])


@pytest.fixture
def here(client: Client) -> World:
    made = world()
    client.force_login(made.annotator)
    return made


def test_what_was_told_to_be_for_the_editors_is_not_shown_to_all(
    client: Client, here: World
) -> None:
    ruled(here, "editors")
    seen = promised(client, f"{ANNOTATE}?start=0&end=4")
    ruled(here, "open")
    response = client.post(ANNOTATE, {**GIVEN, "promised": seen})
    assertContains(response, CHANGED, status_code=422)
    assertContains(response, "it would be shared with the members of the set", status_code=422)
    assertContains(response, "Written", status_code=422)
    assert not Annotation.objects.exists()
    again = re.search(r'name="promised" value="([^"]*)"', response.content.decode())
    assert again
    client.post(ANNOTATE, {**GIVEN, "promised": again[1]})
    assert Annotation.objects.get().audience == Audience.MEMBERS


@pytest.mark.parametrize(
    ("before", "after"),
    [
        (("open", 1), ("open", 2)),
        (("open", 0), ("open", 1)),
        (("editors", 2), ("after", 2)),
        (("editors", 2), ("blind", 2)),
    ],
)
def test_no_form_goes_through_that_told_less(
    client: Client, here: World, before: Any, after: Any
) -> None:
    ruled(here, *before)
    seen = promised(client, f"{ANNOTATE}?start=0&end=4")
    ruled(here, *after)
    assert client.post(ANNOTATE, {**GIVEN, "promised": seen}).status_code == 422
    private = {**GIVEN, "promised": seen, "visibility": "private"}
    assert client.post(ANNOTATE, private).status_code == 302


def test_a_form_that_told_more_is_saved_with_less(client: Client, here: World) -> None:
    seen = promised(client, f"{ANNOTATE}?start=0&end=4")
    ruled(here, "editors", 1)
    assert client.post(ANNOTATE, {**GIVEN, "promised": seen}).status_code == 302
    made = Annotation.objects.get()
    assert (made.audience, made.naming) == (Audience.EDITORS, 1)


def test_one_who_was_moved_to_another_group_is_asked_again(client: Client, here: World) -> None:
    red, blue = (Group.objects.create(annotation_set=here.set, name=name) for name in "rb")
    row = GroupMember.objects.create(annotation_set=here.set, group=red, user=here.annotator)
    seen = promised(client, f"{ANNOTATE}?start=0&end=4")
    row.group = blue
    row.save()
    assert client.post(ANNOTATE, {**GIVEN, "promised": seen}).status_code == 422


def test_private_work_is_shared_under_what_the_form_told(client: Client, here: World) -> None:
    ruled(here, "editors")
    made = here.annotate(visibility="private")
    path = f"{made.get_absolute_url()}edit/"
    seen = promised(client, path)
    ruled(here, "open")
    given = {"note": "Shared", "visibility": "shared", "promised": seen}
    assertContains(client.post(path, given), CHANGED, status_code=422)
    made.refresh_from_db()
    assert made.visibility == "private"
    assert client.post(path, {**given, "promised": promised(client, path)}).status_code == 302


def test_shared_work_keeps_its_promise_whatever_the_form_told(client: Client, here: World) -> None:
    ruled(here, "editors")
    made = here.annotate()
    path = f"{made.get_absolute_url()}edit/"
    seen = promised(client, path)
    ruled(here, "open")
    given = {"note": "Better", "visibility": "shared", "promised": seen}
    assert client.post(path, given).status_code == 302
    made.refresh_from_db()
    assert (made.note, made.audience) == ("Better", Audience.EDITORS)


@pytest.mark.parametrize("tail", ["reply/", ""])
def test_an_answer_is_not_shown_to_more_than_was_to_be_expected(
    client: Client, here: World, tail: str
) -> None:
    ruled(here, "editors")
    made = here.annotate()
    seen = promised(client, f"{made.get_absolute_url()}{tail}")
    ruled(here, "open")
    path = f"{made.get_absolute_url()}reply/"
    response = client.post(path, {"note": "To you", "promised": seen})
    assertContains(response, CHANGED, status_code=422)
    assert not Reply.objects.exists()


parts = st.tuples(st.integers(0, 2), st.integers(0, 3), st.sampled_from([None, 1, 2]))


@given(parts, parts)
def test_a_promise_is_wider_when_it_gives_anything_that_the_other_did_not(
    one: tuple[int, int, int | None], other: tuple[int, int, int | None]
) -> None:
    now, seen = Promise(*one), Promise(*other)
    told = now.audience <= seen.audience and now.naming <= seen.naming
    within = seen.group_id is None or now.group_id == seen.group_id
    assert is_wider(now, mark_of(seen)) == (not (told and within))
    assert not is_wider(now, mark_of(now))


@given(st.text(max_size=8))
def test_a_mark_that_is_none_is_asked_again(mark: str) -> None:
    now = Promise(1, 2, None)
    known = re.fullmatch(r"[0-9]+\.[0-9]+\.[0-9]+", mark)
    assert not mark or known or is_wider(now, mark)
