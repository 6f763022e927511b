"""The pages of the list: who sees what under which names, in how many queries, and what is done."""

from __future__ import annotations

import re
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
from django.contrib.auth.models import User
from django.test import Client

from annotations.actions.groups import make_group
from annotations.actions.groups import move as move_to
from annotations.actions.moderation import hide
from annotations.actions.promises import change_rules
from annotations.models import Annotation, AnnotationSet, History, Membership, Naming
from tests.annotations.worlds import World, world
from tests.factories import AnnotationFactory, ReplyFactory, UserFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def here() -> World:
    return world(visibility="public")


def signed_in(user: User | None) -> Client:
    client = Client()
    if user:
        client.force_login(user)
    return client


def read(here: World, user: User | None, query: str = "", **headers: str) -> str:
    response = signed_in(user).get(here.path(f"annotations/{query}"), headers=headers)
    assert response.status_code == 200
    return response.content.decode()


def shown(html: str) -> list[str]:
    """The annotations on a page, in their order."""
    return re.findall(r'id="a-([0-9a-f-]{36})"', html)


def uuids(*annotations: Annotation) -> list[str]:
    return [str(one.uuid) for one in annotations]


def act(here: World, user: User, client: Client | None = None, **given: Any) -> Any:
    client = client or signed_in(user)
    return client.post(here.path("annotations/act/"), given)


def test_a_row_has_passage_note_themes_author_and_states(here: World):
    one = here.annotate(
        words="Afghanistan Day", themes=[here.risk], note="Who *hears*?", question=True
    )
    ReplyFactory(annotation=one, author=here.annotator)
    hide(one, actor=here.editor, reason="Not now.")
    html = read(here, here.editor)
    row = html[html.index(f'id="a-{one.uuid}"') :]
    assert '<span class="around">With </span>' in row
    assert ">Afghanistan Day</a>" in row
    assert "Who hears?" in row
    for words in ("Risk", "annotator", "question", "hidden: Not now.", "1 reply"):
        assert words in row


def test_the_list_is_linked_for_all_who_see_the_set(here: World):
    for user in (None, here.stranger, here.reader, here.annotator, here.owner):
        html = signed_in(user).get(here.path()).content.decode()
        assert here.path("annotations/") in html


def test_filters_are_in_the_address_and_said_in_words(here: World):
    one, two = here.annotate(themes=[here.tacit]), here.annotate(author=here.owner)
    html = read(here, here.reader, "?theme=linkage&sort=newest")
    assert shown(html) == uuids(one)
    assert "1 annotation matches" in html
    assert shown(read(here, here.reader, "?theme=-")) == uuids(two)
    html = read(here, here.reader, "?author=owner")
    assert shown(html) == uuids(two)
    assert "Take off the filter: by owner" in html


@pytest.mark.parametrize(
    "query",
    [
        "?theme=no&author=no&group=no&document=no&since=no&until=no&sort=no&state=no&after=no",
        "?group=99999999999999999999&document=a%00/b&q=%00&theme=%00&author=%00",
        "?after=1~2~3~4~5&sort=newest",
        "?after=1~2~3~4~999999999999999999999999",
        "?after=999999999999999999~1&sort=newest",
        "?after=x~1~1&sort=author",
        "?since=9999-12-31&until=0001-01-01&zone=No/Such",
        "?q=%25&match=all&theme=-&theme=linkage",
        "?done=99999999999&all=1",
    ],
)
def test_odd_addresses_are_answered(here: World, query: str):
    here.annotate()
    for user in (None, here.editor):
        read(here, user, query)


def test_the_second_page_goes_on_where_the_first_ends(here: World):
    made = [here.annotate() for _ in range(51)]
    html = read(here, here.reader, "?sort=oldest")
    assert shown(html) == uuids(*made[:50])
    (further,) = re.findall(r'rel="next" href="([^"]+)"', html)
    further = further.replace("&amp;", "&")
    assert shown(read(here, here.reader, further)) == uuids(made[50])
    part = read(here, here.reader, further, **{"HX-Request": "true", "HX-Target": "further"})
    assert part.lstrip().startswith("<li")


