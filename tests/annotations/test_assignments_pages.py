"""The pages of assignments: who sees what of them, what they say, and what they cost."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone
from pytest_django.asserts import assertContains, assertNotContains, assertRedirects

from annotations.actions.assignments import Part, delete_assignment, give_mark
from annotations.actions.replies import create_reply
from annotations.models import (
    Assignment,
    GroupMember,
    Naming,
    Role,
)
from tests.annotations.classes import given, member_of, path, sent, sign_in
from tests.annotations.worlds import World, edition, world
from tests.factories import GroupFactory, MembershipFactory, UserFactory

pytestmark = pytest.mark.django_db

# Session and account, the set with its role, owner and codebook: three.
ROOM = 3
# Assignments with their documents and themes.
FOUND = 3
HOUR, DAY = timedelta(hours=1), timedelta(days=1)


@pytest.fixture
def here() -> World:
    return world()


# Who sees what


def test_they_are_there_for_members_alone(client: Client) -> None:
    here = world(visibility="public")
    one, member = given(here), member_of(here)
    pages = ["", "new/", "grid/", "marks.csv", "marks.xlsx", f"{one.pk}/", f"{one.pk}/edit/"]
    pages.append(f"{one.pk}/work/{member.pk}/")
    for who in (None, here.stranger):
        if who:
            sign_in(client, who)
        assert [client.get(path(here, page)).status_code for page in pages] == [404] * len(pages)
        for page in ("", "new/", f"{one.pk}/edit/", f"{one.pk}/delete/", f"{one.pk}/restore/"):
            assert client.post(path(here, page), sent(here)).status_code == 404


def test_members_read_them_and_editors_alone_set_them(client: Client, here: World) -> None:
    one, member = given(here), member_of(here)
    for who in (here.reader, here.annotator):
        sign_in(client, who)
        assertContains(client.get(path(here)), "Read first")
        assertContains(client.get(path(here, f"{one.pk}/")), "169. Memorandum")
        for page in ("new/", "grid/", "marks.csv", "marks.xlsx", f"{one.pk}/edit/"):
            assert client.get(path(here, page)).status_code == 403
        for page in ("", "new/", f"{one.pk}/edit/", f"{one.pk}/delete/", f"{one.pk}/restore/"):
            assert client.post(path(here, page), sent(here)).status_code == 403
        work = path(here, f"{one.pk}/work/{member.pk}/")
        assert client.post(work, {"mark": 1}).status_code == (403 if who == here.annotator else 404)
    assert list(Assignment.objects.values_list("title", "deleted_at")) == [("Read first", None)]


def test_a_student_sees_her_own_work_and_mark_and_nobody_else_s(
    client: Client, here: World
) -> None:
    one = given(here)
    other = MembershipFactory(annotation_set=here.set, role=Role.ANNOTATOR)
    give_mark(one, here.annotator, actor=here.editor, points=Decimal("8.5"), comment="For *her*.")
    give_mark(one, other.user, actor=here.editor, points=Decimal("3.25"), comment="For another.")
    here.annotate(note="Hers to read.")
    sign_in(client, here.annotator)
    page = client.get(path(here, f"{one.pk}/"))
    assertContains(page, "8.5 of 10 points")
    assertContains(page, "For <em>her</em>.")
    assertContains(client.get(path(here)), "8.5 of 10 points")
    assertContains(client.get(path(here, f"{one.pk}/work/{member_of(here).pk}/")), "Hers to read.")
    assert client.get(path(here, f"{one.pk}/work/{other.pk}/")).status_code == 404
    for tail in ("", f"{one.pk}/", f"{one.pk}/work/{member_of(here).pk}/"):
        page = client.get(path(here, tail))
        assertNotContains(page, "3.25")
        assertNotContains(page, "another.")
        assertNotContains(page, other.user.username)


def test_only_annotators_are_in_the_grid(client: Client, here: World) -> None:
    given(here)
    sign_in(client, here.editor)
    page = client.get(path(here, "grid/")).content.decode()
    body = page[page.index("<tbody>") : page.index("</tbody>")]
    assert body.count("<tr>") == 1 and "annotator" in body
    for who in (here.owner, here.editor, here.reader):
        member = member_of(here, who)
        work = path(here, f"{Assignment.objects.get().pk}/work/{member.pk}/")
        assert client.get(work).status_code == 404


def test_an_assignment_for_a_group_is_there_for_its_members_alone(
    client: Client, here: World
) -> None:
    group = GroupFactory(annotation_set=here.set, name="North")
    one, member = given(here, "For the north", group=group), member_of(here)
    sign_in(client, here.annotator)
    assertNotContains(client.get(path(here)), "For the north")
    assert client.get(path(here, f"{one.pk}/")).status_code == 404
    assert client.get(path(here, f"{one.pk}/work/{member.pk}/")).status_code == 404
    sign_in(client, here.editor)
    assertContains(client.get(path(here, "grid/")), "not asked")
    assert client.get(path(here, f"{one.pk}/work/{member.pk}/")).status_code == 404
    GroupMember.objects.create(annotation_set=here.set, group=group, user=here.annotator)
    assertContains(client.get(path(here, "grid/")), "nothing yet")
    assertContains(client.get(path(here, f"grid/?group={group.pk}")), "annotator")
    sign_in(client, here.annotator)
    assertContains(client.get(path(here)), "For the north")


def test_in_a_set_without_names_a_student_s_pages_name_nobody(client: Client, here: World) -> None:
    here.set.naming = Naming.PSEUDONYM
    here.set.save()
    other = UserFactory(username="givenaway", first_name="Given", last_name="Away")
    MembershipFactory(annotation_set=here.set, user=other)
    one = given(here, replies=1)
    theirs = here.annotate("Memorandum", author=other, note="Theirs.")
    create_reply(theirs, author=here.annotator, note="Mine to theirs.")
    create_reply(here.annotate(), author=other, note="Theirs to mine.")
    member = member_of(here)
    sign_in(client, here.annotator)
    for tail in ("", f"{one.pk}/", f"{one.pk}/work/{member.pk}/"):
        page = client.get(path(here, tail)).content.decode().lower()
        assert "givenaway" not in page and "given away" not in page
    assert "mine to theirs." in page and "theirs to mine." in page
    sign_in(client, here.editor)
    assertContains(client.get(path(here, f"{one.pk}/work/{member.pk}/")), "Given Away")


# Setting them


def test_an_editor_sets_one_and_finds_it_as_she_set_it(client: Client, here: World) -> None:
    sign_in(client, here.editor)
    more = {"themes": here.risk.pk, "words": 80, "points": "12.5", "zone": "Europe/Berlin"}
    given_range = {f"from-{here.document.pk}": 1, f"to-{here.document.pk}": 1}
    given_range[f"edition-{here.document.pk}"] = here.edition.pk
    data = sent(here, due_at="2026-11-27T17:00", **more, **given_range)
    answer = client.post(path(here, "new/"), data)
    made = Assignment.objects.get()
    assertRedirects(answer, path(here, f"{made.pk}/"))
    assert made.due_at == datetime(2026, 11, 27, 16, tzinfo=UTC)
    assert not made.late_allowed
    page = client.get(path(here, f"{made.pk}/"))
    assertContains(page, "Paragraph 2: “With Afghanistan Day behind us")
    assertContains(page, "12.5 points")
    form = client.get(path(here, f"{made.pk}/edit/")).content.decode()
    assert form.count(" selected>2. With Afghanistan Day") == 2
    assert 'value="12.5"' in form and "2026-11-27T16:00" in form
    client.post(path(here, f"{made.pk}/edit/"), data | {"title": "Read again", "zone": "UTC"})
    made.refresh_from_db()
    assert (made.title, made.due_at) == ("Read again", datetime(2026, 11, 27, 17, tzinfo=UTC))
    assert made.assignment_documents.get().start == here.edition.text.index("With")


def test_the_paragraphs_are_shown_without_saving_anything(client: Client, here: World) -> None:
    sign_in(client, here.editor)
    assertNotContains(client.get(path(here, "new/")), "its beginning")
    page = client.post(path(here, "new/"), sent(here, title="", show=1))
    assertContains(page, "its beginning")
    assertContains(page, "2. With Afghanistan Day behind us")
    assert not Assignment.objects.exists()


def test_a_form_with_faults_comes_back_as_it_was(client: Client, here: World) -> None:
    sign_in(client, here.editor)
    data = sent(here, title="", due_at="2026-11-27T17:00", zone="Europe/Berlin")
    answer = client.post(path(here, "new/"), data)
    assert answer.status_code == 422
    assertContains(answer, "2026-11-27T17:00", status_code=422)
    assertContains(answer, 'name="zone" value="Europe/Berlin"', status_code=422)


def test_the_list_is_put_in_order_and_deleting_is_undone(client: Client, here: World) -> None:
    a, b = given(here, "First"), given(here, "Second")
    sign_in(client, here.editor)
    client.post(path(here), {"move": b.pk, "to": "up"})
    page = client.get(path(here)).content.decode()
    assert page.index("Second") < page.index("First")
    assertRedirects(client.post(path(here, f"{a.pk}/delete/")), path(here))
    page = client.get(path(here))
    assertContains(page, "Recently deleted")
    assert client.get(path(here, f"{a.pk}/")).status_code == 404
    assert client.post(path(here, f"{a.pk}/delete/")).status_code == 404
    client.post(path(here, f"{a.pk}/restore/"))
    assert client.get(path(here, f"{a.pk}/")).status_code == 200
    assert client.post(path(here), {"move": "x", "to": "sideways"}).status_code == 302
    assert client.post(path(here), {"move": "0", "to": "up"}).status_code == 404


def test_one_of_another_set_is_not_there(client: Client, here: World) -> None:
    one, member = given(here), member_of(here)
    other = MembershipFactory(user=here.editor, role=Role.EDITOR).annotation_set
    sign_in(client, here.editor)
    base = f"/sets/{other.slug}/assignments/"
    assert client.get(f"{base}{one.pk}/").status_code == 404
    assert client.get(f"{base}{one.pk}/edit/").status_code == 404
    assert client.post(f"{base}{one.pk}/delete/").status_code == 404
    assert client.get(f"{base}{one.pk}/work/{member.pk}/").status_code == 404


# What is next


def test_a_student_is_led_to_what_is_next(client: Client, here: World) -> None:
    now = timezone.now()
    given(here, "Coming", opens_at=now + DAY)
    given(here, "Over", opens_at=now - 2 * DAY, due_at=now - DAY, late_allowed=False)
    given(here, "Later", due_at=now + 2 * DAY)
    start, end = here.edition.blocks[1][1:3]
    part = Part(here.document.pk, here.edition.pk, start, end)
    first = given(here, "Sooner", due_at=now + DAY, parts=[part])
    here.annotate(note="two words")
    sign_in(client, here.annotator)
    link = f"?set={here.set.slug}&amp;assignment={first.pk}&amp;range={start}-{end}#b1"
    for address in ("/", here.path(), path(here)):
        page = client.get(address).content.decode()
        page = page[page.index("What is next") :].partition("</section>")[0]
        assert page.index("Sooner") < page.index("Later")
        assert "Coming" not in page and "Over" not in page
        assert "1 of 2 annotations" in page and "2 of 5 words" in page
        assert link in page
    here.annotate("linkage", note="three more words")
    page = client.get("/").content.decode()
    assert "Sooner" not in page and "Later" not in page
    for who in (here.reader, here.editor, here.stranger):
        sign_in(client, who)
        assertNotContains(client.get("/"), "What is next")


def test_before_it_opens_a_student_sees_when_and_not_what(client: Client, here: World) -> None:
    one = given(here, prompt="The secret question", opens_at=timezone.now() + DAY)
    sign_in(client, here.annotator)
    page = client.get(path(here, f"{one.pk}/"))
    assertContains(page, "opens <time")
    assertNotContains(page, "secret question")
    assertNotContains(page, "169. Memorandum")
    sign_in(client, here.editor)
    assertContains(client.get(path(here, f"{one.pk}/")), "secret question")


def test_a_range_that_its_text_has_lost_is_told(client: Client, here: World) -> None:
    start, end = here.edition.blocks[1][1:3]
    one = given(here, parts=[Part(here.document.pk, here.edition.pk, start, end)])
    edition(here.document, "169. Memorandum\nSomething else is here altogether now.\nA source.")
    sign_in(client, here.annotator)
    assertContains(client.get(path(here, f"{one.pk}/")), "all of it counts")
    sign_in(client, here.editor)
    assertContains(client.get(path(here, f"{one.pk}/edit/")), "choose it again")


# What they cost


@pytest.fixture
def a_class(here: World) -> World:
    """Two students more, who wrote and were marked, and two assignments with ranges and themes."""
    start, end = here.edition.blocks[1][1:3]
    ranged = Part(here.document.pk, here.edition.pk, start, end)
    for n in range(2):
        user = MembershipFactory(annotation_set=here.set, role=Role.ANNOTATOR).user
        one = given(here, f"Week {n}", parts=[ranged], themes=[here.linkage])
        mine = here.annotate(author=user, themes=[here.tacit], note="a b c")
        create_reply(mine, author=here.annotator, note="d e")
        give_mark(one, user, actor=here.editor, points=Decimal(n), comment="")
    return here


def more(here: World) -> None:
    """As much again of everything."""
    for n in range(3):
        user = MembershipFactory(annotation_set=here.set, role=Role.ANNOTATOR).user
        one = given(here, f"Also {n}", themes=[here.risk])
        create_reply(here.annotate(author=user), author=user, note="Hm")
        give_mark(one, user, actor=here.editor, points=None, comment="So")


@pytest.mark.parametrize(
    ("who", "tail", "queries"),
    [
        # Deleted ones.
        ("editor", "", ROOM + FOUND + 1),
        # Her work (two), her mark, what the next gives to read (kept).
        ("annotator", "", ROOM + FOUND + 3),
        # Groups, members and their number, their work (two), their marks.
        ("editor", "grid/", ROOM + FOUND + 6),
        # Members, their work (two), their marks, who came by a link.
        ("editor", "marks.csv", ROOM + FOUND + 5),
        # Members and their number, their work (two), their marks.
        ("editor", "{pk}/", ROOM + FOUND + 5),
        # Her work (two), her mark, her membership.
        ("annotator", "{pk}/", ROOM + FOUND + 4),
        # Documents, themes, groups.
        ("editor", "{pk}/edit/", ROOM + FOUND + 3),
        # The member, her mark, her work (two), annotations, replies, those before and after.
        ("editor", "{pk}/work/{member}/", ROOM + FOUND + 7),
    ],
)
def test_pages_cost_the_same_however_much_there_is(
    client: Client,
    a_class: World,
    who: str,
    tail: str,
    queries: int,
    django_assert_num_queries: Any,
) -> None:
    one = a_class.set.assignments.get(title="Week 0")
    student = a_class.set.memberships.filter(role=Role.ANNOTATOR).latest("pk")
    address = path(a_class, tail.format(pk=one.pk, member=student.pk))
    sign_in(client, getattr(a_class, who))
    client.get(address)
    with django_assert_num_queries(queries):
        list(client.get(address))
    more(a_class)
    client.get(address)
    with django_assert_num_queries(queries):
        list(client.get(address))


def test_a_document_stays_in_the_set_while_an_assignment_asks_for_it(
    client: Client, here: World
) -> None:
    one = given(here)
    sign_in(client, here.editor)
    remove = here.path("documents/frus1981-88v03/d169/remove/")
    assertContains(client.post(remove), "“Read first” asks to read it", status_code=422)
    delete_assignment(one, actor=here.editor)
    assertRedirects(client.post(remove), here.path())
    client.post(path(here, f"{one.pk}/restore/"))
    assertContains(client.get(path(here, f"{one.pk}/edit/")), "169. Memorandum")


def test_the_pages_of_the_grid_keep_to_the_group(client: Client, here: World) -> None:
    given(here)
    group = GroupFactory(annotation_set=here.set)
    for _ in range(51):
        user = MembershipFactory(annotation_set=here.set, role=Role.ANNOTATOR).user
        GroupMember.objects.create(annotation_set=here.set, group=group, user=user)
    sign_in(client, here.editor)
    first = client.get(path(here, f"grid/?group={group.pk}"))
    assertContains(first, f'href="?group={group.pk}&amp;page=2"')
    assertContains(first, '<td class="none">', count=50)
    last = client.get(path(here, f"grid/?group={group.pk}&page=2"))
    assertContains(last, '<td class="none">', count=1)
