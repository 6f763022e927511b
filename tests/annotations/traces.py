"""A member who left traces of every kind in a set, and a look into every cell of the database."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from allauth.account.models import EmailAddress
from django.contrib.auth.models import User
from django.db import connection

from annotations.actions import groups, promises, replies, sets
from annotations.actions.annotations import delete_annotation, edit_annotation
from annotations.models import (
    Annotation,
    Assignment,
    Block,
    JoinLink,
    Kind,
    Mark,
    Naming,
    NoticeChoice,
    Notification,
    Reply,
    Report,
)
from tests.annotations.worlds import BODY, World, document, world

USERNAME, FIRST, LAST = "zoe-traenkle", "Zoë", "Tränkle-Vogt"
MAIL = "zoe@hollow-mill.example"
PRAISE = f"Well done, {FIRST} {LAST}"
SIGNED = f"Signed: {FIRST} {LAST}, {MAIL}"
NEEDLES = (USERNAME, f"{FIRST} {LAST}", LAST, MAIL)


@dataclass(frozen=True)
class Leaver:
    """Somebody with traces of every kind in a world's set. ``answered`` is an annotation of hers
    that another one answered, ``alone`` one that nobody did, ``private`` one for herself."""

    here: World
    user: User
    answered: Annotation
    alone: Annotation
    private: Annotation
    answer: Reply


def account() -> User:
    user = User.objects.create_user(
        USERNAME, email=MAIL, password="wake-the-mill-9", first_name=FIRST, last_name=LAST
    )
    EmailAddress.objects.create(user=user, email=MAIL, primary=True, verified=True)
    return user


def leaver(naming: int = Naming.NAME, **changes: Any) -> Leaver:
    """A world in which she did everything that a member does, and an editor's work as well."""
    here = world(**changes)
    user = account()
    one = here.set
    member = sets.add_member(one, actor=here.owner, username=USERNAME)
    promises.change_rules(
        one,
        actor=here.owner,
        rule="open",
        after_count=0,
        naming=naming,
        groups_apart=True,
        leaving="choose",
    )
    groups.deal(one, actor=here.owner, count=2, all_anew=True)
    answered = here.annotate(author=user, note=SIGNED, themes=[here.risk])
    edit_annotation(answered, actor=user, themes=[here.risk], note="Better.", visibility="shared")
    alone = here.annotate("linkage", author=user, note="Mine.")
    private = here.annotate("must", author=user, visibility="private", note="For me.")
    delete_annotation(here.annotate("behind", author=user, note="Gone."), actor=user)
    answer = replies.create_reply(answered, author=here.editor, note=f"Yes, @{USERNAME}!")
    replies.create_reply(answered, author=here.editor, note="Between us.", private=True)
    theirs = here.annotate("speak", note=f"As @{USERNAME} says; not @{USERNAME}-b.")
    hers = replies.create_reply(theirs, author=user, note="My answer.")
    promises.finish_reading(one, user, here.document.pk)
    _asked(here, user, theirs, hers)
    sets.change_role(member, actor=here.owner, role="editor")
    _managed(here, user, theirs)
    sets.change_role(member, actor=here.owner, role="annotator")
    return Leaver(here, user, answered, alone, private, answer)


def _asked(here: World, user: User, theirs: Annotation, hers: Reply) -> None:
    task = Assignment.objects.create(annotation_set=here.set, title="One", created_by=here.owner)
    Mark.objects.create(
        assignment=task, user=user, by=here.editor, comment=PRAISE, comment_html=f"<p>{PRAISE}</p>"
    )
    Report.objects.create(annotation_set=here.set, annotation=theirs, by=user, reason="Rude")
    for told, actor in ((user, here.editor), (here.editor, user)):
        Notification.objects.create(
            user=told, actor=actor, kind=Kind.REPLY, annotation_set=here.set, reply=hers
        )
    NoticeChoice.objects.create(user=user, kind=Kind.REPLY, by_mail=False)


def _managed(here: World, user: User, theirs: Annotation) -> None:
    Assignment.objects.create(annotation_set=here.set, title="Two", created_by=user)
    JoinLink.objects.create(annotation_set=here.set, created_by=user)
    Block.objects.create(annotation_set=here.set, user=here.stranger, by=user)
    Report.objects.create(
        annotation_set=here.set, annotation=theirs, by=here.reader, settled_by=user, outcome="kept"
    )
    task = Assignment.objects.get(title="Two")
    Mark.objects.create(assignment=task, user=here.annotator, by=user)
    sets.add_document(here.set, document("d170", BODY), actor=user)


def cells(*spared: str) -> Iterator[tuple[str, str]]:
    """Every cell of every table that is not spared, as a table's name and text."""
    with connection.cursor() as cursor:
        for table in connection.introspection.table_names(cursor):
            if table in spared:
                continue
            cursor.execute(f'SELECT * FROM "{table}"')
            for row in cursor.fetchall():
                for value in row:
                    yield table, _text(value)


def _text(value: object) -> str:
    if isinstance(value, memoryview | bytes):
        return bytes(value).decode("utf-8", "replace")
    if isinstance(value, dict | list):
        return json.dumps(value, ensure_ascii=False)
    return str(value)


def found(needles: tuple[str, ...], *spared: str) -> list[tuple[str, str]]:
    """The cells with one of these words in them, as they are or as JSON escapes them."""
    wanted = {form.casefold() for one in needles for form in (one, json.dumps(one)[1:-1])}
    return [
        (table, text)
        for table, text in cells(*spared)
        if any(one in text.casefold().replace(f"{USERNAME}-b", "") for one in wanted)
    ]
