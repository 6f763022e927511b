"""How a set's rules are set, and how everybody is told of them."""

from __future__ import annotations

import html
import re
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.test import Client
from django.utils import timezone
from pytest_django.asserts import assertContains, assertNotContains, assertRedirects

from annotations.actions.promises import change_rules, pseudonym_of
from annotations.actions.replies import create_reply
from annotations.actions.states import set_state
from annotations.models import (
    AnnotationSet,
    Audience,
    Group,
    GroupMember,
    History,
    Membership,
    Naming,
    Progress,
    Rule,
    State,
    Visibility,
)
from tests.annotations.worlds import World, user, world

pytestmark = pytest.mark.django_db
READER = "/volumes/frus1981-88v03/d169/?set=a-seminar"
HTMX: dict[str, Any] = {
    "HTTP_HX_REQUEST": "true",
    "HTTP_HX_CURRENT_URL": f"http://testserver{READER}",
}
NOW = {"when": "open", "after_count": "1", "naming": "2", "groups_apart": "True"}


@pytest.fixture
def here() -> World:
    return world()


def ruled(here: World, **changes: Any) -> World:
    """The world under other rules; those who had loaded its set see them."""
    now: dict[str, Any] = {
        "rule": "open",
        "after_count": 1,
        "naming": 2,
        "groups_apart": True,
        "leaving": "keep",
    }
    change_rules(here.set, actor=here.owner, **now | changes)
    return here


def form(**changes: str) -> dict[str, str]:
    return {**NOW, "leaving": "choose", **changes}


def meaning(client: Client, here: World, **changes: str) -> list[str]:
    """The sentences that say what a change means."""
    response = client.post(
        here.path("rules/"), form(**changes), HTTP_HX_REQUEST="true", HTTP_HX_TARGET="meaning"
    )
    assert response.status_code == 200
    return re.findall(r"<li>(.*?)</li>", html.unescape(response.content.decode()))


def standing(client: Client, who: User) -> str:
    """The line above the text, without its tags; empty when nothing is told."""
    client.force_login(who)
    page = client.get(READER).content.decode()
    found = re.search(r'<aside class="standing".*?</aside>', page, re.DOTALL)
    assert found
    return " ".join(html.unescape(re.sub(r"<[^>]+>", " ", found[0])).split())


def test_a_change_is_looked_at_before_it_is_made(client: Client, here: World) -> None:
    client.force_login(here.editor)
    asked = form(when="blind", naming="1")
    response = client.post(here.path("rules/"), asked)
    assertContains(response, "What this change means")
    here.set.refresh_from_db()
    assert here.set.rule == Rule.OPEN
    seen = re.search(r'name="seen" value="([^"]+)"', response.content.decode())
    assert seen
    response = client.post(here.path("rules/"), {**asked, "seen": html.unescape(seen[1])})
    assertRedirects(response, here.path("rules/"))
    here.set.refresh_from_db()
    assert (here.set.rule, here.set.naming) == (Rule.BLIND, Naming.PSEUDONYM)
    assert History.objects.get(action="change_rules").state["rule"] == "blind"


def test_what_was_looked_at_is_saved_and_nothing_else(client: Client, here: World) -> None:
    client.force_login(here.editor)
    response = client.post(here.path("rules/"), form(when="blind"))
    seen = re.search(r'name="seen" value="([^"]+)"', response.content.decode())
    assert seen
    other = form(when="editors", seen=html.unescape(seen[1]))
    assertContains(client.post(here.path("rules/"), other), "What this change means")
    ruled(here, naming=1, leaving="choose")
    # Another editor was faster: what was looked at was a change of other rules.
    late = form(when="blind", seen=html.unescape(seen[1]))
    assertContains(client.post(here.path("rules/"), late), "What this change means")
    here.set.refresh_from_db()
    assert (here.set.rule, here.set.naming) == (Rule.OPEN, Naming.PSEUDONYM)


@pytest.mark.parametrize(
    "wrong",
    [{"when": "never"}, {"naming": "3"}, {"leaving": ""}, {"groups_apart": "x"}, {"when": ""}]
    + [{"when": "after", "after_count": count} for count in ("", "0", "-1", "51", "many")],
)
def test_rules_that_are_none_are_refused(client: Client, here: World, wrong: Any) -> None:
    client.force_login(here.owner)
    assert client.post(here.path("rules/"), form(**wrong)).status_code == 422
    here.set.refresh_from_db()
    assert here.set.rule == Rule.OPEN


