"""Notices: who is told of what, under which names, and only of what she may see."""

from __future__ import annotations

import re
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.test import Client
from django.utils import timezone

from annotations.actions.annotations import delete_annotation
from annotations.actions.notices import choose, notify
from annotations.actions.promises import change_rules, pseudonym_of
from annotations.actions.replies import create_reply
from annotations.actions.sets import add_member
from annotations.models import (
    Annotation,
    AnnotationSet,
    Assignment,
    Kind,
    Membership,
    Naming,
    Notification,
    Reply,
)
from annotations.notices import unread_count
from annotations.permissions import Viewer
from archive.kept import forget_all
from tests.annotations.worlds import World, user, world

pytestmark = pytest.mark.django_db
RULES = {"rule": "open", "after_count": 1, "groups_apart": True, "leaving": "keep"}


@pytest.fixture
def here() -> World:
    forget_all()
    made = world()
    for name in ("second", "third"):
        add_member(made.set, actor=made.owner, username=user(name).username, role="annotator")
    return made


def member(name: str) -> User:
    return User.objects.get(username=name)


def told() -> set[tuple[str, str]]:
    return set(Notification.objects.values_list("user__username", "kind"))


def listed(client: Client, who: User) -> str:
    client.force_login(who)
    return client.get("/notices/").text


# Who is told


def test_a_reply_tells_the_author_and_all_who_replied_but_never_who_wrote_it(here: World) -> None:
    made = here.annotate()
    create_reply(made, author=member("second"), note="First.")
    assert told() == {("annotator", "reply")}
    create_reply(made, author=member("third"), note="Second.")
    create_reply(made, author=here.annotator, note="Mine.")
    assert told() == {("annotator", "reply"), ("second", "reply"), ("third", "reply")}
    assert not Notification.objects.filter(actor=here.annotator, user=here.annotator).exists()


def test_who_is_mentioned_in_a_reply_is_told_of_that_alone(here: World) -> None:
    create_reply(here.annotate(), author=member("second"), note="@annotator, @third")
    assert told() == {("annotator", "mention"), ("third", "mention")}


def test_a_private_answer_tells_its_reader_as_such_and_the_way_back_the_editor(
    here: World,
) -> None:
    made = here.annotate()
    create_reply(made, author=member("second"), note="For all.")
    Notification.objects.all().delete()
    create_reply(made, author=here.editor, note="Between us, @third.", private=True)
    assert told() == {("annotator", "private")}
    create_reply(made, author=here.annotator, note="And back.", private=True)
    assert told() == {("annotator", "private"), ("editor", "reply")}


def test_nobody_is_told_of_what_she_cannot_see(here: World) -> None:
    change_rules(here.set, actor=here.owner, naming=Naming.NAME, **RULES | {"rule": "blind"})
    made = here.annotate(note="@second and @editor")
    assert told() == {("editor", "mention")}
    assert notify(
        Kind.HIDDEN,
        users=[here.annotator, member("second"), here.stranger],
        annotation_set=here.set,
        actor=here.editor,
        annotation=made,
    ) == {here.annotator.pk}


def test_an_assignment_tells_members_alone_and_once_while_unread(here: World) -> None:
    task = Assignment.objects.create(annotation_set=here.set, title="Read", created_by=here.owner)
    everyone = User.objects.all()
    for _ in range(2):
        notify(
            Kind.ASSIGNMENT,
            users=everyone,
            annotation_set=here.set,
            actor=here.owner,
            assignment=task,
        )
    expected = {"editor", "annotator", "reader", "second", "third"}
    assert told() == {(name, "assignment") for name in expected}
    assert Notification.objects.count() == 5


def test_telling_many_takes_as_many_queries_as_telling_one(
    here: World, django_assert_max_num_queries
) -> None:
    made = here.annotate()
    for number in range(30):
        add_member(here.set, actor=here.owner, username=user(f"m{number}").username, role="reader")
    with django_assert_max_num_queries(7):
        notify(
            Kind.MENTION,
            users=User.objects.all(),
            annotation_set=here.set,
            actor=here.annotator,
            annotation=made,
        )
    assert Notification.objects.count() == 35


