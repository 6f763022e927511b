"""Who sees what and who may do what, over every role, visibility, state and sharing."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import product

import pytest

from annotations.models import (
    Annotation,
    AnnotationSet,
    Reply,
    Role,
    Sharing,
    State,
    Visibility,
)
from annotations.permissions import ANYONE, Viewer, may_annotate, may_change, may_manage
from tests.factories import (
    AnnotationFactory,
    AnnotationSetFactory,
    EditionFactory,
    MembershipFactory,
    ReplyFactory,
    UserFactory,
)

pytestmark = pytest.mark.django_db

MEMBERS = ("owner", "editor", "annotator", "author", "reader")
STRANGERS = ("stranger", "anonymous", "linked", "wrongly linked")
WRITERS = {"owner", "editor", "annotator", "author"}
KEY = "the-key-of-this-set"


@dataclass(frozen=True)
class World:
    """A set, seen by everyone who could look at it; ``author`` wrote all that is in it."""

    room: AnnotationSet
    viewers: dict[str, Viewer]
    roles: dict[str, str | None]

    def annotated(self, sharing: str = Sharing.SHARED) -> Annotation:
        author = self.viewers["author"].user_id
        edition = EditionFactory()
        return AnnotationFactory(
            annotation_set=self.room, author_id=author, edition=edition, visibility=sharing
        )


def world(visibility: str = Visibility.PUBLIC, state: str = State.OPEN) -> World:
    room = AnnotationSetFactory(visibility=visibility, state=state, link_key=KEY)
    # The same names belong to another set: to be a member there opens nothing here.
    elsewhere = AnnotationSetFactory(visibility=Visibility.PRIVATE)
    people = {"owner": room.owner, "stranger": elsewhere.owner}
    roles: dict[str, str | None] = {"owner": Role.OWNER}
    for name in MEMBERS[1:]:
        people[name] = UserFactory()
        roles[name] = Role.ANNOTATOR if name == "author" else Role(name)
        MembershipFactory(annotation_set=room, user=people[name], role=roles[name])
    viewers = {name: Viewer(person.pk) for name, person in people.items()}
    viewers["anonymous"] = ANYONE
    viewers["linked"] = Viewer(link_keys=frozenset({KEY}))
    viewers["wrongly linked"] = Viewer(link_keys=frozenset({elsewhere.link_key}))
    return World(room, viewers, {name: roles.get(name) for name in viewers})


def who_sees(visibility: str) -> set[str]:
    if visibility == Visibility.PUBLIC:
        return {*MEMBERS, *STRANGERS}
    return {*MEMBERS, "linked"} if visibility == Visibility.LINK else {*MEMBERS}


@pytest.mark.parametrize(("visibility", "state"), list(product(Visibility.values, State.values)))
def test_a_set_is_seen_by_its_members_and_by_whom_its_visibility_lets_in(
    visibility: str, state: str
) -> None:
    here = world(visibility, state)
    sets = AnnotationSet.objects
    seen = {n for n, v in here.viewers.items() if sets.visible_to(v).filter(pk=here.room.pk)}
    assert seen == who_sees(visibility)


@pytest.mark.parametrize(
    ("visibility", "state", "sharing"),
    list(product(Visibility.values, State.values, Sharing.values)),
)
def test_an_annotation_and_its_replies_are_seen_where_the_set_is_and_it_is_shared(
    visibility: str, state: str, sharing: str
) -> None:
    here = world(visibility, state)
    made = here.annotated(sharing)
    reply = ReplyFactory(annotation=made)
    expected = who_sees(visibility) if sharing == Sharing.SHARED else {"author"}
    for name, viewer in here.viewers.items():
        sees = Annotation.objects.visible_to(viewer).filter(pk=made.pk).exists()
        assert sees == (name in expected), name
        assert Reply.objects.visible_to(viewer).filter(pk=reply.pk).exists() == sees, name


def test_who_left_a_private_set_no_longer_sees_her_own_words_there() -> None:
    here = world(Visibility.PRIVATE)
    made = here.annotated(Sharing.PRIVATE)
    author = here.viewers["author"]
    assert Annotation.objects.visible_to(author).get() == made
    here.room.memberships.get(user_id=author.user_id).delete()
    assert not Annotation.objects.visible_to(author).exists()


@pytest.mark.parametrize("what", ["annotation", "reply"])
def test_what_is_deleted_is_seen_by_nobody(what: str) -> None:
    here = world()
    reply = ReplyFactory(annotation=here.annotated())
    item = reply if what == "reply" else reply.annotation
    item.deleted_at = item.modified
    item.save()
    for viewer in here.viewers.values():
        assert not Reply.objects.visible_to(viewer).exists()
        assert Annotation.objects.visible_to(viewer).exists() == (what == "reply")


def test_a_set_that_several_conditions_let_in_is_listed_once() -> None:
    here = world(Visibility.LINK)
    both = Viewer(here.room.owner_id, frozenset({KEY, "another"}))
    assert [one.pk for one in AnnotationSet.objects.visible_to(both)] == [here.room.pk]


def test_each_set_comes_with_the_viewers_role_in_it() -> None:
    here = world()
    for name, viewer in here.viewers.items():
        found = AnnotationSet.objects.with_role(viewer).get(pk=here.room.pk)
        assert found.role == here.roles[name], name


@pytest.mark.parametrize("state", State.values)
def test_only_members_who_write_add_and_only_while_the_set_is_open(state: str) -> None:
    here = world(state=state)
    may = {name for name, role in here.roles.items() if may_annotate(here.room, role)}
    assert may == (WRITERS if state == State.OPEN else set())


def test_owner_and_editors_alone_manage() -> None:
    assert {n for n, role in world().roles.items() if may_manage(role)} == {"owner", "editor"}


@pytest.mark.parametrize(("state", "sharing"), list(product(State.values, Sharing.values)))
def test_nobody_but_its_author_changes_what_is_written_and_only_while_the_set_is_open(
    state: str, sharing: str
) -> None:
    here = world(state=state)
    made = here.annotated(sharing)
    answer = ReplyFactory(annotation=made, author_id=here.viewers["editor"].user_id)
    for item, author in ((made, "author"), (answer, "editor")):
        may = {n for n, v in here.viewers.items() if may_change(item, v, here.roles[n])}
        assert may == ({author} if state == State.OPEN else set())


@pytest.mark.parametrize("role", [None, Role.READER])
def test_an_author_who_may_no_longer_write_changes_nothing(role: str | None) -> None:
    here = world()
    assert not may_change(here.annotated(), here.viewers["author"], role)
