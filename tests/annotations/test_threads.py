"""What members say to each other: private answers, locked threads, mentions, questions."""

from __future__ import annotations

from typing import Any

import pytest
from django.http import HttpResponse
from django.test import Client
from django.utils import timezone

from annotations.actions.promises import change_rules, pseudonym_of
from annotations.actions.replies import ThreadLocked, create_reply, edit_reply
from annotations.actions.sets import add_member
from annotations.models import (
    Annotation,
    AnnotationSet,
    GroupMember,
    Kind,
    Naming,
    Notification,
    Question,
    Reply,
)
from archive.kept import forget_all
from tests.annotations.worlds import World, user, world
from tests.factories import GroupFactory

pytestmark = pytest.mark.django_db
READER = "/volumes/frus1981-88v03/d169/?set=a-seminar"
HTMX = {"HX-Request": "true", "HX-Current-URL": f"http://testserver{READER}"}
RULES = {"rule": "open", "after_count": 1, "groups_apart": True, "leaving": "keep"}


@pytest.fixture
def here() -> World:
    forget_all()
    made = world(visibility="public")
    add_member(made.set, actor=made.owner, username=user("second").username, role="annotator")
    return made


def member(name: str) -> Any:
    from django.contrib.auth.models import User

    return User.objects.get(username=name)


def name_by(here: World, naming: Naming) -> None:
    change_rules(here.set, actor=here.owner, naming=naming, **RULES)


def page(client: Client, viewer: Any, address: str = READER) -> str:
    client.force_login(viewer)
    return client.get(address).text


def say(client: Client, by: Any, annotation: Annotation, **form: Any) -> HttpResponse:
    client.force_login(by)
    return client.post(f"/annotations/{annotation.uuid}/reply/", form, headers=HTMX)


# Private answers


def test_a_private_answer_is_between_the_author_and_the_editors(
    client: Client, here: World
) -> None:
    made = here.annotate(note="mine")
    client.force_login(here.editor)
    form = client.get(f"/annotations/{made.uuid}/reply/", headers=HTMX).text
    assert "Only annotator and the editors see this" in form
    say(client, here.editor, made, note="Between us.", private="on")
    say(client, here.annotator, made, note="And back.", private="on")
    for viewer in (here.annotator, here.owner, here.editor):
        html = page(client, viewer)
        assert "Between us." in html and "And back." in html and "2 replies" in html
        assert '<span class="private">private</span>' in html
    for name in ("second", "reader", "stranger"):
        html = page(client, member(name))
        assert "Between us." not in html and "And back." not in html and "replies<" not in html
    client.logout()
    assert "Between us." not in client.get(READER).text


def test_the_count_is_of_what_the_viewer_sees_whoever_looked_before(
    client: Client, here: World
) -> None:
    made = here.annotate()
    say(client, member("second"), made, note="For all.")
    say(client, here.editor, made, note="Between us.", private="on")
    for _ in range(2):
        assert "2 replies" in page(client, here.annotator)
        assert "1 reply" in page(client, member("second"))
        assert "1 reply" in page(client, here.reader)
        assert "2 replies" in page(client, here.owner)


def test_the_author_is_offered_to_answer_in_private_where_she_was(
    client: Client, here: World
) -> None:
    made = here.annotate()
    path = f"/annotations/{made.uuid}/reply/"
    client.force_login(here.annotator)
    assert "Only the editors" not in client.get(path).text
    create_reply(made, author=here.editor, note="Between us.", private=True)
    html = client.get(path).text
    assert "Only the editors see this" in html and "checked" in html
    assert "Only the editors see this" in client.get(f"/annotations/{made.uuid}/").text
    client.post(path, {"note": "And back.", "private": "on"})
    mine = Reply.objects.latest("pk")
    assert "Private: between" in client.get(f"/replies/{mine.uuid}/edit/").text
    client.post(f"/replies/{mine.uuid}/edit/", {"note": "Better said."})
    mine.refresh_from_db()
    assert (mine.note, mine.visibility) == ("Better said.", "private")


def test_nobody_else_answers_in_private_and_what_was_meant_so_is_not_shown(
    client: Client, here: World
) -> None:
    made = here.annotate()
    response = say(client, member("second"), made, note="A secret", private="on")
    assert response.status_code == 422 and "A secret" in response.text
    assert not Reply.objects.exists()