def test_more_than_ten_thousand_are_not_counted(here: World, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr("annotations.listing.CAP", 2)
    for _ in range(3):
        here.annotate()
    assert "More than 2 annotations" in read(here, here.reader)


def _veiled(here: World, naming: int) -> None:
    change_rules(
        here.set,
        actor=here.owner,
        rule="open",
        after_count=1,
        naming=naming,
        groups_apart=False,
        leaving="keep",
    )


@pytest.mark.parametrize("naming", [Naming.PSEUDONYM, Naming.NOBODY])
def test_neither_filter_nor_order_tells_who_is_who(here: World, naming: int):
    second = UserFactory(username="aa-first-of-all", last_name="Aalto")
    Membership.objects.create(annotation_set=here.set, user=second)
    _veiled(here, naming)
    one, two = here.annotate(), here.annotate(author=second)
    for query in ("", "?sort=author", "?sort=newest"):
        html = read(here, here.reader, query)
        for told in ("annotator", "aa-first", "Aalto", f'value="{second.pk}"'):
            assert told not in html
    for name in ("annotator", "aa-first-of-all", str(second.pk), f"-{second.pk}"):
        assert shown(read(here, here.reader, f"?author={name}")) == []
    assert shown(read(here, here.editor, "?author=annotator")) == uuids(one)
    if naming == Naming.NOBODY:
        # By author is then by time alone, whoever wrote it.
        assert shown(read(here, here.reader, "?sort=author")) == uuids(two, one)
        assert shown(read(here, here.reader, "?author=-&sort=oldest")) == uuids(one, two)
    else:
        alias = here.set.pseudonyms.get(user=second)
        assert shown(read(here, here.reader, f"?author={alias.slug}")) == uuids(two)


def test_nobody_learns_from_a_filter_who_is_in_which_group(here: World):
    _veiled(here, Naming.PSEUDONYM)
    group = make_group(here.set, actor=here.owner, name="Monday")
    member = here.set.memberships.get(user=here.annotator)
    one = here.annotate()
    move_to(here.set, [member.user_id], group, actor=here.owner)
    assert shown(read(here, here.editor, f"?group={group.pk}")) == uuids(one)
    html = read(here, here.reader, f"?group={group.pk}")
    assert shown(html) == []
    assert "Monday" not in html


def test_guests_and_readers_choose_nothing(here: World):
    here.annotate()
    for user in (None, here.stranger, here.reader):
        html = read(here, user)
        assert 'type="checkbox" name="a"' not in html
        assert "Choose all" not in html
    html = read(here, here.annotator)
    assert 'value="delete"' in html
    assert 'value="hide"' not in html
    assert 'value="hide"' in read(here, here.editor)


@pytest.mark.parametrize("query", ["", "?theme=linkage&author=annotator&q=a&group=-&replies=some"])
def test_the_page_makes_as_many_queries_however_many_there_are(
    here: World, query: str, django_assert_max_num_queries: Any
):
    for at in range(30):
        one = here.annotate(themes=[here.linkage], note=f"a {at}")
        ReplyFactory(annotation=one)
    client = signed_in(here.editor)
    with django_assert_max_num_queries(16):
        assert len(shown(client.get(here.path(f"annotations/{query}")).content.decode())) == 30


def test_what_would_be_done_is_said_in_numbers_before(here: World):
    own, others = here.annotate(author=here.editor), here.annotate()
    response = act(here, here.editor, a=uuids(own, others), act="delete")
    html = response.content.decode()
    assert "Delete 1 annotation of yours" in html
    assert "1 is not yours, and not deleted: editors hide what others wrote." in html
    assert Annotation.objects.filter(deleted_at__isnull=False).count() == 0


def test_where_nothing_is_ones_own_an_editor_is_offered_to_hide_it(here: World):
    one = here.annotate()
    html = act(here, here.editor, a=uuids(one), act="delete").content.decode()
    assert 'name="others" value="1" checked' in html
    assert "Hide the 1 by others that are in sight, for this reason" in html
    html = act(here, here.annotator, a=uuids(here.annotate(author=here.owner)), act="delete")
    assert "None of them is yours" in html.content.decode()
    assert 'name="others"' not in html.content.decode()


def test_it_is_done_without_javascript_told_and_taken_back(here: World):
    own, others = here.annotate(author=here.editor), here.annotate()
    client = signed_in(here.editor)
    asked = "theme=-&sort=newest"
    response = act(
        here, here.editor, client, a=uuids(own, others), act="delete", do="1", query=asked
    )
    assert response.status_code == 302
    to = urlsplit(response["Location"])
    assert to.path == here.path("annotations/")
    query = parse_qs(to.query)
    assert (query["theme"], query["sort"]) == (["-"], ["newest"])
    html = client.get(response["Location"]).content.decode()
    assert "1 annotation is deleted. Left: 1 not yours." in html
    assert shown(html) == uuids(others)
    response = client.post(here.path("undo/"), {"row": query["done"][0], "next": to.path})
    assert response["Location"] == to.path
    assert len(shown(client.get(to.path).content.decode())) == 2


def test_themes_are_added_and_taken_off(here: World):
    one = here.annotate(themes=[here.linkage])
    given = {"a": uuids(one), "act": "themes"}
    html = act(here, here.editor, **given).content.decode()
    assert 'name="add"' in html and 'name="remove"' in html
    response = act(here, here.editor, **given, do="1")
    assert response.status_code == 422
    assert "Choose a theme to add or to take off." in response.content.decode()
    act(here, here.editor, **given, do="1", add=[here.risk.pk], remove=[here.linkage.pk])
    one.refresh_from_db()
    assert one.theme_ids == str(here.risk.pk)


def test_nobody_hides_many_without_a_reason(here: World):
    one = here.annotate()
    response = act(here, here.editor, a=uuids(one), act="hide", do="1")
    assert response.status_code == 422
    assert "Say why: the authors read it." in response.content.decode()
    response = act(here, here.editor, a=uuids(one), act="delete", do="1", others="1")
    assert response.status_code == 422


def test_all_that_match_are_done_at_once(here: World):
    made = [here.annotate() for _ in range(60)]
    other = here.annotate(words="linkage")
    html = read(here, here.editor, "?q=Afghanistan&all=1")
    assert "All 60 annotations that match are chosen." in html
    (token,) = re.findall(r'name="all" value="([^"]+)"', html)
    late = here.annotate()
    given = {"all": token, "query": "q=Afghanistan", "act": "themes"}
    assert "Themes of 60 annotations" in act(here, here.editor, **given).content.decode()
    act(here, here.editor, **given, do="1", add=[here.risk.pk])
    assert here.risk.annotations.count() == 60
    assert not set(here.risk.annotations.all()) & {other, late}
    assert made[0] in here.risk.annotations.all()


def test_when_the_list_has_changed_it_is_shown_again_and_nothing_is_done(here: World):
    one = here.annotate()
    html = read(here, here.editor, "?all=1")
    (token,) = re.findall(r'name="all" value="([^"]+)"', html)
    before = History.objects.count()
    given = {"all": token, "query": "q=day", "act": "hide", "do": "1", "reason": "No."}
    response = act(here, here.editor, **given)
    assert response.status_code == 409
    assert "Nothing was done: what matches has changed" in response.content.decode()
    assert shown(response.content.decode()) == uuids(one)
    assert History.objects.count() == before


def test_an_act_that_one_may_not_do_is_refused(here: World):
    one = here.annotate()
    assert act(here, here.annotator, a=uuids(one), act="hide").status_code == 403
    assert act(here, here.reader, a=uuids(one), act="delete").status_code == 403
    assert act(here, here.annotator, a=[], act="delete").status_code == 422
    assert act(here, here.annotator, a=uuids(one), act="dance").status_code == 422


def test_the_answer_to_htmx_is_the_list_and_the_toast_with_undo(here: World):
    one = here.annotate()
    client = signed_in(here.annotator)
    given = {"a": uuids(one), "act": "unshare", "do": "1"}
    response = client.post(
        here.path("annotations/act/"), given, headers={"HX-Request": "true", "HX-Target": "panel"}
    )
    html = response.content.decode()
    assert response["HX-Retarget"] == "#found"
    assert html.lstrip().startswith('<section id="found"')
    assert "1 annotation is private now." in html
    assert here.path("undo/") in html


def test_what_is_in_another_set_is_not_listed(here: World):
    one = here.annotate()
    AnnotationFactory(edition=here.edition, author=here.annotator)
    assert shown(read(here, here.reader)) == uuids(one)
    assert AnnotationSet.objects.count() == 2
