"""Whatever the order of writing and of changes to a set's rules, nothing is shown to more readers
than its author was promised, nor with more of her name; and all else is shown."""

from __future__ import annotations

import csv
import io
import re
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.db import transaction
from django.test import Client
from hypothesis import example, given, settings
from hypothesis import strategies as st
from lxml import html

from annotations.actions.annotations import create_annotation, delete_annotation
from annotations.actions.promises import change_rules, finish_reading, release
from annotations.actions.replies import create_reply
from annotations.actions.sets import add_document, create_set, edit_set
from annotations.models import (
    Annotation,
    AnnotationSet,
    Group,
    GroupMember,
    Membership,
    Naming,
    Pseudonym,
    Reply,
)
from annotations.viewers import Viewer
from archive.kept import forget_all
from tests.annotations import promises
from tests.annotations.promises import GROUPS, MEMBERS, VIEWERS, WRITERS, Ledger
from tests.annotations.worlds import document

pytestmark = pytest.mark.django_db
# Each is a whole set with its pages: a few on every run, and other ones the next time.
MANY = 12
ADDRESS = "/volumes/frus1981-88v03/d169/?set=a-class"

rules = st.tuples(
    st.just("change"),
    st.sampled_from(["open", "after", "blind", "editors"]),
    st.integers(0, 2),
    st.sampled_from([0, 1, 2]),
    st.booleans(),
)
writers = st.sampled_from(WRITERS)
steps = st.one_of(
    rules,
    st.tuples(st.just("write"), writers, st.booleans()),
    st.tuples(st.just("write"), writers, st.just(False)),
    st.tuples(st.just("reply"), writers, st.integers(0, 20)),
    st.tuples(st.just("finish"), st.sampled_from([*WRITERS[:3], "reader"])),
    st.tuples(st.just("release"), st.sampled_from(WRITERS[:3])),
    st.tuples(st.just("delete"), st.integers(0, 20)),
    st.tuples(st.just("public"), st.booleans()),
)