def test_a_kind_that_is_wanted_nowhere_is_not_kept_and_one_for_mail_not_shown(
    client: Client, here: World
) -> None:
    choose(here.annotator, {"reply": (False, False)})
    made = here.annotate()
    create_reply(made, author=member("second"), note="x")
    assert not Notification.objects.exists()
    choose(here.annotator, {"reply": (False, True)})
    create_reply(made, author=member("second"), note="y")
    assert Notification.objects.count() == 1
    assert unread_count(Viewer(here.annotator.pk)) == 0
    assert "replied to you" not in listed(client, here.annotator)


# What is shown


def test_a_notice_leads_to_the_reply_in_the_reader_and_is_read_by_that(
    client: Client, here: World
) -> None:
    made = here.annotate()
    reply = create_reply(made, author=member("second"), note="x")
    html = listed(client, here.annotator)
    assert "second replied to you" in html and "“Afghanistan Day”" in html and "unread" in html
    link = re.search(r'href="(/notices/\d+/)"', html)
    assert link
    place = f"/volumes/frus1981-88v03/d169/?set=a-seminar&find={made.start}-{made.end}"
    answer = client.get(link[1])
    assert answer["Location"] == f"{place}#r-{reply.uuid}"
    assert "unread" not in listed(client, here.annotator)
    client.force_login(member("second"))
    assert client.get(link[1]).status_code == 404


def test_a_notice_of_an_earlier_edition_leads_to_the_annotation_and_of_a_task_to_it(
    client: Client, here: World
) -> None:
    from tests.annotations.worlds import edition

    made = here.annotate()
    create_reply(made, author=member("second"), note="x")
    edition(here.document, "Another text\nA source.")
    client.force_login(here.annotator)
    pk = Notification.objects.get().pk
    assert client.get(f"/notices/{pk}/")["Location"] == made.get_absolute_url()
    task = Assignment.objects.create(annotation_set=here.set, title="Read", created_by=here.owner)
    about = {"annotation_set": here.set, "assignment": task, "actor": here.editor}
    notify(Kind.MARK, users=[here.annotator], **about)
    assert "editor marked your work on “Read”" in listed(client, here.annotator)
    pk = Notification.objects.latest("pk").pk
    assert client.get(f"/notices/{pk}/")["Location"] == task.get_absolute_url()


def test_what_one_may_no_longer_see_is_neither_shown_nor_counted_nor_led_to(
    client: Client, here: World
) -> None:
    made = here.annotate()
    reply = create_reply(made, author=member("second"), note="x @third")
    third = member("third")

    def shown() -> tuple[int, bool, int]:
        count = unread_count(Viewer(third.pk))
        html = listed(client, third)
        pk = Notification.objects.get(user=third).pk
        return count, "mentioned you" in html, client.post(f"/notices/{pk}/read/").status_code

    def gone() -> bool:
        found = shown() == (0, False, 404)
        Notification.objects.update(read_at=None)
        return found

    assert shown() == (1, True, 302)
    Notification.objects.update(read_at=None)
    Reply.objects.filter(pk=reply.pk).update(hidden_at=timezone.now())
    assert gone()
    Reply.objects.filter(pk=reply.pk).update(hidden_at=None)
    AnnotationSet.objects.update(rule="blind")
    assert gone()
    AnnotationSet.objects.update(rule="open")
    Membership.objects.filter(user=third).delete()
    assert gone()
    add_member(here.set, actor=here.owner, username="third", role="annotator")
    assert shown() == (1, True, 302)
    delete_annotation(Annotation.objects.get(pk=made.pk), actor=here.annotator)
    assert gone()


def test_reports_are_for_those_who_manage_the_set_now(client: Client, here: World) -> None:
    made = here.annotate()
    notify(
        Kind.REPORT,
        users=[here.editor],
        annotation_set=here.set,
        actor=member("second"),
        annotation=made,
    )
    assert "second reported something to the editors" in listed(client, here.editor)
    Membership.objects.filter(user=here.editor).update(role="annotator")
    assert "reported" not in listed(client, here.editor)


