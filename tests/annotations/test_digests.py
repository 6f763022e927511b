"""Digests: one mail with what is new, once, to a confirmed address, and a way to stop them."""

from __future__ import annotations

import io
import re
import socketserver
import threading
from collections.abc import Iterator
from datetime import timedelta
from smtplib import SMTPRecipientsRefused
from typing import Any

import pytest
from allauth.account.models import EmailAddress
from django.contrib.auth.models import User
from django.core import mail
from django.core.mail import EmailMessage
from django.core.management import CommandError, call_command
from django.test import Client
from django.utils import timezone
from django_tasks_db.models import DBTaskResult

from annotations import tasks
from annotations.actions.notices import choose
from annotations.actions.promises import change_rules, pseudonym_of
from annotations.actions.replies import create_reply
from annotations.actions.sets import add_member
from annotations.models import Kind, Naming, NoticeChoice, Notification
from archive import periodic
from archive.kept import forget_all
from tests.annotations.worlds import World, user, world

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _mail(settings: Any) -> None:
    settings.EMAIL_HOST = "mail.example.org"
    settings.SITE_URL = "https://read.example.org"


@pytest.fixture
def here() -> World:
    forget_all()
    made = world()
    add_member(made.set, actor=made.owner, username=user("second").username, role="annotator")
    return made


def confirmed(who: User, address: str = "", verified: bool = True) -> None:
    address = address or f"{who.username}@example.org"
    EmailAddress.objects.create(user=who, email=address, verified=verified, primary=True)


def send() -> str:
    out = io.StringIO()
    call_command("send_digests", stdout=out)
    return out.getvalue().strip()


def second() -> User:
    return User.objects.get(username="second")


def test_one_mail_holds_all_that_is_new_and_is_sent_once(here: World) -> None:
    confirmed(here.annotator)
    made = here.annotate()
    create_reply(made, author=second(), note="x")
    create_reply(made, author=here.editor, note="@annotator")
    assert send() == "1 mail sent." and send() == "0 mails sent."
    message = mail.outbox[0]
    assert message.to == ["annotator@example.org"]
    assert message.subject == "[Apparatus] 2 notices for you"
    pks = (
        Notification.objects.filter(user=here.annotator).order_by("pk").values_list("pk", flat=True)
    )
    assert "A seminar\n" in message.body
    for pk, words in zip(pks, ("second replied to you", "editor mentioned you"), strict=True):
        line = f"* {words}: “Afghanistan Day”\n  https://read.example.org/notices/{pk}/\n"
        assert line in message.body
    assert "https://read.example.org/notices/choices/" in message.body
    create_reply(made, author=second(), note="y")
    assert send() == "1 mail sent."
    assert mail.outbox[1].subject == "[Apparatus] 1 notice for you"


