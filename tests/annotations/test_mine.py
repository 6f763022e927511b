"""What is mine: to see, to take out whole, to show to more readers, and to erase everywhere."""

from __future__ import annotations

import csv
import io
import json
from zipfile import ZipFile

import pytest
from django.contrib.admin.models import CHANGE, LogEntry
from django.contrib.auth.models import User
from django.contrib.contenttypes.models import ContentType
from django.contrib.sessions.models import Session
from django.core.management import call_command
from django.core.management.base import CommandError
from django.test import Client
from pytest_django.asserts import assertContains, assertNotContains, assertRedirects

from annotations.actions.annotations import edit_annotation
from annotations.actions.erasing import erase, sets_of
from annotations.actions.members import remove_member
from annotations.actions.promises import change_rules
from annotations.actions.replies import create_reply
from annotations.actions.sets import SetFault, add_member, create_set
from annotations.integrity import problems
from annotations.models import Annotation, AnnotationSet, Audience, Naming
from archive.importers.particulars import Given
from archive.models import Volume
from archive.own import bring
from tests.annotations.traces import NEEDLES, Leaver, found, leaver
from tests.annotations.worlds import World, world

pytestmark = pytest.mark.django_db
PASSWORD = "wake-the-mill-9"


def unzipped(client: Client, path: str) -> ZipFile:
    response = client.get(path)
    assert response["Content-Disposition"].startswith("attachment")
    return ZipFile(io.BytesIO(response.getvalue()))


@pytest.fixture
def gone() -> Leaver:
    return leaver()


def test_the_page_shows_all_that_is_ones_own_and_nothing_of_others(client: Client, gone: Leaver):
    client.force_login(gone.user)
    page = client.get(gone.here.path("mine/"))
    for words in ("“Afghanistan Day”", "“linkage”", "“must”", "My answer.", "Well done", "Group "):
        assertContains(page, words)
    assertNotContains(page, "“behind”")
    client.force_login(gone.here.reader)
    assertContains(client.get(gone.here.path("mine/")), "You have annotated nothing here")


def test_the_page_asks_a_stated_number_of_things(
    client: Client, gone: Leaver, django_assert_num_queries
):
    client.force_login(gone.user)
    client.get(gone.here.path("mine/"))
    # Session, account, set, membership; pseudonym, groups, marks, progress; two lists counted and
    # read; role, group, and two counts for what was promised less.
    with django_assert_num_queries(16):
        client.get(gone.here.path("mine/"))


def test_the_file_holds_all_of_it_in_forms_that_are_read_elsewhere(client: Client, gone: Leaver):
    client.force_login(gone.user)
    file = unzipped(client, gone.here.path("mine/download/"))
    slug = gone.here.set.slug
    names = ("annotations.jsonld", "annotations.csv", "read.html", "rest.json")
    assert file.namelist() == [f"{slug}/{name}" for name in names]
    collection = json.loads(file.read(f"{slug}/annotations.jsonld"))
    # Three of hers, and under one of them a reply that all may see.
    assert collection["total"] == 4
    rows = list(csv.DictReader(io.StringIO(file.read(f"{slug}/annotations.csv").decode())))
    assert {row["id"] for row in rows} == {
        str(one.uuid) for one in (gone.answered, gone.alone, gone.private)
    }
    html = file.read(f"{slug}/read.html").decode()
    for words in ("Afghanistan Day", "Better.", "My answer.", "Well done", "Group "):
        assert words in html
    rest = json.loads(file.read(f"{slug}/rest.json"))
    assert [row["note"] for row in rest["replies"]] == ["My answer."]
    assert [(row["note"], row["by"]) for row in rest["private_answers"]] == [
        ("Between us.", "editor")
    ]
    assert [row["note"] for row in rest["deleted_annotations"]] == ["Gone."]
    for part in ("groups", "marks", "progress", "reports", "notifications", "history"):
        assert rest[part], part


@pytest.mark.parametrize("naming", [Naming.PSEUDONYM, Naming.NOBODY])
def test_the_file_names_nobody_whom_the_set_does_not(client: Client, naming: int):
    gone = leaver(naming)
    create_reply(gone.answered, author=gone.here.annotator, note="I see.")
    client.force_login(gone.user)
    file = unzipped(client, gone.here.path("mine/download/"))
    for name in file.namelist():
        text = file.read(name).decode().replace("annotator since", "")
        assert '"annotator"' not in text.replace('"role": "annotator"', ""), name
        assert ">annotator" not in text, name


