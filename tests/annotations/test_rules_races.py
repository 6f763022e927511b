"""Rules and states that change while others write, on either database."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path

import pytest
from django.core.exceptions import PermissionDenied

from annotations.actions.annotations import edit_annotation
from annotations.actions.promises import change_rules
from annotations.actions.replies import create_reply
from annotations.actions.states import set_state
from annotations.models import Annotation, AnnotationSet, History, Reply, State
from tests.annotations.racing import at_once, database_of_its_own
from tests.annotations.worlds import World, world

pytestmark = pytest.mark.django_db(transaction=True)
MANY = 5


@pytest.fixture
def here(tmp_path: Path) -> Iterator[World]:
    with database_of_its_own(tmp_path):
        yield world()


def test_nothing_comes_into_a_set_after_it_was_frozen(here: World) -> None:
    here.edition.as_text()
    freeze = partial(set_state, here.set, actor=here.owner, state=State.FROZEN)
    found = at_once([*[here.annotate] * MANY, freeze], PermissionDenied)
    made = sum(isinstance(one, Annotation) for one in found)
    assert made == Annotation.objects.count()
    assert made + sum(isinstance(one, PermissionDenied) for one in found) == MANY
    frozen = History.objects.get(action="freeze").pk
    assert not History.objects.filter(kind="annotation", pk__gt=frozen).exists()


def test_rules_change_while_others_write_and_nobody_is_sent_away(here: World) -> None:
    made = [here.annotate() for _ in range(MANY)]
    acts: list[Callable[[], object]] = [
        partial(create_reply, one, author=here.editor, note="Well") for one in made
    ]
    acts += [
        partial(
            edit_annotation,
            Annotation.objects.get(pk=one.pk),
            actor=here.annotator,
            themes=[],
            note="Better",
            visibility="shared",
        )
        for one in made
    ]
    acts += [
        partial(
            change_rules,
            AnnotationSet.objects.get(pk=here.set.pk),
            actor=here.owner,
            rule=rule,
            after_count=1,
            naming=1,
            groups_apart=True,
            leaving="keep",
        )
        for rule in ("blind", "after")
    ]
    at_once(acts, PermissionDenied)
    assert Reply.objects.count() == MANY
    assert set(Annotation.objects.values_list("note", flat=True)) == {"Better"}
    assert History.objects.filter(action="change_rules").count() == 2
