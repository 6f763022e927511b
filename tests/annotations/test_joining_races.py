"""Joining at the same moment, on either database."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path

import pytest
from django.contrib.auth.models import User

from annotations.actions.joining import JoinFault, join, join_as_new, make_link, revoke_link
from annotations.models import History, JoinLink, Pseudonym
from tests.annotations.racing import at_once, database_of_its_own
from tests.annotations.worlds import World, user, world

pytestmark = pytest.mark.django_db(transaction=True)
MANY = 6


@pytest.fixture
def here(tmp_path: Path) -> Iterator[World]:
    with database_of_its_own(tmp_path):
        yield world()


def joins(link: JoinLink, people: list[User]) -> list[Callable[[], object]]:
    return [partial(join, link.token, one) for one in people]


def faults(found: list[object]) -> int:
    return sum(isinstance(one, JoinFault) for one in found)


def test_a_limit_holds_when_more_come_at_once(here: World):
    link = make_link(here.set, actor=here.owner, limit=3)
    people = [user(f"p{number}") for number in range(MANY)]
    assert faults(at_once(joins(link, people), JoinFault)) == MANY - 3
    link.refresh_from_db()
    assert link.uses == 3 == here.set.memberships.filter(user__in=people).count()


def test_one_who_taps_twice_is_one_member_counted_once(here: World):
    here.set.naming = 1
    here.set.save()
    links = [make_link(here.set, actor=here.owner) for _ in range(2)]
    acts = [act for link in links for act in joins(link, [here.stranger] * 3)]
    assert not faults(at_once(acts, JoinFault))
    assert here.set.memberships.filter(user=here.stranger).count() == 1
    assert Pseudonym.objects.filter(user=here.stranger).count() == 1
    assert sum(JoinLink.objects.values_list("uses", flat=True)) == 1
    assert History.objects.filter(kind="membership", actor=here.stranger).count() == 1


def test_people_of_one_name_get_an_account_each(here: World):
    link = make_link(here.set, actor=here.owner, limit=MANY)
    act = partial(join_as_new, link.token, name="Kim Lee", hashed="!")
    found = at_once([act] * MANY, JoinFault)
    assert len({one.username for one in found}) == MANY
    link.refresh_from_db()
    assert link.uses == MANY


def test_who_comes_while_a_link_is_revoked_is_in_or_out_and_nothing_between(here: World):
    link = make_link(here.set, actor=here.owner)
    people = [user(f"p{number}") for number in range(MANY)]
    acts = [*joins(link, people), partial(revoke_link, link, actor=here.owner)]
    inside = MANY - faults(at_once(acts, JoinFault))
    link.refresh_from_db()
    assert link.uses == inside == here.set.memberships.filter(user__in=people).count()
    assert link.revoked_at is not None