def test_the_count_of_own_annotations_is_kept_where_it_is_not_asked_for(
    client: Client, here: World
) -> None:
    ruled(here, rule="after", after_count=0, leaving="choose")
    client.force_login(here.owner)
    assertContains(client.post(here.path("rules/"), form(when="finished")), "rules that hold now")


def test_the_rules_that_hold_are_the_ones_that_are_chosen(client: Client, here: World) -> None:
    client.force_login(here.owner)
    response = client.post(here.path("rules/"), form())
    assertContains(response, "These are the rules that hold now")
    assertNotContains(response, "Change the rules")


def test_readers_read_the_rules_and_change_none(client: Client, here: World) -> None:
    ruled(here, rule="after", after_count=2, naming=1)
    for who in (here.annotator, here.reader):
        client.force_login(who)
        response = client.get(here.path("rules/"))
        assertContains(response, "After their own annotations")
        assertNotContains(response, "<button")
        assert client.post(here.path("rules/"), form()).status_code == 403
    client.force_login(here.stranger)
    assert client.get(here.path("rules/")).status_code == 404


def test_homework_stays_homework_is_said_and_counted(client: Client, here: World) -> None:
    ruled(here, rule="editors", leaving="choose")
    for words in ("Afghanistan", "linkage"):
        first = here.annotate(words)
    here.annotate("behind", visibility="private")
    here.annotate("speak", author=here.owner)
    create_reply(first, author=here.annotator, note="To myself")
    client.force_login(here.owner)
    said = meaning(client, here, when="open")
    kept = "2 annotations and 1 reply were written when only the editors saw what members write: "
    assert kept + "they stay so until their authors release them." in said
    assert not any("at once" in sentence for sentence in said)


def test_closing_counts_what_goes_out_of_sight(client: Client, here: World) -> None:
    here.annotate()
    client.force_login(here.owner)
    assert meaning(client, here, when="blind") == [
        "What members share from now on is for the members of the set, once you open the set.",
        "1 annotation that the members see now is out of the others’ sight until you open the set. "
        "Whoever has read it may remember it.",
    ]


def test_opening_counts_what_is_seen_and_by_whom(client: Client, here: World) -> None:
    group = Group.objects.create(annotation_set=here.set, name="Red")
    AnnotationSet.objects.filter(pk=here.set.pk).update(visibility=Visibility.PUBLIC)
    here.set.refresh_from_db()
    ruled(here, rule="blind", leaving="choose")
    here.annotate()
    GroupMember.objects.create(annotation_set=here.set, group=group, user=here.annotator)
    here.annotate("linkage")
    client.force_login(here.owner)
    assert meaning(client, here, when="open")[1:] == [
        "The members see 2 annotations of each other at once. That cannot be taken back.",
        "1 annotation of these stays in its group.",
        "Whoever can read the set, member or not, sees 1 annotation.",
    ]


def test_read_first_counts_for_whom_it_is_open_already(client: Client, here: World) -> None:
    here.annotate()
    here.annotate("linkage")
    Progress.objects.create(
        annotation_set=here.set, user=here.reader, document=here.document, opened_at=timezone.now()
    )
    client.force_login(here.owner)
    said = meaning(client, here, when="after", after_count="2")
    assert said[2:] == [
        "What has opened for a member before stays open: 1 time, a member and a document each.",
        "It opens at once where the rule is fulfilled already: 1 time, a member and a document "
        "each.",
    ]
    assert len(meaning(client, here, when="after", after_count="3")) == 3


@pytest.mark.parametrize(
    ("before", "after", "said"),
    [
        (
            1,
            "2",
            [
                "2 people will be named from now on, when they write.",
                "1 annotation written before keeps its pseudonym until its author shows more.",
            ],
        ),
        (
            0,
            "1",
            [
                "2 people will be called by a pseudonym from now on, when they write.",
                "1 annotation written before keeps its namelessness until its author shows more.",
            ],
        ),
        (
            2,
            "1",
            [
                "2 people will be called by a pseudonym from now on; the editors go on seeing "
                "names.",
                "1 annotation written before loses its author’s name too. Whoever has "
                "read it may remember.",
            ],
        ),
    ],
)
def test_a_change_of_names_counts_people_and_what_they_wrote(
    client: Client, here: World, before: int, after: str, said: list[str]
) -> None:
    ruled(here, naming=before, leaving="choose")
    here.annotate()
    here.annotate("linkage", author=here.editor)
    client.force_login(here.owner)
    assert meaning(client, here, naming=after) == said


