"""The list of a set's annotations: what is asked for, in its order, and nothing that its reader may
not see, over random sets and random filters, against a plain reading of them."""

from __future__ import annotations

from datetime import UTC, datetime, time, timedelta
from random import Random
from typing import Any

import pytest

from annotations import listing
from annotations.filters import NONE, Asked
from annotations.listing import page_of
from annotations.models import (
    Annotation,
    AnnotationSet,
    AnnotationTheme,
    GroupMember,
    Pseudonym,
    Reply,
    SetDocument,
    Theme,
)
from annotations.models.visibility import naming_of
from annotations.naming import full_name
from annotations.sights import Sight
from annotations.viewers import Viewer
from tests.annotations.test_visibility import (
    EDITORS,
    NOON,
    RandomWorld,
    role_of,
    sees_set,
    should_see,
    should_see_reply,
)
from tests.factories import ThemeFactory

pytestmark = pytest.mark.django_db
WORDS = ("alpha", "Beta", "gamma%", "delta_x", "Afghanistan", "Day")


class Listed(RandomWorld):
    """A random world whose annotations have themes, notes, questions and places."""

    def build(self) -> Listed:
        super().build()
        for one in self.sets:
            self._coded(one)
        return self

    def _coded(self, one: AnnotationSet) -> None:
        chance = self.chance
        for person in self.people:
            name = f"Bird {person.pk}"
            Pseudonym.objects.create(
                annotation_set=one, user=person, name=name, slug=f"bird-{person.pk}"
            )
        above = ThemeFactory(codebook=one.codebook, position=0)
        themes = [above] + [
            ThemeFactory(
                codebook=one.codebook,
                position=at,
                parent=chance.choice([None, above]),
                defined=chance.choice([1, 1, 2]),
            )
            for at in range(1, 5)
        ]
        for at, document in enumerate(one.documents.order_by("?")):
            SetDocument.objects.filter(annotation_set=one, document=document).update(position=at)
        for made in Annotation.objects.in_set(one.pk).select_related("edition"):
            self._one(made, chance.sample(themes, chance.randrange(3)))

    def _one(self, made: Annotation, themes: list[Theme]) -> None:
        chance, text = self.chance, made.edition.text
        made.start = chance.randrange(len(text) - 5)
        made.end = made.start + chance.randrange(1, 5)
        made.quote = text[made.start : made.end]
        made.note = " ".join(chance.sample(WORDS, chance.randrange(3)))
        made.question = chance.choice(["", "", "open", "answered"])
        made.anchor = chance.choice(["", "", "review", "orphan"])
        made.created = NOON + timedelta(days=chance.randrange(-3, 3), minutes=chance.randrange(3))
        made.modified = made.created + timedelta(hours=chance.randrange(3))
        themes.sort(key=lambda theme: theme.position)
        made.theme_ids = " ".join(str(theme.pk) for theme in themes)
        made.save()
        for theme in themes:
            AnnotationTheme.objects.create(
                annotation=made, theme=theme, defined=chance.choice([1, theme.defined])
            )


def sight_of(one: AnnotationSet, viewer: Viewer) -> Sight:
    one = AnnotationSet.objects.select_related("codebook").get(pk=one.pk)
    return Sight(one, viewer, role_of(viewer, one))


def name_for(sight: Sight, one: Annotation) -> tuple[str, str]:
    """The key and the name under which the viewer knows who wrote it."""
    naming = 3 if sight.role in EDITORS else naming_of(one.naming, sight.annotation_set.naming)
    if naming >= 2:
        user = one.author
        return user.username, full_name(user.username, user.first_name, user.last_name)
    if naming == 1:
        return f"bird-{one.author_id}", f"Bird {one.author_id}"
    return NONE, "a member"


def family(theme: Theme) -> set[str]:
    """The slugs of a theme and of all that it stands under."""
    found = {theme.slug}
    while theme.parent:
        theme = theme.parent
        found.add(theme.slug)
    return found


def in_group(sight: Sight, one: Annotation, group: str) -> bool:
    now = GroupMember.objects.filter(left_at=None, annotation_set=sight.annotation_set)
    hers = {str(row.group_id) for row in now if row.user_id == one.author_id}
    written = str(one.group_id) if one.group_id else None
    if sight.role not in EDITORS or written:
        return written == (None if group == NONE else group)
    return group in hers if group != NONE else not hers


