"""Whatever a set has been through: who leaves takes her own and nothing of anybody else's."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.db import transaction
from hypothesis import given, settings
from hypothesis import strategies as st

from annotations.actions import annotations as annotating
from annotations.actions import groups, replies
from annotations.actions.leaving import EMPTIED, leave
from annotations.actions.members import remove_member
from annotations.actions.promises import change_rules
from annotations.actions.sets import add_member
from annotations.integrity import problems
from annotations.models import Annotation, Membership, Reply
from tests.annotations.traces import NEEDLES, USERNAME, account, found
from tests.annotations.worlds import BODY, World, world

pytestmark = pytest.mark.django_db
ACCOUNTS = ("auth_user", "account_emailaddress")
WORDS = [word for word in BODY.strip(".").split() if BODY.count(word) == 1]
NOTES = ("", "A note.", f"Ask @{USERNAME}, please.", f"**@{USERNAME.upper()}** and @annotator")


class Story:
    """A set that three people write in, one of whom will leave; each step is drawn."""

    def __init__(self, here: World, leaver: User, draw: Callable[[Any], Any]) -> None:
        self.here, self.leaver, self.draw = here, leaver, draw
        self.people = [leaver, here.annotator, here.editor]
        self.written: list[Annotation] = []
        self.replies: list[Reply] = []

    def step(self) -> None:
        steps = [self.annotate, self.regroup, self.rule]
        if self.written:
            steps += [self.reply, self.reply, self.edit, self.delete]
        if self.replies:
            steps.append(self.delete_reply)
        self.draw(st.sampled_from(steps))()

    def one_of(self, things: list[Any]) -> Any:
        return self.draw(st.sampled_from(things))

    def annotate(self) -> None:
        sharing = self.one_of(["shared", "shared", "private"])
        self.written.append(
            self.here.annotate(
                self.one_of(WORDS),
                author=self.one_of(self.people),
                note=self.one_of(NOTES),
                themes=[self.here.risk],
                visibility=sharing,
            )
        )

    def reply(self) -> None:
        to = self.one_of(self.written)
        self.replies.append(
            replies.create_reply(
                to,
                author=self.one_of(self.people),
                note=self.one_of(NOTES[1:]),
                private=self.draw(st.booleans()),
            )
        )

    def edit(self) -> None:
        one = self.one_of(self.written)
        if one.deleted_at is not None:
            one = annotating.restore_annotation(one, actor=one.author)
        note = self.one_of(NOTES)
        annotating.edit_annotation(one, actor=one.author, themes=[], note=note, visibility="shared")

    def delete(self) -> None:
        one = self.one_of(self.written)
        annotating.delete_annotation(one, actor=one.author)

    def delete_reply(self) -> None:
        one = self.one_of(self.replies)
        replies.delete_reply(one, actor=one.author)

    def regroup(self) -> None:
        count = self.draw(st.integers(1, 3))
        groups.deal(self.here.set, actor=self.here.owner, count=count, all_anew=True)

    def rule(self) -> None:
        change_rules(
            self.here.set,
            actor=self.here.owner,
            rule=self.one_of(["open", "after", "blind", "editors"]),
            after_count=self.draw(st.integers(0, 2)),
            naming=self.draw(st.integers(0, 2)),
            groups_apart=self.draw(st.booleans()),
            leaving="choose",
        )


def others(leaver: User) -> dict[str, dict[Any, Any]]:
    """What the others wrote, with all that shows it, but for the mentions of her."""
    columns = ("author", "audience", "naming", "group", "visibility", "deleted_at")
    kept = {}
    for model in (Annotation, Reply):
        rows = model._default_manager.exclude(author=leaver).exclude(author__is_active=False)
        kept[model.__name__] = {
            row["uuid"]: {**row, "note": row["note"].lower().split("@")[0]}
            for row in rows.values("uuid", "note", *columns)
        }
    return kept


@given(data=st.data(), work=st.sampled_from(["anonymise", "delete"]), removed=st.booleans())
@settings(max_examples=12)
def test_who_leaves_takes_her_own_and_no_more(data: st.DataObject, work: str, removed: bool):
    with transaction.atomic():
        here = world()
        leaver = account()
        member: Membership = add_member(here.set, actor=here.owner, username=USERNAME)
        story = Story(here, leaver, data.draw)
        for _ in range(data.draw(st.integers(1, 12))):
            story.step()
        before = others(leaver)
        hers = set(Annotation.objects.filter(author=leaver).values_list("pk", flat=True))
        answered = set(Reply.objects.exclude(author=leaver).values_list("annotation", flat=True))
        alive = set(Annotation.objects.alive().values_list("pk", flat=True))
        seen = Reply.objects.alive().exclude(author=leaver).values_list("annotation", flat=True)
        shown = set(seen) & alive
        if removed:
            remove_member(member, actor=here.owner)
        leave(here.set, user=leaver, work=work)
        left = Annotation.objects.filter(pk__in=hers)
        if work == "anonymise":
            assert left.count() == len(hers)
        else:
            assert set(left.values_list("pk", flat=True)) == hers & answered
            assert all(one.note == EMPTIED and not one.theme_ids for one in left)
            # Where all answers had been deleted, an empty annotation is not shown either.
            assert {one.pk for one in left.alive()} == hers & shown
        assert others(leaver) == before
        assert not left.filter(author=leaver).exists()
        assert found(NEEDLES, *ACCOUNTS) == []
        assert list(problems()) == []
        transaction.set_rollback(True)
