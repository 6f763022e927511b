"""Reports, hiding and locking: who can, who learns of it, and what others see of it."""

from __future__ import annotations

import re
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.test import Client

from annotations.actions import moderation
from annotations.actions.annotations import delete_annotation
from annotations.actions.replies import ThreadLocked, create_reply
from annotations.models import (
    Annotation,
    AnnotationSet,
    History,
    Kind,
    Naming,
    Notification,
    Reply,
    Report,
    State,
    Visibility,
)
from tests.annotations.worlds import World, world

pytestmark = pytest.mark.django_db
READER = "/volumes/frus1981-88v03/d169/"


@pytest.fixture
def here() -> World:
    return world(visibility=Visibility.PUBLIC)


def at(item: Annotation | Reply, act: str) -> str:
    folder = "replies" if isinstance(item, Reply) else "annotations"
    return f"/{folder}/{item.uuid}/{act}/"


def as_(user: User | None) -> Client:
    client = Client()
    if user:
        client.force_login(user)
    return client


def page(here: World, user: User | None) -> str:
    return as_(user).get(f"{READER}?set={here.set.slug}").content.decode()


def answered(here: World, **changes: Any) -> Reply:
    return create_reply(here.annotate(**changes), author=here.annotator, note="An answer.")


@pytest.mark.parametrize("kind", ["annotation", "reply"])
def test_a_member_reports_once_what_another_wrote_and_the_editors_are_told(
    here: World, kind: str
) -> None:
    reply = answered(here)
    item = reply if kind == "reply" else reply.annotation
    client = as_(here.reader)
    assert client.get(at(item, "report")).status_code == 200
    for reason in ("It is rude.", "Again."):
        answer = client.post(at(item, "report"), {"reason": reason}, follow=True)
        assert "The editors of the set will look at it." in answer.content.decode()
    one = Report.objects.get()
    assert (one.by, one.reason, one.reply) == (
        here.reader,
        "It is rude.",
        reply if kind == "reply" else None,
    )
    told = Notification.objects.filter(kind=Kind.REPORT).values_list("user", flat=True)
    assert set(told) == {here.owner.pk, here.editor.pk}
    assert History.objects.filter(kind="report", key=one.pk, action="report").count() == 1


@pytest.mark.parametrize(
    ("name", "status"),
    [("editor", 403), ("owner", 403), ("annotator", 403), ("stranger", 403), (None, 302)],
)
def test_editors_authors_and_visitors_do_not_report(
    here: World, name: str | None, status: int
) -> None:
    made = here.annotate()
    user = getattr(here, name) if name else None
    assert as_(user).post(at(made, "report")).status_code == status
    assert not Report.objects.exists()


def test_what_one_cannot_see_cannot_be_reported(here: World) -> None:
    private = here.annotate(visibility="private")
    hidden = here.annotate()
    moderation.hide(hidden, actor=here.editor, reason="x")
    gone = here.annotate()
    delete_annotation(gone, actor=here.annotator)
    for item in (private, hidden, gone):
        assert as_(here.reader).post(at(item, "report")).status_code == 404
    AnnotationSet.objects.update(visibility=Visibility.PRIVATE)
    assert as_(here.stranger).post(at(here.annotate(), "report")).status_code == 404


