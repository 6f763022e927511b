"""Who leaves a set takes along what she may: her name, her work, or nothing, and no one else's."""

from __future__ import annotations

from itertools import product

import pytest
from django.apps import apps
from django.contrib.auth.models import User
from django.test import Client
from pytest_django.asserts import assertContains, assertNotContains, assertRedirects

from annotations.actions.former import ABOUT, ENDED, HANDED, READ
from annotations.actions.joining import JoinFault, join, make_link
from annotations.actions.leaving import EMPTIED, leave
from annotations.actions.members import block_member
from annotations.actions.replies import create_reply, delete_reply, restore_reply
from annotations.actions.sets import SetFault
from annotations.holdings import written_by
from annotations.integrity import problems
from annotations.models import Annotation, GroupMember, History, Leaving, Mark, Naming, Reply
from tests.annotations.traces import NEEDLES, Leaver, found, leaver
from tests.annotations.worlds import world

pytestmark = pytest.mark.django_db
ACCOUNTS = ("auth_user", "account_emailaddress")
NAMINGS = (Naming.NAME, Naming.PSEUDONYM, Naming.NOBODY)
BOTH = list(product(("anonymise", "delete"), NAMINGS))


def test_every_column_that_points_to_an_account_is_dealt_with():
    known = {(trace.model, trace.column) for trace in (*HANDED, *ABOUT, *ENDED, *READ)}
    # The owner hands over first; a block and one's wishes go with the account.
    spared = {("AnnotationSet", "owner"), ("Block", "user"), ("NoticeChoice", "user")}
    spared.add(("NoPositions", "user"))
    for model in apps.get_app_config("annotations").get_models():
        for field in model._meta.concrete_fields:
            if field.related_model is User:
                dealt_with = (model, field.name) in known
                assert dealt_with != ((model.__name__, field.name) in spared), (model, field)


@pytest.mark.parametrize(("work", "naming"), BOTH)
def test_nothing_in_the_database_leads_back_to_who_has_left(work: str, naming: int):
    gone = leaver(naming)
    assert {table for table, _ in found(NEEDLES, *ACCOUNTS)} >= {"annotations_history"}
    leave(gone.here.set, user=gone.user, work=work)
    assert found(NEEDLES, *ACCOUNTS) == []
    for trace in (*HANDED, *ABOUT, *ENDED, *READ):
        rows = trace.model._default_manager.filter(**{trace.column: gone.user})
        assert not rows.exists(), trace
    assert list(problems()) == []


@pytest.mark.parametrize(("work", "naming"), BOTH)
def test_no_page_names_who_has_left(client: Client, work: str, naming: int):
    gone = leaver(naming)
    client.force_login(gone.here.editor)
    before = "".join(page(client, path) for path in paths(gone))
    assert any(one in before for one in NEEDLES)
    leave(gone.here.set, user=gone.user, work=work)
    for who in (gone.here.editor, gone.here.annotator):
        client.force_login(who)
        for path in paths(gone):
            text = page(client, path)
            assert not [one for one in NEEDLES if one in text.replace(f"{NEEDLES[0]}-b", "")], path


def paths(gone: Leaver) -> list[str]:
    here = gone.here
    at = here.document.get_absolute_url()
    tails = ("", "members/", "groups/", "codebook/", "mine/", "exports/w3c/", "exports/csv/")
    found = [here.path(tail) for tail in tails]
    found += [f"{at}?set={here.set.slug}", f"{at}at/?set={here.set.slug}&at=25"]
    written = Annotation.objects.filter(annotation_set=here.set)
    return found + [one.get_absolute_url() for one in written]


def page(client: Client, path: str) -> str:
    response = client.get(path)
    content = response.getvalue() if response.streaming else response.content
    return content.decode()


def test_what_is_anonymised_stays_with_one_account_that_nobody_can_use():
    gone = leaver()
    leave(gone.here.set, user=gone.user, work="anonymise")
    gone.answered.refresh_from_db()
    former = gone.answered.author
    assert (former.is_active, former.email, former.has_usable_password()) == (False, "", False)
    assert Annotation.objects.filter(author=former).count() == 4
    assert Reply.objects.filter(author=former).count() == 1
    assert Mark.objects.filter(user=former).count() == 1
    assert gone.answered.note == "Better."
    assert gone.user.is_active


def test_two_who_leave_stay_two_coders_and_no_set_leads_to_another():
    gone = leaver()
    leave(gone.here.set, user=gone.user, work="anonymise")
    gone.here.annotate("Memorandum", author=gone.here.reader)
    leave(gone.here.set, user=gone.here.reader, work="anonymise")
    authors = Annotation.objects.values_list("author", flat=True).distinct()
    former = User.objects.filter(pk__in=authors, is_active=False)
    assert former.count() == 2


