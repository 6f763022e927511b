"""What a file brings into a set: all of it once, under the names that may be believed."""

from __future__ import annotations

import io
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.core.exceptions import PermissionDenied
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from annotations.actions.annotations import delete_annotation, edit_annotation
from annotations.actions.bringing import carry_out, plan
from annotations.actions.replies import create_reply
from annotations.actions.sets import create_set
from annotations.actions.states import set_state
from annotations.actions.undoing import redo, undo
from annotations.bringing import CHANGED, DELETED, KEPT, LOST, NEW, SAME
from annotations.export import Taker, shared_of
from annotations.formats import READERS, in_bytes
from annotations.formats.brought import (
    Brought,
    BroughtAnnotation,
    BroughtReply,
    BroughtTheme,
    FormatFault,
    Target,
)
from annotations.formats.values import PersonValue
from annotations.integrity import problems
from annotations.models import Annotation, AnnotationSet, Audience, History, Reply, Theme
from annotations.packing import package
from annotations.stale import Stale
from tests.annotations.bringing import D169, brought, note, of
from tests.annotations.worlds import World, world

pytestmark = pytest.mark.django_db


@pytest.fixture
def here() -> World:
    return world()


def written(one: AnnotationSet, form: str = "w3c") -> Brought:
    whole = package(one, shared_of(one), Taker(names=True))
    return READERS[form].read(io.BytesIO(b"".join(in_bytes(READERS[form].write(whole)))))  # type: ignore[attr-defined]


def fates(one: AnnotationSet, given: Brought, actor: User) -> list[str]:
    return [row.fate for row in plan(one, given, actor=actor).rows]


def values(one: AnnotationSet) -> list[tuple[Any, ...]]:
    whole = package(one, shared_of(one), Taker(names=True))
    return [
        (a.start, a.end, a.quote, a.note, tuple(t.name for t in a.themes), a.question, a.created)
        + (a.author.username.partition("/")[0], [(r.note, r.created) for r in a.replies])
        for a in whole.annotations()
    ]


@pytest.mark.parametrize("form", [name for name in READERS if name in ("w3c", "tei", "qdpx")])
def test_a_set_comes_into_another_as_it_was_and_only_once(here: World, form: str):
    made = here.annotate(themes=[here.risk, here.tacit], note="A *note*", question=True)
    create_reply(made, author=here.owner, note="Why?")
    here.annotate("linkage", note="Second")
    here.annotate("Day behind us", author=here.owner)
    other = create_set(owner=here.owner, title="Other")
    given = written(here.set, form)
    done = brought(other, given, here.owner)
    assert values(other) == values(here.set)
    assert [t.name for t in Theme.objects.of_codebook(other.codebook_id)] == [
        "Linkage",
        "Tacit",
        "Risk",
    ]
    assert done.plan.counts == {NEW: 3}
    assert list(problems()) == []
    again = brought(other, given, here.owner)
    assert (again.plan.counts, again.head) == ({SAME: 3}, None)
    back = plan(here.set, given, actor=here.owner, by_operator=True)
    assert (back.counts, back.changes) == ({SAME: 3}, False)


def test_nobody_is_written_for_but_by_a_name_that_cannot_sign_in(here: World):
    names = [PersonValue("annotator", "Bob"), PersonValue("owner", ""), PersonValue("", "Eve A.")]
    given = of(*(note(id=str(at), author=who) for at, who in enumerate(names)))
    brought(here.set, given, here.owner)
    made = Annotation.objects.in_set(here.set.pk).order_by("pk")
    authors = [one.author for one in made.select_related("author")]
    slug = here.set.slug
    assert [one.username for one in authors[:2]] == [f"annotator/{slug}", "owner"]
    assert authors[2].username.startswith("Eve-A") and authors[2].username.endswith(f"/{slug}")
    assert [one.get_full_name() for one in authors[::2]] == ["Bob", "Eve A."]
    assert not authors[0].is_active and not authors[0].has_usable_password()
    assert not here.set.memberships.filter(user__username__contains="/").exists()


def test_the_operator_s_files_name_members(here: World):
    given = of(note(author=PersonValue("annotator", "")))
    brought(here.set, given, here.owner, by_operator=True)
    assert Annotation.objects.in_set(here.set.pk).get().author == here.annotator