def test_a_change_of_groups_counts_what_stays_where_it_is(client: Client, here: World) -> None:
    client.force_login(here.owner)
    assert "no groups" in meaning(client, here, groups_apart="False")[0]
    group = Group.objects.create(annotation_set=here.set, name="Red")
    GroupMember.objects.create(annotation_set=here.set, group=group, user=here.annotator)
    here.annotate()
    said = meaning(client, here, groups_apart="False")
    assert "1 annotation written within a group stays there" in said[1]
    assert meaning(client, here, leaving="keep")[0].startswith("What becomes of their work")


def test_the_pages_of_rules_cost_what_they_say(
    client: Client, here: World, django_assert_num_queries: Any
) -> None:
    ruled(here, rule="blind", leaving="choose")
    here.annotate()
    client.force_login(here.owner)
    client.get(here.path("rules/"))
    with django_assert_num_queries(3 + 3):  # session, account, set; what waits
        client.get(here.path("rules/"))
    with django_assert_num_queries(3 + 6):  # … what reaches, in groups, what is for editors
        assert len(meaning(client, here, when="open")) == 2
    client.force_login(here.reader)
    client.get(here.path("rules/"))
    with django_assert_num_queries(3 + 1):  # whether there are groups
        client.get(here.path("rules/"))


def test_one_button_opens_a_blind_set(client: Client, here: World) -> None:
    ruled(here, rule="blind")
    here.annotate(note="Mine")
    client.force_login(here.reader)
    assertNotContains(client.get(READER), "Mine")
    assertNotContains(client.get(here.path()), "Open the set")
    assert client.post(here.path("rules/open/")).status_code == 403
    client.force_login(here.editor)
    for page in (here.path(), here.path("rules/")):
        assertContains(client.get(page), "1 annotation by 1 of them waits to be seen by all.")
    response = client.post(here.path("rules/open/"), follow=True)
    assertContains(response, "The set is open: its members see what the others wrote.")
    client.force_login(here.reader)
    assertContains(client.get(READER), "Mine")


def test_a_set_is_opened_closed_and_frozen_with_history(client: Client, here: World) -> None:
    client.force_login(here.editor)
    for state in ("closed", "frozen"):
        assertRedirects(
            client.post(here.path("rules/state/"), {"state": state}), here.path("rules/")
        )
        here.set.refresh_from_db()
        assert here.set.state == state
    assertContains(client.get(here.path("rules/")), "Only the owner can thaw this set.")
    assert client.post(here.path("rules/state/"), {"state": "open"}).status_code == 403
    assert client.post(here.path("rules/state/"), {"state": "melted"}).status_code == 404
    client.force_login(here.owner)
    client.post(here.path("rules/state/"), {"state": "open"})
    rows = History.objects.filter(kind="annotationset", action__in=["close", "freeze", "open"])
    told = list(rows.order_by("pk").values_list("actor__username", "action", "before", "state"))
    assert told == [
        ("editor", "close", {"state": "open"}, {"state": "closed"}),
        ("editor", "freeze", {"state": "closed"}, {"state": "frozen"}),
        ("owner", "open", {"state": "frozen"}, {"state": "open"}),
    ]


def test_the_same_state_again_is_no_change(here: World) -> None:
    before = History.objects.count()
    set_state(here.set, actor=here.owner, state=State.OPEN)
    assert History.objects.count() == before


def test_nothing_is_told_where_everyone_sees_everything(client: Client, here: World) -> None:
    for who in (here.annotator, here.reader, here.owner):
        assert standing(client, who) == ""


@pytest.mark.parametrize(
    ("rules", "annotator", "editor"),
    [
        (
            {"rule": "blind", "naming": 0},
            "You write without your name · others see it once the editors open the set · and you "
            "theirs",
            "Members work blind until the set is opened · you see all of it · members see no name "
            "where you see names",
        ),
        (
            {"rule": "editors"},
            "Only the editors see what you write",
            "Members see their own work and yours alone · you see all of it",
        ),
        (
            {"rule": "after", "after_count": 2},
            "Others see what you write after their own 2 annotations · you see theirs after yours: "
            "0 of 2",
            "Members see each other’s work after their own 2 annotations · you see all of it",
        ),
        (
            {"naming": 1},
            "You write under a pseudonym · the members of the set see it",
            "Members see a pseudonym where you see names",
        ),
    ],
)
def test_a_member_is_told_who_sees_what_she_writes(
    client: Client, here: World, rules: Any, annotator: str, editor: str
) -> None:
    ruled(here, **rules)
    here.set.pseudonyms.all().delete()
    assert standing(client, here.annotator) == f"{annotator} The rules"
    assert standing(client, here.editor) == f"{editor} The rules"


