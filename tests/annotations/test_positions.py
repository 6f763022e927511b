"""Where one stopped reading: for its reader alone, in one query, and carried to new editions."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.db import IntegrityError, transaction
from django.test import Client
from django.utils import timezone
from hypothesis import given
from hypothesis import strategies as st
from pytest_django.asserts import assertContains, assertNotContains, assertRedirects

from annotations.actions.erasing import erase, sets_of
from annotations.actions.leaving import leave
from annotations.actions.members import remove_member
from annotations.actions.positions import Stop, carried, follow, forget, keep, switch
from annotations.models import History, NoPositions, ReadingPosition, SetDocument
from annotations.positions import kept_at, stopped
from annotations.takeout import rest_of
from annotations.viewers import Viewer
from annotations.views.mine import held
from archive.ingest import NewEdition
from archive.text import Block, Text
from tests.annotations.worlds import WORDS, World, edition, text_of, world
from tests.factories import AnnotationSetFactory, EditionFactory, UserFactory

SECOND = WORDS.index("With")
NOTE = WORDS.index("A source.")


@pytest.fixture
def here(db: None) -> World:
    return world()


def stop(here: World, offset: int = SECOND, furthest: int = 0, *, alone: bool = False) -> Stop:
    room = None if alone else here.set.pk
    return Stop(here.document.pk, room, here.edition.pk, offset, furthest or offset)


def path(here: World) -> str:
    return f"{here.document.get_absolute_url()}stopped/"


def sent(here: World, **changes: Any) -> dict[str, Any]:
    given = {"set": here.set.slug, "edition": here.edition.pk, "offset": SECOND, "furthest": 60}
    return given | changes


def viewer(user: User) -> Viewer:
    return Viewer(user.pk)


def test_a_place_is_kept_once_for_each_set_and_once_without_one(here: World) -> None:
    for alone in (False, True, False, True):
        assert keep(here.reader.pk, stop(here, alone=alone))
    assert ReadingPosition.objects.count() == 2
    rows = ReadingPosition.objects.order_by("annotation_set")
    assert {row.annotation_set_id for row in rows} == {None, here.set.pk}
    for row in rows:
        row.pk = None
        with pytest.raises(IntegrityError), transaction.atomic():
            row.save()


def test_the_latest_place_is_kept_and_the_furthest_too(here: World) -> None:
    keep(here.reader.pk, stop(here, SECOND, 60))
    first = ReadingPosition.objects.get()
    keep(here.reader.pk, stop(here, 0, 14))
    row = ReadingPosition.objects.get()
    assert (row.offset, row.furthest) == (0, 60)
    assert timezone.now() - timedelta(minutes=1) < first.at < row.at
    keep(here.reader.pk, stop(here, 0, 70))
    assert ReadingPosition.objects.get().furthest == 70


def test_it_is_written_in_one_query_and_leaves_nothing_else_behind(
    here: World, django_assert_num_queries: Any
) -> None:
    before = (History.objects.count(), SetDocument.objects.get().revision)
    for _ in range(2):
        with django_assert_num_queries(1):
            keep(here.reader.pk, stop(here))
    assert before == (History.objects.count(), SetDocument.objects.get().revision)


def test_a_page_says_where_one_is_and_asks_where_one_was(
    client: Client, here: World, django_assert_num_queries: Any
) -> None:
    client.force_login(here.reader)
    asked = {"set": here.set.slug}
    assert client.get(path(here), asked).json() == {"keeps": True, "stopped": None}
    with django_assert_num_queries(5):  # session, account, document, sets, and what is kept
        assert client.post(path(here), sent(here)).json() == {"keeps": True}
    with django_assert_num_queries(3):  # session, account, place
        answer = client.get(path(here), asked)
    kept = answer.json()["stopped"]
    assert (kept["edition"], kept["offset"], kept["furthest"]) == (here.edition.pk, SECOND, 60)
    assert "no-store" in answer["Cache-Control"]
    assert client.get(path(here), {"set": ""}).json()["stopped"] is None


@pytest.mark.parametrize(
    ("changes", "status"),
    [
        ({"edition": 0}, 409),
        ({"offset": "-1"}, 400),
        ({"offset": "9" * 12}, 400),
        ({"offset": "²"}, 400),
        ({"furthest": ""}, 400),
        ({"set": "no-such-set"}, 404),
    ],
)
def test_nothing_is_kept_of_a_place_that_is_none(
    client: Client, here: World, changes: dict[str, Any], status: int
) -> None:
    client.force_login(here.reader)
    assert client.post(path(here), sent(here, **changes)).status_code == status
    assert not ReadingPosition.objects.exists()


def test_guests_are_asked_to_sign_in_and_strangers_find_nothing(
    client: Client, here: World
) -> None:
    for address in (path(here), "/recent/", "/recent/said/", "/recent/reading/"):
        assertRedirects(
            client.get(address), f"/accounts/login/?next={address}", fetch_redirect_response=False
        )
    client.force_login(here.stranger)
    assert client.post(path(here), sent(here)).status_code == 404


def test_it_is_shown_to_nobody_else_whatever_her_role(client: Client, here: World) -> None:
    keep(here.reader.pk, stop(here))
    pk = ReadingPosition.objects.get().pk
    for user in (here.owner, here.editor, here.annotator, here.stranger):
        assert stopped(viewer(user), 9) == []
        assert kept_at(viewer(user), "frus1981-88v03", "d169", here.set.slug) is None
        client.force_login(user)
        assert client.post(f"/recent/reading/{pk}/forget/").status_code == 404
    assert len(stopped(viewer(here.reader), 9)) == 1


def test_it_leads_to_the_very_paragraph_and_says_how_far_she_came(
    client: Client, here: World
) -> None:
    keep(here.reader.pk, stop(here, SECOND, NOTE - 30))
    keep(here.reader.pk, stop(here, 0, NOTE - 1, alone=True))
    alone, (inside) = stopped(viewer(here.reader), 9)
    assert inside.href == f"{here.document.get_absolute_url()}?set={here.set.slug}#b1"
    assert inside.words == WORDS.split("\n")[1]
    assert 0 < inside.percent < 100 and not inside.further
    # The body ends before its notes.
    assert (alone.percent, alone.done, alone.annotation_set) == (100, True, None)
    assert alone.href.endswith("?set=#b0")
    client.force_login(here.reader)
    page = client.get("/recent/reading/")
    assertContains(page, inside.href)
    assertContains(page, "read to the end")
    start = client.get("/")
    assertContains(start, inside.href)
    assertNotContains(start, "read to the end")


def test_the_furthest_place_is_offered_where_it_is_further_on(here: World) -> None:
    keep(here.reader.pk, stop(here, 0, NOTE - 30))
    (one,) = stopped(viewer(here.reader), 9)
    assert one.further.endswith("#b1")


def test_what_one_may_no_longer_read_is_not_offered(here: World) -> None:
    keep(here.reader.pk, stop(here))
    member = here.set.memberships.get(user=here.reader)
    remove_member(member, actor=here.owner)
    assert stopped(viewer(here.reader), 9) == []
    assert kept_at(viewer(here.reader), "frus1981-88v03", "d169", here.set.slug) is None


def test_the_list_costs_one_query_and_goes_on_where_it_ended(
    db: None, client: Client, django_assert_num_queries: Any
) -> None:
    user = UserFactory()
    now = timezone.now()
    for number in range(35):
        made = EditionFactory()
        # Two at the same moment: the key decides.
        ReadingPosition.objects.create(
            user=user,
            document=made.document,
            edition=made,
            offset=0,
            furthest=1,
            at=now - timedelta(days=number // 2),
        )
    with django_assert_num_queries(1):
        rows = stopped(Viewer(user.pk), 99)
    assert [row.at for row in rows] == sorted((row.at for row in rows), reverse=True)
    first, rest = rows[:17], stopped(Viewer(user.pk), 99, rows[16].cursor)
    assert [row.pk for row in (*first, *rest)] == [row.pk for row in rows]
    client.force_login(user)
    with django_assert_num_queries(4):  # session, account, places, whether it is kept
        page = client.get("/recent/reading/")
    assertContains(page, 'rel="next"')
    further = page.context["further"]
    assert len(client.get("/recent/reading/", {"after": further}).context["rows"]) == 5
    for wrong in ("x", "1-2-3", "99999999999999999999999-1", "5-", "-5"):
        assert client.get("/recent/reading/", {"after": wrong}).status_code == 200


def test_one_forgets_a_place_or_has_none_kept(client: Client, here: World) -> None:
    keep(here.reader.pk, stop(here))
    keep(here.annotator.pk, stop(here))
    client.force_login(here.reader)
    pk = ReadingPosition.objects.get(user=here.reader).pk
    assertRedirects(client.post(f"/recent/reading/{pk}/forget/"), "/recent/reading/")
    assert forget(here.reader) == 0
    keep(here.reader.pk, stop(here))
    page = client.post("/recent/reading/choice/", {"keep": "0"}, follow=True)
    assertContains(page, "kept no more")
    assert not ReadingPosition.objects.filter(user=here.reader).exists()
    assert ReadingPosition.objects.filter(user=here.annotator).exists()
    assert client.post(path(here), sent(here)).json() == {"keeps": False}
    assert client.get(path(here)).json() == {"keeps": False, "stopped": None}
    assert not ReadingPosition.objects.filter(user=here.reader).exists()
    client.post("/recent/reading/choice/", {"keep": "1"})
    assert client.post(path(here), sent(here)).json() == {"keeps": True}


def test_switching_it_off_twice_is_the_same(here: World) -> None:
    for on in (False, False, True, True):
        switch(here.reader, on=on)
    assert not NoPositions.objects.exists()


def test_it_is_in_ones_own_file_and_goes_with_ones_account(client: Client, here: World) -> None:
    keep(here.annotator.pk, stop(here))
    keep(here.annotator.pk, stop(here, alone=True))
    client.force_login(here.annotator)
    request: Any = client.get(f"/sets/{here.set.slug}/mine/").wsgi_request
    (row,) = rest_of(held(request, here.set.slug))["stopped"]
    assert (row["document"], row["offset"]) == ("frus1981-88v03/d169", SECOND)
    switch(here.editor, on=False)
    for user in (here.annotator, here.editor):
        erase(user, {})
    assert not ReadingPosition.objects.exists()
    assert not NoPositions.objects.exists()


@pytest.mark.parametrize("work", ["keep", "anonymise", "delete"])
def test_whoever_leaves_a_set_takes_it_along_and_nobody_else_gets_it(
    here: World, work: str
) -> None:
    here.annotate()
    keep(here.annotator.pk, stop(here))
    leave(here.set, user=here.annotator, work=work)
    assert not ReadingPosition.objects.exclude(user=here.annotator).exists()
    assert ReadingPosition.objects.exists() == (work == "keep")


def test_reading_a_public_set_makes_it_none_of_ones_own(here: World) -> None:
    room = AnnotationSetFactory(readings=[here.document])
    keep(here.stranger.pk, stop(here)._replace(annotation_set=room.pk))
    assert stopped(viewer(here.stranger), 9)
    assert sets_of(here.stranger) == []


def test_it_follows_to_a_new_edition(here: World, django_assert_num_queries: Any) -> None:
    keep(here.reader.pk, stop(here, SECOND, NOTE - 1))
    keep(here.annotator.pk, stop(here, 0, 14, alone=True))
    old = here.edition.pk
    new = edition(here.document, "A heading that is new.\nAnother line of it.\n" + WORDS)
    # Places, both texts, the update of those who stopped there; and a savepoint around it.
    with django_assert_num_queries(3 + 2):
        follow([NewEdition("d169", here.document.pk, old, new.pk)])
    inside = ReadingPosition.objects.get(user=here.reader)
    assert inside.edition_id == new.pk
    assert new.text[inside.offset :].startswith("With Afghanistan Day")
    assert new.text[: inside.furthest].endswith("speak of linkage.")
    alone = ReadingPosition.objects.get(user=here.annotator)
    assert new.text[alone.offset :].startswith("169. Memorandum")
    (one,) = stopped(viewer(here.reader), 9)
    assert one.href.endswith("#b3") and one.words.startswith("With Afghanistan")


def test_a_paragraph_that_is_gone_leaves_one_at_about_the_same_place(here: World) -> None:
    keep(here.reader.pk, stop(here, NOTE))
    old = here.edition.pk
    new = edition(here.document, "Quite another text.\nOf few words.")
    follow([NewEdition("d169", here.document.pk, old, new.pk)])
    row = ReadingPosition.objects.get()
    assert (row.edition_id, row.offset) == (new.pk, new.text.index("Of few"))


words = st.text(st.sampled_from("ab 𝄞é"), min_size=1, max_size=20).map(lambda s: s.strip() or "x")
texts = st.lists(words, min_size=2, max_size=8).map("\n".join).map(text_of)


@given(texts, texts, st.data())
def test_every_offset_is_carried_to_the_start_of_a_paragraph(
    old: Text, new: Text, data: st.DataObject
) -> None:
    offsets = data.draw(st.lists(st.integers(0, len(old.text) + 5), max_size=6))
    found = carried(old, new, offsets)
    assert set(found) == set(offsets)
    assert all(block in new.blocks for block in found.values())
    same = carried(old, old, [block.start for block in old.blocks])
    assert same == {block.start: block for block in old.blocks}


def test_an_empty_text_has_a_place_to_stop_too() -> None:
    assert carried(text_of(), Text(""), [5]) == {5: Block("paragraph", 0, 0)}


def test_the_readers_page_costs_no_query_more_for_it(
    client: Client, here: World, django_assert_num_queries: Any
) -> None:
    client.force_login(here.reader)
    address = f"{here.document.get_absolute_url()}?set={here.set.slug}"
    client.get(address)
    keep(here.reader.pk, stop(here))
    with django_assert_num_queries(4):  # session, account, document, sets: all else is kept
        page = client.get(address)
    assertContains(page, f'data-stopped="{path(here)}"')
    client.logout()
    public = AnnotationSetFactory(readings=[here.document])
    page = client.get(f"{here.document.get_absolute_url()}?set={public.slug}")
    assertNotContains(page, "data-stopped")