def test_nobody_can_flood_the_editors(here: World, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(moderation, "MOST_OPEN", 2)
    first, second, third = (here.annotate() for _ in range(3))
    for item in (first, second):
        moderation.report(item, by=here.reader)
    response = as_(here.reader).post(at(third, "report"))
    assert response.status_code == 422 and "You have reported as much" in response.content.decode()
    moderation.keep_as_it_is(first, actor=here.editor)
    assert as_(here.reader).post(at(third, "report")).status_code == 302


def test_the_reports_page_groups_what_waits_and_takes_five_queries(
    here: World, django_assert_num_queries: Any
) -> None:
    reply = answered(here)
    for item in (reply, reply.annotation):
        moderation.report(item, by=here.reader, reason="It is rude.")
    here.set.memberships.filter(user=here.editor).update(role="reader")
    moderation.report(reply, by=here.editor)
    here.set.memberships.filter(user=here.editor).update(role="editor")
    client = as_(here.editor)
    client.get(here.path("reports/"))
    with django_assert_num_queries(5):
        html = client.get(here.path("reports/")).content.decode()
    assert html.count('<ul class="said">') == 2 and html.count("<b>reader</b>") == 2
    assert 'Reports <span class="badge">3</span>' in html
    assert client.post(at(reply, "keep"), {"back": "reports"}).url == here.path("reports/")
    html = client.get(here.path("reports/")).content.decode()
    assert html.count('<ul class="said">') == 1
    settled = client.get(here.path("reports/?show=settled")).content.decode()
    assert "left as it is by editor" in settled and settled.count("<b>reader</b>") == 1


@pytest.mark.parametrize(
    ("name", "status"), [("annotator", 403), ("reader", 403), ("stranger", 403), (None, 302)]
)
def test_only_editors_see_reports_hide_show_and_lock(
    here: World, name: str | None, status: int
) -> None:
    reply = answered(here)
    client = as_(getattr(here, name) if name else None)
    assert client.get(here.path("reports/")).status_code == status
    for item in (reply, reply.annotation):
        for act in ("hide", "show", "keep"):
            assert client.post(at(item, act), {"reason": "x"}).status_code == status
    for act in ("lock", "unlock"):
        assert client.post(at(reply.annotation, act)).status_code == status
    reply.refresh_from_db()
    assert reply.hidden_at is None and reply.annotation.locked_at is None


@pytest.mark.parametrize("kind", ["annotation", "reply"])
def test_what_is_hidden_is_seen_by_its_author_and_the_editors_with_the_reason(
    here: World, kind: str
) -> None:
    reply = answered(here, note="What is wrong.")
    item = reply if kind == "reply" else reply.annotation
    words = "An answer." if kind == "reply" else "What is wrong."
    for user in (None, here.stranger, here.reader, here.annotator, here.editor):
        assert words in page(here, user)
    moderation.report(item, by=here.reader)
    client = as_(here.editor)
    assert client.post(at(item, "hide"), {"reason": " "}).status_code == 422
    client.post(at(item, "hide"), {"reason": "Not about the text."})
    for user in (None, here.stranger, here.reader):
        html = page(here, user)
        assert words not in html and "Not about the text." not in html
    for user in (here.annotator, here.editor, here.owner):
        html = page(here, user)
        assert words in html and "Not about the text." in html
    assert Report.objects.get().outcome == Report.Outcome.HIDDEN
    told = Notification.objects.get(kind=Kind.HIDDEN)
    assert told.user == here.annotator
    client.post(at(item, "show"))
    html = page(here, here.reader)
    assert words in html and "Not about the text." not in html
    acts = History.objects.filter(key=item.uuid, kind=kind).values_list("action", flat=True)
    assert list(acts) == ["create", "hide", "show"]


def test_a_locked_thread_takes_no_replies_until_it_is_unlocked(here: World) -> None:
    reply = answered(here)
    made = reply.annotation
    client = as_(here.editor)
    assert client.get(at(made, "lock")).status_code == 200
    client.post(at(made, "lock"))
    made.refresh_from_db()
    with pytest.raises(ThreadLocked):
        create_reply(made, author=here.reader, note="No.")
    assert "No more replies." in page(here, here.reader)
    client.post(at(made, "unlock"))
    made.refresh_from_db()
    assert create_reply(made, author=here.annotator, note="Yes.").pk
    assert "No more replies." not in page(here, here.reader)


def test_a_frozen_set_is_not_moderated(here: World) -> None:
    made = here.annotate()
    AnnotationSet.objects.update(state=State.FROZEN)
    client = as_(here.editor)
    for act in ("hide", "lock", "keep"):
        assert client.post(at(made, act), {"reason": "x"}).status_code == 403
    assert "/hide/" not in page(here, here.editor)
    assert client.get(here.path("reports/")).status_code == 200


def test_each_is_offered_on_a_card_what_he_may_do(here: World) -> None:
    reply = answered(here)
    for user, acts in (
        (None, set()),
        (here.stranger, set()),
        (here.reader, {"report"}),
        (here.annotator, set()),
        (here.editor, {"hide", "lock"}),
    ):
        html = page(here, user)
        found = set(re.findall(r'href="/\w+/[\w-]+/(report|hide|show|lock|unlock)/"', html))
        assert found == acts, user
    other = create_reply(reply.annotation, author=here.owner, note="Another.")
    html = page(here, here.annotator)
    assert at(other, "report") in html and at(reply, "report") not in html
    html = as_(here.annotator).get(reply.annotation.get_absolute_url()).content.decode()
    assert at(other, "report") in html and at(reply.annotation, "report") not in html


def test_reports_name_nobody_to_anyone_but_the_editors(here: World) -> None:
    AnnotationSet.objects.update(naming=Naming.PSEUDONYM)
    here.set.refresh_from_db()
    made = here.annotate()
    User.objects.filter(pk=here.reader.pk).update(first_name="Telltale")
    moderation.report(made, by=here.reader, reason="Between us.")
    moderation.hide(made, actor=here.editor, reason="Hidden for a reason.")
    for user in (here.annotator, here.stranger, None):
        client = as_(user)
        for address in (f"{READER}?set={here.set.slug}", made.get_absolute_url(), "/notices/"):
            html = client.get(address, follow=True).content.decode()
            assert "Telltale" not in html and "Between us." not in html
    assert "Telltale" in as_(here.editor).get(here.path("reports/?show=settled")).content.decode()


def test_in_the_reader_the_card_is_brought_anew(here: World) -> None:
    made = here.annotate()
    current = f"http://testserver{READER}?set={here.set.slug}"
    headers = {"HX-Request": "true", "HX-Current-URL": current}
    client = as_(here.reader)
    form = client.get(at(made, "report"), headers=headers).content.decode()
    assert form.lstrip().startswith('<article class="card editing"')
    answer = client.post(at(made, "report"), headers=headers)
    assert 'hx-swap-oob="true"' in answer.content.decode()
    assert "Reported." in answer.content.decode()
    answer = as_(here.editor).post(at(made, "lock"), headers=headers)
    assert "No more replies." in answer.content.decode()