def test_who_is_killed_after_a_mail_has_gone_mails_one_person_again_and_nobody_a_third_time(
    here: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    for who in (here.annotator, second()):
        confirmed(who)
    made = here.annotate()
    create_reply(made, author=second(), note="x")
    create_reply(made, author=here.editor, note="y")

    def killed(notices: object) -> int:
        raise KeyboardInterrupt

    with monkeypatch.context() as patch, pytest.raises(KeyboardInterrupt):
        patch.setattr("annotations.digests.mailed", killed)
        send()
    assert len(mail.outbox) == 1
    assert send() == "2 mails sent." and send() == "0 mails sent."
    assert sorted(one.to[0].split("@")[0] for one in mail.outbox) == [
        *("annotator", "annotator", "second")
    ]
    # What is told in the app was kept in the transaction of what happened: nothing is there twice.
    told = Notification.objects.values_list("user", "kind", "reply")
    assert len(told) == len(set(told)) == 3


@pytest.mark.parametrize("why", ["no address", "unconfirmed", "read", "unwanted", "old", "gone"])
def test_nobody_is_mailed_without_cause(here: World, why: str) -> None:
    if why != "no address":
        confirmed(here.annotator, verified=why != "unconfirmed")
    create_reply(here.annotate(), author=second(), note="x")
    if why == "read":
        Notification.objects.update(read_at=timezone.now())
    if why == "unwanted":
        choose(here.annotator, {"reply": (True, False)})
    if why == "old":
        Notification.objects.update(at=timezone.now() - timedelta(days=15))
    if why == "gone":
        here.set.memberships.filter(user=here.annotator).delete()
    assert send() == "0 mails sent." and not mail.outbox


def test_a_kind_that_is_off_in_the_app_can_be_had_by_mail(here: World) -> None:
    confirmed(here.annotator)
    choose(here.annotator, {"reply": (False, True)})
    create_reply(here.annotate(), author=second(), note="x")
    assert send() == "1 mail sent."


def test_no_mail_tells_the_name_of_a_pseudonymous_member(here: World) -> None:
    rules = {"rule": "open", "after_count": 1, "groups_apart": True, "leaving": "keep"}
    change_rules(here.set, actor=here.owner, naming=Naming.PSEUDONYM, **rules)
    for who in (here.annotator, here.editor):
        confirmed(who)
    made = here.annotate()
    create_reply(made, author=second(), note="@editor")
    assert send() == "2 mails sent."
    by_address = {message.to[0]: message.body for message in mail.outbox}
    alias = pseudonym_of(here.set, second()).name
    hers = by_address["annotator@example.org"]
    assert f"{alias} replied to you" in hers and "second" not in hers
    assert "second mentioned you" in by_address["editor@example.org"]


def test_one_address_that_is_refused_keeps_nobody_from_her_mail(
    here: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    for who in (here.annotator, here.editor):
        confirmed(who)
    create_reply(here.annotate(note="@editor"), author=second(), note="x")
    plain = EmailMessage.send

    def refusing(self: EmailMessage, *args: Any) -> int:
        if self.to == ["editor@example.org"]:
            raise SMTPRecipientsRefused({"editor@example.org": (550, b"No such user")})
        return plain(self, *args)

    monkeypatch.setattr(EmailMessage, "send", refusing)
    assert send() == "1 mail sent; 1 address refused."
    assert Notification.objects.get(user=here.editor).mailed_at is None


def test_without_a_mail_host_the_command_says_so(here: World, settings: Any) -> None:
    settings.EMAIL_HOST = ""
    with pytest.raises(CommandError, match="APPARATUS_MAIL_HOST is not set"):
        send()


def test_the_link_of_a_mail_switches_mail_off_and_nothing_else(here: World) -> None:
    confirmed(here.annotator)
    choose(here.annotator, {"mark": (False, True)})
    create_reply(here.annotate(), author=second(), note="x")
    send()
    headers = mail.outbox[0].extra_headers
    assert headers["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    link = re.fullmatch(
        r"<https://read\.example\.org(/notices/off/.+/)>", headers["List-Unsubscribe"]
    )
    assert link and f"https://read.example.org{link[1]}" in mail.outbox[0].body
    client = Client(enforce_csrf_checks=True)
    assert "Switch mail off" in client.get(link[1]).text
    assert not NoticeChoice.objects.filter(by_mail=False).exists()
    answer = client.post(link[1], {"List-Unsubscribe": "One-Click"})
    assert answer.status_code == 200 and "sessionid" not in client.cookies
    chosen = NoticeChoice.objects.filter(user=here.annotator).values_list(
        "kind", "in_app", "by_mail"
    )
    assert set(chosen) == {(kind, kind != "mark", False) for kind in Kind}
    assert client.post(link[1][:-3] + "xx/").status_code == 404


# By the worker


def test_the_worker_sends_them_as_often_as_is_set(
    here: World, settings: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tasks.send_digests.module_path
    monkeypatch.setattr(periodic, "_jobs", {path: periodic._jobs[path]})
    confirmed(here.annotator)
    create_reply(here.annotate(), author=second(), note="x")
    settings.DIGEST_HOURS = 0
    assert periodic.enqueue_due() == 0
    settings.DIGEST_HOURS, settings.EMAIL_HOST = 24, ""
    assert periodic.enqueue_due() == 0
    settings.EMAIL_HOST = "mail.example.org"
    assert periodic.enqueue_due() == 1 and periodic.enqueue_due() == 0
    task = DBTaskResult.objects.get()
    assert task.task_path == path
    tasks.send_digests.call()
    assert len(mail.outbox) == 1
    task.enqueued_at = timezone.now() - timedelta(hours=23)
    task.save()
    assert periodic.enqueue_due() == 0
    task.enqueued_at = timezone.now() - timedelta(hours=24)
    task.save()
    assert periodic.enqueue_due() == 1


# To a real mail server


class Mailbox(socketserver.ThreadingTCPServer):
    """As much of SMTP as takes mail."""

    allow_reuse_address = True
    daemon_threads = True

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), Taking)
        self.taken: list[str] = []
        self.most = 100


class Taking(socketserver.StreamRequestHandler):
    server: Mailbox

    def say(self, words: str) -> None:
        self.wfile.write(f"{words}\r\n".encode())

    def handle(self) -> None:
        self.say("220 mailbox")
        before = len(self.server.taken)
        while line := self.rfile.readline().decode().strip():
            verb = line.upper()[:4]
            if verb == "MAIL" and len(self.server.taken) - before >= self.server.most:
                return
            if verb == "DATA":
                self.say("354 go on")
                lines = iter(lambda: self.rfile.readline().decode().rstrip("\r\n"), ".")
                self.server.taken.append("\n".join(lines))
            self.say("221 bye" if verb == "QUIT" else "250 ok")


@pytest.fixture
def mailbox() -> Iterator[Mailbox]:
    with Mailbox() as server:
        thread = threading.Thread(target=server.serve_forever, daemon=True)
        thread.start()
        yield server
        server.shutdown()
        thread.join()


@pytest.mark.parametrize("most", [100, 1])
def test_a_mail_server_takes_all_mails_however_many_over_one_connection(
    here: World, settings: Any, mailbox: Mailbox, most: int
) -> None:
    mailbox.most = most
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_HOST, settings.EMAIL_PORT = mailbox.server_address
    settings.EMAIL_USE_TLS = False
    for who in (here.annotator, here.editor):
        confirmed(who)
    create_reply(here.annotate(note="@editor"), author=second(), note="x")
    assert send() == "2 mails sent."
    first, other = sorted(mailbox.taken, key=lambda text: "annotator@" not in text)
    assert "To: annotator@example.org" in first and "To: editor@example.org" in other
    assert (
        "Auto-Submitted: auto-generated" in first
        and "List-Unsubscribe: <https://" in first.replace("\n <", "<")
    )
    assert 'Content-Type: text/plain; charset="utf-8"' in first


def test_a_mail_server_that_cannot_be_reached_loses_nothing(
    here: World, settings: Any, mailbox: Mailbox
) -> None:
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", 9
    settings.EMAIL_USE_TLS = False
    confirmed(here.annotator)
    create_reply(here.annotate(), author=second(), note="x")
    with pytest.raises(CommandError, match="what is left waits"):
        send()
    assert Notification.objects.get().mailed_at is None