def test_the_line_counts_what_is_still_to_be_written(client: Client, here: World) -> None:
    ruled(here, rule="after", after_count=2, naming=1)
    called = pseudonym_of(here.set, here.annotator).name
    here.annotate()
    told = standing(client, here.annotator)
    assert told.startswith(f"You write as {called} · ")
    assert "you see theirs after yours: 1 of 2" in told
    here.annotate("linkage")
    assert "· you see theirs The rules" in standing(client, here.annotator)


def test_the_line_follows_each_change(client: Client, here: World) -> None:
    ruled(here, rule="after", after_count=3)
    client.force_login(here.annotator)
    given = {"start": 0, "end": 4, "quote": "169.", "visibility": "shared"}
    response = client.post(
        f"{here.path()}annotate/frus1981-88v03/d169/",
        given,
        HTTP_HX_REQUEST="true",
        HTTP_HX_CURRENT_URL=f"http://testserver{READER}",
    )
    assertContains(response, "1 of 3")
    assertContains(response, 'id="standing"')


def test_the_line_costs_two_queries_at_most_and_none_where_nothing_is_told(
    client: Client, here: World, django_assert_num_queries: Any
) -> None:
    client.force_login(here.annotator)
    client.get(READER)
    with django_assert_num_queries(4):  # session, account, document, sets
        client.get(READER)
    ruled(here, rule="after", after_count=2, naming=1)
    client.get(READER)
    with django_assert_num_queries(4 + 2):
        client.get(READER)


def test_the_annotation_that_opens_the_others_loads_the_page_again_and_says_so(
    client: Client, here: World
) -> None:
    ruled(here, rule="after", after_count=1)
    here.annotate("linkage", author=here.owner, note="What the owner wrote")
    client.force_login(here.annotator)
    assertNotContains(client.get(READER), "What the owner wrote")
    given = {"start": 0, "end": 4, "quote": "169.", "visibility": "shared"}
    response = client.post(f"{here.path()}annotate/frus1981-88v03/d169/", given, **HTMX)
    assert response["HX-Refresh"] == "true"
    page = client.get(READER)
    assertContains(page, "Saved. You now see what the others wrote.")
    assertContains(page, "What the owner wrote")
    assertNotContains(client.get(READER), "You now see")


def test_one_says_that_one_has_finished_and_sees_the_others(client: Client, here: World) -> None:
    ruled(here, rule="after", after_count=0)
    here.annotate(note="Already there")
    path = f"{here.path()}finished/frus1981-88v03/d169/"
    client.force_login(here.reader)
    page = client.get(READER)
    assertContains(page, f'action="{path}"')
    assertContains(page, "You see what members write here when you have finished reading")
    assertNotContains(page, "Already there")
    assertContains(page, '<a href="#standing">Finished reading?</a>')
    response = client.post(path)
    assertRedirects(response, READER, fetch_redirect_response=False)
    page = client.get(READER)
    assertContains(page, "You now see what the others wrote.")
    assertContains(page, "Already there")
    assertNotContains(page, "I have finished reading")
    assertNotContains(page, "Finished reading?")
    client.force_login(here.stranger)
    assert client.post(path).status_code == 404


@pytest.mark.parametrize(
    ("rule", "count", "words"),
    [
        ("blind", 1, "What members write here is not open yet."),
        ("editors", 1, "What members write here is for the editors alone."),
        ("after", 2, "What members write here is open to those alone who annotate it themselves."),
    ],
)
def test_visitors_and_readers_are_told_that_something_is_not_open(
    client: Client, rule: str, count: int, words: str
) -> None:
    here = world(visibility="public")
    ruled(here, rule=rule, after_count=count)
    here.annotate(note="Hidden")
    for who in (here.reader, here.stranger):
        client.force_login(who)
        page = client.get(READER)
        assertContains(page, f'<p class="empty">{words}</p>')
        assertNotContains(page, "Nobody has annotated")
        assertNotContains(page, "Hidden")
    client.logout()
    assertContains(client.get(READER), words)


