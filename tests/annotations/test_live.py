"""What others do while one reads: told to those who see it, and brought in when asked for."""

from __future__ import annotations

import re
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.contrib.sessions.models import Session
from django.test import Client

from annotations.actions.annotations import (
    bump,
    change_passage,
    delete_annotation,
    edit_annotation,
    restore_annotation,
)
from annotations.actions.codebook import edit_theme
from annotations.actions.promises import change_rules, touch_all
from annotations.actions.replies import create_reply, delete_reply, edit_reply
from annotations.models import AnnotationSet, GroupMember, Rule, Visibility
from annotations.news import since_of
from tests.annotations.worlds import World, world
from tests.factories import GroupFactory

pytestmark = pytest.mark.django_db
ADDRESS = "/volumes/frus1981-88v03/d169/"


@pytest.fixture
def here() -> World:
    return world(visibility=Visibility.PUBLIC)


class Page:
    """A reader's open page: its token is that of the moment in which it was made."""

    def __init__(self, here: World, user: User, query: str = "") -> None:
        self.client = Client()
        self.client.force_login(user)
        self.query = f"?set={here.set.slug}{query}"
        self.html = self.client.get(ADDRESS + self.query).content.decode()
        found = re.search(r'data-since="([^"]+)"', self.html)
        self.since = found[1] if found else ""

    def ask(self, more: str = "") -> Any:
        return self.client.get(f"{ADDRESS}news/{self.query}&since={self.since}{more}")

    def told(self) -> str:
        response = self.ask()
        if response.status_code == 204:
            assert not response.content
            return ""
        words = re.sub(r"<button.*?</button>|<[^>]+>", "", response.content.decode())
        return " ".join(words.split())

    def shown(self) -> str:
        return str(self.ask("&show=1").content.decode())


def test_nothing_new_is_an_empty_answer_of_four_queries_that_writes_no_session(
    here: World, django_assert_num_queries: Any
) -> None:
    here.annotate()
    page = Page(here, here.reader)
    before = list(Session.objects.values())
    page.ask()
    with django_assert_num_queries(4):
        response = page.ask()
    assert (response.status_code, response.content, response.cookies) == (204, b"", {})
    assert list(Session.objects.values()) == before


def test_what_others_write_is_told_once_it_is_there_and_costs_seven_queries(
    here: World, django_assert_num_queries: Any
) -> None:
    page = Page(here, here.reader)
    made = here.annotate()
    assert page.told() == "1 new"
    create_reply(made, author=here.editor, note="An answer.")
    assert page.told() == "2 new"
    # What is asked again costs no more than what is not new.
    with django_assert_num_queries(4):
        assert page.told() == "2 new"
    edit_annotation(
        here.annotate("linkage"), actor=here.annotator, themes=[], note="x", visibility="shared"
    )
    assert page.told() == "3 new"
    page.since = Page(here, here.reader).since
    edit_annotation(made, actor=here.annotator, themes=[], note="y", visibility="shared")
    create_reply(made, author=here.editor, note="Another.")
    other = Page(here, here.owner)
    with django_assert_num_queries(7 + 1):
        assert page.told() == "1 new, 1 changed"
    assert other.told() == ""


def test_ones_own_acts_are_no_news(here: World) -> None:
    page = Page(here, here.annotator)
    made = here.annotate()
    create_reply(made, author=here.annotator, note="And more.")
    delete_annotation(made, actor=here.annotator)
    assert page.told() == ""


def test_what_is_changed_or_goes_is_told_as_changed_and_what_only_passed_by_is_not(
    here: World,
) -> None:
    made = here.annotate()
    reply = create_reply(made, author=here.editor, note="An answer.")
    page = Page(here, here.reader)
    edit_reply(reply, actor=here.editor, note="Another.")
    assert page.told() == "1 changed"
    delete_reply(reply, actor=here.editor)
    assert page.told() == "1 changed"
    delete_annotation(here.annotate("linkage"), actor=here.annotator)
    assert page.told() == "1 changed"
    delete_annotation(made, actor=here.annotator)
    assert page.told() == "1 changed"
    restore_annotation(made, actor=here.annotator)
    assert page.told() == "1 new, 1 changed"


def test_the_private_is_told_to_nobody_until_it_is_shared(here: World) -> None:
    pages = [Page(here, user) for user in (here.reader, here.editor, here.owner)]
    made = here.annotate(visibility="private")
    assert [page.told() for page in pages] == ["", "", ""]
    edit_annotation(made, actor=here.annotator, themes=[], note="", visibility="shared")
    assert [page.told() for page in pages] == ["1 new"] * 3


@pytest.mark.parametrize("rule", [Rule.BLIND, Rule.EDITORS, Rule.AFTER])
def test_a_rule_keeps_the_news_too(here: World, rule: str) -> None:
    narrow(here.set, here.owner, rule)
    blind, editor = Page(here, here.reader), Page(here, here.editor)
    made = here.annotate()
    create_reply(made, author=here.annotator, note="And more.")
    assert (blind.told(), editor.told()) == ("", "2 new")
    assert str(made.uuid) not in blind.shown()
    assert str(made.uuid) in editor.shown()


def narrow(one: AnnotationSet, owner: User, rule: str, **changes: Any) -> None:
    given = {"after_count": 3, "naming": 2, "groups_apart": True, "leaving": "choose"}
    change_rules(one, actor=owner, rule=rule, **given | changes)
    one.refresh_from_db()


def test_a_group_hears_of_its_own_alone(here: World) -> None:
    mine, other = (GroupFactory(annotation_set=here.set) for _ in range(2))
    for user, group in ((here.annotator, mine), (here.reader, other)):
        GroupMember.objects.create(annotation_set=here.set, group=group, user=user)
    apart, editor = Page(here, here.reader), Page(here, here.editor)
    here.annotate()
    assert (apart.told(), editor.told()) == ("", "1 new")