def fits(sight: Sight, one: Annotation, asked: Asked, replies: list[Reply]) -> bool:
    """A plain reading of the filters."""
    taggings = list(one.annotation_themes.select_related("theme__parent__parent"))
    themes = [family(tagging.theme) for tagging in taggings]
    has = [any(slug in above for above in themes) or slug == NONE and not themes
           for slug in asked.theme]  # fmt: skip
    answered = any(
        reply.annotation_id == one.pk and should_see_reply(sight.viewer, reply) for reply in replies
    )
    since, until = asked.days
    document = one.edition.document
    text = f"{one.quote}\n{one.note}".lower()
    return all(
        (
            not has or (all(has) if asked.match else any(has)),
            not asked.author or name_for(sight, one)[0] in asked.author,
            not asked.group or in_group(sight, one, asked.group),
            not asked.document or asked.document == f"{document.volume.slug}/{document.slug}",
            since is None or one.created >= datetime.combine(since, time(), UTC),
            until is None or one.created < datetime.combine(until, time(), UTC) + timedelta(1),
            all(word.lower() in text for word in asked.words),
            not asked.question or one.question == asked.question,
            not asked.replies or answered is (asked.replies == "some"),
            not asked.mine or one.author_id == sight.viewer.user_id,
            not asked.sharing or one.visibility == asked.sharing,
            asked.state != "hidden" or one.hidden_at is not None,
            asked.state != "review" or one.anchor != "",
            asked.state != "before" or any(t.defined < t.theme.defined for t in taggings),
        )
    )


def in_order(sight: Sight, found: list[Annotation], sort: str) -> list[int]:
    places = dict(sight.annotation_set.set_documents.values_list("document", "position"))

    def key(one: Annotation) -> Any:
        if sort == "text":
            place = places.get(one.edition.document_id, 2**31 - 1)
            return place, -one.edition_id, one.start, -one.end, one.pk
        if sort == "length":
            return one.start - one.end, one.pk
        if sort == "oldest":
            return one.created, one.pk
        moment = one.modified if sort == "changed" else one.created
        latest = (-moment.timestamp(), -one.pk)
        if sort != "author":
            return latest
        slug, name = name_for(sight, one)
        return slug == NONE, name.casefold(), slug, *latest

    return [one.pk for one in sorted(found, key=key)]


def random_query(chance: Random, one: AnnotationSet, sight: Sight) -> dict[str, list[str]]:
    slugs = [*Theme.objects.filter(codebook=one.codebook).values_list("slug", flat=True), NONE]
    names = [NONE, *(f"bird-{pk}" for pk in range(1, 4)), *sight.authors]
    documents = [f"{d.volume.slug}/{d.slug}" for d in one.documents.select_related("volume")]
    groups = [str(group.pk) for group in one.groups.all()]
    days = [f"2026-11-{day}" for day in range(20, 27)]
    some: dict[str, list[str]] = {
        "theme": chance.sample(slugs, chance.randrange(1, 4)),
        "match": ["all"],
        "author": chance.sample(names, min(len(names), 3)),
        "group": [chance.choice([NONE, *groups])],
        "document": [chance.choice([*documents, "no/such"])],
        "since": [chance.choice(days)],
        "until": [chance.choice(days)],
        "q": [" ".join(chance.sample([*WORDS, "a", "%"], chance.randrange(1, 3)))],
        "question": [chance.choice(["open", "answered"])],
        "replies": [chance.choice(["none", "some"])],
        "mine": ["1"],
        "sharing": [chance.choice(["private", "shared"])],
        "state": [chance.choice(["hidden", "review", "before"])],
    }
    names_of = chance.sample(list(some), chance.choice([0, 1, 1, 1, 2, 2, 3]))
    query = {name: some[name] for name in names_of}
    return query | {
        "sort": [chance.choice(["", *["text", "newest", "oldest", "changed", "author", "length"]])]
    }


def pages(sight: Sight, asked: Asked, size: int) -> tuple[list[int], int]:
    """All pages one behind the other, and how many match by what the first says."""
    found: list[int] = []
    after, number = "", None
    while after or number is None:
        page = page_of(sight, asked, size, after)
        number = page.total.number if number is None else number
        found += page.pks
        after = page.further
        assert len(found) <= 100, "the pages do not end"
    return found, number


@pytest.mark.parametrize("seed", range(5))
def test_all_pages_together_are_what_is_asked_for_and_seen_in_order(
    seed: int, monkeypatch: pytest.MonkeyPatch
):
    chance = Random(seed)
    # So that both ways are gone: the few that are named, and the many that are sorted.
    monkeypatch.setattr(listing, "FEW", chance.choice([3, 1000]))
    monkeypatch.setattr(listing, "WALKS", chance.choice([(1,), (1, 2)]))
    world = Listed(Random(100 + seed)).build()
    related = ("annotation_set", "edition__document__volume", "group", "author")
    everything = list(Annotation.objects.select_related(*related))
    replies = list(Reply.objects.select_related("annotation__annotation_set", "group"))
    some = 0
    for viewer in world.viewers():
        for one in world.sets:
            if not sees_set(viewer, one):
                continue
            sight = sight_of(one, viewer)
            seen = [
                a for a in everything if a.annotation_set_id == one.pk and should_see(viewer, a)
            ]
            for _ in range(7):
                asked = Asked.of(random_query(chance, one, sight))
                wanted = [a for a in seen if fits(sight, a, asked, replies)]
                found, number = pages(sight_of(one, viewer), asked, chance.randrange(1, 8))
                assert found == in_order(sight, wanted, asked.order), asked
                assert number == len(wanted), asked
                some += bool(wanted)
    assert some > 20
