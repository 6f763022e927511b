"""check_integrity finds a history that does not tell the truth."""

from __future__ import annotations

from typing import Any

import pytest
from django.utils import timezone

from annotations.actions.annotations import delete_annotation, edit_annotation, restore_annotation
from annotations.actions.changing import log
from annotations.actions.codebook import create_theme, edit_theme, move_theme
from annotations.actions.many import Chosen, retag_many
from annotations.actions.merging import merge_themes
from annotations.actions.replies import create_reply, edit_reply
from annotations.actions.undoing import undo, undoable
from annotations.integrity import problems
from annotations.models import (
    Annotation,
    AnnotationTheme,
    CodebookVersion,
    History,
    ReadingPosition,
    Reply,
    SetDocument,
    Theme,
)
from tests.annotations.worlds import World, world
from tests.factories import AnnotationSetFactory, CodebookFactory, ThemeFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def here() -> World:
    """A set in which a little of everything was done."""
    made = world()
    annotation = made.annotate(themes=[made.risk], note="One")
    for note in ("Two", "Three"):
        edit(annotation, note)
    reply = create_reply(annotation, author=made.owner, note="Yes")
    edit_reply(reply, actor=made.owner, note="No")
    restore_annotation(delete_annotation(annotation, actor=annotation.author), actor=made.annotator)
    create_theme(made.set, actor=made.owner, name="Audience")
    edit_theme(made.set, made.linkage, actor=made.owner, definition="Another")
    move_theme(made.set, made.linkage, actor=made.owner, step=1)
    rows = Annotation.objects.in_set(made.set.pk)
    retag_many(Chosen(made.set, rows, made.owner, "owner"), add=[made.linkage])
    last = undoable(made.owner, made.set)
    assert last is not None
    undo(last, actor=made.owner)
    return made


def edit(annotation: Annotation, note: str) -> None:
    edit_annotation(
        annotation,
        actor=annotation.author,
        themes=list(annotation.themes.all()),
        note=note,
        visibility="shared",
    )


def row(kind: str, action: str, number: int = 0) -> Any:
    """The rows of one act, to be damaged past every check."""
    rows = History.objects.filter(kind=kind, action=action).order_by("pk")
    return History.objects.filter(pk=rows[number].pk)


def only(words: str) -> None:
    (found,) = problems()
    assert words in found


def test_what_the_actions_write_is_whole(here: World):
    assert list(problems()) == []


def test_an_annotation_that_is_not_what_its_last_row_says_is_found(here: World):
    Annotation.objects.update(note="Changed past the history")
    only(f"{Annotation.objects.get().uuid}: its note is not what its last row says")


def test_a_lost_row_between_two_others_is_found(here: World):
    row("annotation", "edit").delete()
    only("row 2 did not find the note that the one before it left")


def test_a_lost_last_row_is_found(here: World):
    History.objects.filter(kind="reply", action="edit").delete()
    only(f"history of reply {Reply.objects.get().uuid}: its note is not what its last row says")


def test_a_lost_annotation_that_has_a_history_is_found(here: World):
    AnnotationTheme.objects.all().delete()
    uuid = Annotation.objects.get().uuid
    Reply.objects.all().delete()
    Annotation.objects.all().delete()
    found = list(problems())
    assert f"history of annotation {uuid}: it is not there any more." in found
    assert len(found) == 2


def test_rows_that_are_older_than_what_was_before_say_nothing(here: World):
    annotation = here.annotate("source")
    row = log(annotation, "edit", here.annotator)
    History.objects.filter(pk=row.pk).update(state={"note": "As it was called once"})
    assert list(problems()) == []


def test_a_theme_that_is_not_what_its_last_row_says_is_found(here: World):
    last = History.objects.filter(kind="theme", key=here.linkage.pk).order_by("pk").last()
    assert last is not None
    History.objects.filter(pk=last.pk).update(state=last.state | {"name": "Other"})
    only(f"history of theme {here.linkage.pk}: its name is not what its last row says")


def test_parts_of_nothing_are_found(here: World):
    part = History.objects.filter(part_of__isnull=False).order_by("pk")[0]
    head = History.objects.create(
        kind="many", action="retag", annotation_set=AnnotationSetFactory()
    )
    History.objects.filter(pk=part.pk).update(part_of=head)
    found = list(problems())
    assert f"history, row {part.pk}: it is part of what is no act in its set." in found
    assert f"history, row {part.part_of_id}: it has 0 parts and says 1." in found


def test_what_was_taken_back_by_nothing_is_found(here: World):
    create = row("annotation", "create")
    create.update(undone_at=timezone.now())
    only(f"history, row {create.get().pk}: it was taken back, and nothing says by what")


def test_what_takes_back_an_act_in_another_set_is_found(here: World):
    undoing = History.objects.get(undoes__isnull=False)
    History.objects.filter(pk=undoing.undoes_id).update(annotation_set=None)
    assert f"row {undoing.pk}: it takes back what was done in another set" in "".join(problems())


def test_a_history_ahead_of_its_place_is_found(here: World):
    SetDocument.objects.update(revision=1)
    only("its history is ahead of its revision")


def test_a_gap_in_the_versions_of_a_codebook_is_found(here: World):
    number = CodebookVersion.objects.order_by("number")[1].number
    CodebookVersion.objects.filter(number=number).delete()
    only(f"version {number} is not kept, though earlier ones are")


def test_a_codebook_that_was_changed_past_its_versions_is_found(here: World):
    Theme.objects.filter(pk=here.linkage.pk).update(definition="Past the versions")
    found = list(problems())
    assert any("definition of theme" in one and "version" in one for one in found)
    assert any(f"history of theme {here.linkage.pk}" in one for one in found)


def test_an_order_that_was_changed_past_the_versions_is_found(here: World):
    last = Theme.objects.order_by("position").last()
    assert last is not None
    Theme.objects.filter(pk=last.pk).update(position=0)
    Theme.objects.exclude(pk=last.pk).update(position=5)
    assert any("the order that it left is not what was there then" in one for one in problems())


def test_a_meaning_that_never_was_is_found(here: World):
    AnnotationTheme.objects.update(defined=99)
    assert "it was coded under a meaning that" in "".join(problems())


def test_a_merge_into_another_codebook_is_found(here: World):
    other = ThemeFactory(codebook=CodebookFactory())
    ThemeFactory(codebook=CodebookFactory(), retired_at=timezone.now(), merged_into=other)
    only("it was merged into one of another codebook")


def test_a_reading_position_outside_its_text_is_found(here: World):
    values: dict[str, Any] = {"document": here.document, "edition": here.edition}
    ReadingPosition.objects.create(
        user=here.reader, offset=0, furthest=99_999, at=timezone.now(), **values
    )
    only("it lies after the text")


def test_a_theme_merged_into_one_below_it_and_back_leaves_every_list_in_order():
    here = world()
    above = create_theme(here.set, actor=here.owner, name="Above")
    into, beside = (
        create_theme(here.set, actor=here.owner, name=name, parent=above)
        for name in ("Into", "Beside")
    )
    last = create_theme(here.set, actor=here.owner, name="Last")
    annotation = here.annotate(themes=[above, beside, last])
    undo(merge_themes(here.set, [above], into, actor=here.owner), actor=here.owner)
    annotation.refresh_from_db()
    assert annotation.theme_ids == f"{above.pk} {beside.pk} {last.pk}"
    assert list(problems()) == []
