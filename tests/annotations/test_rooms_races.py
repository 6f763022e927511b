"""What is done to a whole set while its members write: nobody's work is lost, on either side."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path

import pytest
from django.contrib.auth.models import User
from django.core.exceptions import PermissionDenied

from annotations.actions.annotations import edit_annotation
from annotations.actions.carrying import follow
from annotations.actions.groups import deal, make_group, move
from annotations.actions.leaving import leave
from annotations.actions.members import remove_member
from annotations.actions.promises import change_rules
from annotations.actions.replies import create_reply
from annotations.actions.sets import add_member
from annotations.actions.states import set_state
from annotations.models import Annotation, AnnotationSet, Naming, Reply
from archive.ingest import NewEdition
from tests.annotations.racing import at_once, database_of_its_own
from tests.annotations.worlds import WORDS, World, edition, user, world

pytestmark = pytest.mark.django_db(transaction=True)
MANY = 6


@pytest.fixture
def here(tmp_path: Path) -> Iterator[World]:
    with database_of_its_own(tmp_path):
        yield world()


def _rules(here: World, naming: int = Naming.NAME) -> None:
    change_rules(
        AnnotationSet.objects.get(pk=here.set.pk),
        actor=here.owner,
        rule="open",
        after_count=0,
        naming=naming,
        groups_apart=True,
        leaving="choose",
    )


def _students(here: World) -> list[User]:
    made = [user(f"student{number}") for number in range(MANY)]
    for one in made:
        add_member(here.set, actor=here.owner, username=one.username)
    return made


def _edits(here: World, made: list[Annotation]) -> list[Callable[[], object]]:
    return [
        partial(
            edit_annotation,
            Annotation.objects.with_place().get(pk=one.pk),
            actor=one.author,
            themes=[],
            note="Better",
            visibility="shared",
        )
        for one in made
    ]


def _close(here: World) -> object:
    one = AnnotationSet.objects.get(pk=here.set.pk)
    return set_state(one, actor=here.owner, state="closed")


def _regroup(here: World) -> object:
    group = here.set.groups.get(name="Red")
    people = here.set.memberships.values_list("user", flat=True)
    return move(here.set, list(people), group, actor=here.owner)


def _deal(here: World) -> object:
    return deal(here.set, actor=here.owner, count=2, all_anew=True)


def _leave(here: World) -> object:
    return leave(here.set, user=here.reader, work="anonymise")


def _remove(here: World) -> object:
    return remove_member(here.set.memberships.get(user=here.reader), actor=here.owner)


@pytest.mark.parametrize("act", [_close, _regroup, _deal, _leave, _remove, _rules])
def test_who_writes_meanwhile_is_not_sent_away(here: World, act: Callable[[World], object]) -> None:
    make_group(here.set, actor=here.owner, name="Red")
    move(here.set, [here.reader.pk], here.set.groups.get(), actor=here.owner)
    _rules(here)
    made = [here.annotate() for _ in range(MANY)]
    at_once([*_edits(here, made), partial(act, here)], PermissionDenied)
    assert set(Annotation.objects.values_list("note", flat=True)) == {"Better"}


@pytest.mark.parametrize("act", [_deal, _leave, _rules])
def test_what_many_change_at_once_is_changed_by_one_after_the_other(
    here: World, act: Callable[[World], object]
) -> None:
    made = [here.annotate() for _ in range(40)]
    # Rows that were written again stand elsewhere in the table than their keys say.
    for one in made[::3]:
        edit_annotation(one, actor=here.annotator, themes=[], note="Again", visibility="shared")
    old = here.edition
    new = edition(here.document, f"A line.\n{WORDS}")
    renew = partial(follow, [NewEdition("d169", here.document.pk, old.pk, new.pk)], None)
    at_once([partial(act, here), renew, partial(_deal, here)], PermissionDenied)
    assert not Annotation.objects.exclude(edition=new).exists()


def test_the_first_words_of_many_under_pseudonyms_all_arrive(here: World) -> None:
    students = _students(here)
    _rules(here)
    made = [here.annotate(author=one) for one in students]
    AnnotationSet.objects.filter(pk=here.set.pk).update(naming=Naming.PSEUDONYM)
    first = [
        partial(create_reply, Annotation.objects.get(pk=made[0].pk), author=one, note="Well")
        for one in students
    ]
    make_group(here.set, actor=here.owner, name="Red")
    at_once([*first, *_edits(here, made), partial(_regroup, here)], PermissionDenied)
    assert Reply.objects.count() == MANY
    assert here.set.pseudonyms.values("name").distinct().count() == MANY
    assert set(Annotation.objects.values_list("note", flat=True)) == {"Better"}