def test_a_pseudonymous_member_is_told_of_by_her_pseudonym_alone(
    client: Client, here: World
) -> None:
    change_rules(here.set, actor=here.owner, naming=Naming.PSEUDONYM, **RULES)
    second = member("second")
    second.first_name, second.last_name = "Sophia", "Secret"
    second.save()
    alias = pseudonym_of(here.set, second)
    made = here.annotate(question=True)
    create_reply(made, author=second, note=f"@{pseudonym_of(here.set, member('third')).slug}")
    create_reply(made, author=here.editor, note="x")
    for who in (here.annotator, member("third")):
        html = listed(client, who)
        assert alias.name in html
        assert "second" not in html and "Secret" not in html and f'"{second.pk}"' not in html
    assert "editor replied to you" in listed(client, here.annotator)
    create_reply(made, author=second, note="@owner")
    assert "Sophia Secret mentioned you" in listed(client, here.owner)


def test_an_editor_who_is_one_no_more_is_not_named_to_members(client: Client, here: World) -> None:
    change_rules(here.set, actor=here.owner, naming=Naming.NOBODY, **RULES)
    made = here.annotate(question=True)
    about = {"annotation_set": here.set, "annotation": made, "actor": here.editor}
    notify(Kind.ANSWER, users=[here.annotator], **about)
    assert "editor marked your question as answered" in listed(client, here.annotator)
    Membership.objects.filter(user=here.editor).update(role="annotator")
    assert "a member marked your question" in listed(client, here.annotator)


# The pages


def test_the_list_takes_7_queries_and_the_count_3(
    client: Client, here: World, django_assert_num_queries
) -> None:
    made = here.annotate()
    for number in range(40):
        create_reply(made, author=member("second"), note=str(number))
    client.force_login(here.annotator)
    with django_assert_num_queries(7):
        html = client.get("/notices/").text
    assert html.count("replied to you</a>") == 30 and "1 of 2" in html
    with django_assert_num_queries(3):
        assert ">40<" in client.get("/notices/count/").text


def test_the_bar_asks_for_the_count_by_itself_and_costs_no_page_a_query(
    client: Client, here: World, django_assert_num_queries
) -> None:
    client.force_login(here.annotator)
    # The session, the account, the choices, the address.
    with django_assert_num_queries(4):
        html = client.get("/notices/choices/").text
    assert 'hx-get="/notices/count/"' in html and 'href="/notices/"' in html


def test_all_can_be_marked_as_read_and_nobody_elses(client: Client, here: World) -> None:
    made = here.annotate(note="@third")
    create_reply(made, author=member("second"), note="x")
    client.force_login(here.annotator)
    assert client.post("/notices/read/").status_code == 302
    unread = Notification.objects.filter(read_at__isnull=True)
    assert [one.user.username for one in unread] == ["third"]
    client.post(f"/notices/{unread[0].pk}/read/")
    assert unread.count() == 1


def test_choices_are_kept_for_each_kind(client: Client, here: World) -> None:
    client.force_login(here.annotator)
    html = client.get("/notices/choices/").text
    assert html.count("checked") == 2 * len(Kind)
    assert client.post("/notices/choices/", {"app": ["reply", "mark"], "mail": ["mark"]}).url
    html = client.get("/notices/choices/").text
    assert html.count("checked") == 3 and "Your choices are kept." in html


@pytest.mark.parametrize("path", ["", "choices/", "read/", "1/", "1/read/"])
def test_the_anonymous_are_asked_to_sign_in(client: Client, path: str) -> None:
    method: Any = client.post if path.endswith("read/") else client.get
    assert method(f"/notices/{path}").status_code == 302


def test_the_bar_of_one_who_has_signed_out_elsewhere_stays_as_it_is(client: Client) -> None:
    assert client.get("/notices/count/").status_code == 204