def test_what_one_answered_is_not_told_after_its_author_made_it_private(client: Client):
    here = world()
    theirs = here.annotate(author=here.editor)
    create_reply(theirs, author=here.annotator, note="I see.")
    client.force_login(here.annotator)
    path = here.path("mine/")
    assertContains(client.get(path), "To “Afghanistan Day”")
    edit_annotation(theirs, actor=here.editor, themes=[], note="", visibility="private")
    page = client.get(path)
    assertContains(page, "To something that is not shown to you now")
    assertContains(page, "I see.")
    assertNotContains(page, "Afghanistan Day")
    assertNotContains(page, str(theirs.uuid))
    file = unzipped(client, f"{path}download/")
    assert not [name for name in file.namelist() if b"Afghanistan Day" in file.read(name)]
    assert json.loads(file.read("a-seminar/rest.json"))["replies"][0]["note"] == "I see."


def test_who_has_left_is_told_what_she_answered_of_her_own_alone(client: Client):
    here = world()
    for author in (here.annotator, here.editor):
        one = here.annotate("linkage" if author == here.editor else "speak", author=author)
        create_reply(one, author=here.annotator, note="I see.")
    remove_member(here.set.memberships.get(user=here.annotator), actor=here.owner)
    client.force_login(here.annotator)
    page = client.get(here.path("mine/"))
    assertContains(page, "To “speak”")
    assertNotContains(page, "linkage")


def rules(here: World, **changes: object) -> None:
    given = {"rule": "open", "after_count": 0, "groups_apart": True, "leaving": "choose"}
    given |= {"naming": Naming.NAME} | changes
    change_rules(here.set, actor=here.owner, **given)  # type: ignore[arg-type]


def test_what_was_promised_less_is_shown_to_more_by_its_author_alone(client: Client):
    here = world(visibility="public")
    rules(here, naming=Naming.NOBODY)
    written = here.annotate()
    client.force_login(here.annotator)
    path = here.path("mine/")
    assertNotContains(client.get(path), "narrower promise")
    rules(here, naming=Naming.NAME)
    says = "Show it to everyone who can see the set, under your name"
    assertContains(client.get(path), says)
    assertRedirects(client.post(here.path("mine/release/")), path)
    written.refresh_from_db()
    assert (written.naming, written.audience) == (Naming.NAME, Audience.EVERYONE)
    assertNotContains(client.get(path), "narrower promise")


def test_who_is_no_member_any_more_releases_nothing(client: Client):
    here = world()
    here.annotate()
    here.set.memberships.get(user=here.annotator).delete()
    client.force_login(here.annotator)
    assertContains(client.get(here.path("mine/")), "no longer a member")
    assert client.post(here.path("mine/release/")).status_code == 404


def test_the_account_lists_every_set_and_hands_all_out(client: Client, gone: Leaver):
    other = create_set(owner=gone.here.stranger, title="Elsewhere")
    add_member(other, actor=gone.here.stranger, username=gone.user.username)
    mine = bring(gone.user, b"A memo\n\nWords.", "a.txt", Given("A memo"))
    client.force_login(gone.user)
    page = client.get("/account/data/")
    for words in (gone.here.set.title, "Elsewhere", "A memo", "zoe@hollow-mill.example"):
        assertContains(page, words)
    file = unzipped(client, "/account/data/download/")
    assert json.loads(file.read("account.json"))["email"] == "zoe@hollow-mill.example"
    assert b"Words." in file.read(f"documents/{mine.slug}.txt")
    assert f"{other.slug}/rest.json" in file.namelist()


def test_the_pages_of_an_account_are_its_own(client: Client):
    for tail in ("", "download/", "erase/"):
        assert client.get(f"/account/data/{tail}").status_code == 302


def erased(client: Client, gone: Leaver, **given: str) -> None:
    assert client.login(username=gone.user.username, password=PASSWORD)
    path = "/account/data/erase/"
    asked = client.get(path)
    assert asked.status_code == 302 and "/reauthenticate/" in asked["Location"]
    assertRedirects(client.post(asked["Location"], {"password": PASSWORD}), path)
    wrong = client.post(path, {"username": "zoe", **given})
    assertContains(wrong, "Type “zoe-traenkle”", status_code=422)
    response = client.post(path, {"username": gone.user.username, **given}, follow=True)
    assertContains(response, "Your account is erased")