def test_what_is_kept_stays_under_its_name_and_the_group_is_left():
    gone = leaver()
    before = Annotation.objects.filter(author=gone.user).count()
    leave(gone.here.set, user=gone.user, work="keep")
    assert Annotation.objects.filter(author=gone.user).count() == before
    assert not gone.here.set.memberships.filter(user=gone.user).exists()
    assert not GroupMember.objects.current().filter(user=gone.user).exists()
    row = History.objects.latest("pk")
    assert (row.kind, row.action, row.actor) == ("membership", "leave", gone.user)


def test_deleting_leaves_the_answers_of_others_and_none_of_her_words():
    gone = leaver()
    leave(gone.here.set, user=gone.user, work="delete")
    gone.answered.refresh_from_db()
    assert (gone.answered.note, gone.answered.theme_ids) == (EMPTIED, "")
    assert gone.answered.replies.filter(pk=gone.answer.pk).exists()
    assert not Annotation.objects.filter(pk__in=[gone.alone.pk, gone.private.pk]).exists()
    assert not Reply.objects.filter(note="My answer.").exists()
    hers = History.objects.filter(kind="annotation", key__in=[gone.answered.uuid, gone.alone.uuid])
    assert [row.state for row in hers] == [{}, {}, {}]
    assert not [text for _, text in found(("Better.", "For me.", "My answer."))]


def test_deleting_keeps_for_others_the_answers_that_they_deleted():
    gone = leaver()
    here = gone.here
    answer = create_reply(gone.alone, author=here.annotator, note="A second thought.")
    delete_reply(answer, actor=here.annotator)
    leave(here.set, user=gone.user, work="delete")
    answer.refresh_from_db()
    kept = Annotation.objects.get(pk=gone.alone.pk)
    assert (kept.note, kept.deleted_at is None) == (EMPTIED, False)
    assert restore_reply(answer, actor=here.annotator).deleted_at is None
    mine = written_by(here.annotator, here.set.slug)
    assert mine is not None and list(mine.replies().alive()) == [answer]


def test_an_editor_who_leaves_does_not_come_back_by_a_link_for_editors():
    here = world()
    link = make_link(here.set, actor=here.editor, role="editor")
    other = make_link(here.set, actor=here.editor)
    leave(here.set, user=here.editor, work="keep")
    with pytest.raises(JoinFault, match="withdrawn"):
        join(link.token, here.editor)
    assert join(other.token, here.editor).membership.role == "annotator"


def test_the_owner_does_not_leave(client: Client):
    gone = leaver()
    with pytest.raises(SetFault, match="hand it over"):
        leave(gone.here.set, user=gone.here.owner, work="keep")
    client.force_login(gone.here.owner)
    assertContains(client.get(gone.here.path("leave/")), "Hand it over")


@pytest.mark.parametrize("rule", [Leaving.KEEP, Leaving.ANONYMISE, Leaving.DELETE])
def test_nothing_but_the_rule_of_the_set_is_done(rule: str):
    gone = leaver()
    gone.here.set.leaving = rule
    gone.here.set.save()
    for work in {"keep", "anonymise", "delete"} - {rule}:
        with pytest.raises(SetFault, match="another rule"):
            leave(gone.here.set, user=gone.user, work=work)
    leave(gone.here.set, user=gone.user, work=rule)


def test_who_is_kept_out_does_not_slip_back_by_a_change_of_name():
    gone = leaver()
    block_member(gone.here.set.memberships.get(user=gone.user), actor=gone.here.owner)
    with pytest.raises(SetFault, match="kept out"):
        leave(gone.here.set, user=gone.user, work="anonymise")


def test_who_was_removed_can_still_have_her_work_anonymised(client: Client):
    gone = leaver()
    gone.here.set.memberships.get(user=gone.user).delete()
    client.force_login(gone.user)
    assertContains(client.get(gone.here.path("leave/")), "no longer a member")
    given = {"work": "anonymise", "known": "on"}
    assertRedirects(client.post(gone.here.path("leave/"), given), "/sets/")
    assert not Annotation.objects.filter(author=gone.user).exists()


def test_what_cannot_be_undone_has_to_be_known(client: Client):
    gone = leaver()
    client.force_login(gone.user)
    path = gone.here.path("leave/")
    page = client.get(path)
    for words in ("It stays", "nothing says that it is yours", "deleted for good"):
        assertContains(page, words)
    response = client.post(path, {"work": "delete"})
    assertContains(response, "say that you know it", status_code=422)
    assertContains(client.post(path, {"work": "x"}), "Select a valid choice", status_code=422)
    assert gone.here.set.memberships.filter(user=gone.user).exists()
    assertRedirects(client.post(path, {"work": "keep"}), "/sets/")


def test_strangers_and_the_anonymous_find_no_such_page(client: Client):
    gone = leaver()
    assert client.get(gone.here.path("leave/")).status_code == 302
    client.force_login(gone.here.stranger)
    for tail in ("leave/", "mine/", "mine/download/"):
        assert client.get(gone.here.path(tail)).status_code == 404
    assert client.post(gone.here.path("leave/"), {"work": "keep"}).status_code == 404
    assertNotContains(client.get("/sets/"), gone.here.set.title)