def test_the_token_tells_nothing_and_cannot_be_made(here: World) -> None:
    here.annotate()
    first, second = Page(here, here.reader), Page(here, here.reader)
    assert since_of(first.since) is not None
    assert re.fullmatch(r"[\w=-]+", first.since)
    first.since = "x" + second.since[1:]
    assert "This page has changed" in first.told()
    first.since = ""
    assert "This page has changed" in first.told()


@pytest.mark.parametrize("other", ["annotator", "editor"])
def test_a_token_serves_none_but_whose_page_it_is(here: World, other: str) -> None:
    page = Page(here, here.reader)
    page.client.force_login(getattr(here, other))
    assert "This page has changed" in page.told()


def test_only_those_who_see_the_set_and_are_signed_in_are_told(here: World) -> None:
    guest = Client()
    html = guest.get(ADDRESS).content.decode()
    assert "data-since" not in html and "data-news" not in html
    assert guest.get(f"{ADDRESS}news/?set={here.set.slug}").status_code == 404
    assert "data-since" not in Page(here, here.reader, "&annotations=off").html
    AnnotationSet.objects.update(visibility=Visibility.PRIVATE)
    stranger = Client()
    stranger.force_login(here.stranger)
    assert stranger.get(f"{ADDRESS}news/?set={here.set.slug}").status_code == 404
    assert stranger.get(f"{ADDRESS}news/").status_code == 404


def test_a_page_whose_rules_have_changed_is_to_be_loaded_again(here: World) -> None:
    page = Page(here, here.reader)
    narrow(here.set, here.owner, Rule.BLIND)
    assert "This page has changed" in page.told()
    assert "cards" not in page.shown()


def test_only_what_changed_is_brought_with_a_new_token(here: World) -> None:
    page = Page(here, here.reader)
    made = here.annotate("linkage")
    response = page.ask("&show=1")
    html = response.content.decode()
    assert re.findall(r'id="(b\d+|cards-\d+)"[^>]*hx-swap-oob="true"', html) == ["b1", "cards-1"]
    assert str(made.uuid) in html
    assert "apparatus:news" in response["HX-Trigger"]
    page.since = re.search(r'"since": "([^"]+)"', response["HX-Trigger"])[1]  # type: ignore[index]
    assert page.told() == "" and page.shown() == ""


def test_a_passage_that_was_moved_leaves_its_old_place(here: World) -> None:
    made = here.annotate("Memorandum")
    page = Page(here, here.reader)
    start = here.edition.text.index("linkage")
    change_passage(
        made,
        actor=here.annotator,
        start=start,
        end=start + 7,
        quote="linkage",
        text=here.edition.as_text(),
    )
    html = page.shown()
    assert page.told() == "1 changed"
    assert re.findall(r'id="(cards-\d+)"', html) == ["cards-0", "cards-1"]


def test_all_is_brought_where_the_history_does_not_say_what_changed(here: World) -> None:
    made = here.annotate(themes=[here.linkage])
    page = Page(here, here.reader)
    touch_all(here.set)
    assert len(re.findall(r'id="(b\d+)"', page.shown())) == 3
    page = Page(here, here.reader)
    edit_theme(here.set, here.linkage, actor=here.owner, name="Ties", colour=4, line=5)
    bump(made)
    html = page.shown()
    assert len(re.findall(r'id="(b\d+)"', html)) == 3 and "Ties" in html


def test_the_filters_of_the_page_hold_for_what_is_brought(here: World) -> None:
    page = Page(here, here.reader, "&theme=risk")
    risk, linkage = (here.annotate(themes=[theme]) for theme in (here.risk, here.linkage))
    html = page.shown()
    assert str(risk.uuid) in html and str(linkage.uuid) not in html


def blocks(page: Page) -> list[str]:
    return re.findall(r'id="(b\d+)"', page.shown())


def test_where_others_write_what_she_does_not_see_is_not_told_by_what_is_brought(
    here: World,
) -> None:
    AnnotationSet.objects.filter(pk=here.set.pk).update(rule=Rule.BLIND)
    blind = Page(here, here.reader)
    here.annotate("linkage")
    assert blind.ask("&show=1").status_code == 204
    AnnotationSet.objects.filter(pk=here.set.pk).update(rule=Rule.OPEN)
    page = Page(here, here.reader)
    here.annotate("linkage", visibility="private")
    assert blocks(page) == []


def test_that_somebody_was_answered_in_private_is_told_to_nobody_else(here: World) -> None:
    made = here.annotate("linkage")
    page, hers = Page(here, here.reader), Page(here, here.annotator)
    create_reply(made, author=here.editor, note="Between us.", private=True)
    assert (blocks(page), blocks(hers)) == ([], ["b1"])


def test_what_is_private_now_goes_from_the_page_that_showed_it(here: World) -> None:
    made = here.annotate("linkage")
    page = Page(here, here.reader)
    edit_annotation(made, actor=here.annotator, themes=[], note="Mine.", visibility="private")
    assert blocks(page) == ["b1"]


def test_a_page_does_not_tell_by_its_token_that_something_was_done_unseen(here: World) -> None:
    """A kept token would be another one after each change, and a longer one after ten."""
    AnnotationSet.objects.filter(pk=here.set.pk).update(rule=Rule.BLIND)
    first, second = Page(here, here.reader), Page(here, here.reader)
    assert first.since != second.since
    for _ in range(12):
        here.annotate("linkage")
    assert len(Page(here, here.reader).since) == len(first.since)
