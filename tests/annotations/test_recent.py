"""One's own work over all sets, by day, and what was said to one: whole, in order, and her own."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.test import Client
from django.utils import timezone
from hypothesis import given, settings
from hypothesis import strategies as st
from pytest_django.asserts import assertContains, assertNotContains

from annotations import recent
from annotations.actions.annotations import delete_annotation
from annotations.actions.assignments import Part, create_assignment, give_mark
from annotations.actions.members import remove_member
from annotations.actions.moderation import hide
from annotations.actions.promises import change_rules, finish_reading
from annotations.actions.replies import create_reply, delete_reply
from annotations.models import Annotation, Naming, Progress, Reply
from annotations.recent import Asked, What, work_of
from annotations.said import said_to
from annotations.viewers import Viewer
from tests.annotations.worlds import World, edition, world
from tests.factories import AnnotationFactory, ReplyFactory, UserFactory


@pytest.fixture
def here(db: None) -> World:
    return world()


def viewer(user: User) -> Viewer:
    return Viewer(user.pk)


def at(written: Any, moment: datetime) -> None:
    type(written).objects.filter(pk=written.pk).update(created=moment)


def shown(client: Client, **asked: str) -> list[str]:
    """The passages that the page shows, day by day."""
    days = client.get("/recent/", asked).context["days"]
    return [f"{day.name}: {line.quote or line.what.name}" for day in days for line in day.items]


def test_what_one_wrote_and_read_stands_there_with_its_words(client: Client, here: World) -> None:
    mine = here.annotate(note="A *note* of mine.", themes=[here.linkage])
    theirs = here.annotate("linkage", author=here.editor, note="Said by an editor.")
    reply = create_reply(theirs, author=here.annotator, note="An **answer** of mine.")
    finish_reading(here.set, here.annotator, here.document.pk)
    lines = work_of(viewer(here.annotator), Asked(), 9).lines
    assert [line.what for line in lines] == [What.FINISHED, What.REPLY, What.ANNOTATION]
    client.force_login(here.annotator)
    page = client.get("/recent/")
    place = f"{here.document.get_absolute_url()}?set={here.set.slug}"
    for words in ("“Afghanistan Day”", "A <em>note</em> of mine.", "Linkage", "“linkage”"):
        assertContains(page, words)
    assertContains(page, "An <strong>answer</strong> of mine.")
    assertContains(page, f"{place}&amp;find={mine.start}-{mine.end}#a-{mine.uuid}")
    assertContains(page, f"{place}&amp;find={theirs.start}-{theirs.end}#r-{reply.uuid}")
    assertContains(page, "finished reading")
    assertNotContains(page, "Said by an editor.")


def test_it_is_ones_own_alone(here: World) -> None:
    here.annotate(note="Mine.")
    for user in (here.editor, here.owner, here.reader, here.stranger, UserFactory()):
        assert work_of(viewer(user), Asked(), 9).lines == []


def test_what_is_deleted_or_out_of_sight_is_not_listed(here: World) -> None:
    kept, gone = here.annotate(visibility="private"), here.annotate("linkage")
    theirs = here.annotate("must", author=here.editor)
    reply = create_reply(theirs, author=here.annotator, note="One.")
    create_reply(kept, author=here.annotator, note="Two.")
    delete_annotation(gone, actor=here.annotator)
    delete_reply(reply, actor=here.annotator)
    lines = work_of(viewer(here.annotator), Asked(), 9).lines
    assert [(line.what, line.private) for line in lines] == [
        (What.REPLY, False),
        (What.ANNOTATION, True),
    ]
    # An answer to what one does not see any more.
    other = create_reply(theirs, author=here.annotator, note="Three.")
    hide(theirs, actor=here.owner, reason="")
    assert other.pk not in [one.pk for one in work_of(viewer(here.annotator), Asked(), 9).lines]
    remove_member(here.set.memberships.get(user=here.annotator), actor=here.owner)
    assert work_of(viewer(here.annotator), Asked(), 9).lines == []


def test_what_an_editor_hid_says_so(client: Client, here: World) -> None:
    hide(here.annotate(), actor=here.owner, reason="Rude.")
    client.force_login(here.annotator)
    assertContains(client.get("/recent/"), "hidden by an editor")


def test_a_passage_that_is_in_an_earlier_edition_leads_to_its_own_page(here: World) -> None:
    mine = here.annotate()
    edition(here.document, "Another text.\nA source.")
    (line,) = work_of(viewer(here.annotator), Asked(), 9).lines
    assert line.href == line.page == mine.get_absolute_url()


def test_last_week_is_found(client: Client, here: World) -> None:
    now = timezone.now()
    monday = now.astimezone(UTC).date() - timedelta(days=now.astimezone(UTC).weekday())
    noon = datetime(monday.year, monday.month, monday.day, 12, tzinfo=UTC)
    places = {"Afghanistan Day": 0, "linkage": 3, "must": 7, "speak": 8}
    for words, days in places.items():
        at(here.annotate(words), noon - timedelta(days=days))
    client.force_login(here.annotator)
    assert [one.partition(": ")[2] for one in shown(client, when="last-week")] == [
        "linkage",
        "must",
    ]
    assert [one.partition(": ")[2] for one in shown(client, when="week")] == ["Afghanistan Day"]
    day = str(monday - timedelta(days=7))
    assert [one.partition(": ")[2] for one in shown(client, since=day, until=day)] == ["must"]
    assert len(shown(client, since="no day", until="9999-99-99")) == 4
    page = client.get("/recent/", {"when": "last-week", "set": here.set.slug})
    assert page.context["period"].since == monday - timedelta(days=7)
    assert "reading" not in page.context


def test_days_are_those_of_the_readers_zone(client: Client, here: World) -> None:
    yesterday = timezone.now().astimezone(UTC).date() - timedelta(days=1)
    late = datetime(yesterday.year, yesterday.month, yesterday.day, 11, tzinfo=UTC)
    at(here.annotate(), late)
    client.force_login(here.annotator)
    page = client.get("/recent/", {"zone": "Pacific/Kiritimati"})
    # Fourteen hours ahead: there it is one in the night of the next day.
    assert page.context["days"][0].date == yesterday + timedelta(days=1)
    assertContains(page, ">01:00</time>")
    assertContains(page, 'data-zone="Pacific/Kiritimati"')
    assertContains(client.get("/recent/", {"zone": "../x"}), 'data-zone="UTC"')


def test_words_and_sets_narrow_it(client: Client, here: World) -> None:
    here.annotate(note="About the grain.")
    here.annotate("linkage", note="100% of it.")
    theirs = here.annotate("must", author=here.editor)
    create_reply(theirs, author=here.annotator, note="Grain, too.")
    other = AnnotationFactory(author=here.annotator, note="Grain elsewhere.")
    client.force_login(here.annotator)
    assert len(shown(client)) == 4
    assert len(shown(client, q="grain")) == 3
    assert len(shown(client, q="grain", set=here.set.slug)) == 2
    assertContains(client.get("/recent/", {"set": here.set.slug}), here.path("history/"))
    assert len(shown(client, q="grain too")) == 1
    assert len(shown(client, q="0% of")) == 1
    assert len(shown(client, q="LINKAGE")) == 1
    assert len(shown(client, set=other.annotation_set.slug)) == 1
    assert shown(client, set="no\0such", q="\0") == []
    assertContains(client.get("/recent/", {"q": "zebra"}), "You did nothing of this kind")


moments = st.lists(
    st.tuples(st.sampled_from(list(What)), st.integers(0, 3)), min_size=1, max_size=12
)


@pytest.mark.django_db
@settings(max_examples=25)
@given(moments, st.integers(1, 5))
def test_the_pages_hold_everything_once_and_in_order(
    made: list[tuple[What, int]], size: int
) -> None:
    me = UserFactory()
    now = timezone.now()
    for what, hours in made:
        _make(me, what, now - timedelta(hours=hours))
    everything = work_of(Viewer(me.pk), Asked(), 99)
    assert everything.further is None
    assert len(everything.lines) == len(made)
    cursors = [line.cursor for line in everything.lines]
    assert cursors == sorted(cursors, reverse=True)
    found, after = [], None
    for _ in range(len(made) + 1):
        page = work_of(Viewer(me.pk), Asked(after=after), size)
        found += [line.cursor for line in page.lines]
        after = page.further
        if after is None:
            break
    assert found == cursors


def _make(user: User, what: What, moment: datetime) -> None:
    if what == What.ANNOTATION:
        AnnotationFactory(author=user, created=moment)
    elif what == What.REPLY:
        ReplyFactory(author=user, created=moment)
    else:
        other = AnnotationFactory()
        Progress.objects.create(
            annotation_set=other.annotation_set,
            document=other.edition.document,
            user=user,
            finished_at=moment,
        )


def test_words_are_looked_for_in_a_part_at_a_time_and_all_are_found(
    client: Client, here: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(recent, "MOST_READ", 3)
    now = timezone.now()
    for hours in range(10):
        note = "a needle" if hours in (1, 8, 9) else "hay"
        at(here.annotate(note=note), now - timedelta(hours=hours))
        answer = create_reply(here.annotate(author=here.editor), author=here.annotator, note="b")
        at(answer, now - timedelta(hours=hours))
    found, after = [], None
    for _ in range(12):
        page = work_of(viewer(here.annotator), Asked(words=("needle",), after=after), 2)
        found += [line.at for line in page.lines]
        after = page.further
        if after is None:
            break
    assert found == [now - timedelta(hours=hours) for hours in (1, 8, 9)]
    client.force_login(here.annotator)
    page = client.get("/recent/", {"q": "nowhere"})
    assertContains(page, "Nothing in the part that was looked through")
    assertContains(page, "Look further back")


@pytest.mark.parametrize(
    "wrong", ["x", "1-2", "1-2-x", "9" * 40 + "-3-1", "1-2-3-4", "--", "¹-3-1"]
)
def test_an_address_that_says_no_place_of_the_list_shows_its_beginning(
    client: Client, here: World, wrong: str
) -> None:
    here.annotate()
    client.force_login(here.annotator)
    assert len(shown(client, after=wrong)) == 1


def test_the_page_asks_a_stated_number_of_things(
    client: Client, here: World, django_assert_num_queries: Any
) -> None:
    client.force_login(here.annotator)
    with django_assert_num_queries(8):
        # Session, account; annotations, replies, finished; sets; places; what was said.
        client.get("/recent/")
    for words in ("linkage", "must"):
        mine = here.annotate(words, themes=[here.risk])
        create_reply(mine, author=here.editor, note=f"What of @{here.annotator.username}?")
        create_reply(mine, author=here.annotator, note="This.")
    client.get("/recent/")
    with django_assert_num_queries(8 + 4):
        # … and those of her replies that she sees; the notices in full, editors, pseudonyms.
        client.get("/recent/")
    with django_assert_num_queries(7):
        client.get("/recent/", {"when": "week"})
    with django_assert_num_queries(7 + 2):
        client.get("/recent/", {"q": "must"})
    with django_assert_num_queries(2 + 4):
        client.get("/recent/said/")


def test_what_was_said_to_one_stands_there_with_its_words(client: Client, here: World) -> None:
    mine = here.annotate(note="Mine.", question="open")
    create_reply(mine, author=here.editor, note="Seen *so*.")
    create_reply(mine, author=here.editor, note="Between us.", private=True)
    here.annotate("linkage", author=here.editor, note="As @annotator says.")
    task = create_assignment(
        here.set, actor=here.owner, title="Read", annotations=1, parts=[Part(here.document.pk)]
    )
    give_mark(
        task, here.annotator, actor=here.owner, points=Decimal("8.50"), comment="Well **read**."
    )
    kinds = [one.notice.what for one in said_to(viewer(here.annotator), 9).rows]
    assert kinds == [
        "marked your work on “Read”",
        "mentioned you",
        "answered you in private",
        "replied to you",
    ]
    client.force_login(here.annotator)
    page = client.get("/recent/said/")
    for words in ("Seen <em>so</em>.", "Between us.", "Well <strong>read</strong>.", "8.5 points"):
        assertContains(page, words)
    assertContains(page, "As <span>@annotator</span> says.")
    assertContains(client.get("/"), "Well <strong>read</strong>.")
    for user in (here.reader, here.editor, here.stranger):
        client.force_login(user)
        assertNotContains(client.get("/recent/said/"), "Between us.")


def test_what_was_said_and_is_out_of_sight_now_is_said_no_more(here: World) -> None:
    mine = here.annotate()
    first = create_reply(mine, author=here.editor, note="One.")
    second = create_reply(mine, author=here.editor, note="Two.")
    delete_reply(first, actor=here.editor)
    (row,) = said_to(viewer(here.annotator), 9).rows
    assert "Two." in row.note
    remove_member(here.set.memberships.get(user=here.annotator), actor=here.owner)
    assert second.pk and said_to(viewer(here.annotator), 9).rows == []


@pytest.mark.parametrize("naming", [Naming.PSEUDONYM, Naming.NOBODY])
def test_who_said_it_is_called_as_the_set_says(client: Client, here: World, naming: int) -> None:
    change_rules(
        here.set,
        actor=here.owner,
        rule="open",
        after_count=1,
        naming=naming,
        groups_apart=True,
        leaving="choose",
    )
    writer = User.objects.create_user("zebedee", first_name="Zebedee", last_name="Quuxley")
    here.set.memberships.create(user=writer, role="annotator")
    mine = here.annotate()
    create_reply(mine, author=writer, note="An answer.")
    client.force_login(here.annotator)
    for address in ("/recent/", "/recent/said/", "/"):
        page = client.get(address)
        assertContains(page, "An answer.")
        for name in ("zebedee", "Zebedee", "Quuxley"):
            assertNotContains(page, name)


def test_what_was_said_goes_on_where_the_page_ended(client: Client, here: World) -> None:
    mine = here.annotate()
    user = viewer(here.annotator)
    for number in range(5):
        # Each in a thread of its own: of one thread one is told once.
        create_reply(here.annotate("must"), author=here.editor, note=f"No {number}.")
    delete_reply(Reply.objects.get(note="No 3."), actor=here.editor)
    first = said_to(user, 2)
    assert [row.note for row in first.rows] == ["<p>No 4.</p>"]
    second = said_to(user, 2, first.further)
    third = said_to(user, 2, second.further)
    assert [len(page.rows) for page in (first, second, third)] == [1, 2, 1]
    assert third.further is None and mine.pk
    client.force_login(here.annotator)
    for wrong in ("x", "-1", "9" * 30):
        assert len(client.get("/recent/said/", {"before": wrong}).context["rows"]) == 4


def test_thousands_cost_what_a_few_do(here: World, django_assert_num_queries: Any) -> None:
    base = here.annotate()
    now = timezone.now()
    fields = [f.attname for f in Annotation._meta.concrete_fields if f.name not in ("id", "uuid")]
    given = {name: getattr(base, name) for name in fields}
    Annotation.objects.bulk_create(
        Annotation(**given | {"created": now - timedelta(minutes=n)}) for n in range(2000)
    )
    middle = recent.Cursor(now - timedelta(minutes=1000), What.ANNOTATION, 0)
    with django_assert_num_queries(4):  # annotations, replies, finished; the codebook's themes
        lines, further = work_of(viewer(here.annotator), Asked(after=middle), 30)
    assert len(lines) == 30 and further
    assert lines[0].at == now - timedelta(minutes=1001)