class Class:
    """A set made by the app's own actions, and beside it the ledger of what was promised."""

    def __init__(self) -> None:
        self.ledger = Ledger()
        self.people = {
            who: User.objects.create_user(who, first_name="Real", last_name=f"{who.title()}son")
            for who in VIEWERS
        }
        self.set = create_set(owner=self.people["owner"], title="A class")
        roles = {"editor": "editor", "reader": "reader"}
        for who in MEMBERS[1:]:
            role = roles.get(who, "annotator")
            Membership.objects.create(annotation_set=self.set, user=self.people[who], role=role)
        for who, name in GROUPS.items():
            group = Group.objects.create(annotation_set=self.set, name=name)
            GroupMember.objects.create(annotation_set=self.set, user=self.people[who], group=group)
        self.document = document()
        add_document(self.set, self.document, actor=self.people["owner"])
        self.made: list[Annotation | Reply] = []

    def do(self, step: tuple[Any, ...]) -> None:
        """One step, in the app and in the ledger."""
        getattr(self, f"_{step[0]}")(*step[1:])

    def _note(self) -> str:
        return f"word{len(self.made)}w"

    def _write(self, who: str, private: bool) -> None:
        edition = self.document.current
        assert edition is not None
        self.made.append(
            create_annotation(
                author=self.people[who],
                annotation_set=AnnotationSet.objects.get(pk=self.set.pk),
                edition=edition,
                start=0,
                end=4,
                quote=edition.text[:4],
                note=self._note(),
                visibility="private" if private else "shared",
            )
        )
        self.ledger.write(who, private=private)

    def _reply(self, who: str, to: int) -> None:
        seen = [
            number
            for number, item in enumerate(self.ledger.items)
            if item.on is None and self.ledger.sees(who, number)
        ]
        if seen:
            on = seen[to % len(seen)]
            to_whom = Annotation.objects.get(pk=self.made[on].pk)
            self.made.append(create_reply(to_whom, author=self.people[who], note=self._note()))
            self.ledger.write(who, on=on)

    def _change(self, rule: str, count: int, naming: int, apart: bool) -> None:
        change_rules(
            self.set,
            actor=self.people["owner"],
            rule=rule,
            after_count=count,
            naming=naming,
            groups_apart=apart,
            leaving="keep",
        )
        self.ledger.change(rule, count, naming, apart)

    def _finish(self, who: str) -> None:
        finish_reading(self.set, self.people[who], self.document.pk)
        self.ledger.finish(who)

    def _release(self, who: str) -> None:
        release(AnnotationSet.objects.get(pk=self.set.pk), actor=self.people[who])
        self.ledger.release(who)

    def _delete(self, number: int) -> None:
        found = [n for n, item in enumerate(self.ledger.items) if item.on is None and not item.gone]
        if found:
            chosen = found[number % len(found)]
            made = Annotation.objects.get(pk=self.made[chosen].pk)
            delete_annotation(made, actor=made.author)
            self.ledger.delete(chosen)

    def _public(self, public: bool) -> None:
        edit_set(
            self.set,
            actor=self.people["owner"],
            title="A class",
            description="",
            visibility="public" if public else "private",
            rights="",
        )
        self.ledger.public = public

    def expected(self, who: str) -> set[int]:
        return {n for n in range(len(self.made)) if self.ledger.sees(who, n)}

    def asked(self, who: str) -> set[int]:
        """What the querysets show her, as numbers of what was made."""
        viewer = Viewer(self.people[who].pk)
        shown = set(Annotation.objects.visible_to(viewer).values_list("uuid", flat=True))
        shown |= set(Reply.objects.visible_to(viewer).values_list("uuid", flat=True))
        return {n for n, made in enumerate(self.made) if made.uuid in shown}

    def name(self, who: str, number: int) -> str:
        """How the author of something is called to her."""
        author = self.people[self.ledger.items[number].author]
        called = self.ledger.calls(who, number)
        if called == promises.NOBODY:
            return "a member"
        if called == promises.NAME:
            return author.get_full_name()
        return Pseudonym.objects.get(annotation_set=self.set, user=author).name

    def check_pages(self, who: str) -> None:
        """The reader's page and the table that she can take out hold what she sees, and no more."""
        client = Client()
        client.force_login(self.people[who])
        page = client.get(ADDRESS)
        table = client.get("/sets/a-class/exports/csv/?private=1")
        if who == "stranger" and not self.ledger.public:
            assert (page.status_code, table.status_code) == (404, 404)
            return
        expected = self.expected(who)
        shown = authors_on(page.content.decode())
        assert set(shown) == expected, f"{who} reads"
        for number, author in shown.items():
            own = self.ledger.items[number].author == who
            hint = " (you)" if own and who not in promises.EDITORS and self.veiled else ""
            assert author == self.name(who, number) + hint
        rows = list(csv.DictReader(io.StringIO(table.getvalue().decode(), newline="")))
        assert numbers(str(rows)) == expected, f"{who} takes out"

    @property
    def veiled(self) -> bool:
        return self.ledger.naming < Naming.NAME


def numbers(text: str) -> set[int]:
    return {int(found) for found in re.findall(r"word([0-9]+)w", text)}


def authors_on(page: str) -> dict[int, str]:
    """What is shown on a reader's page, with how its author is called there."""
    tree = html.fromstring(page)
    found = {}
    for one in tree.xpath("//article[contains(@class, 'card') or contains(@class, 'reply')]"):
        note = one.xpath("./div[@class='note']")[0].text_content().strip()
        author = one.xpath("./p[@class='meta']/span[@class='author']")[0].text_content()
        found[numbers(note).pop()] = author
    return found


# After these it is looked at once more before the end.
WIDENING = ("change", "public", "release")
CLOSING = [("write", "ann", False), ("change", "blind", 1, 1, True), ("write", "ben", False)]
HOMEWORK = [("change", "editors", 1, 2, True), ("write", "cyd", False)]


@given(st.lists(steps, min_size=4, max_size=12))
@example([*CLOSING, ("change", "open", 1, 2, True), ("public", True)])
@example([*HOMEWORK, ("change", "open", 1, 2, True), ("public", True), ("release", "cyd")])
@example([*HOMEWORK, ("change", "after", 1, 0, False), ("write", "ben", False)])
@settings(max_examples=MANY)
def test_nobody_sees_more_than_was_promised_nor_less_than_the_rules_say(
    taken: list[tuple[Any, ...]],
) -> None:
    # Primary keys come again from example to example.
    forget_all()
    with transaction.atomic():
        here = Class()
        for step in taken:
            here.do(step)
            for who in VIEWERS if step[0] in WIDENING else ():
                assert here.asked(who) == here.expected(who), f"{who} after {step}"
        for who in VIEWERS:
            assert here.asked(who) == here.expected(who), who
        for who in ("ann", "cyd", "reader", "stranger"):
            here.check_pages(who)
        transaction.set_rollback(True)