def test_the_one_who_is_answered_is_called_by_the_name_that_editors_know(
    client: Client, here: World
) -> None:
    name_by(here, Naming.PSEUDONYM)
    made = here.annotate()
    client.force_login(here.editor)
    assert "Only annotator and" in client.get(f"/annotations/{made.uuid}/reply/").text
    client.force_login(member("second"))
    assert "annotator" not in client.get(f"/annotations/{made.uuid}/reply/", headers=HTMX).text


# Locked threads


def test_a_locked_thread_takes_no_reply_and_no_change_of_one(client: Client, here: World) -> None:
    made = here.annotate()
    mine = create_reply(made, author=here.editor, note="Before.")
    Annotation.objects.update(locked_at=timezone.now())
    for by in (here.editor, here.annotator, member("second")):
        assert say(client, by, made, note="After.").status_code == 403
    client.force_login(here.editor)
    edit = client.post(f"/replies/{mine.uuid}/edit/", {"note": "After."}, headers=HTMX)
    assert edit.status_code == 403
    with pytest.raises(ThreadLocked):
        create_reply(made, author=here.editor, note="After.")
    with pytest.raises(ThreadLocked):
        edit_reply(mine, actor=here.editor, note="After.")
    assert list(Reply.objects.values_list("note", flat=True)) == ["Before."]
    html = page(client, here.annotator)
    assert "/reply/" not in html and f"/annotations/{made.uuid}/edit/" in html


# Mentions


def test_a_member_is_mentioned_by_user_name_and_told(client: Client, here: World) -> None:
    made = here.annotate(note="See @second. And @stranger, @nobody")
    assert "<span>@second</span>." in made.note_html and made.note_html.count("<span>") == 1
    told = Notification.objects.get()
    assert (told.user, told.kind, told.actor) == (member("second"), Kind.MENTION, here.annotator)


def test_where_members_are_not_named_a_user_name_neither_works_nor_tells(here: World) -> None:
    name_by(here, Naming.PSEUDONYM)
    alias = pseudonym_of(here.set, member("second"))
    known = here.annotate(note="Hi @second", author=here.editor)
    unknown = here.annotate(note="Hi @nobody", author=here.editor)
    assert known.note_html.replace("second", "nobody") == unknown.note_html
    assert not Notification.objects.exists()
    made = here.annotate(note=f"Hi @{alias.slug}, and @editor")
    assert made.note_html == f"<p>Hi <span>@{alias.name}</span>, and <span>@editor</span></p>"
    told = Notification.objects.filter(kind=Kind.MENTION).values_list("user__username", flat=True)
    assert set(told) == {"second", "editor"}
    name_by(here, Naming.NOBODY)
    assert "<span>" not in here.annotate(note=f"Hi @{alias.slug}").note_html


def test_in_a_group_one_mentions_its_members_and_the_editors(here: World) -> None:
    group = GroupFactory(annotation_set=here.set)
    other = GroupFactory(annotation_set=here.set)
    for who, where in ((here.annotator, group), (member("second"), other)):
        GroupMember.objects.create(annotation_set=here.set, user=who, group=where)
    made = here.annotate(note="@second @editor")
    assert made.note_html == "<p>@second <span>@editor</span></p>"


def test_who_is_mentioned_again_in_an_edited_note_is_told_once(here: World) -> None:
    from annotations.actions.annotations import edit_annotation

    made = here.annotate(note="@second")
    Notification.objects.update(read_at=timezone.now())
    same: dict[str, Any] = {"actor": here.annotator, "themes": [], "visibility": "shared"}
    edit_annotation(made, note="@second, and @editor", **same)
    edit_annotation(made, note="@second and @editor", **same)
    assert Notification.objects.count() == 2


def test_a_mention_in_a_private_note_is_told_when_it_is_shared(here: World) -> None:
    from annotations.actions.annotations import edit_annotation

    made = here.annotate(note="@second", visibility="private")
    assert not Notification.objects.exists()
    edit_annotation(made, actor=here.annotator, themes=[], note="@second", visibility="shared")
    assert Notification.objects.get().user == member("second")


