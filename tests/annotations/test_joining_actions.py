"""Joining by a link: who gets in, as what, how it is counted, and what each state says."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from allauth.account.models import EmailAddress
from django.contrib.auth.hashers import make_password
from django.contrib.auth.models import User
from django.utils import timezone

from annotations.actions.joining import (
    BLOCKED,
    FROZEN,
    NO_MAIL,
    WRONG,
    JoinFault,
    join,
    join_as_new,
    make_link,
    renew_link,
    revoke_link,
)
from annotations.joining import first_reading, token_of, told
from annotations.models import (
    Assignment,
    AssignmentDocument,
    Block,
    Group,
    GroupMember,
    History,
    JoinLink,
    LinkState,
    Pseudonym,
    SetDocument,
)
from tests.annotations.worlds import World, document, user, world

pytestmark = pytest.mark.django_db
PAST = timedelta(days=-1)


@pytest.fixture
def here() -> World:
    return world()


def link_into(here: World, **terms: Any) -> JoinLink:
    return make_link(here.set, actor=here.owner, **terms)


def uses(link: JoinLink) -> int:
    return JoinLink.objects.get(pk=link.pk).uses


def refused(link: JoinLink, who: User) -> str:
    before = uses(link)
    with pytest.raises(JoinFault) as fault:
        join(link.token, who)
    assert uses(link) == before
    assert not link.annotation_set.memberships.filter(user=who).exists()
    return str(fault.value)


@pytest.mark.parametrize("role", ["annotator", "reader", "editor"])
def test_whoever_joins_gets_the_links_role_and_is_counted(here: World, role: str):
    link = link_into(here, role=role, limit=2)
    membership, fresh = join(link.token, here.stranger)
    assert (membership.role, fresh, uses(link)) == (role, True, 1)
    row = History.objects.get(kind="membership", key=membership.pk)
    assert (row.action, row.actor, row.annotation_set) == ("create", here.stranger, here.set)
    assert row.state["link"] == link.pk


def test_a_member_stays_what_she_is_and_is_not_counted_again(here: World):
    link = link_into(here, role="editor")
    assert join(link.token, here.reader).fresh is False
    assert here.set.memberships.get(user=here.reader).role == "reader"
    join(link.token, here.stranger)
    assert join(link.token, here.stranger).fresh is False
    assert uses(link) == 1


def test_a_member_is_led_in_by_a_link_that_is_over(here: World):
    link = link_into(here, ends_at=timezone.now() + PAST)
    assert join(link.token, here.reader).membership.role == "reader"


def test_a_link_of_a_group_puts_into_it_but_not_its_editors(here: World):
    group = Group.objects.create(annotation_set=here.set, name="Section A")
    join(link_into(here, group=group).token, here.stranger)
    assert GroupMember.objects.current().get(user=here.stranger).group == group
    join(link_into(here, group=group, role="editor").token, user("lead"))
    assert GroupMember.objects.count() == 1


def test_a_link_leads_into_groups_of_its_own_set_alone(here: World):
    from tests.factories import AnnotationSetFactory

    other = Group.objects.create(annotation_set=AnnotationSetFactory(), name="Elsewhere")
    with pytest.raises(ValueError, match="own set"):
        link_into(here, group=other)


@pytest.mark.parametrize(
    ("naming", "role", "count"), [(1, "annotator", 1), (1, "editor", 0), (2, "annotator", 0)]
)
def test_a_pseudonym_is_given_where_the_set_names_nobody(
    here: World, naming: int, role: str, count: int
):
    here.set.naming = naming
    here.set.save()
    join(link_into(here, role=role).token, here.stranger)
    assert Pseudonym.objects.filter(user=here.stranger).count() == count


def test_each_state_of_a_link_is_told_and_lets_nobody_in(here: World):
    gone = revoke_link(link_into(here), actor=here.editor)
    over = link_into(here, ends_at=timezone.now() + PAST)
    full = link_into(here, limit=1)
    join(full.token, user("first"))
    full.refresh_from_db()
    found = {link.state: refused(link, here.stranger) for link in (gone, over, full)}
    assert [*found] == [LinkState.REVOKED, LinkState.ENDED, LinkState.FULL]
    assert "withdrawn" in found[LinkState.REVOKED]
    assert "time of this link is over" in found[LinkState.ENDED]
    assert "as many people" in found[LinkState.FULL]
    with pytest.raises(JoinFault, match=WRONG):
        join("no-such-token", here.stranger)
    alive = set(JoinLink.objects.alive())
    assert not alive & {gone, over, full}


def test_a_frozen_set_takes_nobody_and_a_closed_one_does(here: World):
    link = link_into(here)
    here.set.state = "frozen"
    here.set.save()
    assert refused(link, here.stranger) == FROZEN
    here.set.state = "closed"
    here.set.save()
    assert join(link.token, here.stranger).fresh


def test_who_was_put_out_does_not_come_back_by_a_link(here: World):
    Block.objects.create(annotation_set=here.set, user=here.stranger, by=here.owner)
    assert refused(link_into(here), here.stranger) == BLOCKED


def test_a_link_with_mail_lets_accounts_with_an_address_in(here: World):
    link = link_into(here, without_mail=False)
    assert refused(link, here.stranger) == NO_MAIL
    here.stranger.email = "s@example.org"
    here.stranger.save()
    assert join(link.token, here.stranger).fresh


def test_a_renewed_link_opens_by_its_new_token_and_code_alone(here: World):
    link = link_into(here, limit=1)
    join(link.token, user("first"))
    token, code = link.token, link.code
    revoke_link(link, actor=here.owner)
    renew_link(link, actor=here.editor, ends_at=None, limit=3)
    assert token_of(code) is None and token_of(link.code) == link.token
    with pytest.raises(JoinFault, match=WRONG):
        join(token, here.stranger)
    assert join(link.token, here.stranger).fresh and uses(link) == 1
    assert here.set.memberships.filter(user__username="first").exists()
    rows = History.objects.filter(kind="joinlink", key=link.pk)
    assert list(rows.values_list("action", flat=True)) == ["create", "revoke", "renew"]
    told_of = "".join(str(row.state) for row in rows)
    assert link.code not in told_of and link.token not in told_of


def test_a_code_is_found_however_it_is_typed(here: World):
    link = link_into(here)
    gaps = f"{link.code[:3]}-{link.code[3:5]} {link.code[5:]}"
    for typed in (link.code, f" {link.code.lower()}\n", gaps, f"http://x.org/join/{link.token}/"):
        assert token_of(typed) == link.token
    assert token_of("") is None and token_of("\0") is None


def test_a_new_account_is_made_with_the_membership(here: World):
    link = link_into(here)
    made = join_as_new(link.token, name="Anna Maria Vogel", hashed=make_password("quiet-river-7"))
    assert (made.first_name, made.last_name) == ("Anna Maria", "Vogel")
    assert made.username == "anna-maria-vogel" and made.check_password("quiet-river-7")
    again = join_as_new(link.token, name="Anna Maria Vogel", hashed="!")
    assert again.username != made.username and again.username.startswith("anna-maria-vogel")
    assert uses(link) == 2


@pytest.mark.parametrize(("name", "begins"), [("Owner", "owner"), ("李明", ""), ("Ada", "ada")])
def test_every_name_gets_a_free_user_name(here: World, name: str, begins: str):
    made = join_as_new(link_into(here).token, name=name, hashed="!")
    assert made.username and made.username.startswith(begins)
    assert made.username not in ("owner", "admin") and made.get_full_name() == name


def test_an_address_that_was_given_is_kept_unconfirmed(here: World):
    made = join_as_new(link_into(here).token, name="A B", hashed="!", email="A@Example.org")
    address = EmailAddress.objects.get(user=made)
    assert (address.email, address.primary, address.verified) == ("a@example.org", True, False)


def test_without_a_membership_no_account_is_made(here: World):
    full = link_into(here, limit=1)
    join(full.token, here.stranger)
    asks = link_into(here, without_mail=False)
    people = User.objects.count()
    for link in (full, asks):
        with pytest.raises(JoinFault):
            join_as_new(link.token, name="A B", hashed="!")
    assert User.objects.count() == people


def assigned(here: World, where: str, **terms: Any) -> None:
    made = document(where)
    SetDocument.objects.create(annotation_set=here.set, document=made, position=9)
    task = Assignment.objects.create(
        annotation_set=here.set, title=where, created_by=here.owner, **terms
    )
    AssignmentDocument.objects.create(assignment=task, document=made)


def test_reading_begins_with_the_first_open_assignment_for_her(
    here: World, django_assert_max_num_queries: Any
):
    now = timezone.now()
    group = Group.objects.create(annotation_set=here.set, name="Section A")
    assert "/d169/?set=" in first_reading(here.set, here.annotator)
    assigned(here, "d1", position=1, due_at=now + PAST)
    assigned(here, "d2", position=2, opens_at=now - PAST)
    assigned(here, "d3", position=3, deleted_at=now)
    assigned(here, "d4", position=4, group=group)
    assert "/d169/?set=" in first_reading(here.set, here.annotator)
    assigned(here, "d6", position=6)
    assigned(here, "d5", position=5, opens_at=now + PAST, due_at=now - PAST)
    with django_assert_max_num_queries(1):
        assert "/d5/?set=" in first_reading(here.set, here.annotator)
    GroupMember.objects.create(annotation_set=here.set, group=group, user=here.annotator)
    assert "/d4/?set=" in first_reading(here.set, here.annotator)


def test_a_set_without_documents_begins_with_its_own_page(here: World):
    here.set.set_documents.all().delete()
    assert first_reading(here.set, here.annotator) == here.path()


@pytest.mark.parametrize(
    ("rules", "says"),
    [
        ({}, "seen at once by the other members, under your name."),
        ({"visibility": "public"}, "seen at once by everyone, also people without an account"),
        ({"visibility": "link"}, "whoever has the link to the set"),
        ({"naming": 1}, "under a pseudonym that stays the same here; only the editors see your"),
        ({"naming": 0}, "without your name; only the editors see it."),
        ({"rule": "after"}, "only after sharing one annotation there"),
        ({"rule": "after", "after_count": 3}, "only after sharing 3 annotations there"),
        ({"rule": "after", "after_count": 0}, "only after saying that one has finished reading"),
        ({"rule": "blind"}, "Only the editors see what you share until they open the set"),
        ({"rule": "editors", "naming": 0}, "Only the editors see what you share, with your name."),
    ],
)
def test_one_sentence_says_who_sees_what_and_under_what_name(
    here: World, rules: dict[str, Any], says: str
):
    for field, value in rules.items():
        setattr(here.set, field, value)
    assert says in told(here.set, "annotator", in_group=False)
    assert "As a reader" in told(here.set, "reader", in_group=False)
    assert "everyone sees yours" in told(here.set, "editor", in_group=False)
    if rules.get("rule") != "editors":
        assert "members of your group" in told(here.set, "annotator", in_group=True)
