"""Whom something reaches is whom it is shown to, over random worlds."""

from __future__ import annotations

import pytest

from annotations.models import Annotation, Reply
from annotations.models.reach import seen_by
from annotations.viewers import Viewer
from tests.annotations.test_visibility import RandomWorld, world

__all__ = ["world"]
pytestmark = pytest.mark.django_db


def shown(model: type[Annotation] | type[Reply], user: int) -> set[int]:
    return set(model.objects.visible_to(Viewer(user)).values_list("pk", flat=True))


def test_it_names_those_who_see_an_annotation_or_a_reply(world: RandomWorld) -> None:
    users = {user.pk for user in world.people}
    seen = {user: shown(Annotation, user) for user in users}
    for one in Annotation.objects.select_related("annotation_set", "edition"):
        assert seen_by(users, one) == {user for user in users if one.pk in seen[user]}
    seen = {user: shown(Reply, user) for user in users}
    replies = Reply.objects.select_related("annotation__annotation_set", "annotation__edition")
    for reply in replies:
        told = seen_by(users, reply.annotation, reply)
        assert told == {user for user in users if reply.pk in seen[user]}


def test_it_takes_four_queries_at_most(world: RandomWorld, django_assert_max_num_queries) -> None:
    reply = Reply.objects.select_related("annotation__annotation_set", "annotation__edition")[0]
    with django_assert_max_num_queries(4):
        seen_by({user.pk for user in world.people}, reply.annotation, reply)
