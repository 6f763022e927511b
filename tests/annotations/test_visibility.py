"""What each viewer sees, over random worlds, against a plain reading of the rules."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from random import Random

import pytest
from django.contrib.auth.models import User

from annotations.models import (
    Annotation,
    AnnotationSet,
    Audience,
    Group,
    GroupMember,
    Membership,
    Naming,
    Progress,
    Reply,
    Rule,
    Sharing,
    Visibility,
)
from annotations.models.visibility import scope_of
from annotations.viewers import ANYONE, Viewer
from tests.factories import (
    AnnotationFactory,
    AnnotationSetFactory,
    EditionFactory,
    GroupFactory,
    MembershipFactory,
    ReplyFactory,
    UserFactory,
)

pytestmark = pytest.mark.django_db

NOON = datetime(2026, 11, 23, 12, tzinfo=UTC)
EDITORS = ("owner", "editor")


@dataclass
class RandomWorld:
    """Two sets on two documents with everyone's writing in them, by the seed's chance."""

    chance: Random
    people: list[User] = field(default_factory=list)
    sets: list[AnnotationSet] = field(default_factory=list)

    def build(self) -> RandomWorld:
        self.people = [UserFactory() for _ in range(6)]
        self.editions = [EditionFactory(), EditionFactory()]
        for _ in range(2):
            self._set()
        return self

    def _set(self) -> None:
        pick = self.chance.choice
        one = AnnotationSetFactory(
            owner=self.people[0],
            visibility=pick([*Visibility]),
            rule=pick([*Rule]),
            naming=pick([0, 1, 2]),
            readings=[edition.document for edition in self.editions],
        )
        self.sets.append(one)
        groups = [GroupFactory(annotation_set=one) for _ in range(2)]
        for user in self.people[1:5]:
            role = pick(["editor", "annotator", "annotator", "annotator", "reader", None])
            if role:
                MembershipFactory(annotation_set=one, user=user, role=role)
            self._grouped(one, user, groups)
            for edition in self.editions:
                if pick([True, False]):
                    opened = pick([NOON, None])
                    Progress.objects.create(
                        annotation_set=one, user=user, document=edition.document, opened_at=opened
                    )
        for _ in range(30):
            self._written(one, groups)

    def _grouped(self, one: AnnotationSet, user: User, groups: list[Group]) -> None:
        for group in self.chance.sample(groups, self.chance.randrange(3)):
            left = NOON + timedelta(hours=self.chance.randrange(-3, 4))
            GroupMember.objects.create(annotation_set=one, user=user, group=group, left_at=left)
        if self.chance.random() < 0.6:
            GroupMember.objects.create(
                annotation_set=one, user=user, group=self.chance.choice(groups)
            )

    def _promise(self, groups: list[Group]) -> dict[str, object]:
        pick = self.chance.choice
        return {
            "author": pick(self.people),
            "visibility": pick([Sharing.SHARED, Sharing.SHARED, Sharing.PRIVATE]),
            "audience": pick([*Audience]),
            "naming": pick([*Naming]),
            "group": pick([None, None, *groups]),
            "hidden_at": pick([None, None, None, NOON]),
            "deleted_at": pick([None, None, None, None, NOON]),
            "created": NOON + timedelta(hours=self.chance.randrange(-4, 5)),
        }

    def _written(self, one: AnnotationSet, groups: list[Group]) -> None:
        made = AnnotationFactory(
            annotation_set=one, edition=self.chance.choice(self.editions), **self._promise(groups)
        )
        for _ in range(self.chance.randrange(3)):
            ReplyFactory(annotation=made, **self._promise(groups))

    def viewers(self) -> list[Viewer]:
        keys = frozenset([self.sets[0].link_key])
        return [ANYONE, Viewer(None, keys), *(Viewer(user.pk) for user in self.people)]


def role_of(viewer: Viewer, one: AnnotationSet) -> str | None:
    member = Membership.objects.filter(annotation_set=one, user_id=viewer.user_id).first()
    return member.role if member else None


def sees_set(viewer: Viewer, one: AnnotationSet) -> bool:
    if one.visibility == "public" or role_of(viewer, one):
        return True
    return one.visibility == "link" and one.link_key in viewer.link_keys


def has_opened(viewer: Viewer, annotation: Annotation) -> bool:
    rows = Progress.objects.filter(
        annotation_set=annotation.annotation_set,
        document=annotation.edition.document,
        user_id=viewer.user_id,
    )
    return any(row.opened_at for row in rows)


def group_lets(viewer: Viewer, written: Annotation | Reply, role: str | None) -> bool:
    if written.group is None:
        return True
    if role is None:
        return False
    for time in GroupMember.objects.filter(group=written.group, user_id=viewer.user_id):
        if time.left_at is None or written.created <= time.left_at:
            return True
    return False


def reaches(viewer: Viewer, written: Annotation | Reply, annotation: Annotation) -> bool:
    """Whether what somebody else shared in a set that the viewer sees comes to her."""
    one = annotation.annotation_set
    role = role_of(viewer, one)
    by_editor = written.naming == Naming.EDITOR
    if one.rule == "open" or one.rule == "after" and role and has_opened(viewer, annotation):
        lets = True
    elif isinstance(written, Reply):
        lets = by_editor
    else:
        lets = one.rule == "editors" and by_editor
    promised = written.audience == Audience.EVERYONE or (
        role is not None and written.audience == Audience.MEMBERS
    )
    return lets and promised and not written.hidden_at and group_lets(viewer, written, role)


def should_see(viewer: Viewer, annotation: Annotation) -> bool:
    if annotation.deleted_at or not sees_set(viewer, annotation.annotation_set):
        return False
    if annotation.author_id == viewer.user_id:
        return True
    if annotation.visibility == "private":
        return False
    if role_of(viewer, annotation.annotation_set) in EDITORS:
        return True
    return reaches(viewer, annotation, annotation)


def should_see_reply(viewer: Viewer, reply: Reply) -> bool:
    if reply.deleted_at or not should_see(viewer, reply.annotation):
        return False
    if reply.author_id == viewer.user_id:
        return True
    if role_of(viewer, reply.annotation.annotation_set) in EDITORS:
        return True
    if reply.visibility == "private" and reply.annotation.author_id != viewer.user_id:
        return False
    return reaches(viewer, reply, reply.annotation)


@pytest.fixture(params=range(12))
def world(request: pytest.FixtureRequest) -> RandomWorld:
    return RandomWorld(Random(request.param)).build()


def test_each_viewer_sees_the_annotations_that_the_rules_say(world: RandomWorld):
    everything = Annotation.objects.select_related("annotation_set", "edition", "group")
    for viewer in world.viewers():
        expected = {a.pk for a in everything if should_see(viewer, a)}
        assert set(Annotation.objects.visible_to(viewer).values_list("pk", flat=True)) == expected


def test_each_viewer_sees_the_replies_that_the_rules_say(world: RandomWorld):
    everything = Reply.objects.select_related(
        "annotation__annotation_set", "annotation__edition", "group"
    )
    for viewer in world.viewers():
        expected = {r.pk for r in everything if should_see_reply(viewer, r)}
        assert set(Reply.objects.visible_to(viewer).values_list("pk", flat=True)) == expected


def test_a_place_shows_what_all_places_show(world: RandomWorld):
    """The reader knows the scope of its place; other pages leave it to the database."""
    for viewer in world.viewers():
        for one in AnnotationSet.objects.visible_to(viewer):
            for edition in world.editions:
                rows = Progress.objects.filter(
                    annotation_set=one, document=edition.document, user_id=viewer.user_id
                )
                opened = any(row.opened_at for row in rows)
                scope = scope_of(one.rule, role_of(viewer, one), opened)
                here = Annotation.objects.in_set(one.pk).on_edition(edition.pk)
                known = set(here.within(scope, viewer).values_list("pk", flat=True))
                assert known == set(here.visible_to(viewer).values_list("pk", flat=True))


def test_the_worlds_have_something_to_see_and_something_to_hide(world: RandomWorld):
    alive = Annotation.objects.alive()
    seen = {
        viewer: Annotation.objects.visible_to(viewer).count() / alive.count()
        for viewer in world.viewers()
    }
    assert max(seen.values()) > 0.5
    assert min(seen.values()) < 0.5
