"""Compiled queries answer as the querysets that they were compiled from."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.contrib.sessions.models import Session

from archive.models import Edition, Volume
from archive.prepared import Prepared, PreparedIn, PreparedInsert, PreparedUpdate, instance
from tests.factories import EditionFactory, TermFactory, UserFactory, VolumeFactory

pytestmark = pytest.mark.django_db

NOW = datetime(2026, 11, 22, 21, 40, 3, 123456, tzinfo=UTC)


def test_text_is_asked_for_as_it_is() -> None:
    for slug in ("v1", "o'hara", "50%", "%s", '"; DROP TABLE', "čeština", ""):
        VolumeFactory(slug=slug)
    asked = Prepared(
        lambda slug: Volume.objects.filter(slug=slug).values_list("pk", "slug"), slug=str
    )
    for slug in [*Volume.objects.values_list("slug", flat=True), "none of them"]:
        expected = list(Volume.objects.filter(slug=slug).values_list("pk", "slug"))
        assert [tuple(row) for row in asked(slug=slug)] == expected


def test_numbers_and_constants_keep_their_places() -> None:
    for n in range(6):
        UserFactory(is_staff=n % 2 == 0)

    def between(low: int, high: int) -> Any:
        found = User.objects.filter(pk__gt=low, is_staff=True, pk__lte=high).exclude(username="x")
        return found.order_by("-pk").values_list("pk", "username", "is_staff")[:2]

    first = User.objects.order_by("pk").values_list("pk", flat=True)[0]
    asked = Prepared(between, low=int, high=int)
    for low in range(first - 1, first + 6):
        for high in (low, low + 2, first + 5):
            assert asked(low=low, high=high) == list(between(low, high))


def test_a_parameter_may_be_used_twice() -> None:
    user = UserFactory(username="ines", first_name="ines")
    UserFactory(username="ada", first_name="ines")
    asked = Prepared(
        lambda n: User.objects.filter(username=n, first_name=n).values_list("pk"), n=str
    )
    assert asked(n="ines") == [(user.pk,)]
    assert asked(n="ada") == []


def test_moments_are_compared_to_the_microsecond_and_come_back_with_their_zone() -> None:
    for key, step in (("before", -1), ("at", 0), ("after", 1)):
        Session.objects.create(
            session_key=key, session_data="", expire_date=NOW + timedelta(microseconds=step)
        )

    def alive(now: datetime) -> Any:
        found = Session.objects.filter(expire_date__gt=now)
        return found.order_by("session_key").values_list("session_key", "expire_date")

    asked = Prepared(alive, now=datetime)
    for step in range(-2, 3):
        now = NOW + timedelta(microseconds=step)
        assert asked(now=now) == list(alive(now))
    assert asked(now=NOW) == [("after", NOW + timedelta(microseconds=1))]


def test_columns_that_django_converts_are_converted() -> None:
    edition = EditionFactory()
    asked = Prepared(
        lambda pk: Edition.objects.filter(pk=pk).values_list("blocks", "imported_at"), pk=int
    )
    expected = list(Edition.objects.filter(pk=edition.pk).values_list("blocks", "imported_at"))
    assert asked(pk=edition.pk) == expected


def test_it_asks_anew_each_time() -> None:
    asked = Prepared(lambda pk: User.objects.filter(pk=pk).values_list("username"), pk=int)
    user = UserFactory(username="before")
    assert asked(pk=user.pk) == [("before",)]
    User.objects.filter(pk=user.pk).update(username="afterwards")
    assert asked(pk=user.pk) == [("afterwards",)]


def test_a_missing_parameter_is_an_error() -> None:
    asked = Prepared(lambda pk: User.objects.filter(pk=pk).values_list("pk"), pk=int)
    with pytest.raises(KeyError, match="pk"):
        asked()


def test_a_parameter_that_the_queryset_does_not_use_is_an_error() -> None:
    asked = Prepared(
        lambda pk, name: User.objects.filter(pk=pk).values_list("pk"), pk=int, name=str
    )
    with pytest.raises(ValueError, match="does not use name"):
        asked(pk=1, name="ines")


@pytest.mark.parametrize("size", [0, 1, 2, 3, 4, 5, 8, 9, 31, 32, 33, 100])
def test_a_list_of_any_length_gives_each_row_once(size: int) -> None:
    users = [UserFactory().pk for _ in range(100)]
    asked = PreparedIn(
        lambda keys: User.objects.filter(pk__in=keys).order_by("pk").values_list("pk", "username")
    )
    for keys in (users[:size], users[:size][::-1] * 2):
        assert asked(keys) == list(
            User.objects.filter(pk__in=keys).order_by("pk").values_list("pk", "username")
        )


def test_an_update_changes_what_the_queryset_finds_and_gives_its_rows() -> None:
    ines, ada = UserFactory(), UserFactory()
    changes = {"first_name": "Changed", "is_staff": True}
    update = PreparedUpdate(
        lambda pk: User.objects.filter(pk=pk), changes, ("id", "first_name"), pk=int
    )
    assert update(pk=ines.pk) == [(ines.pk, "Changed")]
    assert update(pk=ada.pk + 1000) == []
    ines.refresh_from_db()
    ada.refresh_from_db()
    assert (ines.first_name, ines.is_staff) == ("Changed", True)
    assert (ada.first_name, ada.is_staff) == ("", False)


def test_an_insert_stores_what_save_would_have_stored() -> None:
    insert = PreparedInsert(User)
    for name in ("ines", "o'hara %s"):
        made = insert.run(User(username=name, last_login=NOW, is_staff=True))
        saved = User(username=f"{name} saved", last_login=NOW, is_staff=True)
        saved.date_joined = made.date_joined
        saved.save()
        given, expected = (User.objects.filter(pk=one.pk).values().get() for one in (made, saved))
        assert given.pop("username") + " saved" == expected.pop("username")
        assert (given.pop("id"), expected.pop("id")) == (made.pk, saved.pk)
        assert given == expected
        made.first_name = "Known to the database"
        made.save()
    assert User.objects.count() == 4


def test_an_instance_has_the_columns_given_and_asks_for_the_others(
    django_assert_num_queries: Any,
) -> None:
    term = TermFactory(name="START")
    made = instance(type(term), ("key", "id"), (term.key, term.pk))
    with django_assert_num_queries(0):
        assert (made.pk, made.key) == (term.pk, term.key)
    with django_assert_num_queries(1):
        assert made.name == "START"
    assert made == term
