"""One student's work on an assignment, its mark, and the marks of a class as files."""

from __future__ import annotations

import csv
import io
from datetime import timedelta
from decimal import Decimal

import pytest
from django.contrib.auth.models import User
from django.test import Client
from django.utils import timezone
from pytest_django.asserts import assertContains, assertNotContains, assertRedirects

from annotations.actions.assignments import delete_assignment, give_mark
from annotations.actions.joining import join, make_link
from annotations.actions.replies import create_reply
from annotations.models import Mark, Reply, Role, Sharing, State
from tests.annotations.classes import given, member_of, path, sent, sign_in
from tests.annotations.worlds import World, world
from tests.factories import MembershipFactory, UserFactory

pytestmark = pytest.mark.django_db

HOUR = timedelta(hours=1)


@pytest.fixture
def here() -> World:
    return world()


def test_her_passages_stand_in_their_text_with_her_notes(client: Client, here: World) -> None:
    one = given(here, due_at=timezone.now() - HOUR)
    here.annotate(note="Behind *whom*?", themes=[here.risk])
    theirs = here.annotate("linkage", author=here.editor, note="A question.")
    create_reply(theirs, author=here.annotator, note="An answer of hers.")
    here.annotate("speak", visibility=Sharing.PRIVATE, note="Hers alone.")
    sign_in(client, here.editor)
    page = client.get(path(here, f"{one.pk}/work/{member_of(here).pk}/"))
    context = "With <mark>Afghanistan Day</mark> behind us, we must speak of linkage."
    assertContains(page, context)
    assertContains(page, "Behind <em>whom</em>?")
    assertContains(page, "An answer of hers.")
    assertContains(page, "in answer to editor")
    assertContains(page, f"assignment={one.pk}&amp;author=annotator")
    assertContains(page, '<span class="state late">late</span>', count=2)
    assertNotContains(page, "Hers alone.")


def test_an_editor_answers_privately(client: Client, here: World) -> None:
    one, mine = given(here), here.annotate(note="What do you think?")
    other = MembershipFactory(annotation_set=here.set, role=Role.ANNOTATOR).user
    work = path(here, f"{one.pk}/work/{member_of(here).pk}/")
    sign_in(client, here.editor)
    answer = client.post(work, {"answer": 1, "annotation": mine.uuid, "note": "Between *us*."})
    assertRedirects(answer, f"{work}#a-{mine.uuid}", fetch_redirect_response=False)
    reply = Reply.objects.get()
    assert (reply.visibility, reply.author) == (Sharing.PRIVATE, here.editor)
    for who, sees in ((here.annotator, True), (here.owner, True), (other, False)):
        sign_in(client, who)
        page = client.get(mine.get_absolute_url()).content.decode()
        assert ("Between" in page) is sees
    sign_in(client, here.annotator)
    assertContains(client.get(work), "Between <em>us</em>.")


def test_an_answer_is_to_one_of_her_own_and_not_empty(client: Client, here: World) -> None:
    one, mine = given(here), here.annotate()
    theirs = here.annotate("linkage", author=here.editor)
    work = path(here, f"{one.pk}/work/{member_of(here).pk}/")
    sign_in(client, here.editor)
    for annotation, note, status in (
        (theirs.uuid, "Hm", 404),
        ("x", "Hm", 422),
        (mine.uuid, " ", 422),
    ):
        answer = client.post(work, {"answer": 1, "annotation": annotation, "note": note})
        assert answer.status_code == status
    mine.locked_at = timezone.now()
    mine.save()
    page = client.post(work, {"answer": 1, "annotation": mine.uuid, "note": "Hm"}, follow=True)
    assertContains(page, "locked")
    assert not Reply.objects.exists()