def test_a_member_s_words_are_never_changed_and_one_s_own_are(here: World):
    hers, mine = here.annotate(note="Hers"), here.annotate("linkage", author=here.owner, note="I")
    later = datetime.now(UTC) + timedelta(days=1)
    given = of(
        note(id=str(hers.uuid), note="Forged", modified=later),
        note("linkage", id=str(mine.uuid), note="Mine", modified=later),
    )
    assert fates(here.set, given, here.owner) == [KEPT, CHANGED]
    brought(here.set, given, here.owner)
    assert [a.note for a in Annotation.objects.order_by("pk")] == ["Hers", "Mine"]
    assert list(problems()) == []


def test_what_was_deleted_here_stays_deleted(here: World):
    made = here.annotate()
    given = written(here.set)
    delete_annotation(made, actor=here.annotator)
    assert fates(here.set, given, here.owner) == [DELETED]


def test_what_has_no_place_here_is_said_with_why(here: World):
    away = BroughtAnnotation(Target(names=("https://example.org/page",), quote="A word"), id="2")
    rows = plan(here.set, of(note("never written"), away), actor=here.owner).rows
    assert [row.fate for row in rows] == [LOST, LOST]
    assert "words are not in the document" in rows[0].says[0]
    assert "no document of this server" in rows[1].says[0]


def test_what_was_private_to_another_is_seen_by_editors_alone(here: World):
    given = of(note(private=True, author=PersonValue("eve", "Eve")))
    assert plan(here.set, given, actor=here.owner).doubtful
    brought(here.set, given, here.owner)
    assert Annotation.objects.get().audience == Audience.EDITORS


def test_it_is_one_act_that_is_taken_back_and_done_again(here: World):
    given = of(note(replies=(BroughtReply("Why?", id="r"),)), note("linkage", id="two"))
    done = brought(here.set, given, here.owner)
    assert done.head is not None
    undone = undo(done.head, actor=here.owner)
    assert undone.done >= 2
    assert not Annotation.objects.in_set(here.set.pk).alive().exists()
    assert list(problems()) == []
    done.head.refresh_from_db()
    redo(done.head, actor=here.owner)
    assert Annotation.objects.in_set(here.set.pk).alive().count() == 2
    assert Reply.objects.alive().count() == 1
    assert list(problems()) == []


def test_what_somebody_changed_since_stays_when_it_is_taken_back(here: World):
    given = of(note(author=PersonValue("owner", "")), note("linkage", id="two"))
    done = brought(here.set, given, here.owner)
    assert done.head is not None
    one = Annotation.objects.order_by("pk").first()
    assert one is not None
    edit_annotation(one, actor=here.owner, themes=[], note="Else", visibility="shared")
    assert undo(done.head, actor=here.owner).left == 1
    assert [a.note for a in Annotation.objects.alive()] == ["Else"]


def test_nothing_is_done_to_a_set_that_was_changed_meanwhile_or_is_frozen(here: World):
    given = of(note())
    mark = plan(here.set, given, actor=here.owner).mark
    with pytest.raises(Stale):
        carry_out(here.set, given, seen="other", actor=here.owner)
    set_state(here.set, actor=here.owner, state="frozen")
    with pytest.raises(PermissionDenied):
        carry_out(here.set, given, seen=mark, actor=here.owner)
    assert not Annotation.objects.exists()
    assert not History.objects.filter(action="bring").exists()


def test_themes_that_stand_below_themselves_are_a_fault(here: World):
    themes = tuple(BroughtTheme(a, a, {"name": a}, parent=b) for a, b in ("xy", "yx"))
    with pytest.raises(FormatFault, match="below itself"):
        plan(here.set, of(themes=themes), actor=here.owner)


words = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0"), max_size=12)
numbers = st.none() | st.integers(-5, 90) | st.integers(-(2**70), 2**70)
targets = st.builds(
    Target,
    st.lists(st.sampled_from([D169, "x", "", "a/b/c", "https://h/volumes/a/d1"]) | words).map(
        tuple
    ),
    digest=words,
    start=numbers,
    end=numbers,
    quote=st.sampled_from(["linkage", "Day", "", " ", "us, we\n"]) | words,
    prefix=words,
    suffix=words,
)
nonsense = st.builds(
    BroughtAnnotation,
    targets,
    id=words,
    themes=st.lists(words, max_size=2).map(tuple),
    note=words,
    author=st.none() | st.builds(PersonValue, words, words),
    private=st.booleans(),
    question=words,
    replies=st.lists(st.builds(BroughtReply, words, words), max_size=2).map(tuple),
)


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=40)
@given(st.lists(nonsense, max_size=6))
def test_nonsense_ends_in_a_plan_and_a_whole_set(here: World, found: list[BroughtAnnotation]):
    given = of(*found)
    brought(here.set, given, here.owner)
    assert list(problems()) == []
    assert not plan(here.set, given, actor=here.owner).counts.get(NEW)
