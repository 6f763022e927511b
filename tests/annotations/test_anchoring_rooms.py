"""A new edition changes where annotations stand, and nothing of who sees them or what they say."""

from __future__ import annotations

from typing import Any

import pytest

from annotations.actions.annotations import delete_annotation
from annotations.actions.carrying import follow
from annotations.actions.groups import make_group, move
from annotations.actions.moderation import hide, lock, report
from annotations.actions.promises import change_rules
from annotations.actions.questions import settle_question
from annotations.actions.replies import create_reply, delete_reply
from annotations.models import Annotation, Naming, Pseudonym, Reply, Report
from annotations.permissions import Viewer
from archive.ingest import NewEdition
from tests.annotations import worlds
from tests.annotations.worlds import WORDS, World, world

pytestmark = pytest.mark.django_db
# What an edition may change, and what counts changes.
MOVED = {"edition_id", "start", "end", "quote", "prefix", "suffix", "anchor", "version"}


def a_room() -> World:
    """A set that went from names to pseudonyms, with something of every kind in it."""
    here = world()
    red = make_group(here.set, actor=here.owner, name="Red")
    move(here.set, [here.annotator.pk], red, actor=here.owner)
    named = here.annotate(note="In a group, by name", themes=[here.risk])
    change_rules(
        here.set,
        actor=here.owner,
        rule="blind",
        after_count=0,
        naming=Naming.PSEUDONYM,
        groups_apart=False,
        leaving="choose",
    )
    here.annotate("linkage", note="Under a pseudonym")
    here.annotate("speak", visibility="private", note="For me")
    hidden = here.annotate("must", note="Rude")
    report(hidden, by=here.reader, reason="Rude")
    hide(hidden, actor=here.editor, reason="It is rude")
    asked = here.annotate("behind", note="Why?", question=True)
    settle_question(asked, actor=here.annotator, answered=True)
    lock(asked, actor=here.editor)
    delete_annotation(here.annotate("169.", note="Gone"), actor=here.annotator)
    create_reply(named, author=here.editor, note="Between us", private=True)
    create_reply(named, author=here.editor, note="For all")
    delete_reply(create_reply(named, author=here.annotator, note="No"), actor=here.annotator)
    return here


def kept() -> dict[str, Any]:
    """Every column of what is written and kept about it, but for where it stands."""
    rows = {
        one["id"]: {name: value for name, value in one.items() if name not in MOVED}
        for one in Annotation.objects.values()
    }
    others = {model.__name__: list(model.objects.values()) for model in (Reply, Report, Pseudonym)}
    return {"annotations": rows, **others}


def seen(here: World) -> dict[str, tuple[set[str], set[str]]]:
    """What each of them reads, in the reader's set."""
    found = {}
    for who in (here.owner, here.editor, here.annotator, here.reader, here.stranger):
        viewer = Viewer(who.pk)
        annotations = Annotation.objects.visible_to(viewer).values_list("note", flat=True)
        replies = Reply.objects.visible_to(viewer).values_list("note", flat=True)
        found[who.username] = set(annotations), set(replies)
    return found


@pytest.mark.parametrize(
    "words", [f"The first line.\n{WORDS}", "Nothing of it is left.\nA source."]
)
def test_a_new_edition_keeps_promises_groups_what_is_hidden_and_private_replies(words: str) -> None:
    here = a_room()
    before, read = kept(), seen(here)
    assert read["reader"] != read["annotator"] != read["editor"]
    old = here.edition
    new = worlds.edition(here.document, words)
    outcome = follow([NewEdition("d169", here.document.pk, old.pk, new.pk)], None)
    assert outcome.total == Annotation.objects.count() == 6
    assert kept() == before
    assert seen(here) == read
