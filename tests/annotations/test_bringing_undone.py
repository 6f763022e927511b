"""What others did with what an import made outlives that it is taken back."""

from __future__ import annotations

import pytest

from annotations.actions.replies import create_reply
from annotations.actions.undoing import redo, undo
from annotations.formats.brought import BroughtReply
from annotations.integrity import problems
from annotations.models import Annotation, Reply, SetDocument
from tests.annotations.bringing import brought, note, of
from tests.annotations.worlds import World, world

pytestmark = pytest.mark.django_db


@pytest.fixture
def here() -> World:
    return world()


def test_what_others_have_answered_stays_when_an_import_is_taken_back(here: World) -> None:
    answered = note(id="a", note="Answered", replies=(BroughtReply("Its"),))
    done = brought(here.set, of(answered, note(id="b", note="Not answered")), here.owner)
    assert done.head is not None
    one = Annotation.objects.get(note="Answered")
    create_reply(one, author=here.annotator, note="An answer")
    back = undo(done.head, actor=here.owner)
    assert [a.note for a in Annotation.objects.alive()] == ["Answered"]
    assert [r.note for r in Reply.objects.alive()] == ["An answer"]
    assert (back.done, back.left) == (2, 1)
    assert list(problems()) == []


def test_readers_are_told_when_answers_alone_are_taken_back_and_done_again(here: World) -> None:
    hers = here.annotate(note="Here before")
    replies = (BroughtReply("A file's answer"),)
    given = note(id=str(hers.uuid), note="Here before", replies=replies)
    done = brought(here.set, of(given), here.owner)
    assert done.head is not None
    assert Reply.objects.alive().count() == 1
    place = SetDocument.objects.get(annotation_set=here.set)
    for act in (undo, redo):
        before = place.revision
        done.head.refresh_from_db()
        act(done.head, actor=here.owner)
        place.refresh_from_db()
        assert place.revision > before
    assert list(problems()) == []