def test_one_who_writes_is_not_told_that_nobody_has(client: Client, here: World) -> None:
    ruled(here, rule="blind")
    here.annotate()
    coder = user("coder")
    Membership.objects.create(annotation_set=here.set, user=coder, role="annotator")
    client.force_login(coder)
    assertContains(client.get(READER), "What the others write is not open to you yet.")


@pytest.mark.parametrize(
    ("rules", "words"),
    [
        ({}, "Shared with the members of the set"),
        ({"rule": "editors", "naming": 1}, "Shared with the editors only"),
        ({"naming": 0}, "Shared with the members of the set, without your name"),
        (
            {"naming": 1, "rule": "after", "after_count": 2},
            "Shared with the members of the set, as {}, after their own 2 annotations",
        ),
    ],
)
def test_the_composer_says_who_will_see_it(
    client: Client, here: World, rules: Any, words: str
) -> None:
    ruled(here, **rules)
    called = pseudonym_of(here.set, here.annotator).name
    client.force_login(here.annotator)
    page = client.get(f"{here.path()}annotate/frus1981-88v03/d169/?start=0&end=4")
    found = re.findall(r'value="shared"[^>]*> ([^<]*)</label>', page.content.decode())
    assert found == [words.format(called)]


def test_an_edited_annotation_is_said_to_keep_its_promise(client: Client, here: World) -> None:
    ruled(here, rule="editors")
    shared = here.annotate()
    private = here.annotate("linkage", visibility="private")
    ruled(here, rule="open")
    client.force_login(here.annotator)
    assertContains(client.get(f"{shared.get_absolute_url()}edit/"), "Shared with the editors only")
    page = client.get(f"{private.get_absolute_url()}edit/")
    assertContains(page, "Shared with the members of the set")


def test_a_card_tells_its_author_and_the_editors_that_fewer_see_it(
    client: Client, here: World
) -> None:
    ruled(here, rule="editors")
    made = here.annotate(note="Homework")
    ruled(here, rule="open")
    assert made.audience == Audience.EDITORS
    for who in (here.annotator, here.editor):
        client.force_login(who)
        for page in (READER, made.get_absolute_url()):
            assertContains(client.get(page), '<span class="hushed">editors only</span>')
    ruled(here, rule="editors")
    for who in (here.annotator, here.editor):
        client.force_login(who)
        assertNotContains(client.get(READER), "editors only</span>")


def test_ones_own_cards_say_so_where_no_name_does(client: Client, here: World) -> None:
    ruled(here, naming=1)
    made = here.annotate()
    create_reply(made, author=here.annotator, note="More")
    called = pseudonym_of(here.set, here.annotator).name
    client.force_login(here.annotator)
    assertContains(client.get(READER), f'<span class="author">{called} (you)</span>', count=2)
    client.force_login(here.reader)
    page = client.get(READER)
    assertContains(page, f'<span class="author">{called}</span>', count=2)
    assertNotContains(page, "(you)")
    assertNotContains(page, "\x00")
    client.force_login(here.editor)
    assertNotContains(client.get(READER), "(you)")


def test_editors_choose_whether_a_file_names_people(client: Client, here: World) -> None:
    ruled(here, naming=1)
    here.annotate()
    client.force_login(here.editor)
    page = client.get(here.path("exports/"))
    assertContains(page, "under their pseudonyms")
    assertContains(page, 'href="/sets/a-seminar/exports/csv/"')
    page = client.get(here.path("exports/?names=1"))
    assertContains(page, "Everyone is named in these files")
    assertContains(page, 'href="/sets/a-seminar/exports/csv/?names=1"')
    client.force_login(here.annotator)
    page = client.get(here.path("exports/?names=1"))
    assertContains(page, "under their pseudonyms")
    assertNotContains(page, "names=1")


def test_who_does_not_see_all_is_told_that_a_file_holds_less(client: Client, here: World) -> None:
    ruled(here, rule="blind")
    client.force_login(here.annotator)
    words = "A file holds what you see now, not all that was written."
    assertContains(client.get(here.path("exports/")), words)
    client.force_login(here.owner)
    assertNotContains(client.get(here.path("exports/")), words)