def test_suggestions_are_names_as_they_hold(
    client: Client, here: World, django_assert_num_queries
) -> None:
    def names(who: Any, typed: str = "") -> list[str]:
        client.force_login(who)
        answer = client.get(here.path("mention/"), {"q": typed}).json()
        return [one["typed"] for one in answer["people"]]

    everyone = ["editor", "owner", "reader", "second"]
    assert names(here.annotator) == everyone and names(here.annotator, "SEC") == ["second"]
    name_by(here, Naming.PSEUDONYM)
    alias = pseudonym_of(here.set, member("second"))
    assert names(here.reader, "second") == []
    assert alias.slug in names(here.reader, alias.name.split()[1])
    assert "second" not in client.get(here.path("mention/")).text
    name_by(here, Naming.NOBODY)
    assert names(here.annotator) == ["editor", "owner"]
    with django_assert_num_queries(6):
        client.get(here.path("mention/"))


@pytest.mark.parametrize(("who", "status"), [("stranger", 403), ("reader", 200), (None, 302)])
def test_only_members_get_suggestions(
    client: Client, here: World, who: str | None, status: int
) -> None:
    if who:
        client.force_login(getattr(here, who))
    assert client.get(here.path("mention/")).status_code == status
    AnnotationSet.objects.update(visibility="private")
    if who == "stranger":
        assert client.get(here.path("mention/")).status_code == 404


# Questions


def settle(client: Client, by: Any, annotation: Annotation, **form: Any) -> HttpResponse:
    client.force_login(by)
    return client.post(f"/annotations/{annotation.uuid}/question/", form, headers=HTMX)


def test_a_question_is_asked_in_the_form_answered_and_opened_again(
    client: Client, here: World
) -> None:
    client.force_login(here.annotator)
    start = here.edition.text.index("linkage")
    form = {"start": start, "end": start + 7, "quote": "linkage", "visibility": "shared"}
    path = here.path("annotate/frus1981-88v03/d169/")
    html = client.post(path, form | {"question": "on"}, headers=HTMX).text
    made = Annotation.objects.get()
    assert made.question == Question.OPEN and ">Question</span>" in html
    answer = settle(client, here.editor, made, answered="1")
    assert ">Answered</span>" in answer.text and "Marked as answered." in answer.text
    assert Notification.objects.get().kind == Kind.ANSWER
    assert ">Question</span>" in settle(client, here.annotator, made).text
    made.refresh_from_db()
    assert made.question == Question.OPEN and made.modified == made.created


def test_an_edited_question_stays_answered_until_it_asks_nothing(
    client: Client, here: World
) -> None:
    made = here.annotate(question=True)
    settle(client, here.annotator, made, answered="1")
    path = f"/annotations/{made.uuid}/edit/"
    assert 'name="question" id="id_question" checked' in client.get(path).text
    for form, then in (({"question": "on"}, "answered"), ({}, ""), ({"question": "on"}, "open")):
        client.post(path, {"note": "x", "visibility": "shared"} | form)
        made.refresh_from_db()
        assert made.question == then


def test_only_its_author_and_the_editors_say_that_it_is_answered(
    client: Client, here: World
) -> None:
    made = here.annotate(question=True)
    for name in ("second", "reader", "stranger"):
        assert settle(client, member(name), made, answered="1").status_code == 403
        assert "/question/" not in page(client, member(name))
    assert "/question/" in page(client, here.editor) and "/question/" in page(client, made.author)
    AnnotationSet.objects.update(state="closed")
    assert settle(client, here.editor, made, answered="1").status_code == 403
    plain = here.annotate()
    AnnotationSet.objects.update(state="open")
    assert settle(client, here.editor, plain, answered="1").status_code == 404


def test_without_javascript_a_form_asks_first(client: Client, here: World) -> None:
    made = here.annotate(question=True)
    client.force_login(here.annotator)
    path = f"/annotations/{made.uuid}/question/"
    assert "Mark as answered</button>" in client.get(path).text
    assert client.post(path, {"answered": "1"}).status_code == 302
    assert "Open it again</button>" in client.get(path).text


def test_the_reader_can_show_open_questions_alone(
    client: Client, here: World, django_assert_num_queries
) -> None:
    asked = here.annotate(question=True)
    other = here.annotate("linkage")
    client.force_login(here.annotator)
    html = client.get(f"{READER}&question=open").text
    assert str(asked.uuid) in html and str(other.uuid) not in html
    assert "1 of 2 annotations shown." in html
    settle(client, here.annotator, asked, answered="1")
    assert str(asked.uuid) not in client.get(f"{READER}&question=open").text
    client.get(READER)
    with django_assert_num_queries(4):
        client.get(READER)