@pytest.mark.parametrize("work", ["anonymise", "delete"])
def test_no_cell_of_any_table_tells_of_an_erased_account(client: Client, gone: Leaver, work: str):
    LogEntry.objects.create(
        user=gone.here.owner,
        content_type=ContentType.objects.get_for_model(User),
        object_id=gone.user.pk,
        object_repr=gone.user.username,
        action_flag=CHANGE,
    )
    Client().force_login(gone.user)
    erased(client, gone, **{f"set-{gone.here.set.pk}": work})
    assert found(NEEDLES) == []
    assert not User.objects.filter(pk=gone.user.pk).exists()
    sessions = [one.get_decoded() for one in Session.objects.all()]
    assert not [one for one in sessions if one.get("_auth_user_id") == str(gone.user.pk)]
    assert list(problems()) == []
    kept = Annotation.objects.filter(author__username__startswith="former-member").count()
    assert kept == (4 if work == "anonymise" else 1)


@pytest.mark.parametrize(("rule", "kept"), [("keep", 4), ("anonymise", 4), ("delete", 1)])
def test_the_rule_of_a_set_holds_for_erasing_too(gone: Leaver, rule: str, kept: int):
    rules(gone.here, leaving=rule)
    erase(gone.user, {gone.here.set.pk: "delete" if rule != "delete" else "anonymise"})
    former = Annotation.objects.filter(author__username__startswith="former-member")
    assert former.count() == kept
    assert found(NEEDLES) == []


def test_two_sets_are_not_tied_together_by_an_erased_account(gone: Leaver):
    other = create_set(owner=gone.here.stranger, title="Elsewhere", document=gone.here.document)
    add_member(other, actor=gone.here.stranger, username=gone.user.username)
    gone.here.annotate(author=gone.user, annotation_set=other)
    assert sets_of(gone.user) == [gone.here.set, other]
    erase(gone.user, {})
    by = Annotation.objects.filter(author__username__startswith="former-member")
    assert set(by.filter(annotation_set=other).values_list("author")).isdisjoint(
        by.filter(annotation_set=gone.here.set).values_list("author")
    )


def test_own_documents_go_unless_somebody_uses_them(gone: Leaver):
    unused = bring(gone.user, b"A memo\n\nWords.", "a.txt", Given("A memo"))
    used = bring(gone.user, b"Another\n\nWords.", "b.txt", Given("Another"))
    gone.here.set.set_documents.create(document=used.documents.get(), position=9)
    erase(gone.user, {})
    assert not Volume.objects.filter(pk=unused.pk).exists()
    used.refresh_from_db()
    assert (used.owner, used.is_listed) == (None, False)


def test_who_owns_a_set_or_runs_the_server_stays(client: Client, gone: Leaver):
    owner = gone.here.owner
    with pytest.raises(SetFault, match="You own sets: A seminar"):
        erase(owner, {})
    gone.here.stranger.is_superuser = True
    gone.here.stranger.save()
    with pytest.raises(SetFault, match="runs the server"):
        erase(gone.here.stranger, {})
    client.force_login(owner)
    assertContains(client.get("/account/data/"), "You own sets")
    client.post("/account/data/erase/", {"username": "owner"})
    assert User.objects.filter(pk=owner.pk).exists()


def test_who_runs_the_server_erases_an_account_for_somebody(gone: Leaver, capsys):
    call_command("erase_account", gone.user.username, work="delete")
    assert "something in 1 set." in capsys.readouterr().out
    assert found(NEEDLES) == []
    assert not Annotation.objects.filter(note="Mine.").exists()


@pytest.mark.parametrize(
    ("name", "says"), [("nobody", "no account called “nobody”"), ("owner", "You own sets")]
)
def test_the_command_says_what_it_cannot_do_and_changes_nothing(gone: Leaver, name: str, says: str):
    with pytest.raises(CommandError, match=f"{says}.*Nothing was changed"):
        call_command("erase_account", name)
    assert User.objects.filter(username="owner").exists()


def test_who_sees_a_set_no_more_takes_out_nobody_elses_words(client: Client):
    here = world(visibility="public")
    made = here.annotate(note="Hers.")
    create_reply(made, author=here.editor, note="Said by an editor.")
    create_reply(made, author=here.annotator, note="Said by herself.")
    client.force_login(here.annotator)
    gone = here.set.memberships.select_related("user", "annotation_set").get(user=here.annotator)
    remove_member(gone, actor=here.owner)
    for visibility, told in (("public", True), ("private", False)):
        AnnotationSet.objects.filter(pk=here.set.pk).update(visibility=visibility)
        file = unzipped(client, here.path("mine/download/"))
        whole = b"".join(file.read(name) for name in file.namelist())
        assert (b"Said by an editor." in whole, b"Said by herself." in whole) == (told, True)