def test_an_editor_marks_and_goes_on_to_the_next_student(client: Client, here: World) -> None:
    one = given(here)
    names = (("Ada", "Zeller"), ("Bo", "abel"), ("Cy", "Abel"))
    people = [UserFactory(first_name=first, last_name=last) for first, last in names]
    for user in people:
        MembershipFactory(annotation_set=here.set, user=user)
    sign_in(client, here.editor)
    # The one without a name stands first; capitals do not matter.
    keys = [member_of(here, user).pk for user in (here.annotator, *(people[i] for i in (1, 2, 0)))]
    for before, key, after in zip([None, *keys], keys, [*keys[1:], None], strict=False):
        work = path(here, f"{one.pk}/work/{key}/")
        page = client.get(work)
        assert (page.context["before"], page.context["after"]) == (before, after)
        assertRedirects(client.post(work, {"mark": 1, "points": "7.5", "comment": "So."}), work)
    assert Mark.objects.filter(points=Decimal("7.5"), by=here.editor).count() == 4
    assert client.post(work, {"mark": 1, "points": "11"}).status_code == 422
    assertContains(client.get(path(here, "grid/")), "<b>7.5</b>", count=4)


def test_what_is_frozen_is_marked_no_more_and_what_is_closed_is(
    client: Client, here: World
) -> None:
    one, mine = given(here), here.annotate()
    deleted = given(here, "Gone")
    delete_assignment(deleted, actor=here.editor)
    work = path(here, f"{one.pk}/work/{member_of(here).pk}/")
    mark = {"mark": 1, "points": "7", "comment": ""}
    answer = {"answer": 1, "annotation": mine.uuid, "note": "Hm"}
    sign_in(client, here.editor)
    here.set.state = State.CLOSED
    here.set.save()
    assert client.post(work, mark).status_code == 302
    assert client.post(work, answer).status_code == 302
    here.set.state = State.FROZEN
    here.set.save()
    assert client.post(work, mark | {"points": "8"}).status_code == 403
    assert client.post(work, answer).status_code == 403
    for page in ("new/", f"{one.pk}/edit/"):
        assert client.get(path(here, page)).status_code == 403
    for page in ("", "new/", f"{one.pk}/delete/", f"{deleted.pk}/restore/"):
        assert client.post(path(here, page), sent(here)).status_code == 403
    page = client.get(work)
    assertContains(page, "7 of 10 points")
    assertNotContains(page, "Save the mark")
    assertNotContains(client.get(path(here)), "Recently deleted")
    assert client.get(path(here, "marks.csv")).status_code == 200


# Files


def test_the_marks_go_out_for_the_whole_class(client: Client, here: World) -> None:
    one = given(here)
    give_mark(one, here.annotator, actor=here.editor, points=Decimal("8.5"), comment="=1+1")
    here.annotate(note="two words")
    sign_in(client, here.owner)
    answer = client.get(path(here, "marks.csv?form=plain"))
    assert answer["Content-Disposition"] == 'attachment; filename="a-seminar-marks-plain.csv"'
    head, row = csv.reader(io.StringIO(answer.getvalue().decode()))
    found = {name.removeprefix("Read first: "): cell for name, cell in zip(head, row, strict=True)}
    assert (found["points"], found["of"], found["state"]) == ("8.5", "10", "begun")
    assert (found["annotations"], found["words"], found["comment"]) == ("1", "2", "'=1+1")
    canvas = client.get(path(here, "marks.csv?form=canvas")).getvalue().decode()
    assert canvas.splitlines()[1] == "Points Possible,,,,,10"
    moodle = client.get(path(here, "marks.xlsx?form=moodle"))
    assert moodle.content[:2] == b"PK"
    assert client.get(path(here, "marks.csv?form=other")).status_code == 404


def test_an_address_goes_out_only_of_those_who_joined_by_themselves(
    client: Client, here: World
) -> None:
    """Whoever knows a user name can add its owner to a set, and would get her address."""
    given(here)
    User.objects.filter(pk=here.annotator.pk).update(email="added@x.example")
    User.objects.filter(pk=here.stranger.pk).update(email="joined@x.example")
    here.stranger.refresh_from_db()
    join(make_link(here.set, actor=here.owner).token, here.stranger)
    sign_in(client, here.owner)
    for form in ("plain", "canvas", "moodle"):
        found = client.get(path(here, f"marks.csv?form={form}")).getvalue().decode()
        assert ("added@x.example" in found, "joined@x.example" in found) == (False, True)
